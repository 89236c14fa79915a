#include "store/journal_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "fake_output.hpp"
#include "fanout/run_clock.hpp"
#include "os/os_fixture.hpp"
#include "store/fixture.hpp"
#include "store/journal_schema.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

/// A journal as a runner leaves it, written by hand.
class HandMade {
 public:
  HandMade() : database_(blank_database(path())) {
    run("PRAGMA journal_mode = WAL");
    REQUIRE(make_tables(database_));
    session(1);
  }

  std::string path() const { return directory_ / "journal"; }
  void run(const std::string& sql) {
    CAPTURE(sql);
    const auto done = database_.run(sql);
    REQUIRE(done);
  }
  void session(int number, const std::string& finished_at = "NULL") {
    run("INSERT INTO sessions (session, started_at, updated_at, finished_at, command_line, "
        "directory, settings, is_named, output, pid, jobs) VALUES (" +
        std::to_string(number) +
        ", '2026-01-31T12:00:00.000250Z', '2026-01-31T12:00:01.000000Z', " + finished_at +
        ", '[\"fanout\",\"run\"]', '/', '{\"output\":\"json\"}', 0, 'json', 7, 3)");
  }
  /// One that ran once for half a second and ended with the code.
  void job(int number, int code, int place, int session = 1, int ran_in = 1) {
    const std::string job = std::to_string(number);
    const std::string status = code == 0 ? "'succeeded', NULL, NULL, " : "'failed', 'exit', 'x', ";
    row(number, place, session, ran_in, status + std::to_string(code), 1);
    run("INSERT INTO attempts (job, session, attempt, slot, status, error_kind, error_message, "
        "exit_code, started_at, seconds, user_seconds, system_seconds, max_rss_kib, leaked) "
        "VALUES (" +
        job + ", " + std::to_string(ran_in) + ", 1, 2, " + status + std::to_string(code) +
        ", '2026-01-31T12:00:0" + std::to_string(9 - number % 10) +
        ".000000Z', 0.5, 0.25, 0.125, 4096, 0)");
  }
  void row(int number, int place, int session, int ran_in, const std::string& outcome,
           int attempts) {
    run("INSERT INTO jobs (job, place, session, ran_in, key, name, command, args, kwargs, status, "
        "error_kind, error_message, exit_code, attempts) VALUES (" +
        std::to_string(number) + ", " + std::to_string(place) + ", " + std::to_string(session) +
        ", " + std::to_string(ran_in) + ", x'00', 'job " + std::to_string(number) +
        "', '[\"echo\",\"" + std::to_string(number) + "\"]', '[]', '{}', " + outcome + ", " +
        std::to_string(attempts) + ")");
  }
  void output(int job, const std::string& stream, std::uint64_t bytes, const std::string& text_from,
              const std::string& data, const std::string& file = "NULL") {
    run("INSERT INTO outputs VALUES (" + std::to_string(job) + ", 1, '" + stream + "', " +
        std::to_string(bytes) + ", " + text_from + ", " + data + ", " + file + ", NULL)");
  }
  std::unique_ptr<JournalReader> reader() const {
    auto opened = JournalReader::open(path(), memory_store());
    REQUIRE(opened);
    return std::move(*opened);
  }
  std::string outputs() const { return outputs_directory(path()); }

 private:
  TemporaryDirectory directory_;
  Database database_;
};

std::vector<std::uint64_t> places(JournalReader& reader) {
  std::vector<std::uint64_t> found;
  while (true) {
    auto record = reader.next();
    REQUIRE(record);
    if (*record == nullptr) return found;
    found.push_back((*record)->spec.index.value);
  }
}

std::unique_ptr<JobRecord> first(const HandMade& journal) {
  const auto reader = journal.reader();
  auto record = reader->next();
  REQUIRE(record);
  REQUIRE(*record);
  return std::move(*record);
}

std::string refusal(const HandMade& journal) {
  const auto reader = journal.reader();
  const auto record = reader->next();
  REQUIRE_FALSE(record);
  CHECK(record.error().kind == ErrorKind::system);
  return record.error().message;
}

}  // namespace

