// A JobSource before a JobSource: gives the same jobs, each with the mutex that a text with
// placeholders is for it.
#pragma once

#include <memory>
#include <string>

#include "expand/template.hpp"
#include "fanout/source.hpp"

namespace fanout {

class MutexSource : public JobSource {
 public:
  /// The jobs of `inner` are expanded. `like` is the command, whose placeholders the text can have.
  static Result<std::unique_ptr<JobSource>> over(std::unique_ptr<JobSource> inner,
                                                 const std::string& mutex, const CommandText& like);

  NextJob next() override;
  void stop_reading() override { inner_->stop_reading(); }
  std::optional<std::uint64_t> total() const override { return inner_->total(); }

 private:
  MutexSource(std::unique_ptr<JobSource> inner, CommandText text, Template name)
      : inner_(std::move(inner)), text_(std::move(text)), name_(std::move(name)) {}

  /// The text with the names that the arguments of `like` have.
  static Result<Template> with_names(CommandText& text, const CommandText& like);
  Result<void> learn_names(const CommandText& like);
  Result<std::string> name_for(const JobSpec& job);

  std::unique_ptr<JobSource> inner_;
  CommandText text_;
  Template name_;
};

}  // namespace fanout
