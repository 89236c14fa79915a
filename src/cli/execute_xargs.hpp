// The wiring of `fanout xargs`: a run whose commands have fanout's own streams, from its options to
// its exit status.
#pragma once

#include <string>
#include <vector>

#include "xargs/notes.hpp"
#include "xargs/options.hpp"

namespace fanout {

/// Does not return when the run was ended by a signal: then it dies by that.
int execute_xargs(const XargsOptions& options, const ArgumentSpace& space,
                  const std::vector<std::string>& command_line, XargsNotes& notes);

}  // namespace fanout
