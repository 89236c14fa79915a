#include "cli/map_command.hpp"

#include <algorithm>
#include <utility>

#include "cli/config.hpp"
#include "cli/execute.hpp"
#include "cli/help.hpp"
#include "cli/messages.hpp"
#include "cli/resource_options.hpp"
#include "expand/expanding_source.hpp"
#include "expand/mutex_source.hpp"
#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"
#include "manifest/item_source.hpp"

namespace fanout {
namespace {

struct MapWords {
  std::vector<std::string> command;
  std::optional<std::vector<std::string>> items;  ///< those after `:::`
};

/// `:::` and its relatives in GNU parallel: an item of that name is more likely a list we do not
/// know.
bool is_list_mark(std::string_view word) {
  return word == ":::" || word == ":::+" || word == "::::" || word == "::::+";
}

Result<MapWords> split_words(const std::vector<std::string>& words) {
  const auto separator = std::ranges::find(words, ":::");
  MapWords split;
  split.command.assign(words.begin(), separator);
  if (separator != words.end()) split.items.emplace(separator + 1, words.end());
  if (split.command.empty()) return usage_error("map needs a command, then ::: and the items");
  for (const std::string& word : words) {
    const bool is_separator = separator != words.end() && &word == &*separator;
    if (is_separator || !is_list_mark(word)) continue;
    return usage_error("\"" + word +
                       "\" opens another list of items; map takes one, after ::: or from -a");
  }
  return split;
}

Result<ItemOptions> item_options(const TypedOptions& typed) {
  ItemOptions options;
  if (typed.has("null") && typed.has("delimiter")) {
    return usage_error("-0 and -d both name the end of an item: give one of them");
  }
  if (typed.has("null") || typed.has("delimiter")) {
    const std::string* delimiter = typed.value("delimiter");
    const Result<char> end =
        delimiter == nullptr ? Result<char>('\0') : parse_delimiter(*delimiter);
    if (!end) return end.error();
    options.delimiter = *end;
    options.bytes = LineReader::Bytes::exact;
    options.blank_items = ItemOptions::BlankItems::keep;
  }
  if (typed.has("keep-blank")) options.blank_items = ItemOptions::BlankItems::keep;
  if (const std::string* count = typed.value("max-args")) {
    const Result<std::uint64_t> number = parse_whole_number(*count);
    if (!number) return usage_error("--max-args: " + number.error().message);
    if (*number == 0)
      return usage_error("--max-args: \"0\" items give no command; expected 1 or more");
    options.per_command = *number;
  }
  return options;
}

/// A whole command line as one word is how other tools take it; here that needs --shell.
bool looks_like_command_line(const std::vector<std::string>& command) {
  if (command.size() != 1 || is_program(command.front())) return false;
  return command.front().find_first_of(" \t|&;<>") != std::string::npos;
}

Result<JobSpec> prototype(const TypedOptions& typed, const Settings& settings,
                          std::vector<std::string> command) {
  CommandText text;
  if (settings.shell) {
    if (command.size() != 1) {
      return usage_error("--shell takes the command line as one word, but \"" + command[1] +
                         "\" follows it");
    }
    text.form = CommandText::Form::line;
    text.shell = CommandText::Shell::always;
  } else if (looks_like_command_line(command)) {
    return usage_error("no program is called " + in_quotes(command.front()) +
                       "; a command line needs --shell, a command its words apart");
  }
  text.placeholders = settings.placeholders;
  if (const std::string* token = typed.value("replace")) {
    if (!settings.placeholders) {
      return usage_error("--replace and --no-placeholders contradict each other: give one of them");
    }
    if (token->empty()) return usage_error("--replace: an empty token stands nowhere");
    text.all_token = *token;
  }
  text.words = std::move(command);
  Result<Kwargs> extras = extras_of(typed);
  if (!extras) return std::move(extras).error();
  text.extras = std::move(*extras);
  JobSpec job;
  job.text = std::make_shared<const CommandText>(std::move(text));
  return job;
}

/// The jobs of `items`, with their commands and, where one was given, their mutexes.
Result<std::unique_ptr<JobSource>> expanded(std::unique_ptr<JobSource> items, const JobSpec& like,
                                            const std::string* mutex) {
  auto jobs = std::make_unique<ExpandingSource>(std::move(items), is_program);
  if (mutex == nullptr) return std::unique_ptr<JobSource>(std::move(jobs));
  return MutexSource::over(std::move(jobs), *mutex, *like.text);
}

/// What every job takes: what was asked for, or one of each that there is.
Result<void> plan_jobs(const TypedOptions& typed, Settings& settings, JobSpec& job) {
  Result<std::vector<Resource>> resources = resources_of(typed, {});
  if (!resources) return std::move(resources).error();
  const Result<std::optional<std::vector<Need>>> needs = needs_of(typed, *resources);
  if (!needs) return needs.error();
  settings.resources = *std::move(resources);
  JobPlan plan;
  plan.needs = needs->has_value() ? **needs : one_of_each(settings.resources);
  if (!plan.needs.empty()) job.plan = std::make_shared<const JobPlan>(std::move(plan));
  return {};
}

/// Expands the command once for items as good as any, so that a mistake in the command itself is
/// told before an item is read.
Result<void> check_command(const JobSpec& job, std::size_t per_command, const std::string* mutex) {
  constexpr std::size_t kEnough = 4096;  // nobody writes {4097}
  std::vector<std::string> items(std::min(per_command, kEnough), "item");
  auto trial =
      expanded(std::make_unique<WordSource>(std::move(items), per_command, job), job, mutex);
  if (!trial) return std::move(trial).error();
  NextJob next = (*trial)->next();
  if (auto* error = std::get_if<Error>(&next)) return std::move(*error);
  return {};
}

Result<RunRequest> map_request(const TypedOptions& typed, const Words& words) {
  RunRequest request;
  if (Result<void> applied = apply_options(request.settings, typed); !applied) {
    return applied.error();
  }
  Result<MapWords> split = split_words(typed.words);
  if (!split) return std::move(split).error();
  const Result<ItemOptions> options = item_options(typed);
  if (!options) return options.error();
  Result<JobSpec> job = prototype(typed, request.settings, std::move(split->command));
  if (!job) return std::move(job).error();
  if (Result<void> planned = plan_jobs(typed, request.settings, *job); !planned) {
    return planned.error();
  }
  const JobSpec like = *job;
  const std::string* mutex = typed.value("mutex");
  if (Result<void> checked = check_command(like, options->per_command, mutex); !checked) {
    return checked.error();
  }

  std::unique_ptr<JobSource> items;
  const std::string* file = typed.value("arg-file");
  if (split->items && file != nullptr) {
    return usage_error("items come after ::: or from -a, not from both");
  }
  if (split->items) {
    items = std::make_unique<WordSource>(std::move(*split->items), options->per_command,
                                         std::move(*job));
  } else {
    const std::string path = file == nullptr ? "-" : *file;
    Result<std::unique_ptr<InputStream>> input = InputStream::open(path);
    if (!input) return std::move(input).error();
    request.live_input = input->get();
    items = std::make_unique<ItemSource>(std::move(*input), path, *options, std::move(*job));
  }
  request.mode = typed.has("dry-run") ? Mode::dry_run : Mode::run;
  request.tag = typed.has("tag") ? Tag::item : Tag::none;
  if (request.tag == Tag::item && request.settings.output != OutputForm::text) {
    return usage_error("--tag marks the lines of -o text, and there is none");
  }
  const Result<Controls> controls = controls_of(typed, request.settings);
  if (!controls) return controls.error();
  request.controls = *controls;
  auto jobs = expanded(std::move(items), like, mutex);
  if (!jobs) return std::move(jobs).error();
  request.jobs = *std::move(jobs);
  request.command_line = words.command_line;
  return request;
}

}  // namespace

ExitCode map_command(const Words& words) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::map, WordPlace::after_options, words.arguments);
  if (!typed) return report(typed.error());
  if (typed->has("help")) return print(command_help(CommandSet::map));
  Result<RunRequest> request = map_request(*typed, words);
  if (!request) return report(request.error());
  return execute(std::move(*request));
}

}  // namespace fanout
