#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/closing_line.hpp"
#include "report/dry_run_sink.hpp"
#include "report/fakes.hpp"
#include "report/json_sinks.hpp"
#include "report/label.hpp"
#include "report/text_sink.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

Summary summary(std::uint64_t succeeded, std::uint64_t failed, std::uint64_t aborted = 0) {
  return {succeeded + failed + aborted, succeeded, failed, aborted, 2, 1s, 0s, 0s, ""};
}

void tell(Sink& sink, std::vector<JobRecord> records, const Summary& end) {
  REQUIRE(sink.on(RunStarted{}));
  for (JobRecord& record : records) REQUIRE(sink.on(JobFinished{std::move(record)}));
  REQUIRE(sink.on(RunFinished{end}));
}

RunInfo info(bool is_named = false) {
  return {{Instant(0s), WallTime(1700000000s)}, {"fanout", "run"}, "{}", is_named};
}

JobRecord named(JobRecord record, std::string name) {
  record.spec.name = std::move(name);
  return record;
}

TagOf label_tag() {
  return [](const TaggedJob& job) { return job_label(job.spec, job.argv, kWholeLabel); };
}

}  // namespace

TEST_CASE("the document has the records in input order, and lists of who did what") {
  FakeWriter out;
  JsonSink sink(out, info(), Order::input, memory_store());
  tell(sink, {make_record(1, Exited{1}), make_record(0, Exited{0}), never_started(2)},
       summary(1, 1, 1));
  const nlohmann::json document = nlohmann::json::parse(out.text);
  CHECK(document["fanout"] == 1);
  CHECK(document["results"][0]["index"] == 0);
  CHECK(document["results"][2]["index"] == 2);
  CHECK(document["failures"] == true);
  CHECK(document["succeeded"] == nlohmann::json{0});
  CHECK(document["failed"] == nlohmann::json{1});
  CHECK(document["aborted"] == nlohmann::json{2});
  CHECK(document["summary"]["jobs"] == 3);
  CHECK(document["run"]["handle"].is_null());
  CHECK(document["run"]["command_line"] == nlohmann::json{"fanout", "run"});
}

TEST_CASE("a run without jobs is a document too") {
  FakeWriter out;
  JsonSink sink(out, info(), Order::input, memory_store());
  tell(sink, {}, summary(0, 0));
  const nlohmann::json document = nlohmann::json::parse(out.text);
  CHECK(document["results"] == nlohmann::json::array());
  CHECK(document["failures"] == false);
}

TEST_CASE("named jobs give an object with the same keys in the same order") {
  FakeWriter out;
  JsonSink sink(out, info(true), Order::input, memory_store());
  tell(sink, {named(make_record(1, Exited{1}), "a\"b"), named(make_record(0, Exited{0}), "z")},
       summary(1, 1));
  const auto document = nlohmann::ordered_json::parse(out.text);
  CHECK(document["results"].begin().key() == "z");
  CHECK(document["results"]["a\"b"]["status"] == "failed");
  CHECK(document["failed"] == nlohmann::ordered_json{"a\"b"});
}

TEST_CASE("JSON lines come as jobs finish, and the summary last") {
  FakeWriter out;
  JsonLinesSink sink(out, info(), Order::completion, memory_store());
  REQUIRE(sink.on(JobFinished{make_record(1, Exited{0})}));
  CHECK(out.text.back() == '\n');
  CHECK(nlohmann::json::parse(out.text)["index"] == 1);
  out.text.clear();
  REQUIRE(sink.on(RunFinished{summary(1, 0)}));
  CHECK(nlohmann::json::parse(out.text)["summary"]["succeeded"] == 1);
}

TEST_CASE("values are one array, or one object") {
  FakeWriter out;
  ValuesSink array(out, info(), Order::input, memory_store(), "null");
  tell(array, {make_record(1, Exited{1}), make_record(0, Exited{0}, "x\n")}, summary(1, 1));
  CHECK(out.text == "[\"x\\n\",null]\n");
  out.text.clear();
  ValuesSink object(out, info(true), Order::input, memory_store(), "");
  tell(object, {named(make_record(0, Exited{0}, "x"), "k")}, summary(1, 0));
  CHECK(out.text == "{\"k\":\"x\"}\n");
  out.text.clear();
  ValuesSink none(out, info(), Order::input, memory_store(), "");
  tell(none, {}, summary(0, 0));
  CHECK(out.text == "[]\n");
}

