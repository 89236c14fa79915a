#include "cli/job_log_file.hpp"

#include <utility>
#include <variant>

#include "fanout/base/text.hpp"

namespace fanout {

Result<std::unique_ptr<JobLogFile>> JobLogFile::open(const TypedOptions& typed) {
  const std::string* path = typed.value("joblog");
  if (path == nullptr || typed.has("dry-run")) return std::unique_ptr<JobLogFile>();
  // To GNU parallel these are standard output, and a log to append to.
  if (*path == "-" || path->starts_with('+')) {
    return usage_error("--joblog: " + in_quotes(*path) +
                       " is not the name of a file; for a file of that name write " +
                       in_quotes("./" + *path));
  }
  OrFailure<Fd> opened = open_for_writing(*path);
  if (const auto* failure = std::get_if<SystemFailure>(&opened)) {
    return usage_error("--joblog: cannot " + failure->message());
  }
  return std::unique_ptr<JobLogFile>(new JobLogFile(std::get<Fd>(std::move(opened)), *path));
}

Result<void> JobLogFile::write(std::string_view bytes) {
  const int error_number = write_all(file_.get(), bytes);
  if (error_number == 0) return {};
  const Error problem = system_error("write", path_, error_number);
  return Error{ErrorKind::output, "--joblog: cannot " + problem.message};
}

}  // namespace fanout
