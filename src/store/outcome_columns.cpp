#include "store/outcome_columns.hpp"

#include <optional>
#include <utility>

#include "fanout/base/number.hpp"
#include "fanout/base/overloaded.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

constexpr std::string_view kNameless = "signal ";  // of signal_name()

/// What signal_name() made of it, also where a signal has no name.
std::optional<int> number_of(std::string_view name) {
  if (!name.starts_with(kNameless)) return signal_number(name);
  const Result<std::uint64_t> number = parse_whole_number(name.substr(kNameless.size()));
  if (!number || *number > 128) return std::nullopt;
  return static_cast<int>(*number);
}

void put_status(Statement& statement, const std::optional<ExitStatus>& status,
                OutcomeTexts& texts) {
  const auto* exited = status ? std::get_if<Exited>(&*status) : nullptr;
  const auto* signaled = status ? std::get_if<Signaled>(&*status) : nullptr;
  exited != nullptr ? statement.put(exited->code) : statement.put_null();
  if (signaled == nullptr) {
    statement.put_null();
    statement.put_null();
    return;
  }
  texts.signal = signal_name(signaled->number);
  statement.put_text(texts.signal);
  statement.put(signaled->core_dumped ? 1 : 0);
}

std::optional<ExitStatus> status_at(const Statement& row, int code_column) {
  if (!row.is_null(code_column)) {
    return Exited{static_cast<int>(row.integer(code_column))};
  }
  const std::optional<int> number = number_of(row.bytes(code_column + 1));
  if (!number) return std::nullopt;
  return Signaled{*number, row.integer(code_column + 2) != 0};
}

std::optional<Cancelled::Reason> reason_of(std::string_view kind) {
  using Reason = Cancelled::Reason;
  for (const Reason reason :
       {Reason::killed, Reason::deadline, Reason::not_started, Reason::dependency}) {
    if (kind == error_kind(Cancelled{reason, std::nullopt, {}})) return reason;
  }
  return std::nullopt;
}

std::optional<Outcome> end_of_process(const ExitStatus& status) {
  return std::visit([](const auto& end) -> Outcome { return end; }, status);
}

}  // namespace

void put_outcome(Statement& statement, const Outcome& outcome, OutcomeTexts& texts) {
  const Status status = status_of(outcome);
  statement.put_text(status_name(status));
  if (status == Status::succeeded) {
    statement.put_null();
    statement.put_null();
  } else {
    texts.message = describe(outcome);
    statement.put_text(error_kind(outcome));
    statement.put_word(texts.message);
  }
  put_status(statement, exit_status(outcome), texts);
  const auto* spawn = std::get_if<SpawnFailed>(&outcome);
  spawn != nullptr ? statement.put(spawn->error_number) : statement.put_null();
  const auto* late = std::get_if<TimedOut>(&outcome);
  late != nullptr ? statement.put(late->limit) : statement.put_null();
}

Result<Outcome> outcome_at(const Statement& row, int first_column, std::string prerequisite) {
  const std::string_view kind = row.bytes(first_column + 1);
  const std::string message = row.word(first_column + 2);
  const int code_column = first_column + 3;
  const std::optional<ExitStatus> status = status_at(row, code_column);
  std::optional<Outcome> outcome;
  if (kind.empty() || kind == "exit" || kind == "signal") {
    if (status) outcome = end_of_process(*status);
  } else if (kind == "timeout") {
    if (status) outcome = TimedOut{row.duration(first_column + 7), *status};
  } else if (kind == "spawn") {
    const int error_number = static_cast<int>(row.integer(first_column + 6));
    outcome = SpawnFailed{error_number, message, row.integer(code_column) == 127};
  } else if (kind == "parse") {
    outcome = ParseFailed{message};
  } else if (kind == "capture") {
    outcome = CaptureFailed{message};
  } else if (kind == "lost") {
    outcome = Lost{message};
  } else if (const std::optional<Cancelled::Reason> reason = reason_of(kind)) {
    outcome = Cancelled{*reason, status, std::move(prerequisite)};
  }
  if (outcome && status_name(status_of(*outcome)) == row.bytes(first_column)) return *outcome;
  return Error{ErrorKind::system, "status " + in_quotes(row.bytes(first_column)) +
                                      " does not go with the rest of its row"};
}

}  // namespace fanout
