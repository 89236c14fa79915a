#include "report/closing_line.hpp"

#include "report/color.hpp"
#include "report/label.hpp"

namespace fanout {
namespace {

constexpr std::size_t kLongestLabel = 60;

std::string counts(const Summary& summary) {
  const std::string of_all = " of " + std::to_string(summary.jobs);
  const std::string aborted = std::to_string(summary.aborted);
  if (summary.failed == 0) return aborted + of_all + " aborted";
  const std::string failed = std::to_string(summary.failed) + of_all + " failed";
  return summary.aborted == 0 ? failed : failed + ", " + aborted + " aborted";
}

}  // namespace

Result<void> ClosingLine::on(const Event& event) {
  if (const auto* job = std::get_if<JobFinished>(&event)) note(job->record);
  if (const auto* cancelling = std::get_if<RunCancelling>(&event)) {
    cut_by_ = cancelling->reason;
  }
  const auto* end = std::get_if<RunFinished>(&event);
  if (end == nullptr || !is_worth_saying(end->summary)) return {};
  return err_.write(line(end->summary));
}

/// Not that jobs are missing whom nobody wanted any more, or where nobody reads the results.
bool ClosingLine::is_worth_saying(const Summary& summary) const {
  using Reason = RunCancelling::Reason;
  if (cut_by_ == Reason::reader_gone || cut_by_ == Reason::success) return false;
  if (cut_by_ == Reason::done) return summary.failed > 0;
  return summary.failed + summary.aborted > 0;
}

void ClosingLine::note(const JobRecord& record) {
  const Status status = status_of(record.outcome);
  if (status == Status::succeeded) return;
  auto& named = status == Status::failed ? failed_ : aborted_;
  const std::uint64_t index = record.spec.index.value;
  if (named.size() >= kMostNames && index > named.rbegin()->first) return;
  named.emplace(index,
                job_label(record, kLongestLabel) + " (" + short_reason(record.outcome) + ")");
  if (named.size() > kMostNames) named.erase(std::prev(named.end()));
}

std::string ClosingLine::line(const Summary& summary) const {
  const auto& named = summary.failed > 0 ? failed_ : aborted_;
  const std::uint64_t all = summary.failed > 0 ? summary.failed : summary.aborted;
  std::string text = "fanout: " + in_red(counts(summary), is_colored_);
  const char* separator = ": ";
  for (const auto& [index, name] : named) {
    text += separator + name;
    separator = ", ";
  }
  if (all > named.size()) text += ", … " + std::to_string(all - named.size()) + " more";
  return text + "\n";
}

}  // namespace fanout
