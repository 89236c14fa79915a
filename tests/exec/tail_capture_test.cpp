#include "exec/tail_capture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace fanout;

TEST_CASE("without a limit everything is kept") {
  TailCapture capture(std::nullopt);
  capture.append("one ");
  capture.append("two");
  const Output output = capture.take();
  CHECK(output.bytes == "one two");
  CHECK(output.total_bytes == 7);
  CHECK(!output.is_truncated());
}

TEST_CASE("with a limit the tail is kept and all is counted") {
  TailCapture capture(5);
  capture.append("0123");
  capture.append("4567");
  const Output output = capture.take();
  CHECK(output.bytes == "34567");
  CHECK(output.total_bytes == 8);
  CHECK(output.is_truncated());
}

TEST_CASE("exactly the limit is not cut") {
  TailCapture capture(3);
  capture.append("abc");
  CHECK(!capture.take().is_truncated());
}

TEST_CASE("a limit of 0 keeps nothing and counts") {
  TailCapture capture(0);
  capture.append("abc");
  const Output output = capture.take();
  CHECK(output.bytes.empty());
  CHECK(output.total_bytes == 3);
}

TEST_CASE("the tail is right however much came before, in whatever pieces") {
  TailCapture capture(70000);
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const std::string piece(1000 + static_cast<std::size_t>(i) * 13,
                            static_cast<char>('a' + i % 26));
    all += piece;
    capture.append(piece);
  }
  const Output output = capture.take();
  CHECK(output.bytes == all.substr(all.size() - 70000));
  CHECK(output.total_bytes == all.size());
}
