// Standard input for a run that outlives whoever writes to it: copied into a file as fast as it
// comes, and read from there. What cannot be kept is an error, after all that was.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "os/fd.hpp"
#include "os/later_call.hpp"
#include "os/live_input.hpp"
#include "os/shared_watch.hpp"

namespace fanout {

class InputSpool : public LiveInput {
 public:
  /// Of standard input, which must not be a terminal. `partial` is a new file for its owner only;
  /// it is renamed to `whole` when the end has been seen and all of it is on the disk.
  static Result<std::unique_ptr<InputSpool>> open(const std::string& partial,
                                                  const std::string& whole);

  /// The same of another descriptor.
  static Result<std::unique_ptr<InputSpool>> of(Fd source, const std::string& partial,
                                                const std::string& whole);

  /// What was copied of an input whose end was not seen. After it comes an error, so that nothing
  /// takes the part of a line for a line.
  static Result<std::unique_ptr<InputSpool>> rest_of(const std::string& partial);

  /// From now on it is copied whether or not anybody reads.
  Result<void> attach(EventLoop& loop, std::function<void()> on_ready) override;
  bool is_regular_file() const override { return false; }

  Result<State> read(std::string& into) override;

  /// Of what might never end nothing more is copied; what was is still given out.
  void stop() override;

 private:
  InputSpool(Fd source, Fd file, std::string partial, std::string whole);

  bool is_over() const { return has_ended_ || error_.has_value(); }
  void copy_some();
  void keep(const char* bytes, std::size_t size);
  void finish();
  void fail(Error error);
  void on_event();
  void go_on();

  Fd source_;
  Fd file_;
  std::string partial_;
  std::string whole_;
  bool is_regular_source_ = false;
  std::uint64_t kept_ = 0;   // bytes in the file
  std::uint64_t given_ = 0;  // of these, those that were read
  bool has_ended_ = false;
  std::optional<Error> error_;
  bool is_awaited_ = false;  // somebody was told not_yet
  std::function<void()> on_ready_;
  std::unique_ptr<SharedWatch> watch_;
  std::unique_ptr<LaterCall> next_turn_;  // of a source that is always ready
};

}  // namespace fanout
