#include "os/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <utility>

#include "os/signals.hpp"

namespace fanout {
namespace {

Fd open_terminal() {
  return Fd(::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY));
}

}  // namespace

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

std::size_t terminal_width(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool is_in_foreground_of(int fd) {
  const pid_t group = ::tcgetpgrp(fd);
  return group == -1 || group == ::getpgrp();
}

bool has_terminal() {
  return open_terminal().is_open();
}

Foreground::Foreground() {
  Fd terminal = open_terminal();
  if (terminal.is_open() && ::tcgetpgrp(terminal.get()) == ::getpgrp()) {
    terminal_ = std::move(terminal);
  }
}

void Foreground::take_back_from(pid_t group) const {
  if (!terminal_.is_open() || ::tcgetpgrp(terminal_.get()) != group) return;
  const SignalsBlocked blocked;  // SIGTTOU would stop us: we are in the background now
  ::tcsetpgrp(terminal_.get(), ::getpgrp());
}

}  // namespace fanout
