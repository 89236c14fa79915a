#include "fanout/event.hpp"

namespace fanout {

std::string_view name_of(RunCancelling::Reason reason) {
  using Reason = RunCancelling::Reason;
  switch (reason) {
    case Reason::failure: return "fail";
    case Reason::success: return "success";
    case Reason::done: return "done";
    case Reason::deadline: return "deadline";
    case Reason::signal: return "signal";
    case Reason::reader_gone: return "reader_gone";
    case Reason::input_error: return "input_error";
    case Reason::not_possible: return "not_possible";
    case Reason::abort: return "abort";
    case Reason::journal: return "journal";
  }
  return "";
}

}  // namespace fanout
