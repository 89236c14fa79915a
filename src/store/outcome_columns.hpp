// How a job or an attempt ended, as columns that people can ask for, and from which the same
// Outcome is made again.
#pragma once

#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "fanout/outcome.hpp"
#include "store/statement.hpp"

namespace fanout {

/// Of the tables jobs and attempts, in the order of put_outcome() and outcome_at().
constexpr std::string_view kOutcomeColumns =
    "status, error_kind, error_message, exit_code, signal, core_dumped, errno, time_limit";
constexpr int kOutcomeColumnCount = 8;

/// Keeps the texts that were put alive; must live until the statement was run.
struct OutcomeTexts {
  std::string message;
  std::string signal;
};
void put_outcome(Statement& statement, const Outcome& outcome, OutcomeTexts& texts);

/// `prerequisite` is that of a job that waited for another in vain. An error when the columns are
/// not what put_outcome() writes: somebody changed the journal.
Result<Outcome> outcome_at(const Statement& row, int first_column, std::string prerequisite = {});

}  // namespace fanout
