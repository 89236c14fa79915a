#include "store/run_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

RunDirectories runs_in(const TemporaryDirectory& directory) {
  auto runs = RunDirectories::at(directory.path().c_str(), nullptr);
  REQUIRE(runs);
  return std::move(*runs);
}

RunDirectory made_in(const RunDirectories& runs) {
  auto run = runs.make();
  REQUIRE(run);
  return std::move(*run);
}

std::string message_for(const RunDirectories& runs, std::string_view handle) {
  const auto found = runs.find(handle);
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::usage);
  return found.error().message;
}

}  // namespace

TEST_CASE("a handle is six characters that are not mistaken for each other") {
  CHECK(is_handle("7k2mvx"));
  CHECK(is_handle("000000"));
  for (const char* text :
       {"", "7k2mv", "7k2mvxx", "7k2mvo", "7K2MVX", "../../", "7k2m/x", "..", "./////"}) {
    CAPTURE(text);
    CHECK_FALSE(is_handle(text));
  }
  CHECK_FALSE(is_handle(std::string_view("7k2mv\0", 6)));
}

TEST_CASE("runs are kept where the environment says") {
  const auto place = [](const char* state_home, const char* home) {
    const auto runs = RunDirectories::at(state_home, home);
    return runs ? runs->place() : runs.error().message;
  };
  CHECK(place("/state", "/home/me") == "/state/fanout/runs");
  CHECK(place(nullptr, "/home/me") == "/home/me/.local/state/fanout/runs");
  CHECK(place("", "/home/me") == "/home/me/.local/state/fanout/runs");
  // As the specification has it: a relative path counts as none.
  CHECK(place("state", "/home/me") == "/home/me/.local/state/fanout/runs");
  CHECK(place(nullptr, nullptr) ==
        "nobody says where runs are kept: set HOME or XDG_STATE_HOME to the path of a directory");
  CHECK(place(nullptr, "") == place(nullptr, nullptr));
}

TEST_CASE("a new run has a directory of its own that nobody else can enter") {
  const TemporaryDirectory directory;
  const RunDirectories runs = runs_in(directory);
  std::set<std::string> handles;
  for (int count = 0; count < 50; ++count) {
    const RunDirectory run = made_in(runs);
    CHECK(is_handle(run.handle()));
    handles.insert(run.handle());
    struct stat status {};
    REQUIRE(::stat(run.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 07777u) == 0700);
  }
  CHECK(handles.size() == 50);

  const auto all = runs.all();
  REQUIRE(all);
  REQUIRE(all->size() == 50);
  CHECK(all->front().handle() == *handles.begin());
  CHECK(all->back().handle() == *handles.rbegin());
}

TEST_CASE("everything of a run is in its directory") {
  const RunDirectory run("/state/fanout/runs", "7k2mvx");
  CHECK(run.path() == "/state/fanout/runs/7k2mvx");
  CHECK(run.journal() == run.path() + "/journal");
  CHECK(run.input() == run.path() + "/input");
  CHECK(run.partial_input() == run.path() + "/input.part");
  CHECK(run.socket() == run.path() + "/socket");
  CHECK(run.log() == run.path() + "/log");
  CHECK(run.start() == run.path() + "/start.json");
}

TEST_CASE("where nothing was ever started there are no runs") {
  const TemporaryDirectory directory;
  const RunDirectories runs = runs_in(directory);
  const auto all = runs.all();
  REQUIRE(all);
  CHECK(all->empty());
  CHECK(message_for(runs, "7k2mvx") ==
        "no run \"7k2mvx\", or it was closed: \"fanout list\" shows all");
}

TEST_CASE("a run is found by its handle and by nothing else") {
  const TemporaryDirectory directory;
  const RunDirectories runs = runs_in(directory);
  const RunDirectory run = made_in(runs);

  const auto found = runs.find(run.handle());
  REQUIRE(found);
  CHECK(found->path() == run.path());

  SUBCASE("paths are not") {
    CHECK(message_for(runs, "../runs/" + run.handle()).starts_with("no run \"../runs/"));
    CHECK(message_for(runs, "").starts_with("no run \"\""));
    CHECK(message_for(runs, "a\nb").starts_with("no run \"a\\nb\""));
  }
  SUBCASE("the nearest one is named") {
    std::string typed = run.handle();
    typed[2] = typed[2] == '0' ? '1' : '0';
    CHECK(message_for(runs, typed) ==
          "no run \"" + typed + "\" (did you mean \"" + run.handle() + "\"?)");
  }
  SUBCASE("files and links are none") {
    const std::string other = run.handle() == "00000a" ? "00000b" : "00000a";
    std::filesystem::create_directory_symlink(run.path(), runs.place() + "/" + other);
    CHECK(message_for(runs, other).starts_with("no run"));
    const auto all = runs.all();
    REQUIRE(all);
    CHECK(all->size() == 1);
  }
  SUBCASE("those of others are not ours") {
    if (::chown(run.path().c_str(), ::geteuid() + 1, static_cast<gid_t>(-1)) == 0) {
      CHECK(message_for(runs, run.handle()).find("belongs to another user (") != std::string::npos);
      const auto all = runs.all();
      REQUIRE(all);
      CHECK(all->empty());
    }
  }
}

TEST_CASE("a run that is removed is gone with all that was in it") {
  const TemporaryDirectory directory;
  const RunDirectories runs = runs_in(directory);
  const RunDirectory run = made_in(runs);
  const RunDirectory other = made_in(runs);
  std::filesystem::create_directory(run.path() + "/journal.outputs");
  std::ofstream(run.path() + "/journal.outputs/1") << "text";
  // What an earlier removal left, that was cut short.
  std::filesystem::create_directories(run.path() + ".closed/journal.outputs");

  REQUIRE(runs.remove(run));
  CHECK_FALSE(runs.find(run.handle()));
  CHECK(std::filesystem::is_directory(other.path()));
  const std::filesystem::directory_iterator left(runs.place());
  CHECK(std::distance(begin(left), end(left)) == 1);

  const auto again = runs.remove(run);
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == ErrorKind::system);
}
