#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

/// A document with this one job and what else is said.
std::string document(const std::string& job, const std::string& more = "") {
  return "{" + more + (more.empty() ? "" : ",") + "\"jobs\":[" + job + "]}";
}

JobSpec job_of(const std::string& job, const std::string& more = "",
               const JobDefaults& defaults = {}) {
  std::vector<JobSpec> jobs = jobs_of(document(job, more), defaults);
  REQUIRE(jobs.size() == 1);
  return jobs[0];
}

std::string told(const std::string& job, const std::string& more = "") {
  return describe(job_of(job, more));
}

/// The error without `m:1:`, the column counted from the job's first byte as 1.
std::string refusal(const std::string& job) {
  const std::string error = error_of("[[\"x\"],\n" + job + "]");
  REQUIRE_MESSAGE(error.starts_with("m:2:"), error);
  return error.substr(4);
}

const std::string kPreset =
    R"("commands":{"check":{"command":["lint","{path}"],"params":["path"],"defaults":{"level":3}},)"
    R"("say":{"command":"echo {}","shell":true,"placeholders":false}})";

}  // namespace

TEST_CASE("without a top-level command an array is an argv, whose last object are options") {
  CHECK(told(R"(["git","commit","-a",{"m":"x","n":1.0}])") ==
        R"(argv <git><commit><-a> kwargs m="x" n=1.0)");
  CHECK(told(R"(["echo",12345678901234567890,1.0,true,null,[1,"a"],{"k":2},"z"])") ==
        R"(argv <echo><12345678901234567890><1.0><true><null><[1,"a"]><{"k":2}><z>)");
}

TEST_CASE("what was written for one job is no template") {
  CHECK_FALSE(job_of(R"(["awk","{print}"])").text->placeholders);
  CHECK_FALSE(job_of(R"("echo {}")").text->placeholders);
  CHECK(told(R"("echo a | cat")") == "line <echo a | cat>");
}

TEST_CASE("with a top-level command scalars and arrays are arguments to it") {
  const std::string command = R"("command":["echo","{v}"])";
  CHECK(told("\"a\"", command) == R"(argv <echo><{v}> args ["a"])");
  CHECK(told("1.0", command) == "argv <echo><{v}> args [1.0]");
  CHECK(told(R"(["a",{"x":1},[2],{"v":"w"}])", command) ==
        R"(argv <echo><{v}> args ["a",{"x":1},[2]] kwargs v="w")");
  CHECK(told("[]", command) == "argv <echo><{v}>");
  CHECK(told("{}", command) == "argv <echo><{v}>");
  CHECK(told(R"({"kwargs":{"v":2}})", command) == "argv <echo><{v}> kwargs v=2");
  CHECK(job_of("\"a\"", command).text->placeholders);
}

TEST_CASE("an array that begins with a preset's name gives arguments to it") {
  CHECK(told(R"(["check","src",{"level":5}])", kPreset) ==
        R"(argv <lint><{path}> args ["src"] kwargs level=5)");
  CHECK(told(R"(["chekc","src"])", kPreset) == "argv <chekc><src>");
  const JobSpec job = job_of(R"(["check"])", kPreset);
  CHECK(text_of(job.text->params) == "<path>");
  CHECK(text_of(job.text->defaults) == "level=3");
  CHECK(job.text->placeholders);
}

TEST_CASE("with a top-level command only use reaches a preset") {
  const std::string both = kPreset + R"(,"command":["echo"])";
  CHECK(told(R"(["check","src"])", both) == R"(argv <echo> args ["check","src"])");
  CHECK(told(R"({"use":"check","args":["src"]})", both) == R"(argv <lint><{path}> args ["src"])");
}

TEST_CASE("in the explicit form nothing in args is reinterpreted") {
  CHECK(told(R"({"command":["echo"],"args":["check",{"k": 1}]})", kPreset) ==
        R"(argv <echo> args ["check",{"k":1}])");
}

