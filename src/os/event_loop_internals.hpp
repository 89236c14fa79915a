// The Asio side of EventLoop, for the sources of os only.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "os/event_loop.hpp"
#include "os/fd.hpp"

namespace fanout {

using LoopExecutor = boost::asio::io_context::executor_type;
using LoopDescriptor = boost::asio::posix::basic_stream_descriptor<LoopExecutor>;

struct EventLoop::Internals {
  // The hint leaves out the locks: there is one thread.
  boost::asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  // Without it the context would stop whenever nothing happens to be awaited.
  boost::asio::executor_work_guard<LoopExecutor> work{context.get_executor()};
  // Where readers read to before they hand a chunk on; free whenever no handler runs.
  std::array<char, 65536> buffer{};
  // No descriptor that is watched has a higher number, so there are not many more of them.
  int highest_watched = 0;

  LoopExecutor executor() { return context.get_executor(); }
};

/// Gives the descriptor to the loop. Asio makes its description non-blocking with the first wait,
/// so it must not be shared with another process. Not to be called from a handler: Asio gives the
/// state of a closed descriptor to the next one, with an event for the old that may still be
/// queued, and a wait takes any event for its own. Returns 0 or the error number.
inline int watch(EventLoop& loop, LoopDescriptor& descriptor, Fd fd) {
  boost::system::error_code error;
  descriptor.assign(fd.get(), error);
  if (error) return error.value();
  int& highest = loop.internals().highest_watched;
  highest = std::max(highest, fd.release());
  return 0;
}

}  // namespace fanout
