#include "store/journal.hpp"

#include <doctest/doctest.h>

#include <csignal>

#include "fanout/base/text.hpp"
#include "store/journal_fixture.hpp"

using namespace fanout;
using namespace std::chrono_literals;
using How = ToldRun::How;

TEST_CASE("while an event is told, nothing is asked of jobs that others may have ended") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(2));
  const auto first = run.start_next();
  const auto second = run.start_next();
  run.now += 30ms;
  // Both ended in one turn: the scheduler keeps neither, and tells one after the other.
  JobSpec ended = std::exchange(first->spec, make_job("gone"));
  run.finish(*second, Exited{0});
  CHECK(ask(path, "SELECT group_concat(status) FROM jobs") == "succeeded");
  first->spec = std::move(ended);
  run.finish(*first, Exited{0});
  REQUIRE(run.finish_run());
  REQUIRE(run.journal->end(0));
  CHECK(ask(path, "SELECT group_concat(command) FROM results") ==
        R"(["echo","job 0"],["echo","job 1"])");
}

TEST_CASE("a run is in its journal") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(3));
  REQUIRE(run.journal != nullptr);
  run.summary.user = 3s;
  run.summary.system = 1500ms;
  run.run_all(Exited{0}, "said");
  run.summary.workers = 2;
  REQUIRE(run.finish_run());
  CHECK(ask(path, "SELECT finished_at IS NULL FROM sessions") == "1");
  run.pass(1s);
  REQUIRE(run.journal->end(4));
  CHECK(ask(path, "SELECT group_concat(status || stdout || \"index\") FROM results") ==
        "succeededsaid0,succeededsaid1,succeededsaid2");
  CHECK(ask(path,
            "SELECT jobs||','||known_jobs||','||running||','||succeeded||','||failed||','||"
            "workers||','||workers_requested||','||exit_code FROM sessions") == "3,3,0,3,0,2,4,4");
  CHECK(ask(path, "SELECT seconds||','||user_seconds||','||system_seconds FROM sessions") ==
        "0.003,3.0,1.5");
  CHECK(ask(path, "SELECT started_at||' '||finished_at FROM sessions") ==
        "2024-12-18T00:00:00.000000Z 2024-12-18T00:00:01.003000Z");
  CHECK(ask(path, "SELECT command_line||directory||settings||output||pid FROM sessions") ==
        "[\"fanout\",\"run\",{\"base64\":\"eP8=\"}]/somewhere{}json17");
}

