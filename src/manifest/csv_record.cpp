#include "manifest/csv_record.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fanout {

std::optional<CsvRecord::Fault> CsvRecord::add(std::string_view line) {
  open_quote_.reset();
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    switch (state_) {
      case State::field_begin:
        if (c == '"') {
          state_ = State::quoted;
          open_quote_ = at;
          break;
        }
        state_ = State::plain;
        [[fallthrough]];
      case State::plain: {
        const std::size_t end = std::min(line.find_first_of(",\"", at), line.size());
        field_ += line.substr(at, end - at);
        if (end < line.size() && line[end] == '"') {
          return Fault{end,
                       "a quote inside of a field that does not begin with one: put the field "
                       "in quotes and double this one"};
        }
        if (end < line.size()) end_field();
        at = end;
        break;
      }
      case State::quoted: {
        const std::size_t end = std::min(line.find('"', at), line.size());
        field_ += line.substr(at, end - at);
        if (end < line.size()) state_ = State::after_quote;
        at = end;
        break;
      }
      case State::after_quote:
        if (c == '"') {
          field_ += c;
          state_ = State::quoted;
        } else if (c == ',') {
          end_field();
        } else {
          return Fault{at,
                       "expected a comma or the end of the record after the closing quote "
                       "(a quote inside of quotes is doubled)"};
        }
        break;
    }
  }
  if (state_ != State::quoted) end_field();
  return std::nullopt;
}

void CsvRecord::end_field() {
  fields_.push_back(Value::of_string(std::exchange(field_, {})));
  state_ = State::field_begin;
}

std::vector<Value> CsvRecord::take() {
  assert(!is_open() && "a record was taken before its end");
  return std::exchange(fields_, {});
}

}  // namespace fanout
