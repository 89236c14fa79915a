// The commands of a document as they were written: the one for all jobs, the presets, and what
// is shared between jobs. Nothing of the command line is in here.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/job.hpp"
#include "manifest/job_options.hpp"
#include "manifest/node_reader.hpp"

namespace fanout {

/// A true or false that may be left out, and where it was said.
struct Choice {
  std::optional<bool> said;
  std::size_t offset = 0;
};

/// The value of `command`: an array is an argv, a string a command line.
struct CommandWords {
  CommandText::Form form = CommandText::Form::argv;
  std::vector<std::string> words;
};

CommandWords read_command(NodeReader& in, const JsonNode& node);
Choice read_choice(NodeReader& in, const JsonNode& node);

/// A shell only reads command lines: refuses `"shell": true` beside an argv.
void check_shell(NodeReader& in, const Choice& shell, CommandText::Form form);

struct Preset {
  CommandWords command;
  std::vector<std::string> params;
  Kwargs defaults;
  Choice shell;
  Choice placeholders;
  JobOptions options;
};

std::vector<std::string> read_params(NodeReader& in, const JsonNode& node);
Preset read_preset(NodeReader& in, const JsonMember& preset);

struct Commands {
  std::optional<Preset> common;  ///< the top-level `command`
  std::map<std::string, Preset, std::less<>> presets;
  std::vector<std::string> preset_names;  ///< as they stand in the document
  Kwargs extras;
  std::vector<std::string> extra_args;
  JobOptions options;  ///< of every job
};

/// `unknown preset "chekc" (did you mean "check"?)`
std::string unknown_preset(std::string_view name, std::span<const std::string> known);

}  // namespace fanout
