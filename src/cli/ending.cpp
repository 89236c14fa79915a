#include "cli/ending.hpp"

#include <algorithm>

#include "report/label.hpp"

namespace fanout {

Result<void> Ending::on(const Event& event) {
  if (const auto* job = std::get_if<JobFinished>(&event)) note(job->record);
  if (const auto* cancelling = std::get_if<RunCancelling>(&event)) note(*cancelling);
  if (const auto* end = std::get_if<RunFinished>(&event)) note(end->summary);
  return {};
}

void Ending::note(const JobRecord& record) {
  last_ = record.outcome;
  if (!loss_) loss_ = loss_of(record);
  if (status_of(record.outcome) == Status::failed) note_failure(record);
}

void Ending::note_failure(const JobRecord& record) {
  const int code = exit_code_of(record.outcome);
  if (verdict_.first_code == 0 || record.spec.index < first_failed_) {
    verdict_.first_code = code;
    first_failed_ = record.spec.index;
  }
  if (verdict_.halting_code == 0) verdict_.halting_code = code;
  verdict_.greatest_code = std::max(verdict_.greatest_code, code);
  verdict_.greatest_xargs_code =
      std::max(verdict_.greatest_xargs_code, xargs_code_of(record.outcome));
}

void Ending::note(const RunCancelling& cancelling) {
  using Reason = RunCancelling::Reason;
  reason_ = cancelling.reason;
  has_ended_all_ = cancelling.how == RunCancelling::How::kill;
  switch (cancelling.reason) {
    case Reason::failure:
    case Reason::success:
    case Reason::done: verdict_.has_halted = true; break;
    case Reason::deadline: verdict_.is_late = true; break;
    case Reason::signal:
    case Reason::reader_gone:
    case Reason::input_error:
    case Reason::not_possible:
    case Reason::abort:
    case Reason::journal: break;
  }
}

EndStage Ending::stage() const {
  if (is_over_) return EndStage::over;
  if (has_ended_all_) return EndStage::killing;
  return reason_ ? EndStage::draining : EndStage::none;
}

void Ending::note(const Summary& summary) {
  is_over_ = true;
  summary_ = summary;
  verdict_.jobs = summary.jobs;
  verdict_.failed = summary.failed;
  verdict_.aborted = summary.aborted;
}

std::optional<Error> Ending::loss_of(const JobRecord& record) {
  constexpr std::size_t kLongestLabel = 60;
  for (const Output* output : {&record.out, &record.err}) {
    if (output->failure.empty()) continue;
    const char* name = output == &record.out ? "standard output" : "standard error";
    return Error{ErrorKind::output, std::string("cannot keep the ") + name + " of job " +
                                        job_label(record, kLongestLabel) + ": " + output->failure};
  }
  return std::nullopt;
}

}  // namespace fanout
