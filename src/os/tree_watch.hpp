// Waits until nobody runs any more in process trees whose leaders have ended. Signals nobody.
#pragma once

#include <functional>
#include <memory>

#include "os/event_loop.hpp"
#include "os/process_tree.hpp"

namespace fanout {

class TreeWatch {
 public:
  /// There is no event for it, so it looks: first soon, then ten times a second, at all trees at
  /// once, and no more than a fifth of the time. The loop must outlive it.
  TreeWatch(EventLoop& loop, Family family);
  ~TreeWatch();
  TreeWatch(const TreeWatch&) = delete;
  TreeWatch& operator=(const TreeWatch&) = delete;

  /// The tree must stay where it is until it is removed. `on_gone` is called once, from the loop;
  /// the tree is no longer watched then. It may add and remove others and destroy the watch.
  void add(ProcessTree& tree, std::function<void()> on_gone);

  /// Also of one that is not watched.
  void remove(ProcessTree& tree);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fanout
