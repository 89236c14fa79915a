// What xargs says to a person, in the words of GNU xargs, with the name it was called by.
#pragma once

#include <string>
#include <utility>

#include "fanout/base/bytes.hpp"

namespace fanout {

class XargsNotes {
 public:
  /// `to` must outlive this.
  XargsNotes(ByteWriter& to, std::string program) : to_(to), program_(std::move(program)) {}

  const std::string& program() const { return program_; }

  /// `PROGRAM: MESSAGE`.
  void say(const std::string& message) { write(program_ + ": " + message + "\n"); }
  void ask_for_help() { write("Try '" + program_ + " --help' for more information.\n"); }
  /// When standard error cannot be written there is nobody left to tell.
  void write(const std::string& text) {
    const Result<void> written = to_.write(text);
    if (!written && written.error().kind == ErrorKind::reader_gone) is_reader_gone_ = true;
  }
  /// What a command must not run without.
  Result<void> show(const std::string& text) { return to_.write(text); }
  /// Something was to be said after whoever reads it had gone.
  bool is_reader_gone() const { return is_reader_gone_; }

 private:
  ByteWriter& to_;
  std::string program_;
  bool is_reader_gone_ = false;
};

}  // namespace fanout
