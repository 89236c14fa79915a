#include "run/tee.hpp"

namespace fanout {

Result<void> Tee::on(const Event& event) {
  const std::size_t known = failures_.size();
  for (Entry& entry : sinks_) {
    if (!entry.is_on) continue;
    Result<void> written = entry.sink->on(event);
    if (written) continue;
    entry.is_on = false;
    failures_.push_back(std::move(written).error());
  }
  if (failures_.size() == known) return {};
  return failures_[known];
}

}  // namespace fanout
