#include "store/control_message.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "store/strict_json.hpp"

namespace fanout {
namespace {

using Json = nlohmann::json;

constexpr const char* kAbort = "abort";
constexpr const char* kWait = "wait";

/// The member, if it is there and has that type.
const Json* member(const Json& object, const char* key, Json::value_t type) {
  const auto found = object.find(key);
  return found != object.end() && found->type() == type ? &*found : nullptr;
}

std::optional<Json> read_object(std::string_view line) {
  std::optional<Json> json = read_strict_json(line);
  if (json && !json->is_object()) json.reset();
  return json;
}

}  // namespace

std::string line_of(const ControlRequest& request) {
  if (request.wish == ControlRequest::Wish::wait) return Json{{"do", kWait}}.dump();
  return Json{{"do", kAbort}, {"kill", request.kills}}.dump();
}

std::string line_of(const ControlAnswer& answer) {
  if (answer.is_obeyed) return Json{{"ok", true}, {"changed", answer.has_changed}}.dump();
  return Json{{"ok", false}, {"error", answer.error}}.dump();
}

Result<ControlRequest> parse_request(std::string_view line) {
  const std::optional<Json> json = read_object(line);
  if (!json) return usage_error("not one JSON object");
  const Json* wish = member(*json, "do", Json::value_t::string);
  if (wish != nullptr && *wish == kWait && json->size() == 1) {
    return ControlRequest{ControlRequest::Wish::wait, false};
  }
  const Json* kills = member(*json, "kill", Json::value_t::boolean);
  if (wish != nullptr && *wish == kAbort && kills != nullptr && json->size() == 2) {
    return ControlRequest{ControlRequest::Wish::abort, kills->get<bool>()};
  }
  return usage_error("not a message that is known");
}

Result<ControlAnswer> parse_answer(std::string_view line) {
  const std::optional<Json> json = read_object(line);
  const Json* ok = json ? member(*json, "ok", Json::value_t::boolean) : nullptr;
  if (ok == nullptr || json->size() != 2) return usage_error("not an answer that is known");
  if (const Json* changed = member(*json, "changed", Json::value_t::boolean); changed && *ok) {
    return ControlAnswer{true, changed->get<bool>(), {}};
  }
  if (const Json* error = member(*json, "error", Json::value_t::string); error && !*ok) {
    return ControlAnswer{false, false, error->get<std::string>()};
  }
  return usage_error("not an answer that is known");
}

}  // namespace fanout