TEST_CASE("every record is read back as it was written") {
  using Reason = Cancelled::Reason;
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  const std::string large = some_bytes(200'000);
  const std::string large_text(100'000, 'x');
  std::vector<std::string> written;
  {
    ToldRun run(path, make_jobs(20));
    const auto write = [&](auto change) {
      const std::unique_ptr<JobRecord> record = run.start_next();
      REQUIRE(record != nullptr);
      run.pass(1234567ns);
      change(*record);
      written.push_back(json_of(*record, run.clock));
    };
    const auto ends = [&](Outcome outcome, std::string_view out = "", std::string_view err = "") {
      write([&](JobRecord& record) { run.finish(record, outcome, out, err); });
    };
    ends(Exited{0}, "text");
    ends(Exited{0}, large);
    ends(Exited{0}, large_text, large);
    ends(Exited{7}, "", "an error\n");
    ends(Signaled{SIGKILL, true}, "\xff\xfe");
    ends(TimedOut{1500ms, Signaled{SIGTERM, false}}, std::string_view("a\0b", 3));
    ends(SpawnFailed{2, "exec \"x\": No such file or directory", true});
    ends(ParseFailed{"not JSON"}, "{");
    ends(CaptureFailed{"cut"});
    ends(Lost{"gone"});
    ends(Cancelled{Reason::killed, Signaled{SIGKILL, false}, {}}, "half");
    write([&](JobRecord& record) {
      record.value = "{\"a\":1.50}";
      record.granted = std::make_shared<Grants>(Grants{{"gpu", {0, 3}}, {"x", {}}});
      record.spec.name = "name \xff";
      record.spec.kwargs.set("k", Value{Value::Kind::number, "1.50", {}});
      run.finish(record, Exited{0}, "{\"a\": 1.50}");
    });
    write([&](JobRecord& record) {
      record.value = "\"" + large_text + "\"";
      run.finish(record, Exited{0}, *record.value);
    });
    write([&](JobRecord& record) {
      run.end_attempt(record, Exited{1});
      record.attempts.back().has_leaked = true;
      run.tell(JobRetrying{record.attempts.back()});
      run.pass(3s);
      run.start_again(record);
      run.finish(record, Exited{0}, "at last");
    });
    write([&](JobRecord& record) {
      run.end_attempt(record, Exited{0});
      record.out = make_output("a \xc3\xa4 long tail", 11);  // it begins within the character
      record.err = make_output("not kept", 0);
      record.err.failure = "write a scratch file: No space left on device";
      run.tell_end(record);
    });
    write([&](JobRecord& record) {
      auto block = std::make_shared<Block>();
      block->size = 12;
      record.spec.input = StdinBlock{std::move(block)};
      record.input_use = {24, 5};
      record.attempts.clear();
      run.finish(record, Exited{0});
    });
    run.run_all();
    REQUIRE(run.finish_run());
    REQUIRE(run.journal->end(0));
  }
  const std::vector<std::string> read = records_of(path);
  REQUIRE(read.size() == 20);
  for (std::size_t i = 0; i < written.size(); ++i) CHECK(read[i] == written[i]);
  CHECK(ask(path, "SELECT group_concat(file) FROM outputs WHERE file IS NOT NULL") ==
        "1/1/stdout,1/2/stderr,1/2/stdout,1/12/stdout,1/12/value");
}

TEST_CASE("jobs that never started are in the journal") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(2));
  for (const char* prerequisite : {"", "build"}) {
    JobRecord record;
    record.spec = std::get<JobSpec>(run.next());
    const auto reason =
        *prerequisite == 0 ? Cancelled::Reason::not_started : Cancelled::Reason::dependency;
    record.outcome = Cancelled{reason, std::nullopt, prerequisite};
    run.tell_end(record);
  }
  REQUIRE(run.finish_run());
  REQUIRE(run.journal->end(1));
  CHECK(ask(path,
            "SELECT group_concat(status||' '||error_kind||' '||coalesce(prerequisite,'-')) "
            "FROM jobs") == "aborted not_started -,aborted dependency build");
  CHECK(ask(path, "SELECT count(*) FROM attempts") == "0");
  CHECK(ask(path, "SELECT aborted FROM sessions") == "2");
  CHECK(records_of(path).size() == 2);
}

TEST_CASE("nothing is shown before it is committed, and commits are grouped") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  Durability durability = Durability::normal;
  SUBCASE("normal") {}
  SUBCASE("full") {
    durability = Durability::full;
  }
  ToldRun run(path, make_jobs(300), How::create, durability);
  Database reader = open_database(path, Database::Access::read);
  std::int64_t seen = 0;
  int commits = 0;
  for (int i = 0; i < 300; ++i) {
    const std::unique_ptr<JobRecord> record = run.start_next();
    run.pass(1ms);
    run.finish(*record, Exited{0});
    const std::int64_t now = *reader.number("SELECT count(*) FROM jobs");
    if (now != seen) ++commits;
    seen = now;
    if (!run.is_held) CHECK(seen == i + 1);
    CHECK(now == *reader.number("SELECT succeeded FROM sessions"));
  }
  // One in 20 ms.
  CHECK(commits >= 14);
  CHECK(commits <= 17);
  CHECK(run.holds <= commits + 1);
  REQUIRE(run.finish_run());
  CHECK(!run.is_held);
  CHECK(*reader.number("SELECT count(*) FROM jobs") == 300);
}

