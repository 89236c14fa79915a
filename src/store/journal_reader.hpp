// Reads a journal, also while somebody writes it. It never writes, and holds nothing locked between
// two calls, so that a slow reader of ours is in nobody's way.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/blob.hpp"
#include "fanout/base/result.hpp"
#include "fanout/record.hpp"
#include "store/database.hpp"
#include "store/session_row.hpp"
#include "store/stored_record.hpp"

namespace fanout {

class JournalReader {
 public:
  /// Null where a journal was begun and nothing is in it yet. `outputs` must outlive this and its
  /// records. What is no journal, damaged or newer is refused in a sentence.
  static Result<std::unique_ptr<JournalReader>> open(std::string path, BlobStore& outputs);

  /// Of the last start of fanout on it; empty when it has not come to that.
  Result<std::optional<SessionRow>> newest_session();

  /// From the first on, in the order in which they ended; those that never started come last.
  /// Before any next(). Takes memory for each job, a few bytes.
  Result<void> order_by_completion();

  /// The next job that has ended, in order of the input; null at the end. One that ends while this
  /// goes on may be there or not.
  Result<std::unique_ptr<JobRecord>> next();

  /// The job of that name, or else of that index; null when there is none. One that has not ended
  /// is a usage error.
  Result<std::unique_ptr<JobRecord>> find(const std::string& name_or_index);

 private:
  /// What a row of jobs is found by in order of the input.
  enum class Key {
    job,    ///< in a journal that was never resumed, where it is the same as the place
    place,  ///< which has an index otherwise
  };

  struct End {
    WallTime at;
    std::int64_t job;
    auto operator<=>(const End&) const = default;
  };

  JournalReader(std::string path, Database database)
      : path_(std::move(path)), database_(std::move(database)) {}

  Result<void> prepare(BlobStore& outputs);
  Result<void> choose_key();
  Result<void> read_page();
  Result<void> read_rows_by_key();
  Result<void> read_rows_by_completion();
  Result<void> keep(const Statement& row);
  Result<std::unique_ptr<JobRecord>> find_by(const std::string& condition, std::string_view name,
                                             std::optional<std::uint64_t> index);
  Result<void> in_transaction(const std::function<Result<void>()>& read);
  const char* key_name() const { return key_ == Key::job ? "job" : "place"; }

  std::string path_;
  Database database_;
  Key key_ = Key::job;
  std::optional<StoredRecords> records_;
  std::optional<Statement> page_;
  std::int64_t last_ = -1;  // key of the last row that was looked at
  std::optional<std::vector<End>> by_completion_;
  std::size_t next_by_completion_ = 0;
  bool is_at_end_ = false;
  std::deque<std::unique_ptr<JobRecord>> waiting_;  // a page of them
  std::uint64_t waiting_bytes_ = 0;                 // of their outputs
};

}  // namespace fanout
