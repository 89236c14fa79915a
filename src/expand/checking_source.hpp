// A JobSource before a JobSource: gives the same jobs, until one has not what a text says of it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "expand/job_text.hpp"
#include "fanout/source.hpp"

namespace fanout {

class CheckingSource : public JobSource {
 public:
  /// `name` is what errors call the text.
  CheckingSource(std::unique_ptr<JobSource> inner, JobText text, std::string name)
      : inner_(std::move(inner)), text_(std::move(text)), name_(std::move(name)) {}

  NextJob next() override {
    NextJob next = inner_->next();
    const auto* job = std::get_if<JobSpec>(&next);
    if (job == nullptr) return next;
    const Result<std::string> made = text_.of(*job, SlotNumber{});
    if (made) return next;
    return Error{made.error().kind, at(job->origin, name_ + ": " + made.error().message)};
  }
  void stop_reading() override { inner_->stop_reading(); }
  std::optional<std::uint64_t> total() const override { return inner_->total(); }

 private:
  std::unique_ptr<JobSource> inner_;
  JobText text_;
  std::string name_;
};

}  // namespace fanout
