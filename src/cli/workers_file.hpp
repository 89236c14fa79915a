// --workers-file: the number of workers, in a file that is read again whenever it changes.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/typed_options.hpp"
#include "fanout/base/bytes.hpp"
#include "fanout/base/result.hpp"
#include "fanout/settings.hpp"
#include "os/event_loop.hpp"
#include "os/file_watch.hpp"

namespace fanout {

/// The file and what it says now.
struct WorkersChoice {
  std::string path;
  WorkerLimit workers;
};

/// What was typed, if it was. All that can be wrong with it is a usage error.
Result<std::optional<WorkersChoice>> workers_choice(const TypedOptions& typed);

class WorkersFile {
 public:
  /// `on_change` is called from the loop, and once from here when the file has changed since. What
  /// is wrong with it is said to `people`, and the number of workers stays as it is. All must
  /// outlive this.
  WorkersFile(EventLoop& loop, WorkersChoice choice, ByteWriter& people,
              std::function<void(const WorkerLimit&)> on_change);

 private:
  void look();

  WorkersChoice choice_;
  ByteWriter& people_;
  std::function<void(const WorkerLimit&)> on_change_;
  std::string last_problem_;
  FileWatch watch_;
};

}  // namespace fanout
