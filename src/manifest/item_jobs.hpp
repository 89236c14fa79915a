// The jobs of `map`: one command, and for each job a row of arguments or several. Each job is a
// copy of a prototype with its own index, place and arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "fanout/job.hpp"
#include "fanout/source.hpp"
#include "manifest/row.hpp"

namespace fanout {

struct ItemBatch {
  enum class Count {
    at_most,  ///< the last job may get fewer
    exactly,  ///< fewer rows than a job takes are an error
  };
  /// What the command's words are for the rows of a job.
  enum class Words {
    once,
    repeated,  ///< see CommandText::row_size
  };
  /// What the command's placeholders know of the keys of a row.
  enum class Keys {
    free,
    as_in_first,  ///< see CommandText::first_names
  };

  std::size_t rows = 1;  ///< of a job; at least 1
  Count count = Count::at_most;
  Words words = Words::once;
  Keys keys = Keys::free;
};

class ItemJobs : public JobSource {
 public:
  /// The names of columns become the parameters of the prototype's command.
  ItemJobs(std::unique_ptr<RowSource> rows, const ItemBatch& batch, JobSpec prototype);

  NextJob next() override;
  void stop_reading() override;
  std::optional<std::uint64_t> total() const override;

 private:
  /// Takes what the first row tells about all of them.
  void begin(const Row& first);
  Result<void> add(Row row);
  NextJob end();
  JobSpec take();

  std::unique_ptr<RowSource> rows_;
  ItemBatch batch_;
  JobSpec prototype_;
  bool has_begun_ = false;
  bool is_stopped_ = false;
  std::optional<NextJob> ending_;  ///< how the rows ended
  Row waiting_;  ///< of those for the next job: their arguments, and where the first stands
  std::size_t waiting_rows_ = 0;
  std::uint64_t next_index_ = 0;
};

}  // namespace fanout
