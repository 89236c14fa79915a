#include "store/job_texts.hpp"

#include "fanout/base/json_text.hpp"

namespace fanout {

std::string json_of_words(const std::vector<std::string>& words) {
  std::string out;
  append_json_words(out, words);
  return out;
}

std::string json_of_args(const std::vector<Value>& args) {
  std::string out = "[";
  for (const Value& arg : args) {
    if (&arg != &args.front()) out += ',';
    append_json(out, arg);
  }
  return out += ']';
}

std::string json_of_kwargs(const Kwargs& kwargs) {
  std::string out = "{";
  for (const auto& [key, value] : kwargs) {
    if (out.size() > 1) out += ',';
    append_json_string(out, key);
    out += ':';
    append_json(out, value);
  }
  return out += '}';
}

std::string json_of_grants(const Grants& grants) {
  std::string out = "{";
  for (const Grant& grant : grants) {
    if (out.size() > 1) out += ',';
    append_json_string(out, grant.resource);
    out += ":[";
    for (const std::uint32_t number : grant.numbers) {
      if (out.back() != '[') out += ',';
      out += std::to_string(number);
    }
    out += ']';
  }
  return out += '}';
}

}  // namespace fanout
