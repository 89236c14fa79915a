// One record of comma-separated values as in RFC 4180, fed line by line: a field in quotes may
// go on in the next line. Stricter than most readers: what is no such record is refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/value.hpp"

namespace fanout {

class CsvRecord {
 public:
  struct Fault {
    std::size_t offset = 0;  ///< in the line
    std::string message;
  };

  /// Takes a line without its end. After a fault the record means nothing.
  std::optional<Fault> add(std::string_view line);

  /// Whether a quote was opened and not closed: then the record goes on.
  bool is_open() const { return state_ == State::quoted; }
  /// Where in the line last added that quote stands, if it was opened there.
  std::optional<std::size_t> open_quote() const { return open_quote_; }
  /// The end of a line is a part of the field that is open.
  void add_line_end(std::string_view end) { field_ += end; }

  /// The fields; then the next record begins. Only when it is not open.
  std::vector<Value> take();

 private:
  enum class State { field_begin, plain, quoted, after_quote };

  void end_field();

  State state_ = State::field_begin;
  std::string field_;
  std::vector<Value> fields_;
  std::optional<std::size_t> open_quote_;
};

}  // namespace fanout
