#include "report/results_sink.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fanout/base/text.hpp"
#include "report/fakes.hpp"

using namespace fanout;

namespace {

using Place = std::vector<std::string>;

JobSpec job_with(std::uint64_t index, const std::vector<std::string>& args) {
  JobSpec job;
  job.index = JobIndex{index};
  for (const std::string& arg : args) job.args.push_back(Value::of_string(arg));
  return job;
}

Place place_of(ResultsPlaces& places, const JobSpec& job) {
  places.note(job);
  return places.take(job);
}

std::string text_of(Rope rope) {
  RopeReader reader(std::move(rope));
  std::string text;
  while (true) {
    const Result<std::string_view> next = reader.next();
    REQUIRE(next);
    if (next->empty()) return text;
    text += *next;
  }
}

struct FakeFolders : FolderWriter {
  std::vector<std::string> written;
  std::optional<Error> fail_with;

  Result<void> write(NewFolder folder) override {
    if (fail_with) return *fail_with;
    std::string path;
    for (const std::string& part : folder.place) path += part + "/";
    for (NewFile& file : folder.files) {
      written.push_back(path + file.name + ": " + text_of(std::move(file.text)));
    }
    return {};
  }
};

}  // namespace

TEST_CASE("arguments are directories as GNU parallel makes them") {
  ResultsPlaces places(ResultsLayout::by_arguments);
  CHECK(place_of(places, job_with(0, {"a/b", "x y"})) == Place{"1", "a\\_b", "2", "x y"});
  CHECK(directory_name("c\\d\te") == "c\\\\d\\te");
  CHECK(directory_name(std::string("a\0b", 3)) == "a\\0b");
}

TEST_CASE("no argument leads out of the directory") {
  CHECK(directory_name(".") == "\\.");
  CHECK(directory_name("..") == "\\..");
  CHECK(directory_name("") == "\\e");
  CHECK(directory_name("../..") == "..\\_..");
  CHECK(directory_name("...") == "...");
  CHECK(directory_name("/") == "\\_");
}

TEST_CASE("a name that is too long is cut, and a hash tells it from others") {
  const std::string longest(255, 'x');
  CHECK(directory_name(longest) == longest);
  const std::string a = directory_name(longest + "a");
  const std::string b = directory_name(longest + "b");
  CHECK(a.size() == 255);
  CHECK(a != b);
  CHECK(a == directory_name(longest + "a"));
  std::string umlauts = "x";
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  const std::string cut = directory_name(umlauts);
  CHECK(cut.size() <= 255);
  CHECK(is_utf8(cut));
}

TEST_CASE("arguments with a name have it as their directory") {
  CommandText text;
  text.params = {"city"};
  text.extras.set("shared", Value::of_string("s"));
  JobSpec job = job_with(0, {"Rome", "2026"});
  job.text = std::make_shared<const CommandText>(std::move(text));
  job.kwargs.set("shared", Value::of_string("s"));
  job.kwargs.set("size", Value{Value::Kind::number, "3", {}});
  ResultsPlaces places(ResultsLayout::by_arguments);
  CHECK(place_of(places, job) == Place{"city", "Rome", "2", "2026", "size", "3"});
  CHECK(place_of(places, job_with(7, {})) == Place{"7"});
}

TEST_CASE("jobs of a manifest have their names or numbers") {
  ResultsPlaces places(ResultsLayout::by_job);
  JobSpec job = job_with(4, {"a"});
  CHECK(place_of(places, job) == Place{"4"});
  job.name = "lint/api";
  CHECK(place_of(places, job) == Place{"lint\\_api"});
}

TEST_CASE("of jobs with one place the later has a number, whichever ends first") {
  ResultsPlaces places(ResultsLayout::by_arguments);
  const std::vector<JobSpec> jobs = {job_with(0, {"a"}), job_with(1, {"a-2"}), job_with(2, {"a"}),
                                     job_with(3, {"a"})};
  for (const JobSpec& job : jobs) places.note(job);
  CHECK(places.take(jobs[3]) == Place{"1", "a-4"});
  CHECK(places.take(jobs[2]) == Place{"1", "a-3"});
  CHECK(places.take(jobs[1]) == Place{"1", "a-2"});
  CHECK(places.take(jobs[0]) == Place{"1", "a"});
}

TEST_CASE("a number finds room at the end of a long name") {
  ResultsPlaces places(ResultsLayout::by_arguments);
  const std::string longest(255, 'x');
  const Place first = place_of(places, job_with(0, {longest}));
  const Place second = place_of(places, job_with(1, {longest}));
  CHECK(first == Place{"1", longest});
  CHECK(second.back().size() == 255);
  CHECK(second.back().ends_with("-2"));
}

TEST_CASE("each job has its outputs, its number and then its record") {
  FakeFolders folders;
  ResultsPlaces places(ResultsLayout::by_job);
  ResultsSink sink(folders, places, {});
  JobRecord record = make_record(0, Exited{2}, "out\n", "err");
  places.note(record.spec);
  REQUIRE(sink.on(RunStarted{}));
  REQUIRE(sink.on(JobFinished{record}));
  REQUIRE(sink.on(RunFinished{}));
  REQUIRE(folders.written.size() == 4);
  CHECK(folders.written[0] == "0/stdout: out\n");
  CHECK(folders.written[1] == "0/stderr: err");
  CHECK(folders.written[2] == "0/seq: 1");
  CHECK(folders.written[3].starts_with("0/record.json: {\"index\":0,"));
  CHECK(folders.written[3].ends_with("}\n"));
  folders.fail_with = Error{ErrorKind::output, "disk full"};
  CHECK_FALSE(sink.on(JobFinished{never_started(1)}));
}
