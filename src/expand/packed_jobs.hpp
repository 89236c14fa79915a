// A JobSource before a JobSource: jobs of one row each, of a command whose words are repeated for
// every row, put together to as few as a command line has room for. When the input ends, what is
// left is spread over the workers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "expand/template.hpp"
#include "fanout/source.hpp"

namespace fanout {

/// What a command line has room for.
struct CommandRoom {
  std::size_t bytes = 0;  ///< of all words, each with its end and its pointer
  std::size_t word = 0;   ///< of one of them, with its end
  std::size_t rows = 0;
};

class PackedJobs : public JobSource {
 public:
  /// `rows` gives one job a row, with CommandText::row_size set.
  PackedJobs(std::unique_ptr<JobSource> rows, const CommandRoom& room, std::size_t workers);

  NextJob next() override;
  void stop_reading() override { rows_->stop_reading(); }

 private:
  struct Part {
    std::vector<Value> args;
    Origin origin;
  };

  /// False when there is no room for it beside those that are there.
  bool add(JobSpec& row);
  /// What a row adds to a command; more than there is room for when it makes none.
  std::size_t cost_of(const JobSpec& row);
  std::optional<std::size_t> size_of(const JobSpec& job);
  JobSpec take(std::size_t parts);

  std::unique_ptr<JobSource> rows_;
  CommandRoom room_;
  std::size_t workers_;
  std::optional<Template> template_;  ///< all rows have the same command
  std::optional<std::size_t> fixed_;  ///< the size of the command without any row
  JobSpec model_;                     ///< one of the jobs
  std::deque<Part> parts_;            ///< of the next command
  std::size_t size_ = 0;              ///< of the command that they make
  std::optional<JobSpec> overflow_;   ///< the row for which there was no room
  std::optional<NextJob> ending_;     ///< how the rows ended
  std::size_t jobs_left_ = 0;         ///< then
  std::uint64_t next_index_ = 0;
};

}  // namespace fanout
