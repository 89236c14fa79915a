#include "os/standard_streams.hpp"

#include <fcntl.h>

#include <cerrno>
#include <initializer_list>

namespace fanout {

void keep_standard_streams_apart() {
  for (const int number : {kStandardInput, kStandardOutput, kStandardError}) {
    if (::fcntl(number, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free number is this one. Input cannot be read and output not written, so that
    // what would come from nowhere or go there is an error. Not close-on-exec: it stands for the
    // missing one.
    const int opened = ::open("/dev/null", number == kStandardInput ? O_WRONLY : O_RDONLY);
    if (opened == -1) return;  // without /dev/null we go on as we were started
  }
}

}  // namespace fanout
