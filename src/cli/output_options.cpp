#include "cli/output_options.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"
#include "report/label.hpp"

namespace fanout {
namespace {

Result<void> check_form(const TypedOptions& typed, const Settings& settings) {
  static constexpr std::pair<const char*, const char*> kOfText[] = {
      {"raw", "--raw is about the control characters of -o text, and there is none"},
      {"tag", "--tag marks the lines of -o text, and there is none"},
      {"tag-string", "--tag-string marks the lines of -o text, and there is none"},
      {"line-buffer", "--line-buffer is about the lines of -o text, and there is none"},
  };
  if (typed.has("replace-failed") && settings.output != OutputForm::values) {
    return usage_error("--replace-failed is about what -o values shows, and there is none");
  }
  if (settings.output == OutputForm::text) return {};
  for (const auto& [option, message] : kOfText) {
    if (typed.has(option)) return usage_error(message);
  }
  return {};
}

Result<void> check_live(const TypedOptions& typed, const Settings& settings) {
  if (settings.output != OutputForm::text && settings.output != OutputForm::none) {
    return usage_error(
        "--live: what jobs write themselves is in no result; it needs -o text or none");
  }
  for (const char* option : {"raw", "tag", "tag-string", "line-buffer", "results", "progress"}) {
    if (!typed.has(option)) continue;
    return usage_error("--live and --" + std::string(option) +
                       " contradict each other: fanout does not see what jobs write themselves");
  }
  const char* setting = nullptr;
  if (settings.parse != Parse::text) setting = "--parse";
  if (settings.capture) setting = "--capture";
  if (settings.order == Order::input) setting = "--order input";
  if (setting == nullptr) return {};
  return usage_error("--live and " + std::string(setting) +
                     " contradict each other: fanout does not see what jobs write themselves");
}

Result<Delivery> delivery_of(const TypedOptions& typed, const Settings& settings) {
  if (typed.has("live")) {
    if (Result<void> checked = check_live(typed, settings); !checked) return checked.error();
    return Delivery::live;
  }
  if (!typed.has("line-buffer")) return Delivery::jobs;
  if (settings.order == Order::input) {
    return usage_error(
        "--line-buffer and --order input contradict each other: lines are written as they come");
  }
  return Delivery::lines;
}

Result<void> read_tag(const TypedOptions& typed, OutputOptions& options) {
  options.has_label_tag = typed.has("tag");
  const std::string* text = typed.value("tag-string");
  if (text == nullptr) return {};
  if (options.has_label_tag) {
    return usage_error("--tag-string is --tag with a text of its own: give one of them");
  }
  const std::string* token = typed.value("replace");
  options.tag_text.emplace(*text, token == nullptr || token->empty() ? "{}" : *token);
  return {};
}

Result<void> read_watching(const TypedOptions& typed, OutputOptions& options) {
  options.has_progress = typed.has("progress");
  if (const std::string* total = typed.value("total")) {
    if (!options.has_progress) {
      return usage_error("--total is for --progress, which is not asked for");
    }
    const Result<std::uint64_t> number = parse_whole_number(*total);
    if (!number) return usage_error("--total: " + number.error().message);
    options.total = *number;
  }
  if (const std::string* color = typed.value("color")) {
    const Result<ColorChoice> choice = parse_color_choice(*color);
    if (!choice) return usage_error("--color: " + choice.error().message);
    options.color = *choice;
  }
  return {};
}

/// A tag is on one line; what it has of tabs stays.
std::string on_one_line(std::string_view tag) {
  std::string text;
  while (true) {
    const std::size_t tab = tag.find('\t');
    text += sanitize(tag.substr(0, tab));
    if (tab == tag.npos) return text;
    text += '\t';
    tag.remove_prefix(tab + 1);
  }
}

}  // namespace

Result<OutputOptions> output_options(const TypedOptions& typed, const Settings& settings) {
  OutputOptions options;
  const Result<Delivery> delivery = delivery_of(typed, settings);
  if (!delivery) return delivery.error();
  options.delivery = *delivery;
  if (Result<void> checked = check_form(typed, settings); !checked) return checked.error();
  if (Result<void> read = read_tag(typed, options); !read) return read.error();
  if (Result<void> read = read_watching(typed, options); !read) return read.error();
  if (typed.has("raw")) options.controls = Controls::raw;
  if (const std::string* directory = typed.value("results")) options.results = *directory;
  return options;
}

TagOf tag_of(const OutputOptions& options) {
  if (options.has_label_tag) {
    return [](const TaggedJob& job) { return job_label(job.spec, job.argv, kWholeLabel); };
  }
  if (!options.tag_text) return nullptr;
  // Each job was asked before, when it was read.
  return [text = std::make_shared<JobText>(*options.tag_text)](const TaggedJob& job) {
    const Result<std::string> tag = text->of(job.spec, job.slot);
    return tag ? on_one_line(*tag) : std::string();
  };
}

}  // namespace fanout
