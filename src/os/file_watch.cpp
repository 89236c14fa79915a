#include "os/file_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "os/pipe_reader.hpp"
#include "os/ticker.hpp"

namespace fanout {
namespace {

using namespace std::chrono_literals;

/// What a file looks like from outside; all 0 when there is none.
struct Look {
  std::uint64_t device = 0;
  std::uint64_t file = 0;
  std::int64_t size = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  bool operator==(const Look&) const = default;
};

Look look_at(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

/// Of the directory, since the file itself is often replaced. Not of what is only being written:
/// that is half of it.
Fd open_inotify(const std::string& directory) {
  Fd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify.is_open()) return inotify;
  constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO;
  if (::inotify_add_watch(inotify.get(), directory.c_str(), kEvents) < 0) return Fd();
  return inotify;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string_view name_of_file(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// Whether one of the events, as read(2) gave them, is about that file. Events may have been lost.
bool are_about(std::string_view events, std::string_view name) {
  while (events.size() >= sizeof(inotify_event)) {
    inotify_event event{};
    std::memcpy(&event, events.data(), sizeof event);
    const char* const its_name = events.data() + offsetof(inotify_event, name);
    if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
    if (event.len > 0 && its_name == name) return true;
    events.remove_prefix(sizeof event + event.len);
  }
  return false;
}

}  // namespace

struct FileWatch::State {
  State(EventLoop& loop, const std::string& watched, std::function<void()> callback)
      : path(watched),
        on_change(std::move(callback)),
        told(look_at(path)),
        last(told),
        ticker(loop, 1s, [this] { on_tick(); }) {
    Fd inotify = open_inotify(directory_of(path));
    if (!inotify.is_open()) return;
    PipeReader::Callbacks callbacks{[this](std::string_view bytes) { on_events(bytes); }, [] {}};
    auto opened = PipeReader::open(loop, std::move(inotify), std::move(callbacks));
    if (auto* reader = std::get_if<PipeReader>(&opened)) events.emplace(std::move(*reader));
  }

  void on_events(std::string_view bytes) {
    if (are_about(bytes, name_of_file(path))) tell(look_at(path));
  }

  // Some file systems tell nothing, above all of what other machines write. A file that looked
  // different a moment ago as well is no longer being written.
  void on_tick() {
    const Look now = look_at(path);
    if (now != told && now == last) tell(now);
    last = now;
  }

  void tell(const Look& now) {
    told = now;
    on_change();
  }

  std::string path;
  std::function<void()> on_change;
  Look told;
  Look last;
  std::optional<PipeReader> events;
  Ticker ticker;
};

FileWatch::FileWatch(EventLoop& loop, const std::string& path, std::function<void()> on_change)
    : state_(std::make_unique<State>(loop, path, std::move(on_change))) {}

FileWatch::~FileWatch() = default;

}  // namespace fanout
