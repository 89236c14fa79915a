// A CommandText, parsed once, that expands many times: arguments in, an argv out.
// Reads placeholders in the text only, never in what it inserted, and asks no file system.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "expand/command_line.hpp"
#include "expand/parsed_text.hpp"
#include "fanout/base/result.hpp"
#include "fanout/job.hpp"

namespace fanout {

class Template {
 public:
  /// Keeps `text`. An error is a mistake in the text itself, whatever the job.
  static Result<Template> parse(std::shared_ptr<const CommandText> text);

  /// Defaults < extras < `own`. Without the parameters that `args` gives by position, which beat
  /// defaults and extras; one that `own` gives as well is an error.
  Result<Kwargs> merge(const std::vector<Value>& args, Kwargs own) const;

  /// `merged` comes from merge(). `job_number` counts from 1. `is_program` decides with the
  /// characters of a command line whether it runs without a shell.
  Result<Command> expand(const std::vector<Value>& args, const Kwargs& merged,
                         std::uint64_t job_number, const IsProgram& is_program) const;

  /// The same of an argv, without what would be appended to it.
  Result<Command> words(const std::vector<Value>& args, const Kwargs& merged,
                        std::uint64_t job_number) const;

 private:
  explicit Template(ParsedText parsed) : parsed_(std::move(parsed)) {}

  ParsedText parsed_;
};

}  // namespace fanout
