// Tells that a file may have become another: that who wrote it has closed it, that another was
// moved to its place, or that it looks different. It never reads it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "os/event_loop.hpp"

namespace fanout {

class FileWatch {
 public:
  /// `on_change` is called from the loop: at once where inotify(7) tells, otherwise within a few
  /// seconds. The file need not be there. The loop must outlive this.
  FileWatch(EventLoop& loop, const std::string& path, std::function<void()> on_change);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fanout
