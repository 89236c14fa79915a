#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

/// What the jobs of an input say, `not yet` included.
Texts told_by(std::deque<Step> script, ManifestFormat format = ManifestFormat::automatic) {
  Result<Manifest> manifest = Manifest::open(scripted(std::move(script)), "-", format);
  if (!manifest) return {"open " + manifest.error().message};
  CHECK(manifest->is_stream());
  CHECK_FALSE(manifest->is_named());
  CHECK(manifest->settings().empty());
  CHECK(manifest->preset_names().empty());
  const auto source = manifest->jobs({});
  return tell_all(*source);
}

}  // namespace

TEST_CASE("command lines are jobs, blank lines and comments are none") {
  CHECK(told_by({"echo a\n# c\n\n  # d\n  echo b | tr b B\n"}) ==
        Texts{"line <echo a>", "line <  echo b | tr b B>", "end"});
}

TEST_CASE("line ends of other systems, a byte-order mark and a missing newline are accepted") {
  CHECK(told_by({"\xEF\xBB\xBF"
                 "echo a\r\n\r\necho b"}) == Texts{"line <echo a>", "line <echo b>", "end"});
  CHECK(told_by({"\xEF\xBB\xBF[\"echo\",\"a\"]\r\n\r\n[\"b\"]"}) ==
        Texts{"argv <echo><a>", "argv <b>", "end"});
}

TEST_CASE("each job comes as soon as its line is there") {
  CHECK(told_by({"echo a\nec", Pause{}, "ho b\n", Pause{}}) ==
        Texts{"line <echo a>", "not yet", "line <echo b>", "not yet", "end"});
  CHECK(told_by({"[\"echo\",\"a\"]\n", Pause{}, "[\"b\"", Pause{}, "]"}) ==
        Texts{"argv <echo><a>", "not yet", "not yet", "argv <b>", "end"});
}

TEST_CASE("an empty input has no jobs") {
  CHECK(told_by({}) == Texts{"end"});
  CHECK(told_by({"\n  \n"}) == Texts{"end"});
}

TEST_CASE("a command line is no template") {
  const std::vector<JobSpec> jobs = jobs_of("awk {print}\necho {1}\n");
  REQUIRE(jobs.size() == 2);
  CHECK_FALSE(jobs[1].text->placeholders);
  CHECK(jobs[1].text->form == CommandText::Form::line);
  CHECK(jobs[1].index.value == 1);
  CHECK(at(jobs[1].origin, "x") == "m:2:1: x");
}

TEST_CASE("a NUL in a command line is refused") {
  CHECK(told_by({std::string("echo a\necho \0b\n", 15)}) ==
        Texts{"line <echo a>", "error stdin:2:6: a command line cannot contain a NUL"});
}

TEST_CASE("JSON lines take every form of a job") {
  CHECK(told_by({"[\"echo\",{\"k\":1}]\n"
                 "\"echo a | cat\"\n"
                 "{\"command\":[\"e\",\"{}\"],\"args\":[1.0]}\n"}) ==
        Texts{"argv <echo> kwargs k=1", "line <echo a | cat>", "argv <e><{}> args [1.0]", "end"});
}

TEST_CASE("a bad JSON line ends the reading with its place") {
  CHECK(told_by({"[\"a\"]\n[\"b\",]\n[\"c\"]\n"}) ==
        Texts{"argv <a>", "error stdin:2:6: expected a value after the comma, but found \"]\""});
  CHECK(told_by({"[\"a\"]\n\n  7\n"}) ==
        Texts{"argv <a>",
              "error stdin:3:3: expected a command (a string or an array of words), but found the "
              "number 7"});
  CHECK(told_by({"[\"a\"] [\"b\"]\n"}) ==
        Texts{"error stdin:1:7: expected the end of the text, but found \"[\""});
}

TEST_CASE("a JSON line that goes on in the next line is explained") {
  CHECK(told_by({"[\"a\",\n\"b\"]\n"}) ==
        Texts{"error stdin:1:6: expected a value after the comma, but found the end of the text"
              " (a JSON line is one whole value)"});
}

TEST_CASE("JSON lines know no presets") {
  CHECK(told_by({"{\"use\":\"x\"}\n"}) ==
        Texts{"error stdin:1:8: unknown preset \"x\": there are no \"commands\" here"});
}

TEST_CASE("a format that is said outright is not guessed") {
  CHECK(told_by({"[x] && y\n"}, ManifestFormat::lines) == Texts{"line <[x] && y>", "end"});
  CHECK(told_by({"\"x\"\n"}, ManifestFormat::jsonl) == Texts{"line <x>", "end"});
  CHECK(told_by({"x\n"}, ManifestFormat::jsonl) ==
        Texts{"error stdin:1:1: expected a JSON value, but found \"x\""});
}

TEST_CASE("after stop_reading a line cut in its middle is no mistake") {
  Result<Manifest> manifest =
      Manifest::open(scripted({"[\"a\"]\n[\"b\"", "]\n"}), "-", ManifestFormat::automatic);
  REQUIRE(manifest);
  const auto source = manifest->jobs({});
  CHECK(describe(source->next()) == "argv <a>");
  source->stop_reading();
  CHECK(describe(source->next()) == "end");
}

TEST_CASE("an error of the source is passed on") {
  CHECK(told_by({"echo a\n", Error{ErrorKind::system, "read: no"}}) ==
        Texts{"line <echo a>", "error read: no"});
  CHECK(told_by({"{", Error{ErrorKind::system, "read: no"}}) == Texts{"open read: no"});
}

TEST_CASE("extras and the shell of the command line reach every line") {
  JobDefaults defaults;
  defaults.extras.set("v", Value::of_string("1"));
  defaults.shell = CommandText::Shell::always;
  for (const std::string text : {"echo a\n", "\"echo a\"\n"}) {
    const auto format = text[0] == '"' ? ManifestFormat::jsonl : ManifestFormat::lines;
    const std::vector<JobSpec> jobs = jobs_of(text, defaults, format);
    REQUIRE(jobs.size() == 1);
    CHECK(text_of(jobs[0].text->extras) == R"(v="1")");
    CHECK(jobs[0].text->shell == CommandText::Shell::always);
  }
}
