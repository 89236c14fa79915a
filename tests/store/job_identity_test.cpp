#include "store/job_identity.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "store/content_hash.hpp"

using namespace fanout;

namespace {

JobSpec make_job() {
  JobSpec job;
  job.name = "n";
  job.args = {Value::of_string("a")};
  job.kwargs.set("k", Value::of_string("v"));
  job.command.argv = {"echo", "a", "slot-"};
  job.command.slot_holes = {{2, 5}};
  job.env = {{"A", "1"}};
  job.cwd = "dir";
  job.input = StdinText{"input"};
  return job;
}

}  // namespace

TEST_CASE("hashes are those of MurmurHash3 x64 128 with seed 0") {
  CHECK(content_hash("") == ContentHash{0, 0});
  CHECK(content_hash("hello") == ContentHash{0xcbd8a7b341bd9b02U, 0x5b1e906a48ae1d19U});
  CHECK(content_hash("The quick brown fox jumps over the lazy dog") ==
        ContentHash{0xe34bbc7bbc071b6cU, 0x7a433ca9c49a9347U});
}

TEST_CASE("every bit of a text of any size counts for its hash") {
  std::set<ContentHash> seen;
  std::size_t count = 0;
  for (std::size_t size = 0; size <= 40; ++size) {
    const std::string text(size, '\0');
    seen.insert(content_hash(text));
    ++count;
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      std::string other = text;
      other[bit / 8] = static_cast<char>(1U << (bit % 8));
      seen.insert(content_hash(other));
      ++count;
    }
  }
  CHECK(seen.size() == count);
}

TEST_CASE("a job is recognised by its content, not by its place") {
  JobSpec job = make_job();
  JobSpec other = make_job();
  other.index = JobIndex{7};
  other.origin.line = 3;
  other.timeout = std::chrono::seconds(1);
  other.retries = 5;
  CHECK(key_of(job) == key_of(other));
}

TEST_CASE("jobs of different content have different keys") {
  const std::vector<std::function<void(JobSpec&)>> changes = {
      [](JobSpec&) {},
      [](JobSpec& job) { job.name = "m"; },
      [](JobSpec& job) { job.name = ""; },
      [](JobSpec& job) { job.name.reset(); },
      [](JobSpec& job) { job.args.clear(); },
      [](JobSpec& job) {
        job.args = {Value{Value::Kind::number, "a", {}}};
      },
      [](JobSpec& job) { job.args.push_back(Value::of_string("")); },
      [](JobSpec& job) {
        job.args = {Value{Value::Kind::array, "", {Value::of_string("a")}}};
      },
      [](JobSpec& job) { job.kwargs = {}; },
      [](JobSpec& job) { job.kwargs.set("k", Value::of_string("w")); },
      [](JobSpec& job) { job.kwargs.set("l", Value::of_string("v")); },
      [](JobSpec& job) {
        job.command.argv = {"echo", "a", "slot-1"};
      },
      [](JobSpec& job) {
        job.command.argv = {"echo", "as", "lot-"};
      },
      [](JobSpec& job) {
        job.command.argv = {"echo", "a", "slot-", ""};
      },
      [](JobSpec& job) { job.command.slot_holes.clear(); },
      [](JobSpec& job) { job.command.slot_holes[0].offset = 4; },
      [](JobSpec& job) { job.env.clear(); },
      [](JobSpec& job) { job.env[0].second = "2"; },
      [](JobSpec& job) { job.env[0].second = ""; },
      [](JobSpec& job) { job.env[0].second.reset(); },
      [](JobSpec& job) { job.cwd = "other"; },
      [](JobSpec& job) { job.input = NoStdin{}; },
      [](JobSpec& job) { job.input = InheritedStdin{}; },
      [](JobSpec& job) { job.input = StdinText{"other"}; },
      [](JobSpec& job) { job.input = StdinText{""}; },
      [](JobSpec& job) { job.input = StdinFile{"input"}; },
      [](JobSpec& job) {
        job.input = StdinBlock{std::make_shared<Block>(Block{"input", 5, 0, nullptr})};
      },
      [](JobSpec& job) {
        job.input = StdinBlock{std::make_shared<Block>(Block{"inputs", 6, 0, nullptr})};
      },
  };
  std::set<std::string> keys;
  for (const auto& change : changes) {
    JobSpec job = make_job();
    change(job);
    keys.emplace(key_of(job).view());
  }
  CHECK(keys.size() == changes.size());
}

TEST_CASE("where a block stands in its input is no content") {
  JobSpec job = make_job();
  job.input = StdinBlock{std::make_shared<Block>(Block{"b", 1, 0, nullptr})};
  JobSpec moved = make_job();
  moved.input = StdinBlock{std::make_shared<Block>(Block{"b", 1, 700, nullptr})};
  CHECK(key_of(job) == key_of(moved));
}

TEST_CASE("a job that takes what there is of an input is not recognised") {
  JobSpec job = make_job();
  CHECK(is_recognisable(job));
  const auto block = std::make_shared<Block>();
  job.input = StdinBlock{block, StdinBlock::Supply::alone};
  CHECK(is_recognisable(job));
  job.input = StdinBlock{block, StdinBlock::Supply::and_more};
  CHECK(!is_recognisable(job));
}
