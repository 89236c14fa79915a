// What this process is and where.
#pragma once

#include <cstdint>
#include <string>

namespace fanout {

std::int64_t own_process();

/// Empty when it is gone, or nobody may know where it is.
std::string working_directory();

}  // namespace fanout
