#include "exec/local_attempt.hpp"

#include <array>
#include <utility>

#include "os/tree_signals.hpp"

namespace fanout {

LocalAttempt::LocalAttempt(AttemptId attempt_id, BlobStore& outputs, const CaptureOptions& capture,
                           TreeWatch& watch, const Family& family, Callbacks callbacks)
    : id(attempt_id),
      out(outputs, capture),
      err(outputs, capture),
      watch_(watch),
      family_(family),
      callbacks_(std::move(callbacks)) {}

LocalAttempt::~LocalAttempt() {
  if (is_watched_) watch_.remove(tree);
}

void LocalAttempt::run_as(Child child) {
  child_.emplace(std::move(child));
  tree.leader = child_->pid();
}

void LocalAttempt::pass_on_to(std::unique_ptr<AttemptOutlets> outlets) {
  outlets_ = std::move(outlets);
  out.pass_on_to(outlets_->out());
  err.pass_on_to(outlets_->err());
}

std::pair<Output, Output> LocalAttempt::take_outputs() {
  if (outlets_) outlets_->end();
  return {out.take(), err.take()};
}

void LocalAttempt::on_exit() {
  // As a rule its outputs have ended with it; then there is no need to wait for the news of it.
  out.look();
  err.look();
  settle();
}

void LocalAttempt::let_go() {
  is_let_go_ = true;
  settle();
}

// Over, or who is waited for now.
void LocalAttempt::settle() {
  if (!child_->exited_at()) return;
  if (is_let_go_) {
    // Who still holds an output is out of reach or let go.
    out.finish();
    err.finish();
    return finish();
  }
  if (out.is_open() || err.is_open()) return leave_behind();
  if (is_asked_) return watch_tree();
  if (waits_for_tree_ && has_tree()) {
    watch_tree();
    return leave_behind();
  }
  finish();
}

// Copied first: it may destroy this, and with it the function.
void LocalAttempt::finish() {
  const auto on_over = callbacks_.on_over;
  on_over(*this);
}

bool LocalAttempt::has_tree() {
  // Without /proc nobody can tell; then only who holds an output is waited for.
  if (!read_process(family_.self)) return false;
  const std::array trees = {&tree};
  return have_processes(trees, family_).front();
}

void LocalAttempt::watch_tree() {
  if (std::exchange(is_watched_, true)) return;
  watch_.add(tree, [this] {
    is_watched_ = false;
    finish();
  });
}

void LocalAttempt::leave_behind() {
  if (is_asked_ || std::exchange(is_left_behind_told_, true)) return;
  callbacks_.on_left_behind(*this);
}

}  // namespace fanout