TEST_CASE("a record is made again from its rows") {
  HandMade journal;
  journal.job(0, 3, 0);
  journal.run(
      "UPDATE jobs SET args = '[\"a\",1.50]', kwargs = '{\"k\":[true]}', value = '{\"v\":1}', "
      "stdin_bytes = 10, stdin_untaken_bytes = 4, resources = '{\"gpu\":[1]}'");
  journal.output(0, "stdout", 3, "0", "'out'");
  journal.output(0, "stderr", 5, "NULL", "x'ff00'");
  const auto record = first(journal);

  CHECK(record->spec.name == "job 0");
  CHECK(record->argv == std::vector<std::string>{"echo", "0"});
  CHECK(record->spec.args[1].text == "1.50");
  CHECK(record->spec.kwargs.find("k")->items.size() == 1);
  CHECK(std::get<Exited>(record->outcome).code == 3);
  CHECK(record->value == "{\"v\":1}");
  CHECK(std::get<StdinBlock>(record->spec.input).block->size == 10);
  CHECK(record->input_use.untaken == 4);
  CHECK(record->granted->front().numbers.front() == 1);
  CHECK_FALSE(record->is_reused);

  CHECK(bytes_of(record->out) == "out");
  CHECK(record->out.text_from == 0);
  CHECK_FALSE(record->out.is_truncated());
  CHECK(bytes_of(record->err) == std::string("\xff\0", 2));
  CHECK_FALSE(record->err.text_from);
  CHECK(record->err.total_bytes == 5);

  REQUIRE(record->attempts.size() == 1);
  const AttemptRecord& attempt = record->attempts.front();
  CHECK(attempt.id == AttemptId{JobIndex{0}, 1, SlotNumber{2}});
  CHECK(format_wall_time(RunClock{}.wall(attempt.started)) == "2026-01-31T12:00:09.000000Z");
  CHECK(attempt.elapsed == 500ms);
  CHECK(attempt.usage.user == 250ms);
  CHECK(attempt.usage.system == 125ms);
  CHECK(attempt.usage.max_rss_kib == 4096);
}

TEST_CASE("the newest session as it stands") {
  HandMade journal;
  journal.session(2, "'2026-01-31T12:00:02.000000Z'");
  const auto reader = journal.reader();
  auto session = reader->newest_session();
  REQUIRE(session);
  REQUIRE(*session);
  CHECK((*session)->session == 2);
  CHECK(format_wall_time((*session)->started_at) == "2026-01-31T12:00:00.000250Z");
  CHECK((*session)->finished_at.has_value());
  CHECK((*session)->command_line == std::vector<std::string>{"fanout", "run"});
  CHECK((*session)->jobs == 3);
  CHECK_FALSE((*session)->exit_code);

  SUBCASE("there may be none yet") {
    journal.run("DELETE FROM sessions");
    session = reader->newest_session();
    REQUIRE(session);
    CHECK_FALSE(session->has_value());
  }
  SUBCASE("one that somebody changed is refused") {
    journal.run("UPDATE sessions SET settings = '{'");
    session = reader->newest_session();
    REQUIRE_FALSE(session);
    CHECK(session.error().message.find("settings of a session") != std::string::npos);
  }
}

TEST_CASE("records come in order of the input, and only of jobs that have ended") {
  HandMade journal;
  for (const int job : {4, 0, 2, 7}) journal.job(job, job % 2, job);
  journal.row(1, 1, 1, 1, "'running', NULL, NULL, NULL", 0);
  journal.row(3, 3, 1, 1, "'interrupted', NULL, NULL, NULL", 0);
  journal.row(5, 5, 1, 1, "'aborted', 'not_started', 'x', NULL", 0);
  const auto reader = journal.reader();
  CHECK(places(*reader) == std::vector<std::uint64_t>{0, 2, 4, 5, 7});
  CHECK(places(*reader).empty());
}

