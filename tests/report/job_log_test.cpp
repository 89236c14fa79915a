#include "report/job_log.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "report/fakes.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

const RunClock kClock{Instant(0s), WallTime(1700000000s)};

/// The columns of the line for this record.
std::vector<std::string> columns(JobRecord record) {
  FakeWriter out;
  JobLog log(out, kClock);
  REQUIRE(log.on(JobFinished{std::move(record)}));
  std::vector<std::string> columns{""};
  for (const char c : out.text) {
    if (c == '\t') {
      columns.emplace_back();
    } else {
      columns.back() += c;
    }
  }
  return columns;
}

std::string ending(const Outcome& outcome) {
  const std::vector<std::string> line = columns(make_record(0, outcome));
  REQUIRE(line.size() == 9);
  return line[6] + " " + line[7];
}

JobRecord line_record(std::vector<std::string> argv) {
  JobRecord record = make_record(0, Exited{0});
  CommandText text;
  text.form = CommandText::Form::line;
  text.words = {"what was written"};
  record.spec.text = std::make_shared<const CommandText>(std::move(text));
  record.argv = std::move(argv);
  return record;
}

}  // namespace

TEST_CASE("the headings come first, then a line for each job as it finishes") {
  FakeWriter out;
  JobLog log(out, kClock);
  REQUIRE(log.on(RunStarted{}));
  CHECK(out.text == "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n");
  out.text.clear();
  JobRecord record = make_record(4, Exited{3}, "said");
  record.spec.input = StdinText{"given"};
  REQUIRE(log.on(JobFinished{std::move(record)}));
  CHECK(out.text == "5\t:\t1700000001.000\t     1.500\t5\t4\t3\t0\tjob 4\n");
}

TEST_CASE("of several attempts the last one is told") {
  JobRecord record = make_record(0, Exited{0});
  record.attempts.push_back(record.attempts.back());
  record.attempts.back().started += 70ms;
  record.attempts.back().elapsed = 12345678ms;
  const std::vector<std::string> line = columns(std::move(record));
  CHECK(line[2] == "1700000001.070");
  CHECK(line[3] == " 12345.678");
}

TEST_CASE("a job that was never started has no line") {
  FakeWriter out;
  JobLog log(out, kClock);
  REQUIRE(log.on(JobFinished{never_started(0)}));
  CHECK(out.text == "");
}

TEST_CASE("exit code and signal are the job's own, and -1 is ours") {
  CHECK(ending(Exited{0}) == "0 0");
  CHECK(ending(Exited{255}) == "255 0");
  CHECK(ending(Signaled{9}) == "0 9");
  CHECK(ending(TimedOut{1s, Signaled{15}}) == "-1 15");
  CHECK(ending(TimedOut{1s, Exited{0}}) == "-1 0");
  CHECK(ending(SpawnFailed{2, "exec", true}) == "127 0");
  CHECK(ending(SpawnFailed{13, "exec", false}) == "126 0");
  CHECK(ending(ParseFailed{"no JSON"}) == "-1 0");
  CHECK(ending(CaptureFailed{"cut"}) == "-1 0");
  CHECK(ending(Cancelled{Cancelled::Reason::killed, Signaled{15}}) == "-1 15");
  CHECK(ending(Lost{"gone"}) == "-1 0");
}

TEST_CASE("a command is one line of one column, whatever is in it") {
  JobRecord record = make_record(0, Exited{0});
  record.argv = {"echo", "a b", "it's"};
  CHECK(logged_command(record) == "echo 'a b' 'it'\\''s'");
  record.argv = {"echo", "a\nb\tc\x1b"};
  CHECK(logged_command(record) == "echo $'a\\nb\\tc\\033'");
}

TEST_CASE("a command line of the shell stands as it is, unless it would be more than a line") {
  CHECK(logged_command(line_record({"/bin/sh", "-c", "sort 'a b' | uniq"})) == "sort 'a b' | uniq");
  CHECK(logged_command(line_record({"/bin/sh", "-c", "a\nb"})) == "/bin/sh -c $'a\\nb'");
  CHECK(logged_command(line_record({"sort", "a b"})) == "sort 'a b'");
  JobRecord words = make_record(0, Exited{0});
  words.argv = {"/bin/sh", "-c", "echo $1"};
  CHECK(logged_command(words) == "/bin/sh -c 'echo $1'");
}

TEST_CASE("what cannot be written ends the log, with its reason") {
  FakeWriter out;
  out.fail_with = Error{ErrorKind::output, "full"};
  JobLog log(out, kClock);
  const Result<void> written = log.on(RunStarted{});
  REQUIRE_FALSE(written);
  CHECK(written.error().message == "full");
}
