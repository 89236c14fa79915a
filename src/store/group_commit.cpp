#include "store/group_commit.hpp"

#include <algorithm>
#include <utility>

namespace fanout {
namespace {

// Nobody sees the difference to at once.
constexpr Duration kGap = std::chrono::milliseconds(20);
constexpr Duration kLongGap = std::chrono::seconds(1);

}  // namespace

GroupCommit::GroupCommit(Durability durability, JournalCalls calls)
    : calls_(std::move(calls)),
      holds_(durability != Durability::off),
      gap_(durability == Durability::off ? kLongGap : kGap) {}

Result<void> GroupCommit::begin(Database& database) {
  is_dirty_ = true;
  return database.is_in_transaction() ? Result<void>() : database.run("BEGIN IMMEDIATE");
}

void GroupCommit::keep_others_out(Database& database) {
  if (!database.is_in_transaction()) (void)database.run("BEGIN IMMEDIATE");
}

void GroupCommit::hold() {
  if (holds_ && !std::exchange(is_held_, true)) calls_.hold();
}

Result<void> GroupCommit::commit(Database& database, Instant now) {
  // SQLite would go on in a file without a name.
  if (database.has_moved()) {
    return Error{ErrorKind::system, "somebody has removed, renamed or replaced it"};
  }
  if (Result<void> done = database.run("COMMIT"); !done) return done;
  keep_others_out(database);
  is_dirty_ = false;
  last_ = now;
  return {};
}

void GroupCommit::release() {
  if (std::exchange(is_held_, false)) calls_.release();
}

void GroupCommit::wake(std::optional<Instant> also) {
  std::optional<Instant> next = also;
  if (is_dirty_) {
    const Instant due = last_ ? *last_ + gap_ : calls_.now();
    next = next ? std::min(*next, due) : due;
  }
  if (!next || (wake_at_ && *wake_at_ <= *next)) return;
  wake_at_ = next;
  calls_.wake_at(*next);
}

void GroupCommit::give_up(Database& database) {
  // What fails here is over when the file is closed.
  if (database.is_in_transaction()) (void)database.run("ROLLBACK");
  is_dirty_ = false;
  release();
  calls_.on_failure();
}

}  // namespace fanout
