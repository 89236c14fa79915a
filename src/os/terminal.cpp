#include "os/terminal.hpp"

#include <fcntl.h>

#include "os/fd.hpp"

namespace fanout {

bool has_terminal() {
  const Fd terminal(::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY));
  return terminal.is_open();
}

}  // namespace fanout
