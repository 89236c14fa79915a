#include <doctest/doctest.h>

#include <random>

#include "fanout/base/text.hpp"
#include "store/journal_fixture.hpp"

using namespace fanout;
using namespace std::chrono_literals;
using How = ToldRun::How;
using Words = std::vector<std::string>;

namespace {

std::vector<JobSpec> jobs_of(const Words& words) {
  std::vector<JobSpec> jobs;
  for (const std::string& word : words) jobs.push_back(make_job(word));
  return jobs;
}

/// A journal of a run of which these failed.
void make_journal_of(const std::string& path, const Words& words, const Words& failing = {}) {
  ToldRun run(path, jobs_of(words));
  while (const auto job = run.start_next()) {
    run.pass(1ms);
    const std::string word = job->spec.args[0].text;
    const bool fails = std::ranges::find(failing, word) != failing.end();
    run.finish(*job, Exited{fails ? 1 : 0}, "first " + word);
  }
  REQUIRE(run.finish_run());
  REQUIRE(run.journal->end(0));
}

/// Places, names of the jobs by their argument, and statuses, in order of the input.
std::string jobs_in(const std::string& path) {
  return ask(path,
             "SELECT group_concat(line) FROM (SELECT place||' '||(args->>0)||' '||status||ran_in "
             "AS line FROM jobs WHERE place IS NOT NULL ORDER BY place)");
}

}  // namespace

TEST_CASE("what has succeeded is not run again, wherever it stands") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  make_journal_of(path, {"a", "b", "c"}, {"b"});
  ToldRun run(path, jobs_of({"new", "c", "b", "a", "last"}), How::resume);
  run.complete();
  CHECK(run.ran == Words{"new", "b", "last"});
  CHECK(run.reused == Words{"c", "a"});
  CHECK(jobs_in(path) ==
        "0 new succeeded2,1 c succeeded1,2 b succeeded2,3 a succeeded1,4 last succeeded2");
  CHECK(ask(path, "SELECT jobs||' '||succeeded||' '||reused FROM sessions WHERE session = 2") ==
        "5 5 2");
  // What became of it before is still there.
  CHECK(ask(path, "SELECT group_concat(session||status) FROM attempts WHERE job = 1") ==
        "1failed,2succeeded");
}

TEST_CASE("a record that is used again says what it said before") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  {
    ToldRun run(path, jobs_of({"a", "b"}));
    const auto running = run.start_next();
    const auto job = run.start_next();
    run.end_attempt(*job, Signaled{9, false});
    run.pass(2s);
    run.start_again(*job);
    job->value = "[1]";
    job->granted = std::make_shared<Grants>(Grants{{"gpu", {2}}});
    run.finish(*job, Exited{0}, std::string(100'000, 'x'), "err");
    run.die();
  }
  const std::vector<std::string> before = records_of(path);
  REQUIRE(before.size() == 1);
  ToldRun run(path, jobs_of({"c", "c", "c", "b"}), How::resume);
  for (int i = 0; i < 3; ++i) run.finish(*run.start_next(), Exited{0});
  NextJob next = run.next();
  REQUIRE(std::holds_alternative<RecordedJob>(next));
  const JobRecord& record = *std::get<RecordedJob>(next).record;
  CHECK(record.is_reused);
  CHECK(record.spec.index.value == 3);
  CHECK(record.attempts[1].id.job.value == 3);
  std::string expected = before[0];
  expected.replace(expected.find("\"index\":1"), 9, "\"index\":3");
  const std::size_t end = expected.rfind('}');
  std::string now = json_of(record, run.clock);
  CHECK(now.find("\"reused\":true") != now.npos);
  now.erase(now.find(",\"reused\":true"), std::string(",\"reused\":true").size());
  CHECK(now.size() == end + 1);
  CHECK(now == expected);
}

TEST_CASE("failures are run again, unless they are to be left") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  make_journal_of(path, {"a", "b", "c"}, {"a", "c"});
  EarlierFailures failures = EarlierFailures::run_again;
  Words ran = {"a", "c"};
  SUBCASE("again") {}
  SUBCASE("left") {
    failures = EarlierFailures::keep;
    ran = {};
  }
  ToldRun run(path, jobs_of({"a", "b", "c"}), How::resume, Durability::normal, failures);
  run.complete();
  CHECK(run.ran == ran);
  CHECK(run.reused.size() == 3 - ran.size());
  CHECK(records_of(path).size() == 3);
}

