// A JobSource before a JobSource: gives nothing while results pile up that nobody takes. When the
// run is being ended it gives what there is: that is recorded at once, and starts nothing.
#pragma once

#include <functional>
#include <utility>

#include "fanout/source.hpp"

namespace fanout {

class PausableSource : public JobSource {
 public:
  /// Whoever makes `is_full` false again sends an InputArrived. `inner` must outlive this.
  PausableSource(JobSource& inner, std::function<bool()> is_full)
      : inner_(inner), is_full_(std::move(is_full)) {}

  NextJob next() override { return !is_stopped_ && is_full_() ? NextJob(NotYet{}) : inner_.next(); }
  void stop_reading() override {
    is_stopped_ = true;
    inner_.stop_reading();
  }
  std::optional<std::uint64_t> total() const override { return inner_.total(); }

 private:
  JobSource& inner_;
  std::function<bool()> is_full_;
  bool is_stopped_ = false;
};

}  // namespace fanout
