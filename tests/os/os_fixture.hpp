// What tests with real children share: a loop that never waits for ever, and a census of open
// descriptors.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>

#include "os/event_loop.hpp"

namespace fanout {

inline std::unique_ptr<EventLoop> make_loop() {
  auto loop = EventLoop::open();
  REQUIRE(loop);
  return std::move(*loop);
}

/// Runs the loop until `is_done`; a test that waits in vain fails instead of hanging.
template <typename Predicate>
void run_until(EventLoop& loop, Predicate is_done) {
  const Instant deadline = loop.now() + std::chrono::seconds(60);
  while (!is_done()) {
    REQUIRE(loop.now() < deadline);
    loop.run_until(deadline);
  }
}

/// The same for what no event of the loop tells: looks every few milliseconds.
template <typename Predicate>
void look_until(EventLoop& loop, Predicate is_done) {
  const Instant deadline = loop.now() + std::chrono::seconds(60);
  while (!is_done()) {
    REQUIRE(loop.now() < deadline);
    loop.run_until(loop.now() + std::chrono::milliseconds(2));
  }
}

inline std::ptrdiff_t count_open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all)) - 1;  // the iterator's own
}

/// What a child must exceed before its own peak can be told from ours.
inline std::uint64_t own_peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) / 1024;
}

/// A directory of the test's own, gone with it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string path = (std::filesystem::temp_directory_path() / "fanout-test-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace fanout
