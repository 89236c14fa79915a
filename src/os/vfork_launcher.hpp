// A launcher for Boost.Process v2's launcher concept, on launch(). Unlike v2's own it blocks
// signals, gives groups, resets dispositions, and tells which call failed. For sources of os only.
#pragma once

#include <boost/system/system_error.hpp>
#include <filesystem>
#include <vector>

#include "os/boost_process.hpp"
#include "os/launch.hpp"

namespace fanout {

class VforkLauncher {
 public:
  template <typename Executor>
  using Process = boost::process::v2::basic_process<Executor>;
  using ErrorCode = boost::system::error_code;

  /// What an initializer's on_setup may fill in.
  LaunchPlan plan;

  /// After an error: the call that failed.
  const char* failed_call() const { return failed_call_; }

  /// `argv` is whole, with the word that the program sees as its own name, and null-terminated.
  /// Without an error the process runs; it is to be detached before it is destroyed, or v2 would
  /// end it and reap it.
  template <typename Executor, typename... Inits>
  Process<Executor> operator()(Executor executor, ErrorCode& error,
                               const std::filesystem::path& executable, const char* const* argv,
                               Inits&&... inits) {
    namespace v2 = boost::process::v2::posix::detail;
    plan = LaunchPlan{};
    failed_call_ = "setup";
    error = v2::on_setup(*this, executable, argv, inits...);
    if (!error) error = start(executable.c_str(), argv);
    if (!error) {
      Process<Executor> process = adopt(executor, error);
      if (!error) v2::on_success(*this, executable, argv, inits...);
      if (!error) return process;
    }
    v2::on_error(*this, executable, argv, error, inits...);
    return Process<Executor>(executor);
  }

 private:
  ErrorCode start(const char* executable, const char* const* argv);
  void abandon();

  template <typename Executor>
  Process<Executor> adopt(Executor executor, ErrorCode& error) {
    try {
      Process<Executor> process(executor, launched_.pid, launched_.pidfd.get());
      launched_.pidfd.release();
      return process;
    } catch (const boost::system::system_error& failure) {
      // The loop would not watch it. What cannot be watched must not run on.
      error = failure.code();
      failed_call_ = "epoll_ctl";
      abandon();
      return Process<Executor>(executor);
    }
  }

  ChildStack stack_;
  std::vector<const char*> shell_argv_;
  Launched launched_;
  const char* failed_call_ = nullptr;
};

}  // namespace fanout
