// A file descriptor, closed once by its owner; a plain int is only ever borrowed.
// Everything opened here is close-on-exec from birth.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "os/system_failure.hpp"

namespace fanout {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { close(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }
  void close();

 private:
  int number_ = -1;
};

struct Pipe {
  Fd reader;
  Fd writer;
};

OrFailure<Pipe> open_pipe();

/// What a process shall read. A FIFO is refused: we cannot wait for its writer.
OrFailure<Fd> open_for_reading(const std::string& path);

/// A file that is made, or emptied. Waits for the reader of a FIFO.
OrFailure<Fd> open_for_writing(const std::string& path);

/// An unnamed file in memory that holds exactly these bytes, to be read from its start.
OrFailure<Fd> memory_file(std::string_view bytes);

/// Writes all of it, waiting where it has to; returns 0 or the error number.
int write_all(int fd, std::string_view bytes);

}  // namespace fanout
