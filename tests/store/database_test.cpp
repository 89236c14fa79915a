#include "store/database.hpp"

#include <doctest/doctest.h>

#include <string>

#include "os/os_fixture.hpp"
#include "store/fixture.hpp"

using namespace fanout;
using namespace std::chrono_literals;

TEST_CASE("what is put into a statement comes out of one") {
  const TemporaryDirectory directory;
  Database database = blank_database(directory / "d");
  REQUIRE(database.run("CREATE TABLE t (a, b, c, d, e, f, g); CREATE TABLE other (x)"));
  Result<Statement> insert = database.prepare("INSERT INTO t VALUES (?,?,?,?,?,?,?)");
  REQUIRE(insert);
  const std::string large(100'000, 'x');
  for (int round = 0; round < 2; ++round) {
    insert->put(round);
    insert->put(1.5);
    insert->put(Duration(1500ms));
    insert->put_text("");
    insert->put_word("a\xff");
    insert->put_word(large);
    insert->put(std::optional<std::uint64_t>());
    REQUIRE(insert->run());
    CHECK(database.changes() == 1);
  }
  Result<Statement> select = database.prepare("SELECT *, typeof(d), typeof(e) FROM t ORDER BY a");
  REQUIRE(select);
  REQUIRE(*select->step());
  REQUIRE(*select->step());
  CHECK(select->integer(0) == 1);
  CHECK(select->count(0) == 1);
  CHECK(select->real(1) == 1.5);
  CHECK(select->duration(2) == Duration(1500ms));
  CHECK(select->bytes(3).empty());
  CHECK(!select->is_null(3));
  CHECK(select->word(4) == "a\xff");
  CHECK(select->word(5) == large);
  CHECK(select->is_null(6));
  CHECK(!select->count(6));
  CHECK(select->word(7) == "text");
  CHECK(select->word(8) == "blob");
  CHECK(!*select->step());
}

TEST_CASE("durations keep their nanoseconds") {
  const TemporaryDirectory directory;
  Database database = blank_database(directory / "d");
  Result<Statement> select = database.prepare("SELECT ?");
  REQUIRE(select);
  for (const Duration duration :
       {Duration(0), Duration(1), Duration(999'999'999), Duration(-1), Duration(1h + 1ns),
        Duration(24h * 365 * 100), Duration(24h * 20 + 123'456'789ns)}) {
    select->reset();
    select->put(duration);
    REQUIRE(*select->step());
    CHECK(select->duration(0).count() == duration.count());
  }
  Result<Statement> silly = database.prepare("SELECT 1e300, 'x', -1e300");
  REQUIRE(silly);
  REQUIRE(*silly->step());
  CHECK(silly->duration(0) == Duration::max());
  CHECK(silly->duration(1) == Duration::zero());
  CHECK(silly->duration(2) == Duration::max());
}

TEST_CASE("a statement that failed can be run again") {
  const TemporaryDirectory directory;
  Database database = blank_database(directory / "d");
  REQUIRE(database.run("CREATE TABLE t (a UNIQUE)"));
  Result<Statement> insert = database.prepare("INSERT INTO t VALUES (?)");
  REQUIRE(insert);
  insert->put(1);
  REQUIRE(insert->run());
  insert->put(1);
  const Result<void> again = insert->run();
  REQUIRE(!again);
  CHECK(again.error().message == "UNIQUE constraint failed: t.a");
  CHECK(database.trouble() == Database::Trouble::other);
  insert->put(2);
  CHECK(insert->run());
  CHECK(*database.number("SELECT count(*) FROM t") == 2);
}

TEST_CASE("a file that cannot be opened is named with the reason") {
  const TemporaryDirectory directory;
  const Result<Database> database = Database::open(directory / "none", Database::Access::write);
  REQUIRE(!database);
  CHECK(database.error().message ==
        "open \"" + (directory / "none") + "\": No such file or directory");
}

TEST_CASE("a name is the name of a file, whatever SQLite makes of such names") {
  const TemporaryDirectory directory;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  for (const char* name : {":memory:", "file:x?mode=memory"}) {
    { REQUIRE(blank_database(name).run("CREATE TABLE t (a)")); }
    CHECK(std::filesystem::file_size(name) > 0);
  }
  std::filesystem::current_path(before);
}

TEST_CASE("what is no database is told from one that is damaged") {
  const TemporaryDirectory directory;
  const std::string path = directory / "d";
  { std::ofstream(path) << std::string(10'000, 'x'); }
  Database database = open_database(path);
  CHECK(!database.number("PRAGMA user_version"));
  CHECK(database.trouble() == Database::Trouble::foreign);
}
