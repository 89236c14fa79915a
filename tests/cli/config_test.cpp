#include "cli/config.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using namespace std::chrono_literals;

namespace {

TypedOptions typed(std::map<std::string_view, std::vector<std::string>> options) {
  TypedOptions typed;
  typed.options = std::move(options);
  return typed;
}

std::string problem(std::map<std::string_view, std::vector<std::string>> options) {
  Settings settings;
  const Result<void> applied = apply_options(settings, typed(std::move(options)));
  return applied ? "" : applied.error().message;
}

}  // namespace

TEST_CASE("options become settings, over what was there") {
  Settings settings;
  settings.timeout = 9s;
  settings.retries = 7;
  REQUIRE(apply_options(settings, typed({{"timeout", {"1s", "2s"}},
                                         {"silent", {}},
                                         {"no-placeholders", {}},
                                         {"replace-failed", {"[1, 2.0]"}}})));
  CHECK(settings.timeout == 2s);
  CHECK(settings.retries == 7);
  CHECK(settings.silent);
  CHECK_FALSE(settings.placeholders);
  CHECK(*settings.replace_failed == "[1,2.0]");
}

TEST_CASE("a wrong value names its option") {
  CHECK(problem({{"timeout", {"1x"}}}).find("--timeout: \"1x\" is not a duration") == 0);
  CHECK(problem({{"max-workers", {"-1"}}}).find("--max-workers: \"-1\" is negative") == 0);
  CHECK(problem({{"replace-failed", {"x"}}}).find("--replace-failed: ") == 0);
  CHECK(problem({{"fail-fast", {}}, {"on-failure", {"kill"}}}).find("--fail-fast") == 0);
  CHECK(problem({{"halt", {"never"}}, {"on-failure", {"kill"}}}) ==
        "--on-failure and --halt say when the run is to end: give one of them");
  CHECK(problem({{"halt", {"now,fial=1"}}}).find("--halt: \"now,fial=1\" has \"fial\" where") == 0);
}

TEST_CASE("options about retries need retries, and those about a delay a delay") {
  const auto refusal = [](std::map<std::string_view, std::vector<std::string>> options) {
    Settings settings;
    const TypedOptions given = typed(std::move(options));
    REQUIRE(apply_options(settings, given));
    const Result<void> checked = check_retries(settings, given);
    return checked ? "" : checked.error().message;
  };
  CHECK(refusal({{"retries", {"2"}}, {"retry-on", {"1"}}}) == "");
  CHECK(refusal({{"retries", {"2"}}, {"retry-delay", {"1s"}}, {"jitter", {}}}) == "");
  CHECK(refusal({{"retries", {"2"}},
                 {"retry-delay", {"1s"}},
                 {"backoff", {"exponential"}},
                 {"max-retry-delay", {"5s"}}}) == "");
  CHECK(refusal({{"retry-on", {"1"}}}).find("--retry-on is about retries") == 0);
  CHECK(refusal({{"jitter", {}}}).find("--jitter is about retries") == 0);
  CHECK(refusal({{"retries", {"2"}}, {"jitter", {}}}).find("--jitter changes a delay") == 0);
  CHECK(refusal({{"retries", {"2"}}, {"backoff", {"exponential"}}})
            .find("--backoff exponential changes a delay") == 0);
  CHECK(refusal({{"retries", {"2"}}, {"retry-delay", {"1s"}}, {"max-retry-delay", {"5s"}}})
            .find("--max-retry-delay limits a delay that grows") == 0);
}

TEST_CASE("--silent and an exit code that speaks of the jobs contradict each other") {
  Settings settings;
  settings.silent = true;
  CHECK(check_exit_status(settings));
  settings.exit_status = ExitStyle::first;
  CHECK_FALSE(check_exit_status(settings));
  settings.silent = false;
  CHECK(check_exit_status(settings));
}

TEST_CASE("extras are split at the first equals sign") {
  const Result<Kwargs> extras = extras_of(typed({{"extra", {"a=1=2", "b="}}}));
  REQUIRE(extras);
  CHECK(extras->find("a")->text == "1=2");
  CHECK(extras->find("b")->text == "");
  CHECK_FALSE(extras_of(typed({{"extra", {"=1"}}})));
  CHECK_FALSE(extras_of(typed({{"extra", {"a"}}})));
  CHECK_FALSE(extras_of(typed({{"extra", {"\xff=1"}}})));  // would be no JSON in a record
}

TEST_CASE("a delimiter is one character or an escape") {
  CHECK(*parse_delimiter(",") == ',');
  CHECK(*parse_delimiter("\\t") == '\t');
  CHECK(*parse_delimiter("\\0") == '\0');
  CHECK(*parse_delimiter("\\x1F") == '\x1f');
  CHECK(*parse_delimiter("\\\\") == '\\');
  for (const char* wrong : {"", "ab", "\\q", "\\x1", "\\xzz"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_delimiter(wrong));
  }
}

TEST_CASE("a separator is one character or more, escapes among them") {
  CHECK(*parse_separator(",") == ",");
  CHECK(*parse_separator(" | ") == " | ");
  CHECK(*parse_separator("\\t\\x2c\\\\n\\") == "\t,\\n\\");
  for (const char* wrong : {"", "a\\q", "\\x1", "\\0"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_separator(wrong));
  }
}

TEST_CASE("the order is what was asked for, else what suits the form") {
  Settings settings;
  for (const auto& [form, order] : {std::pair{OutputForm::json, Order::input},
                                    {OutputForm::values, Order::input},
                                    {OutputForm::jsonl, Order::completion},
                                    {OutputForm::text, Order::completion}}) {
    settings.output = form;
    CHECK(resolve_order(settings) == order);
  }
  settings.order = Order::input;
  CHECK(resolve_order(settings) == Order::input);
}
