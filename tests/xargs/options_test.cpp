#include "xargs/options.hpp"

#include <doctest/doctest.h>

#include "xargs/delimiter.hpp"
#include "xargs/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

const ArgumentSpace kSpace{2097152, 1000, 20};

struct Parsed {
  XargsRequest request;
  std::string said;

  const XargsOptions& options() const {
    REQUIRE(std::holds_alternative<XargsOptions>(request));
    return std::get<XargsOptions>(request);
  }
  bool is_refused() const { return std::holds_alternative<XargsRefusal>(request); }
};

Parsed parse(const std::vector<std::string>& words, const ArgumentSpace& space = kSpace) {
  Heard heard;
  XargsRequest request = parse_xargs(words, space, heard.notes);
  return {std::move(request), heard.said.text};
}

constexpr const char* kSeeHelp = "Try 'xargs --help' for more information.\n";

}  // namespace

TEST_CASE("without words it is echo, with the limits of GNU xargs") {
  const XargsOptions options = parse({}).options();
  CHECK(options.command == std::vector<std::string>{"echo"});
  CHECK(options.max_chars == 131072);
  CHECK(options.max_procs == 1);
  CHECK(options.runs_without_items);
  CHECK_FALSE(options.is_verbose);
}

TEST_CASE("options end at the first word that is none") {
  CHECK(parse({"-t", "ls", "-n1"}).options().command == std::vector<std::string>{"ls", "-n1"});
  CHECK(parse({"-t", "--", "-n1"}).options().command == std::vector<std::string>{"-n1"});
  CHECK(parse({"-"}).options().command == std::vector<std::string>{"-"});
  CHECK(parse({"-0rtxn3", "c"}).options().max_args == 3);
}

TEST_CASE("a value stands in the word, or after it where it is needed") {
  CHECK(parse({"-n", "5"}).options().max_args == 5);
  CHECK(parse({"--max-args=5"}).options().max_args == 5);
  CHECK(parse({"--max-args", "5"}).options().max_args == 5);
  CHECK(parse({"--max-a", "5"}).options().max_args == 5);
  CHECK(parse({"-l", "5"}).options().command == std::vector<std::string>{"5"});
  CHECK(parse({"-l5"}).options().max_lines == 5);
  CHECK(parse({"-l"}).options().max_lines == 1);
  CHECK(parse({"--replace", "c"}).options().replace == "{}");
  CHECK(parse({"-iX", "c"}).options().replace == "X");
  CHECK(parse({"--eof=E"}).options().end_word == "E");
  CHECK(parse({"-EE", "--eof"}).options().end_word == std::nullopt);
  CHECK(parse({"-n", " +5"}).options().max_args == 5);
}

