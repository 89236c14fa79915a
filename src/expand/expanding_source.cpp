#include "expand/expanding_source.hpp"

#include <algorithm>

#include <cassert>
#include <utility>
#include <variant>

namespace fanout {
namespace {

/// Whether the job will look for the program where we can look. If not, its shell does.
bool is_looked_up_here(const JobSpec& spec, std::string_view name) {
  const auto is_path = [](const EnvChange& change) { return change.first == "PATH"; };
  if (std::ranges::any_of(spec.env, is_path)) return false;
  return spec.cwd.empty() || name.starts_with('/') || name.find('/') == name.npos;
}

}  // namespace

ExpandingSource::ExpandingSource(std::unique_ptr<JobSource> inner, IsProgram is_program)
    : inner_(std::move(inner)), is_program_(std::move(is_program)) {}

NextJob ExpandingSource::next() {
  NextJob next = inner_->next();
  auto* spec = std::get_if<JobSpec>(&next);
  if (!spec) return next;
  auto expanded = expand(*spec);
  if (expanded) return next;
  Error error = std::move(expanded).error();
  error.message = at(spec->origin, error.message);
  return error;
}

Result<void> ExpandingSource::expand(JobSpec& spec) {
  assert(spec.text && "a job without a command");
  // A text that no other job has would only push the shared ones out of the cache.
  if (spec.text.use_count() == 1) {
    auto made = Template::parse(spec.text);
    if (!made) return std::move(made).error();
    return expand_with(*made, spec);
  }
  auto made = shared_template(spec.text);
  if (!made) return std::move(made).error();
  return expand_with(**made, spec);
}

Result<void> ExpandingSource::expand_with(const Template& made, JobSpec& spec) const {
  auto merged = made.merge(spec.args, std::move(spec.kwargs));
  if (!merged) return std::move(merged).error();
  spec.kwargs = *std::move(merged);
  auto command = made.expand(
      spec.args, spec.kwargs, spec.index.value + 1,
      [&](std::string_view name) { return is_looked_up_here(spec, name) && is_program_(name); });
  if (!command) return std::move(command).error();
  spec.command = *std::move(command);
  return {};
}

Result<const Template*> ExpandingSource::shared_template(
    const std::shared_ptr<const CommandText>& text) {
  for (const Parsed& parsed : cache_) {
    if (parsed.text == text.get()) return &*parsed.made;
  }
  auto made = Template::parse(text);
  if (!made) return std::move(made).error();
  Parsed& slot = cache_[oldest_];
  oldest_ = (oldest_ + 1) % cache_.size();
  slot.text = text.get();
  slot.made.emplace(*std::move(made));
  return &*slot.made;
}

}  // namespace fanout