TEST_CASE("aborted jobs and those that were running are run again") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  {
    ToldRun run(path, jobs_of({"done", "running", "aborted", "unknown"}));
    run.finish(*run.start_next(), Exited{0});
    const auto running = run.start_next();
    JobRecord aborted;
    aborted.spec = std::get<JobSpec>(run.next());
    aborted.outcome = Cancelled{Cancelled::Reason::not_started, std::nullopt, {}};
    run.tell_end(aborted);
    run.pass(1s);
    CHECK(jobs_in(path) == "0 done succeeded1,1 running running1,2 aborted aborted1");
    run.die();
  }
  ToldRun run(path, jobs_of({"done", "running", "aborted", "unknown"}), How::resume);
  CHECK(jobs_in(path) == "0 done succeeded1,1 running interrupted1,2 aborted aborted1");
  run.complete();
  CHECK(run.ran == Words{"running", "aborted", "unknown"});
  CHECK(jobs_in(path) ==
        "0 done succeeded1,1 running succeeded2,2 aborted succeeded2,3 unknown succeeded2");
}

TEST_CASE("of equal jobs as many are left out as were done") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  {
    ToldRun run(path, jobs_of({"a", "a", "a"}));
    run.finish(*run.start_next(), Exited{1});
    run.finish(*run.start_next(), Exited{0});
    run.finish(*run.start_next(), Exited{0});
    REQUIRE(run.finish_run());
    REQUIRE(run.journal->end(1));
  }
  Words words;
  std::size_t runs = 0;
  SUBCASE("fewer") {
    words = {"a", "a"};
  }
  SUBCASE("as many") {
    words = {"a", "a", "a"};
    runs = 1;
  }
  SUBCASE("more") {
    words = Words(5, "a");
    runs = 3;
  }
  ToldRun run(path, jobs_of(words), How::resume);
  run.complete();
  CHECK(run.ran.size() == runs);
  CHECK(run.reused.size() == 2);
  CHECK(ask(path, "SELECT count(*) FROM jobs WHERE place IS NOT NULL") ==
        std::to_string(words.size()));
  CHECK(ask(path, "SELECT count(*) FROM jobs") ==
        std::to_string(std::max<std::size_t>(words.size(), 3)));
}

TEST_CASE("jobs that the input does not have any more are kept, without a place") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  make_journal_of(path, {"a", "b", "c"});
  ToldRun(path, jobs_of({"c"}), How::resume).complete();
  CHECK(jobs_in(path) == "0 c succeeded1");
  CHECK(ask(path, "SELECT count(*) FROM jobs") == "3");
  CHECK(records_of(path).size() == 1);
  // And are known when they come back.
  ToldRun run(path, jobs_of({"a", "b", "c", "d"}), How::resume);
  run.complete();
  CHECK(run.ran == Words{"d"});
  CHECK(jobs_in(path) == "0 a succeeded1,1 b succeeded1,2 c succeeded1,3 d succeeded3");
}

TEST_CASE("a resumed run that dies has taken nothing away") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  make_journal_of(path, {"a", "b", "c", "d"}, {"b"});
  {
    ToldRun run(path, jobs_of({"d", "b", "x", "a"}), How::resume);
    const auto job = run.start_next();  // "b"; "d" was recorded
    run.pass(1s);
    run.die();
  }
  // Of two that were at a place the one that was read last is there.
  CHECK(jobs_in(path) == "0 d succeeded1,1 b running2,2 c succeeded1");
  ToldRun run(path, jobs_of({"a", "b", "c", "d", "x"}), How::resume);
  run.complete();
  CHECK(run.ran == Words{"b", "x"});
  CHECK(run.reused == Words{"a", "c", "d"});
}

TEST_CASE("whatever was shown is done, however often the runner dies") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  std::mt19937 random(1);
  Words words;
  for (int i = 0; i < 300; ++i) words.push_back("job " + std::to_string(i % 250));
  std::multiset<std::string> shown;
  bool is_complete = false;
  for (int session = 0; !is_complete; ++session) {
    REQUIRE(session < 500);
    std::ranges::shuffle(words, random);
    ToldRun run(path, jobs_of(words), session == 0 ? How::create : How::resume);
    std::size_t told = 0;
    const auto show = [&] {
      if (run.is_held) return;
      for (; told < run.ran.size(); ++told) shown.insert(run.ran[told]);
    };
    std::unique_ptr<JobRecord> job;
    for (auto left = random() % 40; left > 0 && (job = run.start_next()) != nullptr; --left) {
      run.pass(Duration(random() % 3'000'000));
      show();
      run.finish(*job, Exited{0});
      show();
    }
    is_complete = job == nullptr && run.start_next() == nullptr;
    if (is_complete) {
      REQUIRE(run.finish_run());
      REQUIRE(run.journal->end(0));
      show();
    }
    run.die();
    const std::size_t recorded =
        std::stoul(ask(path, "SELECT count(*) FROM jobs WHERE status = 'succeeded'"));
    CHECK(recorded >= shown.size());
  }
  // Nothing that was shown was run once more.
  CHECK(shown.size() <= 300);
  for (const std::string& word : words) {
    CHECK(shown.count(word) <= static_cast<std::size_t>(std::ranges::count(words, word)));
  }
  CHECK(ask(path, "SELECT count(*) FROM jobs WHERE status = 'succeeded'") == "300");
  CHECK(*open_database(path).text("PRAGMA integrity_check") == "ok");
}

