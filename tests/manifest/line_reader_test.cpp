#include "manifest/line_reader.hpp"

#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

std::string tell(const LineReader::Next& next) {
  if (const auto* line = std::get_if<LineReader::Line>(&next)) {
    return std::to_string(line->number) + " " + std::string(line->text) +
           (line->is_complete ? "" : " (cut)");
  }
  if (const auto* error = std::get_if<Error>(&next)) return "error " + error->message;
  return std::holds_alternative<NotYet>(next) ? "not yet" : "end";
}

Texts tell_lines(LineReader reader) {
  Texts told;
  do {
    told.push_back(tell(reader.next()));
  } while (told.back() != "end" && !told.back().starts_with("error"));
  return told;
}

}  // namespace

TEST_CASE("lines come out the same however their bytes arrive") {
  const std::string text = "\xEF\xBB\xBFone\r\n\ntwo\r\r\nthree\r";
  const Texts lines{"1 one", "2 ", "3 two\r", "4 three\r (cut)", "end"};
  CHECK(tell_lines(LineReader(bytes_of(text))) == lines);
  CHECK(tell_lines(LineReader(single_bytes_of(text))) == lines);
}

TEST_CASE("a newline at the end makes no empty last line") {
  CHECK(tell_lines(LineReader(bytes_of("a\n"))) == Texts{"1 a", "end"});
  CHECK(tell_lines(LineReader(bytes_of(""))) == Texts{"end"});
  CHECK(tell_lines(LineReader(bytes_of("\n"))) == Texts{"1 ", "end"});
}

TEST_CASE("exact bytes keep marks and carriage returns") {
  const std::string text = std::string("\xEF\xBB\xBF") + std::string("a\r\0\0b\n", 6);
  CHECK(tell_lines(LineReader(bytes_of(text), '\0', LineReader::Bytes::exact)) ==
        Texts{"1 \xEF\xBB\xBF"
              "a\r",
              "2 ", "3 b\n (cut)", "end"});
}

TEST_CASE("what only begins like a byte-order mark is text") {
  CHECK(tell_lines(LineReader(single_bytes_of("\xEF\xBB"))) == Texts{"1 \xEF\xBB (cut)", "end"});
  CHECK(tell_lines(LineReader(single_bytes_of("\xEF\nx\n"))) == Texts{"1 \xEF", "2 x", "end"});
}

TEST_CASE("an incomplete line waits") {
  LineReader reader(scripted({"a\nb", Pause{}, "c", Pause{}, "\n"}));
  CHECK(tell(reader.next()) == "1 a");
  CHECK(tell(reader.next()) == "not yet");
  CHECK(tell(reader.next()) == "not yet");
  CHECK(tell(reader.next()) == "2 bc");
  CHECK(tell(reader.next()) == "end");
  CHECK(tell(reader.next()) == "end");
}

TEST_CASE("an error of the source is passed on") {
  CHECK(tell_lines(LineReader(scripted({"a\nb", Error{ErrorKind::system, "read \"x\": no"}}))) ==
        Texts{"1 a", "error read \"x\": no"});
}

TEST_CASE("looking ahead takes nothing away") {
  LineReader reader(
      single_bytes_of("\xEF\xBB\xBF"
                      "ab\nc"));
  CHECK(reader.unread() == "");
  for (int i = 0; i < 2; ++i) REQUIRE(reader.fill());
  CHECK(reader.unread() == "");  // may still become a byte-order mark
  for (int i = 0; i < 3; ++i) REQUIRE(reader.fill());
  CHECK(reader.unread() == "ab");
  CHECK(tell(reader.next()) == "1 ab");
  const Result<std::string> rest = reader.rest();
  REQUIRE(rest);
  CHECK(*rest == "c");
}

TEST_CASE("many lines in one piece cost no more than their bytes") {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "echo\n";
  LineReader reader(bytes_of(text));
  std::size_t lines = 0;
  while (std::holds_alternative<LineReader::Line>(reader.next())) ++lines;
  CHECK(lines == 1'000'000);
}

TEST_CASE("a long line that arrives in small pieces costs no more than its bytes") {
  std::deque<Step> script(100'000, std::string(20, 'x'));
  LineReader reader(scripted(std::move(script)));
  const LineReader::Next next = reader.next();
  REQUIRE(std::holds_alternative<LineReader::Line>(next));
  CHECK(std::get<LineReader::Line>(next).text.size() == 2'000'000);
}
