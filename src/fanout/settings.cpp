#include "fanout/settings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

template <typename Enum>
struct Named {
  std::string_view name;
  Enum value;
};

/// --on-failure: what a first failure does, in words.
constexpr Named<Halt::When> kOnFailure[] = {
    {"continue", Halt::When::never}, {"drain", Halt::When::soon}, {"kill", Halt::When::now}};
constexpr Named<OnLeak> kOnLeak[] = {{"leave", OnLeak::leave}, {"kill", OnLeak::kill}};
constexpr Named<Parse> kParse[] = {
    {"text", Parse::text}, {"json", Parse::json}, {"lines", Parse::lines}};
constexpr Named<OutputForm> kOutput[] = {{"json", OutputForm::json},
                                         {"jsonl", OutputForm::jsonl},
                                         {"text", OutputForm::text},
                                         {"values", OutputForm::values},
                                         {"none", OutputForm::none}};
constexpr Named<Order> kOrder[] = {{"input", Order::input}, {"completion", Order::completion}};
constexpr Named<ExitStyle> kExitStyle[] = {{"native", ExitStyle::native},
                                           {"parallel", ExitStyle::parallel},
                                           {"xargs", ExitStyle::xargs},
                                           {"first", ExitStyle::first},
                                           {"max", ExitStyle::max}};
constexpr Named<Backoff::Growth> kGrowth[] = {{"constant", Backoff::Growth::constant},
                                              {"exponential", Backoff::Growth::exponential}};
constexpr Named<bool> kBool[] = {{"true", true}, {"false", false}};

template <typename Enum, std::size_t N>
Result<void> set_named(Enum& target, const Named<Enum> (&table)[N], std::string_view text) {
  std::array<std::string_view, N> names;
  std::ranges::transform(table, names.begin(), &Named<Enum>::name);
  for (const Named<Enum>& entry : table) {
    if (entry.name != text) continue;
    target = entry.value;
    return {};
  }
  return usage_error(in_quotes(text) + " is not one of " + one_of(names) +
                     did_you_mean(text, names));
}

template <typename Enum, std::size_t N>
std::string_view name_in(const Named<Enum> (&table)[N], Enum value) {
  return std::ranges::find(table, value, &Named<Enum>::value)->name;
}

template <typename T, typename U>
Result<void> set_from(T& target, Result<U> parsed) {
  if (!parsed) return std::move(parsed).error();
  target = std::move(*parsed);
  return {};
}

Result<void> set_count(std::uint32_t& target, std::string_view text) {
  const Result<std::uint64_t> number = parse_whole_number(text);
  if (!number) return number.error();
  if (*number >= WorkerLimit::kUnlimited) return usage_error(in_quotes(text) + " is too large");
  target = static_cast<std::uint32_t>(*number);
  return {};
}

Result<void> set_workers(WorkerLimit& target, std::string_view text) {
  WorkerLimit limit{WorkerLimit::Unit::workers, WorkerLimit::kUnlimited};
  if (text == "unlimited") {
    target = limit;
    return {};
  }
  const bool is_percentage = text.ends_with('%');
  if (is_percentage) limit.unit = WorkerLimit::Unit::processors;
  const Result<void> counted =
      set_count(limit.amount, is_percentage ? text.substr(0, text.size() - 1) : text);
  if (!counted) {
    const std::string problem =
        is_percentage ? in_quotes(text) + " is not a whole percentage" : counted.error().message;
    return usage_error(problem + "; workers are N, N% of the processors, or unlimited");
  }
  if (is_percentage && limit.amount == 0) {
    return usage_error("\"0%\" is no worker at all; 0 is serial");
  }
  target = limit;
  return {};
}

Result<void> set_fail_fast(Settings& settings, std::string_view text) {
  bool is_on = false;
  Result<void> done = set_named(is_on, kBool, text);
  if (done && is_on) settings.halt = {Halt::When::now};
  return done;
}

Result<void> set_on_failure(Settings& settings, std::string_view text) {
  Halt halt;
  Result<void> done = set_named(halt.when, kOnFailure, text);
  if (done) settings.halt = halt;
  return done;
}

struct Setting {
  std::string_view name;
  Result<void> (*apply)(Settings&, std::string_view text);
};

