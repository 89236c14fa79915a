// What xargs was asked for: values, read from the words of its command line as GNU xargs reads
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "xargs/notes.hpp"

namespace fanout {

/// How much the system takes as arguments and environment of a process.
struct ArgumentSpace {
  std::uint64_t arg_max = 0;            ///< sysconf(_SC_ARG_MAX)
  std::uint64_t environment_bytes = 0;  ///< each entry with its NUL
  std::uint64_t environment_entries = 0;

  /// The most that -s may be; 0 when the environment leaves no room.
  std::uint64_t largest_command() const;
};

struct XargsOptions {
  std::string arg_file = "-";  ///< `-`: standard input
  bool has_arg_file = false;   ///< then standard input is left to the commands
  std::optional<char> delimiter;
  std::optional<std::string> end_word;
  std::optional<std::string> replace;
  std::uint64_t max_lines = 0;  ///< 0: no limit
  std::uint64_t max_args = 0;   ///< 0: no limit
  std::uint64_t max_chars = 0;
  std::uint64_t max_procs = 1;  ///< 0: as many as possible
  std::optional<std::string> slot_variable;
  bool opens_terminal = false;
  bool asks = false;
  bool is_verbose = false;
  bool runs_without_items = true;
  bool exits_when_too_large = false;
  bool shows_limits = false;

  bool groups = false;  ///< the output of each command whole
  bool keeps_order = false;
  std::optional<std::string> report;

  std::vector<std::string> command = {"echo"};
};

struct XargsHelp {};
struct XargsVersion {};
/// It has been said why.
struct XargsRefusal {};
using XargsRequest = std::variant<XargsOptions, XargsHelp, XargsVersion, XargsRefusal>;

/// `words` are those after the program's name. Warnings and refusals are said as they are found.
XargsRequest parse_xargs(std::span<const std::string> words, const ArgumentSpace& space,
                         XargsNotes& notes);

/// One option, for the documentation's tests.
struct XargsOptionSpec {
  enum class Value { none, needed, optional };

  std::string_view name;  ///< without the dashes; empty: a letter only
  char letter = 0;        ///< or 0
  Value value = Value::none;
};
std::span<const XargsOptionSpec> xargs_options();

/// The text of --show-limits.
std::string xargs_limits(const ArgumentSpace& space, std::uint64_t max_chars);

}  // namespace fanout