TEST_CASE("text gives each stream to its own place, byte for byte") {
  FakeWriter out;
  FakeWriter err;
  TextSink sink(out, err, Order::input, memory_store(), nullptr);
  tell(sink, {make_record(1, Exited{0}, "b", "e\n"), make_record(0, Exited{1}, "a\n")},
       summary(1, 1));
  CHECK(out.text == "a\nb");
  CHECK(err.text == "e\n");
}

TEST_CASE("what is passed on of a job stands before the rest of it") {
  FakeWriter out;
  FakeWriter err;
  TextSink sink(out, err, Order::input, memory_store(), nullptr);
  REQUIRE(sink.on(JobFinished{make_record(0, Exited{0}, "a\n")}));
  REQUIRE(sink.out().write("b"));
  CHECK(out.text == "a\nb");
  REQUIRE(sink.on(JobFinished{make_record(1, Exited{0}, "", "e\n")}));
  REQUIRE(sink.on(JobFinished{make_record(2, Exited{0}, "c\n")}));
  CHECK(out.text == "a\nbc\n");
  CHECK(err.text == "e\n");
}

TEST_CASE("what cannot be passed on is told at the end") {
  FakeWriter out;
  FakeWriter err;
  out.fail_with = Error{ErrorKind::output, "disk full"};
  TextSink sink(out, err, Order::completion, memory_store(), nullptr);
  CHECK_FALSE(sink.out().write("a"));
  CHECK(sink.on(JobFinished{make_record(0, Exited{0}, "", "e")}));
  CHECK(err.text == "e");
  CHECK_FALSE(sink.on(RunFinished{summary(1, 0)}));
}

TEST_CASE("a tag stands before every line") {
  FakeWriter out;
  FakeWriter err;
  TextSink sink(out, err, Order::completion, memory_store(), label_tag());
  JobRecord record = make_record(0, Exited{0}, "a\n\nb", "e\n");
  record.spec.args = {Value::of_string("x y")};
  tell(sink, {record}, summary(1, 0));
  CHECK(out.text == "x y\ta\nx y\t\nx y\tb\n");
  CHECK(err.text == "x y\te\n");
}

TEST_CASE("a stream that is full does not silence the other, and is told at the end") {
  FakeWriter out;
  FakeWriter err;
  FakeWriter* full = &out;
  FakeWriter* well = &err;
  SUBCASE("standard output") {}
  SUBCASE("standard error") {
    std::swap(full, well);
  }
  full->fail_with = Error{ErrorKind::output, "disk full"};
  TextSink sink(out, err, Order::completion, memory_store(), nullptr);
  CHECK(sink.on(JobFinished{make_record(0, Exited{0}, "a", "a")}));
  CHECK(sink.on(JobFinished{make_record(1, Exited{0}, "b", "b")}));
  CHECK(well->text == "ab");
  const Result<void> end = sink.on(RunFinished{summary(2, 0)});
  REQUIRE_FALSE(end);
  CHECK(end.error().message == "disk full");
}

TEST_CASE("text that can go nowhere, or whose reader went away, is told at once") {
  FakeWriter out;
  FakeWriter err;
  SUBCASE("both are full") {
    out.fail_with = err.fail_with = Error{ErrorKind::output, "disk full"};
  }
  SUBCASE("nobody reads standard output") {
    out.fail_with = Error{ErrorKind::reader_gone, "write"};
  }
  TextSink sink(out, err, Order::completion, memory_store(), nullptr);
  CHECK_FALSE(sink.on(JobFinished{make_record(0, Exited{0}, "a", "a")}));
}

