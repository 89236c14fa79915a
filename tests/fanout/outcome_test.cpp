#include "fanout/outcome.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using namespace std::chrono_literals;

namespace {

struct Row {
  Outcome outcome;
  Status status;
  std::string kind;
  std::string message;
  int code;  // -1 for none
  int signal;
};

}  // namespace

TEST_CASE("every outcome has its status, kind, message and number") {
  const Row rows[] = {
      {Exited{0}, Status::succeeded, "", "", 0, 0},
      {Exited{9}, Status::failed, "exit", "exited with 9", 9, 0},
      {Signaled{9}, Status::failed, "signal", "killed by SIGKILL", -1, 9},
      {Signaled{24}, Status::failed, "signal", "killed by SIGXCPU (its limit of processor time)",
       -1, 24},
      {Signaled{11, true}, Status::failed, "signal", "killed by SIGSEGV (core dumped)", -1, 11},
      {TimedOut{90s, Signaled{15}}, Status::failed, "timeout", "timed out after 1m30s", -1, 15},
      {SpawnFailed{2, "exec \"x\": no", true}, Status::failed, "spawn", "exec \"x\": no", 127, 0},
      {SpawnFailed{13, "exec \"x\": no"}, Status::failed, "spawn", "exec \"x\": no", 126, 0},
      {ParseFailed{"not JSON"}, Status::failed, "parse", "not JSON", 0, 0},
      {CaptureFailed{"cut"}, Status::failed, "capture", "cut", 0, 0},
      {Cancelled{Cancelled::Reason::killed, Exited{3}}, Status::aborted, "killed",
       "ended because the run was ended", 3, 0},
      {Cancelled{Cancelled::Reason::deadline, std::nullopt}, Status::aborted, "deadline",
       "ended by the deadline of the run", -1, 0},
      {Cancelled{Cancelled::Reason::not_started, std::nullopt}, Status::aborted, "not_started",
       "not started because the run was ended", -1, 0},
      {Cancelled{Cancelled::Reason::dependency, std::nullopt, "a\nb"}, Status::aborted,
       "dependency", "not started because \"a\\nb\" did not succeed", -1, 0},
      {Lost{"gone"}, Status::failed, "lost", "gone", -1, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(status_of(row.outcome) == row.status);
    CHECK(error_kind(row.outcome) == row.kind);
    CHECK(describe(row.outcome) == row.message);
    const std::optional<ExitStatus> status = exit_status(row.outcome);
    const auto* exited = status ? std::get_if<Exited>(&*status) : nullptr;
    const auto* signaled = status ? std::get_if<Signaled>(&*status) : nullptr;
    CHECK((exited ? exited->code : -1) == row.code);
    CHECK((signaled ? signaled->number : 0) == row.signal);
  }
}

TEST_CASE("signals have their names") {
  CHECK(signal_name(2) == "SIGINT");
  CHECK(signal_name(37) == "SIGRTMIN+3");
  CHECK(signal_name(200) == "signal 200");
}

TEST_CASE("a signal is found by its name, with and without SIG, and by its number") {
  CHECK(signal_number("SIGKILL") == 9);
  CHECK(signal_number("KILL") == 9);
  CHECK(signal_number("9") == 9);
  CHECK(signal_number("SIGRTMIN+2") == signal_number("RTMIN+2"));
  for (int number = 1; number <= 64; ++number) {
    const std::string name = signal_name(number);
    if (name.starts_with("SIG")) CHECK(signal_number(name) == number);
  }
  for (const char* wrong : {"", "SIG", "kill", "0", "65", "signal 32"}) {
    CAPTURE(wrong);
    CHECK_FALSE(signal_number(wrong));
  }
}
