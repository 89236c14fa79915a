// Measures the scheduler alone, pumped as in a real run: jobs with short commands come from
// nowhere, take no time, and are recorded nowhere. Each end is news of its own, so that no job
// shares its turn with another. No process is started.
//
// bench_scheduler JOBS [WORKERS [TIMEOUT]]: a timeout in seconds is one that never comes. Prints
// one line, {"seconds": …, "jobs": …, "max_rss_kib": …}. The seconds are of the processor, for
// others may use it, too.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <fstream>
#include <memory>
#include <string>

#include "run/runner.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

/// What `fanout map true` gives.
class ShortJobs : public JobSource {
 public:
  explicit ShortJobs(std::uint64_t jobs) : jobs_(jobs) {}

  NextJob next() override {
    if (next_ == jobs_) return EndOfJobs{};
    JobSpec job;
    job.index = JobIndex{next_++};
    job.text = text_;
    job.args.push_back(Value::of_string("item"));
    job.command.argv = {"true", "item"};
    return job;
  }

 private:
  std::shared_ptr<const CommandText> text_ = std::make_shared<CommandText>();
  std::uint64_t jobs_;
  std::uint64_t next_ = 0;
};

struct Idle : Executor {
  std::deque<AttemptId> running;

  void start(const StartAttempt& order) override { running.push_back(order.id); }
  void stop(const StopAttempt&) override {}
};

/// The clock goes on with each wait, and the attempt that has run longest ends.
class Ends : public Reactor {
 public:
  explicit Ends(Idle& executor) : executor_(executor) {}

  Instant now() override { return now_; }
  void wait(std::optional<Instant>, std::vector<Notice>& news) override {
    now_ += 1us;
    if (executor_.running.empty()) return;
    AttemptEnded ended;
    ended.id = executor_.running.front();
    ended.end = Exited{0};
    ended.at = now_;
    executor_.running.pop_front();
    news.emplace_back(std::move(ended));
  }

 private:
  Idle& executor_;
  Instant now_{};
};

struct Counter : Sink {
  std::uint64_t succeeded = 0;

  Result<void> on(const Event& event) override {
    const auto* job = std::get_if<JobFinished>(&event);
    if (job != nullptr && status_of(job->record.outcome) == Status::succeeded) ++succeeded;
    return {};
  }
};

/// Since the exec (VmHWM of proc_pid_status(5)); ru_maxrss remembers whoever started us.
long max_rss_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long size = 0;
    if (word == "VmHWM:" && status >> size) return size;
  }
  return -1;
}

bool run_jobs(std::uint64_t jobs, const Policy& policy) {
  ShortJobs source(jobs);
  Idle executor;
  Ends reactor(executor);
  Tee sinks;
  auto owned = std::make_unique<Counter>();
  const Counter& counter = *owned;
  sinks.add(std::move(owned));
  const std::clock_t start = std::clock();
  Scheduler scheduler(policy, reactor.now());
  if (run(source, scheduler, executor, reactor, sinks)) return false;
  const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("{\"seconds\":%.6f,\"jobs\":%llu,\"max_rss_kib\":%ld}\n", took,
              static_cast<unsigned long long>(jobs), max_rss_kib());
  return counter.succeeded == jobs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::fputs("usage: bench_scheduler JOBS [WORKERS [TIMEOUT]]\n", stderr);
    return 2;
  }
  Policy policy;
  policy.max_workers =
      argc > 2 ? static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)) : 256;
  if (argc > 3) policy.timeout = std::chrono::seconds(std::strtoul(argv[3], nullptr, 10));
  return run_jobs(std::strtoull(argv[1], nullptr, 10), policy) ? 0 : 1;
}
