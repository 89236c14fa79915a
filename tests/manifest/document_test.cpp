#include "manifest/document.hpp"

#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

TEST_CASE("an array of arrays or objects is a document of jobs") {
  CHECK(described(R"([["echo","a"],["echo","b"]])") == Texts{"argv <echo><a>", "argv <echo><b>"});
  CHECK(described(R"([{"command":"a"}, "b"])") == Texts{"line <a>", "line <b>"});
  CHECK(described("[]") == Texts{});
  CHECK(described(R"(["a","b"])", ManifestFormat::document) == Texts{"line <a>", "line <b>"});
}

TEST_CASE("an object of jobs names them and keeps their order") {
  Result<Manifest> manifest =
      open_text(R"({"jobs":{"x":["echo","1"],"a":"false","\u00e9":["e"]}})");
  REQUIRE(manifest);
  CHECK(manifest->is_named());
  CHECK_FALSE(manifest->is_stream());
  const std::vector<JobSpec> jobs = jobs_of(*manifest);
  REQUIRE(jobs.size() == 3);
  CHECK(jobs[0].name == "x");
  CHECK(describe(jobs[1]) == "line <false>");
  CHECK(jobs[1].name == "a");
  CHECK(jobs[2].name == "é");
  CHECK(jobs[2].index.value == 2);
}

TEST_CASE("a document is the same in whatever pieces it arrives and however it is decorated") {
  const std::string plain = "{\n\"jobs\": [[\"echo\", 1.0]],\n\"retries\": 1}\n";
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : plain) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const std::string& text : {plain, windows}) {
    Result<Manifest> manifest =
        Manifest::open(single_bytes_of(text), "m", ManifestFormat::automatic);
    REQUIRE(manifest);
    CHECK(describe(jobs_of(*manifest).at(0)) == "argv <echo><1.0>");
    CHECK(at(jobs_of(*manifest).at(0).origin, "x") == "m:2:10: x");
    CHECK(at(manifest->settings()[0].origin, "x") == "m:3:12: x");
  }
}

TEST_CASE("jobs may stand before or after what they use") {
  const std::string jobs = R"("jobs":[["a"],{"kwargs":{"v":2}}])";
  const std::string rest = R"("command":["echo","{v}"],"extras":{"v":1})";
  const Texts expected{R"(argv <echo><{v}> args ["a"])", "argv <echo><{v}> kwargs v=2"};
  CHECK(described("{" + jobs + "," + rest + "}") == expected);
  CHECK(described("{" + rest + "," + jobs + "}") == expected);
}

TEST_CASE("jobs can be had again and are the same") {
  Result<Manifest> manifest = open_text(R"({"jobs":{"a":["x"],"b":["y"]}})");
  REQUIRE(manifest);
  const auto first = manifest->jobs({});
  const auto second = manifest->jobs({});
  const Texts expected{"argv <x>", "argv <y>", "end"};
  CHECK(tell_all(*first) == expected);
  CHECK(tell_all(*second) == expected);
}

TEST_CASE("jobs of one command share its text") {
  const std::vector<JobSpec> jobs = jobs_of(R"({"command":["a"],"jobs":[1,[2],{"args":[3]}]})");
  REQUIRE(jobs.size() == 3);
  CHECK(jobs[0].text == jobs[1].text);
  CHECK(jobs[0].text == jobs[2].text);
}

TEST_CASE("extras and extra_args reach every job, and the command line's extras win") {
  JobDefaults defaults;
  defaults.extras.set("b", Value::of_string("cli"));
  const std::vector<JobSpec> jobs = jobs_of(
      R"({"extras":{"a":1.0,"b":2},"extra_args":["-v",1.0,{"x": 1}],)"
      R"("commands":{"p":{"command":["q"]}},"jobs":[["p"],["argv"],"line",{"command":"own"}]})",
      defaults);
  REQUIRE(jobs.size() == 4);
  for (const JobSpec& job : jobs) {
    CHECK(text_of(job.text->extras) == R"(a=1.0 b="cli")");
    CHECK(text_of(job.text->extra_args) == R"(<-v><1.0><{"x":1}>)");
  }
}

TEST_CASE("params and defaults at the top belong to the top-level command") {
  const std::vector<JobSpec> jobs =
      jobs_of(R"({"command":["a","{p}"],"params":["p"],"defaults":{"d":1},"jobs":[1]})");
  CHECK(text_of(jobs.at(0).text->params) == "<p>");
  CHECK(text_of(jobs.at(0).text->defaults) == "d=1");
  CHECK(error_of(R"({"params":["p"],"jobs":[]})") ==
        "m:1:2: \"params\" means nothing without a \"command\"");
}

