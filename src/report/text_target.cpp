#include "report/text_target.hpp"

#include <utility>

#include "fanout/base/rope.hpp"

namespace fanout {

Result<void> TextTarget::write(std::string_view bytes) {
  return error_ || bytes.empty() ? Result<void>() : keep_error(to_.write(bytes));
}

Result<void> TextTarget::write(Rope rope) {
  return error_ || rope.empty() ? Result<void>() : keep_error(to_.write(std::move(rope)));
}

Result<void> TextTarget::keep_error(Result<void> written) {
  if (!written) error_ = written.error();
  return written;
}

bool are_over(const TextTarget& out, const TextTarget& err) {
  return (out.error() && err.error()) || out.is_reader_gone() || err.is_reader_gone();
}

Result<void> errors_of(const TextTarget& out, const TextTarget& err) {
  for (const TextTarget* target : {&out, &err}) {
    if (target->error()) return *target->error();
  }
  return {};
}

}  // namespace fanout
