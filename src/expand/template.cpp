#include "expand/template.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "expand/expansion.hpp"
#include "fanout/base/text.hpp"

namespace fanout {

Result<Template> Template::parse(std::shared_ptr<const CommandText> text) {
  auto parsed = parse_text(std::move(text));
  if (!parsed) return std::move(parsed).error();
  return Template(*std::move(parsed));
}

Result<Kwargs> Template::merge(const std::vector<Value>& args, Kwargs own) const {
  const CommandText& text = *parsed_.text;
  const std::span<const std::string> by_position(text.params.data(),
                                                 std::min(text.params.size(), args.size()));
  for (const std::string& param : by_position) {
    if (!own.find(param)) continue;
    return usage_error("\"" + sanitize(param) +
                       "\" is given twice: by position and as a keyword argument");
  }
  if (text.defaults.empty() && text.extras.empty()) return own;
  Kwargs merged;
  for (const Kwargs* shared : {&text.defaults, &text.extras}) {
    for (const auto& [key, value] : *shared) {
      const bool is_given =
          std::find(by_position.begin(), by_position.end(), key) != by_position.end();
      if (!is_given) merged.set(key, value);
    }
  }
  merged.merge(own);
  return merged;
}

Result<Command> Template::expand(const std::vector<Value>& args, const Kwargs& merged,
                                 std::uint64_t job_number, const IsProgram& is_program) const {
  return Expansion(parsed_, args, merged, job_number).run(is_program);
}

Result<Command> Template::words(const std::vector<Value>& args, const Kwargs& merged,
                                std::uint64_t job_number) const {
  return Expansion(parsed_, args, merged, job_number).words();
}

}  // namespace fanout
