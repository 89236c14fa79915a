#include "report/record_json.hpp"

#include <algorithm>

#include "fanout/base/overloaded.hpp"
#include "fanout/base/text.hpp"
#include "report/object_writer.hpp"

namespace fanout {
namespace {

constexpr std::size_t kTailBytes = 2048;  // of standard error, for error.stderr_tail

/// The lines of `bytes`, as text that is safe to show. The first may be a rest.
std::string printable_tail(std::string_view bytes, bool is_cut) {
  if (is_cut) {
    const std::size_t line_end = bytes.find('\n');
    if (line_end != bytes.npos && line_end + 1 < bytes.size()) bytes.remove_prefix(line_end + 1);
  }
  std::string tail;
  while (!bytes.empty()) {
    const std::size_t line_end = bytes.find('\n');
    tail += sanitize(bytes.substr(0, line_end));
    if (line_end == bytes.npos) break;
    tail += '\n';
    bytes.remove_prefix(line_end + 1);
  }
  return tail;
}

void append_end(ObjectWriter& object, const Outcome& outcome) {
  const std::optional<ExitStatus> status = exit_status(outcome);
  const auto* exited = status ? std::get_if<Exited>(&*status) : nullptr;
  const auto* signaled = status ? std::get_if<Signaled>(&*status) : nullptr;
  if (exited != nullptr) {
    object.number("exit_code", exited->code);
  } else {
    object.null("exit_code");
  }
  if (signaled != nullptr) {
    object.string("signal", signal_name(signaled->number));
  } else {
    object.null("signal");
  }
}

/// What an error quotes of standard error; nothing of a success.
Result<std::string> quotation(const JobRecord& record) {
  if (status_of(record.outcome) == Status::succeeded) return std::string();
  Result<std::string> tail = record.err.tail(kTailBytes);
  if (!tail) return tail;
  return printable_tail(*tail, record.err.size() > kTailBytes);
}

/// `quoted` is nullptr where there is no standard error to quote from.
void append_error(std::string& out, const Outcome& outcome, const std::string* quoted) {
  if (status_of(outcome) == Status::succeeded) {
    out += "null";
    return;
  }
  ObjectWriter error(out);
  error.string("kind", error_kind(outcome));
  error.string("message", sanitize(describe(outcome)));
  if (const auto* spawn = std::get_if<SpawnFailed>(&outcome)) {
    error.number("errno", spawn->error_number);
  }
  if (quoted != nullptr) error.string("stderr_tail", *quoted);
  error.finish();
}

/// The bytes as they stand inside of a string: escaped, or as base64 where they are no text.
void append_bytes(Rope& rope, const Output& output) {
  using Form = Encoding::Form;
  const Form form = output.text_from ? Form::json : Form::base64;
  rope.append(output.slice(output.text_from.value_or(0)), {form, {}});
}

void append_output(Rope& rope, ObjectWriter& object, std::string_view name, const Output& output) {
  object.member(name) += '"';
  append_bytes(rope, output);
  rope.text() += '"';
}

void append_output_notes(ObjectWriter& object, const std::string& name, const Output& output) {
  if (!output.text_from) object.string(name + "_encoding", "base64");
  if (!output.is_truncated()) return;
  object.number(name + "_bytes", output.total_bytes);
  object.boolean(name + "_truncated", true);
}

void append_times(ObjectWriter& object, const AttemptRecord& attempt, const RunClock& clock) {
  object.string("started_at", format_wall_time(clock.wall(attempt.started)));
  object.seconds("seconds", attempt.elapsed);
  object.seconds("user_seconds", attempt.usage.user);
  object.seconds("system_seconds", attempt.usage.system);
  if (attempt.usage.max_rss_kib) {
    object.number("max_rss_kib", *attempt.usage.max_rss_kib);
  } else {
    object.null("max_rss_kib");
  }
  object.number("slot", attempt.id.slot.value);
}

void append_no_times(ObjectWriter& object) {
  for (const char* name :
       {"started_at", "seconds", "user_seconds", "system_seconds", "max_rss_kib", "slot"}) {
    object.null(name);
  }
}

void append_attempts(std::string& out, const JobRecord& record, const RunClock& clock) {
  out += '[';
  for (const AttemptRecord& attempt : record.attempts) {
    if (&attempt != &record.attempts.front()) out += ',';
    ObjectWriter object(out);
    object.number("attempt", attempt.id.number);
    object.string("status", status_name(status_of(attempt.outcome)));
    append_end(object, attempt.outcome);
    append_error(object.member("error"), attempt.outcome, nullptr);
    append_times(object, attempt, clock);
    if (attempt.has_leaked) object.boolean("leaked", true);
    object.finish();
  }
  out += ']';
}

void append_arguments(ObjectWriter& object, const JobSpec& spec) {
  std::string& out = object.member("args");
  out += '[';
  for (const Value& arg : spec.args) {
    if (&arg != &spec.args.front()) out += ',';
    append_json(out, arg);
  }
  out += ']';
  object.member("kwargs") += '{';
  bool is_first = true;
  for (const auto& [key, value] : spec.kwargs) {
    if (!std::exchange(is_first, false)) out += ',';
    append_json_string(out, key);
    out += ':';
    append_json(out, value);
  }
  out += '}';
}

void append_granted(ObjectWriter& object, const Grants& granted) {
  std::string& out = object.member("resources");
  const char* before_name = "{";
  for (const Grant& grant : granted) {
    append_json_string(out += std::exchange(before_name, ","), grant.resource);
    const char* before_number = ":[";
    for (const std::uint32_t number : grant.numbers) {
      out += std::exchange(before_number, ",");
      out += std::to_string(number);
    }
    out += ']';
  }
  out += '}';
}

void append_input(ObjectWriter& object, const JobRecord& record) {
  const auto* input = std::get_if<StdinBlock>(&record.spec.input);
  if (input == nullptr) return;
  const InputUse& use = record.input_use;
  object.number("stdin_bytes", use.given > 0 ? use.given : input->block->size);
  if (use.untaken > 0) object.number("stdin_untaken_bytes", use.untaken);
}

/// The value of a job that succeeded: what was parsed of its standard output, or all of it.
void append_success(Rope& rope, const JobRecord& record) {
  if (record.value) {
    rope.text() += *record.value;
    return;
  }
  rope.text() += record.out.text_from ? "\"" : "{\"base64\":\"";
  append_bytes(rope, record.out);
  rope.text() += record.out.text_from ? "\"" : "\"}";
}

}  // namespace

Result<void> append_record(Rope& rope, const JobRecord& record, const RunClock& clock) {
  const Result<std::string> quoted = quotation(record);
  if (!quoted) return quoted.error();
  const bool was_started = !record.attempts.empty();
  ObjectWriter object(rope.text());
  object.number("index", record.spec.index.value);
  if (record.spec.name) {
    append_json_word(object.member("name"), *record.spec.name);
  } else {
    object.null("name");
  }
  append_json_words(object.member("command"), record.argv);
  append_arguments(object, record.spec);
  object.string("status", status_name(status_of(record.outcome)));
  append_end(object, record.outcome);
  append_error(object.member("error"), record.outcome, &*quoted);
  if (was_started) {
    append_output(rope, object, "stdout", record.out);
    append_output(rope, object, "stderr", record.err);
  } else {
    object.null("stdout");
    object.null("stderr");
  }
  append_attempts(object.member("attempts"), record, clock);
  if (was_started) {
    append_times(object, record.attempts.back(), clock);
  } else {
    append_no_times(object);
  }
  if (record.value) object.json("value", *record.value);
  append_input(object, record);
  append_output_notes(object, "stdout", record.out);
  append_output_notes(object, "stderr", record.err);
  if (was_started && record.attempts.back().has_leaked) object.boolean("leaked", true);
  if (was_started && record.granted != nullptr) append_granted(object, *record.granted);
  if (is_flaky(record)) object.boolean("flaky", true);
  if (record.is_reused) object.boolean("reused", true);
  object.finish();
  return {};
}

Result<void> append_value(Rope& rope, const JobRecord& record, const std::string& replacement) {
  if (status_of(record.outcome) == Status::succeeded) {
    append_success(rope, record);
  } else if (!replacement.empty()) {
    rope.text() += replacement;
  } else {
    const Result<std::string> quoted = quotation(record);
    if (!quoted) return quoted.error();
    ObjectWriter failed(rope.text());
    failed.boolean("failed", true);
    append_arguments(failed, record.spec);
    append_error(failed.member("error"), record.outcome, &*quoted);
    failed.finish();
  }
  return {};
}

void append_summary(std::string& out, const Summary& summary) {
  ObjectWriter object(out);
  object.number("jobs", summary.jobs);
  object.number("succeeded", summary.succeeded);
  object.number("failed", summary.failed);
  object.number("aborted", summary.aborted);
  if (summary.flaky > 0) object.number("flaky", summary.flaky);
  if (summary.reused > 0) object.number("reused", summary.reused);
  if (summary.is_partial) object.boolean("partial", true);
  object.number("workers", summary.workers);
  if (!summary.workers_limited_by.empty()) {
    object.string("workers_limited_by", sanitize(summary.workers_limited_by));
  }
  if (!summary.ended_by.empty()) object.string("ended_by", summary.ended_by);
  object.seconds("seconds", summary.elapsed);
  object.seconds("user_seconds", summary.user);
  object.seconds("system_seconds", summary.system);
  object.finish();
}

}  // namespace fanout
