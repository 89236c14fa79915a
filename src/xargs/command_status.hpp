// What becomes of the commands of xargs: says what GNU xargs says of it, stops where it stops, and
// knows the exit status.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "fanout/sink.hpp"
#include "xargs/command_packer.hpp"
#include "xargs/notes.hpp"
#include "xargs/options.hpp"

namespace fanout {

class CommandStatus : public Sink {
 public:
  struct Calls {
    std::function<void()> on_stop;         ///< the packer was told to end
    std::function<bool()> is_being_ended;  ///< a signal wants us to end
  };

  /// All must outlive this.
  CommandStatus(const XargsOptions& options, CommandPacker& packer, XargsNotes& notes, Calls calls)
      : options_(options), packer_(packer), notes_(notes), calls_(std::move(calls)) {}

  Result<void> on(const Event& event) override;

  /// Once all is over.
  int exit_status() const;

 private:
  static constexpr int kFailed = 1;
  static constexpr int kSomeFailed = 123;
  static constexpr int kGaveUp = 124;
  static constexpr int kKilled = 125;
  static constexpr int kCannotRun = 126;
  static constexpr int kNotFound = 127;

  void judge(const Outcome& outcome);
  void judge(const Exited& end);
  void judge(const Signaled& end);
  void judge(const SpawnFailed& end);
  void stop(int status, const std::string& message);

  const XargsOptions& options_;
  CommandPacker& packer_;
  XargsNotes& notes_;
  Calls calls_;
  bool is_not_possible_ = false;   // the system let no command start
  bool has_failure_ = false;       // some command exited with 1-254
  std::optional<int> stopped_by_;  // before all commands were started
  std::optional<int> final_;       // whatever else comes
};

}  // namespace fanout
