#include "cli/messages.hpp"

#include "fanout/base/text.hpp"
#include "os/fd.hpp"
#include "os/fd_writer.hpp"
#include "os/standard_streams.hpp"

namespace fanout {

void complain(const std::string& message) {
  // When standard error cannot be written there is nobody left to tell.
  static_cast<void>(
      FdWriter(kStandardError, "standard error").write("fanout: " + sanitize(message) + "\n"));
}

ExitCode report(const Error& error) {
  if (error.kind != ErrorKind::reader_gone) complain(error.message);
  return exit_code_for(error.kind);
}

ExitCode out_of_memory() {
  static_cast<void>(write_all(kStandardError, "fanout: out of memory; what ran was ended\n"));
  return ExitCode::not_possible;
}

ExitCode print(std::string_view text) {
  const Result<void> written = FdWriter(kStandardOutput, "standard output").write(text);
  return written ? ExitCode::success : report(written.error());
}

}  // namespace fanout
