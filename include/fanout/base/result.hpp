// What a call that can fail returns: a value, or an Error a person can act on.
// A job's failure is no Error (see outcome.hpp), and a bug of ours is an assert.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace fanout {

/// Whose mistake it was. Decides the exit code; the message never does.
enum class ErrorKind {
  usage,        ///< the command line or the manifest is wrong: nothing was started because of it
  system,       ///< the operating system refused; the message has call, object and errno text
  output,       ///< results could not be written
  reader_gone,  ///< whoever read our results went away (EPIPE): nothing to talk about
};

/// Lower case, no full stop, the thing in quotes, and what to try.
struct Error {
  ErrorKind kind = ErrorKind::usage;
  std::string message;
};

inline Error usage_error(std::string message) {
  return {ErrorKind::usage, std::move(message)};
}

/// "CALL OBJECT: errno text", e.g. `open "jobs.json": No such file or directory`.
Error system_error(const std::string& call, const std::string& object, int error_number);

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    assert(state_.index() == 1 && "error() of a Result that holds a value");
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    assert(state_.index() == 1 && "error() of a Result that holds a value");
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  T& value() {
    assert(state_.index() == 0 && "value of a Result that holds an error");
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    assert(state_.index() == 0 && "value of a Result that holds an error");
    return *std::get_if<0>(&state_);
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  explicit operator bool() const { return !failed_; }

  const Error& error() const& {
    assert(failed_ && "error() of a Result that holds none");
    return error_;
  }
  Error&& error() && {
    assert(failed_ && "error() of a Result that holds none");
    return std::move(error_);
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace fanout
