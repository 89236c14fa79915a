#include "os/group_watch.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {
namespace {

using namespace std::chrono_literals;

constexpr Duration kFirstLook = 1ms;
constexpr Duration kLongestPause = 100ms;

}  // namespace

ProcessStat parse_process_stat(std::string_view line) {
  // The name before it may hold anything, a parenthesis too.
  const std::size_t name_end = line.rfind(')');
  ProcessStat stat;
  if (name_end == line.npos) return stat;
  char state = '?';
  int parent = 0;
  int group = 0;
  const std::string rest(line.substr(name_end + 1));
  if (std::sscanf(rest.c_str(), " %c %d %d", &state, &parent, &group) == 3) stat = {state, group};
  return stat;
}

bool has_processes(pid_t group) {
  if (::kill(-group, 0) != 0) return false;
  // Zombies can be signalled as well, so somebody has to look closer.
  std::error_code unreadable;
  const std::filesystem::directory_iterator all("/proc", unreadable);
  if (unreadable) return true;
  bool has_seen_any = false;
  for (const auto& entry : all) {
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) continue;
    const ProcessStat stat = parse_process_stat(line);
    has_seen_any = has_seen_any || stat.group != 0;
    if (stat.group == group && stat.state != 'Z' && stat.state != 'X') return true;
  }
  return !has_seen_any;  // an empty /proc says nothing
}

struct GroupWatch::State : std::enable_shared_from_this<State> {
  State(EventLoop& loop, pid_t watched, std::function<void()> callback)
      : timer(loop.internals().context), group(watched), on_gone(std::move(callback)) {}

  void arm() {
    timer.expires_after(pause);
    pause = std::min(pause * 2, kLongestPause);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && self->on_gone) self->look();
    });
  }

  void look() {
    if (has_processes(group)) return arm();
    // Moved out first: it may destroy the watch, and with it the function.
    std::exchange(on_gone, nullptr)();
  }

  boost::asio::steady_timer timer;
  pid_t group;
  std::function<void()> on_gone;
  Duration pause = kFirstLook;
};

GroupWatch::GroupWatch(EventLoop& loop, pid_t group, std::function<void()> on_gone)
    : state_(std::make_shared<State>(loop, group, std::move(on_gone))) {
  state_->arm();
}

GroupWatch::~GroupWatch() {
  state_->on_gone = nullptr;
  state_->timer.cancel();
}

}  // namespace fanout
