#include "expand/job_text.hpp"

#include <utility>

namespace fanout {

Result<std::string> JobText::of(const JobSpec& job, SlotNumber slot) {
  const Result<const Template*> made = template_for(job);
  if (!made) return made.error();
  Result<Command> words = (*made)->words(job.args, job.kwargs, job.index.value + 1);
  if (!words) return std::move(words).error();
  std::string text;
  for (const std::string& word : argv_in_slot(std::move(*words), slot)) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

Result<const Template*> JobText::template_for(const JobSpec& job) {
  if (made_ && made_for_ == job.text) return &*made_;
  CommandText text;
  text.all_token = all_token_;
  text.words = {text_};
  text.params = job.text->params;
  text.first_names = job.text->first_names;
  Result<Template> made = Template::parse(std::make_shared<const CommandText>(std::move(text)));
  if (!made) return std::move(made).error();
  made_.emplace(std::move(*made));
  made_for_ = job.text;
  return &*made_;
}

}  // namespace fanout
