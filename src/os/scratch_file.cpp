#include "os/scratch_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace fanout {
namespace {

std::string scratch_directory() {
  const char* directory = std::getenv("TMPDIR");
  return directory != nullptr && *directory != '\0' ? directory : "/tmp";
}

// What cannot be set aside cannot be written later: to the user it is the output that fails.
Error output_error(const char* call, const std::string& object, int error_number) {
  Error error = system_error(call, object, error_number);
  error.kind = ErrorKind::output;
  return error;
}

// For file systems without O_TMPFILE (some network and overlay ones).
Fd open_and_unlink(const std::string& directory) {
  std::string path = directory + "/fanout-XXXXXX";
  Fd file(::mkostemp(path.data(), O_CLOEXEC));
  if (file.is_open()) ::unlink(path.c_str());
  return file;
}

}  // namespace

Result<void> ScratchFile::open() {
  const std::string directory = scratch_directory();
  file_ = Fd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file_.is_open()) file_ = open_and_unlink(directory);
  if (!file_.is_open()) return output_error("open a scratch file in", directory, errno);
  return {};
}

Result<std::uint64_t> ScratchFile::append(std::string_view bytes) {
  if (!file_.is_open()) {
    if (Result<void> opened = open(); !opened) return std::move(opened).error();
  }
  const std::uint64_t offset = size_;
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return output_error("write a scratch file in", scratch_directory(), errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    size_ += static_cast<std::uint64_t>(count);
  }
  return offset;
}

Result<std::string> ScratchFile::read(std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count =
        ::pread(file_.get(), bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      // An end before its time: somebody cut the file, or it never held so much.
      return output_error("read a scratch file in", scratch_directory(), count < 0 ? errno : EIO);
    }
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

}  // namespace fanout
