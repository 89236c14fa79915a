// Any bytes, as text: told to be UTF-8 or not, made safe to show, written as JSON and as a word
// for a shell, read as JSON. Each is read back by somebody else.
#include <nlohmann/json.hpp>
#include <variant>

#include "fanout/base/json_text.hpp"
#include "fuzz/fuzz_input.hpp"
#include "fuzz/shell_reader.hpp"
#include "manifest/json_text.hpp"
#include "report/visible_writer.hpp"

namespace fanout::fuzz {
namespace {

using nlohmann::json;
/// As far as a number may go that only has to keep its digits.
using WideJson = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                      std::uint64_t, long double>;

/// RFC 3629 by decoding, not by ranges of bytes; -1 when nothing well-formed begins there.
long code_point(std::string_view bytes, std::size_t at, std::size_t& size) {
  const auto byte = [&](std::size_t i) {
    return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U;
  };
  const unsigned first = byte(0);
  size = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  if (size <= 1) return size == 1 ? static_cast<long>(first) : -1;
  unsigned long code = first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (byte(i) >> 6 != 2) return -1;
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr unsigned long kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_good = code >= kLeast[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return is_good ? static_cast<long>(code) : -1;
}

enum class Text { not_utf8, with_controls, safe };

Text kind_of(std::string_view bytes) {
  Text kind = Text::safe;
  std::size_t size = 0;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    const long code = code_point(bytes, at, size);
    if (code < 0) return Text::not_utf8;
    if (code < 0x20 || (code >= 0x7F && code < 0xA0)) kind = Text::with_controls;
  }
  return kind;
}

void check_display(std::string_view bytes) {
  const std::string shown = sanitize(bytes);
  must(kind_of(shown) == Text::safe, "what is shown drives no terminal", {bytes, shown});
  must(kind_of(bytes) != Text::safe || shown == bytes, "plain text stays as it is", {bytes, shown});
  for (const std::size_t most : {0U, 1U, 5U, 60U}) {
    must(kind_of(sanitize_short(bytes, most)) == Text::safe, "nor does a part of it", {bytes});
  }
  must(kind_of(in_quotes(bytes)) == Text::safe, "nor does it in quotes", {bytes});
}

struct Terminal : ByteWriter {
  std::string shown;
  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override {
    shown += bytes;
    return {};
  }
};

void check_terminal(std::string_view bytes) {
  const std::string at_once = sanitize_lines(bytes);
  std::string one_line = at_once;
  std::erase_if(one_line, [](char c) { return c == '\n' || c == '\t'; });
  must(kind_of(one_line) == Text::safe, "lines drive no terminal", {bytes});
  Terminal terminal;
  VisibleWriter writer(terminal);
  must(static_cast<bool>(writer.write(bytes)), "it can be written", {});
  must(terminal.shown == at_once, "a writer shows the same", {bytes, terminal.shown, at_once});
}

std::string from_base64(std::string_view text) {
  const std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    unsigned long group = 0;
    for (std::size_t j = i; j < i + 4; ++j) {
      group = group << 6 | (text.at(j) == '=' ? 0 : digits.find(text[j]));
    }
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(group >> shift & 255);
  }
  for (std::size_t i = text.size(); i > 0 && text[i - 1] == '='; --i) bytes.pop_back();
  return bytes;
}

void check_written_json(std::string_view bytes) {
  std::string written;
  append_json_word(written, bytes);
  must(kind_of(written) == Text::safe, "JSON drives no terminal", {bytes, written});
  const json read = json::parse(written);
  const std::string back =
      is_utf8(bytes) ? read.get<std::string>() : from_base64(read.at("base64").get<std::string>());
  must(back == bytes, "JSON is read back", {bytes, written});
}

/// Our reader and the plain parser agree on what is JSON, but for what ours refuses by itself.
void check_read_json(std::string_view bytes) {
  const JsonOrFault read = read_json(bytes, {JsonReading::DuplicateKeys::accept});
  const auto* fault = std::get_if<JsonFault>(&read);
  if (fault != nullptr) {
    must(fault->offset <= bytes.size(), "a fault is in the text", {bytes, fault->message});
    must(kind_of(fault->message) == Text::safe, "a fault is safe to show", {fault->message});
    const bool is_ours = bytes.find('\0') != bytes.npos || bytes.starts_with(kByteOrderMark) ||
                         fault->message.starts_with("nested deeper");
    must(is_ours || !WideJson::accept(bytes), "only what is wrong is refused", {bytes});
    return;
  }
  const WideJson plain = WideJson::parse(bytes, nullptr, false);
  must(!plain.is_discarded(), "what is wrong is refused", {bytes});
  const std::string compact = without_blanks(bytes);
  must(WideJson::parse(compact, nullptr, false) == plain, "blanks mean nothing", {bytes, compact});
  std::string written;
  append_json(written, to_value(std::get<JsonNode>(read), bytes));
  must(WideJson::parse(written, nullptr, false) == plain, "a value is what was read", {bytes});
}

/// What `$'…'` stands for in bash, zsh, ksh and POSIX.1-2024.
std::string from_dollar_quotes(std::string_view word) {
  std::string bytes;
  for (std::size_t i = 2; i + 1 < word.size(); ++i) {
    if (word[i] != '\\') {
      bytes += word[i];
    } else if (word[++i] >= '0' && word[i] <= '7') {
      bytes += static_cast<char>(std::stoi(std::string(word.substr(i, 3)), nullptr, 8));
      i += 2;
    } else {
      constexpr std::string_view kNames = "ntr'\\";
      bytes += "\n\t\r'\\"[kNames.find(word[i])];
    }
  }
  return bytes;
}

void check_shell_word(std::string_view bytes) {
  if (bytes.find('\0') != bytes.npos) return;
  const std::string visible = shell_quote_visibly(bytes);
  must(kind_of(visible) == Text::safe, "a word can be shown", {bytes, visible});
  must(visible.starts_with("$'") ? from_dollar_quotes(visible) == bytes
                                 : visible == shell_quote(bytes),
       "and be pasted", {bytes, visible});
  const Reading word = static_cast<char16_t>(Mark::word) + literal(bytes);
  const std::string program[] = {std::string(bytes)};
  must(ShellReader::read(shell_join(program)) == word, "a program is pasted as it is", {bytes});
  const auto argument = ShellReader::read(shell_quote(bytes));
  must(argument && as_argument(*argument) == word, "so is an argument", {bytes});
}

}  // namespace
}  // namespace fanout::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanout::fuzz;
  const std::string_view bytes = Input(data, size).rest();
  must(fanout::is_utf8(bytes) == (kind_of(bytes) != Text::not_utf8), "UTF-8 is told", {bytes});
  check_display(bytes);
  check_terminal(bytes);
  check_written_json(bytes);
  check_read_json(bytes);
  check_shell_word(bytes);
  return 0;
}
