// The ways in which bytes are written into a text, for bytes that come in chunks.
#pragma once

#include <string>
#include <string_view>

namespace fanout {

/// How bytes stand in a text.
struct Encoding {
  enum class Form {
    raw,
    json,    ///< as inside of a JSON string; the bytes must be UTF-8
    base64,  ///< RFC 4648 section 4, padded
    tagged,  ///< every line with `tag` before it; a last line without its newline gets one
  };
  Form form = Form::raw;
  std::string tag;
};

/// Encodes one run of bytes that comes in chunks.
class Encoder {
 public:
  /// The encoding is borrowed.
  explicit Encoder(const Encoding& encoding) : encoding_(&encoding) {}

  /// For base64 all chunks but the last must be multiples of three.
  void add(std::string& out, std::string_view bytes);
  void finish(std::string& out);

 private:
  void add_escaped(std::string& out, std::string_view bytes);
  void add_lines(std::string& out, std::string_view bytes);

  const Encoding* encoding_;
  bool is_in_line_ = false;
  bool is_cut_ = false;
};

}  // namespace fanout
