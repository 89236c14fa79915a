// A job: what the user asked for (its text and arguments) and, once expanded, what will run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fanout/base/time.hpp"
#include "fanout/block.hpp"
#include "fanout/ids.hpp"
#include "fanout/process_terms.hpp"
#include "fanout/retry.hpp"
#include "fanout/value.hpp"

namespace fanout {

/// Where in which input something was written; line 0 means it came from the command line.
struct Origin {
  std::shared_ptr<const std::string> file;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

/// `FILE:LINE:COLUMN: message`, or just the message for what came from the command line.
std::string at(const Origin& origin, const std::string& message);

/// A command as it was written, shared by all jobs that use it.
struct CommandText {
  enum class Form {
    argv,  ///< words, executed as they stand, never through a shell
    line,  ///< one word: a command line, for the shell wherever it needs one
  };
  enum class Shell {
    when_needed,  ///< a simple command line runs directly
    always,       ///< `/bin/sh -c` whatever it looks like
  };
  /// What becomes of a job's own arguments that no placeholder stands for.
  enum class Rest {
    appended,
    appended_if_none_is_used,  ///< nothing, when the command has a placeholder for any of them
  };

  Form form = Form::argv;
  Shell shell = Shell::when_needed;
  /// False: every brace stays as it is, and arguments are only appended.
  bool placeholders = true;
  std::string all_token = "{}";  ///< what stands for all positional arguments
  std::vector<std::string> words;
  std::vector<std::string> params;  ///< names of the positional arguments
  Kwargs defaults;
  Kwargs extras;                        ///< shared by every job; the job's own win
  std::vector<std::string> extra_args;  ///< appended last, to every job
  Rest rest = Rest::appended;
  /// Not 0: positional arguments are rows of so many, and a word with a placeholder for one of them
  /// is written once for every row.
  std::size_t row_size = 0;
  /// The keyword arguments of the first job, where all of them have to have those that the command
  /// uses, or none.
  std::optional<std::vector<std::string>> first_names;
};

/// Where the number of the worker slot goes into a finished word. Digits need no quoting.
struct SlotHole {
  std::size_t word = 0;
  std::size_t offset = 0;
};

/// A command as it runs, but for the worker slot, which is known only at the start.
struct Command {
  std::vector<std::string> argv;
  std::vector<SlotHole> slot_holes;  ///< in ascending order of word and offset
};

/// The argv with the slot's number in its holes.
std::vector<std::string> argv_in_slot(Command command, SlotNumber slot);

struct NoStdin {};         ///< /dev/null
struct InheritedStdin {};  ///< fanout's own (only `call`)
struct StdinText {
  std::string bytes;
};  ///< exactly these bytes, then end of file
struct StdinFile {
  std::string path;
};  ///< relative to the caller's directory
/// A block of an input, shared because it may be large.
struct StdinBlock {
  enum class Supply {
    alone,     ///< nothing follows it
    and_more,  ///< the first of as many as the job reads
  };
  std::shared_ptr<Block> block;
  Supply supply = Supply::alone;
};
using Stdin = std::variant<NoStdin, InheritedStdin, StdinText, StdinFile, StdinBlock>;

/// Adds a variable, or removes it (nullopt).
using EnvChange = std::pair<std::string, std::optional<std::string>>;

struct JobPlan;

struct JobSpec {
  JobIndex index;
  std::optional<std::string> name;
  Origin origin;

  std::shared_ptr<const CommandText> text;
  std::vector<Value> args;  ///< positional
  Kwargs kwargs;            ///< the job's own; merged with defaults and extras by the expansion
  Command command;          ///< filled by the expansion, empty before it

  std::vector<EnvChange> env;  ///< later entries win
  std::string cwd;             ///< empty: the caller's; else relative to it
  Stdin input;
  std::optional<Duration> timeout;  ///< own values beat those of the run
  std::optional<Duration> grace;
  std::optional<std::uint32_t> retries;
  std::shared_ptr<const JobRetry> retry;      ///< null: as the run
  std::shared_ptr<const ProcessTerms> terms;  ///< null: those of the run
  std::shared_ptr<const JobPlan> plan;        ///< null: it may start whenever there is a worker
};

}  // namespace fanout
