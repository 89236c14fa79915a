#include "store/session_writer.hpp"

#include <array>
#include <utility>

#include "store/job_texts.hpp"

namespace fanout {
namespace {

constexpr const char* kInsert =
    "INSERT INTO sessions (started_at, updated_at, command_line, directory, settings, is_named, "
    "output, pid, known_jobs, workers_requested) VALUES (?,?,?,?,?,?,?,?,?,?)";
constexpr const char* kUpdate =
    "UPDATE sessions SET updated_at = ?, known_jobs = ?, jobs = ?, running = ?, succeeded = ?, "
    "failed = ?, aborted = ?, flaky = ?, reused = ?, workers = ?, workers_limited_by = ?, "
    "ended_by = ? WHERE session = ?";
constexpr const char* kSummarize =
    "UPDATE sessions SET workers = ?, workers_limited_by = ?, ended_by = ?, seconds = ?, "
    "user_seconds = ?, system_seconds = ? WHERE session = ?";
constexpr const char* kEnd =
    "UPDATE sessions SET updated_at = ?, finished_at = ?, exit_code = ?, ended_by = "
    "coalesce(ended_by, ?) WHERE session = ?";

void put_text_if_any(Statement& statement, std::string_view text) {
  text.empty() ? statement.put_null() : statement.put_word(text);
}

}  // namespace

void SessionCounts::count(const JobRecord& record) {
  switch (status_of(record.outcome)) {
    case Status::succeeded:
      ++succeeded;
      if (is_flaky(record)) ++flaky;
      break;
    case Status::failed: ++failed; break;
    case Status::aborted: ++aborted; break;
  }
  if (record.is_reused) ++reused;
}

Result<SessionWriter> SessionWriter::insert(Database& database, const SessionInfo& info) {
  Result<Statement> insert = database.prepare(kInsert);
  if (!insert) return insert.error();
  const std::string started = format_wall_time(info.clock.wall_start);
  const std::string command_line = json_of_words(info.command_line);
  insert->put_text(started);
  insert->put_text(started);
  insert->put_text(command_line);
  insert->put_word(info.directory);
  insert->put_text(info.settings_json);
  insert->put(info.is_named ? 1 : 0);
  insert->put_text(info.output);
  insert->put(info.pid);
  insert->put(info.known_jobs);
  insert->put(info.workers_requested);
  if (Result<void> done = insert->run(); !done) return done.error();
  const Result<std::int64_t> number = database.number("SELECT last_insert_rowid()");
  if (!number) return number.error();
  SessionWriter session(*number, info.clock);
  if (Result<void> done = session.prepare(database); !done) return done.error();
  return session;
}

Result<void> SessionWriter::prepare(Database& database) {
  const std::array<std::pair<Statement*, const char*>, 3> all = {
      {{&update_, kUpdate}, {&summarize_, kSummarize}, {&end_, kEnd}}};
  for (const auto& [statement, sql] : all) {
    if (Result<void> prepared = database.prepare(*statement, sql); !prepared) return prepared;
  }
  return {};
}

Result<void> SessionWriter::update(const SessionCounts& counts, Instant now) {
  const std::string updated = format_wall_time(clock_.wall(now));
  update_.put_text(updated);
  update_.put(counts.known_jobs);
  for (const std::uint64_t count : {counts.jobs, counts.running, counts.succeeded, counts.failed,
                                    counts.aborted, counts.flaky, counts.reused, counts.workers}) {
    update_.put(count);
  }
  put_text_if_any(update_, counts.workers_limited_by);
  put_text_if_any(update_, counts.ended_by);
  update_.put(number_);
  return update_.run();
}

Result<void> SessionWriter::summarize(const Summary& summary) {
  summarize_.put(summary.workers);
  put_text_if_any(summarize_, summary.workers_limited_by);
  put_text_if_any(summarize_, summary.ended_by);
  summarize_.put(summary.elapsed);
  summarize_.put(summary.user);
  summarize_.put(summary.system);
  summarize_.put(number_);
  return summarize_.run();
}

Result<void> SessionWriter::end(int exit_code, std::string_view ended_by, Instant now) {
  const std::string ended = format_wall_time(clock_.wall(now));
  end_.put_text(ended);
  end_.put_text(ended);
  end_.put(exit_code);
  put_text_if_any(end_, ended_by);
  end_.put(number_);
  return end_.run();
}

}  // namespace fanout
