// A process that goes on when the one that started it, its session and its terminal are gone.
#pragma once

#include <functional>

#include "fanout/base/result.hpp"
#include "os/fd.hpp"

namespace fanout {

/// The one that waits until the new process has begun.
class Starter {
 public:
  explicit Starter(Fd waiting) : waiting_(std::move(waiting)) {}

  /// All is well: it need not wait any longer. From now on the new process is on its own. False: it
  /// is gone already, and nobody wants the new process.
  bool let_go();

  /// let_go() has found out that it is gone.
  bool has_gone() const { return has_gone_; }

 private:
  Fd waiting_;
  bool has_gone_ = false;
};

/// How the new process began.
struct Beginning {
  bool is_well = false;  ///< it let its starter go, and goes on
  int exit_code = 0;     ///< otherwise: what it returned
  int ended_by = 0;      ///< or the signal that ended it
  int asked_by = 0;      ///< or the signal that asked us to end, when we had ended it
};

/// Runs `run` in a new process, which has a session of its own, no terminal, no standard output,
/// and nothing to fear from SIGHUP. Its other descriptors, its directory and its umask are ours. It
/// ends with what `run` returns, and with us as long as we were not let go. To be called before
/// there are loops and threads.
Result<Beginning> detach(const std::function<int(Starter&)>& run);

/// Standard input and output lead nowhere from now on.
void leave_standard_input();
void leave_standard_output();

/// Standard error is another file while this lives, or for ever.
class RedirectedError {
 public:
  /// A file to append to, made for its owner only.
  static Result<RedirectedError> to(const std::string& path);
  ~RedirectedError();
  RedirectedError(RedirectedError&&) = default;
  RedirectedError& operator=(RedirectedError&&) = delete;

  void keep() { before_.close(); }

 private:
  explicit RedirectedError(Fd before) : before_(std::move(before)) {}

  Fd before_;
};

}  // namespace fanout
