#include "os/detach.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "os/standard_streams.hpp"

namespace fanout {
namespace {

constexpr char kWell = 'w';

/// The signals that ask to end, kept from ending us while this lives, and readable instead.
class AwaitedSignals {
 public:
  AwaitedSignals() {
    sigset_t asking;
    ::sigemptyset(&asking);
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) ::sigaddset(&asking, signal);
    ::sigprocmask(SIG_BLOCK, &asking, &before_);
    file_ = Fd(::signalfd(-1, &asking, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  ~AwaitedSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  AwaitedSignals(const AwaitedSignals&) = delete;
  AwaitedSignals& operator=(const AwaitedSignals&) = delete;

  const Fd& file() const { return file_; }
  /// The next one, or 0. It is ours then, and will not come again.
  int take() const {
    signalfd_siginfo info{};
    return ::read(file_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo)
                                                                  : 0;
  }
  const sigset_t& mask_before() const { return before_; }

 private:
  sigset_t before_;
  Fd file_;
};

void lead_nowhere(int fd, int flags) {
  // Without /dev/null it stays what it was: there is nothing better.
  const Fd null(::open("/dev/null", flags | O_CLOEXEC));
  if (null.is_open()) ::dup2(null.get(), fd);
}

// No exception leaves it: what the starter had begun would go on twice.
[[noreturn]] void begin(pid_t parent, const sigset_t& mask, Fd waiting,
                        const std::function<int(Starter&)>& run) noexcept {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it died before it could be noticed
  struct sigaction ignored {};
  ignored.sa_handler = SIG_IGN;
  ::sigaction(SIGHUP, &ignored, nullptr);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  leave_standard_output();
  Starter starter(std::move(waiting));
  ::_exit(run(starter));
}

Beginning end_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Beginning beginning;
  if (WIFEXITED(status)) beginning.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) beginning.ended_by = WTERMSIG(status);
  return beginning;
}

/// Waits until the child is well, has ended, or is not wanted any more.
Beginning await(pid_t child, const Fd& told, const AwaitedSignals& signals) {
  while (true) {
    pollfd entries[] = {{told.get(), POLLIN, 0}, {signals.file().get(), POLLIN, 0}};
    if (::poll(entries, 2, -1) < 0) continue;  // EINTR
    // Looked at first: once it is well, it is too late for us to change our mind.
    if (entries[0].revents != 0) {
      char byte = 0;
      const ssize_t count = ::read(told.get(), &byte, 1);
      if (count < 0) continue;
      return count == 1 ? Beginning{true, 0, 0, 0} : end_of(child);
    }
    if (const int signal = signals.take(); signal != 0) {
      ::kill(child, SIGKILL);
      end_of(child);
      return {false, 0, 0, signal};
    }
  }
}

}  // namespace

bool Starter::let_go() {
  ::prctl(PR_SET_PDEATHSIG, 0);
  struct sigaction ignored {};
  struct sigaction before {};
  ignored.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignored, &before);
  has_gone_ = ::write(waiting_.get(), &kWell, 1) != 1;
  ::sigaction(SIGPIPE, &before, nullptr);
  waiting_.close();
  return !has_gone_;
}

Result<Beginning> detach(const std::function<int(Starter&)>& run) {
  OrFailure<Pipe> opened = open_pipe();
  if (const auto* failure = std::get_if<SystemFailure>(&opened)) {
    return Error{ErrorKind::system, failure->message()};
  }
  Pipe pipe = std::get<Pipe>(std::move(opened));
  const AwaitedSignals signals;
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return system_error("fork", "", errno);
  if (child == 0) {
    pipe.reader.close();
    begin(parent, signals.mask_before(), std::move(pipe.writer), run);
  }
  pipe.writer.close();
  return await(child, pipe.reader, signals);
}

void leave_standard_input() {
  lead_nowhere(kStandardInput, O_RDONLY);
}

void leave_standard_output() {
  lead_nowhere(kStandardOutput, O_WRONLY);
}

Result<RedirectedError> RedirectedError::to(const std::string& path) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW;
  const Fd file(::open(path.c_str(), kFlags, 0600));
  if (!file.is_open()) return system_error("open", path, errno);
  Fd before(::fcntl(kStandardError, F_DUPFD_CLOEXEC, 3));
  if (!before.is_open() || ::dup2(file.get(), kStandardError) < 0) {
    return system_error("dup", "standard error", errno);
  }
  return RedirectedError(std::move(before));
}

RedirectedError::~RedirectedError() {
  if (before_.is_open()) ::dup2(before_.get(), kStandardError);
}

}  // namespace fanout
