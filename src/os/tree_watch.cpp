#include "os/tree_watch.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "os/event_loop_internals.hpp"
#include "os/tree_signals.hpp"

namespace fanout {
namespace {

using namespace std::chrono_literals;

constexpr Duration kFirstLook = 1ms;
constexpr Duration kLongestPause = 100ms;
// With thousands of children a look takes long, and those who ended meanwhile are in the next one.
constexpr int kPausesForLook = 4;

}  // namespace

struct TreeWatch::State : std::enable_shared_from_this<State> {
  struct Watched {
    std::function<void()> on_gone;
    std::uint64_t number;
  };

  State(EventLoop& event_loop, Family whose)
      : loop(event_loop), timer(loop.internals().context), family(std::move(whose)) {}

  /// A look that is due earlier stays: with exits all the time it would be put off for ever.
  void arm() {
    const Duration wanted = std::max(pause, shortest_pause);
    if (is_armed && timer.expiry() <= loop.now() + wanted) return;
    is_armed = true;
    timer.expires_after(wanted);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error) self->look();
    });
  }

  void look() {
    is_armed = false;
    pause = std::min(pause * 2, kLongestPause);
    std::vector<ProcessTree*> trees;
    std::vector<std::uint64_t> numbers;
    for (const auto& [tree, watch] : watched) {
      trees.push_back(tree);
      numbers.push_back(watch.number);
    }
    const Instant start = loop.now();
    const std::vector<bool> have = have_processes(trees, family);
    shortest_pause = (loop.now() - start) * kPausesForLook;
    for (std::size_t i = 0; i < trees.size(); ++i) {
      if (!have[i]) tell(trees[i], numbers[i]);
    }
    if (!watched.empty()) arm();
  }

  void tell(ProcessTree* tree, std::uint64_t number) {
    // Another one's callback can have removed it, and have put a new one into its place.
    const auto found = watched.find(tree);
    if (found == watched.end() || found->second.number != number) return;
    // Moved out first: it may destroy the watch, and with it the function.
    const std::function<void()> on_gone = std::move(found->second.on_gone);
    watched.erase(found);
    on_gone();
  }

  EventLoop& loop;
  boost::asio::steady_timer timer;
  Family family;
  std::unordered_map<ProcessTree*, Watched> watched;
  std::uint64_t last_number = 0;
  Duration pause = kFirstLook;
  Duration shortest_pause{};
  bool is_armed = false;
};

TreeWatch::TreeWatch(EventLoop& loop, Family family)
    : state_(std::make_shared<State>(loop, std::move(family))) {}

TreeWatch::~TreeWatch() {
  state_->watched.clear();
  state_->timer.cancel();
}

void TreeWatch::add(ProcessTree& tree, std::function<void()> on_gone) {
  state_->watched[&tree] = {std::move(on_gone), ++state_->last_number};
  state_->pause = kFirstLook;
  state_->arm();  // which calls off a longer wait
}

void TreeWatch::remove(ProcessTree& tree) {
  state_->watched.erase(&tree);
  if (!state_->watched.empty()) return;
  state_->timer.cancel();
  state_->is_armed = false;
}

}  // namespace fanout
