#include "os/output_queue.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "os/fd.hpp"
#include "os/os_fixture.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"

using namespace fanout;

namespace {

/// Standard output and error of this process lead to pipes of ours while it lives.
class Redirected {
 public:
  Redirected() {
    saved_[0] = Fd(::fcntl(kStandardOutput, F_DUPFD_CLOEXEC, 3));
    saved_[1] = Fd(::fcntl(kStandardError, F_DUPFD_CLOEXEC, 3));
    ::dup2(out.writer.get(), kStandardOutput);
    ::dup2(err.writer.get(), kStandardError);
    out.writer.close();
    err.writer.close();
  }
  ~Redirected() { restore(); }

  void restore() {
    if (!saved_[0].is_open()) return;
    ::dup2(saved_[0].get(), kStandardOutput);
    ::dup2(saved_[1].get(), kStandardError);
    saved_[0].close();
    saved_[1].close();
  }

  Pipe out = std::get<Pipe>(open_pipe());
  Pipe err = std::get<Pipe>(open_pipe());

 private:
  Fd saved_[2];
};

std::string take(const Fd& from, std::size_t most) {
  std::string text(most, '\0');
  const ssize_t count = ::read(from.get(), text.data(), most);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

struct Bench {
  Bench() : loop(make_loop()) {
    auto opened = SignalWatch::open(*loop, [](int) {});  // SIGPIPE would end the test
    REQUIRE(opened);
    signals = std::move(*opened);
  }

  std::unique_ptr<OutputQueue> open() {
    auto queue = OutputQueue::open(*loop, {[this] { ++rooms; }, [this] { ++readers_gone; }});
    REQUIRE(queue);
    return std::move(*queue);
  }

  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<SignalWatch> signals;
  int rooms = 0;
  int readers_gone = 0;
};

}  // namespace

TEST_CASE("what a reader does not take is kept, and comes in order once it does") {
  Bench bench;
  Redirected streams;
  const auto queue = bench.open();
  std::string expected;
  bool was_written = true;
  for (char letter = 'a'; !queue->is_full(); ++letter) {
    const std::string piece(300000, letter);
    was_written = was_written && queue->out().write(piece);
    expected += piece;
  }
  std::string got;
  while (got.size() < expected.size()) {
    got += take(streams.out.reader, 65536);
    bench.loop->run_until(bench.loop->now());
  }
  streams.restore();
  CHECK(was_written);
  CHECK(got == expected);
  CHECK(queue->is_empty());
  CHECK(bench.rooms == 1);
  CHECK(bench.readers_gone == 0);
}

TEST_CASE("standard error waits for the standard output that came before it") {
  Bench bench;
  Redirected streams;
  const auto queue = bench.open();
  const bool was_written =
      queue->out().write(std::string(300000, 'o')) && queue->err().write("said after it");
  const bool waits = !queue->is_empty();
  std::size_t taken = 0;
  while (taken < 300000) {
    taken += take(streams.out.reader, 65536).size();
    bench.loop->run_until(bench.loop->now());
  }
  const std::string said = take(streams.err.reader, 100);
  streams.restore();
  CHECK(was_written);
  CHECK(waits);
  CHECK(said == "said after it");
}

TEST_CASE("a reader that goes away is noticed although nothing is written") {
  Bench bench;
  Redirected streams;
  const auto queue = bench.open();
  const bool was_written = bool(queue->out().write("x"));
  streams.out.reader.close();
  run_until(*bench.loop, [&] { return bench.readers_gone > 0; });
  const Result<void> after = queue->out().write("y");
  const bool err_still_works = bool(queue->err().write("z"));
  streams.restore();
  CHECK(was_written);
  CHECK(bench.readers_gone == 1);
  REQUIRE_FALSE(after);
  CHECK(after.error().kind == ErrorKind::reader_gone);
  CHECK(err_still_works);
  CHECK(queue->untold_errors().empty());  // the write told it
}

TEST_CASE("a reader that goes away while things wait for it is an error that no write tells") {
  Bench bench;
  Redirected streams;
  const auto queue = bench.open();
  const bool was_written = bool(queue->out().write(std::string(300000, 'o')));
  streams.out.reader.close();
  run_until(*bench.loop, [&] { return queue->is_empty(); });
  streams.restore();
  CHECK(was_written);
  REQUIRE(queue->untold_errors().size() == 1);
  CHECK(queue->untold_errors()[0].kind == ErrorKind::reader_gone);
}
