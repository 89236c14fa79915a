#include "store/outcome_columns.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <vector>

#include "os/os_fixture.hpp"
#include "store/fixture.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

bool is_same(const ExitStatus& a, const ExitStatus& b) {
  if (a.index() != b.index()) return false;
  if (const auto* exited = std::get_if<Exited>(&a)) return exited->code == std::get<Exited>(b).code;
  const Signaled& signaled = std::get<Signaled>(a);
  const Signaled& other = std::get<Signaled>(b);
  return signaled.number == other.number && signaled.core_dumped == other.core_dumped;
}

bool is_same(const std::optional<ExitStatus>& a, const std::optional<ExitStatus>& b) {
  return a.has_value() == b.has_value() && (!a || is_same(*a, *b));
}

bool is_same(const Outcome& a, const Outcome& b) {
  if (a.index() != b.index() || describe(a) != describe(b)) return false;
  if (error_kind(a) != error_kind(b) || !is_same(exit_status(a), exit_status(b))) return false;
  if (const auto* late = std::get_if<TimedOut>(&a)) {
    return late->limit == std::get<TimedOut>(b).limit;
  }
  if (const auto* spawn = std::get_if<SpawnFailed>(&a)) {
    const SpawnFailed& other = std::get<SpawnFailed>(b);
    return spawn->error_number == other.error_number && spawn->not_found == other.not_found;
  }
  return true;
}

/// What comes out of a row that this was put into.
Result<Outcome> round_trip(const Outcome& outcome, std::string prerequisite = {}) {
  const TemporaryDirectory directory;
  Database database = blank_database(directory / "d");
  REQUIRE(database.run("CREATE TABLE t (" + std::string(kOutcomeColumns) + ")"));
  Result<Statement> insert = database.prepare("INSERT INTO t VALUES (?,?,?,?,?,?,?,?)");
  REQUIRE(insert);
  OutcomeTexts texts;
  put_outcome(*insert, outcome, texts);
  REQUIRE(insert->run());
  Result<Statement> select = database.prepare("SELECT 0, * FROM t");
  REQUIRE(select);
  REQUIRE(*select->step());
  return outcome_at(*select, 1, std::move(prerequisite));
}

}  // namespace

TEST_CASE("every way to end is read back as it was written") {
  using Reason = Cancelled::Reason;
  const std::vector<Outcome> all = {
      Exited{0},
      Exited{1},
      Exited{255},
      Signaled{SIGKILL, false},
      Signaled{SIGSEGV, true},
      Signaled{32, false},  // a signal without a name
      Signaled{SIGRTMIN + 3, false},
      TimedOut{1500ms, Signaled{SIGTERM, false}},
      TimedOut{1ns, Exited{0}},
      TimedOut{std::chrono::hours(24 * 40) + 1us, Exited{3}},
      TimedOut{std::chrono::hours(24 * 365 * 100), Exited{3}},
      SpawnFailed{2, "exec \"x\": No such file or directory", true},
      SpawnFailed{13, "exec \"\xff\": Permission denied", false},
      ParseFailed{"line 1: not JSON"},
      CaptureFailed{"cut"},
      Cancelled{Reason::killed, Signaled{SIGTERM, false}, {}},
      Cancelled{Reason::killed, std::nullopt, {}},
      Cancelled{Reason::deadline, Exited{0}, {}},
      Cancelled{Reason::not_started, std::nullopt, {}},
      Lost{"lost it"},
      Lost{""},
  };
  for (const Outcome& outcome : all) {
    CAPTURE(describe(outcome));
    const Result<Outcome> read = round_trip(outcome);
    REQUIRE(read);
    CHECK(is_same(outcome, *read));
  }
}

TEST_CASE("the job that another one waited for is read back") {
  const Outcome outcome = Cancelled{Cancelled::Reason::dependency, std::nullopt, "build \xff"};
  const Result<Outcome> read = round_trip(outcome, "build \xff");
  REQUIRE(read);
  CHECK(std::get<Cancelled>(*read).prerequisite == "build \xff");
  CHECK(is_same(outcome, *read));
}

TEST_CASE("columns that nobody writes are refused") {
  const TemporaryDirectory directory;
  Database database = blank_database(directory / "d");
  const char* row = "";
  SUBCASE("a success with an exit code") {
    row = "'succeeded',NULL,NULL,1,NULL,NULL,NULL,NULL";
  }
  SUBCASE("nothing") {
    row = "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL";
  }
  SUBCASE("an unknown kind") {
    row = "'failed','gone','x',1,NULL,NULL,NULL,NULL";
  }
  SUBCASE("an unknown signal") {
    row = "'failed','signal','x',NULL,'SIGNOPE',0,NULL,NULL";
  }
  SUBCASE("a signal of nobody") {
    row = "'failed','signal','x',NULL,'signal 999',0,NULL,NULL";
  }
  SUBCASE("a timeout without an end") {
    row = "'failed','timeout','x',NULL,NULL,0,NULL,3";
  }
  SUBCASE("an aborted one that is said to have failed") {
    row = "'failed','killed','x',NULL,NULL,NULL,NULL,NULL";
  }
  Result<Statement> select = database.prepare("SELECT " + std::string(row));
  REQUIRE(select);
  REQUIRE(*select->step());
  CHECK(!outcome_at(*select, 0));
}
