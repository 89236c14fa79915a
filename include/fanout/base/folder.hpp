// Where files in folders go: the small interface between those who know what is in them and those
// who own file descriptors.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/base/rope.hpp"

namespace fanout {

struct NewFile {
  std::string name;
  Rope text;
};

/// A folder and its files. Each part of the place is the name of a folder in the one before it;
/// none is empty, `.` or `..`, and none has a slash.
struct NewFolder {
  std::vector<std::string> place;
  std::vector<NewFile> files;
  /// They are on the disk, not only on their way to it, when they are complete.
  bool is_synced = false;
  /// Called when all of them are complete, perhaps before write() returns; never after an error. It
  /// may write the next.
  std::function<void()> on_complete;
};

class FolderWriter {
 public:
  virtual ~FolderWriter() = default;

  /// Makes the folder where it is not there yet, and the files, which replace what had their names.
  /// The last one is there only when all are complete. An error may be one of an earlier call, and
  /// is final.
  virtual Result<void> write(NewFolder folder) = 0;
};

}  // namespace fanout
