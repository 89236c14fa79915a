// Terminals: what is shown on one, the one that a child with fanout's own streams gets, and who is
// in its foreground and so gets what is typed (tcsetpgrp(3)).
#pragma once

#include <sys/types.h>

#include <cstddef>

#include "os/fd.hpp"

namespace fanout {

bool is_terminal(int fd);

/// Its columns at this moment; 80 where it does not say.
std::size_t terminal_width(int fd);

/// Nobody else has its foreground: what is typed there goes to us, or it is not our controlling
/// one.
bool is_in_foreground_of(int fd);

/// There is a controlling one, whatever standard input is, and whether or not we are in its
/// foreground.
bool has_terminal();

/// Our place in the foreground, if we were in it when this was made. A background process that
/// ignores SIGTTOU can take it, and what is typed then, ^C too, goes to that one.
class Foreground {
 public:
  Foreground();

  /// Takes it back from that group, if it is the one that has it.
  void take_back_from(pid_t group) const;

 private:
  Fd terminal_;  // closed when it was not ours
};

}  // namespace fanout
