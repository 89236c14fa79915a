// What tests of the store share: databases to write to.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <utility>

#include "store/database.hpp"

namespace fanout {

inline Database open_database(const std::string& path,
                              Database::Access access = Database::Access::write) {
  Result<Database> database = Database::open(path, access);
  REQUIRE(database);
  return *std::move(database);
}

/// A new one without tables.
inline Database blank_database(const std::string& path) {
  std::ofstream file(path);
  file.close();
  return open_database(path);
}

}  // namespace fanout