TEST_CASE("a job that takes what there is of an input runs again") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  JobSpec job = make_job("cat");
  job.input =
      StdinBlock{std::make_shared<Block>(Block{"x", 1, 0, nullptr}), StdinBlock::Supply::and_more};
  ToldRun(path, {job}).complete();
  ToldRun run(path, {job}, How::resume);
  run.complete();
  CHECK(run.reused.empty());
  CHECK(run.ran.size() == 1);
}

TEST_CASE("the block of a job that was recorded is let go") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  JobSpec job = make_job("cat");
  const auto block = std::make_shared<Block>(Block{"block", 5, 0, nullptr});
  job.input = StdinBlock{block};
  ToldRun(path, {job}).complete();
  ToldRun run(path, {job}, How::resume);
  run.complete();
  CHECK(run.reused.size() == 1);
  CHECK(block->bytes.empty());
}

TEST_CASE("an output whose file is gone is told with the record") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  {
    ToldRun run(path, jobs_of({"a"}));
    run.finish(*run.start_next(), Exited{0}, std::string(100'000, 'x'));
    REQUIRE(run.finish_run());
    REQUIRE(run.journal->end(0));
  }
  std::filesystem::remove_all(outputs_directory(path));
  ToldRun run(path, jobs_of({"a"}), How::resume);
  const NextJob next = run.next();
  REQUIRE(std::holds_alternative<RecordedJob>(next));
  const Output& out = std::get<RecordedJob>(next).record->out;
  CHECK(out.total_bytes == 100'000);
  CHECK(out.failure.find("No such file") != out.failure.npos);
}

TEST_CASE("a journal that was begun and is empty is as good as a new one") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  SUBCASE("nothing") {}
  SUBCASE("an empty database") {
    REQUIRE(blank_database(path).run("PRAGMA journal_mode = WAL; VACUUM"));
  }
  ToldRun run(path, jobs_of({"a"}), How::resume);
  REQUIRE(run.journal != nullptr);
  run.complete();
  CHECK(run.ran == Words{"a"});
  CHECK(records_of(path).size() == 1);
}

TEST_CASE("what is no journal of this format is refused and left as it is") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  const std::string name = in_quotes(path);
  std::string expected;
  ErrorKind kind = ErrorKind::usage;
  SUBCASE("another file") {
    std::ofstream(path) << std::string(5000, 'x');
    expected = name + " is no journal of fanout";
  }
  SUBCASE("another database") {
    REQUIRE(blank_database(path).run("CREATE TABLE t (a)"));
    expected = name + " is a database, but no journal of fanout";
  }
  SUBCASE("a newer format") {
    make_journal_of(path, {"a"});
    REQUIRE(open_database(path).run("PRAGMA user_version = 2"));
    expected = "journal " + name + " has format 2, and this fanout reads 1";
  }
  SUBCASE("cut short") {
    make_journal_of(path, Words(200, std::string(200, 'x')));
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 20'000);
    expected = "journal " + name +
               " is damaged (database disk image is malformed); the command "
               ".recover of sqlite3 saves what is left";
    kind = ErrorKind::system;
  }
  SUBCASE("a directory") {
    std::filesystem::create_directory(path);
    expected = "cannot open the journal: open " + name + ": Is a directory";
  }
  const auto content = [&] {
    if (std::filesystem::is_directory(path)) return std::string();
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = content();
  ToldRun run(path, jobs_of({"a"}), How::resume);
  REQUIRE(run.refusal);
  CHECK(run.refusal->message == expected);
  CHECK(run.refusal->kind == kind);
  CHECK(content() == before);
}

TEST_CASE("a damaged page is found before anything is run") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  Words words;
  for (int i = 0; i < 300; ++i) words.push_back("job " + std::to_string(i));
  make_journal_of(path, words);
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(path));
  REQUIRE(size % 4096 == 0);
  int found = 0;
  for (std::streamoff page = 4096; page < size; page += 4096) {
    const std::string copy = directory / "copy";
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(page);
    file << std::string(64, '\xa5');
    file.close();
    ToldRun run(copy, jobs_of({"job 0"}), How::resume);
    REQUIRE(run.refusal);
    CHECK(run.refusal->kind == ErrorKind::system);
    CHECK(run.refusal->message.starts_with("journal " + in_quotes(copy) + " is damaged ("));
    ++found;
  }
  CHECK(found > 10);
}
