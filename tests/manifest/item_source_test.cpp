#include "manifest/item_source.hpp"

#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

JobSpec prototype() {
  JobSpec job;
  CommandText text;
  text.words = {"cat"};
  job.text = std::make_shared<CommandText>(text);
  job.cwd = "/tmp";
  return job;
}

Texts items_of(std::unique_ptr<ByteSource> bytes, const ItemOptions& options = {}) {
  ItemSource source(std::move(bytes), "items.txt", options, prototype());
  Texts told;
  for (std::string& job : tell_all(source)) {
    if (job.starts_with("argv <cat> args ")) job.erase(0, 16);
    told.push_back(std::move(job));
  }
  return told;
}

ItemOptions exact(char delimiter) {
  return {delimiter, LineReader::Bytes::exact, ItemOptions::BlankItems::keep, 1};
}

}  // namespace

TEST_CASE("each line is an item and blank lines are none") {
  const std::string text =
      "\xEF\xBB\xBF"
      "a b\r\n\n  \t\n it's \nlast";
  const Texts items{R"(["a b"])", R"([" it's "])", R"(["last"])", "end"};
  CHECK(items_of(bytes_of(text)) == items);
  CHECK(items_of(single_bytes_of(text)) == items);
}

TEST_CASE("blank lines are items when they are kept") {
  ItemOptions options;
  options.blank_items = ItemOptions::BlankItems::keep;
  CHECK(items_of(bytes_of("a\n\n b\n"), options) ==
        Texts{R"(["a"])", R"([""])", R"([" b"])", "end"});
}

TEST_CASE("other delimiters change nothing in an item") {
  CHECK(items_of(bytes_of(std::string("a\r\n\0\0 \0b", 8)), exact('\0')) ==
        Texts{R"(["a\r\n"])", R"([""])", R"([" "])", R"(["b"])", "end"});
  CHECK(items_of(bytes_of("a,b\n,"), exact(',')) == Texts{R"(["a"])", R"(["b\n"])", "end"});
}

TEST_CASE("no input means no items") {
  CHECK(items_of(bytes_of("")) == Texts{"end"});
  CHECK(items_of(bytes_of("\n\n")) == Texts{"end"});
}

TEST_CASE("a command may get several items, the last one fewer") {
  ItemOptions options;
  options.per_command = 2;
  CHECK(items_of(scripted({"1\n2\n3\n", "4\n5"}), options) ==
        Texts{R"(["1","2"])", R"(["3","4"])", R"(["5"])", "end"});
}

TEST_CASE("a started batch survives a wait") {
  ItemOptions options;
  options.per_command = 2;
  CHECK(items_of(scripted({"1\n", Pause{}, "2", Pause{}, "\n"}), options) ==
        Texts{"not yet", "not yet", R"(["1","2"])", "end"});
}

TEST_CASE("an item is given as soon as it is complete") {
  ItemSource source(scripted({"a\n", Pause{}, "b\n"}), "-", {}, prototype());
  CHECK(describe(source.next()) == R"(argv <cat> args ["a"])");
  CHECK(describe(source.next()) == "not yet");
}

TEST_CASE("jobs are copies of the prototype with index and place") {
  ItemSource source(bytes_of("a\n\nb\n"), "-", {}, prototype());
  source.next();
  const NextJob next = source.next();
  const auto& job = std::get<JobSpec>(next);
  CHECK(job.index.value == 1);
  CHECK(job.cwd == "/tmp");
  CHECK(at(job.origin, "x") == "stdin:3:1: x");
}

TEST_CASE("an item with a NUL is refused by number and place") {
  CHECK(items_of(bytes_of(std::string("a\n\nb\0c\nd\n", 9))) ==
        Texts{R"(["a"])",
              "error items.txt:3:2: item 3 contains a NUL, which no argument can"
              " (-0 splits at NULs)"});
  CHECK(items_of(bytes_of(std::string("a\nb,c\0", 6)), exact(',')) ==
        Texts{R"(["a\nb"])",
              "error items.txt:2:4: item 2 contains a NUL, which no argument can"
              " (-0 splits at NULs)"});
}

TEST_CASE("an error of the source is passed on as it is") {
  CHECK(items_of(scripted({"a\n", Error{ErrorKind::system, "read: no"}})) ==
        Texts{R"(["a"])", "error read: no"});
}

TEST_CASE("after stop_reading an endless source ends") {
  ItemSource source(scripted({"a\n", "b\n", "c\n"}), "-", {}, prototype());
  source.next();
  source.stop_reading();
  CHECK(describe(source.next()) == "end");
}

TEST_CASE("words are items as they stand") {
  WordSource source({"a b", "", "c"}, 2, prototype());
  CHECK(describe(source.next()) == R"(argv <cat> args ["a b",""])");
  const NextJob last = source.next();
  CHECK(describe(last) == R"(argv <cat> args ["c"])");
  CHECK(std::get<JobSpec>(last).index.value == 1);
  CHECK(at(std::get<JobSpec>(last).origin, "x") == "x");
  CHECK(describe(source.next()) == "end");
  WordSource none({}, 1, prototype());
  CHECK(describe(none.next()) == "end");
}
