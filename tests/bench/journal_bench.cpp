// Measures the journal alone: jobs without output, 3000 a second by a clock that is told, as a run
// of such jobs has them. No process is started.
//
// bench_journal FILE JOBS [off|normal|full|resume]: makes FILE, or goes on with it. Prints one
// line, {"microseconds": …, "without": …}: what the journal adds to a job, and what the rest of
// this takes. They are those of the processor, for others may use it, too.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "os/scratch_file.hpp"
#include "store/journal.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

constexpr Duration kOneJob = Duration(1s) / 3000;
constexpr std::uint64_t kAtOnce = 8;

struct NoFolders : FolderWriter {
  Result<void> write(NewFolder) override { return {}; }
};

class ShortJobs : public JobSource {
 public:
  explicit ShortJobs(std::uint64_t count) : count_(count) {}
  NextJob next() override {
    if (next_ == count_) return EndOfJobs{};
    JobSpec job;
    job.index.value = next_++;
    const std::string word = "item-" + std::to_string(job.index.value);
    job.args.push_back(Value::of_string(word));
    job.command.argv = {"./noop", "--of", word};
    return job;
  }

 private:
  std::uint64_t count_;
  std::uint64_t next_ = 0;
};

JobRecord ended(JobRecord record, Instant now) {
  record.argv = std::move(record.spec.command.argv);
  const Duration elapsed = kOneJob * kAtOnce;
  record.attempts.push_back({{record.spec.index, 1, SlotNumber{1}},
                             Exited{0},
                             now - elapsed,
                             elapsed,
                             {800us, 400us, 1800}});
  return record;
}

/// A run of these jobs, so many at once; each ends when the next one starts. Seconds of the
/// processor.
double run(JobSource& jobs, Sink& sink, Instant& now, const std::function<void()>& tick) {
  std::deque<std::unique_ptr<JobRecord>> running;
  const std::clock_t start = std::clock();
  for (bool is_over = false; !is_over || !running.empty(); now += kOneJob) {
    NextJob next = is_over ? NextJob(EndOfJobs{}) : jobs.next();
    if (auto* job = std::get_if<JobSpec>(&next)) {
      running.push_back(std::make_unique<JobRecord>());
      running.back()->spec = std::move(*job);
      const JobSpec& spec = running.back()->spec;
      if (!sink.on(JobStarted{{spec.index, 1, SlotNumber{1}}, now, &spec})) return 0;
    } else if (auto* recorded = std::get_if<RecordedJob>(&next)) {
      if (!sink.on(JobFinished{std::move(*recorded->record)})) return 0;
      continue;
    } else {
      is_over = true;
    }
    if (!running.empty() && (is_over || running.size() > kAtOnce)) {
      const Event finished = JobFinished{ended(std::move(*running.front()), now)};
      running.pop_front();
      if (!sink.on(finished)) return 0;
    }
    tick();
  }
  if (!sink.on(RunFinished{{}, now})) return 0;
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

struct Mode {
  Durability durability = Durability::normal;
  bool is_resumed = false;
};

std::optional<Mode> mode_of(std::string_view word) {
  if (word == "off") return Mode{Durability::off};
  if (word == "normal") return Mode{Durability::normal};
  if (word == "full") return Mode{Durability::full};
  if (word == "resume") return Mode{Durability::normal, true};
  return std::nullopt;
}

double run_with_journal(const std::string& path, std::uint64_t count, Mode mode) {
  Instant now(1h);
  std::optional<Instant> wake;
  NoFolders folders;
  ScratchFile scratch;
  BlobStore outputs(scratch);
  SessionInfo info;
  info.clock = {now, WallTime(24h * 365 * 55)};
  info.settings_json = "{}";
  const JournalCalls calls = {[&] { return now; }, [&](Instant at) { wake = at; }, [] {}, [] {},
                              [] {}};
  std::ofstream(path, std::ios::app).close();
  Result<std::unique_ptr<Journal>> journal =
      mode.is_resumed ? Journal::resume(path, info, mode.durability, folders, calls, {}, outputs)
                      : Journal::create(path, info, mode.durability, folders, calls);
  if (!journal) {
    std::fprintf(stderr, "%s\n", journal.error().message.c_str());
    return 0;
  }
  const std::unique_ptr<JobSource> jobs = (*journal)->jobs(std::make_unique<ShortJobs>(count));
  return run(*jobs, *(*journal)->sink(), now, [&] {
    if (wake && *wake <= now) {
      wake.reset();
      (*journal)->commit_due();
    }
  });
}

struct Nowhere : Sink {
  Result<void> on(const Event&) override { return {}; }
};

double run_without(std::uint64_t count) {
  Instant now(1h);
  ShortJobs jobs(count);
  Nowhere sink;
  return run(jobs, sink, now, [] {});
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Mode> mode = mode_of(argc > 3 ? argv[3] : "normal");
  const std::uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (count == 0 || argc > 4 || !mode) {
    std::fputs("usage: bench_journal FILE JOBS [off|normal|full|resume]\n", stderr);
    return 2;
  }
  const double with = run_with_journal(argv[1], count, *mode);
  const double without = run_without(count);
  if (with == 0) return 1;
  std::printf("{\"microseconds\":%.2f,\"without\":%.2f}\n",
              (with - without) * 1e6 / static_cast<double>(count),
              without * 1e6 / static_cast<double>(count));
  return 0;
}