TEST_CASE("the first job after a while is committed at once, the next one soon") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(3));
  const auto first = run.start_next();
  run.pass(5s);
  const auto second = run.start_next();
  const auto third = run.start_next();
  run.finish(*first, Exited{0});
  CHECK(run.holds == 1);
  CHECK(!run.is_held);
  CHECK(ask(path, "SELECT count(*) FROM jobs WHERE status = 'succeeded'") == "1");
  run.finish(*second, Exited{0});
  CHECK(run.is_held);
  CHECK(*run.wake_at == run.now + 20ms);
  CHECK(ask(path, "SELECT count(*) FROM jobs WHERE status = 'succeeded'") == "1");
  run.finish(*third, Exited{0});
  CHECK(run.holds == 2);
  run.pass(20ms);
  CHECK(!run.is_held);
  CHECK(ask(path, "SELECT count(*) FROM jobs WHERE status = 'succeeded'") == "3");
}

TEST_CASE("commits can follow each other without anything between them") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(2));
  run.journal->commit_due();
  run.journal->commit_due();
  const auto job = run.start_next();
  run.pass(1s);
  run.journal->commit_due();
  run.journal->commit_due();
  run.finish(*job, Exited{0});
  run.journal->commit_due();
  run.journal->commit_due();
  run.run_all();
  REQUIRE(run.finish_run());
  run.journal->commit_due();
  REQUIRE(run.journal->end(0));
  CHECK(ask(path, "SELECT count(*) FROM jobs") == "2");
}

TEST_CASE("without durability nothing is held, and commits are a second apart") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(200), How::create, Durability::off);
  for (int i = 0; i < 150; ++i) {
    const auto job = run.start_next();
    run.pass(10ms);
    run.finish(*job, Exited{0});
  }
  CHECK(run.holds == 0);
  CHECK(ask(path, "SELECT count(*) FROM jobs") == "100");
  run.run_all();
  REQUIRE(run.finish_run());
  CHECK(ask(path, "SELECT count(*) FROM jobs") == "200");
}

TEST_CASE("a short job is written once, a long one is seen while it runs") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(100));
  Database watcher = open_database(path);
  REQUIRE(
      watcher.run("CREATE TABLE writes (job); CREATE TRIGGER w AFTER INSERT ON jobs BEGIN "
                  "INSERT INTO writes VALUES (new.job); END"));
  const auto running = run.start_next();
  for (int i = 0; i < 50; ++i) {
    const auto job = run.start_next();
    run.pass(1ms);
    run.finish(*job, Exited{0});
  }
  run.pass(1s);
  CHECK(*watcher.number("SELECT count(*) FROM writes WHERE job > 0") == 50);
  CHECK(*watcher.number("SELECT count(*) FROM writes WHERE job = 0") == 1);
  CHECK(*watcher.text("SELECT status||' '||command||' '||started_at FROM jobs WHERE job = 0") ==
        "running [\"echo\",\"job 0\"] 2024-12-18T00:00:00.000000Z");
  CHECK(*watcher.number("SELECT running FROM sessions") == 1);
  run.finish(*running, Exited{0});
  CHECK(*watcher.text("SELECT status FROM jobs WHERE job = 0") == "succeeded");
}

TEST_CASE("a job that waits for its next attempt, or was never started, does not run") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(1));
  const auto job = run.start_next();
  run.pass(1s);
  CHECK(ask(path, "SELECT status FROM jobs") == "running");
  SUBCASE("an attempt failed") {
    run.end_attempt(*job, Exited{1});
    run.tell(JobRetrying{job->attempts.back()});
  }
  SUBCASE("the system refused it") {
    run.tell(JobPostponed{{job->spec.index, 1, {}}, run.now});
  }
  run.pass(1s);
  CHECK(ask(path, "SELECT status FROM jobs") == "interrupted");
  CHECK(ask(path, "SELECT running FROM sessions") == "0");
  run.start_again(*job);
  run.pass(1s);
  CHECK(ask(path, "SELECT status FROM jobs") == "running");
  CHECK(ask(path, "SELECT running FROM sessions") == "1");
  CHECK(ask(path, "SELECT workers FROM sessions") == "1");
  run.finish(*job, Exited{0});
  run.pass(1s);
  CHECK(ask(path, "SELECT status||attempts FROM jobs") ==
        "succeeded" + std::to_string(job->attempts.size()));
}

