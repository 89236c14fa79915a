#include "xargs/options.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "xargs/delimiter.hpp"
#include "xargs/option_words.hpp"

namespace fanout {
namespace {

// POSIX wants so much left to the program for its own changes of the environment.
constexpr std::uint64_t kHeadroom = 2048;
constexpr std::uint64_t kUsualCommand = 131072;
constexpr long kMostProcesses = std::numeric_limits<int>::max();

constexpr const char* kLines = "--max-lines";
constexpr const char* kArgs = "--max-args";
constexpr const char* kReplace = "--replace";

class Parser {
 public:
  Parser(std::span<const std::string> words, const ArgumentSpace& space, XargsNotes& notes)
      : words_(words, notes), space_(space), notes_(notes) {}

  XargsRequest run() {
    const std::uint64_t largest = space_.largest_command();
    if (largest == 0) return refuse("environment is too large for exec");
    made_.max_chars = std::min(kUsualCommand, largest);
    while (const auto option = words_.next()) {
      if (option->spec->name == "help") return XargsHelp{};
      if (option->spec->name == "version") return XargsVersion{};
      if (!apply(*option)) return XargsRefusal{};
    }
    if (words_.is_wrong()) {
      notes_.ask_for_help();
      return XargsRefusal{};
    }
    return finish();
  }

 private:
  XargsRequest finish() {
    if (made_.end_word && made_.delimiter) {
      notes_.say("warning: the -E option has no effect if -0 or -d is used.\n");
      made_.end_word.reset();
    }
    if (!words_.rest().empty()) {
      made_.command.assign(words_.rest().begin(), words_.rest().end());
    }
    return std::move(made_);
  }

  XargsRequest refuse(const std::string& message) {
    notes_.say(message);
    return XargsRefusal{};
  }

  bool apply(const OptionWords::Option& option) {
    const XargsOptionSpec& spec = *option.spec;
    if (spec.letter != 0) return apply(spec.letter, option.value);
    if (spec.name == "show-limits") made_.shows_limits = true;
    if (spec.name == "group") made_.groups = true;
    if (spec.name == "keep-order") made_.groups = made_.keeps_order = true;
    if (spec.name == "report") made_.report = option.value;
    if (spec.name == "process-slot-var") return set_slot_variable(*option.value);
    return true;
  }

  bool apply(char letter, const std::optional<std::string>& value) {
    switch (letter) {
      case '0': made_.delimiter = '\0'; return true;
      case 'a':
        made_.arg_file = *value;
        made_.has_arg_file = true;
        return true;
      case 'd': return set_delimiter(*value);
      case 'E':
      case 'e':
        made_.end_word.reset();
        if (!value.value_or("").empty()) made_.end_word = value;
        return true;
      case 'I':
      case 'i': set_replace(value.value_or("{}")); return true;
      case 'L': return set_lines('L', *value);
      case 'l': return set_lines('l', value.value_or("1"));
      case 'n': return set_args(*value);
      case 'o': made_.opens_terminal = true; return true;
      case 'p': made_.asks = made_.is_verbose = true; return true;
      case 'r': made_.runs_without_items = false; return true;
      case 's': return set_number('s', *value, space_.largest_command(), made_.max_chars);
      case 't': made_.is_verbose = true; return true;
      case 'x': made_.exits_when_too_large = true; return true;
      case 'P': return set_number('P', *value, kMostProcesses, made_.max_procs);
      default: return true;
    }
  }

  bool set_delimiter(const std::string& text) {
    const Result<char> delimiter = parse_xargs_delimiter(text);
    if (delimiter)
      made_.delimiter = *delimiter;
    else
      notes_.say(delimiter.error().message);
    return static_cast<bool>(delimiter);
  }

  bool set_slot_variable(const std::string& name) {
    if (name.find('=') != name.npos) {
      notes_.say("option --process-slot-var may not be set to a value which includes `='");
      return false;
    }
    if (name.empty()) {
      notes_.say("failed to unset environment variable : Invalid argument");
      return false;
    }
    made_.slot_variable = name;
    return true;
  }

