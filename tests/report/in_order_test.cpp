#include "report/in_order.hpp"

#include <doctest/doctest.h>

#include "report/fakes.hpp"
#include "report/job_list.hpp"

using namespace fanout;

namespace {

/// What an InOrder emits, and how often.
struct Emitted {
  explicit Emitted(BlobLimits limits = Shelf::kLimits) : store(scratch, limits) {}

  InOrder::Emit emit() {
    return [this](Passage passage) {
      ++times;
      const Result<void> written = out.write(std::move(passage.out));
      return written ? err.write(std::move(passage.err)) : written;
    };
  }

  FakeScratch scratch;
  BlobStore store;
  FakeWriter out;
  FakeWriter err;
  int times = 0;
};

std::string shown(std::uint64_t index) {
  return "<" + std::to_string(index) + ">";
}

std::string emitted(std::initializer_list<std::uint64_t> order, BlobLimits limits) {
  Emitted to(limits);
  InOrder in_order(to.store, to.emit());
  for (const std::uint64_t index : order) {
    REQUIRE(in_order.put(JobIndex{index}, {Rope(shown(index)), {}}));
  }
  return to.out.text;
}

}  // namespace

TEST_CASE("passages come out in input order, each as soon as it can") {
  CHECK(emitted({0, 1, 2}, Shelf::kLimits) == "<0><1><2>");
  CHECK(emitted({2, 0, 3, 1, 4}, Shelf::kLimits) == "<0><1><2><3><4>");
  CHECK(emitted({1, 2}, Shelf::kLimits) == "");
}

TEST_CASE("what waits beyond the limit goes to a scratch space and comes back the same") {
  CHECK(emitted({4, 3, 2, 1, 0, 5}, {6, 6, 0}) == "<0><1><2><3><4><5>");
  CHECK(emitted({2, 1, 0}, {0, 0, 0}) == "<0><1><2>");
}

TEST_CASE("what waits to go to two places goes there job by job") {
  std::string all;
  Emitted to;
  InOrder in_order(to.store, [&](Passage passage) -> Result<void> {
    FakeWriter both;
    static_cast<void>(both.write(std::move(passage.out)));
    static_cast<void>(both.write(std::move(passage.err)));
    all += both.text;
    return {};
  });
  for (const std::uint64_t index : {3U, 1U, 2U, 4U, 0U}) {
    const std::string number = std::to_string(index);
    REQUIRE(in_order.put(JobIndex{index},
                         {Rope("o" + number), index % 2 == 0 ? Rope() : Rope("e" + number)}));
  }
  CHECK(all == "o0o1e1o2o3e3o4");
}

TEST_CASE("all that waited for one job is given away at once, not read back") {
  Emitted to({0, 0, 0});
  InOrder in_order(to.store, [&](Passage passage) -> Result<void> {
    ++to.times;
    CHECK(to.scratch.is_unreadable);
    to.scratch.is_unreadable = false;
    return to.out.write(std::move(passage.out));
  });
  for (std::uint64_t index = 1; index < 1000; ++index) {
    REQUIRE(in_order.put(JobIndex{index}, {Rope(shown(index)), {}}));
  }
  to.scratch.is_unreadable = true;
  REQUIRE(in_order.put(JobIndex{0}, {Rope(shown(0)), {}}));
  CHECK(to.times == 1);
  CHECK(to.out.text.ends_with("<998><999>"));
  CHECK(to.scratch.used.size() <= 1);  // the page that is being filled
}

TEST_CASE("many that wait share blocks, and blobs stay where they are") {
  Emitted to({0, 0, 0});
  InOrder in_order(to.store, to.emit());
  std::string expected = shown(0);
  auto blob = std::make_shared<Blob>(to.store);
  REQUIRE(blob->append(std::string(5000, 'b')));
  for (std::uint64_t index = 1; index <= 1000; ++index) {
    Rope rope("[");
    rope.append({blob, 0, 5000}, {});
    rope.text() += "]";
    REQUIRE(in_order.put(JobIndex{index}, {std::move(rope), {}}));
    expected += "[" + std::string(5000, 'b') + "]";
  }
  CHECK(to.scratch.used.size() == 2);
  REQUIRE(in_order.put(JobIndex{0}, {Rope(shown(0)), {}}));
  CHECK(to.out.text == expected);
}

TEST_CASE("a scratch space that cannot be had is an error, not a loss in silence") {
  Emitted to({0, 0, 0});
  to.scratch.room = 0;
  InOrder in_order(to.store, to.emit());
  CHECK_FALSE(in_order.put(JobIndex{1}, {Rope("passage"), {}}));
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
