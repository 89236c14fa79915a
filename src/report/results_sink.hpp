// `--results`: what each job said and its record, in a directory of its own.
#pragma once

#include "fanout/base/folder.hpp"
#include "fanout/run_clock.hpp"
#include "fanout/sink.hpp"
#include "report/results_places.hpp"

namespace fanout {

class ResultsSink : public Sink {
 public:
  /// Both must outlive this. `places` was shown every job.
  ResultsSink(FolderWriter& folders, ResultsPlaces& places, RunClock clock)
      : folders_(folders), places_(places), clock_(clock) {}
  Result<void> on(const Event& event) override;

 private:
  FolderWriter& folders_;
  ResultsPlaces& places_;
  RunClock clock_;
};

}  // namespace fanout
