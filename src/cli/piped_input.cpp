#include "cli/piped_input.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "cli/config.hpp"
#include "expand/parsed_text.hpp"
#include "expand/template.hpp"
#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"
#include "manifest/block_reader.hpp"
#include "manifest/block_source.hpp"

namespace fanout {
namespace {

using Supply = StdinBlock::Supply;

constexpr std::string_view kPipeOnly[] = {"block", "recend", "recstart", "round-robin"};
/// They are about items.
constexpr std::string_view kItemsOnly[] = {"keep-blank", "replace", "max-lines", "exact-args",
                                           "fill",       "colsep",  "csv",       "tsv",
                                           "jsonl",      "header",  "shuf",      "seed"};
/// Jobs that wait for each other would hold their blocks meanwhile.
constexpr std::string_view kPlans[] = {"mutex", "needs", "resource"};

Error in_option(const std::string& option, const Error& problem) {
  return {problem.kind, "--" + option + ": " + problem.message};
}

/// One or more characters, with the escapes of -d.
Result<std::string> parse_mark(const std::string& option, std::string_view text) {
  if (text.empty()) return usage_error("--" + option + ": an empty text stands everywhere");
  std::string mark;
  while (!text.empty()) {
    const std::size_t size = text.front() != '\\' ? 1 : text.substr(1).starts_with('x') ? 4 : 2;
    const Result<char> c = parse_delimiter(std::string(text.substr(0, size)));
    if (!c || (text == "\\")) {
      return usage_error("--" + option + ": " + in_quotes(text.substr(0, size)) +
                         " is no escape; expected \\n, \\t, \\r, \\0, \\\\ or \\xHH");
    }
    mark += *c;
    text.remove_prefix(size);
  }
  return mark;
}

Result<RecordBorder> border_of(const TypedOptions& typed) {
  RecordBorder border;
  const bool has_delimiter = typed.has("null") || typed.has("delimiter");
  if (has_delimiter + typed.has("recend") + (typed.has("null") && typed.has("delimiter")) > 1) {
    return usage_error("-0, -d and --recend all name the end of a record: give one of them");
  }
  if (const std::string* start = typed.value("recstart")) {
    Result<std::string> mark = parse_mark("recstart", *start);
    if (!mark) return std::move(mark).error();
    border = {"", std::move(*mark)};
  }
  if (typed.has("null")) border.end = std::string(1, '\0');
  if (const std::string* delimiter = typed.value("delimiter")) {
    const Result<char> end = parse_delimiter(*delimiter);
    if (!end) return end.error();
    border.end = *end;
  }
  if (const std::string* end = typed.value("recend")) {
    Result<std::string> mark = parse_mark("recend", *end);
    if (!mark) return std::move(mark).error();
    border.end = std::move(*mark);
  }
  return border;
}

Result<BlockLimit> limit_of(const TypedOptions& typed) {
  const std::string* size = typed.value("block");
  const std::string* count = typed.value("max-args");
  if (size != nullptr && count != nullptr) {
    return usage_error("--block and -n both say how large a block is: give one of them");
  }
  BlockLimit limit;
  if (size == nullptr && count == nullptr) return limit;
  const std::string option = size != nullptr ? "block" : "max-args";
  const Result<std::uint64_t> amount =
      size != nullptr ? parse_size(*size) : parse_whole_number(*count);
  if (!amount) return in_option(option, amount.error());
  if (*amount == 0) {
    return usage_error("--" + option + ": \"0\" would be blocks of nothing; expected 1 or more");
  }
  limit.unit = size != nullptr ? BlockLimit::Unit::bytes : BlockLimit::Unit::records;
  limit.amount = *amount;
  return limit;
}

bool is_of_item(const Placeholder& placeholder) {
  switch (placeholder.kind) {
    case Placeholder::Kind::all:
    case Placeholder::Kind::position: return true;
    case Placeholder::Kind::name:
    case Placeholder::Kind::job_number:
    case Placeholder::Kind::slot: return false;
  }
  return false;
}

/// What is wrong with the command whatever the block is, and a placeholder for an item.
Result<void> check_command(const JobSpec& job) {
  const Result<ParsedText> parsed = parse_text(job.text);
  if (!parsed) return parsed.error();
  for (const Pieces& word : parsed->words) {
    for (const Piece& piece : word) {
      if (!piece.placeholder || !is_of_item(*piece.placeholder)) continue;
      return usage_error(in_quotes(piece.text) +
                         " stands for an item, and with --pipe there is none: the block is the "
                         "standard input (--no-placeholders lets braces be)");
    }
  }
  const Result<Template> made = Template::parse(job.text);
  if (!made) return made.error();
  const Result<Kwargs> merged = made->merge({}, {});
  if (!merged) return merged.error();
  const Result<Command> command = made->expand({}, *merged, 1, is_program);
  return command ? Result<void>() : command.error();
}

/// Its name where a dry run can show how to take blocks out of it.
Result<std::shared_ptr<const std::string>> showable(const LiveInput& input, const std::string& path,
                                                    Mode mode, Supply supply) {
  if (mode == Mode::run) return std::shared_ptr<const std::string>();
  if (supply == Supply::and_more) {
    return usage_error(
        "--dry-run cannot show --round-robin: which job takes which block is found out by running");
  }
  if (path == "-" || !input.is_regular_file()) {
    return usage_error("--dry-run shows blocks of a file only: give --pipe one with -a");
  }
  return std::make_shared<const std::string>(path);
}

}  // namespace

Result<bool> is_piped(const TypedOptions& typed) {
  const auto has = [&](std::string_view option) { return typed.has(option); };
  if (!typed.has("pipe")) {
    const auto* alone = std::ranges::find_if(kPipeOnly, has);
    if (alone == std::end(kPipeOnly)) return false;
    return usage_error("--" + std::string(*alone) + " is about --pipe, which was not given");
  }
  const auto* plan = std::ranges::find_if(kPlans, has);
  if (plan != std::end(kPlans)) {
    return usage_error("--" + std::string(*plan) +
                       " and --pipe contradict each other: jobs that wait would hold their blocks "
                       "(-j says how many run at once, and {%} is a number for each)");
  }
  const auto* items = std::ranges::find_if(kItemsOnly, has);
  if (items == std::end(kItemsOnly)) return true;
  return usage_error("--" + std::string(*items) +
                     " is about items, and with --pipe there are none");
}

Result<void> piped_input(RunRequest& request, const TypedOptions& typed, JobSpec prototype) {
  const Supply supply = typed.has("round-robin") ? Supply::and_more : Supply::alone;
  if (supply == Supply::and_more && request.settings.retries > 0) {
    return usage_error(
        "--retries and --round-robin contradict each other: what a job has read is gone");
  }
  const Result<RecordBorder> border = border_of(typed);
  if (!border) return border.error();
  const Result<BlockLimit> limit = limit_of(typed);
  if (!limit) return limit.error();
  if (Result<void> checked = check_command(prototype); !checked) return checked.error();

  const auto files = typed.options.find("arg-file");
  if (files != typed.options.end() && files->second.size() > 1) {
    return usage_error("--pipe reads one file, and --arg-file names " +
                       std::to_string(files->second.size()) + ": cat them into standard input");
  }
  const std::string* file = typed.value("arg-file");
  const std::string path = file == nullptr ? "-" : *file;
  Result<std::unique_ptr<LiveInput>> input = open_input(path, request.detached);
  if (!input) return std::move(input).error();
  auto name = showable(**input, path, request.mode, supply);
  if (!name) return std::move(name).error();
  request.live_inputs.push_back(input->get());
  auto blocks = std::make_shared<BlockReader>(std::move(*input), *border, *limit, std::move(*name));
  if (supply == Supply::and_more) request.lender = blocks;
  request.jobs =
      expanded(std::make_unique<BlockSource>(std::move(blocks), supply, std::move(prototype)),
               request.shown);
  return {};
}

}  // namespace fanout
