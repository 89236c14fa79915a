// The directories of detached runs, `$XDG_STATE_HOME/fanout/runs/HANDLE/`: what is where in one,
// and which there are. Knows nothing of what is in the files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"

namespace fanout {

/// Whether a text has the form of a handle. Nothing else ever becomes part of a path.
bool is_handle(std::string_view text);

/// What belongs to one run.
class RunDirectory {
 public:
  /// Precondition: is_handle(handle).
  RunDirectory(const std::string& place, std::string handle);

  const std::string& handle() const { return handle_; }
  const std::string& path() const { return path_; }

  std::string journal() const { return path_ + "/journal"; }
  std::string input() const { return path_ + "/input"; }
  std::string partial_input() const { return path_ + "/input.part"; }
  std::string socket() const { return path_ + "/socket"; }
  std::string log() const { return path_ + "/log"; }
  std::string start() const { return path_ + "/start.json"; }

 private:
  std::string handle_;
  std::string path_;
};

/// All runs of a user.
class RunDirectories {
 public:
  /// Where the two variables say: `XDG_STATE_HOME`, or `HOME` where that is not an absolute path.
  /// Either may be null.
  static Result<RunDirectories> at(const char* state_home, const char* home);
  /// As the environment says.
  static Result<RunDirectories> of_this_user();

  const std::string& place() const { return place_; }

  /// A new one, empty, which only this user can enter; what is above it is made where it is
  /// missing.
  Result<RunDirectory> make() const;

  /// The one that is there. Whatever is not the handle of a run of this user is a usage error, in a
  /// sentence.
  Result<RunDirectory> find(std::string_view handle) const;

  /// Those of this user, in order of their handles.
  Result<std::vector<RunDirectory>> all() const;

  /// Removes it with all that is in it: from one moment to the next it is no run any more.
  Result<void> remove(const RunDirectory& run) const;

 private:
  explicit RunDirectories(std::string place) : place_(std::move(place)) {}

  Error unknown(std::string_view handle) const;

  std::string place_;
};

}  // namespace fanout
