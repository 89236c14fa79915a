// Cuts the input of xargs into items by its own rules of quoting, as the bytes come. Takes no byte
// more than it needs for the item it gives, and says what is wrong in GNU's words.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fanout/base/bytes.hpp"
#include "fanout/source.hpp"
#include "xargs/notes.hpp"

namespace fanout {

struct ItemSyntax {
  enum class Form {
    words,      ///< ended by blanks and newlines, with quotes
    lines,      ///< ended by newlines, with quotes; blanks in front are left out
    delimited,  ///< ended by `delimiter`, every byte as it is
  };

  Form form = Form::words;
  char delimiter = '\0';
  std::optional<std::string> end_word;  ///< an item that stands for the end of the input
  std::uint64_t longest = 131071;       ///< bytes an item may have
};

class ItemReader {
 public:
  struct Item {
    std::string_view text;   ///< up to its first NUL; valid until the next call
    std::uint64_t size = 0;  ///< the bytes it has, all of them
    bool ends_line = false;  ///< for -L: the last of a line that is not continued
  };
  struct EndOfItems {};
  using Next = std::variant<Item, NotYet, EndOfItems, Error>;

  /// `notes` must outlive this.
  ItemReader(std::unique_ptr<ByteSource> source, ItemSyntax syntax, XargsNotes& notes);

  /// An Error and the end are final.
  Next next();
  void stop() { source_->stop(); }

  /// From the next item on.
  void set_longest(std::uint64_t bytes) { syntax_.longest = bytes; }

  /// The bytes that were read and belong to no item.
  std::uint64_t unused() const { return buffer_.size() - at_; }
  /// What went wrong with reading, which the items only know as their end.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  enum class State { between, inside, quoted, escaped };
  enum class Kind : std::uint8_t { ordinary, space, newline, quote, backslash, nul };
  enum class End { none, item, line };

  Next next_quoted();
  Next next_delimited();
  std::optional<Next> fill();
  std::optional<Error> take_run();
  std::optional<Error> take(char c, Kind kind, End& end);
  std::optional<Error> take_inside(char c, Kind kind, End& end);
  std::optional<Error> append(std::string_view bytes);
  Error unmatched() const;
  Next at_end();
  Next item(bool ends_line);
  Kind kind_of(char c) const { return kinds_[static_cast<unsigned char>(c)]; }

  std::unique_ptr<ByteSource> source_;
  ItemSyntax syntax_;
  XargsNotes& notes_;
  std::array<Kind, 256> kinds_{};
  std::string buffer_;
  std::size_t at_ = 0;
  std::string item_;
  State state_ = State::between;
  char quote_ = 0;
  char last_ = 0;          // the byte before, as it was written
  bool is_given_ = false;  // item_ was handed out
  bool is_first_ = true;   // of its line; one that is continued goes on
  bool is_ended_ = false;
  bool is_nul_told_ = false;
  std::optional<Error> failure_;
};

}  // namespace fanout
