// What tests of the journal share: a run that is told to it by hand, with a clock of its own, and a
// place for the files of large outputs.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fake_output.hpp"
#include "os/os_fixture.hpp"
#include "report/record_json.hpp"
#include "store/fixture.hpp"
#include "store/journal.hpp"
#include "store/journal_reader.hpp"
#include "store/journal_schema.hpp"

namespace fanout {

inline std::string text_of(Rope rope) {
  RopeReader reader(std::move(rope));
  std::string text;
  for (;;) {
    const Result<std::string_view> chunk = reader.next();
    REQUIRE(chunk);
    if (chunk->empty()) return text;
    text += *chunk;
  }
}

inline std::string json_of(const JobRecord& record, const RunClock& clock) {
  Rope rope;
  REQUIRE(append_record(rope, record, clock));
  return text_of(std::move(rope));
}

/// Writes files, at once or when it is told to, or refuses to.
struct FakeFolders : FolderWriter {
  std::string directory;
  bool waits = false;
  std::deque<NewFolder> waiting;
  std::optional<Error> fail_with;
  bool was_synced = false;

  Result<void> write(NewFolder folder) override {
    if (fail_with) return *fail_with;
    waiting.push_back(std::move(folder));
    if (!waits) complete();
    return {};
  }
  /// The first that waits.
  void complete() {
    REQUIRE(!waiting.empty());
    NewFolder folder = std::move(waiting.front());
    waiting.pop_front();
    std::filesystem::path path = directory;
    for (const std::string& name : folder.place) path /= name;
    std::filesystem::create_directories(path);
    for (NewFile& file : folder.files) {
      std::ofstream(path / file.name, std::ios::binary) << text_of(std::move(file.text));
    }
    was_synced = folder.is_synced;
    folder.on_complete();
  }
};

/// Gives jobs that were made before.
class ListedJobs : public JobSource {
 public:
  explicit ListedJobs(std::vector<JobSpec> jobs) : jobs_(std::move(jobs)) {}
  NextJob next() override {
    if (at_ == jobs_.size()) return EndOfJobs{};
    JobSpec job = jobs_[at_];
    job.index.value = at_++;
    return job;
  }
  std::optional<std::uint64_t> total() const override { return jobs_.size(); }

 private:
  std::vector<JobSpec> jobs_;
  std::size_t at_ = 0;
};

inline JobSpec make_job(const std::string& word, std::optional<std::string> name = std::nullopt) {
  JobSpec job;
  job.name = std::move(name);
  job.args = {Value::of_string(word)};
  job.command.argv = {"echo", word};
  return job;
}

/// `job 0` to `job N-1`.
inline std::vector<JobSpec> make_jobs(int count) {
  std::vector<JobSpec> jobs;
  for (int i = 0; i < count; ++i) jobs.push_back(make_job("job " + std::to_string(i)));
  return jobs;
}

/// A run of those jobs, as its journal hears of it.
class ToldRun {
 public:
  enum class How { create, resume };

  ToldRun(std::string path, std::vector<JobSpec> jobs, How how = How::create,
          Durability durability = Durability::normal,
          EarlierFailures failures = EarlierFailures::run_again)
      : path_(std::move(path)) {
    folders.directory = outputs_directory(path_);
    std::ofstream(path_, std::ios::app).close();  // as whoever locks it does
    SessionInfo info;
    info.clock = clock;
    info.command_line = {"fanout", "run", "x\xff"};
    info.directory = "/somewhere";
    info.settings_json = "{}";
    info.output = "json";
    info.workers_requested = 4;
    info.pid = 17;
    const JournalCalls calls = {[this] { return now; },
                                [this](Instant at) {
                                  wake_at = at;
                                  ++wakes;
                                },
                                [this] { set_held(true); }, [this] { set_held(false); },
                                [this] { ++failures_told; }};
    Result<std::unique_ptr<Journal>> opened =
        how == How::create ? Journal::create(path_, info, durability, folders, calls)
                           : Journal::resume(path_, info, durability, folders, calls,
                                             {failures, false, {}}, memory_store());
    if (!opened) {
      refusal = opened.error();
      return;
    }
    journal = *std::move(opened);
    sink_ = journal->sink();
    source_ = journal->jobs(std::make_unique<ListedJobs>(std::move(jobs)));
    REQUIRE(sink_->on(RunStarted{now}));
  }

