#include "exec/tail_capture.hpp"

#include <algorithm>
#include <utility>

namespace fanout {
namespace {

// So much more than asked for is kept between two cuts, for a cut moves all that stays.
constexpr std::uint64_t kLeastSlack = 65536;

}  // namespace

void TailCapture::append(std::string_view bytes) {
  output_.total_bytes += bytes.size();
  output_.bytes += bytes;
  if (output_.bytes.size() <= limit_) return;
  if (output_.bytes.size() - limit_ >= std::max(limit_, kLeastSlack)) cut();
}

Output TailCapture::take() {
  if (output_.bytes.size() > limit_) cut();
  return std::exchange(output_, Output{});
}

void TailCapture::cut() {
  output_.bytes.erase(0, output_.bytes.size() - static_cast<std::size_t>(limit_));
}

}  // namespace fanout
