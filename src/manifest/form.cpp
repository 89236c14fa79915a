#include "manifest/form.hpp"

#include <algorithm>
#include <string_view>
#include <variant>

#include "manifest/document.hpp"
#include "manifest/json_extent.hpp"
#include "manifest/locator.hpp"

namespace fanout {
namespace {

enum class Found { nothing_more, byte };

/// Fills until there is a byte at or after `at` that is not blank, and moves `at` to it.
Result<Found> find_byte(LineReader& lines, std::size_t& at) {
  for (;;) {
    const std::string_view text = lines.unread();
    at = std::min(text.find_first_not_of(kJsonBlanks, at), text.size());
    if (at < text.size()) return Found::byte;
    const Result<ByteSource::State> state = lines.fill();
    if (!state) return state.error();
    if (*state == ByteSource::State::end && lines.unread().size() == at) {
      return Found::nothing_more;
    }
  }
}

/// Fills until the object that the input begins with is complete; its end, or that of the input.
Result<std::size_t> find_object_end(LineReader& lines) {
  ContainerEnd container;
  for (;;) {
    if (const auto end = container.find_in(lines.unread())) return *end;
    const Result<ByteSource::State> state = lines.fill();
    if (!state) return state.error();
    if (*state != ByteSource::State::end) continue;
    return container.find_in(lines.unread()).value_or(lines.unread().size());
  }
}

Result<InputForm> form_of_array(LineReader& lines, std::size_t bracket) {
  std::size_t at = bracket + 1;
  const Result<Found> found = find_byte(lines, at);
  if (!found) return found.error();
  if (*found == Found::nothing_more) return InputForm{InputForm::Kind::document, {}};
  const char first = lines.unread()[at];
  const bool is_document = first == '[' || first == '{' || first == ']';
  return InputForm{is_document ? InputForm::Kind::document : InputForm::Kind::json_lines, {}};
}

Result<InputForm> form_of_object(const std::shared_ptr<const std::string>& file, LineReader& lines,
                                 std::size_t brace) {
  const Result<std::size_t> end = find_object_end(lines);
  if (!end) return end.error();
  const std::string_view text = lines.unread().substr(0, *end);
  Locator locator(file, text);
  JsonOrFault read = read_json(text, kDocumentReading);
  if (const auto* fault = std::get_if<JsonFault>(&read)) {
    return locator.error(fault->offset, fault->message);
  }
  JsonNode& root = std::get<JsonNode>(read);
  if (is_document(root)) return InputForm{InputForm::Kind::document, std::move(root)};
  if (text.find('\n', brace) == std::string_view::npos) {
    return InputForm{InputForm::Kind::json_lines, {}};
  }
  return locator.error(brace, "a document needs \"jobs\", and a JSON line stands on one line");
}

}  // namespace

Result<InputForm> find_form(const std::shared_ptr<const std::string>& file, LineReader& lines) {
  std::size_t first = 0;
  const Result<Found> found = find_byte(lines, first);
  if (!found) return found.error();
  const char byte = *found == Found::byte ? lines.unread()[first] : '\0';
  if (byte == '{') return form_of_object(file, lines, first);
  if (byte == '[') return form_of_array(lines, first);
  return InputForm{InputForm::Kind::command_lines, {}};
}

}  // namespace fanout
