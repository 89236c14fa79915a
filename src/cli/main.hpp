// The program but for `main` itself, so that tests can link it.
#pragma once

#include <string>
#include <vector>

namespace fanout {

/// `arguments` with the name of the program first. Returns the exit code.
int fanout_main(const std::vector<std::string>& arguments);

}  // namespace fanout
