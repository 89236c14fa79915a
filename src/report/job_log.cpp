#include "report/job_log.hpp"

#include <chrono>
#include <variant>

#include "fanout/base/overloaded.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

constexpr std::string_view kHeader =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

/// Seconds with three decimals, whatever the locale.
std::string with_milliseconds(Duration duration) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(duration).count();
  std::string fraction = std::to_string(milliseconds % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(milliseconds / 1000) + "." + fraction;
}

std::string aligned(std::string number) {
  constexpr std::size_t kWidth = 10;
  if (number.size() < kWidth) number.insert(0, kWidth - number.size(), ' ');
  return number;
}

struct LoggedEnd {
  int exit_value = 0;
  int signal = 0;
};

/// Of one that we ended, or whose success is none.
LoggedEnd not_its_own(const std::optional<ExitStatus>& status) {
  const auto* signaled = status ? std::get_if<Signaled>(&*status) : nullptr;
  return {-1, signaled == nullptr ? 0 : signaled->number};
}

LoggedEnd logged_end(const Outcome& outcome) {
  return std::visit(Overloaded{
                        [](const Exited& end) {
                          return LoggedEnd{end.code, 0};
                        },
                        [](const Signaled& end) {
                          return LoggedEnd{0, end.number};
                        },
                        [](const TimedOut& end) { return not_its_own(end.status); },
                        [](const SpawnFailed& end) {
                          return LoggedEnd{end.not_found ? 127 : 126, 0};
                        },
                        [](const ParseFailed&) { return not_its_own(std::nullopt); },
                        [](const CaptureFailed&) { return not_its_own(std::nullopt); },
                        [](const Cancelled& end) { return not_its_own(end.status); },
                        [](const Lost&) { return not_its_own(std::nullopt); },
                    },
                    outcome);
}

/// What we gave it; of a file we do not know how much it read.
std::uint64_t bytes_sent(const JobRecord& record) {
  const InputUse& use = record.input_use;
  return std::visit(
      Overloaded{
          [](const NoStdin&) { return std::uint64_t{0}; },
          [](const InheritedStdin&) { return std::uint64_t{0}; },
          [](const StdinText& text) { return std::uint64_t{text.bytes.size()}; },
          [](const StdinFile&) { return std::uint64_t{0}; },
          [&](const StdinBlock& input) { return use.given > 0 ? use.given : input.block->size; },
      },
      record.spec.input);
}

std::string row(const JobRecord& record, const RunClock& clock) {
  const AttemptRecord& last = record.attempts.back();
  const LoggedEnd end = logged_end(record.outcome);
  return std::to_string(record.spec.index.value + 1) + "\t:\t" +
         with_milliseconds(clock.wall(last.started).time_since_epoch()) + "\t" +
         aligned(with_milliseconds(last.elapsed)) + "\t" + std::to_string(bytes_sent(record)) +
         "\t" + std::to_string(record.out.total_bytes) + "\t" + std::to_string(end.exit_value) +
         "\t" + std::to_string(end.signal) + "\t" + logged_command(record) + "\n";
}

}  // namespace

Result<void> JobLog::on(const Event& event) {
  if (std::holds_alternative<RunStarted>(event)) return to_.write(kHeader);
  const auto* job = std::get_if<JobFinished>(&event);
  if (job == nullptr || job->record.attempts.empty()) return {};
  return to_.write(row(job->record, clock_));
}

std::string logged_command(const JobRecord& record) {
  const std::vector<std::string>& argv = record.argv;
  const CommandText* text = record.spec.text.get();
  const bool is_line = text != nullptr && text->form == CommandText::Form::line &&
                       argv.size() == 3 && argv[0] == "/bin/sh" && argv[1] == "-c";
  if (is_line && sanitize(argv[2]) == argv[2]) return argv[2];
  return shell_join(argv, shell_quote_visibly);
}

}  // namespace fanout
