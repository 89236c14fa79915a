// The text of `fanout xargs --help`.
#pragma once

#include <string>

namespace fanout {

std::string xargs_help(const std::string& program);

}  // namespace fanout