TEST_CASE("a command in the explicit form is a template unless it says otherwise") {
  CHECK(job_of(R"({"command":["echo","{}"]})").text->placeholders);
  CHECK_FALSE(job_of(R"({"command":["echo","{}"],"placeholders":false})").text->placeholders);
  CHECK(told(R"({"command":"echo {}","args":["a"]})") == R"(line <echo {}> args ["a"])");
  const JobDefaults defaults{{}, CommandText::Shell::when_needed, false, "%"};
  const JobSpec job = job_of(R"({"command":["echo","%"]})", "", defaults);
  CHECK_FALSE(job.text->placeholders);
  CHECK(job.text->all_token == "%");
  CHECK(job_of(R"({"command":["echo"],"placeholders":true})", "", defaults).text->placeholders);
}

TEST_CASE("a job's own command takes the place of the top-level one") {
  CHECK(told(R"({"command":["b"],"args":[1]})", R"("command":["a"],"params":["p"])") ==
        "argv <b> args [1]");
}

TEST_CASE("shell is said by the job, its preset or the run, in this order") {
  JobDefaults always;
  always.shell = CommandText::Shell::always;
  using Shell = CommandText::Shell;
  CHECK(job_of("\"a\"").text->shell == Shell::when_needed);
  CHECK(job_of("\"a\"", "", always).text->shell == Shell::always);
  CHECK(job_of(R"({"use":"say"})", kPreset).text->shell == Shell::always);
  CHECK(job_of(R"({"use":"say","shell":false})", kPreset, always).text->shell ==
        Shell::when_needed);
  CHECK(job_of(R"({"command":"a","shell":true})").text->shell == Shell::always);
  CHECK(job_of(R"({"shell":true})", R"("command":"a")").text->shell == Shell::always);
  CHECK(job_of(R"(["a"])", "", always).text->shell == Shell::when_needed);
}

TEST_CASE("a job's own flags leave the preset alone") {
  const std::vector<JobSpec> jobs =
      jobs_of(document(R"({"use":"say","placeholders":true},{"use":"say"})", kPreset));
  CHECK(jobs[0].text->placeholders);
  CHECK_FALSE(jobs[1].text->placeholders);
}

TEST_CASE("surroundings and limits of a job") {
  const JobSpec job =
      job_of(R"({"command":["a"],"name":"first","env":{"A":"1","B":2.0,"C":null},"cwd":"sub",)"
             R"("stdin":"a\u0000b","timeout":"1m30s","grace":0.5,"retries":3})");
  CHECK(job.name == "first");
  REQUIRE(job.env.size() == 3);
  CHECK(job.env[0] == EnvChange("A", "1"));
  CHECK(job.env[1] == EnvChange("B", "2.0"));
  CHECK(job.env[2] == EnvChange("C", std::nullopt));
  CHECK(job.cwd == "sub");
  REQUIRE(std::holds_alternative<StdinText>(job.input));
  CHECK(std::get<StdinText>(job.input).bytes == std::string("a\0b", 3));
  CHECK(job.timeout == std::chrono::seconds(90));
  CHECK(job.grace == std::chrono::milliseconds(500));
  CHECK(job.retries == 3);
}

TEST_CASE("a job that says nothing has no values of its own") {
  const JobSpec job = job_of(R"(["a"])");
  CHECK_FALSE(job.name);
  CHECK(job.env.empty());
  CHECK(job.cwd.empty());
  CHECK(std::holds_alternative<NoStdin>(job.input));
  CHECK_FALSE(job.timeout);
  CHECK_FALSE(job.grace);
  CHECK_FALSE(job.retries);
}

TEST_CASE("the job beats its preset, and both beat the document") {
  const std::string more =
      R"("env":{"A":"d","B":"d"},"cwd":"d","stdin":{"file":"d"},"commands":{"p":{"command":["x"],)"
      R"("env":{"B":"p"},"cwd":"p","timeout":1,"grace":2,"retries":1}})";
  const JobSpec plain = job_of(R"(["p"])", more);
  REQUIRE(plain.env.size() == 3);
  CHECK(plain.env[2] == EnvChange("B", "p"));
  CHECK(plain.cwd == "p");
  CHECK(std::get<StdinFile>(plain.input).path == "d");
  CHECK(plain.timeout == std::chrono::seconds(1));
  CHECK(plain.grace == std::chrono::seconds(2));
  CHECK(plain.retries == 1);
  const JobSpec own =
      job_of(R"({"use":"p","env":{"B":"j"},"cwd":"j","stdin":null,"timeout":0})", more);
  CHECK(own.env.back() == EnvChange("B", "j"));
  CHECK(own.cwd == "j");
  CHECK(std::holds_alternative<NoStdin>(own.input));
  CHECK(own.timeout == Duration::zero());
}

