// Which file a program's name means, by the search path that the program itself will see.
// Remembers what it found; forgets it when told that it is gone.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace fanout {

/// `path` is what to execute when error_number is 0.
struct FoundProgram {
  std::string path;
  int error_number = 0;  ///< ENOENT: nothing of that name; EACCES: there, but not executable
};

class ProgramLookup {
 public:
  /// A name with a slash is itself. Any other is looked for along `search_path` (nullptr: PATH is
  /// not set), whose relative parts are seen from `directory` (empty: the current one).
  FoundProgram find(const std::string& name, const char* search_path, const std::string& directory);

  /// True when the next find of the same would have been answered from memory, and no longer is.
  bool forget(const std::string& name, const char* search_path, const std::string& directory);

  /// Whether fanout itself, here and with its own PATH, could execute `name`.
  bool is_executable_name(std::string_view name);

 private:
  std::unordered_map<std::string, std::string> found_;
};

}  // namespace fanout
