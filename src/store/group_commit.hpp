// When what was written is committed: at once when nothing was for a while, else together with what
// comes until then. Meanwhile what is shown is held back.
#pragma once

#include <functional>
#include <optional>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"
#include "store/database.hpp"
#include "store/journal_file.hpp"

namespace fanout {

/// What the journal needs of those who run it. Each may be called from within any function of it.
struct JournalCalls {
  std::function<Instant()> now;
  /// Somebody is to call commit_due() then; only the last time that was named counts.
  std::function<void(Instant)> wake_at;
  /// Of what is shown: from the one to the other nothing is.
  std::function<void()> hold;
  std::function<void()> release;
  /// It cannot be written any more. Once.
  std::function<void()> on_failure;
};

class GroupCommit {
 public:
  GroupCommit(Durability durability, JournalCalls calls);

  Instant now() const { return calls_.now(); }
  /// From one commit to the next, at least.
  Duration gap() const { return gap_; }

  /// Opens a transaction where none is open.
  Result<void> begin(Database& database);
  /// Others cannot write from now on, as nothing may be waited for while jobs run. What fails here
  /// is told by the next begin().
  void keep_others_out(Database& database);
  /// There is something to be committed that nobody waits for.
  void note() { is_dirty_ = true; }
  /// Nothing more is shown before release().
  void hold();

  /// The time for the next has come.
  bool is_due(Instant now) const { return is_dirty_ && (!last_ || now - *last_ >= gap_); }
  Result<void> commit(Database& database, Instant now);
  void release();

  /// Has somebody come back for what is to be committed, and at `also`.
  void wake(std::optional<Instant> also);
  /// Somebody did.
  void woken() { wake_at_.reset(); }

  /// Nothing is ever committed again.
  void give_up(Database& database);

 private:
  JournalCalls calls_;
  bool holds_;
  Duration gap_;
  bool is_dirty_ = false;
  bool is_held_ = false;
  std::optional<Instant> last_;
  std::optional<Instant> wake_at_;
};

}  // namespace fanout
