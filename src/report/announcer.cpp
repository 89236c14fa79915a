#include "report/announcer.hpp"

#include <utility>

#include "fanout/base/text.hpp"
#include "report/label.hpp"

namespace fanout {
namespace {

constexpr std::size_t kLongestLabel = 100;

/// To the second once it is seconds: `0.25s`, `12s`, `1m30s`.
std::string rounded(Duration duration) {
  using namespace std::chrono;
  return duration < 10s ? format_duration(floor<milliseconds>(duration))
                        : format_duration(floor<seconds>(duration));
}

}  // namespace

Result<void> Announcer::on(const Event& event) {
  if (const auto* status = std::get_if<RunStatus>(&event)) return err_.write(this->status(*status));
  const auto* reduced = std::get_if<WorkersReduced>(&event);
  if (reduced == nullptr || std::exchange(has_told_reduction_, true)) return {};
  return err_.write("fanout: no more than " + std::to_string(reduced->workers) +
                    (reduced->workers == 1 ? " worker: " : " workers: ") +
                    sanitize(reduced->message) + "\n");
}

std::string Announcer::status(const RunStatus& status) const {
  const Summary& so_far = status.so_far;
  const std::uint64_t done = so_far.succeeded + so_far.failed + so_far.aborted;
  std::string text = "fanout: " + std::to_string(status.running.size()) + " running, " +
                     std::to_string(done) + " done, " + std::to_string(so_far.failed) +
                     " failed, after " + rounded(so_far.elapsed) + "\n";
  for (const RunStatus::Attempt& attempt : status.running) text += line(attempt);
  return text;
}

std::string Announcer::line(const RunStatus::Attempt& attempt) const {
  std::string text = "  " + rounded(attempt.elapsed);
  text += "  slot " + std::to_string(attempt.id.slot.value);
  text += "  pid " + std::to_string(process_of_(attempt.id));
  if (attempt.id.number > 1) text += "  attempt " + std::to_string(attempt.id.number);
  return text + "  " + job_label(attempt.job, kLongestLabel) + "\n";
}

}  // namespace fanout
