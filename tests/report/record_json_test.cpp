#include "report/record_json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fanout/base/json_text.hpp"
#include "report/fakes.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

const RunClock kClock{Instant(0s), WallTime(1700000000s)};

std::string text_of(const JobRecord& record) {
  Rope rope;
  REQUIRE(append_record(rope, record, kClock));
  FakeWriter out;
  REQUIRE(out.write(std::move(rope)));
  return out.text;
}

nlohmann::json json_of(const JobRecord& record) {
  return nlohmann::json::parse(text_of(record));
}

std::string value_of(const JobRecord& record, const std::string& replacement = "") {
  Rope rope;
  REQUIRE(append_value(rope, record, replacement));
  FakeWriter out;
  REQUIRE(out.write(std::move(rope)));
  return out.text;
}

}  // namespace

TEST_CASE("a record has every field in the order of the manual") {
  JobRecord record = make_record(3, Exited{0}, "hi\n");
  record.spec.name = "n";
  record.spec.args = {Value::of_string("a"), {Value::Kind::number, "1.0", {}}};
  record.spec.kwargs.set("k", {Value::Kind::boolean, "true", {}});
  CHECK(text_of(record) ==
        R"({"index":3,"name":"n","command":["job","3"],"args":["a",1.0],"kwargs":{"k":true},)"
        R"("status":"succeeded","exit_code":0,"signal":null,"error":null,"stdout":"hi\n",)"
        R"("stderr":"","attempts":[{"attempt":1,"status":"succeeded","exit_code":0,"signal":null,)"
        R"("error":null,"started_at":"2023-11-14T22:13:21.000000Z","seconds":1.5,)"
        R"("user_seconds":0.01,"system_seconds":0.02,"max_rss_kib":4096,"slot":2}],)"
        R"("started_at":"2023-11-14T22:13:21.000000Z","seconds":1.5,"user_seconds":0.01,)"
        R"("system_seconds":0.02,"max_rss_kib":4096,"slot":2})");
}

TEST_CASE("the numbers of resources are there when there are some and it was started") {
  JobRecord record = make_record(0, Exited{0});
  CHECK_FALSE(json_of(record).contains("resources"));
  record.granted = std::make_shared<const Grants>(Grants{{"gpu", {0, 2}}, {"\"x", {1}}});
  CHECK(json_of(record)["resources"].dump() == R"({"\"x":[1],"gpu":[0,2]})");
  record.attempts.clear();
  CHECK_FALSE(json_of(record).contains("resources"));
}

TEST_CASE("a job that succeeded after a failed attempt is flaky, one that failed again is not") {
  JobRecord record = make_record(0, Exited{0});
  CHECK_FALSE(json_of(record).contains("flaky"));
  record.attempts.insert(record.attempts.begin(), make_record(0, Exited{1}).attempts.front());
  CHECK(json_of(record)["flaky"] == true);
  record.outcome = Exited{1};
  CHECK_FALSE(json_of(record).contains("flaky"));
}

TEST_CASE("a record that an earlier run made says so, and the summary counts them") {
  JobRecord record = make_record(0, Exited{0});
  CHECK_FALSE(json_of(record).contains("reused"));
  record.is_reused = true;
  CHECK(json_of(record)["reused"] == true);
  Summary summary;
  const auto json = [&] {
    std::string text;
    append_summary(text, summary);
    return nlohmann::json::parse(text);
  };
  CHECK_FALSE(json().contains("reused"));
  summary.reused = 3;
  CHECK(json()["reused"] == 3);
}

TEST_CASE("the summary speaks of flaky jobs and of what ended the run only if there was any") {
  const auto json = [](const Summary& summary) {
    std::string text;
    append_summary(text, summary);
    return nlohmann::json::parse(text);
  };
  Summary summary;
  CHECK_FALSE(json(summary).contains("flaky"));
  CHECK_FALSE(json(summary).contains("ended_by"));
  summary.flaky = 2;
  summary.ended_by = name_of(RunCancelling::Reason::success);
  CHECK(json(summary)["flaky"] == 2);
  CHECK(json(summary)["ended_by"] == "success");
}

TEST_CASE("a failure says what happened and quotes the end of standard error") {
  const nlohmann::json record = json_of(make_record(0, Exited{2}, "", "a\nb\x1b[31m\n"));
  CHECK(record["status"] == "failed");
  CHECK(record["exit_code"] == 2);
  CHECK(record["error"] == nlohmann::json{{"kind", "exit"},
                                          {"message", "exited with 2"},
                                          {"stderr_tail", "a\nb\\x1b[31m\n"}});
}

TEST_CASE("the quoted end of standard error starts with a whole line") {
  const nlohmann::json record =
      json_of(make_record(0, Exited{2}, "", std::string(5000, 'x') + "\nend\n"));
  CHECK(record["error"]["stderr_tail"] == "end\n");
}

TEST_CASE("signal and exit code never share a number") {
  const nlohmann::json killed = json_of(make_record(0, Signaled{9}));
  CHECK(killed["exit_code"].is_null());
  CHECK(killed["signal"] == "SIGKILL");
  const nlohmann::json exited = json_of(make_record(0, Exited{9}));
  CHECK(exited["exit_code"] == 9);
  CHECK(exited["signal"].is_null());
}

TEST_CASE("a spawn failure has its errno") {
  const nlohmann::json record = json_of(make_record(0, SpawnFailed{2, "exec \"x\": no", true}));
  CHECK(record["exit_code"] == 127);
  CHECK(record["error"]["errno"] == 2);
}

