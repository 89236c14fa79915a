#include "xargs/command_packer.hpp"

#include <doctest/doctest.h>

#include "xargs/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

using Words = std::vector<std::string>;

XargsOptions options_of(const Words& words) {
  Heard heard;
  XargsRequest request = parse_xargs(words, {2097152, 1000, 20}, heard.notes);
  REQUIRE(std::holds_alternative<XargsOptions>(request));
  return std::get<XargsOptions>(std::move(request));
}

/// Answers in turn.
struct Person : Approval {
  Answer ask() override {
    REQUIRE_FALSE(answers.empty());
    const Answer answer = answers.front();
    answers.pop_front();
    return answer;
  }
  std::deque<Answer> answers;
};

class Stage {
 public:
  Stage(const Words& words, std::deque<std::string> pieces,
        const ArgumentSpace& space = {2097152, 1000, 20})
      : options(options_of(words)),
        packer(options, space, std::make_unique<Pieces>(std::move(pieces)), heard.notes, &person) {}

  /// Each command on a line of its own; a `...` for a NotYet.
  std::string commands() {
    std::string all;
    for (;;) {
      NextJob next = packer.next();
      if (std::holds_alternative<EndOfJobs>(next)) return all;
      const auto* job = std::get_if<JobSpec>(&next);
      all += (job == nullptr ? "..." : shown(*job)) + "\n";
    }
  }

  static std::string shown(const JobSpec& job) {
    std::string line;
    for (const std::string& word : job.command.argv) {
      line += (line.empty() ? "" : " ") + (word.size() > 20 ? "<long>" : word);
    }
    return line;
  }

  Heard heard;
  Person person;
  XargsOptions options;
  CommandPacker packer;
};

struct Row {
  Words words;
  std::string input;
  std::string commands;
  std::string said;
};

void check(const Row& row) {
  CAPTURE(row.words);
  CAPTURE(row.input);
  std::deque<std::string> pieces;
  if (!row.input.empty()) pieces.push_back(row.input);
  Stage stage(row.words, pieces);
  CHECK(stage.commands() == row.commands);
  CHECK(stage.heard.said.text == (row.said.empty() ? "" : "xargs: " + row.said + "\n"));
  CHECK(stage.packer.is_over());
}

}  // namespace

