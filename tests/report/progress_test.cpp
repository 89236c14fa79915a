#include "report/progress.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "report/fakes.hpp"
#include "report/progress_text.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

struct Run {
  explicit Run(std::optional<std::uint64_t> total) : progress([total] { return total; }) {
    progress.on(RunStarted{Instant(1h)});
  }
  void start(std::uint64_t index) { progress.on(JobStarted{{JobIndex{index}, 1, {}}, {}}); }
  void finish(std::uint64_t index, Outcome outcome = Exited{0}) {
    progress.on(JobFinished{make_record(index, outcome)});
  }
  ProgressView at(Duration elapsed) { return progress.look(Instant(1h) + elapsed); }

  Progress progress;
};

ProgressView view_of(std::uint64_t done, std::optional<std::uint64_t> total) {
  ProgressView view;
  view.done = done;
  view.total = total;
  view.failed = 3;
  view.running = 8;
  view.elapsed = 75s;
  view.rate = 0.6;
  view.remaining = 125s;
  return view;
}

}  // namespace

TEST_CASE("progress counts what is done, what failed and what runs") {
  Run run(6);
  for (std::uint64_t i = 0; i < 4; ++i) run.start(i);
  run.finish(0);
  run.finish(1, Exited{2});
  run.progress.on(JobPostponed{{JobIndex{2}, 1, {}}, {}});
  AttemptRecord attempt;
  attempt.id.job = JobIndex{3};
  run.progress.on(JobRetrying{attempt});
  ProgressView view = run.at(10s);
  CHECK(view.done == 2);
  CHECK(view.failed == 1);
  CHECK(view.running == 0);
  CHECK(*view.total == 6);
  CHECK(view.elapsed == 10s);
  run.start(3);
  run.progress.on(JobFinished{never_started(4)});
  view = run.at(11s);
  CHECK(view.aborted == 1);
  CHECK(view.done == 3);
  CHECK(view.running == 1);
}

TEST_CASE("what remains is told from the rate, when there is one") {
  Run run(100);
  CHECK_FALSE(run.at(1s).rate);
  for (std::uint64_t i = 0; i < 20; ++i) run.finish(i);
  const ProgressView view = run.at(10s);
  REQUIRE(view.rate);
  CHECK(*view.rate == doctest::Approx(2.0).epsilon(0.1));
  REQUIRE(view.remaining);
  CHECK(std::chrono::duration<double>(*view.remaining).count() == doctest::Approx(40).epsilon(0.1));
  Run stream(std::nullopt);
  stream.finish(0);
  CHECK(stream.at(1s).rate);
  CHECK_FALSE(stream.at(2s).remaining);
}

TEST_CASE("the rate follows what happens of late, and does not jump") {
  Run run(10000);
  std::uint64_t done = 0;
  double rate = 0;
  for (int second = 1; second <= 60; ++second) {
    for (int i = 0; i < 10; ++i) run.finish(done++);
    rate = *run.at(second * 1s).rate;
  }
  CHECK(rate == doctest::Approx(10).epsilon(0.01));
  for (int second = 61; second <= 120; ++second) {
    run.finish(done++);
    const double next = *run.at(second * 1s).rate;
    CHECK(next < rate);
    CHECK(next > rate * 0.9);
    rate = next;
  }
  CHECK(rate == doctest::Approx(1).epsilon(0.2));
}

TEST_CASE("the rate of jobs that take minutes is steady as well") {
  Run run(100);
  std::uint64_t done = 0;
  for (int second = 1; second <= 3600; ++second) {
    if (second % 60 == 0) run.finish(done++);
    const ProgressView view = run.at(second * 1s);
    if (second < 1200) continue;
    CHECK(*view.rate == doctest::Approx(1.0 / 60).epsilon(0.15));
  }
}

TEST_CASE("the time for which fanout was stopped does not count") {
  Run run(10);
  run.finish(0);
  run.at(1s);
  run.progress.skip(1h);
  const ProgressView view = run.at(1h + 2s);
  CHECK(view.elapsed == 2s);
  CHECK(*view.rate == doctest::Approx(0.5).epsilon(0.1));
}

TEST_CASE("a total that was wrong leaves nothing to wait for") {
  Run run(2);
  for (std::uint64_t i = 0; i < 5; ++i) run.finish(i);
  const ProgressView view = run.at(1s);
  CHECK_FALSE(view.remaining);
  CHECK(progress_line(view, 79, false).find("100%") != std::string::npos);
}

TEST_CASE("the line has a bar where there is room, and never more columns than asked for") {
  const ProgressView view = view_of(45, 120);
  CHECK(
      progress_line(view, 100, false) ==
      "45/120  [###########...................]  37%  3 failed  8 running  36/m  1:15  2:05 left");
  CHECK(progress_line(view, 58, false) ==
        "45/120  37%  3 failed  8 running  36/m  1:15  2:05 left");
  CHECK(progress_line(view, 50, false) == "45/120  37%  3 failed  8 running  1:15  2:05 left");
  CHECK(progress_line(view, 30, false) == "45/120  3 failed  2:05 left");
  CHECK(progress_line(view, 17, false) == "45/120  3 failed");
  CHECK(progress_line(view, 10, false) == "45/120");
  CHECK(progress_line(view, 3, false) == "45/");
  for (std::size_t width = 1; width < 150; ++width) {
    CHECK(progress_line(view, width, false).size() <= width);
    CHECK(progress_line(view_of(12345, std::nullopt), width, false).size() <= width);
  }
}

TEST_CASE("nobody knows how many a stream will have") {
  CHECK(progress_line(view_of(45, std::nullopt), 79, false) ==
        "45/?  3 failed  8 running  36/m  1:15  2:05 left");
  ProgressView view = view_of(0, 0);
  view.failed = 0;
  view.remaining = view.elapsed = 0s;
  CHECK(progress_line(view, 30, false).substr(0, 9) == "0/0  100%");
}

TEST_CASE("only what failed has a colour, and it takes no columns") {
  const std::string plain = progress_line(view_of(45, 120), 60, false);
  std::string colored = progress_line(view_of(45, 120), 60, true);
  const std::string red = "\x1b[31m3 failed\x1b[0m";
  const std::size_t at = colored.find(red);
  REQUIRE(at != std::string::npos);
  CHECK(colored.replace(at, red.size(), "3 failed") == plain);
}

TEST_CASE("a report for a log is a sentence") {
  CHECK(progress_report(view_of(45, 120)) ==
        "fanout: 45 of 120 done, 3 failed, 8 running, 36/m, after 1:15, 2:05 left\n");
  ProgressView view = view_of(7, std::nullopt);
  view.failed = view.running = 0;
  view.aborted = 2;
  view.rate = 1234.5;
  view.elapsed = 50h + 7s;
  CHECK(progress_report(view) == "fanout: 7 done, 2 aborted, 1234/s, after 2d 02:00:07\n");
}
