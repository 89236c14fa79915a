// What holds a run back that is not known before it starts: how busy the machine is, and a file
// that says how many workers there shall be.
#pragma once

#include <memory>
#include <optional>

#include "cli/execute.hpp"
#include "cli/machine.hpp"
#include "cli/workers_file.hpp"
#include "exec/capacity_watch.hpp"
#include "fanout/base/bytes.hpp"
#include "report/people_writer.hpp"
#include "sched/scheduler.hpp"

namespace fanout {

class Throttle {
 public:
  /// The error says what of the request this machine cannot do; nothing is to be started then. All
  /// must outlive this.
  static Result<std::unique_ptr<Throttle>> open(const RunRequest& request, Machine& machine,
                                                ByteWriter& err);

  /// Tells the scheduler what is known before the first start.
  void prime(Scheduler& scheduler, Instant now) const;

 private:
  explicit Throttle(ByteWriter& err) : people_(err) {}

  PeopleWriter people_;
  std::unique_ptr<CapacityWatch> capacity_;
  std::unique_ptr<WorkersFile> workers_;
};

/// Three descriptors for each worker, its two outputs and its pidfd, both ends of its input where
/// it takes more than one block, those of one that is being started, and our own.
void make_descriptors_for(std::uint32_t workers, bool is_fed);

}  // namespace fanout