TEST_CASE("text of any size is written whole, in both orders, tagged or not") {
  FakeScratch scratch;
  BlobStore store(scratch, {100, 100, 0});
  const std::string bytes = some_bytes(300000);
  for (const Order order : {Order::completion, Order::input}) {
    FakeWriter out;
    FakeWriter err;
    TextSink sink(out, err, order, store, nullptr);
    for (const std::uint64_t index : {1U, 0U}) {
      JobRecord record = make_record(index, Exited{0});
      record.out = make_output(bytes + std::to_string(index), std::nullopt, store);
      record.err = make_output(std::to_string(index) + bytes, std::nullopt, store);
      REQUIRE(sink.on(JobFinished{std::move(record)}));
    }
    const auto both = [&](const std::string& a, const std::string& b) {
      return order == Order::input ? a + b : b + a;
    };
    CHECK(out.text == both(bytes + "0", bytes + "1"));
    CHECK(err.text == both("0" + bytes, "1" + bytes));
    CHECK(scratch.used.size() <= 1);
  }
  FakeWriter out;
  FakeWriter err;
  TextSink sink(out, err, Order::completion, store, label_tag());
  JobRecord record = make_record(0, Exited{0});
  record.spec.name = "n";
  record.out = make_output(std::string(100000, 'x') + "\ny", std::nullopt, store);
  REQUIRE(sink.on(JobFinished{std::move(record)}));
  CHECK(out.text == "n\t" + std::string(100000, 'x') + "\nn\ty\n");
}

TEST_CASE("the closing line names the first failures in input order and counts the rest") {
  FakeWriter err;
  ClosingLine line(err);
  std::vector<JobRecord> records;
  for (const std::uint64_t index : {6U, 5U, 4U, 3U, 2U, 1U, 0U}) {
    records.push_back(named(make_record(index, Exited{2}), "j" + std::to_string(index)));
  }
  tell(line, std::move(records), summary(3, 7));
  CHECK(err.text ==
        "fanout: 7 of 10 failed: j0 (exit 2), j1 (exit 2), j2 (exit 2), j3 (exit 2), j4 (exit 2), "
        "… 2 more\n");
}

TEST_CASE("the closing line is silent when all is well, and speaks of what was aborted") {
  FakeWriter err;
  ClosingLine well(err);
  tell(well, {make_record(0, Exited{0})}, summary(1, 0));
  CHECK(err.text == "");
  ClosingLine both(err);
  tell(both, {named(make_record(0, TimedOut{1s, Signaled{15}}), "a"), never_started(1)},
       summary(0, 1, 1));
  CHECK(err.text == "fanout: 1 of 2 failed, 1 aborted: a (timeout)\n");
  err.text.clear();
  ClosingLine aborted(err);
  tell(aborted, {named(never_started(0), "a")}, summary(0, 0, 1));
  CHECK(err.text == "fanout: 1 of 1 aborted: a (not started)\n");
}

TEST_CASE("what failed is red where there are colours") {
  FakeWriter err;
  ClosingLine line(err, true);
  tell(line, {named(make_record(0, Exited{2}), "a")}, summary(1, 1));
  CHECK(err.text == "fanout: \x1b[31m1 of 2 failed\x1b[0m: a (exit 2)\n");
}

TEST_CASE("the closing line is silent when the reader of the results went away") {
  FakeWriter err;
  ClosingLine line(err);
  REQUIRE(line.on(RunCancelling{RunCancelling::Reason::reader_gone}));
  tell(line, {never_started(0)}, summary(0, 0, 1));
  CHECK(err.text == "");
}

TEST_CASE("the closing line is silent about jobs that nobody wanted any more") {
  using Reason = RunCancelling::Reason;
  const auto said = [](Reason reason, std::uint64_t failed) {
    FakeWriter err;
    ClosingLine line(err);
    REQUIRE(line.on(RunCancelling{reason}));
    std::vector<JobRecord> records;
    if (failed > 0) records.push_back(make_record(0, Exited{1}));
    records.push_back(never_started(failed));
    tell(line, std::move(records), summary(0, failed, 1));
    return err.text;
  };
  CHECK(said(Reason::success, 0) == "");
  CHECK(said(Reason::success, 1) == "");
  CHECK(said(Reason::done, 0) == "");
  CHECK(said(Reason::done, 1) == "fanout: 1 of 2 failed, 1 aborted: job 0 (exit 1)\n");
  CHECK(said(Reason::failure, 1) == "fanout: 1 of 2 failed, 1 aborted: job 0 (exit 1)\n");
}

