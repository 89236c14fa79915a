// How standard output becomes a value: --parse.
#pragma once

#include "exec/local_executor.hpp"
#include "fanout/settings.hpp"

namespace fanout {

/// Empty for Parse::text, where the output is the value.
OutputParser output_parser(Parse parse);

}  // namespace fanout
