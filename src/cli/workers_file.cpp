#include "cli/workers_file.hpp"

#include <utility>

#include "fanout/base/text.hpp"
#include "os/small_file.hpp"

namespace fanout {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

Result<WorkerLimit> read_workers(const std::string& path) {
  const Result<std::string> text = read_small_file(path);
  if (!text) return usage_error("--workers-file: " + text.error().message);
  Settings settings;
  const Result<void> applied = apply_setting(settings, "max_workers", trimmed(*text));
  if (applied) return settings.max_workers;
  return usage_error("--workers-file: in " + in_quotes(path) + ": " + applied.error().message);
}

}  // namespace

Result<std::optional<WorkersChoice>> workers_choice(const TypedOptions& typed) {
  const std::string* path = typed.value("workers-file");
  if (path == nullptr) return std::optional<WorkersChoice>();
  if (typed.has("max-workers")) {
    return usage_error(
        "--max-workers and --workers-file both give the number of workers: give one of them");
  }
  const Result<WorkerLimit> workers = read_workers(*path);
  if (!workers) return workers.error();
  return std::optional<WorkersChoice>({*path, *workers});
}

WorkersFile::WorkersFile(EventLoop& loop, WorkersChoice choice, ByteWriter& people,
                         std::function<void(const WorkerLimit&)> on_change)
    : choice_(std::move(choice)),
      people_(people),
      on_change_(std::move(on_change)),
      watch_(loop, choice_.path, [this] { look(); }) {
  look();
}

void WorkersFile::look() {
  const Result<WorkerLimit> workers = read_workers(choice_.path);
  const std::string problem = workers ? "" : workers.error().message;
  const bool is_news = std::exchange(last_problem_, problem) != problem;
  if (!workers) {
    // That nobody can be told changes nothing about the jobs.
    const std::string line = "fanout: " + sanitize(problem) + "; the number of workers stays\n";
    if (is_news) static_cast<void>(people_.write(line));
    return;
  }
  if (*workers == choice_.workers) return;
  choice_.workers = *workers;
  on_change_(*workers);
}

}  // namespace fanout
