#include "report/in_order.hpp"

#include <doctest/doctest.h>

#include "report/fakes.hpp"
#include "report/job_list.hpp"

using namespace fanout;

namespace {

std::string emitted(std::initializer_list<std::uint64_t> order, MakeScratch make_scratch,
                    std::size_t limit) {
  std::string text;
  InOrder in_order(
      std::move(make_scratch),
      [&](std::string_view piece) -> Result<void> {
        text += piece;
        return {};
      },
      limit);
  for (const std::uint64_t index : order) {
    REQUIRE(in_order.put(JobIndex{index}, "<" + std::to_string(index) + ">"));
  }
  return text;
}

}  // namespace

TEST_CASE("pieces come out in input order, each as soon as it can") {
  CHECK(emitted({0, 1, 2}, no_scratch, 100) == "<0><1><2>");
  CHECK(emitted({2, 0, 3, 1, 4}, no_scratch, 100) == "<0><1><2><3><4>");
  CHECK(emitted({1, 2}, no_scratch, 100) == "");
}

TEST_CASE("what waits beyond the limit goes to a scratch file and comes back the same") {
  CHECK(emitted({4, 3, 2, 1, 0, 5}, fake_scratch, 6) == "<0><1><2><3><4><5>");
  CHECK(emitted({2, 1, 0}, fake_scratch, 0) == "<0><1><2>");
}

TEST_CASE("a scratch file that cannot be had is an error, not a loss in silence") {
  InOrder in_order(
      []() -> Result<std::unique_ptr<Scratch>> { return system_error("open", "/tmp", 28); },
      [](std::string_view) -> Result<void> { return {}; }, 0);
  CHECK_FALSE(in_order.put(JobIndex{1}, "piece"));
}

TEST_CASE("a list of jobs is in input order, whatever the order of completion") {
  JobList list(false);
  for (const std::uint64_t index : {5U, 0U, 2U, 1U, 7U, 6U}) {
    JobSpec spec;
    spec.index = JobIndex{index};
    list.add(spec);
  }
  std::string text;
  list.append_to(text);
  CHECK(text == "[0,1,2,5,6,7]");
}

TEST_CASE("a list of named jobs holds names") {
  JobList list(true);
  for (const std::uint64_t index : {1U, 0U}) {
    JobSpec spec;
    spec.index = JobIndex{index};
    spec.name = "job " + std::to_string(index);
    list.add(spec);
  }
  std::string text;
  list.append_to(text);
  CHECK(text == R"(["job 0","job 1"])");
}