TEST_CASE("a large output is in a file, and shown when that is complete") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  Durability durability = Durability::normal;
  SUBCASE("normal") {}
  SUBCASE("full") {
    durability = Durability::full;
  }
  ToldRun run(path, make_jobs(3), How::create, durability);
  run.folders.waits = true;
  const auto small = run.start_next();
  const auto first = run.start_next();
  const auto second = run.start_next();
  run.finish(*first, Exited{0}, std::string(70'000, 'a'));
  run.finish(*second, Exited{0}, "", std::string(70'000, 'b'));
  run.finish(*small, Exited{0}, std::string(65'536, 'c'));
  run.pass(1s);
  CHECK(ask(path, "SELECT group_concat(job) FROM jobs WHERE status = 'succeeded'") == "0");
  CHECK(run.is_held);
  run.folders.complete();
  CHECK(run.folders.was_synced == (durability == Durability::full));
  run.pass(1s);
  CHECK(ask(path, "SELECT group_concat(job) FROM jobs WHERE status = 'succeeded'") == "0,1");
  CHECK(run.is_held);
  REQUIRE(run.finish_run());
  CHECK(run.is_held);
  run.folders.complete();
  run.pass(20ms);
  CHECK(!run.is_held);
  CHECK(ask(path, "SELECT seconds FROM sessions") == "2.0");
  REQUIRE(run.journal->end(0));
  CHECK(
      ask(path, "SELECT group_concat(stream||' '||bytes||' '||coalesce(file,'-')) FROM outputs") ==
      "stdout 65536 -,stdout 70000 1/1/stdout,stderr 70000 1/2/stderr");
  CHECK(records_of(path).size() == 3);
}

TEST_CASE("a run that ends before its large outputs are written has lost them") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(2));
  run.folders.waits = true;
  const auto job = run.start_next();
  run.finish(*job, Exited{0}, std::string(70'000, 'a'));
  run.run_all();
  REQUIRE(run.finish_run());
  CHECK(run.is_held);
  const Result<void> ended = run.journal->end(0);
  REQUIRE(!ended);
  CHECK(ended.error().message == "cannot write the journal " + in_quotes(path) +
                                     ": its large outputs were not written; not recorded: job 1");
  CHECK(!run.is_held);
  run.folders.complete();  // too late, and no harm
  CHECK(ask(path, "SELECT group_concat(job) FROM jobs") == "1");
  CHECK(ask(path, "SELECT ended_by FROM sessions") == "journal");
}

TEST_CASE("why a run was ended is known before it has ended") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  ToldRun run(path, make_jobs(1));
  run.tell(RunCancelling{RunCancelling::Reason::abort, run.now, RunCancelling::How::drain});
  run.tell(WorkersReduced{1, "fork: Resource temporarily unavailable"});
  run.pass(1s);
  CHECK(ask(path, "SELECT ended_by||' '||workers_limited_by FROM sessions") ==
        "abort fork: Resource temporarily unavailable");
}

TEST_CASE("a new journal is made in an empty file only") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  std::string before;
  SUBCASE("another file") {
    before = "some text\n";
    std::ofstream(path) << before;
  }
  SUBCASE("a journal") {
    ToldRun(path, make_jobs(1)).complete();
    std::ifstream file(path, std::ios::binary);
    before.assign(std::istreambuf_iterator<char>(file), {});
  }
  ToldRun run(path, make_jobs(1));
  REQUIRE(run.refusal);
  CHECK(run.refusal->kind == ErrorKind::usage);
  CHECK(run.refusal->message == in_quotes(path) +
                                    " is there already; --resume goes on with a journal, and a "
                                    "new one needs another name");
  std::ifstream file(path, std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == before);
}