TEST_CASE("settings are given as texts, with their places") {
  Result<Manifest> manifest = open_text(
      "{\"max_workers\":\"50%\",\"timeout\":1.5,\"silent\":true,\"fail_fast\":false,\n"
      " \"replace_failed\": {\"a\": [1.0, null]}, \"shell\":true, \"jobs\":[]}");
  REQUIRE(manifest);
  Texts told;
  for (const SettingEntry& setting : manifest->settings()) {
    told.push_back(at(setting.origin, setting.name + "=" + setting.text));
  }
  CHECK(told == Texts{"m:1:16: max_workers=50%", "m:1:32: timeout=1.5", "m:1:45: silent=true",
                      "m:1:62: fail_fast=false", "m:2:20: replace_failed={\"a\":[1.0,null]}",
                      "m:2:48: shell=true"});
}

TEST_CASE("every setting is a key of a document") {
  for (const std::string_view name : setting_names()) {
    const std::string error = error_of("{\"jobs\":[],\"" + std::string(name) + "\":null}");
    if (name == "replace_failed") {
      CHECK(error == "no error");
    } else if (name == "limits") {
      CHECK(error.ends_with("expected an object of limits, but found null"));
    } else {
      CHECK(error.ends_with("expected a string, a number, true or false, but found null"));
    }
  }
}

TEST_CASE("a bad setting is refused at its value") {
  const std::string error = error_of(R"({"jobs":[], "timeout": "1x"})");
  CHECK(error.starts_with("m:1:24: \"timeout\": \"1x\""));
  CHECK(error_of(R"({"max_workers":-1,"jobs":[]})").starts_with("m:1:16: \"max_workers\": \"-1\""));
  CHECK(error_of(R"({"on_failure":"kil","jobs":[]})").starts_with("m:1:15: \"on_failure\": "));
}

TEST_CASE("unknown keys of a document are refused with the nearest one") {
  CHECK(error_of(R"({"jobs":[],"comands":{}})") ==
        "m:1:12: unknown key \"comands\" (did you mean \"commands\"?)");
  CHECK(error_of(R"({"jobs":[],"max_worker":1})") ==
        "m:1:12: unknown key \"max_worker\" (did you mean \"max_workers\"?)");
  CHECK(error_of(R"({"job":[["a"]]})") == "m:1:2: unknown key \"job\" (did you mean \"jobs\"?)");
}

TEST_CASE("bad presets are refused") {
  const auto preset_error = [](const std::string& preset) {
    const std::string error = error_of("{\"jobs\":[],\"commands\":{\"p\":\n" + preset + "}}");
    REQUIRE_MESSAGE(error.starts_with("m:2:"), error);
    return error.substr(4);
  };
  CHECK(preset_error("[1]") ==
        "1: expected a preset (an object with a \"command\"), but found an array");
  CHECK(preset_error("{}") == "1: preset \"p\" needs a \"command\"");
  CHECK(preset_error(R"({"command":["a"],"parms":["x"]})") ==
        "18: unknown key \"parms\" (did you mean \"params\"?)");
  CHECK(preset_error(R"({"command":["a"],"params":["x","y","x"]})") ==
        "36: duplicate parameter \"x\"");
  CHECK(preset_error(R"({"command":["a"],"params":[1]})") ==
        "28: expected a string, but found the number 1");
  CHECK(preset_error(R"({"command":["a"],"defaults":1})") ==
        "29: expected an object of default values, but found the number 1");
  CHECK(preset_error(R"({"command":["a"],"shell":true})") ==
        "26: a command that is an array never goes through a shell: write it as a string");
  CHECK(error_of(R"({"jobs":[],"commands":[]})") ==
        "m:1:23: expected an object of presets, but found an array");
}

TEST_CASE("jobs of the wrong type are refused") {
  CHECK(error_of(R"({"jobs":"a"})") ==
        "m:1:9: expected an array of jobs or an object of named jobs, but found \"a\"");
  CHECK(error_of("7", ManifestFormat::document) ==
        "m:1:1: expected a document (an array of jobs, or an object with \"jobs\"), but found the "
        "number 7");
}

TEST_CASE("a named job has one name, and no two have the same") {
  CHECK(error_of("{\"jobs\":{\"a\":[\"x\"],\n\"b\":[\"y\"],\"\\u0061\":[\"z\"]}}") ==
        "m:2:11: duplicate key \"a\"");
  CHECK(error_of(R"({"jobs":{"a":{"command":"x","name":"b"}}})") ==
        "m:1:29: the job is already named \"a\"");
}

TEST_CASE("the name of a job reaches its environment and so holds no NUL") {
  CHECK(error_of(R"({"jobs":{"a\u0000":["x"]}})") ==
        "m:1:20: the name of a job cannot contain a NUL");
  CHECK(error_of(R"([{"command":"x","name":"a\u0000"}])") == "m:1:24: a name cannot contain a NUL");
}