TEST_CASE("what getopt_long refuses is refused in its words") {
  struct Row {
    std::vector<std::string> words;
    std::string said;
  };
  const Row rows[] = {
      {{"-Z"}, "invalid option -- 'Z'"},
      {{"-tZ"}, "invalid option -- 'Z'"},
      {{"-n"}, "option requires an argument -- 'n'"},
      {{"--max-args"}, "option '--max-args' requires an argument"},
      {{"--null=3"}, "option '--null' doesn't allow an argument"},
      {{"--nosuch"}, "unrecognized option '--nosuch'"},
      {{"--max-x=3"}, "unrecognized option '--max-x=3'"},
      {{"--max=3"},
       "option '--max=3' is ambiguous; possibilities: '--max-lines' '--max-args' '--max-chars' "
       "'--max-procs'"},
      {{"--v"}, "option '--v' is ambiguous; possibilities: '--verbose' '--version'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    const Parsed parsed = parse(row.words);
    CHECK(parsed.is_refused());
    CHECK(parsed.said == "xargs: " + row.said + "\n" + kSeeHelp);
  }
}

TEST_CASE("numbers have their bounds, and only -s is moved to them") {
  struct Row {
    std::vector<std::string> words;
    std::string said;
  };
  const Row rows[] = {
      {{"-n0"}, "value 0 for -n option should be >= 1"},
      {{"-L", "-1"}, "value -1 for -L option should be >= 1"},
      {{"-l0"}, "value 0 for -l option should be >= 1"},
      {{"-P-1"}, "value -1 for -P option should be >= 0"},
      {{"-P2147483648"}, "value 2147483648 for -P option should be <= 2147483647"},
      {{"-nabc"}, "invalid number \"abc\" for -n option"},
      {{"-n", "5x"}, "invalid number \"5x\" for -n option"},
      {{"-s", ""}, "invalid number \"\" for -s option"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    const Parsed parsed = parse(row.words);
    CHECK(parsed.is_refused());
    CHECK(parsed.said == "xargs: " + row.said + "\n" + kSeeHelp);
  }
  const Parsed large = parse({"-s99999999"});
  CHECK(large.options().max_chars == 2094104);
  CHECK(large.said == "xargs: value 99999999 for -s option should be <= 2094104\n");
  const Parsed small = parse({"-s0"});
  CHECK(small.options().max_chars == 1);
  CHECK(small.said == "xargs: value 0 for -s option should be >= 1\n");
  CHECK(parse({"-P0"}).options().max_procs == 0);
}

TEST_CASE("of -L, -n and -I the last counts, and the others are told of") {
  struct Row {
    std::vector<std::string> words;
    std::string lost;
    std::string by;
  };
  const Row rows[] = {
      {{"-n2", "-L1"}, "--max-args", "-L"},
      {{"-n2", "-l"}, "--max-args", "--max-lines/-l"},
      {{"-n2", "-I%"}, "--max-args", "--replace/-I/-i"},
      {{"-n1", "-I%"}, "--max-args", "--replace/-I/-i"},
      {{"-L2", "-n2"}, "--max-lines", "--max-args/-n"},
      {{"-L2", "-I%"}, "--max-lines", "--replace/-I/-i"},
      {{"-I%", "-n2"}, "--replace", "--max-args/-n"},
      {{"-I%", "-L2"}, "--replace", "-L"},
      {{"-I%", "--max-lines"}, "--replace", "--max-lines/-l"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    const Parsed parsed = parse(row.words);
    CHECK(parsed.said == "xargs: warning: options " + row.lost + " and " + row.by +
                             " are mutually exclusive, ignoring previous " + row.lost + " value\n");
    const XargsOptions& options = parsed.options();
    const int in_force = static_cast<int>(options.max_args > 0) +
                         static_cast<int>(options.max_lines > 0) +
                         static_cast<int>(options.replace.has_value());
    CHECK(in_force == 1);
  }
  const Parsed harmless = parse({"-I%", "-n1"});
  CHECK(harmless.said == "");
  CHECK(harmless.options().replace == "%");
  CHECK(harmless.options().max_args == 0);
}

TEST_CASE("an end word has no effect on items with a delimiter") {
  const Parsed parsed = parse({"-EX", "-0"});
  CHECK(parsed.said == "xargs: warning: the -E option has no effect if -0 or -d is used.\n\n");
  CHECK(parsed.options().end_word == std::nullopt);
  CHECK(parse({"-EX", "-0", "-e"}).said == "");
}

TEST_CASE("help and version come where they stand") {
  CHECK(std::holds_alternative<XargsHelp>(parse({"--he", "-n0"}).request));
  CHECK(std::holds_alternative<XargsVersion>(parse({"--version"}).request));
  CHECK(parse({"-n0", "--help"}).is_refused());
}

TEST_CASE("our own options take no abbreviation away from GNU's") {
  CHECK(parse({"--r", "c"}).options().replace == "{}");
  CHECK(parse({"--group"}).options().groups);
  CHECK(parse({"--keep-order"}).options().groups);
  CHECK(parse({"--report", "f"}).options().report == "f");
  CHECK(parse({"--grou"}).is_refused());
}

TEST_CASE("a slot variable is a name") {
  CHECK(parse({"--process-slot-var=A"}).options().slot_variable == "A");
  CHECK(parse({"--process-slot-var=a=b"}).said ==
        "xargs: option --process-slot-var may not be set to a value which includes `='\n");
  CHECK(parse({"--process-slot-var="}).is_refused());
}

TEST_CASE("where the environment leaves no room nothing can run") {
  const Parsed parsed = parse({}, {131072, 130000, 1});
  CHECK(parsed.is_refused());
  CHECK(parsed.said == "xargs: environment is too large for exec\n");
}

TEST_CASE("a small room is the largest command") {
  CHECK(parse({}, {131072, 1000, 1}).options().max_chars == 128024);
}

TEST_CASE("delimiters are characters and escapes of C") {
  CHECK(*parse_xargs_delimiter("x") == 'x');
  CHECK(*parse_xargs_delimiter("\\") == '\\');
  CHECK(*parse_xargs_delimiter("\\n") == '\n');
  CHECK(*parse_xargs_delimiter("\\0") == '\0');
  CHECK(*parse_xargs_delimiter("\\012") == '\n');
  CHECK(*parse_xargs_delimiter("\\x41") == 'A');
  CHECK(*parse_xargs_delimiter("\\377") == '\xff');
  CHECK(*parse_xargs_delimiter("\\\\") == '\\');
  const auto why_not = [](const char* text) { return parse_xargs_delimiter(text).error().message; };
  CHECK(why_not("\\q") == "Invalid escape sequence \\q in input delimiter specification.");
  CHECK(why_not("ab") ==
        "Invalid input delimiter specification ab: the delimiter must be either a single "
        "character or an escape sequence starting with \\.");
  CHECK(why_not("\\x411") ==
        "Invalid escape sequence \\x411 in input delimiter specification; character values must "
        "not exceed ff.");
  CHECK(why_not("\\777") ==
        "Invalid escape sequence \\777 in input delimiter specification; character values must "
        "not exceed 377.");
  CHECK(why_not("\\08") ==
        "Invalid escape sequence \\08 in input delimiter specification; trailing characters 8 not "
        "recognised.");
}

TEST_CASE("the limits are told as GNU xargs tells them") {
  CHECK(xargs_limits(kSpace, 131072) ==
        "Your environment variables take up 1000 bytes\n"
        "POSIX upper limit on argument length (this system): 2094104\n"
        "POSIX smallest allowable upper limit on argument length (all systems): 4096\n"
        "Maximum length of command we could actually use: 2093104\n"
        "Size of command buffer we are actually using: 131072\n"
        "Maximum parallelism (--max-procs must be no greater): 2147483647\n");
}
