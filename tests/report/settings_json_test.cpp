#include "report/settings_json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace fanout;

TEST_CASE(
    "the settings in force are an object with every setting but fail_fast and on_failure, which "
    "are other names of halt") {
  Settings settings;
  settings.order = Order::input;
  const nlohmann::json object = nlohmann::json::parse(settings_json(settings, 2));
  for (const std::string_view name : setting_names()) {
    CAPTURE(name);
    CHECK(object.contains(std::string(name)) == (name != "fail_fast" && name != "on_failure"));
  }
  CHECK(object["max_workers"] == 2);
  CHECK(object["grace"] == 5.0);
  CHECK(object["halt"] == "never");
  CHECK(object["retry_on"] == "exit,signal,timeout");
  CHECK(object["backoff"] == "constant");
  CHECK(object["exit_status"] == "native");
  CHECK(object["order"] == "input");
  CHECK(object["capture"].is_null());
  CHECK(object["rate"].is_null());
  CHECK(object["load"].is_null());
  CHECK(object["limits"] == nlohmann::json::object());
}

TEST_CASE("resources are shown with how many there are") {
  Settings settings;
  const auto resources = [&] {
    return nlohmann::json::parse(settings_json(settings, 1))["resources"].dump();
  };
  CHECK(resources() == "{}");
  settings.resources = {{"gpu", 2}, {"tape", 1}};
  CHECK(resources() == R"({"gpu":2,"tape":1})");
}

TEST_CASE("workers are a number, 0 when serial, or unlimited") {
  Settings settings;
  const auto workers = [&](std::string_view text) {
    REQUIRE(apply_setting(settings, "max_workers", text));
    return nlohmann::json::parse(
        settings_json(settings, settings.max_workers.resolve(4)))["max_workers"];
  };
  CHECK(workers("0") == 0);
  CHECK(workers("50%") == 2);
  CHECK(workers("unlimited") == "unlimited");
}

TEST_CASE("what holds starts back is told as it is in force") {
  Settings settings;
  for (const auto& [name, text] : {std::pair{"rate", "10/m"},
                                   {"load", "2.5"},
                                   {"memfree", "1K"},
                                   {"nice", "-3"},
                                   {"limits", "cpu=1m,core=unlimited"}}) {
    REQUIRE(apply_setting(settings, name, text));
  }
  const nlohmann::json object = nlohmann::json::parse(settings_json(settings, 2));
  CHECK(object["rate"] == "10/1m");
  CHECK(object["load"] == 2.5);
  CHECK(object["memfree"] == 1024);
  CHECK(object["nice"] == -3);
  CHECK(object["limits"] == nlohmann::json{{"cpu", 60}, {"core", "unlimited"}});
}

TEST_CASE("a load is written as it was read") {
  Settings settings;
  for (const char* load : {"4", "0.1", "1000000"}) {
    REQUIRE(apply_setting(settings, "load", load));
    CHECK(settings_json(settings, 1).find(std::string("\"load\":") + load + ',') !=
          std::string::npos);
  }
}