TEST_CASE("a document that is cut short anywhere is an error") {
  const std::string text =
      R"({"jobs":{"a":["x",{"k":-1.5}],"b":"y"},"command":"c","timeout":"1s","extras":{"v":null}})";
  REQUIRE(error_of(text) == "no error");
  for (std::size_t size = 1; size < text.size(); ++size) {
    CHECK(error_of(text.substr(0, size)).find("m:1:") == 0);
  }
}

TEST_CASE("labels of jobs in an array need not differ") {
  CHECK(jobs_of(R"([{"command":"x","name":"n"},{"command":"y","name":"n"}])").size() == 2);
}

TEST_CASE("a document without jobs says so when its jobs are wanted") {
  CHECK(error_of(R"( {"commands":{"p":{"command":["a"]}}})") == "m:1:2: \"jobs\" is missing");
  CHECK(error_of(R"({"command":["a"]})", ManifestFormat::document) == "m:1:1: \"jobs\" is missing");
}

TEST_CASE("bad documents of the usual kinds say file, line and column") {
  CHECK(error_of("[[\"a\"],\n]") == "m:2:1: expected a value after the comma, but found \"]\"");
  CHECK(error_of("{\"jobs\":[[\"a\"]],\n \"jobs\":[]}") == "m:2:2: duplicate key \"jobs\"");
  CHECK(error_of("{\"jobs\":[\n[\"a\",{\"k\":1,\"k\":2}]]}") == "m:2:13: duplicate key \"k\"");
  CHECK(error_of(std::string(100000, '[') + std::string(100000, ']')) ==
        "m:1:201: nested deeper than 200 levels");
  CHECK(error_of("{\"jobs\":" + std::string(100000, '[')) ==
        "m:1:208: nested deeper than 200 levels");
  CHECK(error_of("{\"jobs\":[[\"a\"]\n") ==
        "m:2:1: expected \",\" or \"]\", but found the end of the text");
  CHECK(error_of("[[\"a\"]]\n[\"b\"]") == "m:2:1: expected the end of the text, but found \"[\"");
  CHECK(error_of("{\"jobs\":[[\"a\"]]}\n x") ==
        "m:2:2: expected the end of the text, but found \"x\"");
  CHECK(error_of("[[\"a\",NaN]]") == "m:1:7: expected a value after the comma, but found \"NaN\"");
  CHECK(error_of("[[\"a\",\"\\ud800\"]]").starts_with("m:1:14: invalid string: surrogate"));
  CHECK(error_of("[[\"a\",\"b\\u0000\"]]") == "m:1:7: an argument cannot contain a NUL");
  CHECK(error_of(std::string("[[\"a\"]]\0", 8)) == "m:1:8: a NUL byte cannot stand in JSON");
  CHECK(error_of("[") == "m:1:2: expected a value or \"]\", but found the end of the text");
}

TEST_CASE("a byte-order mark does not count in a column") {
  CHECK(error_of("\xEF\xBB\xBF[[\"a\"],]") ==
        "m:1:8: expected a value after the comma, but found \"]\"");
}

TEST_CASE("a preset is called with arguments") {
  Result<Manifest> manifest =
      open_text(R"({"commands":{"check":{"command":["lint","{p}"],"params":["p"],"timeout":2},)"
                R"("build":{"command":"make"}},"extras":{"v":1},"env":{"A":"1"}})");
  REQUIRE(manifest);
  CHECK(text_of(Texts(manifest->preset_names().begin(), manifest->preset_names().end())) ==
        "<check><build>");
  const Result<JobSpec> job = manifest->call("check", {Value::of_string("src")}, {});
  REQUIRE(job);
  CHECK(describe(*job) == R"(argv <lint><{p}> args ["src"])");
  CHECK(text_of(job->text->extras) == "v=1");
  CHECK(job->timeout == std::chrono::seconds(2));
  CHECK(job->env.size() == 1);
  CHECK(job->index.value == 0);
}

TEST_CASE("calling an unknown preset names the nearest") {
  Result<Manifest> manifest = open_text(R"({"commands":{"check":{"command":["lint"]}}})");
  REQUIRE(manifest);
  const Result<JobSpec> near = manifest->call("chekc", {}, {});
  REQUIRE_FALSE(near);
  CHECK(near.error().message == "m: unknown preset \"chekc\" (did you mean \"check\"?)");
  Result<Manifest> lines = open_text("echo a\n");
  REQUIRE(lines);
  const Result<JobSpec> none = lines->call("check", {}, {});
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "m: unknown preset \"check\": there are no \"commands\" here");
}
