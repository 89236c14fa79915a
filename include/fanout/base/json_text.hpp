// JSON strings, written. Reading JSON is the manifest's business.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fanout {

/// Appends `text` as a JSON string with its quotes. `text` must be UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// The same without the quotes: what stands between them. A text may come in any pieces.
void append_json_escaped(std::string& out, std::string_view text);

/// Appends a word that may be any bytes: a JSON string when it is UTF-8, else {"base64": "…"}.
void append_json_word(std::string& out, std::string_view bytes);

/// The same of several, as an array.
void append_json_words(std::string& out, std::span<const std::string> words);

/// Appends the base64 form (RFC 4648 section 4, padded) of `bytes`, without quotes.
/// Bytes may come in pieces when all but the last are multiples of three.
void append_base64(std::string& out, std::string_view bytes);

}  // namespace fanout
