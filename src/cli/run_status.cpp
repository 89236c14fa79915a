#include "cli/run_status.hpp"

#include <cstdio>

#include "fanout/base/json_text.hpp"
#include "fanout/base/text.hpp"
#include "report/object_writer.hpp"
#include "report/progress_text.hpp"

namespace fanout {
namespace {

constexpr std::string_view kUnreadable = "unreadable";

/// Jobs that were done in this session, a second. Those that an earlier one had done do not count.
std::optional<double> rate_of(const RunState& state) {
  const double seconds = std::chrono::duration<double>(state.elapsed()).count();
  if (!state.session || seconds <= 0 || state.session->done() == 0) return std::nullopt;
  const SessionRow& session = *state.session;
  const std::uint64_t done = session.done() - std::min(session.done(), session.reused);
  return static_cast<double>(done) / seconds;
}

void count_or_null(ObjectWriter& object, std::string_view name,
                   const std::optional<std::uint64_t>& value) {
  value ? object.number(name, *value) : object.null(name);
}

void text_or_null(ObjectWriter& object, std::string_view name, const std::string& text) {
  text.empty() ? object.null(name) : object.string(name, sanitize(text));
}

/// Of a runner that died the last count is none of now.
std::uint64_t running_now(const RunState& state) {
  return state.is_over() ? 0 : state.session->running;
}

void append_counts(ObjectWriter& object, const RunState& state) {
  const SessionRow& session = *state.session;
  count_or_null(object, "jobs", session.known_jobs);
  object.number("read", session.jobs);
  object.number("running", running_now(state));
  object.number("succeeded", session.succeeded);
  object.number("failed", session.failed);
  object.number("aborted", session.aborted);
  object.number("flaky", session.flaky);
  object.number("reused", session.reused);
}

void append_times(ObjectWriter& object, const RunState& state) {
  const SessionRow& session = *state.session;
  object.string("started_at", format_wall_time(session.started_at));
  if (session.finished_at) {
    object.string("finished_at", format_wall_time(*session.finished_at));
  } else {
    object.null("finished_at");
  }
  object.seconds("seconds", state.elapsed());
  const std::optional<double> rate = rate_of(state);
  if (!rate) return object.null("rate");
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", *rate);
  object.json("rate", text);
}

void append_session(ObjectWriter& object, const RunState& state) {
  const SessionRow& session = *state.session;
  object.number("session", session.session);
  append_counts(object, state);
  append_times(object, state);
  count_or_null(object, "workers_requested", session.workers_requested);
  count_or_null(object, "workers", session.workers);
  text_or_null(object, "workers_limited_by", session.workers_limited_by);
  text_or_null(object, "ended_by", session.ended_by);
  if (state.phase == RunState::Phase::finished) {
    object.number("exit_code", state.exit_code());
  } else {
    object.null("exit_code");
  }
  append_json_word(object.member("directory"), session.directory);
  append_json_words(object.member("command_line"), session.command_line);
}

std::string counts_text(const RunState& state) {
  const SessionRow& session = *state.session;
  std::string text = std::to_string(session.done());
  if (session.known_jobs) text += " of " + std::to_string(*session.known_jobs);
  text += " done";
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count > 0) text += ", " + std::to_string(count) + " " + what;
  };
  add(session.failed, "failed");
  add(session.aborted, "aborted");
  add(session.flaky, "flaky");
  add(session.reused, "as recorded before");
  add(running_now(state), "running");
  return text;
}

std::string workers_text(const SessionRow& session) {
  std::string text = session.workers ? std::to_string(*session.workers) : "0";
  text += session.workers_requested ? " of " + std::to_string(*session.workers_requested) : "";
  if (!session.workers_limited_by.empty()) text += " (" + session.workers_limited_by + ")";
  return text;
}

std::string command_text(const SessionRow& session) {
  return shell_join(session.command_line, shell_quote_visibly);
}

/// `2026-01-31 12:00:00Z`: to the second.
std::string short_time(WallTime time) {
  std::string text = format_wall_time(time);
  text.resize(text.find('.'));
  text[text.find('T')] = ' ';
  return text + "Z";
}

std::string padded(std::string_view text, std::size_t width) {
  std::string all(text);
  if (all.size() < width) all.append(width - all.size(), ' ');
  return all;
}

std::string row(std::string_view name, const std::string& text) {
  return "  " + padded(name, 10) + sanitize(text) + "\n";
}

}  // namespace

std::string status_json(const RunDirectory& run, const RunState& state) {
  std::string text;
  ObjectWriter object(text);
  object.string("handle", run.handle());
  object.string("state", name_of(state.phase));
  if (state.session) append_session(object, state);
  if (state.phase == RunState::Phase::died) object.string("message", death_notice(run));
  object.finish();
  return text;
}

std::string status_json(const RunDirectory& run, const Error& problem) {
  std::string text;
  ObjectWriter object(text);
  object.string("handle", run.handle());
  object.string("state", kUnreadable);
  object.string("message", sanitize(problem.message));
  object.finish();
  return text;
}

std::string status_text(const RunDirectory& run, const RunState& state) {
  std::string text = "run " + run.handle() + ": " + std::string(name_of(state.phase));
  if (state.phase == RunState::Phase::finished) {
    text += ", exit code " + std::to_string(state.exit_code());
  }
  text += '\n';
  if (!state.session) return text;
  const SessionRow& session = *state.session;
  text += row("jobs", counts_text(state));
  if (const std::optional<double> rate = rate_of(state)) text += row("rate", rate_text(*rate));
  text += row("workers", workers_text(session));
  text += row("started", short_time(session.started_at));
  if (session.finished_at) text += row("finished", short_time(*session.finished_at));
  text +=
      row("took", format_duration(std::chrono::floor<std::chrono::milliseconds>(state.elapsed())));
  if (!session.ended_by.empty()) text += row("ended by", session.ended_by);
  text += row("directory", session.directory);
  return text + row("command", command_text(session));
}

std::string status_line(const RunDirectory& run, const RunState& state) {
  const std::string_view phase = name_of(state.phase);
  if (!state.session) return run.handle() + "  " + std::string(phase) + "\n";
  std::string line = run.handle() + "  " + padded(phase, 8);
  line += "  " + short_time(state.session->started_at) + "  " + counts_text(state);
  constexpr std::size_t kLongestCommand = 100;
  return line + "  " + sanitize_short(command_text(*state.session), kLongestCommand) + "\n";
}

std::string status_line(const RunDirectory& run, const Error& problem) {
  return run.handle() + "  " + std::string(kUnreadable) + "  " + sanitize(problem.message) + "\n";
}

}  // namespace fanout
