#include "cli/recorded_results.hpp"

#include <utility>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

Error no_such_job(const std::string& name, const RunState& state) {
  const std::string none = "no job " + in_quotes(name);
  if (!state.is_over()) return usage_error(none + " has begun yet: the run goes on");
  return usage_error(none + ": it is neither a name nor an index (the first one is 0)");
}

/// Whether somebody still wants to be told.
bool pass_on(JobRecord record, RecordedSummary& summary, Sink& sink) {
  summary.note(record);
  const Result<void> done = sink.on(JobFinished{std::move(record)});
  return done || done.error().kind != ErrorKind::reader_gone;
}

Result<void> tell_all(JournalReader& journal, RecordedSummary& summary, Sink& sink) {
  while (true) {
    Result<std::unique_ptr<JobRecord>> record = journal.next();
    if (!record) return record.error();
    if (*record == nullptr) return {};
    if (!pass_on(std::move(**record), summary, sink)) return {};
  }
}

Result<std::unique_ptr<JobRecord>> find_one(OpenRun& run, const std::string& name) {
  Result<std::unique_ptr<JobRecord>> record = run.journal->find(name);
  if (record && *record == nullptr) return no_such_job(name, run.state);
  return record;
}

}  // namespace

// Instants of stored records count from the epoch.
RunInfo info_of(const RunDirectory& run, const RunState& state) {
  const SessionRow& session = *state.session;
  const RunClock clock{Instant(session.started_at.time_since_epoch()), session.started_at};
  return {clock, session.command_line, session.settings, session.is_named, run.handle()};
}

void RecordedSummary::note(const JobRecord& record) {
  ++counted_.jobs;
  switch (status_of(record.outcome)) {
    case Status::succeeded: ++counted_.succeeded; break;
    case Status::failed: ++counted_.failed; break;
    case Status::aborted: ++counted_.aborted; break;
  }
  if (is_flaky(record)) ++counted_.flaky;
  if (record.is_reused) ++counted_.reused;
}

Summary RecordedSummary::of(const RunState& state) const {
  const SessionRow& session = *state.session;
  const bool is_finished = state.phase == RunState::Phase::finished;
  Summary summary = counted_;
  summary.workers = session.workers.value_or(0);
  summary.workers_limited_by = session.workers_limited_by;
  summary.ended_by = session.ended_by;
  // Of one that goes on: until it recorded something last, so that the answer is of one piece.
  summary.elapsed = is_finished ? session.seconds : session.updated_at - session.started_at;
  summary.user = session.user;
  summary.system = session.system;
  summary.is_partial = !is_finished;
  return summary;
}

Result<Summary> tell(OpenRun& run, const RecordedJobs& jobs, Sink& sink) {
  RecordedSummary summary;
  if (jobs.order == Order::completion && !jobs.only) {
    if (Result<void> done = run.journal->order_by_completion(); !done) return done.error();
  }
  std::unique_ptr<JobRecord> only;
  if (jobs.only) {  // before a word is written, as there may be none
    Result<std::unique_ptr<JobRecord>> found = find_one(run, *jobs.only);
    if (!found) return found.error();
    only = std::move(*found);
  }
  // What fails is remembered by whoever wired the sinks.
  static_cast<void>(sink.on(RunStarted{}));
  if (only) {
    static_cast<void>(pass_on(std::move(*only), summary, sink));
  } else if (Result<void> told = tell_all(*run.journal, summary, sink); !told) {
    return told.error();
  }
  const Summary end = summary.of(run.state);
  static_cast<void>(sink.on(RunFinished{end, {}}));
  return end;
}

}  // namespace fanout
