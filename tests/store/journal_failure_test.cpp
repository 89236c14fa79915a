#include <doctest/doctest.h>

#include <sstream>

#include "fanout/base/text.hpp"
#include "store/failing_disk.hpp"
#include "store/journal_fixture.hpp"

using namespace fanout;
using namespace std::chrono_literals;
using How = ToldRun::How;
using Then = FailingDisk::Then;

namespace {

constexpr std::string_view kNotRecorded = "; not recorded: ";

/// The indices in "…; not recorded: jobs 3-5, 7".
std::set<int> unrecorded_in(const std::string& message) {
  std::set<int> indices;
  const std::size_t at = message.find(kNotRecorded);
  if (at == message.npos) return indices;
  std::string list = message.substr(message.find(' ', at + kNotRecorded.size()) + 1);
  std::istringstream text(list);
  for (std::string range; std::getline(text, range, ',');) {
    const std::size_t dash = range.find('-');
    const int first = std::stoi(range);
    const int last = dash == range.npos ? first : std::stoi(range.substr(dash + 1));
    for (int number = first; number <= last; ++number) indices.insert(number - 1);
  }
  return indices;
}

std::set<int> recorded_in(const std::string& path) {
  std::set<int> places;
  Database database = open_database(path, Database::Access::write);
  Result<Statement> select = database.prepare("SELECT place FROM jobs WHERE status = 'succeeded'");
  REQUIRE(select);
  for (Result<bool> row = select->step();; row = select->step()) {
    REQUIRE(row);
    if (!*row) return places;
    places.insert(static_cast<int>(select->integer(0)));
  }
}

/// Some jobs of several kinds: short ones, one that runs all the time, outputs that fill pages.
void run_jobs(ToldRun& run) {
  const auto long_one = run.start_next();
  REQUIRE(long_one != nullptr);
  while (const auto job = run.start_next()) {
    run.pass(7ms);
    run.finish(*job, Exited{0}, std::string(3000, 'x'));
    // A scheduler that was told of the failure starts no more; these run on, and are not recorded.
  }
  run.finish(*long_one, Exited{0});
}

struct Verdict {
  std::optional<Error> error;
  bool has_begun = false;
};

Verdict run_on(const std::string& path, How how, int jobs, Durability durability) {
  Verdict verdict;
  ToldRun run(path, make_jobs(jobs), how, durability);
  if (run.refusal) {
    verdict.error = run.refusal;
    return verdict;
  }
  verdict.has_begun = true;
  run_jobs(run);
  const Result<void> finished = run.finish_run();
  const Result<void> ended = run.journal->end(0);
  CHECK((finished || ended));  // told once
  if (!finished) verdict.error = finished.error();
  if (!ended) verdict.error = ended.error();
  CHECK(!run.is_held);
  CHECK(run.failures_told == (verdict.error ? 1 : 0));
  return verdict;
}

}  // namespace

TEST_CASE("wherever a disk fails, what is not recorded is named, and the rest is there") {
  Then then = Then::stays_full;
  Durability durability = Durability::full;
  SUBCASE("it is full, full durability") {}
  SUBCASE("it is full, normal durability") {
    durability = Durability::normal;
  }
  SUBCASE("one error") {
    then = Then::recovers;
  }
  constexpr int kJobs = 20;
  std::set<int> all;
  for (int i = 0; i < kJobs; ++i) all.insert(i);
  int failures = 0;
  for (std::uint64_t step = 0;; ++step) {
    CAPTURE(step);
    const TemporaryDirectory directory;
    const std::string path = directory / "journal";
    FailingDisk disk;
    disk.fail_after(step, then);
    const Verdict verdict = run_on(path, How::create, kJobs, durability);
    const bool is_over = !disk.has_failed();
    disk.repair();
    if (!verdict.has_begun) {
      REQUIRE(verdict.error);
      CHECK(verdict.error->kind == ErrorKind::output);
      CHECK(verdict.error->message.starts_with("cannot write the journal " + in_quotes(path)));
    } else {
      std::set<int> accounted = recorded_in(path);
      if (verdict.error) {
        CHECK(verdict.error->kind == ErrorKind::output);
        const std::set<int> lost = unrecorded_in(verdict.error->message);
        // What was written and could not be synced may be there when somebody looks.
        for (const int index : lost) CHECK((disk.was_sync() || !accounted.contains(index)));
        accounted.insert(lost.begin(), lost.end());
      }
      CHECK(accounted == all);
      CHECK(*open_database(path).text("PRAGMA integrity_check") == "ok");
    }
    // And it can be gone on with.
    ToldRun again(path, make_jobs(kJobs), How::resume);
    REQUIRE(again.journal != nullptr);
    again.complete();
    again.die();
    CHECK(recorded_in(path) == all);
    if (is_over) break;
    ++failures;
  }
  CHECK(failures > 30);
}