TEST_CASE("a label is the name, the arguments, the line or the command, and safe to show") {
  JobRecord record = make_record(0, Exited{0});
  CHECK(job_label(record, 20) == "job 0");
  CommandText text;
  text.form = CommandText::Form::line;
  text.words = {"echo \x1b | cat"};
  record.spec.text = std::make_shared<const CommandText>(std::move(text));
  CHECK(job_label(record, 20) == "echo \\x1b | cat");
  record.spec.args = {Value::of_string("an"), Value::of_string("item")};
  CHECK(job_label(record, 20) == "an item");
  record.spec.name = "name";
  CHECK(job_label(record, 2) == "na…");
}

TEST_CASE("the label of an object is its values, without what all jobs have") {
  JobRecord record;
  CommandText text;
  text.words = {"echo"};
  text.first_names = {"a", "b"};
  text.extras.set("x", Value::of_string("shared"));
  record.spec.text = std::make_shared<const CommandText>(text);
  record.spec.kwargs.set("x", Value::of_string("shared"));
  record.spec.kwargs.set("a", Value::of_string("Oslo"));
  record.spec.kwargs.set("b", {Value::Kind::number, "7", {}});
  CHECK(job_label(record, 20) == "Oslo 7");
}

TEST_CASE("a job that reads a block is told by its number, and shown as what cuts it out") {
  JobRecord record = make_record(4, Exited{0});
  record.argv = {"wc", "-l"};
  auto block = std::make_shared<Block>();
  block->size = 10;
  block->offset = 30;
  block->file = std::make_shared<const std::string>("a file");
  record.spec.input = StdinBlock{block};
  CHECK(job_label(record, 20) == "job 5");
  CHECK(pasteable(record) == "tail -c +31 -- 'a file' | head -c 10 | wc -l");
}

TEST_CASE("the lines of a dry run come all together at the end, or none when the input is wrong") {
  for (const bool is_wrong : {false, true}) {
    FakeWriter out;
    DryRunSink sink(out, memory_store(), shell_quote, DryRunSink::When::all_or_none);
    REQUIRE(sink.on(RunStarted{}));
    REQUIRE(sink.on(JobFinished{make_record(1, Exited{0})}));
    REQUIRE(sink.on(JobFinished{make_record(0, Exited{0})}));
    CHECK(out.text.empty());
    if (is_wrong) REQUIRE(sink.on(RunCancelling{RunCancelling::Reason::input_error, {}}));
    REQUIRE(sink.on(JobFinished{make_record(2, Exited{0})}));
    REQUIRE(sink.on(RunFinished{summary(3, 0)}));
    CHECK(out.text == (is_wrong ? "" : "job 0\njob 1\njob 2\n"));
  }
}

TEST_CASE("a dry run prints lines that can be pasted") {
  JobRecord record = make_record(0, Exited{0});
  record.argv = {"echo", "it's", "$HOME"};
  CHECK(pasteable(record) == "echo 'it'\\''s' '$HOME'");
  record.spec.env = {{"A", "1 2"}};
  CHECK(pasteable(record) == "A='1 2' echo 'it'\\''s' '$HOME'");
  record.spec.env = {{"A", "1"}, {"B", std::nullopt}, {"C-D", "2"}};
  record.argv = {"true"};
  CHECK(pasteable(record) == "env -u B A=1 C-D=2 true");
  record.spec.env.clear();
  record.spec.input = StdinFile{"in put"};
  record.spec.cwd = "some dir";
  CHECK(pasteable(record) == "(cd 'some dir' && true) <'in put'");
  record.spec.cwd.clear();
  record.spec.input = StdinText{"a\n"};
  CHECK(pasteable(record) == "printf %s 'a\n' | true");
}
