// A JobSource before a JobSource: gives the same jobs, with their keyword arguments merged and
// their command made. An error names the place in the input where the job stands.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

#include "expand/command_line.hpp"
#include "expand/template.hpp"
#include "fanout/source.hpp"

namespace fanout {

class ExpandingSource : public JobSource {
 public:
  ExpandingSource(std::unique_ptr<JobSource> inner, IsProgram is_program);

  NextJob next() override;
  void stop_reading() override { inner_->stop_reading(); }
  std::optional<std::uint64_t> total() const override { return inner_->total(); }

 private:
  /// A template holds on to its text, so the address cannot come to mean another one.
  struct Parsed {
    const CommandText* text = nullptr;
    std::optional<Template> made;
  };

  Result<void> expand(JobSpec& spec);
  Result<void> expand_with(const Template& made, JobSpec& spec) const;
  Result<const Template*> shared_template(const std::shared_ptr<const CommandText>& text);

  std::unique_ptr<JobSource> inner_;
  IsProgram is_program_;
  std::array<Parsed, 16> cache_;
  std::size_t oldest_ = 0;
};

}  // namespace fanout
