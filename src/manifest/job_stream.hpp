// Jobs that arrive one a line, each given out as soon as its line is complete.
#pragma once

#include <memory>
#include <string>

#include "fanout/source.hpp"
#include "manifest/job_defaults.hpp"
#include "manifest/line_reader.hpp"

namespace fanout {

/// One JSON value a line; blank lines are skipped.
std::unique_ptr<JobSource> json_line_jobs(std::shared_ptr<const std::string> file, LineReader lines,
                                          const JobDefaults& defaults);

/// One command line a line; blank lines and those that begin with `#` are skipped.
std::unique_ptr<JobSource> command_line_jobs(std::shared_ptr<const std::string> file,
                                             LineReader lines, const JobDefaults& defaults);

}  // namespace fanout