  /// The next job; those that are recorded are told as a scheduler tells them.
  NextJob next() {
    NextJob next = source_->next();
    if (auto* recorded = std::get_if<RecordedJob>(&next)) {
      reused.push_back(recorded->record->argv.back());
      ++summary.reused;
      tell(JobFinished{*recorded->record});
    }
    return next;
  }
  /// The next one that is to be run, on its way; null at the end. As in a scheduler it stays where
  /// it is until it was finished.
  [[nodiscard]] std::unique_ptr<JobRecord> start_next() {
    for (;;) {
      NextJob given = next();
      if (std::holds_alternative<EndOfJobs>(given)) return nullptr;
      REQUIRE(!std::holds_alternative<Error>(given));
      if (auto* job = std::get_if<JobSpec>(&given)) return start(std::move(*job));
    }
  }
  std::unique_ptr<JobRecord> start(JobSpec job) {
    auto record = std::make_unique<JobRecord>();
    record->spec = std::move(job);
    start_again(*record);
    return record;
  }
  /// Its next attempt.
  void start_again(JobRecord& record) {
    const AttemptId id{record.spec.index, static_cast<std::uint32_t>(record.attempts.size() + 1),
                       SlotNumber{3}};
    tell(JobStarted{id, now, &record.spec});
    started_ = now;
  }
  void end_attempt(JobRecord& record, Outcome outcome) {
    const auto number = static_cast<std::uint32_t>(record.attempts.size() + 1);
    record.outcome = outcome;
    record.attempts.push_back({{record.spec.index, number, SlotNumber{3}},
                               std::move(outcome),
                               started_,
                               now - started_,
                               {std::chrono::milliseconds(2), std::chrono::milliseconds(1), 4096}});
  }
  void finish(JobRecord& record, Outcome outcome, std::string_view out = "",
              std::string_view err = "") {
    end_attempt(record, std::move(outcome));
    record.out = make_output(out);
    record.err = make_output(err);
    tell_end(record);
  }
  void tell_end(JobRecord& record) {
    record.argv = std::move(record.spec.command.argv);
    ran.push_back(record.argv.back());
    tell(JobFinished{record});
  }
  /// Runs what is left, each for a millisecond.
  void run_all(Outcome outcome = Exited{0}, std::string_view out = "") {
    while (const std::unique_ptr<JobRecord> record = start_next()) {
      pass(std::chrono::milliseconds(1));
      finish(*record, outcome, out);
    }
  }

  /// Nothing of it may fail: that is told in the end.
  void tell(const Event& event) {
    if (const auto* end = std::get_if<JobFinished>(&event)) count(end->record);
    REQUIRE(sink_->on(event));
  }
  /// Time goes on, and whoever is to be woken is.
  void pass(Duration duration) {
    const Instant end = now + duration;
    while (wake_at && *wake_at <= end) {
      now = std::max(now, *std::exchange(wake_at, std::nullopt));
      journal->commit_due();
    }
    now = end;
  }
  Result<void> finish_run() {
    summary.elapsed = now - clock.start;
    return sink_->on(RunFinished{summary, now});
  }
  /// All of it, from the first job to the last.
  void complete(Outcome outcome = Exited{0}) {
    run_all(outcome);
    REQUIRE(finish_run());
    REQUIRE(journal->end(0));
  }
  /// As a kill does: what was not committed is not there.
  void die() {
    source_.reset();
    sink_.reset();
    journal.reset();
  }

  Instant now = Instant(std::chrono::hours(1));
  RunClock clock{now, WallTime(std::chrono::hours(24 * 365 * 55))};
  std::optional<Instant> wake_at;
  int wakes = 0;
  bool is_held = false;
  int holds = 0;
  int failures_told = 0;
  FakeFolders folders;
  Summary summary;
  std::vector<std::string> ran;     ///< last words of their commands
  std::vector<std::string> reused;  ///< the same
  std::optional<Error> refusal;     ///< why it was not opened
  std::unique_ptr<Journal> journal;

 private:
  void set_held(bool held) {
    REQUIRE(is_held != held);
    is_held = held;
    if (held) ++holds;
  }
  void count(const JobRecord& record) {
    ++summary.jobs;
    switch (status_of(record.outcome)) {
      case Status::succeeded: ++summary.succeeded; break;
      case Status::failed: ++summary.failed; break;
      case Status::aborted: ++summary.aborted; break;
    }
  }

  std::string path_;
  Instant started_{};
  std::unique_ptr<Sink> sink_;
  std::unique_ptr<JobSource> source_;
};

/// What another process sees.
inline std::string ask(const std::string& path, const std::string& sql) {
  Database database = open_database(path, Database::Access::read);
  CAPTURE(sql);
  Result<std::string> text = database.text("SELECT CAST((" + sql + ") AS TEXT)");
  REQUIRE(text);
  return *text;
}

/// The records of a journal as JSON, in order of the input.
inline std::vector<std::string> records_of(const std::string& path) {
  auto reader = JournalReader::open(path, memory_store());
  REQUIRE(reader);
  std::vector<std::string> all;
  for (;;) {
    auto record = (*reader)->next();
    REQUIRE(record);
    if (*record == nullptr) return all;
    all.push_back(json_of(**record, RunClock{}));
  }
}

}  // namespace fanout
