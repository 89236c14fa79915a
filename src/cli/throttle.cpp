#include "cli/throttle.hpp"

#include <string>
#include <utility>

#include "os/cpus.hpp"
#include "os/descriptor_limit.hpp"
#include "os/resource_limit.hpp"

namespace fanout {
namespace {

CapacityLimits limits_of(const Settings& settings) {
  CapacityLimits limits;
  if (settings.load) limits.load = settings.load->resolve(usable_processors());
  limits.memory = settings.memfree;
  return limits;
}

/// Otherwise every single job would fail.
Result<void> check_priority(const ProcessTerms& terms) {
  const int nice = terms.nice.value_or(0);
  if (nice >= 0) return {};
  const Result<void> may = check_nice(nice);
  if (may) return {};
  return Error{may.error().kind,
               "jobs cannot have nice " + std::to_string(nice) + ": " + may.error().message};
}

}  // namespace

Result<std::unique_ptr<Throttle>> Throttle::open(const RunRequest& request, Machine& machine,
                                                 ByteWriter& err) {
  std::unique_ptr<Throttle> throttle(new Throttle(err));
  if (request.mode == Mode::dry_run) return throttle;
  if (Result<void> may = check_priority(request.settings.terms); !may) return may.error();
  const CapacityLimits limits = limits_of(request.settings);
  if (limits.are_any()) {
    auto watch = CapacityWatch::open(machine.loop(), machine.inbox(), limits);
    if (!watch) return std::move(watch).error();
    throttle->capacity_ = std::move(*watch);
  }
  if (request.workers_file) {
    const auto on_change = [&machine,
                            is_fed = request.lender != nullptr](const WorkerLimit& wanted) {
      const std::uint32_t workers = wanted.resolve(usable_processors());
      make_descriptors_for(workers, is_fed);
      machine.inbox().push(WorkersChanged{WorkersChanged::How::to, workers});
    };
    throttle->workers_ = std::make_unique<WorkersFile>(machine.loop(), *request.workers_file,
                                                       throttle->people_, on_change);
  }
  return throttle;
}

void Throttle::prime(Scheduler& scheduler, Instant now) const {
  if (capacity_) scheduler.on(capacity_->first(), now);
}

void make_descriptors_for(std::uint32_t workers, bool is_fed) {
  constexpr std::uint64_t kOwn = 64;
  raise_descriptor_limit(kOwn + std::uint64_t{is_fed ? 5U : 3U} * workers);
}

}  // namespace fanout
