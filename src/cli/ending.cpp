#include "cli/ending.hpp"

#include "report/label.hpp"

namespace fanout {

bool Ending::ended_all(OnFailure on_failure) const {
  using Reason = RunCancelling::Reason;
  if (!reason_) return false;
  switch (*reason_) {
    case Reason::failure: return on_failure == OnFailure::kill;
    case Reason::deadline:
    case Reason::signal:
    case Reason::reader_gone: return true;
    case Reason::input_error:
    case Reason::not_possible: return false;
  }
  return false;
}

std::optional<Error> Ending::loss_of(const JobRecord& record) {
  constexpr std::size_t kLongestLabel = 60;
  for (const Output* output : {&record.out, &record.err}) {
    if (output->failure.empty()) continue;
    const char* name = output == &record.out ? "standard output" : "standard error";
    return Error{ErrorKind::output, std::string("cannot keep the ") + name + " of job " +
                                        job_label(record, kLongestLabel) + ": " + output->failure};
  }
  return std::nullopt;
}

}  // namespace fanout
