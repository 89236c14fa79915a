#include "report/announcer.hpp"

#include "report/fakes.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

RunStatus::Attempt attempt(std::uint64_t index, std::uint32_t number, Duration elapsed) {
  JobRecord job;
  job.spec.index = JobIndex{index};
  job.argv = {"job", "\x1b[2J"};
  return {{JobIndex{index}, number, SlotNumber{2}}, elapsed, std::move(job)};
}

std::int64_t process_of(const AttemptId& id) {
  return static_cast<std::int64_t>(100 + id.job.value);
}

}  // namespace

TEST_CASE("whoever asks sees a line for each attempt that runs, safe to show") {
  FakeWriter err;
  Announcer announcer(err, process_of);
  RunStatus status;
  status.so_far = {9, 3, 1, 0, 0, 90s, 0s, 0s, ""};
  status.running = {attempt(4, 1, 1234567us), attempt(5, 3, 75s)};
  REQUIRE(announcer.on(status));
  CHECK(err.text ==
        "fanout: 2 running, 4 done, 1 failed, after 1m30s\n"
        "  1s234ms  slot 2  pid 104  job '\\x1b[2J'\n"
        "  1m15s  slot 2  pid 105  attempt 3  job '\\x1b[2J'\n");
}

TEST_CASE("that fewer workers run than were asked for is said once") {
  FakeWriter err;
  Announcer announcer(err, process_of);
  REQUIRE(announcer.on(WorkersReduced{3, "pipe: Too many open files"}));
  REQUIRE(announcer.on(WorkersReduced{2, "pipe: Too many open files"}));
  CHECK(err.text == "fanout: no more than 3 workers: pipe: Too many open files\n");
}
