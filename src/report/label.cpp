#include "report/label.hpp"

#include <algorithm>

#include "fanout/base/overloaded.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

/// Of an item that is a JSON object: the values of its keys, as those of columns are shown.
std::string values_of_object(const JobSpec& spec) {
  std::string values;
  if (spec.text == nullptr || !spec.text->first_names) return values;
  for (const auto& [key, value] : spec.kwargs) {
    if (spec.text->extras.find(key) || spec.text->defaults.find(key)) continue;
    if (!values.empty()) values += ' ';
    values += to_word(value);
  }
  return values;
}

std::string raw_label(const JobSpec& spec, const std::vector<std::string>& argv) {
  if (spec.name) return *spec.name;
  // The same command as all others have: only its number tells it from them.
  if (std::holds_alternative<StdinBlock>(spec.input)) {
    return "job " + std::to_string(spec.index.value + 1);
  }
  if (!spec.args.empty()) {
    std::string label;
    for (const Value& arg : spec.args) {
      if (!label.empty()) label += ' ';
      label += to_word(arg);
    }
    return label;
  }
  if (const std::string values = values_of_object(spec); !values.empty()) return values;
  const bool is_line = spec.text != nullptr && spec.text->form == CommandText::Form::line;
  return is_line && spec.kwargs.empty() ? spec.text->words.front() : shell_join(argv);
}

constexpr std::size_t kLongestReason = 100;

/// The kind as a record has it, in words.
std::string kind_in_words(const Outcome& outcome) {
  std::string words(error_kind(outcome));
  std::ranges::replace(words, '_', ' ');
  return words;
}

}  // namespace

std::string job_label(const JobRecord& record, std::size_t max_bytes) {
  return job_label(record.spec, record.argv, max_bytes);
}

std::string job_label(const JobSpec& spec, const std::vector<std::string>& argv,
                      std::size_t max_bytes) {
  const std::string label = raw_label(spec, argv);
  const bool is_blank = label.find_first_not_of(' ') == label.npos;
  return is_blank ? "\"" + label + "\"" : sanitize_short(label, max_bytes);
}

std::string short_reason(const Outcome& outcome) {
  return std::visit(
      Overloaded{
          [](const Exited& end) { return "exit " + std::to_string(end.code); },
          [](const Signaled& end) { return signal_name(end.number); },
          [](const TimedOut& end) { return kind_in_words(end); },
          [](const SpawnFailed& end) { return sanitize_short(end.message, kLongestReason); },
          [](const ParseFailed&) { return std::string("output is not JSON"); },
          [](const CaptureFailed&) { return std::string("output was cut"); },
          [](const Cancelled& end) { return kind_in_words(end); },
          [](const Lost& end) { return kind_in_words(end); },
      },
      outcome);
}

}  // namespace fanout
