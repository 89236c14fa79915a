#include "cli/typed_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/foreign_options.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

std::string flags(const OptionSpec& option) {
  const std::string name = "--" + std::string(option.name);
  return option.letter == 0 ? name : std::string("-") + option.letter + "," + name;
}

/// The commands that have an option, typed as `--name` or `-x`: "run and map".
std::string commands_with(const std::string& typed) {
  std::string names;
  for (const CommandSpec& command : commands()) {
    const bool is_long = typed.starts_with("--");
    const OptionSpec* option = is_long ? find_option(command.command, typed.substr(2))
                                       : find_option(command.command, typed.back());
    if (option == nullptr) continue;
    names += (names.empty() ? "" : " and ") + std::string(command.name);
  }
  return names;
}

Error unknown_option(CommandSet command, const std::string& argument) {
  std::vector<std::string> typed_as;
  for (const OptionSpec& option : options()) {
    if (contains(option.commands, command)) typed_as.push_back("--" + std::string(option.name));
  }
  const std::vector<std::string_view> known(typed_as.begin(), typed_as.end());
  const std::string typed = argument.substr(0, argument.find('='));
  if (const std::string_view hint = hint_for(command, typed); !hint.empty()) {
    return usage_error("unknown option \"" + typed + "\"; " + std::string(hint));
  }
  if (const std::string owners = commands_with(typed); !owners.empty()) {
    return usage_error("option " + in_quotes(typed) + " belongs to " + owners +
                       ", not to this command");
  }
  return usage_error("unknown option \"" + sanitize(typed) + "\"" + did_you_mean(typed, known));
}

Error missing_value(const OptionSpec& option) {
  return usage_error("option \"--" + std::string(option.name) +
                     "\" needs a value: " + std::string(option.value));
}

struct Split {
  std::vector<std::string>
      options;  ///< each as `--name`, `--name=value`, or `--name` and an empty value
  std::vector<std::string> words;
  bool has_separator = false;
};

/// Takes options off the front of the arguments, one at a time, and writes them the one way that
/// CLI11 reads whatever the value looks like: attached, unless it is empty.
class OptionSplitter {
 public:
  OptionSplitter(CommandSet command, std::vector<std::string>& into)
      : command_(command), into_(into) {}

  /// `next` is the argument that follows, or nullptr. True when it was taken as the value.
  Result<bool> take(const std::string& argument, const std::string* next) {
    return argument.starts_with("--") ? take_long(argument, next) : take_letters(argument, next);
  }

 private:
  Result<bool> take_long(const std::string& argument, const std::string* next) {
    const std::size_t equals = argument.find('=');
    const OptionSpec* option =
        find_option(command_, std::string_view(argument).substr(2, equals - 2));
    if (option == nullptr) return unknown_option(command_, argument);
    if (equals == argument.npos) return add_with_next(*option, next);
    if (option->is_flag()) {
      return usage_error("option \"--" + std::string(option->name) + "\" takes no value");
    }
    add(*option, argument.substr(equals + 1));
    return false;
  }

  /// A bundle of letters ends with the first one that takes a value, as in getopt(3).
  Result<bool> take_letters(const std::string& argument, const std::string* next) {
    for (std::size_t i = 1; i < argument.size(); ++i) {
      const OptionSpec* option = find_option(command_, argument[i]);
      if (option == nullptr) return unknown_option(command_, "-" + argument.substr(i, 1));
      const bool is_last = i + 1 == argument.size();
      if (!option->is_flag() && !is_last) {
        add(*option, argument.substr(i + 1));
        return false;
      }
      if (is_last) return add_with_next(*option, next);
      into_.push_back("--" + std::string(option->name));
    }
    return false;
  }

  Result<bool> add_with_next(const OptionSpec& option, const std::string* next) {
    if (option.is_flag()) {
      into_.push_back("--" + std::string(option.name));
      return false;
    }
    if (next == nullptr) return missing_value(option);
    add(option, *next);
    return true;
  }

  void add(const OptionSpec& option, const std::string& value) {
    const std::string name = "--" + std::string(option.name);
    if (value.empty()) {
      into_.insert(into_.end(), {name, value});
    } else {
      into_.push_back(name + "=" + value);
    }
  }

  CommandSet command_;
  std::vector<std::string>& into_;
};

bool is_option(const std::string& argument) {
  return argument.size() > 1 && argument.front() == '-';
}

Result<Split> split(CommandSet command, WordPlace place,
                    const std::vector<std::string>& arguments) {
  Split split;
  OptionSplitter splitter(command, split.options);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto rest = arguments.begin() + static_cast<std::ptrdiff_t>(i);
    if (arguments[i] == "--") {
      split.has_separator = true;
      split.words.insert(split.words.end(), rest + 1, arguments.end());
      break;
    }
    if (is_option(arguments[i])) {
      const Result<bool> took_next =
          splitter.take(arguments[i], i + 1 < arguments.size() ? &arguments[i + 1] : nullptr);
      if (!took_next) return took_next.error();
      if (*took_next) ++i;
    } else if (place == WordPlace::anywhere) {
      split.words.push_back(arguments[i]);
    } else {
      split.words.insert(split.words.end(), rest, arguments.end());
      break;
    }
  }
  return split;
}

void add_option(CLI::App& app, const OptionSpec& option, TypedOptions& typed) {
  if (option.is_flag()) {
    app.add_flag_callback(flags(option), [&typed, &option] { typed.options[option.name]; });
    return;
  }
  const auto keep = [&typed, &option](const std::vector<std::string>& values) {
    typed.options[option.name] = values;
  };
  app.add_option_function<std::vector<std::string>>(flags(option), keep)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

/// An empty name of a file is a variable that was not set.
Result<void> check_paths(const TypedOptions& typed) {
  for (const OptionSpec& option : options()) {
    const bool is_file = option.value == "FILE";
    if (!is_file && option.value != "DIR") continue;
    const auto given = typed.options.find(option.name);
    if (given == typed.options.end()) continue;
    if (std::ranges::count(given->second, std::string()) == 0) continue;
    return usage_error(
        "--" + std::string(option.name) +
        (is_file ? ": cannot open \"\": it names no file" : ": \"\" is no directory"));
  }
  return {};
}

}  // namespace

const std::string* TypedOptions::value(std::string_view name) const {
  const auto found = options.find(name);
  return found == options.end() || found->second.empty() ? nullptr : &found->second.back();
}

Result<TypedOptions> parse_options(CommandSet command, WordPlace place,
                                   const std::vector<std::string>& arguments) {
  Result<Split> parts = split(command, place, arguments);
  if (!parts) return std::move(parts).error();

  TypedOptions typed;
  typed.words = std::move(parts->words);
  typed.has_separator = parts->has_separator;
  CLI::App app;
  app.set_help_flag();  // --help is an option of ours
  for (const OptionSpec& option : options()) {
    if (contains(option.commands, command)) add_option(app, option, typed);
  }
  try {
    std::vector<std::string> reversed(parts->options.rbegin(), parts->options.rend());
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& problem) {
    return usage_error(problem.what());
  }
  if (Result<void> checked = check_paths(typed); !checked) return checked.error();
  return typed;
}

}  // namespace fanout
