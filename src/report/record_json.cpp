#include "report/record_json.hpp"

#include <algorithm>

#include "fanout/base/overloaded.hpp"
#include "fanout/base/text.hpp"
#include "report/object_writer.hpp"

namespace fanout {
namespace {

constexpr std::size_t kTailBytes = 2048;  // of standard error, for error.stderr_tail

/// The last lines of `bytes`, as text that is safe to show.
std::string printable_tail(std::string_view bytes) {
  if (bytes.size() > kTailBytes) {
    bytes.remove_prefix(bytes.size() - kTailBytes);
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

/// `err` is nullptr where there is no standard error to quote from.
void append_error(std::string& out, const Outcome& outcome, const Output* err) {
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
  if (err != nullptr) error.string("stderr_tail", printable_tail(err->bytes));
  error.finish();
}

/// A tail may start in the middle of a character; its rest is dropped when all else is text.
std::string_view from_first_character(std::string_view bytes) {
  constexpr std::size_t kLongestRest = 3;
  std::size_t skip = 0;
  while (skip < kLongestRest && skip < bytes.size() &&
         (static_cast<unsigned char>(bytes[skip]) & 0xC0) == 0x80) {
    ++skip;
  }
  return bytes.substr(skip);
}

struct ShownOutput {
  std::string_view bytes;
  bool is_text = true;
};

ShownOutput shown(const Output& output) {
  std::string_view bytes = output.bytes;
  if (is_utf8(bytes)) return {bytes, true};
  if (!output.is_truncated()) return {bytes, false};
  const std::string_view rest = from_first_character(bytes);
  return is_utf8(rest) ? ShownOutput{rest, true} : ShownOutput{bytes, false};
}

void append_output(ObjectWriter& object, std::string_view name, const Output& output) {
  const ShownOutput text = shown(output);
  if (text.is_text) {
    append_json_string(object.member(name), text.bytes);
  } else {
    std::string& out = object.member(name);
    out += '"';
    append_base64(out, text.bytes);
    out += '"';
  }
}

void append_output_notes(ObjectWriter& object, const std::string& name, const Output& output) {
  if (!shown(output).is_text) object.string(name + "_encoding", "base64");
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
    object.finish();
  }
  out += ']';
}

void append_words(std::string& out, const std::vector<std::string>& words) {
  out += '[';
  for (const std::string& word : words) {
    if (&word != &words.front()) out += ',';
    append_json_word(out, word);
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

}  // namespace

void append_record(std::string& out, const JobRecord& record, const RunClock& clock) {
  const bool was_started = !record.attempts.empty();
  ObjectWriter object(out);
  object.number("index", record.spec.index.value);
  if (record.spec.name) {
    append_json_word(object.member("name"), *record.spec.name);
  } else {
    object.null("name");
  }
  append_words(object.member("command"), record.argv);
  append_arguments(object, record.spec);
  object.string("status", status_name(status_of(record.outcome)));
  append_end(object, record.outcome);
  append_error(object.member("error"), record.outcome, &record.err);
  if (was_started) {
    append_output(object, "stdout", record.out);
    append_output(object, "stderr", record.err);
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
  append_output_notes(object, "stdout", record.out);
  append_output_notes(object, "stderr", record.err);
  object.finish();
}

void append_value(std::string& out, const JobRecord& record, const std::string& replacement) {
  if (status_of(record.outcome) == Status::succeeded) {
    if (record.value) {
      out += *record.value;
    } else {
      append_json_word(out, shown(record.out).bytes);
    }
  } else if (!replacement.empty()) {
    out += replacement;
  } else {
    ObjectWriter failed(out);
    failed.boolean("failed", true);
    append_arguments(failed, record.spec);
    append_error(failed.member("error"), record.outcome, &record.err);
    failed.finish();
  }
}

void append_summary(std::string& out, const Summary& summary) {
  ObjectWriter object(out);
  object.number("jobs", summary.jobs);
  object.number("succeeded", summary.succeeded);
  object.number("failed", summary.failed);
  object.number("aborted", summary.aborted);
  object.number("workers", summary.workers);
  object.seconds("seconds", summary.elapsed);
  object.seconds("user_seconds", summary.user);
  object.seconds("system_seconds", summary.system);
  object.finish();
}

}  // namespace fanout
