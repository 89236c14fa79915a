#include "cli/start_command.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/config.hpp"
#include "cli/detached_start.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/messages.hpp"
#include "cli/run_handle.hpp"
#include "cli/start_words.hpp"
#include "os/small_file.hpp"

namespace fanout {
namespace {

Result<StartRecord> record_of(StartWords split, const Words& words) {
  std::error_code error;
  StartRecord record;
  record.form = split.form;
  record.arguments = std::move(split.arguments);
  record.directory = std::filesystem::current_path(error).string();
  record.command_line = words.command_line;
  if (error) return system_error("getcwd", "", error.value());
  return record;
}

/// Half of a directory is none.
Result<RunDirectory> make_directory(const RunDirectories& runs, const StartRecord& record) {
  Result<RunDirectory> made = runs.make();
  if (!made) return made;
  if (Result<void> written = write_new_file(made->start(), to_json(record)); !written) {
    static_cast<void>(runs.remove(*made));
    return std::move(written).error();
  }
  return made;
}

int start(const StartRecord& record, const TypedOptions& typed) {
  const auto refuse = [&](const Error& error) {
    return exit_code(exit_style(typed), report(error));
  };
  const Result<RunDirectories> runs = RunDirectories::of_this_user();
  if (!runs) return refuse(runs.error());
  const Result<RunDirectory> made = make_directory(*runs, record);
  if (!made) return refuse(made.error());
  const BegunRun run = begin_detached(record, typed, *made, DetachedRun::Kind::started, [&] {
    static_cast<void>(runs->remove(*made));
  });  // what is left is no run any more
  return run.is_well ? tell_handle(*made) : run.exit_code;
}

}  // namespace

int start_command(const Words& words) {
  const Result<TypedOptions> first = parse_start_options(words.arguments);
  if (!first) return static_cast<int>(report(first.error()));
  if (first->has("help")) return static_cast<int>(print(command_help(CommandSet::start)));
  Result<StartWords> split = split_start_words(words.arguments, *first);
  if (!split) return exit_code(exit_style(*first), report(split.error()));
  Result<TypedOptions> typed = parse_start_options(split->form, split->arguments);
  if (!typed) return exit_code(exit_style(*first), report(typed.error()));
  if (typed->has("help")) return static_cast<int>(print(command_help(CommandSet::start)));
  const Result<void> checked = check_start_options(*typed);
  if (!checked) return exit_code(exit_style(*typed), report(checked.error()));
  const Result<StartRecord> record = record_of(*std::move(split), words);
  if (!record) return exit_code(exit_style(*typed), report(record.error()));
  if (!typed->has("dry-run")) return start(*record, *typed);
  typed->options.erase("durability");  // of a journal that nobody will write
  return run_here(*record, *typed, {});
}

}  // namespace fanout
