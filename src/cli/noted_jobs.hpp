// A JobSource before a JobSource: gives the same jobs, and shows each to somebody as it is read.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "fanout/source.hpp"

namespace fanout {

class NotedJobs : public JobSource {
 public:
  NotedJobs(std::unique_ptr<JobSource> inner, std::function<void(const JobSpec&)> note)
      : inner_(std::move(inner)), note_(std::move(note)) {}

  NextJob next() override {
    NextJob next = inner_->next();
    if (const auto* job = std::get_if<JobSpec>(&next)) note_(*job);
    return next;
  }
  void stop_reading() override { inner_->stop_reading(); }
  std::optional<std::uint64_t> total() const override { return inner_->total(); }

 private:
  std::unique_ptr<JobSource> inner_;
  std::function<void(const JobSpec&)> note_;
};

}  // namespace fanout
