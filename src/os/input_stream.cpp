#include "os/input_stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace fanout {
namespace {

constexpr std::size_t kChunk = 65536;

Error usage_of(Error error) {
  error.kind = ErrorKind::usage;
  return error;
}

}  // namespace

Result<std::unique_ptr<InputStream>> InputStream::open(const std::string& path) {
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? "standard input" : path;
  Fd file(is_stdin ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                   : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return usage_of(system_error("open", name, errno));
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return usage_of(system_error("open", name, EISDIR));
  }
  return std::make_unique<InputStream>(std::move(file), name);
}

InputStream::InputStream(Fd file, std::string name)
    : file_(std::move(file)), name_(std::move(name)) {
  struct stat status {};
  if (::fstat(file_.get(), &status) == 0 && S_ISREG(status.st_mode)) kind_ = Kind::regular_file;
}

Result<void> InputStream::attach(EventLoop& loop, std::function<void()> on_ready) {
  auto watch = SharedWatch::open(loop, file_.get(), name_, std::move(on_ready));
  if (!watch) return std::move(watch).error();
  watch_ = std::move(*watch);
  return {};
}

bool InputStream::is_readable_now() const {
  pollfd readable{file_.get(), POLLIN, 0};
  return ::poll(&readable, 1, 0) > 0;
}

ByteSource::State InputStream::not_yet() {
  watch_->await(EPOLLIN);
  return State::not_yet;
}

Error InputStream::failure() const {
  return system_error("read", name_, errno);
}

Result<ByteSource::State> InputStream::read(std::string& into) {
  if (is_stopped_ && kind_ == Kind::stream) return State::end;
  // Another reader of the same pipe could be quicker between the poll and the read; then this
  // waits for the next bytes. Whoever shares a stream of jobs shares its pace.
  if (watch_ && !is_readable_now()) return not_yet();
  const std::size_t size = into.size();
  into.resize(size + kChunk);
  ssize_t count = 0;
  while ((count = ::read(file_.get(), into.data() + size, kChunk)) < 0) {
    if (errno == EAGAIN && !watch_) {
      pollfd readable{file_.get(), POLLIN, 0};
      ::poll(&readable, 1, -1);  // EINTR only means that we try the read a little early
    } else if (errno != EINTR) {
      break;
    }
  }
  into.resize(size + static_cast<std::size_t>(count > 0 ? count : 0));
  if (count > 0) return State::bytes;
  if (count == 0) return State::end;
  if (errno == EAGAIN) return not_yet();
  return failure();
}

void InputStream::give_back(std::uint64_t bytes) {
  if (kind_ != Kind::regular_file || bytes == 0) return;
  ::lseek(file_.get(), -static_cast<off_t>(bytes), SEEK_CUR);
}

void InputStream::stop() {
  is_stopped_ = true;
  if (kind_ == Kind::stream) watch_.reset();
}

}  // namespace fanout
