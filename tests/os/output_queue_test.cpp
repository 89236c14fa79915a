#include "os/output_queue.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "base/fake_scratch.hpp"
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

/// A large blob that is not in memory, as a rope.
Rope rope_of(BlobStore& store, std::string_view bytes, Encoding encoding = {}) {
  auto blob = std::make_shared<Blob>(store);
  REQUIRE(blob->append(bytes));
  Rope rope;
  rope.append({blob, 0, blob->size()}, std::move(encoding));
  return rope;
}

/// Reads `size` bytes from the pipe while the loop runs; less when the queue has no more.
std::string read_slowly(Bench& bench, const Fd& from, std::size_t size) {
  std::string got;
  const Instant deadline = bench.loop->now() + std::chrono::seconds(60);
  while (got.size() < size && bench.loop->now() < deadline) {
    pollfd readable{from.get(), POLLIN, 0};
    if (::poll(&readable, 1, 0) > 0) got += take(from, 65536);
    bench.loop->run_until(bench.loop->now());
  }
  return got;
}

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

TEST_CASE("what is held waits, in order, until it is released") {
  Bench bench;
  Redirected redirected;
  const auto queue = bench.open();
  REQUIRE(queue->out().write("shown "));
  queue->hold();
  REQUIRE(queue->out().write("held "));
  REQUIRE(queue->err().write("said"));
  for (int i = 0; i < 10; ++i) bench.loop->run_until(Instant::min());
  CHECK(take(redirected.out.reader, 100) == "shown ");
  CHECK_FALSE(queue->is_empty());
  CHECK_FALSE(queue->awaits_reader());
  queue->release();
  REQUIRE(queue->out().write("later"));
  CHECK(queue->is_empty());
  CHECK(take(redirected.out.reader, 100) == "held later");
  CHECK(take(redirected.err.reader, 100) == "said");
}

TEST_CASE("a pipe that others share keeps its flags, and takes what it has room for at once") {
  Bench bench;
  Redirected streams;
  const auto queue = bench.open();
  const auto room = static_cast<std::size_t>(::fcntl(kStandardOutput, F_GETPIPE_SZ));
  const bool was_written = bool(queue->out().write("begun")) &&
                           bool(queue->out().write(std::string(room - PIPE_BUF, 'x')));
  const bool was_at_once = queue->is_empty();
  const bool was_kept = bool(queue->out().write(std::string(room, 'y'))) && !queue->is_empty();
  const int flags = ::fcntl(kStandardOutput, F_GETFL);
  const std::string expected = "begun" + std::string(room - PIPE_BUF, 'x') + std::string(room, 'y');
  const std::string got = read_slowly(bench, streams.out.reader, expected.size());
  streams.restore();
  CHECK(was_written);
  CHECK(was_at_once);
  CHECK(was_kept);
  CHECK((flags & O_NONBLOCK) == 0);
  CHECK(got == expected);
}

TEST_CASE("where both streams are one place, what is said waits for what came before it") {
  Bench bench;
  Redirected streams;
  ::dup2(kStandardOutput, kStandardError);  // 2>&1
  const auto queue = bench.open();
  const bool was_written =
      queue->out().write(std::string(300000, 'o')) && queue->err().write("said after it");
  const bool waits = !queue->is_empty() && !queue->is_err_up_to_date();
  std::string taken;
  while (taken.size() < 300013) {
    taken += take(streams.out.reader, 65536);
    bench.loop->run_until(bench.loop->now());
  }
  streams.restore();
  CHECK(was_written);
  CHECK(waits);
  CHECK(taken.substr(300000) == "said after it");
}

