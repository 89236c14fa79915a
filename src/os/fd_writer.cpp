#include "os/fd_writer.hpp"

#include <cerrno>

#include "os/fd.hpp"

namespace fanout {

Result<void> FdWriter::write(std::string_view bytes) {
  const int error_number = write_all(fd_, bytes);
  if (error_number == 0) return {};
  Error error = system_error("write", name_, error_number);
  error.kind = error_number == EPIPE ? ErrorKind::reader_gone : ErrorKind::output;
  return error;
}

}  // namespace fanout
