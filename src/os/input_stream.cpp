#include "os/input_stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {
namespace {

constexpr std::size_t kChunk = 65536;

Error usage_of(Error error) {
  error.kind = ErrorKind::usage;
  return error;
}

}  // namespace

// Asio makes what it waits for non-blocking, which for a shared standard input would change the
// caller's shell as well. So the file is watched by an epoll of its own, and Asio watches that.
class InputStream::Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(EventLoop& loop, std::function<void()> on_ready)
      : epoll_(loop.internals().executor()), on_ready_(std::move(on_ready)) {}

  Result<void> open(int file, const std::string& name) {
    Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll.is_open()) return system_error("epoll_create", "", errno);
    epoll_event event{};
    event.events = EPOLLIN;
    // EPERM: a file that is always readable, so nobody will ever wait for it.
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, file, &event) != 0 && errno != EPERM) {
      return system_error("epoll_ctl", name, errno);
    }
    const int error_number = watch(epoll_, std::move(epoll));
    if (error_number != 0) return system_error("epoll_ctl", "", error_number);
    return {};
  }

  void arm() {
    if (std::exchange(is_armed_, true)) return;
    epoll_.async_wait(LoopDescriptor::wait_read,
                      [self = shared_from_this()](const boost::system::error_code& error) {
                        self->is_armed_ = false;
                        if (!error && self->on_ready_) self->on_ready_();
                      });
  }

  void close() {
    on_ready_ = nullptr;
    boost::system::error_code ignored;
    epoll_.close(ignored);
  }

 private:
  LoopDescriptor epoll_;
  std::function<void()> on_ready_;
  bool is_armed_ = false;
};

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

InputStream::~InputStream() {
  if (watch_) watch_->close();
}

Result<void> InputStream::attach(EventLoop& loop, std::function<void()> on_ready) {
  watch_ = std::make_shared<Watch>(loop, std::move(on_ready));
  return watch_->open(file_.get(), name_);
}

bool InputStream::is_readable_now() const {
  pollfd readable{file_.get(), POLLIN, 0};
  return ::poll(&readable, 1, 0) > 0;
}

ByteSource::State InputStream::not_yet() {
  watch_->arm();
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

void InputStream::stop() {
  is_stopped_ = true;
  if (watch_ && kind_ == Kind::stream) watch_->close();
}

}  // namespace fanout
