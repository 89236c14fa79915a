// Rows as scripted, and short texts for them.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "manifest/fakes.hpp"
#include "manifest/row.hpp"

namespace fanout::test {

/// `["a","b"] k=1`, `not yet`, `end`, `error …`.
inline std::string describe(const NextRow& next) {
  if (const auto* error = std::get_if<Error>(&next)) return "error " + error->message;
  if (std::holds_alternative<NotYet>(next)) return "not yet";
  const auto* row = std::get_if<Row>(&next);
  if (row == nullptr) return "end";
  return json_of(row->args) + (row->kwargs.empty() ? "" : " " + text_of(row->kwargs));
}

/// Everything a source has to say, its end or its error last.
inline Texts tell_rows(RowSource& source) {
  Texts told;
  for (;;) {
    const NextRow next = source.next();
    told.push_back(describe(next));
    if (std::holds_alternative<Error>(next) || std::holds_alternative<EndOfRows>(next)) return told;
  }
}

using RowStep = std::variant<Texts, Pause, Error>;

/// Gives one step of its script a call, then the end; the line of a row is its number. After
/// stop_reading there is only the end.
class FakeRows : public RowSource {
 public:
  explicit FakeRows(std::deque<RowStep> script, Texts names = {})
      : script_(std::move(script)), names_(std::move(names)) {}

  NextRow next() override {
    REQUIRE_MESSAGE(!is_over_, "asked again after the end or an error");
    if (script_.empty() || is_stopped_) {
      is_over_ = true;
      return EndOfRows{};
    }
    RowStep step = std::move(script_.front());
    script_.pop_front();
    if (auto* error = std::get_if<Error>(&step)) {
      is_over_ = true;
      return std::move(*error);
    }
    if (std::holds_alternative<Pause>(step)) return NotYet{};
    Row row;
    for (std::string& text : std::get<Texts>(step)) {
      row.args.push_back(Value::of_string(std::move(text)));
    }
    row.origin = {std::make_shared<const std::string>("m"), ++line_, 1};
    return row;
  }
  Texts names() const override { return names_; }
  void stop_reading() override { is_stopped_ = true; }
  std::optional<std::uint64_t> total() const override {
    const auto is_row = [](const RowStep& step) { return std::holds_alternative<Texts>(step); };
    if (!std::ranges::all_of(script_, is_row)) return std::nullopt;
    return script_.size();
  }

 private:
  std::deque<RowStep> script_;
  Texts names_;
  std::uint64_t line_ = 0;
  bool is_stopped_ = false;
  bool is_over_ = false;
};

inline std::unique_ptr<RowSource> rows_of(std::deque<RowStep> script, Texts names = {}) {
  return std::make_unique<FakeRows>(std::move(script), std::move(names));
}

/// Rows of one argument each.
inline std::unique_ptr<RowSource> items_of(const Texts& items) {
  std::deque<RowStep> script;
  for (const std::string& item : items) script.emplace_back(Texts{item});
  return rows_of(std::move(script));
}

}  // namespace fanout::test
