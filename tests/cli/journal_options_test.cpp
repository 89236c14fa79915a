#include "cli/journal_options.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "os/os_fixture.hpp"

#include <string>
#include <vector>

using namespace fanout;

namespace {

Result<std::optional<JournalRequest>> parse(const std::vector<std::string>& arguments) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::map, WordPlace::after_options, arguments);
  REQUIRE(typed);
  return journal_request(*typed);
}

}  // namespace

TEST_CASE("no journal is kept where none was asked for") {
  const auto request = parse({"-j", "2"});
  REQUIRE(request);
  CHECK_FALSE(*request);
}

TEST_CASE("a journal is begun or gone on with") {
  auto request = parse({"--journal", "j", "--durability=full"});
  REQUIRE((request && *request));
  CHECK((*request)->path == "j");
  CHECK_FALSE((*request)->is_resume);
  CHECK((*request)->durability == Durability::full);

  request = parse({"--resume", "k"});
  REQUIRE((request && *request));
  CHECK((*request)->path == "k");
  CHECK((*request)->is_resume);
  CHECK((*request)->runs_failed_again);
  CHECK((*request)->durability == Durability::normal);

  request = parse({"--resume", "k", "--resume-failed", "no", "--durability", "off"});
  REQUIRE((request && *request));
  CHECK_FALSE((*request)->runs_failed_again);
  CHECK((*request)->durability == Durability::off);
}

TEST_CASE("options about a journal that contradict each other, or have no effect, are refused") {
  struct Row {
    std::vector<std::string> arguments;
    std::string message;
  };
  const Row table[] = {
      {{"--journal", "j", "--resume", "k"},
       "--resume records in the same file, --journal begins one: give one of them"},
      {{"--journal", "j", "--resume-failed", "no"},
       "--resume-failed is about the jobs of --resume FILE, which was not given"},
      {{"--durability", "full"},
       "--durability is about a journal, and there is none; add --journal FILE"},
      {{"--journal", "j", "--durability", "ful"},
       "--durability: \"ful\" is not one of \"off\", \"normal\" or \"full\" (did you mean "
       "\"full\"?)"},
      {{"--resume", "j", "--resume-failed", "maybe"},
       "--resume-failed: \"maybe\" is not one of \"yes\" or \"no\""},
      {{"--resume", "j", "--dry-run"},
       "--dry-run reads no journal, and would show jobs that --resume does not run; leave out one "
       "of "
       "them"},
      {{"--resume", "j", "--pipe", "--round-robin"},
       "--resume recognises jobs by their input, and with --round-robin none has one of its own; "
       "leave out --round-robin"},
  };
  for (const Row& row : table) {
    CAPTURE(row.message);
    const auto request = parse(row.arguments);
    REQUIRE_FALSE(request);
    CHECK(request.error().message == row.message);
  }
}

TEST_CASE("a detached run has its journal in its directory, and goes on with one that was begun") {
  const TemporaryDirectory directory;
  const RunDirectory run(directory.path(), "abcdef");
  std::filesystem::create_directory(run.path());
  const auto request_of = [&run](DetachedRun::Kind kind) {
    const auto request = journal_request({}, DetachedRun{run, kind, nullptr});
    REQUIRE(request);
    REQUIRE(request->has_value());
    CHECK((*request)->path == run.journal());
    return **request;
  };
  CHECK_FALSE(request_of(DetachedRun::Kind::started).is_resume);
  CHECK_FALSE(request_of(DetachedRun::Kind::resumed).is_resume);
  std::ofstream(run.journal()).flush();
  CHECK_FALSE(request_of(DetachedRun::Kind::resumed).is_resume);
  std::ofstream(run.journal()) << "x";
  CHECK(request_of(DetachedRun::Kind::resumed).is_resume);
  const auto full = journal_request({{{"durability", {"full"}}, {"resume-failed", {"no"}}}, {}},
                                    DetachedRun{run, DetachedRun::Kind::resumed, nullptr});
  REQUIRE(full);
  CHECK((*full)->durability == Durability::full);
  CHECK_FALSE((*full)->runs_failed_again);
}
