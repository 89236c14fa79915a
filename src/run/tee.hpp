// Several sinks as one. One that fails is switched off and remembered; the others go on.
#pragma once

#include <memory>
#include <vector>

#include "fanout/sink.hpp"

namespace fanout {

class Tee : public Sink {
 public:
  void add(std::unique_ptr<Sink> sink) { sinks_.push_back({std::move(sink), true}); }

  /// The first new failure of this event, if there was one.
  Result<void> on(const Event& event) override;

  const std::vector<Error>& failures() const { return failures_; }

 private:
  struct Entry {
    std::unique_ptr<Sink> sink;
    bool is_on = true;
  };
  std::vector<Entry> sinks_;
  std::vector<Error> failures_;
};

}  // namespace fanout
