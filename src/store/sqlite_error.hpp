// What SQLite said when a call failed, with what the system said where SQLite keeps that to itself.
#pragma once

#include "fanout/base/result.hpp"

struct sqlite3;

namespace fanout {

/// Of the last call, which failed.
Error sqlite_error(sqlite3* database);

}  // namespace fanout
