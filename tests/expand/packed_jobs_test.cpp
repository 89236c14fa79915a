#include "expand/packed_jobs.hpp"

#include <doctest/doctest.h>

#include <deque>

#include "samples.hpp"

using namespace fanout;

namespace {

/// One job a row of `row_size` arguments, then the end or an error.
class FakeJobs : public JobSource {
 public:
  FakeJobs(CommandText text, std::deque<std::vector<std::string>> rows, NextJob ending)
      : text_(std::make_shared<const CommandText>(std::move(text))),
        rows_(std::move(rows)),
        ending_(std::move(ending)) {}

  NextJob next() override {
    if (rows_.empty()) return ending_;
    JobSpec job;
    job.text = text_;
    job.args = samples::strings(rows_.front());
    job.origin = {std::make_shared<const std::string>("m"), ++line_, 1};
    rows_.pop_front();
    return job;
  }

 private:
  std::shared_ptr<const CommandText> text_;
  std::deque<std::vector<std::string>> rows_;
  NextJob ending_;
  std::uint64_t line_ = 0;
};

CommandText repeated(CommandText text, std::size_t row_size = 1) {
  text.rest = CommandText::Rest::appended_if_none_is_used;
  text.row_size = row_size;
  return text;
}

const CommandRoom kLarge{1000, 1000, 1000};

/// The arguments of every job as `a b|c d`, an error last.
std::string packed(const CommandText& text, const std::deque<std::vector<std::string>>& rows,
                   const CommandRoom& room, std::size_t workers = 1,
                   const NextJob& ending = EndOfJobs{}) {
  PackedJobs jobs(std::make_unique<FakeJobs>(text, rows, ending), room, workers);
  std::string all;
  for (std::uint64_t index = 0;; ++index) {
    const NextJob next = jobs.next();
    if (const auto* error = std::get_if<Error>(&next)) return all + "!" + error->message;
    const auto* job = std::get_if<JobSpec>(&next);
    if (job == nullptr) return all;
    CHECK(job->index.value == index);
    if (!all.empty()) all += '|';
    for (const Value& arg : job->args)
      all += (all.empty() || all.back() == '|' ? "" : " ") + arg.text;
  }
}

/// Each word is a byte with its end and its pointer.
constexpr std::size_t words(std::size_t count) {
  return count * (2 + sizeof(char*));
}

}  // namespace

TEST_CASE("a command gets as many rows as it has room for") {
  const auto text = repeated(samples::argv({"x", "{}", "y"}));
  const std::deque<std::vector<std::string>> rows{{"a"}, {"b"}, {"c"}, {"d"}, {"e"}};
  CHECK(packed(text, rows, {words(4), 100, 100}) == "a b|c d|e");
  CHECK(packed(text, rows, {words(5) - 1, 100, 100}) == "a b|c d|e");
  CHECK(packed(text, rows, {words(5), 100, 100}) == "a b c|d e");
  CHECK(packed(text, rows, {words(7), 100, 100}) == "a b c d e");
  CHECK(packed(text, rows, {words(7), 100, 2}) == "a b|c d|e");
}

TEST_CASE("every word that is repeated counts") {
  const auto text = repeated(samples::argv({"x", "{}", "{}", "{#}"}));
  CHECK(packed(text, {{"a"}, {"b"}, {"c"}}, {words(6), 100, 100}) == "a b|c");
  CHECK(packed(repeated(samples::argv({"{2}"}), 2), {{"a", "b"}, {"c", "d"}, {"e", "f"}},
               {words(2), 100, 100}) == "a b c d|e f");
}

TEST_CASE("a command line for a shell is one word") {
  auto text = repeated(samples::line("x {} y"));
  text.shell = CommandText::Shell::always;
  // /bin/sh -c 'x a b y'
  const std::size_t two = std::string_view("/bin/sh -c x a b y").size() + 1 + 3 * sizeof(char*);
  CHECK(packed(text, {{"a"}, {"b"}, {"c"}}, {10000, two, 100}) == "a b|c");
  CHECK(packed(text, {{"a"}, {"b"}, {"c"}}, {10000, two - 1, 100}) == "a|b|c");
}

TEST_CASE("a row that is too large for any command has one for itself") {
  const auto text = repeated(samples::argv({"x"}));
  const std::string large(200, 'l');
  CHECK(packed(text, {{"a"}, {large}, {"b"}, {"c"}}, {words(4), 100, 100}) ==
        "a|" + large + "|b c");
}

TEST_CASE("so has one that makes no command, for whoever expands it to say why") {
  const auto text = repeated(samples::argv({"x", "{2}"}), 1);
  CHECK(packed(text, {{"a"}, {"b"}}, kLarge) == "a|b");
}

TEST_CASE("what is left at the end is spread over the workers") {
  const auto text = repeated(samples::argv({"x"}));
  const std::deque<std::vector<std::string>> rows{{"a"}, {"b"}, {"c"}, {"d"}, {"e"}, {"f"}, {"g"}};
  CHECK(packed(text, rows, kLarge, 2) == "a b c d|e f g");
  CHECK(packed(text, rows, kLarge, 3) == "a b c|d e|f g");
  CHECK(packed(text, rows, kLarge, 100) == "a|b|c|d|e|f|g");
  CHECK(packed(text, rows, {words(5), 100, 100}, 2) == "a b c d|e f|g");
  CHECK(packed(text, {}, kLarge, 2).empty());
}

TEST_CASE("an error comes after what was read before it") {
  const auto text = repeated(samples::argv({"x"}));
  CHECK(packed(text, {{"a"}, {"b"}}, kLarge, 1, usage_error("bad")) == "a b!bad");
}

TEST_CASE("a job stands where its first row does") {
  PackedJobs jobs(std::make_unique<FakeJobs>(
                      repeated(samples::argv({"x"})),
                      std::deque<std::vector<std::string>>{{"a"}, {"b"}, {"c"}}, EndOfJobs{}),
                  {1000, 1000, 2}, 1);
  jobs.next();
  const NextJob second = jobs.next();
  CHECK(at(std::get<JobSpec>(second).origin, "x") == "m:3:1: x");
}
