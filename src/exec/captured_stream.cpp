#include "exec/captured_stream.hpp"

#include <utility>
#include <variant>

namespace fanout {

OrFailure<Fd> CapturedStream::open(EventLoop& loop, std::function<void()> on_end) {
  auto pipe = open_pipe();
  if (auto* failure = std::get_if<SystemFailure>(&pipe)) return std::move(*failure);
  auto& [reading, writing] = std::get<Pipe>(pipe);
  auto reader = PipeReader::open(loop, std::move(reading),
                                 {[this](std::string_view bytes) { capture_.append(bytes); },
                                  [this, on_end = std::move(on_end)] {
                                    // The reader holds this function: it goes with it.
                                    const std::function<void()> then = on_end;
                                    reader_.reset();
                                    then();
                                  }});
  if (auto* failure = std::get_if<SystemFailure>(&reader)) return std::move(*failure);
  reader_.emplace(std::get<PipeReader>(std::move(reader)));
  return std::move(writing);
}

}  // namespace fanout
