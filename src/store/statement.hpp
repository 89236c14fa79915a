// A prepared SQL statement: its parameters are put in order, then it is run, and may be run again.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"

struct sqlite3_stmt;

namespace fanout {

class Statement {
 public:
  Statement() = default;  ///< none; only to be assigned to

  /// Each puts the next parameter, the first one after construction, reset() and run(). Texts must
  /// stay as they are until then. What could not be put is told by step() and run().
  void put(std::int64_t number);
  void put(double number);
  void put(Duration duration);  ///< seconds
  template <std::integral T>
  void put(T number) {
    put(static_cast<std::int64_t>(number));
  }
  void put_null();
  void put_text(std::string_view utf8);
  void put_blob(std::string_view bytes);
  /// A TEXT where the bytes are UTF-8 that every tool shows whole, else a BLOB.
  void put_word(std::string_view bytes);
  template <typename T>
  void put(const std::optional<T>& value) {
    value ? put(*value) : put_null();
  }

  /// Whether there is a row; its columns are good until the next call.
  Result<bool> step();
  /// To the end, and ready to be run again.
  Result<void> run();
  void reset();

  /// Columns of the row, from 0. One that has another type than was asked for is 0 or empty.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  Duration duration(int column) const;  ///< from seconds, as put() wrote it
  /// The bytes of a TEXT or a BLOB.
  std::string_view bytes(int column) const;
  std::string word(int column) const { return std::string(bytes(column)); }
  std::optional<std::uint64_t> count(int column) const;  ///< empty: null, or negative

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  void note(int code);

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int next_ = 1;
  int bind_code_ = 0;  // the first that was not SQLITE_OK
};

}  // namespace fanout
