#include "os/terminal.hpp"

#include <unistd.h>

namespace fanout {

bool owns_terminal() {
  return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

}  // namespace fanout
