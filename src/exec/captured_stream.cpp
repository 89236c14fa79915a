#include "exec/captured_stream.hpp"

#include <utility>
#include <variant>

#include "fanout/base/rope.hpp"

namespace fanout {
namespace {

// So much is kept of what is to be passed on: most outputs are small, and go out with all else that
// is said of their job.
constexpr std::uint64_t kLittle = std::uint64_t{64} << 10;

}  // namespace

OrFailure<Fd> CapturedStream::open(EventLoop& loop, std::function<void()> on_end) {
  auto pipe = open_pipe();
  if (auto* failure = std::get_if<SystemFailure>(&pipe)) return std::move(*failure);
  auto& [reading, writing] = std::get<Pipe>(pipe);
  auto reader = PipeReader::open(loop, std::move(reading),
                                 {[this](std::string_view bytes) { take_in(bytes); },
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

void CapturedStream::take_in(std::string_view bytes) {
  if (outlet_ == nullptr) return capture_.append(bytes);
  switch (outlet_->share) {
    case Outlet::Share::large: return pass_on_large(bytes);
    case Outlet::Share::everything: return pass_on(bytes);
  }
}

// That it cannot be written is told by whoever tells of the job.
void CapturedStream::pass_on_large(std::string_view bytes) {
  if (capture_.total_bytes() + bytes.size() <= kLittle) return capture_.append(bytes);
  if (const std::shared_ptr<const Blob> kept = capture_.take_kept()) {
    Rope rope;
    rope.refer_to({kept, 0, kept->size()});
    static_cast<void>(outlet_->to->write(std::move(rope)));
  }
  static_cast<void>(outlet_->to->write(bytes));
  capture_.count(bytes);
  pause_if_full();
}

void CapturedStream::pass_on(std::string_view bytes) {
  static_cast<void>(outlet_->to->write(bytes));
  outlet_->is_kept ? capture_.append(bytes) : capture_.count(bytes);
  pause_if_full();
}

void CapturedStream::pause_if_full() {
  if (!has_exited_ && outlet_->is_full()) reader_->pause();
}

}  // namespace fanout
