#include "cli/journal_options.hpp"

#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

template <typename T, std::size_t N>
Result<T> choose(const std::string& option, const std::string& text,
                 const std::array<std::pair<std::string_view, T>, N>& choices) {
  std::array<std::string_view, N> names;
  for (std::size_t i = 0; i < N; ++i) {
    if (text == choices[i].first) return choices[i].second;
    names[i] = choices[i].first;
  }
  return usage_error("--" + option + ": " + in_quotes(text) + " is not one of " + one_of(names) +
                     did_you_mean(text, names));
}

Result<void> check(const TypedOptions& typed) {
  if (typed.has("journal") && typed.has("resume")) {
    return usage_error("--resume records in the same file, --journal begins one: give one of them");
  }
  if (typed.has("resume-failed") && !typed.has("resume")) {
    return usage_error("--resume-failed is about the jobs of --resume FILE, which was not given");
  }
  if (typed.has("durability") && !typed.has("resume") && !typed.has("journal")) {
    return usage_error("--durability is about a journal, and there is none; add --journal FILE");
  }
  if (typed.has("resume") && typed.has("dry-run")) {
    return usage_error(
        "--dry-run reads no journal, and would show jobs that --resume does not run; leave out one "
        "of"
        " them");
  }
  // Who gets which blocks is chance, so no job could be recognised.
  if (typed.has("resume") && typed.has("round-robin")) {
    return usage_error(
        "--resume recognises jobs by their input, and with --round-robin none has one"
        " of its own; leave out --round-robin");
  }
  return {};
}

/// A runner that died before anything was recorded has left an empty file, or none.
bool is_begun(const std::string& journal) {
  std::error_code error;
  const auto size = std::filesystem::file_size(journal, error);
  return !error && size > 0;
}

/// Which file, and what for.
JournalRequest place_of(const TypedOptions& typed, const std::optional<DetachedRun>& detached) {
  JournalRequest request;
  if (detached) {
    request.path = detached->directory.journal();
    request.is_resume = detached->kind == DetachedRun::Kind::resumed && is_begun(request.path);
    return request;
  }
  request.is_resume = typed.has("resume");
  request.path = *typed.value(request.is_resume ? "resume" : "journal");
  return request;
}

}  // namespace

Result<std::optional<JournalRequest>> journal_request(const TypedOptions& typed,
                                                      const std::optional<DetachedRun>& detached) {
  if (!detached) {
    if (Result<void> checked = check(typed); !checked) return checked.error();
    if (!typed.has("resume") && !typed.has("journal")) return std::optional<JournalRequest>();
  }
  JournalRequest request = place_of(typed, detached);
  if (const std::string* text = typed.value("resume-failed")) {
    constexpr std::array<std::pair<std::string_view, bool>, 2> kChoices{
        {{"yes", true}, {"no", false}}};
    const Result<bool> choice = choose("resume-failed", *text, kChoices);
    if (!choice) return choice.error();
    request.runs_failed_again = *choice;
  }
  if (const std::string* text = typed.value("durability")) {
    constexpr std::array<std::pair<std::string_view, Durability>, 3> kLevels{
        {{"off", Durability::off}, {"normal", Durability::normal}, {"full", Durability::full}}};
    const Result<Durability> level = choose("durability", *text, kLevels);
    if (!level) return level.error();
    request.durability = *level;
  }
  return std::optional(std::move(request));
}

}  // namespace fanout