TEST_CASE("items are packed as many to a command as are allowed") {
  const Row rows[] = {
      {{"c"}, "1 2\n3\n", "c 1 2 3\n", ""},
      {{"-n2", "c"}, "1 2\n3\n", "c 1 2\nc 3\n", ""},
      {{"-n2", "c"}, "1 2\n", "c 1 2\n", ""},
      {{"-L1", "c"}, "1 2 \n3\n\n4\n", "c 1 2 3\nc 4\n", ""},
      {{"-L2", "c"}, "1\n2\n\n3", "c 1 2\nc 3\n", ""},
      {{"-s6", "c"}, "1 2 3", "c 1 2\nc 3\n", ""},
      {{"-s7", "c"}, "1 22 3", "c 1 22\nc 3\n", ""},
      {{"-n3", "-s6", "c"}, "1 2 3", "c 1 2\nc 3\n", ""},
      {{"-d,", "-L2", "c"}, "1,,3", "c 1 \nc 3\n", ""},
      {{"-n1", "c", "x"}, "1 2", "c x 1\nc x 2\n", ""},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("without items it runs once, or not at all") {
  check({{"c"}, "", "c\n", ""});
  check({{"-n1", "c"}, " \n", "c\n", ""});
  check({{"-r", "c"}, "", "", ""});
  check({{"-I%", "c"}, "\n", "", ""});
  check({{"-n1", "c"}, "1", "c 1\n", ""});
}

TEST_CASE("a line takes the place of a token in all words but the first") {
  check({{"-I%", "%", "a%b%", "c"}, " x y\nz\n", "% ax ybx y c\n% azbz c\n", ""});
  check({{"-Iab", "c", "aab", "abab"}, "1", "c a1 11\n", ""});
  check({{"-I%", "c"}, "1\n2\n", "c\nc\n", ""});
  check({{"-I", "", "c", "x"}, "1\n", "", "command too long"});
}

TEST_CASE("what is too large is refused, and the items before it run where GNU xargs runs them") {
  const std::string long_item(30, 'x');
  const Row rows[] = {
      {{"-s3", "ccc"}, "1", "", "cannot fit single argument within argument list size limit"},
      {{"-s20", "c"}, "1 2 " + long_item + " 3", "c 1 2\n", "argument line too long"},
      {{"-s20", "-n1", "c"}, "1 2 " + long_item, "c 1\nc 2\n", "argument line too long"},
      {{"-s20", "-x", "c"}, "1 2 " + long_item, "", "argument line too long"},
      {{"-s20", "-L9", "c"}, "1 2 " + long_item, "", "argument line too long"},
      {{"-s6", "-x", "-n3", "c"}, "1 2 3", "", "argument list too long"},
      {{"-s6", "-x", "c"}, "1 2 3", "c 1 2\nc 3\n", ""},
      {{"-s6", "-L1", "c"}, "1 2 3", "", "argument list too long"},
      {{"-s12", "-I%", "c", "%", "%"}, "1\n222222", "c 1 1\n", "argument list too long"},
      {{"-s12", "-I%", "c", "%%"}, "1\n222222", "c 11\n", "command too long"},
      {{"-I%", "-s3", "ccc"},
       "1",
       "",
       "cannot fit single argument within argument list size limit"},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("bad quotes are told of after the command before them has started") {
  Stage stage({"-n2", "c"}, {"1 2 3 'x\n"});
  stage.packer.next();
  CHECK(Stage::shown(std::get<JobSpec>(stage.packer.next())) == "c 3");
  CHECK(stage.heard.said.text == "");
  CHECK_FALSE(stage.packer.has_failed());
  SUBCASE("it has started") {
    stage.packer.read_ahead();
    CHECK(stage.heard.said.text == "xargs: " + std::string(kUnmatchedSingle) + "\n");
    CHECK(stage.packer.has_failed());
  }
  SUBCASE("its start failed") {
    stage.packer.hold(true);
    stage.packer.read_ahead();
    stage.packer.end();
    stage.packer.hold(false);
    stage.packer.read_ahead();
    CHECK(stage.heard.said.text == "");
  }
  CHECK(stage.commands() == "");
}

TEST_CASE("a command is given as soon as it is full, whatever of the input is still to come") {
  Stage stage({"-n1", "c"}, {"1 2", "", " ", ""});
  CHECK(Stage::shown(std::get<JobSpec>(stage.packer.next())) == "c 1");
  CHECK(std::holds_alternative<NotYet>(stage.packer.next()));
  CHECK(Stage::shown(std::get<JobSpec>(stage.packer.next())) == "c 2");
  CHECK(std::holds_alternative<NotYet>(stage.packer.next()));
  CHECK(std::holds_alternative<EndOfJobs>(stage.packer.next()));
}

TEST_CASE("it reads ahead one command and no further") {
  Stage stage({"-n1", "c"}, {"1 2 3 "});
  stage.packer.next();
  CHECK_FALSE(stage.packer.has_waiting());
  stage.packer.read_ahead();
  stage.packer.read_ahead();
  CHECK(stage.packer.has_waiting());
  CHECK(stage.packer.reader().unused() == 2);
  stage.packer.end();
  CHECK(stage.packer.is_over());
}

TEST_CASE("commands are shown when they could start") {
  Stage stage({"-t", "-n1", "c"}, {"1 '2 3'"});
  stage.packer.read_ahead();
  CHECK(stage.heard.said.text == "");
  stage.packer.next();
  CHECK(stage.heard.said.text == "c 1\n");
  stage.packer.next();
  CHECK(stage.heard.said.text == "c 1\nc '2 3'\n");
}

TEST_CASE("what a person does not want is not run") {
  using Answer = Approval::Answer;
  Stage stage({"-p", "-n1", "c"}, {"1 2 3"});
  stage.person.answers = {Answer::yes, Answer::no, Answer::not_yet, Answer::yes};
  CHECK(stage.commands() == "c 1\n...\nc 3\n");
  CHECK(stage.heard.said.text == "c 1c 2c 3");
  Stage refused({"-p", "-n1", "c"}, {"1 2"});
  refused.person.answers = {Answer::yes, Answer::failed};
  CHECK(refused.commands() == "c 1\n");
  CHECK(refused.packer.has_failed());
}

TEST_CASE("a command that the kernel would not take is made smaller before it is tried") {
  // Each item is two bytes and a pointer.
  const ArgumentSpace space{131072, 1000, 20};
  std::string input;
  for (int i = 0; i < 20000; ++i) input += "x ";
  Stage stage({"c"}, {input}, space);
  std::size_t items = 0;
  std::size_t commands = 0;
  for (;; ++commands) {
    NextJob next = stage.packer.next();
    if (std::holds_alternative<EndOfJobs>(next)) break;
    const std::size_t words = std::get<JobSpec>(next).command.argv.size();
    CHECK(words * (2 + sizeof(char*)) < 131072);
    items += words - 1;
  }
  CHECK(items == 20000);
  CHECK(commands == 2);
}

TEST_CASE("what stands before an item that no program takes has a command of its own") {
  const std::string long_item(131072, 'x');
  Stage stage({"-s1000000", "c"}, {"1 2 " + long_item + " 3"});
  CHECK(stage.commands() == "c 1 2\nc <long> 3\n");
}

TEST_CASE("what commands read") {
  const auto input_of = [](const Words& words) {
    Stage stage(words, {"1"});
    NextJob next = stage.packer.next();
    return std::get<JobSpec>(next).input;
  };
  CHECK(std::holds_alternative<NoStdin>(input_of({"c"})));
  CHECK(std::holds_alternative<NoStdin>(input_of({"-a", "-", "c"})));
  CHECK(std::holds_alternative<InheritedStdin>(input_of({"-a", "file", "c"})));
  CHECK(std::get<StdinFile>(input_of({"-o", "-a", "file", "c"})).path == "/dev/tty");
}

TEST_CASE("what cannot be shown does not run") {
  Stage stage({"-t", "-n1", "true"}, {"a b"});
  stage.heard.said.is_full = true;
  CHECK(stage.commands() == "");
  CHECK(stage.packer.has_failed());
  CHECK(stage.packer.show_failure());
}
