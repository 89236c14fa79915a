#include "expand/path_parts.hpp"

namespace fanout {
namespace {

std::string_view basename_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view without_extension(std::string_view path) {
  const auto dot = path.find_last_of("/.");
  const bool has_extension = dot != std::string_view::npos && path[dot] == '.';
  return has_extension ? path.substr(0, dot) : path;
}

std::string_view without_trailing_slashes(std::string_view path) {
  const auto last = path.find_last_not_of('/');
  return path.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string_view dirname_of(std::string_view path) {
  const std::string_view entry = without_trailing_slashes(path);
  const auto slash = entry.rfind('/');
  if (slash == std::string_view::npos) return entry.empty() && !path.empty() ? "/" : ".";
  const std::string_view parent = without_trailing_slashes(entry.substr(0, slash));
  return parent.empty() ? "/" : parent;
}

}  // namespace

std::string_view path_part(std::string_view path, PathPart part) {
  switch (part) {
    case PathPart::without_extension: return without_extension(path);
    case PathPart::basename: return basename_of(path);
    case PathPart::dirname: return dirname_of(path);
    case PathPart::basename_without_extension: return without_extension(basename_of(path));
  }
  return path;
}

}  // namespace fanout
