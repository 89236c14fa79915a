#include "report/handle_sink.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/fakes.hpp"

using namespace fanout;

namespace {

JobRecord for_item(JobRecord record, std::string item) {
  record.spec.args = {Value::of_string(std::move(item))};
  return record;
}

nlohmann::json told(std::vector<JobRecord> records) {
  FakeWriter out;
  HandleSink sink(out, memory_store());
  REQUIRE(sink.on(RunStarted{}));
  for (JobRecord& record : records) REQUIRE(sink.on(JobFinished{std::move(record)}));
  REQUIRE(sink.on(RunFinished{}));
  REQUIRE(out.text.ends_with("}\n"));
  return nlohmann::json::parse(out.text);
}

nlohmann::json target_of(JobRecord record) {
  return told({std::move(record)})["returned"][0][0];
}

}  // namespace

TEST_CASE("there are three lists, also when all of them are empty") {
  FakeWriter out;
  HandleSink sink(out, memory_store());
  REQUIRE(sink.on(RunStarted{}));
  CHECK(out.text.empty());
  REQUIRE(sink.on(RunFinished{}));
  CHECK(out.text == "{\"exception\":[],\n\"aborted\":[],\n\"returned\":[]}\n");
}

TEST_CASE("targets are with what became of them") {
  const nlohmann::json lists =
      told({for_item(make_record(0, Exited{0}, "said a\n"), "a"),
            for_item(make_record(1, Exited{3}, "", "Traceback\nValueError: no\n\n"), "b"),
            for_item(never_started(2), "c"), for_item(make_record(3, Exited{0}, "d"), "a"),
            for_item(make_record(4, Signaled{9, false}), "e")});
  CHECK(lists["returned"] == nlohmann::json::parse(R"([["a","said a\n"],["a","d"]])"));
  CHECK(lists["exception"] ==
        nlohmann::json::parse(
            R"([["b","exited with 3: ValueError: no"],["e","killed by SIGKILL"]])"));
  CHECK(lists["aborted"] == nlohmann::json{"c"});
  CHECK(lists.size() == 3);
}

TEST_CASE("what a job returned is what was parsed of it, and may be any bytes") {
  JobRecord parsed = for_item(make_record(0, Exited{0}, "{\"a\": 1}"), "x");
  parsed.value = "{\"a\":1}";
  const nlohmann::json lists = told({parsed, for_item(make_record(1, Exited{0}, "\xff"), "y")});
  CHECK(lists["returned"][0][1] == nlohmann::json::parse(R"({"a":1})"));
  CHECK(lists["returned"][1][1] == nlohmann::json::parse(R"({"base64":"/w=="})"));
}

TEST_CASE("a target is what the caller knows the job by") {
  JobRecord record = make_record(7, Exited{0});
  CHECK(target_of(record) == nlohmann::json::parse(R"(["job","7"])"));

  record.spec.kwargs.set("n", Value{Value::Kind::number, "1.50", {}});
  CHECK(target_of(record) == nlohmann::json::parse(R"({"n":1.5})"));

  record.spec.args = {Value::of_string("a"), Value{Value::Kind::number, "2", {}}};
  CHECK(target_of(record) == nlohmann::json::parse(R"(["a",2])"));

  record.spec.args.pop_back();
  CHECK(target_of(record) == "a");

  record.spec.name = "its name";
  CHECK(target_of(record) == "its name");

  record.spec.name.reset();
  record.spec.input = StdinBlock{std::make_shared<Block>(), StdinBlock::Supply::alone};
  CHECK(target_of(record) == 7);
}

TEST_CASE("what cannot be written is an error") {
  FakeWriter out;
  out.fail_with = Error{ErrorKind::output, "write: no"};
  HandleSink sink(out, memory_store());
  const auto done = sink.on(RunFinished{});
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "write: no");
}
