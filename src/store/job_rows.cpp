#include "store/job_rows.hpp"

#include <array>
#include <utility>

#include "store/job_texts.hpp"
#include "store/journal_schema.hpp"
#include "store/outcome_columns.hpp"

namespace fanout {
namespace {

std::string parameters(int count) {
  std::string text = "(?";
  while (--count > 0) text += ",?";
  return text + ")";
}

std::string insert_into(const std::string& table, const std::string& before,
                        const std::string& after, int count) {
  return "INSERT OR REPLACE INTO " + table + " (" + before + std::string(kOutcomeColumns) + after +
         ") VALUES " + parameters(count + kOutcomeColumnCount);
}

/// The bytes without a copy where that is possible, else in `copy`.
Result<std::string_view> bytes_of(const Output& output, std::string& copy) {
  const std::size_t size = static_cast<std::size_t>(output.size());
  const std::string_view view = output.kept->view(0, size);
  if (view.data() != nullptr) return view;
  Result<std::string> bytes = output.bytes();
  if (!bytes) return std::move(bytes).error();
  copy = *std::move(bytes);
  return std::string_view(copy);
}

}  // namespace

Result<void> JobRows::prepare(Database& database) {
  const std::string job =
      insert_into("jobs", "job, place, session, ran_in, key, name, command, args, kwargs, ",
                  ", prerequisite, attempts, started_at, value, stdin_bytes, stdin_untaken_bytes, "
                  "resources",
                  16);
  const std::string attempt =
      insert_into("attempts", "job, session, attempt, slot, ",
                  ", started_at, seconds, user_seconds, system_seconds, max_rss_kib, leaked", 10);
  const std::array<std::pair<Statement*, std::string>, 7> all = {{
      {&job_, job},
      {&attempt_, attempt},
      {&output_,
       "INSERT OR REPLACE INTO outputs (job, session, stream, bytes, text_from, data, file, "
       "failure) VALUES " +
           parameters(8)},
      {&withdraw_, "UPDATE jobs SET status = 'interrupted' WHERE job = ? AND status = 'running'"},
      {&take_place_, "UPDATE jobs SET place = NULL WHERE place = ? AND session <> ?"},
      {&claim_, "UPDATE jobs SET session = ?, place = ? WHERE job = ?"},
      {&forget_, "UPDATE jobs SET place = NULL WHERE session <> ? AND place IS NOT NULL"},
  }};
  for (const auto& [statement, sql] : all) {
    if (Result<void> prepared = database.prepare(*statement, sql); !prepared) return prepared;
  }
  return {};
}

bool JobRows::is_large(const Output& output) {
  return output.size() > kMostInside;
}

bool JobRows::is_large(const std::optional<std::string>& value) {
  return value && value->size() > kMostInside;
}

std::vector<std::string> JobRows::folder_of(std::int64_t row) const {
  return {std::to_string(session_), std::to_string(row)};
}

/// What is known of it at any time.
void JobRows::put_job(const RowOfJob& job, const JobSpec& spec,
                      const std::vector<std::string>& argv) {
  job_.put(job.row);
  job_.put(spec.index.value);
  job_.put(session_);
  job_.put(session_);
  job_.put_blob(job.key.view());
  spec.name ? job_.put_word(*spec.name) : job_.put_null();
  texts_.command = json_of_words(argv);
  texts_.args = json_of_args(spec.args);
  texts_.kwargs = json_of_kwargs(spec.kwargs);
  job_.put_text(texts_.command);
  job_.put_text(texts_.args);
  job_.put_text(texts_.kwargs);
}

/// What is known when it has ended, after the outcome.
void JobRows::put_rest(const JobRecord& record) {
  const auto* cancelled = std::get_if<Cancelled>(&record.outcome);
  const bool has_waited = cancelled != nullptr && !cancelled->prerequisite.empty();
  has_waited ? job_.put_word(cancelled->prerequisite) : job_.put_null();
  job_.put(record.attempts.size());
  if (record.attempts.empty()) {
    job_.put_null();
  } else {
    texts_.started_at = format_wall_time(clock_.wall(record.attempts.back().started));
    job_.put_text(texts_.started_at);
  }
  record.value ? job_.put_text(*record.value) : job_.put_null();
  const auto* input = std::get_if<StdinBlock>(&record.spec.input);
  if (input == nullptr) {
    job_.put_null();
    job_.put_null();
  } else {
    const InputUse& use = record.input_use;
    job_.put(use.given > 0 ? use.given : input->block->size);
    use.untaken > 0 ? job_.put(use.untaken) : job_.put_null();
  }
  if (record.granted == nullptr) {
    job_.put_null();
  } else {
    texts_.resources = json_of_grants(*record.granted);
    job_.put_text(texts_.resources);
  }
}

Result<void> JobRows::write(const RowOfJob& job, const JobRecord& record,
                            std::uint64_t large_value) {
  OutcomeTexts texts;
  put_job(job, record.spec, record.argv);
  put_outcome(job_, record.outcome, texts);
  put_rest(record);
  if (Result<void> done = job_.run(); !done) return done;
  for (const AttemptRecord& attempt : record.attempts) {
    if (Result<void> done = write_attempt(job.row, attempt); !done) return done;
  }
  if (Result<void> done = write_output(job.row, "stdout", record.out); !done) return done;
  if (Result<void> done = write_output(job.row, "stderr", record.err); !done) return done;
  return large_value == 0 ? Result<void>() : write_large_value(job.row, large_value);
}

Result<void> JobRows::write_running(const RowOfJob& job, const JobSpec& spec,
                                    const AttemptId& attempt, Instant started) {
  put_job(job, spec, argv_in_slot(spec.command, attempt.slot));
  job_.put_text("running");
  for (int column = 1; column < kOutcomeColumnCount; ++column) job_.put_null();
  job_.put_null();  // prerequisite
  job_.put(attempt.number - 1);
  texts_.started_at = format_wall_time(clock_.wall(started));
  job_.put_text(texts_.started_at);
  for (int column = 0; column < 4; ++column) job_.put_null();
  return job_.run();
}

Result<void> JobRows::withdraw_running(std::int64_t row) {
  withdraw_.put(row);
  return withdraw_.run();
}

Result<void> JobRows::take_place(JobIndex place) {
  take_place_.put(place.value);
  take_place_.put(session_);
  return take_place_.run();
}

Result<void> JobRows::claim(std::int64_t row, JobIndex place) {
  claim_.put(session_);
  claim_.put(place.value);
  claim_.put(row);
  return claim_.run();
}

Result<void> JobRows::forget_other_places() {
  forget_.put(session_);
  return forget_.run();
}

Result<void> JobRows::write_attempt(std::int64_t row, const AttemptRecord& attempt) {
  attempt_.put(row);
  attempt_.put(session_);
  attempt_.put(attempt.id.number);
  attempt_.put(attempt.id.slot.value);
  OutcomeTexts texts;
  put_outcome(attempt_, attempt.outcome, texts);
  const std::string started = format_wall_time(clock_.wall(attempt.started));
  attempt_.put_text(started);
  attempt_.put(attempt.elapsed);
  attempt_.put(attempt.usage.user);
  attempt_.put(attempt.usage.system);
  attempt_.put(attempt.usage.max_rss_kib);
  attempt_.put(attempt.has_leaked ? 1 : 0);
  return attempt_.run();
}

void JobRows::put_output(std::int64_t row, const char* stream, std::uint64_t bytes) {
  output_.put(row);
  output_.put(session_);
  output_.put_text(stream);
  output_.put(bytes);
}

Result<void> JobRows::write_output(std::int64_t row, const char* stream, const Output& output) {
  if (output.total_bytes == 0 && output.failure.empty()) return {};
  std::string copy;
  Result<std::string_view> bytes = std::string_view();
  if (output.size() > 0 && !is_large(output)) bytes = bytes_of(output, copy);
  if (!bytes) return bytes.error();
  put_output(row, stream, output.total_bytes);
  output_.put(output.text_from);
  if (bytes->empty()) {
    output_.put_null();
  } else {
    output.text_from == 0U ? output_.put_word(*bytes) : output_.put_blob(*bytes);
  }
  texts_.file = std::to_string(session_) + "/" + std::to_string(row) + "/" + stream;
  is_large(output) ? output_.put_text(texts_.file) : output_.put_null();
  output.failure.empty() ? output_.put_null() : output_.put_word(output.failure);
  return output_.run();
}

Result<void> JobRows::write_large_value(std::int64_t row, std::uint64_t bytes) {
  put_output(row, "value", bytes);
  output_.put(0);
  output_.put_null();
  texts_.file = std::to_string(session_) + "/" + std::to_string(row) + "/value";
  output_.put_text(texts_.file);
  output_.put_null();
  return output_.run();
}

}  // namespace fanout
