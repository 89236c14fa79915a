#include "manifest/form.hpp"

#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

/// What an input is taken for: `document`, `jsonl`, `lines`, or the error.
std::string form_of(std::unique_ptr<ByteSource> bytes) {
  LineReader lines(std::move(bytes));
  const Result<InputForm> form = find_form(std::make_shared<const std::string>("m"), lines);
  if (!form) return form.error().message;
  switch (form->kind) {
    case InputForm::Kind::document: return "document";
    case InputForm::Kind::json_lines: return "jsonl";
    case InputForm::Kind::command_lines: return "lines";
  }
  return {};
}

std::string form_of(const std::string& text) {
  const std::string form = form_of(bytes_of(text));
  CHECK(form_of(single_bytes_of(text)) == form);
  CHECK(form_of(single_bytes_of("\xEF\xBB\xBF" + text)) == form);
  return form;
}

/// Fails the test when more is read than what was needed.
std::unique_ptr<ByteSource> then_silence(const std::string& text) {
  return scripted({text, Error{ErrorKind::system, "read too far"}});
}

}  // namespace

TEST_CASE("the first complete value decides") {
  CHECK(form_of(R"({"jobs":[]})") == "document");
  CHECK(form_of("\r\n\t {\"command\":[\"x\"],\n\"jobs\":[1]}") == "document");
  CHECK(form_of(R"({"command":["echo"]})") == "jsonl");
  CHECK(form_of(R"({"args":["{\"jobs\":1}"]})") == "jsonl");
  CHECK(form_of("{}") == "jsonl");
  CHECK(form_of(R"([["echo"]])") == "document");
  CHECK(form_of(R"([ {"command":"x"}])") == "document");
  CHECK(form_of("[]") == "document");
  CHECK(form_of("[ \n ]") == "document");
  CHECK(form_of(R"(["echo","a"])") == "jsonl");
  CHECK(form_of("[1]") == "jsonl");
  CHECK(form_of("echo a") == "lines");
  CHECK(form_of("# {") == "lines");
  CHECK(form_of("\"echo\"") == "lines");
  CHECK(form_of("") == "lines");
  CHECK(form_of(" \n\n") == "lines");
}

TEST_CASE("an object with keys that only documents have is a document without jobs") {
  CHECK(form_of(R"({"commands":{}})") == "document");
  CHECK(form_of(R"({"command":["x"],"max_workers":2})") == "document");
  CHECK(form_of(R"({"job":[]})") == "document");
  CHECK(form_of(R"({"command":["x"],"timeout":2})") == "jsonl");
}

TEST_CASE("no more is read than tells the form") {
  CHECK(form_of(then_silence("e")) == "lines");
  CHECK(form_of(then_silence(R"(["e)")) == "jsonl");
  CHECK(form_of(then_silence(R"([[)")) == "document");
  CHECK(form_of(then_silence("{\"command\":[\"a\"]}")) == "jsonl");
  CHECK(form_of(then_silence("{\"command\":[\"a\"]")) == "read too far");
}

TEST_CASE("a first object over several lines that is no document is explained") {
  CHECK(form_of("\n{\"command\":\n[\"a\"]}\n") ==
        "m:2:1: a document needs \"jobs\", and a JSON line stands on one line");
}

TEST_CASE("a bad first value is an error at once") {
  CHECK(form_of(then_silence("{\"a\":]}")) ==
        "m:1:6: expected a value after the colon, but found \"]\"");
  CHECK(form_of("{\"jobs\":[1") ==
        "m:1:11: expected \",\" or \"]\", but found the end of the text");
}
