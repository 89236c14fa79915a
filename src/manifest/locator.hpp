// Turns a byte's offset in a text into the line and column a person sees.
// Columns count bytes from 1; whoever takes a byte-order mark off does so before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "fanout/job.hpp"

namespace fanout {

class Locator {
 public:
  /// `text` must outlive the locator. It begins at the given line and column of the file.
  Locator(std::shared_ptr<const std::string> file, std::string_view text,
          std::uint64_t first_line = 1, std::uint64_t first_column = 1);

  /// Cheap as long as offsets ascend; one that goes back costs a count from the beginning.
  Origin origin(std::size_t offset);

  /// A usage error that says where.
  Error error(std::size_t offset, const std::string& message);

 private:
  std::shared_ptr<const std::string> file_;
  std::string_view text_;
  std::uint64_t first_line_;
  std::uint64_t first_column_;
  std::size_t counted_ = 0;     ///< the bytes before it are counted in `line_`
  std::size_t line_begin_ = 0;  ///< where the line begins in which `counted_` lies
  std::uint64_t line_ = 0;      ///< newlines before `counted_`
};

}  // namespace fanout