  // -L, -n and -I: the last one given counts, and the others hear of it.

  void set_replace(const std::string& token) {
    forget(made_.max_lines, kLines, "--replace/-I/-i");
    forget(made_.max_args, kArgs, "--replace/-I/-i");
    made_.replace = token;
  }

  bool set_lines(char letter, const std::string& text) {
    if (!set_number(letter, text, 0, made_.max_lines)) return false;
    const char* name = letter == 'L' ? "-L" : "--max-lines/-l";
    forget(made_.max_args, kArgs, name);
    forget_replace(name);
    return true;
  }

  bool set_args(const std::string& text) {
    std::uint64_t args = 0;
    if (!set_number('n', text, 0, args)) return false;
    if (args == 1 && made_.replace) return true;  // says the same
    made_.max_args = args;
    forget(made_.max_lines, kLines, "--max-args/-n");
    forget_replace("--max-args/-n");
    return true;
  }

  void forget(std::uint64_t& limit, const char* name, const char* for_what) {
    if (limit > 0) warn_of_conflict(name, for_what);
    limit = 0;
  }
  void forget_replace(const char* for_what) {
    if (made_.replace) warn_of_conflict(kReplace, for_what);
    made_.replace.reset();
  }
  void warn_of_conflict(const std::string& name, const std::string& for_what) {
    notes_.say("warning: options " + name + " and " + for_what +
               " are mutually exclusive, ignoring previous " + name + " value");
  }

  /// `most` 0: as many as one likes. -s is moved to its bounds, everything else is refused.
  bool set_number(char letter, const std::string& text, std::uint64_t most, std::uint64_t& into) {
    const bool is_bounded = letter == 's';
    char* end = nullptr;
    const long value = std::strtol(text.c_str(), &end, 10);
    if (end == text.c_str() || *end != '\0') {
      notes_.say("invalid number \"" + text + "\" for -" + letter + " option");
      notes_.ask_for_help();
      return false;
    }
    const long least = letter == 'P' ? 0 : 1;
    if (value < least) {
      say_bound(value, letter, ">=", least);
      into = static_cast<std::uint64_t>(least);
    } else {
      into = static_cast<std::uint64_t>(value);
      if (most == 0 || into <= most) return true;
      say_bound(value, letter, "<=", static_cast<long>(most));
      into = most;
    }
    if (!is_bounded) notes_.ask_for_help();
    return is_bounded;
  }

  void say_bound(long value, char letter, const char* relation, long bound) {
    notes_.say("value " + std::to_string(value) + " for -" + letter + " option should be " +
               relation + " " + std::to_string(bound));
  }

  OptionWords words_;
  const ArgumentSpace& space_;
  XargsNotes& notes_;
  XargsOptions made_;
};

}  // namespace

std::uint64_t ArgumentSpace::largest_command() const {
  const std::uint64_t taken = environment_bytes + kHeadroom;
  return arg_max > taken ? arg_max - taken : 0;
}

XargsRequest parse_xargs(std::span<const std::string> words, const ArgumentSpace& space,
                         XargsNotes& notes) {
  return Parser(words, space, notes).run();
}

std::string xargs_limits(const ArgumentSpace& space, std::uint64_t max_chars) {
  const std::uint64_t largest = space.largest_command();
  const std::uint64_t usable = largest - std::min(largest, space.environment_bytes);
  const auto line = [](const std::string& what, std::uint64_t number, const char* unit = "") {
    return what + " " + std::to_string(number) + unit + "\n";
  };
  return line("Your environment variables take up", space.environment_bytes, " bytes") +
         line("POSIX upper limit on argument length (this system):", largest) +
         line("POSIX smallest allowable upper limit on argument length (all systems):", 4096) +
         line("Maximum length of command we could actually use:", usable) +
         line("Size of command buffer we are actually using:", max_chars) +
         line("Maximum parallelism (--max-procs must be no greater):",
              static_cast<std::uint64_t>(kMostProcesses));
}

}  // namespace fanout
