// Cuts a command line into options and their values by the rules of getopt_long(3): letters in one
// word, long names abbreviated, the first word that is no option ends them. Written by hand because
// getopt prints its complaints itself and keeps its place in globals, where no test can look.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "xargs/options.hpp"

namespace fanout {

class OptionWords {
 public:
  struct Option {
    const XargsOptionSpec* spec = nullptr;
    std::optional<std::string> value;
  };

  OptionWords(std::span<const std::string> words, XargsNotes& notes)
      : words_(words), notes_(notes) {}

  /// The next one; empty at their end, or after something that is_wrong() and was said.
  std::optional<Option> next();
  bool is_wrong() const { return is_wrong_; }

  /// The words after the options.
  std::span<const std::string> rest() const { return words_.subspan(place_); }

 private:
  std::optional<Option> next_letter();
  std::optional<Option> next_name();
  const XargsOptionSpec* find_name(std::string_view name, const std::string& typed);
  std::optional<Option> wrong(const std::string& message);

  std::span<const std::string> words_;
  XargsNotes& notes_;
  std::size_t place_ = 0;
  std::size_t letter_ = 0;  ///< within the word at place_; 0: not inside one
  bool is_wrong_ = false;
};

}  // namespace fanout
