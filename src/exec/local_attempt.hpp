// One attempt as processes of this machine: what it waits for before it is over. It signals
// nobody; the LocalExecutor does that for many at once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "exec/captured_stream.hpp"
#include "exec/fed_input.hpp"
#include "fanout/ids.hpp"
#include "os/child.hpp"
#include "os/process_tree.hpp"
#include "os/tree_watch.hpp"

namespace fanout {

class LocalAttempt {
 public:
  struct Callbacks {
    /// Its process has exited, others go on. Called once, not when it was asked to end before.
    std::function<void(LocalAttempt&)> on_left_behind;
    /// Nothing is left to wait for. It may be destroyed.
    std::function<void(LocalAttempt&)> on_over;
  };

  /// Its outputs are kept in `outputs`. All must outlive this.
  LocalAttempt(AttemptId attempt_id, BlobStore& outputs, const CaptureOptions& capture,
               TreeWatch& watch, const Family& family, Callbacks callbacks);
  ~LocalAttempt();
  LocalAttempt(const LocalAttempt&) = delete;
  LocalAttempt& operator=(const LocalAttempt&) = delete;

  /// To be given to whoever starts the child and opens its outputs.
  void on_exit();
  void on_stream_end() { settle(); }

  /// There is room again where its outputs go.
  void read_on() {
    out.read_on();
    err.read_on();
  }

  void run_as(Child child);
  Child& child() { return *child_; }

  /// It was asked to end: its whole tree is waited for.
  void asked_to_end() { is_asked_ = true; }
  /// It was killed or is released: nobody is waited for but its own process.
  void let_go();

  /// Its tree is to be empty before it is over, although nobody asked it to end.
  void wait_for_tree() { waits_for_tree_ = true; }

  /// Both outputs are passed on as they come.
  void pass_on_to(std::unique_ptr<AttemptOutlets> outlets);
  /// Both outputs, as far as they were kept; once.
  std::pair<Output, Output> take_outputs();

  const AttemptId id;
  CapturedStream out;
  CapturedStream err;
  std::unique_ptr<FedInput> input;  ///< where it takes one block after the other
  ProcessTree tree;

 private:
  void settle();
  void finish();
  bool has_tree();
  void watch_tree();
  void leave_behind();

  TreeWatch& watch_;
  const Family& family_;
  Callbacks callbacks_;
  std::unique_ptr<AttemptOutlets> outlets_;
  std::optional<Child> child_;
  bool waits_for_tree_ = false;
  bool is_asked_ = false;
  bool is_let_go_ = false;
  bool is_left_behind_told_ = false;
  bool is_watched_ = false;
};

}  // namespace fanout
