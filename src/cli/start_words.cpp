#include "cli/start_words.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace fanout {
namespace {

using Form = StartRecord::Form;

constexpr std::pair<std::string_view, std::string_view> kNotForStart[] = {
    {"progress", "nobody sees its progress; \"fanout status\" shows how far it is"},
    {"live", "nobody sees what its jobs write"},
    {"line-buffer", "nobody sees lines as they come; \"fanout results\" shows whole jobs"},
    {"tag", "\"fanout results\" writes what its jobs said, without tags"},
    {"tag-string", "\"fanout results\" writes what its jobs said, without tags"},
    {"raw", "it writes to no terminal"},
    {"color", "it writes to no terminal"},
    {"journal", "it has a journal of its own, which \"fanout results\" reads"},
    {"resume", "it begins; \"fanout resume HANDLE\" goes on"},
    {"resume-failed", "it begins; \"fanout resume HANDLE\" goes on"},
};

bool is_mark(const std::string& word) {
  return word == ":::" || word == ":::+" || word == "::::" || word == "::::+";
}

/// Whether anything says where items come from, or how they are read.
bool has_items(const TypedOptions& typed) {
  if (std::ranges::any_of(typed.words, is_mark) || typed.has("replace")) return true;
  return std::ranges::any_of(typed.options, [](const auto& entry) {
    const OptionSpec* option = find_option(CommandSet::map, entry.first);
    return option != nullptr && option->group == OptionGroup::input;
  });
}

}  // namespace

Result<StartWords> split_start_words(const std::vector<std::string>& arguments,
                                     const TypedOptions& typed) {
  const std::vector<std::string>& words = typed.words;
  if (words.empty()) {
    return usage_error(
        "start needs what shall run: \"run\" and a manifest, \"map\" and a command, or a command");
  }
  const bool names_command =
      !typed.has_separator && (words.front() == "run" || words.front() == "map");
  const std::size_t behind = words.size() + (typed.has_separator ? 1 : 0);
  StartWords split;
  split.arguments.assign(arguments.begin(), arguments.end() - static_cast<std::ptrdiff_t>(behind));
  if (names_command) {
    split.form = words.front() == "run" ? Form::run : Form::map;
  } else {
    split.form = has_items(typed) ? Form::map : Form::job;
    split.arguments.emplace_back("--");
  }
  split.arguments.insert(split.arguments.end(), words.begin() + (names_command ? 1 : 0),
                         words.end());
  return split;
}

Result<TypedOptions> parse_start_options(const std::vector<std::string>& arguments) {
  return parse_options(CommandSet::start | CommandSet::run | CommandSet::map,
                       WordPlace::after_options, arguments);
}

Result<TypedOptions> parse_start_options(Form form, const std::vector<std::string>& arguments) {
  if (form == Form::run) return parse_options(CommandSet::run, WordPlace::anywhere, arguments);
  return parse_options(CommandSet::map, WordPlace::after_options, arguments);
}

Result<void> check_start_options(const TypedOptions& typed) {
  for (const auto& [option, reason] : kNotForStart) {
    if (!typed.has(option)) continue;
    return usage_error("--" + std::string(option) +
                       " means nothing for a run that is started: " + std::string(reason));
  }
  return {};
}

}  // namespace fanout
