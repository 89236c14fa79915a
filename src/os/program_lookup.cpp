#include "os/program_lookup.hpp"

#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "os/boost_process.hpp"
// Only here: in Boost 1.81 this header defines a function that is not inline.
#include <boost/process/v2/environment.hpp>

namespace fanout {
namespace {

// What execvp takes when PATH is not set.
constexpr const char* kDefaultSearchPath = "/bin:/usr/bin";

bool has_slash(std::string_view name) {
  return name.find('/') != std::string_view::npos;
}

std::vector<std::string> split(std::string_view search_path) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t colon = search_path.find(':');
    parts.emplace_back(search_path.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    search_path.remove_prefix(colon + 1);
  }
}

// The search path with absolute parts only: the child changes its directory before it executes.
// An empty part is the current directory.
std::string absolute_search_path(const char* search_path, const std::string& directory) {
  std::error_code error;
  std::filesystem::path here = std::filesystem::current_path(error);
  here /= directory;
  std::string result;
  for (const std::string& part : split(search_path != nullptr ? search_path : kDefaultSearchPath)) {
    if (!result.empty()) result += ':';
    result += (here / part).native();
  }
  return result;
}

// execvp's rule: what may not be executed, a directory too, or not be looked at is only worth
// telling when nothing else is found.
int why_not_found(const std::string& name, const std::string& search_path) {
  if (name.empty()) return ENOENT;
  if (name.size() > NAME_MAX) return ENAMETOOLONG;
  for (const std::filesystem::path part : split(search_path)) {
    std::error_code error;
    const auto status = std::filesystem::status(part / name, error);
    if (std::filesystem::exists(status) || error == std::errc::permission_denied) return EACCES;
  }
  return ENOENT;
}

std::string find_along(const std::string& name, const std::string& search_path) {
  if (name.empty()) return {};
  const std::vector<std::string> environment = {"PATH=" + search_path};
  return boost::process::v2::environment::find_executable(name, environment).native();
}

bool has_relative_part(std::string_view search_path) {
  if (search_path.empty() || search_path.front() != '/') return true;
  for (std::size_t colon = search_path.find(':'); colon != std::string_view::npos;
       colon = search_path.find(':', colon + 1)) {
    if (search_path.substr(colon + 1, 1) != "/") return true;
  }
  return false;
}

std::string key_of(const std::string& name, const char* search_path, const std::string& directory) {
  if (search_path == nullptr) return name;
  std::string key = name + '\0' + search_path;
  if (has_relative_part(search_path)) key += '\0' + directory;
  return key;
}

}  // namespace

FoundProgram ProgramLookup::find(const std::string& name, const char* search_path,
                                 const std::string& directory) {
  if (has_slash(name)) return {name, 0};
  std::string key = key_of(name, search_path, directory);
  if (const auto known = found_.find(key); known != found_.end()) return {known->second, 0};
  const std::string absolute = absolute_search_path(search_path, directory);
  std::string path = find_along(name, absolute);
  if (path.empty()) return {name, why_not_found(name, absolute)};
  found_.emplace(std::move(key), path);
  return {std::move(path), 0};
}

bool ProgramLookup::forget(const std::string& name, const char* search_path,
                           const std::string& directory) {
  return found_.erase(key_of(name, search_path, directory)) != 0;
}

bool ProgramLookup::is_executable_name(std::string_view name) {
  const std::string text(name);
  if (!has_slash(name)) return find(text, std::getenv("PATH"), "").error_number == 0;
  std::error_code error;
  return std::filesystem::is_regular_file(text, error) && ::access(text.c_str(), X_OK) == 0;
}

}  // namespace fanout