TEST_CASE("a slow reader of results does not hold up what is said on standard error") {
  Bench bench;
  Redirected streams;
  const auto queue = bench.open();
  const bool was_written =
      queue->out().write(std::string(2 << 20, 'o')) && queue->err().write("said after it");
  const bool waits = !queue->is_empty() && queue->is_full() && queue->awaits_reader();
  const std::string said = take(streams.err.reader, 100);
  const bool was_in_line = queue->is_err_in_line();
  const bool line_ended = queue->err().write("\n") && !queue->is_err_in_line();
  streams.restore();
  CHECK(was_written);
  CHECK(waits);
  CHECK(said == "said after it");
  CHECK(was_in_line);
  CHECK(line_ended);
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

TEST_CASE("a large result waits where it is, and is encoded as its reader takes it") {
  Bench bench;
  FakeScratch scratch;
  BlobStore store(scratch, {0, 0, 0});
  const std::string bytes = some_bytes(3000000);
  Redirected streams;
  const auto queue = bench.open();
  Rope rope("<");
  rope.append(rope_of(store, bytes, {Encoding::Form::tagged, "t"}));
  rope.text() += ">";
  const bool was_written = queue->out().write(std::move(rope)) && queue->out().write("end");
  const bool was_full = queue->is_full() && queue->awaits_reader();
  const std::size_t blocks = scratch.used.size();
  std::string expected = "<";
  const Encoding encoding{Encoding::Form::tagged, "t"};
  Encoder encoder(encoding);
  encoder.add(expected, bytes);
  encoder.finish(expected);
  expected += ">end";
  const std::string got = read_slowly(bench, streams.out.reader, expected.size());
  bench.loop->run_until(bench.loop->now());
  streams.restore();
  CHECK(was_written);
  CHECK(was_full);
  CHECK(blocks >= 11);
  CHECK(got == expected);
  CHECK(queue->is_empty());
  CHECK_FALSE(queue->is_full());
  CHECK(bench.rooms == 1);
  CHECK(scratch.used.empty());
}

TEST_CASE("results of both streams keep their order, however large they are") {
  Bench bench;
  FakeScratch scratch;
  BlobStore store(scratch, {0, 0, 0});
  const std::string bytes = some_bytes(400000);
  Redirected streams;
  ::dup2(kStandardOutput, kStandardError);  // 2>&1
  const auto queue = bench.open();
  bool was_written = true;
  std::string expected;
  for (const char* letter : {"a", "b", "c"}) {
    was_written = was_written && queue->out().write(rope_of(store, letter + bytes)) &&
                  queue->err().write(rope_of(store, bytes + letter));
    expected += letter + bytes + bytes + letter;
  }
  const std::string got = read_slowly(bench, streams.out.reader, expected.size());
  streams.restore();
  CHECK(was_written);
  CHECK(got == expected);
}

TEST_CASE("what waits for a reader that goes away is let go") {
  Bench bench;
  FakeScratch scratch;
  BlobStore store(scratch, {0, 0, 0});
  Redirected streams;
  const auto queue = bench.open();
  bool was_written = true;
  for (int i = 0; i < 3; ++i) {
    was_written = was_written && queue->out().write(rope_of(store, some_bytes(1000000)));
  }
  was_written = was_written && queue->err().write("well");
  streams.out.reader.close();
  run_until(*bench.loop, [&] { return queue->is_empty(); });
  const std::string said = take(streams.err.reader, 100);
  streams.restore();
  CHECK(was_written);
  CHECK(scratch.used.empty());
  CHECK(said == "well");
  CHECK(bench.readers_gone == 1);
  CHECK(bench.rooms == 1);
}

TEST_CASE("a reader that goes away is noticed although standard error has to be written first") {
  Bench bench;
  Redirected streams;
  const auto queue = bench.open();
  const bool was_written =
      queue->err().write(std::string(300000, 'e')) && queue->out().write("waits");
  streams.out.reader.close();
  run_until(*bench.loop, [&] { return bench.readers_gone > 0; });
  streams.restore();
  CHECK(was_written);
  CHECK_FALSE(queue->is_empty());
}

TEST_CASE("what cannot be read back is an error of the stream it was for, and of no other") {
  Bench bench;
  FakeScratch scratch;
  BlobStore store(scratch, {0, 0, 0});
  Redirected streams;
  const auto queue = bench.open();
  Rope rope("begun");
  rope.append(rope_of(store, some_bytes(1000000)));
  const Result<void> first = queue->out().write(std::move(rope));
  const Result<void> second = queue->err().write("well");
  scratch.is_unreadable = true;
  const std::string got = read_slowly(bench, streams.out.reader, 65536 + 5);
  run_until(*bench.loop, [&] { return queue->is_empty(); });
  const std::string said = take(streams.err.reader, 100);
  streams.restore();
  CHECK(first);
  CHECK(second);
  CHECK(said == "well");
  CHECK(scratch.used.empty());
  REQUIRE(queue->untold_errors().size() == 1);
  CHECK(queue->untold_errors()[0].message == "read a scratch file: Input/output error");
}

TEST_CASE("a file takes a large result a turn at a time, so that others have theirs") {
  Bench bench;
  FakeScratch scratch;
  BlobStore store(scratch, {0, 0, 0});
  const TemporaryDirectory directory;
  const std::string bytes = some_bytes(10000000);
  Redirected streams;
  const Fd file(::open((directory / "out").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ::dup2(file.get(), kStandardOutput);
  const auto queue = bench.open();
  const bool was_written = bool(queue->out().write(rope_of(store, bytes)));
  const bool was_full = queue->is_full() && !queue->awaits_reader();
  run_until(*bench.loop, [&] { return queue->is_empty(); });
  streams.restore();
  CHECK(was_written);
  CHECK(was_full);
  CHECK(bench.rooms == 1);
  std::string got(bytes.size() + 1, '\0');
  got.resize(static_cast<std::size_t>(::pread(file.get(), got.data(), got.size(), 0)));
  CHECK(got == bytes);
}