TEST_CASE("wherever a disk fails in a resumed run, nothing of the earlier one is lost") {
  Then then = Then::stays_full;
  SUBCASE("it is full") {}
  SUBCASE("one error") {
    then = Then::recovers;
  }
  constexpr int kEarlier = 8;
  constexpr int kJobs = 16;
  for (std::uint64_t step = 0;; ++step) {
    CAPTURE(step);
    const TemporaryDirectory directory;
    const std::string path = directory / "journal";
    FailingDisk disk;
    { ToldRun(path, make_jobs(kEarlier)).complete(); }
    disk.fail_after(step, then);
    const Verdict verdict = run_on(path, How::resume, kJobs, Durability::full);
    const bool is_over = !disk.has_failed();
    disk.repair();
    const std::set<int> recorded = recorded_in(path);
    for (int i = 0; i < kEarlier; ++i) CHECK(recorded.contains(i));
    if (verdict.has_begun && verdict.error) {
      const std::set<int> lost = unrecorded_in(verdict.error->message);
      for (int i = kEarlier; i < kJobs; ++i) {
        CHECK((recorded.contains(i) || lost.contains(i)));
        CHECK((disk.was_sync() || !recorded.contains(i) || !lost.contains(i)));
      }
    }
    CHECK(*open_database(path).text("PRAGMA integrity_check") == "ok");
    if (is_over) break;
  }
}

TEST_CASE("what ended without a record is named in order, with its name") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  FailingDisk disk;
  std::vector<JobSpec> jobs = make_jobs(12);
  jobs[7].name = "seven";
  jobs[8].name = "eight \x1b";
  ToldRun run(path, jobs);
  run.finish(*run.start_next(), Exited{0});
  const auto one = run.start_next();
  disk.fail_after(0, Then::stays_full);
  run.finish(*run.start_next(), Exited{1});
  run.pass(20ms);
  CHECK(run.failures_told == 1);
  run.run_all(Exited{1});
  CHECK(!run.is_held);
  run.finish(*one, Exited{0});
  const Result<void> finished = run.finish_run();
  REQUIRE(!finished);
  CHECK(finished.error().kind == ErrorKind::output);
  CHECK(finished.error().message ==
        "cannot write the journal " + in_quotes(path) +
            ": database or disk is full; not recorded: jobs 2-7, 8 (\"seven\"), 9 (\"eight "
            "\\x1b\"), 10-12");
  CHECK(run.journal->end(3));
  run.die();
  disk.repair();
  CHECK(ask(path, "SELECT ended_by IS NULL AND finished_at IS NULL FROM sessions") == "1");
}

TEST_CASE("a session that could not be recorded ends when there is room for that") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  FailingDisk disk;
  ToldRun run(path, make_jobs(3));
  run.finish(*run.start_next(), Exited{0});
  disk.fail_after(0, Then::stays_full);
  run.run_all();
  const Result<void> finished = run.finish_run();
  REQUIRE(!finished);
  CHECK(finished.error().message.ends_with("; not recorded: jobs 2-3"));
  disk.repair();
  CHECK(run.journal->end(3));
  CHECK(ask(path, "SELECT ended_by||exit_code||' '||succeeded FROM sessions") == "journal3 1");
}

TEST_CASE("jobs that did not end by themselves are not missed in a journal that failed") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  FailingDisk disk;
  ToldRun run(path, make_jobs(3));
  disk.fail_after(0, Then::stays_full);
  run.run_all(Cancelled{Cancelled::Reason::killed, Signaled{9, false}, {}});
  const Result<void> finished = run.finish_run();
  REQUIRE(!finished);
  CHECK(finished.error().message ==
        "cannot write the journal " + in_quotes(path) + ": database or disk is full");
}

TEST_CASE("files of large outputs that cannot be written fail the journal") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(3));
  run.finish(*run.start_next(), Exited{0});
  const auto job = run.start_next();
  SUBCASE("at once") {
    run.folders.fail_with = Error{ErrorKind::output, "write \"x\": No space left on device"};
    run.finish(*job, Exited{0}, std::string(100'000, 'x'));
  }
  SUBCASE("later") {
    run.folders.waits = true;
    run.finish(*job, Exited{0}, std::string(100'000, 'x'));
    CHECK(run.is_held);
    run.journal->outputs_failed({ErrorKind::output, "write \"x\": No space left on device"});
  }
  CHECK(!run.is_held);
  CHECK(run.failures_told == 1);
  run.run_all();
  const Result<void> finished = run.finish_run();
  REQUIRE(!finished);
  CHECK(finished.error().message ==
        "cannot write the journal " + in_quotes(path) +
            ": write \"x\": No space left on device; not recorded: jobs 2-3");
  CHECK(ask(path, "SELECT count(*) FROM jobs") == "1");
}
