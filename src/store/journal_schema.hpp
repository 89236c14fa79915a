// What a journal is on disk: a SQLite database with these tables, known by its application id, of a
// format with a number. fanout-journal(5) is about the same for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "store/database.hpp"

namespace fanout {

constexpr std::int64_t kJournalApplication = 0x464E4F54;  // "FNOT", for file(1)
constexpr std::int64_t kJournalFormat = 1;

/// Outputs and values above this are files below outputs_directory().
constexpr std::size_t kMostInside = std::size_t{64} << 10;

/// `journal.outputs`
std::string outputs_directory(const std::string& journal);

/// Whether `file` of a row of outputs is one that we would write: SESSION/JOB/STREAM, below the
/// directory whatever somebody wrote into the row.
bool is_output_file(std::string_view file);

/// Makes the tables of an empty database: all of them or nothing.
Result<void> make_tables(Database& database);

/// For those who look jobs up by content or in input order; a journal of one session needs neither.
Result<void> make_indices(Database& database);

/// Refuses with a sentence what is no journal, of a newer format, or damaged so that nothing can be
/// read of it.
Result<void> check_journal(const std::string& path, Database& database);

/// Opens what is there, and checks it. Nothing is changed.
Result<Database> open_journal(const std::string& path, Database::Access access);

/// No table is in it: whoever began to make a journal died before that.
Result<bool> is_blank(Database& database);

/// "cannot read the journal "x": …", of what the database said last; damage is called so.
Error reading_failed(const std::string& path, const Database& database, const Error& why);
Error damage(const std::string& path, const std::string& what);

}  // namespace fanout
