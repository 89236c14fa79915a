#include "cli/resume_command.hpp"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/await_run.hpp"
#include "cli/config.hpp"
#include "cli/detached_start.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/messages.hpp"
#include "cli/run_handle.hpp"
#include "cli/start_words.hpp"
#include "fanout/base/text.hpp"
#include "os/local_socket.hpp"
#include "os/small_file.hpp"
#include "store/control_message.hpp"

namespace fanout {
namespace {

// A command line may have megabytes, and each byte six characters.
constexpr std::size_t kLongestRecord = std::size_t{64} << 20;

Result<StartRecord> record_of(const RunDirectory& run) {
  const Result<std::string> text = read_small_file(run.start(), kLongestRecord);
  if (!text) {
    return usage_error("run " + in_quotes(run.handle()) +
                       " does not say how it was started: " + text.error().message);
  }
  Result<StartRecord> record = parse_start_record(*text);
  if (record) return record;
  return usage_error("cannot read " + in_quotes(run.start()) + ": " + record.error().message);
}

Result<void> enter(const std::string& directory) {
  std::error_code error;
  std::filesystem::current_path(directory, error);
  if (!error) return {};
  return usage_error("cannot go to where the run was started: " +
                     system_error("chdir", directory, error.value()).message);
}

/// Somebody answers there, or has the lock. A runner that was just killed may be seen for a moment.
bool is_alive(const RunDirectory& run) {
  constexpr Duration kPatience = std::chrono::seconds(1);
  auto connection = LocalConnection::open(run.socket(), kPatience);
  if (connection && connection->has_value()) {
    const ControlRequest request{ControlRequest::Wish::wait, false};
    if ((*connection)->ask(line_of(request), kPatience)) return true;
  }
  const Result<bool> is_over = await_end(run, kPatience);
  return is_over && !*is_over;  // what is wrong with the journal is told by whoever opens it
}

int resume(const TypedOptions& typed) {
  const auto refuse = [](const Error& error) { return static_cast<int>(report(error)); };
  const Result<RunDirectory> run = run_of(typed, "resume");
  if (!run) return refuse(run.error());
  if (is_alive(*run)) {
    return refuse(usage_error("run " + in_quotes(run->handle()) +
                              " goes on already: \"fanout status " + run->handle() +
                              "\" shows how far it is"));
  }
  const Result<StartRecord> record = record_of(*run);
  if (!record) return refuse(record.error());
  Result<TypedOptions> saved = parse_start_options(record->form, record->arguments);
  if (!saved) return refuse(saved.error());
  if (const auto given = typed.options.find("resume-failed"); given != typed.options.end()) {
    saved->options["resume-failed"] = given->second;
  }
  if (Result<void> entered = enter(record->directory); !entered) return refuse(entered.error());
  const BegunRun begun = begin_detached(*record, *saved, *run, DetachedRun::Kind::resumed, [] {});
  return begun.is_well ? tell_handle(*run) : begun.exit_code;
}

}  // namespace

int resume_command(const Words& words) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::resume, WordPlace::anywhere, words.arguments);
  if (!typed) return static_cast<int>(report(typed.error()));
  if (typed->has("help")) return static_cast<int>(print(command_help(CommandSet::resume)));
  return resume(*typed);
}

}  // namespace fanout
