#include "fanout/retry.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"
#include "fanout/outcome.hpp"

namespace fanout {
namespace {

constexpr std::array<std::string_view, 3> kWords{"exit", "signal", "timeout"};
constexpr std::string_view kSignalPrefix = "signal:";
const RetryOn kEverything;

Error refusal(std::string_view entry, const std::string& problem) {
  return usage_error(in_quotes(entry) + " " + problem);
}

std::optional<std::size_t> exit_code_in(std::string_view text) {
  const Result<std::uint64_t> number = parse_whole_number(text);
  if (!number || *number >= kEverything.codes.size()) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

/// `N` or `N-M`.
Result<void> add_codes(RetryOn& ends, std::string_view entry) {
  const std::size_t dash = entry.find('-');
  const std::optional<std::size_t> first = exit_code_in(entry.substr(0, dash));
  const std::optional<std::size_t> last =
      dash == entry.npos ? first : exit_code_in(entry.substr(dash + 1));
  if (!first || !last) {
    return refusal(entry, "is no exit code; expected codes from 1 to 255, ranges such as 64-78, " +
                              one_of(kWords) + did_you_mean(entry, kWords));
  }
  if (*first == 0) return refusal(entry, "has the exit code 0, which is a success");
  if (*first > *last) return refusal(entry, "ends before it begins");
  for (std::size_t code = *first; code <= *last; ++code) ends.codes.set(code);
  return {};
}

Result<void> add_entry(RetryOn& ends, std::string_view entry) {
  if (entry == "exit") {
    ends.codes = kEverything.codes;
  } else if (entry == "signal") {
    ends.signals = kEverything.signals;
  } else if (entry == "timeout") {
    ends.timeout = true;
  } else if (entry.starts_with(kSignalPrefix)) {
    const std::optional<int> number = signal_number(entry.substr(kSignalPrefix.size()));
    if (!number) return refusal(entry, "names no signal; expected a name such as signal:SIGKILL");
    ends.signals.set(static_cast<std::size_t>(*number));
  } else {
    return add_codes(ends, entry);
  }
  return {};
}

void append_entry(std::string& list, const std::string& entry) {
  list += (list.empty() ? "" : ",") + entry;
}

void append_codes(std::string& list, const std::bitset<256>& codes) {
  for (std::size_t first = 1; first < codes.size(); ++first) {
    if (!codes.test(first)) continue;
    std::size_t last = first;
    while (last + 1 < codes.size() && codes.test(last + 1)) ++last;
    append_entry(list, std::to_string(first) + (last > first ? "-" + std::to_string(last) : ""));
    first = last;
  }
}

}  // namespace

Result<RetryOn> parse_retry_on(std::string_view text) {
  RetryOn ends{{}, {}, false};
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    if (Result<void> added = add_entry(ends, rest.substr(0, comma)); !added) {
      return std::move(added).error();
    }
    if (comma == rest.npos) return ends;
    rest.remove_prefix(comma + 1);
  }
}

std::string format_retry_on(const RetryOn& ends) {
  std::string list;
  if (ends.codes == kEverything.codes) {
    append_entry(list, "exit");
  } else {
    append_codes(list, ends.codes);
  }
  if (ends.signals == kEverything.signals) {
    append_entry(list, "signal");
  } else {
    for (std::size_t number = 1; number < ends.signals.size(); ++number) {
      if (!ends.signals.test(number)) continue;
      const std::string name = signal_name(static_cast<int>(number));
      const bool is_known = signal_number(name).has_value();
      append_entry(list, std::string(kSignalPrefix) + (is_known ? name : std::to_string(number)));
    }
  }
  if (ends.timeout) append_entry(list, "timeout");
  return list;
}

}  // namespace fanout
