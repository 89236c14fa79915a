#include "store/session_row.hpp"

#include <nlohmann/json.hpp>

#include "fanout/base/text.hpp"
#include "store/stored_json.hpp"

namespace fanout {
namespace {

Error not_a_time(std::string_view text) {
  return {ErrorKind::system, in_quotes(text) + " is no time of a session"};
}

Result<void> read_times(SessionRow& session, const Statement& row) {
  const auto read = [&](int column, WallTime& time) {
    const std::optional<WallTime> parsed = parse_wall_time(row.bytes(column));
    if (parsed) time = *parsed;
    return parsed.has_value();
  };
  if (!read(1, session.started_at)) return not_a_time(row.bytes(1));
  if (!read(2, session.updated_at)) return not_a_time(row.bytes(2));
  if (!row.is_null(3) && !read(3, session.finished_at.emplace())) return not_a_time(row.bytes(3));
  return {};
}

void read_counts(SessionRow& session, const Statement& row) {
  session.known_jobs = row.count(10);
  session.jobs = row.count(11).value_or(0);
  session.running = row.count(12).value_or(0);
  session.succeeded = row.count(13).value_or(0);
  session.failed = row.count(14).value_or(0);
  session.aborted = row.count(15).value_or(0);
  session.flaky = row.count(16).value_or(0);
  session.reused = row.count(17).value_or(0);
  session.workers_requested = row.count(18);
  session.workers = row.count(19);
}

}  // namespace

Result<SessionRow> session_at(const Statement& row) {
  SessionRow session;
  session.session = row.integer(0);
  if (Result<void> done = read_times(session, row); !done) return done.error();
  Result<std::vector<std::string>> words = words_of_json(row.bytes(4));
  if (!words) return words.error();
  session.command_line = std::move(*words);
  session.directory = row.word(5);
  session.settings = row.word(6);
  // It is copied into results as it stands.
  if (!session.settings.starts_with('{') || !nlohmann::json::accept(session.settings)) {
    return Error{ErrorKind::system, "the settings of a session are no JSON object"};
  }
  session.is_named = row.integer(7) != 0;
  session.output = row.word(8);
  session.pid = row.integer(9);
  read_counts(session, row);
  session.workers_limited_by = row.word(20);
  session.ended_by = row.word(21);
  if (!row.is_null(22)) session.exit_code = static_cast<int>(row.integer(22));
  session.seconds = row.duration(23);
  session.user = row.duration(24);
  session.system = row.duration(25);
  return session;
}

}  // namespace fanout