TEST_CASE("a job that is none is refused where it stands") {
  CHECK(refusal("null") ==
        "1: expected a job (a string, a number, an array or an object), but found null");
  CHECK(refusal("7") ==
        "1: expected a command (a string or an array of words), but found the number 7");
  CHECK(refusal("\" \"") ==
        "1: expected a command (a string or an array of words), but found \" \"");
  CHECK(refusal("[]") == "1: expected a program and its arguments, but the array names none");
  CHECK(refusal(R"([{"k":1}])") ==
        "1: expected a program and its arguments, but the array names none");
  CHECK(refusal(R"([1,"a"])") ==
        "2: expected the name of a program or of a preset, but found the number 1");
  CHECK(refusal("{}") == "1: a job needs a \"command\"");
  CHECK(refusal(R"({"command":["a"],"use":"b"})") ==
        "1: a job has either a \"command\" or a \"use\", not both");
}

TEST_CASE("an unknown key is refused with the nearest one") {
  CHECK(refusal(R"({"comand":["a"]})") == "2: unknown key \"comand\" (did you mean \"command\"?)");
  CHECK(refusal(R"({"command":["a"], "zzzzzz":1})") == "19: unknown key \"zzzzzz\"");
}

TEST_CASE("an unknown preset is refused with the nearest one") {
  CHECK(error_of(document(R"({"use":"chekc"})", kPreset))
            .ends_with(": unknown preset \"chekc\" (did you mean \"check\"?)"));
  CHECK(refusal(R"({"use":"x"})") == "8: unknown preset \"x\": there are no \"commands\" here");
}

TEST_CASE("a value of the wrong type is refused with what was expected") {
  CHECK(refusal(R"({"command":{}})") ==
        "12: expected a command (a string or an array of words), but found an object");
  CHECK(refusal(R"({"command":[]})") ==
        "12: expected a command (a string or an array of words), but found an empty array");
  CHECK(refusal(R"({"command":[2]})") ==
        "13: expected the name of a program, but found the number 2");
  CHECK(refusal(R"({"use":1})") == "8: expected the name of a preset, but found the number 1");
  CHECK(refusal(R"({"args":"a"})") == "9: expected an array of arguments, but found \"a\"");
  CHECK(refusal(R"({"kwargs":[]})") ==
        "11: expected an object of keyword arguments, but found an array");
  CHECK(refusal(R"({"name":1})") == "9: expected a name, but found the number 1");
  CHECK(refusal(R"({"env":[]})") == "8: expected an object of variables, but found an array");
  CHECK(refusal(R"({"env":{"A":true}})") ==
        "13: expected a string or a number to set, or null to remove it, but found true");
  CHECK(refusal(R"({"env":{"A=":"x"}})") ==
        "9: the name of a variable cannot be empty or contain \"=\" or a NUL");
  CHECK(refusal(R"({"cwd":""})") == "8: expected a directory, but found \"\"");
  CHECK(refusal(R"({"stdin":{}})") ==
        "10: expected a text, {\"file\": PATH} or null, but found an object");
  CHECK(refusal(R"({"stdin":{"fil":"x"}})") == "11: unknown key \"fil\" (did you mean \"file\"?)");
  CHECK(refusal(R"({"timeout":true})").starts_with("12: \"timeout\": "));
  CHECK(refusal(R"({"timeout":"1x"})").starts_with("12: \"timeout\": \"1x\""));
  CHECK(refusal(R"({"retries":-1})").starts_with("12: \"retries\": \"-1\""));
  CHECK(refusal(R"({"retries":[]})") ==
        "12: expected a string, a number, true or false, but found an array");
  CHECK(refusal(R"({"command":"a","shell":1})") ==
        "24: expected true or false, but found the number 1");
  CHECK(refusal(R"({"command":["a"],"shell":true})") ==
        "26: a command that is an array never goes through a shell: write it as a string");
}

