// A SQLite database, open, and closed by its owner. It knows nothing of what is in it: errors say
// what SQLite said, and whoever asked names the file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "store/statement.hpp"

struct sqlite3;

namespace fanout {

class Database {
 public:
  enum class Access {
    read,   ///< while others write, and on a medium that cannot be written
    write,  ///< one that is there
  };
  /// What an error was about, as far as users do something else then.
  enum class Trouble {
    none,
    foreign,  ///< it is no database
    damaged,
    other,
  };

  static Result<Database> open(const std::string& path, Access access);

  /// Statements without results, with `;` between them.
  Result<void> run(const std::string& sql);
  /// The statement must not outlive the database.
  Result<Statement> prepare(std::string_view sql);
  Result<void> prepare(Statement& into, std::string_view sql);
  /// The first column of the first row of its results; an error when there is none.
  Result<std::int64_t> number(std::string_view sql);
  Result<std::string> text(std::string_view sql);

  /// Of the last call that failed.
  Trouble trouble() const;

  /// Nobody will find what is written: another file, or none, is where it was opened.
  bool has_moved() const;

  bool is_in_transaction() const;
  std::int64_t changes() const;  ///< rows that the last statement wrote

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  Error failure() const;

  std::unique_ptr<sqlite3, Closer> database_;
};

}  // namespace fanout
