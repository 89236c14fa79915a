#include "xargs/command_status.hpp"

#include <doctest/doctest.h>

#include <cerrno>

#include "xargs/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

XargsOptions one_item_each() {
  XargsOptions options;
  options.max_args = 1;
  options.max_chars = 100;
  options.command = {"sh"};
  return options;
}

/// Commands of one item each, started when the test says so.
class Stage {
 public:
  explicit Stage(const std::string& input)
      : packer(options, {2097152, 0, 0}, std::make_unique<Pieces>(std::deque<std::string>{input}),
               heard.notes, nullptr),
        status(options, packer, heard.notes,
               {[this] { ++stops; }, [this] { return is_being_ended; }}) {}

  bool start() {
    const bool has_started = std::holds_alternative<JobSpec>(packer.next());
    packer.read_ahead();
    return has_started;
  }
  void end(Outcome outcome) {
    JobFinished finished;
    finished.record.outcome = std::move(outcome);
    REQUIRE(status.on(finished));
  }

  Heard heard;
  XargsOptions options = one_item_each();
  CommandPacker packer;
  CommandStatus status;
  int stops = 0;
  bool is_being_ended = false;
};

SpawnFailed refused(int error_number) {
  return {error_number, "", error_number == ENOENT};
}

}  // namespace

TEST_CASE("a status of 1 to 254 lets the others run and is 123 at the end") {
  for (const int code : {1, 125, 126, 127, 254}) {
    Stage stage("1 2");
    stage.start();
    stage.end(Exited{code});
    CHECK(stage.start());
    stage.end(Exited{0});
    CHECK(stage.status.exit_status() == 123);
    CHECK(stage.heard.said.text == "");
  }
}

TEST_CASE("255, a signal and a start that fails stop the rest") {
  struct Row {
    Outcome outcome;
    int status;
    std::string said;
  };
  const Row rows[] = {
      {Exited{255}, 124, "sh: exited with status 255; aborting"},
      {Signaled{9}, 125, "sh: terminated by signal 9"},
      {refused(ENOENT), 127, "sh: No such file or directory"},
      {refused(EACCES), 126, "sh: Permission denied"},
      {refused(E2BIG), 1, "can't call exec() due to argument size restrictions"},
  };
  for (const Row& row : rows) {
    Stage stage("1 2 3");
    stage.start();
    stage.end(row.outcome);
    CHECK_FALSE(stage.start());
    CHECK(stage.stops == 1);
    CHECK(stage.status.exit_status() == row.status);
    CHECK(stage.heard.said.text == "xargs: " + row.said + "\n");
  }
}

TEST_CASE("a failure counts for more than what stopped the rest, unless all had started") {
  Stage stopped("1 2 3");
  stopped.start();
  stopped.end(Exited{3});
  stopped.start();
  stopped.end(Exited{255});
  CHECK(stopped.status.exit_status() == 123);

  Stage last("1 2");
  last.start();
  last.end(Exited{3});
  last.start();
  last.end(Exited{255});
  CHECK(last.status.exit_status() == 124);
}

TEST_CASE("what runs beside the one that stopped the rest has its say once") {
  Stage stage("1 2 3 4");
  stage.start();
  stage.start();
  stage.start();
  stage.end(Exited{255});
  SUBCASE("a failure") {
    stage.end(Exited{3});
    CHECK(stage.status.exit_status() == 123);
  }
  SUBCASE("a signal, and then nothing more") {
    stage.end(Signaled{15});
    stage.end(Exited{3});
    CHECK(stage.status.exit_status() == 125);
    CHECK(stage.heard.said.text.find("terminated by signal 15") != std::string::npos);
  }
}

TEST_CASE("once all have started the first to stop the rest has the last word") {
  Stage stage("1 2");
  stage.start();
  stage.start();
  stage.end(Exited{255});
  stage.end(Signaled{15});
  CHECK(stage.status.exit_status() == 124);
  CHECK(stage.heard.said.text == "xargs: sh: exited with status 255; aborting\n");
}

TEST_CASE("bad input is 1, a failure before it 123, and a 255 still 124") {
  Stage stage("1 'x");
  stage.start();
  CHECK(stage.packer.has_failed());
  SUBCASE("all succeeded") {
    stage.end(Exited{0});
    CHECK(stage.status.exit_status() == 1);
  }
  SUBCASE("one failed") {
    stage.end(Exited{7});
    CHECK(stage.status.exit_status() == 123);
  }
  SUBCASE("one said to stop") {
    stage.end(Exited{255});
    CHECK(stage.status.exit_status() == 124);
  }
}

TEST_CASE("what we ended ourselves is nobody's failure") {
  Stage stage("1");
  stage.start();
  stage.end(Cancelled{Cancelled::Reason::killed, Signaled{15}});
  CHECK(stage.status.exit_status() == 0);
  CHECK(stage.heard.said.text == "");
}

TEST_CASE("a signal that ends us as well is not told of a command") {
  Stage stage("1");
  stage.start();
  stage.is_being_ended = true;
  stage.end(Signaled{2});
  CHECK(stage.heard.said.text == "");
}
