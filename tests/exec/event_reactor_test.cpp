#include "exec/event_reactor.hpp"

#include <doctest/doctest.h>

#include "exec/dry_run_executor.hpp"
#include "os/os_fixture.hpp"
#include "os/signals.hpp"

using namespace fanout;
using namespace std::chrono_literals;

TEST_CASE("news that is there already is given without a wait") {
  const auto loop = make_loop();
  Inbox inbox;
  EventReactor reactor(*loop, inbox);
  inbox.push(InputArrived{});
  std::vector<Notice> news;
  reactor.wait(std::nullopt, news);
  CHECK(news.size() == 1);
}

TEST_CASE("without news the wait lasts until the deadline") {
  const auto loop = make_loop();
  Inbox inbox;
  EventReactor reactor(*loop, inbox);
  const Instant deadline = reactor.now() + 20ms;
  std::vector<Notice> news;
  reactor.wait(deadline, news);
  CHECK(news.empty());
  CHECK(reactor.now() >= deadline);
}

TEST_CASE("a wait that is more than a look is told before it begins") {
  const auto loop = make_loop();
  Inbox inbox;
  EventReactor reactor(*loop, inbox);
  int waits = 0;
  reactor.before_wait([&] { ++waits; });
  std::vector<Notice> news;
  reactor.wait(reactor.now(), news);
  inbox.push(InputArrived{});
  reactor.wait(std::nullopt, news);
  CHECK(waits == 0);
  reactor.wait(reactor.now() + 5ms, news);
  CHECK(waits >= 1);
}

TEST_CASE("a signal is heard although news never ends") {
  const auto loop = make_loop();
  Inbox inbox;
  const auto watch =
      SignalWatch::open(*loop, [&](int number) { inbox.push(SignalArrived{number}); });
  REQUIRE(watch);
  EventReactor reactor(*loop, inbox);
  ::raise(SIGTERM);
  const auto is_signal = [](const Notice& notice) {
    return std::holds_alternative<SignalArrived>(notice);
  };
  bool is_heard = false;
  for (int round = 0; round < 10 && !is_heard; ++round) {
    inbox.push(InputArrived{});
    std::vector<Notice> news;
    reactor.wait(std::nullopt, news);
    is_heard = is_signal(news.back());
  }
  CHECK(is_heard);
}

TEST_CASE("a dry run ends every attempt at once, as a success without output") {
  const auto loop = make_loop();
  Inbox inbox;
  EventReactor reactor(*loop, inbox);
  DryRunExecutor executor(reactor, inbox);
  const JobSpec job;
  const AttemptId id{JobIndex{4}, 1, SlotNumber{2}};
  executor.start({id, &job});
  executor.stop({id, StopAttempt::How::kill});
  std::vector<Notice> news;
  reactor.wait(std::nullopt, news);
  REQUIRE(news.size() == 1);
  const auto& ended = std::get<AttemptEnded>(news[0]);
  CHECK(ended.id == id);
  CHECK(std::get<Exited>(ended.end).code == 0);
  CHECK(ended.out.size() == 0);
}