TEST_CASE("a NUL is refused wherever it would become an argument or the like") {
  const std::string nul = R"("a\u0000b")";
  CHECK(refusal("[\"x\"," + nul + "]") == "6: an argument cannot contain a NUL");
  CHECK(refusal("[\"x\",{\"k\":" + nul + "}]") == "11: an argument cannot contain a NUL");
  CHECK(refusal("[\"x\",{\"k\":[1," + nul + "]}]") == "14: an argument cannot contain a NUL");
  CHECK(refusal("{\"command\":[\"x\"],\"args\":[" + nul + "]}") ==
        "26: an argument cannot contain a NUL");
  CHECK(refusal("{\"command\":[\"x\"," + nul + "]}") == "17: an argument cannot contain a NUL");
  CHECK(refusal("{\"kwargs\":{" + nul + ":1}}") ==
        "12: a keyword argument needs a name, without a NUL");
  CHECK(refusal("{\"cwd\":" + nul + "}") == "8: a directory cannot contain a NUL");
  CHECK(refusal("{\"env\":{\"A\":" + nul + "}}") == "13: a variable cannot contain a NUL");
  CHECK(refusal("{\"stdin\":{\"file\":" + nul + "}}") == "18: a path cannot contain a NUL");
  CHECK(refusal(nul).starts_with("1: "));
  CHECK(told("[\"x\",[" + nul + "]]") == R"(argv <x><["a\u0000b"]>)");
}

TEST_CASE("jobs know their number and their place") {
  const std::vector<JobSpec> jobs =
      jobs_of("{\"jobs\":[\n  [\"a\"], \"b\",\n\t{\"command\":\"c\"}]}");
  REQUIRE(jobs.size() == 3);
  CHECK(at(jobs[0].origin, "x") == "m:2:3: x");
  CHECK(at(jobs[1].origin, "x") == "m:2:10: x");
  CHECK(at(jobs[2].origin, "x") == "m:3:2: x");
  CHECK(jobs[0].index.value == 0);
  CHECK(jobs[2].index.value == 2);
}

TEST_CASE("niceness and limits of preset and job are merged, and shared where a job says nothing") {
  const std::string presets =
      R"("commands":{"p":{"command":["x"],"nice":5,"limits":{"cpu":"1m","files":9}}})";
  const auto limit = [](const JobSpec& job, ProcessLimit which) {
    REQUIRE(job.terms);
    return job.terms->limits[static_cast<std::size_t>(which)];
  };
  CHECK_FALSE(job_of(R"(["x"])", presets).terms);
  const std::vector<JobSpec> jobs = jobs_of(document(R"(["p"],["p"])", presets), {});
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].terms == jobs[1].terms);
  CHECK(jobs[0].terms->nice == 5);
  CHECK(limit(jobs[0], ProcessLimit::cpu) == 60);
  const JobSpec own = job_of(R"({"use":"p","nice":0,"limits":{"files":"unlimited"}})", presets);
  CHECK(own.terms->nice == 0);
  CHECK(limit(own, ProcessLimit::cpu) == 60);
  CHECK(limit(own, ProcessLimit::files) == kNoLimit);
}

TEST_CASE("a wrong limit is refused where it stands") {
  CHECK(
      refusal(R"({"command":["x"],"limits":{"cpu":1,"flies":2}})").starts_with("36: \"limits\": "));
  CHECK(refusal(R"({"limits":{"files":true}})").starts_with("20: expected a string or a number"));
  CHECK(refusal(R"({"limits":{"files":"1,core=0"}})").starts_with("20: expected one limit"));
  CHECK(refusal(R"({"limits":3})").starts_with("11: expected an object of limits"));
  CHECK(refusal(R"({"nice":1.5})").starts_with("9: \"nice\": \"1.5\" is not a whole number"));
}
