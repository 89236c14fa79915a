#include "exec/inbox.hpp"

#include <doctest/doctest.h>

using namespace fanout;

TEST_CASE("news is drained in the order in which it came, behind what was there") {
  Inbox inbox;
  inbox.push(SignalArrived{2});
  inbox.push(InputArrived{});
  std::vector<Notice> news = {ReaderGone{}};
  inbox.drain_into(news);
  REQUIRE(news.size() == 3);
  CHECK(std::holds_alternative<ReaderGone>(news[0]));
  CHECK(std::get<SignalArrived>(news[1]).number == 2);
  CHECK(std::holds_alternative<InputArrived>(news[2]));
  CHECK(inbox.empty());
}
