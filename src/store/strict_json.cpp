#include "store/strict_json.hpp"

#include <set>
#include <string>
#include <vector>

namespace fanout {

std::optional<nlohmann::json> read_strict_json(std::string_view text) {
  // The library takes NUL for the end, and what is behind it for nothing.
  if (text.find('\0') != text.npos) return std::nullopt;
  using Event = nlohmann::json::parse_event_t;
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  bool is_strict = true;
  const auto look = [&](int, Event event, nlohmann::json& value) {
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key) {
      is_strict = keys.back().insert(value.get<std::string>()).second && is_strict;
    }
    return true;
  };
  nlohmann::json json = nlohmann::json::parse(text.begin(), text.end(), look, false);
  if (!is_strict || json.is_discarded()) return std::nullopt;
  return json;
}

}  // namespace fanout
