#include "fanout/base/encoding.hpp"

#include <utility>

#include "fanout/base/json_text.hpp"

namespace fanout {

void Encoder::add(std::string& out, std::string_view bytes) {
  switch (encoding_->form) {
    case Encoding::Form::raw: out += bytes; return;
    case Encoding::Form::json: return add_escaped(out, bytes);
    case Encoding::Form::base64: return append_base64(out, bytes);
    case Encoding::Form::tagged: return add_lines(out, bytes);
  }
}

void Encoder::add_escaped(std::string& out, std::string_view bytes) {
  constexpr char kBeginsC1 = '\xC2';  // a control character, by what the next chunk begins with
  std::string joined;
  if (is_cut_) bytes = joined.append(1, kBeginsC1).append(bytes);
  is_cut_ = bytes.ends_with(kBeginsC1);
  if (is_cut_) bytes.remove_suffix(1);
  append_json_escaped(out, bytes);
}

void Encoder::add_lines(std::string& out, std::string_view bytes) {
  while (!bytes.empty()) {
    if (!std::exchange(is_in_line_, true)) out += encoding_->tag;
    const std::size_t newline = bytes.find('\n');
    const std::size_t end = newline == bytes.npos ? bytes.size() : newline + 1;
    out += bytes.substr(0, end);
    bytes.remove_prefix(end);
    if (newline != bytes.npos) is_in_line_ = false;
  }
}

void Encoder::finish(std::string& out) {
  if (std::exchange(is_in_line_, false)) out += '\n';
}

}  // namespace fanout
