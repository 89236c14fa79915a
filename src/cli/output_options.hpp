// The options that say how a run is shown while it goes on, beside the settings: checked against
// each other and against the form of output.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/typed_options.hpp"
#include "expand/job_text.hpp"
#include "fanout/base/result.hpp"
#include "fanout/settings.hpp"
#include "report/color.hpp"
#include "report/tag.hpp"
#include "report/visible_writer.hpp"

namespace fanout {

/// How what jobs say comes to where it goes.
enum class Delivery {
  jobs,   ///< whole jobs
  lines,  ///< whole lines, as they come
  live,   ///< by the jobs themselves
};

struct OutputOptions {
  Delivery delivery = Delivery::jobs;
  Controls controls = Controls::visible;  ///< of text on a terminal
  bool has_label_tag = false;
  std::optional<JobText> tag_text;
  std::optional<std::string> results;  ///< a directory
  ColorChoice color = ColorChoice::automatic;
  bool has_progress = false;
  std::optional<std::uint64_t> total;  ///< jobs to expect where nobody knows

  bool has_tags() const { return has_label_tag || tag_text; }
};

/// `settings` are those in force, of the manifest too.
Result<OutputOptions> output_options(const TypedOptions& typed, const Settings& settings);

/// Empty where there are none.
TagOf tag_of(const OutputOptions& options);

}  // namespace fanout
