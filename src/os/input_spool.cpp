#include "os/input_spool.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "os/standard_streams.hpp"

namespace fanout {
namespace {

constexpr std::size_t kChunk = 65536;
constexpr const char* kName = "standard input";

void await_readable(int fd) {
  pollfd readable{fd, POLLIN, 0};
  ::poll(&readable, 1, -1);  // EINTR only means that we try the read a little early
}

bool is_readable_now(int fd) {
  pollfd readable{fd, POLLIN, 0};
  return ::poll(&readable, 1, 0) > 0;
}

Error cannot_keep(const char* call, const std::string& path, int error_number) {
  return {ErrorKind::output, std::string("cannot keep ") + kName + ": " +
                                 system_error(call, path, error_number).message};
}

}  // namespace

InputSpool::InputSpool(Fd source, Fd file, std::string partial, std::string whole)
    : source_(std::move(source)),
      file_(std::move(file)),
      partial_(std::move(partial)),
      whole_(std::move(whole)) {
  struct stat status {};
  is_regular_source_ = ::fstat(source_.get(), &status) == 0 && S_ISREG(status.st_mode);
}

Result<std::unique_ptr<InputSpool>> InputSpool::open(const std::string& partial,
                                                     const std::string& whole) {
  if (::isatty(kStandardInput) == 1) {
    return usage_error(
        "standard input is a terminal, which a run that outlives it cannot read: give it a file or "
        "a pipe");
  }
  Fd source(::fcntl(kStandardInput, F_DUPFD_CLOEXEC, 3));
  if (!source.is_open()) return system_error("dup", kName, errno);
  return of(std::move(source), partial, whole);
}

Result<std::unique_ptr<InputSpool>> InputSpool::of(Fd source, const std::string& partial,
                                                   const std::string& whole) {
  Fd file(::open(partial.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_error("open", partial, errno);
  return std::unique_ptr<InputSpool>(
      new InputSpool(std::move(source), std::move(file), partial, whole));
}

Result<std::unique_ptr<InputSpool>> InputSpool::rest_of(const std::string& partial) {
  Fd file(::open(partial.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_error("open", partial, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_error("fstat", partial, errno);
  std::unique_ptr<InputSpool> spool(new InputSpool(Fd(), std::move(file), partial, {}));
  spool->kept_ = static_cast<std::uint64_t>(status.st_size);
  spool->error_ = usage_error("of standard input only " + std::to_string(spool->kept_) +
                              " bytes were read before the run died, and what came then is lost");
  return spool;
}

Result<void> InputSpool::attach(EventLoop& loop, std::function<void()> on_ready) {
  if (is_over()) return {};
  on_ready_ = std::move(on_ready);
  next_turn_ = std::make_unique<LaterCall>(loop, [this] { on_event(); });
  auto watch = SharedWatch::open(loop, source_.get(), kName, [this] { on_event(); });
  if (!watch) return std::move(watch).error();
  if ((*watch)->can_wait()) watch_ = *std::move(watch);
  go_on();
  return {};
}

void InputSpool::go_on() {
  if (is_over()) return watch_.reset();
  if (watch_) {
    watch_->await(EPOLLIN);
  } else {
    next_turn_->request();
  }
}

void InputSpool::on_event() {
  if (is_over()) return;
  // Another reader of the same pipe may have been quicker.
  if (!watch_ || is_readable_now(source_.get())) copy_some();
  go_on();
  const bool is_news = given_ < kept_ || is_over();
  if (is_news && std::exchange(is_awaited_, false)) on_ready_();
}

/// One chunk, or the end. Waits where there is nothing.
void InputSpool::copy_some() {
  char chunk[kChunk];
  while (true) {
    const ssize_t count = ::read(source_.get(), chunk, sizeof chunk);
    if (count > 0) return keep(chunk, static_cast<std::size_t>(count));
    if (count == 0) return finish();
    if (errno == EAGAIN && next_turn_) return;
    if (errno == EAGAIN) {
      await_readable(source_.get());
    } else if (errno != EINTR) {
      Error error = system_error("read", kName, errno);
      error.kind = ErrorKind::usage;
      return fail(std::move(error));
    }
  }
}

void InputSpool::keep(const char* bytes, std::size_t size) {
  if (const int error_number = write_all(file_.get(), {bytes, size}); error_number != 0) {
    return fail(cannot_keep("write", partial_, error_number));
  }
  kept_ += size;
}

// By its name it says that it is complete: it must be when the power fails, too.
void InputSpool::finish() {
  if (::fdatasync(file_.get()) != 0) return fail(cannot_keep("fdatasync", partial_, errno));
  if (std::rename(partial_.c_str(), whole_.c_str()) != 0) {
    return fail(cannot_keep("rename", partial_, errno));
  }
  has_ended_ = true;
  source_.close();
}

void InputSpool::fail(Error error) {
  error_ = std::move(error);
  source_.close();
}

Result<ByteSource::State> InputSpool::read(std::string& into) {
  if (given_ == kept_ && !is_over() && !next_turn_) copy_some();
  if (given_ == kept_) {
    if (error_) return *error_;
    if (has_ended_) return State::end;
    is_awaited_ = true;
    return State::not_yet;
  }
  const std::size_t size = into.size();
  into.resize(size + static_cast<std::size_t>(std::min<std::uint64_t>(kept_ - given_, kChunk)));
  ssize_t count = 0;
  do {
    count =
        ::pread(file_.get(), into.data() + size, into.size() - size, static_cast<off_t>(given_));
  } while (count < 0 && errno == EINTR);
  const int error_number = count < 0 ? errno : EIO;
  into.resize(size + static_cast<std::size_t>(count > 0 ? count : 0));
  if (count <= 0) return cannot_keep("read", partial_, error_number);
  given_ += static_cast<std::uint64_t>(count);
  return State::bytes;
}

void InputSpool::stop() {
  if (is_over() || is_regular_source_) return;
  has_ended_ = true;
  watch_.reset();
  source_.close();
}

}  // namespace fanout
