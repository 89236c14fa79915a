// A JobSource before a JobSource: gives the same jobs, and counts them where nobody knows how many
// there are.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "fanout/source.hpp"

namespace fanout {

class CountedJobs : public JobSource {
 public:
  /// `expected` is what is said to come where `inner` does not know.
  CountedJobs(std::unique_ptr<JobSource> inner, std::optional<std::uint64_t> expected)
      : inner_(std::move(inner)), expected_(expected) {}

  NextJob next() override {
    NextJob next = inner_->next();
    if (std::holds_alternative<JobSpec>(next)) ++count_;
    if (std::holds_alternative<EndOfJobs>(next) || std::holds_alternative<Error>(next)) {
      is_over_ = true;
    }
    return next;
  }
  void stop_reading() override { inner_->stop_reading(); }

  /// In the end as many as there were.
  std::optional<std::uint64_t> total() const override {
    if (is_over_) return count_;
    const std::optional<std::uint64_t> known = inner_->total();
    return known ? known : expected_;
  }

 private:
  std::unique_ptr<JobSource> inner_;
  std::optional<std::uint64_t> expected_;
  std::uint64_t count_ = 0;
  bool is_over_ = false;
};

}  // namespace fanout
