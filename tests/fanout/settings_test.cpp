#include "fanout/settings.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using namespace std::chrono_literals;

namespace {

std::string problem(std::string_view name, std::string_view text) {
  Settings settings;
  const Result<void> applied = apply_setting(settings, name, text);
  return applied ? "" : applied.error().message;
}

}  // namespace

TEST_CASE("every setting takes a right value and refuses a wrong one") {
  const std::pair<std::string_view, std::string_view> right[] = {{"max_workers", "4"},
                                                                 {"timeout", "1s"},
                                                                 {"grace", "0"},
                                                                 {"deadline", "1h"},
                                                                 {"pause", "0.1"},
                                                                 {"retries", "2"},
                                                                 {"on_failure", "drain"},
                                                                 {"fail_fast", "true"},
                                                                 {"silent", "true"},
                                                                 {"shell", "false"},
                                                                 {"placeholders", "false"},
                                                                 {"parse", "json"},
                                                                 {"output", "text"},
                                                                 {"order", "completion"},
                                                                 {"replace_failed", "null"},
                                                                 {"capture", "1K"},
                                                                 {"leak_timeout", "0"},
                                                                 {"on_leak", "kill"},
                                                                 {"rate", "10/s"},
                                                                 {"load", "80%"},
                                                                 {"memfree", "1G"},
                                                                 {"nice", "-5"},
                                                                 {"limits", "cpu=1"},
                                                                 {"retry_delay", "1s"},
                                                                 {"backoff", "constant"},
                                                                 {"max_retry_delay", "1m"},
                                                                 {"jitter", "true"},
                                                                 {"retry_on", "1,timeout"},
                                                                 {"halt", "now,fail=1"},
                                                                 {"exit_status", "xargs"}};
  CHECK(std::size(right) == setting_names().size());
  for (const auto& row : right) {
    const auto& [name, text] = row;
    CAPTURE(row.first);
    CHECK(is_setting(name));
    CHECK(problem(name, text) == "");
    if (name != "replace_failed") CHECK(problem(name, "wrong!") != "");
  }
  CHECK_FALSE(is_setting("max-workers"));
}

TEST_CASE("workers are a number, a share of the processors, or unlimited") {
  Settings settings;
  const auto workers = [&](std::string_view text) {
    REQUIRE(apply_setting(settings, "max_workers", text));
    return settings.max_workers.resolve(6);
  };
  CHECK(settings.max_workers.resolve(6) == 6);
  CHECK(workers("0") == 1);  // serial
  CHECK(workers("3") == 3);
  CHECK(workers("50%") == 3);
  CHECK(workers("200%") == 12);
  CHECK(workers("1%") == 1);
  CHECK(workers("unlimited") == WorkerLimit::kUnlimited);
  CHECK(problem("max_workers", "-1").find("\"-1\" is negative") == 0);
  CHECK(problem("max_workers", "x").find("\"x\" is not a whole number") == 0);
  CHECK(problem("max_workers", "0%") != "");
  CHECK(problem("max_workers", "%").find("\"%\" is not a whole percentage") == 0);
  CHECK(problem("max_workers", "-1%").find("\"-1%\"") == 0);
  CHECK(problem("max_workers", "99999999999") != "");
}

TEST_CASE("a wrong word names the right ones and the nearest") {
  CHECK(problem("on_failure", "kil") ==
        "\"kil\" is not one of \"continue\", \"drain\" or \"kill\" (did you mean \"kill\"?)");
  CHECK(problem("timeout", "1x").find("\"1x\" is not a duration") == 0);
}

TEST_CASE("fail_fast and on_failure are short names for what halt says") {
  const auto halt = [](std::string_view name, std::string_view text) {
    Settings settings;
    REQUIRE(apply_setting(settings, name, text));
    return format_halt(settings.halt);
  };
  CHECK(halt("fail_fast", "true") == "now,fail=1");
  CHECK(halt("fail_fast", "false") == "never");
  CHECK(halt("on_failure", "kill") == "now,fail=1");
  CHECK(halt("on_failure", "drain") == "soon,fail=1");
  CHECK(halt("on_failure", "continue") == "never");
}
