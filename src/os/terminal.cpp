#include "os/terminal.hpp"

#include <unistd.h>

#include "os/signals.hpp"

namespace fanout {

bool owns_terminal() {
  return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

void take_terminal_back() {
  // With SIGTTOU blocked a background process may do this; otherwise it would be stopped for it.
  const SignalsBlocked blocked;
  ::tcsetpgrp(STDIN_FILENO, ::getpgrp());  // fails when the terminal is gone: nothing to take
}

}  // namespace fanout
