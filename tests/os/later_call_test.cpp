#include "os/later_call.hpp"

#include <doctest/doctest.h>

#include <optional>

#include "os/os_fixture.hpp"

using namespace fanout;

TEST_CASE("a later call is made by the loop, once for all requests before it") {
  const auto loop = make_loop();
  int calls = 0;
  LaterCall call(*loop, [&] { ++calls; });
  call.request();
  call.request();
  CHECK(calls == 0);
  run_until(*loop, [&] { return calls > 0; });
  loop->run_until(Instant::min());
  CHECK(calls == 1);
  call.request();
  run_until(*loop, [&] { return calls > 1; });
}

TEST_CASE("a later call that is gone is not made") {
  const auto loop = make_loop();
  int calls = 0;
  std::optional<LaterCall> call;
  call.emplace(*loop, [&] { ++calls; });
  call->request();
  call.reset();
  loop->run_until(Instant::min());
  CHECK(calls == 0);
}
