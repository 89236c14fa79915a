#include "store/start_record.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using Form = StartRecord::Form;

namespace {

std::string message_for(std::string_view text) {
  const auto read = parse_start_record(text);
  REQUIRE_FALSE(read);
  return read.error().message;
}

}  // namespace

TEST_CASE("how a run was started is read as it was written, whatever its words are") {
  const std::string all = [] {
    std::string bytes;
    for (int i = 1; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  for (const Form form : {Form::run, Form::map, Form::job}) {
    const StartRecord record{
        form,
        {"-j", "4", "", "caf\xc3\xa9", "\xff", "\xff\xfe", "\xff\xfe\xfd", all},
        "/tmp/\xff",
        {"fanout", "start", "\x80"}};
    const auto read = parse_start_record(to_json(record));
    REQUIRE(read);
    CHECK(*read == record);
  }
}

TEST_CASE("a start record is JSON that people can read") {
  CHECK(to_json(
            {Form::map, {"-j", "2", "echo"}, "/home/me", {"fanout", "start", "-j", "2", "echo"}}) ==
        R"({"version":1,"form":"map","directory":"/home/me","arguments":["-j","2","echo"],)"
        R"("command_line":["fanout","start","-j","2","echo"]})"
        "\n");
}

TEST_CASE("a start record that is cut short or damaged is refused") {
  const std::string whole = to_json({Form::run, {"a", "\xff"}, "/", {"fanout"}});
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    CHECK(message_for(whole.substr(0, size)) == "it is not JSON");
  }
  CHECK(message_for("[]") == "it is not JSON");
  CHECK(message_for("{}") == "it says nothing of its version");
  CHECK(message_for(R"({"version":2})") == "it has version 2, and this fanout reads 1");
  for (
      const char* text :
      {R"({"version":1})",
       R"({"version":1,"form":"walk","directory":"/","arguments":[],"command_line":[]})",
       R"({"version":1,"form":"run","directory":1,"arguments":[],"command_line":[]})",
       R"({"version":1,"form":"run","directory":"/","arguments":{},"command_line":[]})",
       R"({"version":1,"form":"run","directory":"/","arguments":[1],"command_line":[]})",
       R"({"version":1,"form":"run","directory":"/","arguments":[{"base64":"A"}],"command_line":[]})",
       R"({"version":1,"form":"run","directory":"/","arguments":[{"base64":"*AAA"}],"command_line":[]})",
       R"({"version":1,"form":"run","directory":"/","arguments":[{"base64":1}],"command_line":[]})",
       R"({"version":1,"form":"run","directory":"/","arguments":[]})"}) {
    CAPTURE(text);
    CHECK(message_for(text) == "something in it is missing or of another kind");
  }
}
