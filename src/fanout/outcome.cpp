#include "fanout/outcome.hpp"

#include <csignal>

#include "fanout/base/overloaded.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

struct SignalName {
  int number;
  std::string_view name;
};

// signal(7): the standard signals of Linux.
constexpr SignalName kSignalNames[] = {
    {SIGHUP, "SIGHUP"},       {SIGINT, "SIGINT"},       {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},
    {SIGTRAP, "SIGTRAP"},     {SIGABRT, "SIGABRT"},     {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
    {SIGKILL, "SIGKILL"},     {SIGUSR1, "SIGUSR1"},     {SIGSEGV, "SIGSEGV"}, {SIGUSR2, "SIGUSR2"},
    {SIGPIPE, "SIGPIPE"},     {SIGALRM, "SIGALRM"},     {SIGTERM, "SIGTERM"}, {SIGCHLD, "SIGCHLD"},
    {SIGCONT, "SIGCONT"},     {SIGSTOP, "SIGSTOP"},     {SIGTSTP, "SIGTSTP"}, {SIGTTIN, "SIGTTIN"},
    {SIGTTOU, "SIGTTOU"},     {SIGURG, "SIGURG"},       {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"},
    {SIGPROF, "SIGPROF"},     {SIGVTALRM, "SIGVTALRM"}, {SIGSYS, "SIGSYS"},
#ifdef SIGSTKFLT
    {SIGSTKFLT, "SIGSTKFLT"},
#endif
#ifdef SIGWINCH
    {SIGWINCH, "SIGWINCH"},
#endif
#ifdef SIGIO
    {SIGIO, "SIGIO"},
#endif
#ifdef SIGPWR
    {SIGPWR, "SIGPWR"},
#endif
};

/// Which limit of setrlimit(2) has its own signal.
std::string limit_behind(int signal) {
  if (signal == SIGXCPU) return " (its limit of processor time)";
  if (signal == SIGXFSZ) return " (its limit for the size of files)";
  return "";
}

std::string describe_end(const ExitStatus& status) {
  return std::visit(Overloaded{
                        [](const Exited& end) {
                          return end.code == 0 ? std::string()
                                               : "exited with " + std::to_string(end.code);
                        },
                        [](const Signaled& end) {
                          return "killed by " + signal_name(end.number) + limit_behind(end.number) +
                                 (end.core_dumped ? " (core dumped)" : "");
                        },
                    },
                    status);
}

std::string_view reason_name(Cancelled::Reason reason) {
  switch (reason) {
    case Cancelled::Reason::killed: return "killed";
    case Cancelled::Reason::deadline: return "deadline";
    case Cancelled::Reason::not_started: return "not_started";
    case Cancelled::Reason::dependency: return "dependency";
  }
  return "";
}

std::string describe_cancel(const Cancelled& cancelled) {
  switch (cancelled.reason) {
    case Cancelled::Reason::killed: return "ended because the run was ended";
    case Cancelled::Reason::deadline: return "ended by the deadline of the run";
    case Cancelled::Reason::not_started: return "not started because the run was ended";
    case Cancelled::Reason::dependency:
      return "not started because " + in_quotes(cancelled.prerequisite) + " did not succeed";
  }
  return "";
}

}  // namespace

Status status_of(const Outcome& outcome) {
  return std::visit(
      Overloaded{
          [](const Exited& end) { return end.code == 0 ? Status::succeeded : Status::failed; },
          [](const Signaled&) { return Status::failed; },
          [](const TimedOut&) { return Status::failed; },
          [](const SpawnFailed&) { return Status::failed; },
          [](const ParseFailed&) { return Status::failed; },
          [](const CaptureFailed&) { return Status::failed; },
          [](const Cancelled&) { return Status::aborted; },
          [](const Lost&) { return Status::failed; },
      },
      outcome);
}

std::string_view error_kind(const Outcome& outcome) {
  using Kind = std::string_view;
  return std::visit(
      Overloaded{
          [](const Exited& end) -> Kind { return end.code == 0 ? "" : "exit"; },
          [](const Signaled&) -> Kind { return "signal"; },
          [](const TimedOut&) -> Kind { return "timeout"; },
          [](const SpawnFailed&) -> Kind { return "spawn"; },
          [](const ParseFailed&) -> Kind { return "parse"; },
          [](const CaptureFailed&) -> Kind { return "capture"; },
          [](const Cancelled& cancelled) -> Kind { return reason_name(cancelled.reason); },
          [](const Lost&) -> Kind { return "lost"; },
      },
      outcome);
}

std::string describe(const Outcome& outcome) {
  return std::visit(
      Overloaded{
          [](const Exited& end) { return describe_end(end); },
          [](const Signaled& end) { return describe_end(end); },
          [](const TimedOut& end) { return "timed out after " + format_duration(end.limit); },
          [](const SpawnFailed& end) { return end.message; },
          [](const ParseFailed& end) { return end.message; },
          [](const CaptureFailed& end) { return end.message; },
          [](const Cancelled& end) { return describe_cancel(end); },
          [](const Lost& end) { return end.message; },
      },
      outcome);
}

std::optional<ExitStatus> exit_status(const Outcome& outcome) {
  using Known = std::optional<ExitStatus>;
  return std::visit(
      Overloaded{
          [](const Exited& end) -> Known { return end; },
          [](const Signaled& end) -> Known { return end; },
          [](const TimedOut& end) -> Known { return end.status; },
          [](const SpawnFailed& end) -> Known { return Exited{end.not_found ? 127 : 126}; },
          [](const ParseFailed&) -> Known { return Exited{0}; },
          [](const CaptureFailed&) -> Known { return Exited{0}; },
          [](const Cancelled& end) -> Known { return end.status; },
          [](const Lost&) -> Known { return std::nullopt; },
      },
      outcome);
}

std::string signal_name(int number) {
  for (const SignalName& entry : kSignalNames) {
    if (entry.number == number) return std::string(entry.name);
  }
  if (number >= SIGRTMIN && number <= SIGRTMAX) {
    return "SIGRTMIN+" + std::to_string(number - SIGRTMIN);
  }
  return "signal " + std::to_string(number);
}

std::optional<int> signal_number(std::string_view name) {
  constexpr int kLast = 64;  // signal(7)
  for (int number = 1; number <= kLast; ++number) {
    const std::string full = signal_name(number);
    const bool is_its_name = name == full || "SIG" + std::string(name) == full;
    if (name == std::to_string(number) || (is_its_name && full.starts_with("SIG"))) return number;
  }
  return std::nullopt;
}

std::string_view status_name(Status status) {
  switch (status) {
    case Status::succeeded: return "succeeded";
    case Status::failed: return "failed";
    case Status::aborted: return "aborted";
  }
  return "";
}

}  // namespace fanout
