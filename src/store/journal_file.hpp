// The file of a journal, opened to be written: a new one is made, one that is there is checked and
// made ready for another session.
#pragma once

#include <string>

#include "fanout/base/result.hpp"
#include "store/database.hpp"

namespace fanout {

enum class Durability {
  off,     ///< a commit each second, and nothing waits for it
  normal,  ///< what was shown survives a kill
  full,    ///< and a power cut
};

/// In an empty file; any other is refused and left as it is.
Result<Database> make_journal(const std::string& path, Durability durability);

/// One that nobody writes; an empty file is as good. What is no journal, newer or damaged is
/// refused and left as it is. Jobs that were running when its runner died are interrupted from now
/// on.
Result<Database> reopen_journal(const std::string& path, Durability durability);

/// "cannot write the journal "x": …"
Error writing_failed(const std::string& path, const Error& why);

}  // namespace fanout
