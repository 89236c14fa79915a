#include "fanout/halt.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

constexpr std::array<std::string_view, 3> kWhen{"never", "soon", "now"};
constexpr std::array<std::string_view, 3> kWhy{"fail", "success", "done"};

/// What GNU parallel took before it had words for it.
constexpr std::pair<std::string_view, std::string_view> kShort[] = {{"0", "never"},
                                                                    {"1", "soon,fail=1"},
                                                                    {"2", "now,fail=1"},
                                                                    {"-1", "soon,success=1"},
                                                                    {"-2", "now,success=1"}};

Error refusal(std::string_view text, const std::string& problem) {
  return usage_error(in_quotes(text) + " " + problem +
                     "; expected never, or WHEN,WHY=N or WHEN,WHY=N%, such as now,fail=1 or "
                     "soon,success=10%");
}

template <typename Enum>
bool find_word(Enum& into, std::span<const std::string_view> words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return false;
  into = static_cast<Enum>(found - words.begin());
  return true;
}

std::string no_such_word(std::string_view word, std::span<const std::string_view> words) {
  return "has " + in_quotes(word) + " where " + one_of(words) + " belongs" +
         did_you_mean(word, words);
}

Result<void> read_amount(Halt& halt, std::string_view text, std::string_view amount) {
  const bool is_percentage = amount.ends_with('%');
  if (is_percentage) amount.remove_suffix(1);
  const Result<std::uint64_t> number = parse_whole_number(amount);
  if (!number) return refusal(text, "has no number of jobs");
  const std::uint64_t most = is_percentage ? 100 : std::numeric_limits<std::uint32_t>::max();
  if (*number == 0 || *number > most) {
    return refusal(text, is_percentage  ? "is not between 1% and 100%"
                         : *number == 0 ? "is less than one job"
                                        : "is too many");
  }
  halt.unit = is_percentage ? Halt::Unit::percent : Halt::Unit::jobs;
  halt.amount = static_cast<std::uint32_t>(*number);
  return {};
}

}  // namespace

Result<Halt> parse_halt(std::string_view text) {
  for (const auto& [brief, meaning] : kShort) {
    if (brief == text) return parse_halt(meaning);
  }
  Halt halt;
  const std::string_view when = text.substr(0, text.find(','));
  const bool is_percentage_alone = text.ends_with('%') && when == text;
  if (is_percentage_alone) {
    halt.when = Halt::When::soon;
    const Result<void> read = read_amount(halt, text, text);
    return read ? Result<Halt>(halt) : read.error();
  }
  if (!find_word(halt.when, kWhen, when)) return refusal(text, no_such_word(when, kWhen));
  const bool has_more = when.size() < text.size();
  if (halt.when == Halt::When::never) {
    return has_more ? refusal(text, "has something after never") : Result<Halt>(halt);
  }
  if (!has_more) return refusal(text, "does not say why");
  const std::string_view rest = text.substr(when.size() + 1);
  const std::string_view why = rest.substr(0, rest.find('='));
  if (!find_word(halt.why, kWhy, why)) return refusal(text, no_such_word(why, kWhy));
  if (why.size() == rest.size()) return refusal(text, "has no number of jobs");
  const Result<void> read = read_amount(halt, text, rest.substr(why.size() + 1));
  return read ? Result<Halt>(halt) : read.error();
}

std::string format_halt(const Halt& halt) {
  const std::string when(kWhen[static_cast<std::size_t>(halt.when)]);
  if (halt.when == Halt::When::never) return when;
  return when + "," + std::string(kWhy[static_cast<std::size_t>(halt.why)]) + "=" +
         std::to_string(halt.amount) + (halt.unit == Halt::Unit::percent ? "%" : "");
}

}  // namespace fanout
