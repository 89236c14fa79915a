// A JobSource before a JobSource: gives the same jobs, each with the mutex that a text with
// placeholders is for it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "expand/job_text.hpp"
#include "fanout/source.hpp"

namespace fanout {

class MutexSource : public JobSource {
 public:
  /// The jobs of `inner` are expanded. The text has the placeholders of `like`, but for the slot:
  /// that is not known yet.
  static Result<std::unique_ptr<JobSource>> over(std::unique_ptr<JobSource> inner,
                                                 const std::string& mutex, const CommandText& like);

  NextJob next() override;
  void stop_reading() override { inner_->stop_reading(); }
  std::optional<std::uint64_t> total() const override { return inner_->total(); }

 private:
  MutexSource(std::unique_ptr<JobSource> inner, JobText name)
      : inner_(std::move(inner)), name_(std::move(name)) {}

  std::unique_ptr<JobSource> inner_;
  JobText name_;
};

}  // namespace fanout
