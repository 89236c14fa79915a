#include "cli/exit_code.hpp"

#include "fanout/base/overloaded.hpp"

namespace fanout {
namespace {

constexpr int kParallelError = 255;  // "other error"

int code_of_status(const ExitStatus& status) {
  constexpr int kSignalBase = 128;  // as sh(1)
  return std::visit(Overloaded{
                        [](const Exited& end) { return end.code; },
                        [](const Signaled& end) { return kSignalBase + end.number; },
                    },
                    status);
}

/// A failure that is nobody's exit code.
int plain_code() {
  return static_cast<int>(ExitCode::job_failed);
}

/// As parallel(1): how many failed; with --halt fail=1 the code of the job, with a percentage the
/// share of the jobs that failed.
int parallel_code(const Verdict& verdict) {
  constexpr std::uint64_t kMany = 101;
  const Halt& halt = verdict.halt;
  if (verdict.failed == 0) return kParallelError;  // only the deadline leaves jobs undone then
  if (!verdict.has_halted || halt.why == Halt::Why::success) {
    return static_cast<int>(std::min(verdict.failed, kMany));
  }
  if (halt.unit == Halt::Unit::percent) {
    return static_cast<int>((verdict.failed * 100 + verdict.jobs - 1) / verdict.jobs);
  }
  return halt.amount == 1 ? verdict.halting_code
                          : static_cast<int>(std::min(verdict.failed, kMany));
}

int code_of_jobs(ExitStyle style, const Verdict& verdict) {
  if (verdict.is_success()) return static_cast<int>(ExitCode::success);
  const auto or_plain = [](int code) { return code == 0 ? plain_code() : code; };
  switch (style) {
    case ExitStyle::native: return plain_code();
    case ExitStyle::parallel: return parallel_code(verdict);
    case ExitStyle::xargs: return or_plain(verdict.greatest_xargs_code);
    case ExitStyle::first: return or_plain(verdict.first_code);
    case ExitStyle::max: return or_plain(verdict.greatest_code);
  }
  return plain_code();
}

}  // namespace

int exit_code_of(const Outcome& outcome) {
  if (std::holds_alternative<TimedOut>(outcome)) return kTimeIsUp;
  const std::optional<ExitStatus> status = exit_status(outcome);
  const int code = status ? code_of_status(*status) : 0;
  return code == 0 && status_of(outcome) != Status::succeeded ? plain_code() : code;
}

int exit_code_of_call(const Outcome& outcome) {
  return exit_status(outcome) ? exit_code_of(outcome) : static_cast<int>(ExitCode::not_possible);
}

bool is_plain_end(const Outcome& outcome) {
  return std::holds_alternative<Exited>(outcome) || std::holds_alternative<Signaled>(outcome);
}

int xargs_code_of(const Outcome& outcome) {
  constexpr int kFailed = 123;
  constexpr int kSaid255 = 124;
  constexpr int kSignaled = 125;
  return std::visit(Overloaded{
                        [](const Exited& end) { return end.code == 255 ? kSaid255 : kFailed; },
                        [](const Signaled&) { return kSignaled; },
                        [](const TimedOut&) { return kFailed; },
                        [](const SpawnFailed& end) { return code_of_status(*exit_status(end)); },
                        [](const ParseFailed&) { return kFailed; },
                        [](const CaptureFailed&) { return kFailed; },
                        [](const Cancelled&) { return kFailed; },
                        [](const Lost&) { return kFailed; },
                    },
                    outcome);
}

bool Verdict::is_success() const {
  if (is_late) return false;
  if (has_halted && halt.why == Halt::Why::success) return true;
  if (has_halted && halt.why == Halt::Why::done) return failed == 0;
  return failed == 0 && aborted == 0;
}

int exit_code(ExitStyle style, const Verdict& verdict, ExitCode problem) {
  if (problem != ExitCode::success) return exit_code(style, problem);
  return code_of_jobs(style, verdict);
}

int exit_code(ExitStyle style, ExitCode problem) {
  const bool is_other_error = style == ExitStyle::parallel && problem != ExitCode::success;
  return is_other_error ? kParallelError : static_cast<int>(problem);
}

}  // namespace fanout
