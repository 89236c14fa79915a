// A text with placeholders that says something of a job beside its command: a tag. What it does not
// use of the job's arguments is left out.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "expand/template.hpp"
#include "fanout/base/result.hpp"
#include "fanout/ids.hpp"
#include "fanout/job.hpp"

namespace fanout {

class JobText {
 public:
  /// `all_token` is what stands for all arguments.
  JobText(std::string text, std::string all_token)
      : text_(std::move(text)), all_token_(std::move(all_token)) {}

  /// The job must have been expanded. An error says what the job does not have.
  Result<std::string> of(const JobSpec& job, SlotNumber slot);

 private:
  Result<const Template*> template_for(const JobSpec& job);

  std::string text_;
  std::string all_token_;
  // For jobs with the text that was asked for last.
  std::shared_ptr<const CommandText> made_for_;
  std::optional<Template> made_;
};

}  // namespace fanout