constexpr Setting kSettings[] = {
    {"max_workers", [](Settings& s, std::string_view t) { return set_workers(s.max_workers, t); }},
    {"timeout",
     [](Settings& s, std::string_view t) { return set_from(s.timeout, parse_duration(t)); }},
    {"grace", [](Settings& s, std::string_view t) { return set_from(s.grace, parse_duration(t)); }},
    {"leak_timeout",
     [](Settings& s, std::string_view t) { return set_from(s.leak_timeout, parse_duration(t)); }},
    {"on_leak", [](Settings& s, std::string_view t) { return set_named(s.on_leak, kOnLeak, t); }},
    {"deadline",
     [](Settings& s, std::string_view t) { return set_from(s.deadline, parse_duration(t)); }},
    {"pause", [](Settings& s, std::string_view t) { return set_from(s.pause, parse_duration(t)); }},
    {"rate", [](Settings& s, std::string_view t) { return set_from(s.rate, parse_start_rate(t)); }},
    {"load", [](Settings& s, std::string_view t) { return set_from(s.load, parse_load_limit(t)); }},
    {"memfree", [](Settings& s, std::string_view t) { return set_from(s.memfree, parse_size(t)); }},
    {"nice", [](Settings& s, std::string_view t) { return set_nice(s.terms, t); }},
    {"limits", [](Settings& s, std::string_view t) { return set_limits(s.terms, t); }},
    {"retries", [](Settings& s, std::string_view t) { return set_count(s.retries, t); }},
    {"retry_delay",
     [](Settings& s, std::string_view t) { return set_from(s.backoff.delay, parse_duration(t)); }},
    {"backoff",
     [](Settings& s, std::string_view t) { return set_named(s.backoff.growth, kGrowth, t); }},
    {"max_retry_delay",
     [](Settings& s, std::string_view t) { return set_from(s.backoff.most, parse_duration(t)); }},
    {"jitter",
     [](Settings& s, std::string_view t) { return set_named(s.backoff.has_jitter, kBool, t); }},
    {"retry_on",
     [](Settings& s, std::string_view t) { return set_from(s.retry_on, parse_retry_on(t)); }},
    {"halt", [](Settings& s, std::string_view t) { return set_from(s.halt, parse_halt(t)); }},
    {"on_failure", set_on_failure},
    {"fail_fast", set_fail_fast},
    {"exit_status",
     [](Settings& s, std::string_view t) { return set_named(s.exit_status, kExitStyle, t); }},
    {"silent", [](Settings& s, std::string_view t) { return set_named(s.silent, kBool, t); }},
    {"shell", [](Settings& s, std::string_view t) { return set_named(s.shell, kBool, t); }},
    {"placeholders",
     [](Settings& s, std::string_view t) { return set_named(s.placeholders, kBool, t); }},
    {"parse", [](Settings& s, std::string_view t) { return set_named(s.parse, kParse, t); }},
    {"output", [](Settings& s, std::string_view t) { return set_named(s.output, kOutput, t); }},
    {"order", [](Settings& s, std::string_view t) { return set_named(s.order, kOrder, t); }},
    {"replace_failed",
     [](Settings& s, std::string_view t) -> Result<void> {
       s.replace_failed = std::string(t);
       return {};
     }},
    {"capture", [](Settings& s, std::string_view t) { return set_from(s.capture, parse_size(t)); }},
};

constexpr auto kSettingNames = [] {
  std::array<std::string_view, std::size(kSettings)> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kSettings[i].name;
  return names;
}();

}  // namespace

std::uint32_t WorkerLimit::resolve(std::uint32_t processors) const {
  if (unit == Unit::workers) return std::max(amount, 1U);
  const std::uint64_t workers = std::uint64_t{processors} * amount / 100;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(workers, 1, kUnlimited - 1));
}

Result<void> apply_setting(Settings& settings, std::string_view name, std::string_view text) {
  const auto* setting = std::ranges::find(kSettings, name, &Setting::name);
  assert(setting != std::end(kSettings) && "apply_setting of a name that is no setting");
  return setting->apply(settings, text);
}

bool is_setting(std::string_view name) {
  return std::ranges::find(kSettingNames, name) != kSettingNames.end();
}

std::span<const std::string_view> setting_names() {
  return kSettingNames;
}

std::string_view name_of(OnLeak value) {
  return name_in(kOnLeak, value);
}
std::string_view name_of(Parse value) {
  return name_in(kParse, value);
}
std::string_view name_of(OutputForm value) {
  return name_in(kOutput, value);
}
std::string_view name_of(ExitStyle value) {
  return name_in(kExitStyle, value);
}
std::string_view name_of(Backoff::Growth value) {
  return name_in(kGrowth, value);
}

}  // namespace fanout
