#include "exec/job_environment.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace fanout;

namespace {

std::vector<std::string> entries(const char* const* environment) {
  std::vector<std::string> all;
  for (; *environment != nullptr; ++environment) all.emplace_back(*environment);
  std::sort(all.begin(), all.end());
  return all;
}

const AttemptId kAttempt{JobIndex{6}, 2, SlotNumber{3}};

}  // namespace

TEST_CASE("an attempt finds what fanout found, and who it is") {
  const char* const inherited[] = {"HOME=/root", "PATH=/bin", nullptr};
  JobEnvironment environment(inherited, "r1");
  JobSpec job;
  job.name = "lint/api";
  CHECK(entries(environment.build(job, kAttempt)) ==
        std::vector<std::string>{"FANOUT_ATTEMPT=2", "FANOUT_INDEX=6", "FANOUT_NAME=lint/api",
                                 "FANOUT_RUN=r1", "FANOUT_SLOT=3", "FANOUT_TRAIL=r1.6.2",
                                 "HOME=/root", "PATH=/bin"});
}

TEST_CASE("a fanout inside a fanout tells its own jobs who they are") {
  const char* const inherited[] = {"FANOUT_INDEX=1",    "FANOUT_NAME=outer",   "FANOUT_RUN=r0",
                                   "FANOUT_OTHER=kept", "FANOUT_TRAIL=r0.1.1", nullptr};
  JobEnvironment environment(inherited, "r1");
  CHECK(entries(environment.build(JobSpec{}, kAttempt)) ==
        std::vector<std::string>{"FANOUT_ATTEMPT=2", "FANOUT_INDEX=6",
                                 "FANOUT_NAME=", "FANOUT_OTHER=kept", "FANOUT_RUN=r1",
                                 "FANOUT_SLOT=3", "FANOUT_TRAIL=r0.1.1:r1.6.2"});
}

TEST_CASE("an attempt finds its numbers of each resource, and no others of this run's resources") {
  const char* const inherited[] = {"FANOUT_RESOURCE_GPU=7", "FANOUT_RESOURCE_TAPE=1", nullptr};
  JobEnvironment environment(inherited, "r1", {{"gpu", 2}, {"my-port", 9}});
  const auto resources_of = [&](const Grants* granted) {
    std::string told;
    for (const std::string& entry : entries(environment.build(JobSpec{}, kAttempt, granted))) {
      if (entry.starts_with("FANOUT_RESOURCE_")) told += entry + " ";
    }
    return told;
  };
  const Grants granted{{"gpu", {0, 1}}, {"my-port", {8}}};
  CHECK(resources_of(&granted) ==
        "FANOUT_RESOURCE_GPU=0,1 FANOUT_RESOURCE_MY_PORT=8 FANOUT_RESOURCE_TAPE=1 ");
  CHECK(resources_of(nullptr) == "FANOUT_RESOURCE_TAPE=1 ");
}

TEST_CASE("a job's own variables are added, replaced and removed, later entries winning") {
  const char* const inherited[] = {"A=1", "AB=2", "C=3", nullptr};
  JobEnvironment environment(inherited, "r1");
  JobSpec job;
  job.env = {{"A", "x"}, {"C", std::nullopt},           {"D", "1"},
             {"D", "2"}, {"FANOUT_NAME", std::nullopt}, {"FANOUT_TRAIL", std::nullopt}};
  CHECK(entries(environment.build(job, kAttempt)) ==
        std::vector<std::string>{"A=x", "AB=2", "D=2", "FANOUT_ATTEMPT=2", "FANOUT_INDEX=6",
                                 "FANOUT_RUN=r1", "FANOUT_SLOT=3", "FANOUT_TRAIL=r1.6.2"});
}

TEST_CASE("one job's changes are not seen by the next") {
  const char* const inherited[] = {"A=1", nullptr};
  JobEnvironment environment(inherited, "r1");
  JobSpec job;
  job.env = {{"A", std::nullopt}, {"B", "2"}};
  environment.build(job, kAttempt);
  CHECK(environment.mark() == "r1.6.2");
  const auto next = entries(environment.build(JobSpec{}, kAttempt));
  CHECK(std::count(next.begin(), next.end(), "A=1") == 1);
  CHECK(std::count(next.begin(), next.end(), "B=2") == 0);
}

TEST_CASE("an unmarked job finds what fanout found, and its slot where it was asked for") {
  const char* const inherited[] = {"FANOUT_INDEX=7", "SLOT=x", "FANOUT_TRAIL=r0.1.1", nullptr};
  const AttemptId attempt{JobIndex{3}, 1, SlotNumber{2}};
  JobEnvironment untouched(inherited, "r1", {}, {JobVariables::Own::unmarked, ""});
  CHECK(entries(untouched.build(JobSpec(), attempt)) ==
        std::vector<std::string>{"FANOUT_INDEX=7", "FANOUT_TRAIL=r0.1.1", "SLOT=x"});
  CHECK(untouched.mark() == "");
  JobEnvironment slotted(inherited, "r1", {}, {JobVariables::Own::unmarked, "SLOT"});
  CHECK(entries(slotted.build(JobSpec(), attempt)) ==
        std::vector<std::string>{"FANOUT_INDEX=7", "FANOUT_TRAIL=r0.1.1", "SLOT=1"});
}