TEST_CASE("more jobs than fit on a page come each once") {
  HandMade journal;
  journal.run("BEGIN");
  for (int job = 0; job < 500; ++job) journal.job(job, 0, job);
  journal.run("COMMIT");
  // One page by the number of its rows, and one by the size of its outputs.
  for (const int job : {3, 4, 5}) {
    journal.output(job, "stdout", 600'000, "0", "printf('%.*c', 600000, 'x')");
  }
  const std::vector<std::uint64_t> found = places(*journal.reader());
  REQUIRE(found.size() == 500);
  CHECK(std::ranges::is_sorted(found));
}

TEST_CASE("of a resumed journal the places are those of the newest input") {
  HandMade journal;
  journal.session(2);
  REQUIRE(std::filesystem::exists(journal.path()));
  {
    Database database = open_database(journal.path());
    REQUIRE(make_indices(database));
  }
  journal.job(0, 0, 2, 2);     // as session 1 recorded it, now third
  journal.job(1, 0, 1, 2, 2);  // run again
  journal.job(2, 0, 2, 1);     // not claimed yet, and its old place is another's now
  journal.job(3, 0, 3, 1);     // not claimed yet
  journal.job(4, 0, 0, 1);
  journal.run("UPDATE jobs SET place = NULL WHERE job = 4");
  const auto reader = journal.reader();
  auto record = reader->next();
  REQUIRE(record);
  CHECK((*record)->spec.index.value == 1);
  CHECK_FALSE((*record)->is_reused);
  record = reader->next();
  CHECK((*record)->spec.index.value == 2);
  CHECK((*record)->argv.back() == "0");
  CHECK((*record)->is_reused);
  CHECK(places(*reader) == std::vector<std::uint64_t>{3});
}

TEST_CASE("in the order in which they ended, if that is asked for") {
  HandMade journal;
  for (const int job : {0, 1, 2, 3}) journal.job(job, 0, job);  // the later ones began earlier
  journal.row(4, 4, 1, 1, "'aborted', 'not_started', 'x', NULL", 0);
  journal.row(5, 5, 1, 1, "'running', NULL, NULL, NULL", 0);
  const auto reader = journal.reader();
  REQUIRE(reader->order_by_completion());
  CHECK(places(*reader) == std::vector<std::uint64_t>{3, 2, 1, 0, 4});
}

TEST_CASE("a job is found by its name, or else by its index") {
  HandMade journal;
  journal.job(0, 0, 0);
  journal.job(1, 0, 1);
  journal.job(2, 0, 2);
  journal.run("UPDATE jobs SET name = '0' WHERE job = 2");
  journal.row(3, 3, 1, 1, "'running', NULL, NULL, NULL", 0);
  const auto reader = journal.reader();
  const auto index_of = [&](const std::string& text) {
    const auto found = reader->find(text);
    REQUIRE(found);
    REQUIRE(*found);
    return (*found)->spec.index.value;
  };
  CHECK(index_of("job 1") == 1);
  CHECK(index_of("1") == 1);
  CHECK(index_of("0") == 2);
  for (const char* text : {"job 7", "7", "", "-1", "99999999999999999999"}) {
    CAPTURE(text);
    const auto found = reader->find(text);
    REQUIRE(found);
    CHECK(*found == nullptr);
  }
  const auto running = reader->find("3");
  REQUIRE_FALSE(running);
  CHECK(running.error().message == "job 3 has not ended yet");
  CHECK(running.error().kind == ErrorKind::usage);
}

TEST_CASE("large outputs come from their files") {
  HandMade journal;
  journal.job(0, 0, 0);
  std::filesystem::create_directories(journal.outputs() + "/1/0");
  const std::string said(100'000, 'x');
  std::ofstream(journal.outputs() + "/1/0/stdout") << said;
  journal.output(0, "stdout", 100'000, "0", "NULL", "'1/0/stdout'");

  SUBCASE("as they are") {
    CHECK(bytes_of(first(journal)->out) == said);
  }
  SUBCASE("one that is gone is said to be") {
    std::filesystem::remove(journal.outputs() + "/1/0/stdout");
    const auto record = first(journal);
    CHECK(record->out.failure.find("No such file or directory") != std::string::npos);
    CHECK(record->out.total_bytes == 100'000);
    CHECK(record->out.size() == 0);
    CHECK(record->out.is_truncated());
  }
  SUBCASE("one that was cut short is truncated") {
    std::filesystem::resize_file(journal.outputs() + "/1/0/stdout", 10);
    CHECK(first(journal)->out.is_truncated());
  }
  SUBCASE("one that is no text any more is not taken for one") {
    std::ofstream(journal.outputs() + "/1/0/stdout") << "x\xff";
    CHECK_FALSE(first(journal)->out.text_from);
  }
  SUBCASE("no other file is ever read") {
    journal.run("UPDATE outputs SET file = '../../etc/passwd'");
    CHECK(refusal(journal).find("is no file of an output") != std::string::npos);
  }
}

TEST_CASE("text begins where it was said to, or nowhere") {
  HandMade journal;
  journal.job(0, 0, 0);
  journal.output(0, "stdout", 9, "2", "x'82ac6162'");
  CHECK(first(journal)->out.text_from == 2);
  journal.run("UPDATE outputs SET text_from = 1");
  CHECK_FALSE(first(journal)->out.text_from);
  journal.run("UPDATE outputs SET text_from = 77");
  CHECK(first(journal)->out.text_from == 4);
}

TEST_CASE("a value that is large is an output of its own") {
  HandMade journal;
  journal.job(0, 0, 0);
  journal.output(0, "value", 7, "0", "'[1,2,3]'");
  CHECK(first(journal)->value == "[1,2,3]");
}

TEST_CASE("rows that somebody changed are an error that names the job") {
  HandMade journal;
  journal.job(0, 0, 0);
  for (const char* change :
       {"UPDATE jobs SET command = '[1'", "UPDATE jobs SET status = 'failed'",
        "UPDATE jobs SET status = 'odd'", "UPDATE jobs SET resources = 'x'",
        "UPDATE attempts SET started_at = 'noon'", "UPDATE attempts SET exit_code = NULL"}) {
    CAPTURE(change);
    journal.run(change);
    const std::string message = refusal(journal);
    CHECK(message.starts_with("cannot read the journal \""));
    CHECK(message.find("job 0: ") != std::string::npos);
    journal.run("DELETE FROM jobs; DELETE FROM attempts");
    journal.job(0, 0, 0);
  }
}

TEST_CASE("what is no journal is refused in a sentence") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  const auto message = [&] {
    const auto opened = JournalReader::open(path, memory_store());
    REQUIRE_FALSE(opened);
    return opened.error().message;
  };
  CHECK(message().find("No such file or directory") != std::string::npos);

  std::ofstream(path) << "this is a text and no database, of some length so that it can be read";
  CHECK(message().find("is no journal of fanout") != std::string::npos);
  std::filesystem::remove(path);

  Database database = blank_database(path);
  SUBCASE("an empty one was only begun") {
    const auto opened = JournalReader::open(path, memory_store());
    REQUIRE(opened);
    CHECK(*opened == nullptr);
  }
  SUBCASE("a newer one") {
    REQUIRE(make_tables(database));
    REQUIRE(database.run("PRAGMA user_version = 2"));
    CHECK(message() == "journal \"" + path + "\" has format 2, and this fanout reads " + "1");
  }
}

TEST_CASE("a damaged journal is said to be, and does no harm") {
  HandMade journal;
  journal.run("BEGIN");
  for (int job = 0; job < 300; ++job) journal.job(job, 0, job);
  journal.run("COMMIT");
  journal.run("PRAGMA wal_checkpoint(TRUNCATE)");
  const auto size = std::filesystem::file_size(journal.path());
  int refused = 0;
  for (std::uintmax_t page = 4096; page + 4096 <= size; page += 4096) {
    const std::string copy = journal.path() + ".damaged";
    std::filesystem::copy_file(journal.path(), copy,
                               std::filesystem::copy_options::overwrite_existing);
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(page));
    file << std::string(64, '\x5a');
    file.close();
    const auto opened = JournalReader::open(copy, memory_store());
    if (!opened) {
      ++refused;
      continue;
    }
    while (true) {
      const auto record = (*opened)->next();
      if (!record) {
        CHECK(record.error().message.find(copy) != std::string::npos);
        ++refused;
      }
      if (!record || *record == nullptr) break;
    }
  }
  CHECK(refused > 3);
}

TEST_CASE("a reader is in no writer's way, and sees what is written meanwhile") {
  HandMade journal;
  for (int job = 0; job < 3; ++job) journal.job(job, 0, job);
  const auto reader = journal.reader();
  REQUIRE(*reader->next());
  {
    Database database = open_database(journal.path());
    // It says how many pages it could not bring over: none.
    const auto blocked = database.number("PRAGMA wal_checkpoint(TRUNCATE)");
    REQUIRE(blocked);
    CHECK(*blocked == 0);
  }
  CHECK(places(*reader) == std::vector<std::uint64_t>{1, 2});
}
