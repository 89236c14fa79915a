#include "report/settings_json.hpp"

#include <array>
#include <cassert>
#include <charconv>

#include "report/object_writer.hpp"

namespace fanout {
namespace {

void append_workers(ObjectWriter& object, const WorkerLimit& limit, std::uint32_t workers) {
  if (workers == WorkerLimit::kUnlimited) return object.string("max_workers", "unlimited");
  object.number("max_workers", limit.is_serial() ? 0 : workers);
}

void append_resources(std::string& out, const std::vector<Resource>& resources) {
  out += '{';
  for (const Resource& resource : resources) {
    if (&resource != &resources.front()) out += ',';
    append_json_string(out, resource.name);
    out += ':' + std::to_string(resource.count);
  }
  out += '}';
}

/// The shortest text that is read back as the same number.
std::string number_text(double number) {
  std::array<char, 400> digits;
  const auto [end, problem] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  assert(problem == std::errc() && "no double has so many digits");
  return {digits.data(), end};
}

void append_throttle(ObjectWriter& object, const Settings& settings) {
  if (settings.rate) {
    object.string("rate", format_start_rate(*settings.rate));
  } else {
    object.null("rate");
  }
  object.json("load", settings.load ? number_text(settings.load->amount) : "null");
  object.number("memfree", settings.memfree);
}

void append_terms(ObjectWriter& object, const ProcessTerms& terms) {
  object.number("nice", terms.nice.value_or(0));
  ObjectWriter limits(object.member("limits"));
  for (std::size_t i = 0; i < kProcessLimits; ++i) {
    const std::optional<std::uint64_t>& limit = terms.limits[i];
    if (!limit) continue;
    if (*limit == kNoLimit) {
      limits.string(limit_names()[i], "unlimited");
    } else {
      limits.number(limit_names()[i], *limit);
    }
  }
  limits.finish();
}

}  // namespace

std::string settings_json(const Settings& settings, std::uint32_t max_workers) {
  std::string text;
  ObjectWriter object(text);
  append_workers(object, settings.max_workers, max_workers);
  object.seconds("timeout", settings.timeout);
  object.seconds("grace", settings.grace);
  object.seconds("leak_timeout", settings.leak_timeout);
  object.string("on_leak", name_of(settings.on_leak));
  object.seconds("deadline", settings.deadline);
  object.seconds("pause", settings.pause);
  append_throttle(object, settings);
  append_terms(object, settings.terms);
  object.number("retries", settings.retries);
  object.seconds("retry_delay", settings.backoff.delay);
  object.string("backoff", name_of(settings.backoff.growth));
  object.seconds("max_retry_delay", settings.backoff.most);
  object.boolean("jitter", settings.backoff.has_jitter);
  object.string("retry_on", format_retry_on(settings.retry_on));
  object.string("halt", format_halt(settings.halt));
  object.string("exit_status", name_of(settings.exit_status));
  object.boolean("silent", settings.silent);
  object.boolean("shell", settings.shell);
  object.boolean("placeholders", settings.placeholders);
  object.string("parse", name_of(settings.parse));
  object.string("output", name_of(settings.output));
  object.string("order", settings.order == Order::input ? "input" : "completion");
  object.json("replace_failed", settings.replace_failed.value_or("null"));
  if (settings.capture) {
    object.number("capture", *settings.capture);
  } else {
    object.null("capture");
  }
  append_resources(object.member("resources"), settings.resources);
  object.finish();
  return text;
}

}  // namespace fanout
