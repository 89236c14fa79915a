// The parts of a path that `{.}` `{/}` `{//}` `{/.}` stand for, with the meaning they have in GNU
// parallel. Text only: the file system is never asked.
#pragma once

#include <string_view>

namespace fanout {

enum class PathPart {
  without_extension,           ///< `{.}`
  basename,                    ///< `{/}`
  dirname,                     ///< `{//}`
  basename_without_extension,  ///< `{/.}`
};

/// The result is a part of `path` or a constant. An extension is the last dot of the basename and
/// all that follows, so `.bashrc` is nothing but extension (without it: empty), and so is the last
/// dot of `..`. What ends with a slash has an empty basename; its dirname is the parent directory.
std::string_view path_part(std::string_view path, PathPart part);

}  // namespace fanout