TEST_CASE("a job that never started has nulls where nothing applies") {
  const nlohmann::json record = json_of(never_started(0));
  for (const char* field : {"stdout", "stderr", "started_at", "seconds", "user_seconds",
                            "system_seconds", "max_rss_kib", "slot", "exit_code", "signal"}) {
    CAPTURE(field);
    CHECK(record.at(field).is_null());
  }
  CHECK(record["attempts"].empty());
  CHECK(record["status"] == "aborted");
}

TEST_CASE("a job that read a block says how much that was, and what it left of it") {
  JobRecord record = make_record(0, Exited{0});
  CHECK_FALSE(json_of(record).contains("stdin_bytes"));
  auto block = std::make_shared<Block>();
  block->size = 10;
  record.spec.input = StdinBlock{block};
  CHECK(json_of(record)["stdin_bytes"] == 10);
  CHECK_FALSE(json_of(record).contains("stdin_untaken_bytes"));
  record.input_use = {25, 7};
  CHECK(json_of(record)["stdin_bytes"] == 25);
  CHECK(json_of(record)["stdin_untaken_bytes"] == 7);
}

TEST_CASE("output that is not UTF-8 is base64 and says so") {
  const nlohmann::json record = json_of(make_record(0, Exited{0}, "a\xff", std::string("\0", 1)));
  CHECK(record["stdout"] == "Yf8=");
  CHECK(record["stdout_encoding"] == "base64");
  CHECK(record["stderr"] == std::string("\0", 1));
  CHECK_FALSE(record.contains("stderr_encoding"));
}

TEST_CASE("cut output says how much there was, and a cut character does not make it binary") {
  JobRecord record = make_record(0, Exited{0});
  record.out = make_output("a long text ü rest", 6);
  const nlohmann::json json = json_of(record);
  CHECK(json["stdout"] == " rest");
  CHECK(json["stdout_bytes"] == 19);
  CHECK(json["stdout_truncated"] == true);
  CHECK_FALSE(json.contains("stdout_encoding"));
  CHECK_FALSE(json.contains("stderr_truncated"));
}

TEST_CASE("large output is the same text as small output, wherever it is kept") {
  FakeScratch scratch;
  BlobStore store(scratch, {1000, 1000, 0});
  std::string text;
  while (text.size() < 400000) text += "line \"€😀\x01\n";
  JobRecord record = make_record(0, Exited{2});
  record.out = make_output(text, std::nullopt, store);
  record.err = make_output("\xff" + text, std::nullopt, store);
  CHECK(scratch.used.size() == 4);
  const nlohmann::json json = json_of(record);
  CHECK(json["stdout"] == text);
  std::string base64;
  append_base64(base64, "\xff" + text);
  CHECK(json["stderr"] == base64);
  CHECK(json["stderr_encoding"] == "base64");
  CHECK(json["error"]["stderr_tail"].get<std::string>().ends_with("line \"€😀\\x01\n"));
  record.outcome = Exited{0};
  CHECK(nlohmann::json::parse(value_of(record)) == text);
  std::swap(record.out, record.err);
  CHECK(nlohmann::json::parse(value_of(record))["base64"] == base64);
}

TEST_CASE("a standard error that cannot be read back cannot be quoted") {
  FakeScratch scratch;
  BlobStore store(scratch, {0, 0, 0});
  JobRecord record = make_record(0, Exited{2});
  record.err = make_output("why", std::nullopt, store);
  scratch.is_unreadable = true;
  Rope rope;
  CHECK_FALSE(append_record(rope, record, kClock));
  CHECK_FALSE(append_value(rope, record, ""));
}

TEST_CASE("output that could not be kept whole says how much there was") {
  FakeScratch scratch;
  BlobStore store(scratch, {4, 4, 0});
  scratch.room = 0;
  JobRecord record = make_record(0, CaptureFailed{"why"});
  record.out = make_output("abcdef", std::nullopt, store);
  const nlohmann::json json = json_of(record);
  CHECK(json["stdout"] == "abcd");
  CHECK(json["stdout_bytes"] == 6);
  CHECK(json["stdout_truncated"] == true);
  CHECK(json["error"]["kind"] == "capture");
}

TEST_CASE("a word that is not UTF-8 keeps its bytes") {
  JobRecord record = make_record(0, Exited{0});
  record.argv = {"cat", "a\xff"};
  record.spec.args = {Value::of_string("a\xff")};
  CHECK(json_of(record)["command"][1] == nlohmann::json{{"base64", "Yf8="}});
  CHECK(json_of(record)["args"][0] == nlohmann::json{{"base64", "Yf8="}});
}

TEST_CASE("a value is standard output, what was parsed of it, or what stands for a failure") {
  CHECK(value_of(make_record(0, Exited{0}, "x\n")) == R"("x\n")");
  JobRecord parsed = make_record(0, Exited{0}, "{ }");
  parsed.value = "{}";
  CHECK(value_of(parsed) == "{}");
  CHECK(value_of(make_record(0, Exited{1}), "null") == "null");
  const nlohmann::json failed = nlohmann::json::parse(value_of(make_record(0, Exited{1})));
  CHECK(failed["failed"] == true);
  CHECK(failed["error"]["kind"] == "exit");
  CHECK(failed.contains("args"));
  CHECK(failed.contains("kwargs"));
}
