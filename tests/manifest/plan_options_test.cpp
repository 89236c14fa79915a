#include "manifest/plan_options.hpp"

#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

/// `mutex a b needs gpu 2 priority 3 after 0 x awaited`, without what is not said.
std::string plan_of(const JobSpec& job) {
  if (job.plan == nullptr) return "";
  std::string told;
  for (const std::string& mutex : job.plan->mutexes) told += "mutex " + mutex + " ";
  for (const Need& need : job.plan->needs) {
    told += "needs " + need.resource + " " + std::to_string(need.count) + " ";
  }
  if (job.plan->priority != 0) told += "priority " + std::to_string(job.plan->priority) + " ";
  for (const Prerequisite& before : job.plan->after) {
    told += "after " + std::to_string(before.job.value) + " " + before.name + " ";
  }
  if (job.plan->is_awaited) told += "awaited ";
  if (!told.empty()) told.pop_back();
  return told;
}

JobDefaults with_resources(std::vector<Resource> resources) {
  JobDefaults defaults;
  defaults.resources = std::move(resources);
  return defaults;
}

Texts plans(const std::string& text, const JobDefaults& defaults = {}) {
  Texts told;
  for (const JobSpec& job : jobs_of(text, defaults)) told.push_back(plan_of(job));
  return told;
}

/// Like error_of(), of a document whose resources are known.
std::string error_with(const std::string& text) {
  Result<Manifest> manifest = open_text(text);
  if (!manifest) return manifest.error().message;
  JobDefaults defaults;
  defaults.resources = {manifest->resources().begin(), manifest->resources().end()};
  return tell_all(*manifest->jobs(defaults)).back();
}

std::string in_job(const std::string& members) {
  return R"({"jobs":[{"command":"a",)" + members + "}]}";
}

}  // namespace

TEST_CASE("a job without any of it has no plan") {
  CHECK(plans(R"({"jobs":["a",["b"],{"command":"c","name":"after"}]})") == Texts{"", "", ""});
}

TEST_CASE("a mutex is a name or several") {
  CHECK(plans(in_job(R"("mutex":"db")")) == Texts{"mutex db"});
  CHECK(plans(in_job(R"("mutex":["net","db","net"])")) == Texts{"mutex db mutex net"});
  CHECK(plans(in_job(R"("mutex":[])")) == Texts{""});
  CHECK(error_of(in_job(R"("mutex":1)")) ==
        "m:1:33: expected a name or an array of names, but found the number 1");
  CHECK(error_of(in_job(R"("mutex":[""])")) == "m:1:34: expected a name, but found \"\"");
}

TEST_CASE("needs are a name, names, or numbers by name") {
  const JobDefaults defaults = with_resources({{"gpu", 2}, {"tape", 3}});
  CHECK(plans(in_job(R"("needs":"gpu")"), defaults) == Texts{"needs gpu 1"});
  CHECK(plans(in_job(R"("needs":["tape","gpu"])"), defaults) == Texts{"needs gpu 1 needs tape 1"});
  CHECK(plans(in_job(R"("needs":{"tape":2,"gpu":0})"), defaults) == Texts{"needs tape 2"});
  CHECK(error_of(in_job(R"("needs":{"gpu":"2"})")) ==
        "m:1:40: expected how many of it, a number, but found \"2\"");
  CHECK(error_of(in_job(R"("needs":{"gpu":1.5})")) == "m:1:40: \"1.5\" is not a whole number");
  CHECK(error_of(in_job(R"("needs":["gpu","gpu"])")) ==
        "m:1:33: \"gpu\" is there twice: expected {\"gpu\": 2} where two are meant");
}

TEST_CASE("needing what there is not is an error where it is said") {
  CHECK(error_with(R"({"resources":{"gpu":2},"jobs":[{"command":"a","needs":"gqu"}]})") ==
        "error m:1:55: there is no resource \"gqu\" (did you mean \"gpu\"?)");
  CHECK(error_with(R"({"jobs":["a",{"command":"a","needs":{"gpu":3}}],"resources":{"gpu":2}})") ==
        "error m:1:37: 3 of \"gpu\" can never be had: there are 2");
  // At the job when it was said for several.
  CHECK(error_with(R"({"needs":"tape","resources":{"gpu":2},"jobs":[["a"]]})") ==
        "error m:1:47: there is no resource \"tape\"");
}

TEST_CASE("resources have a name, a number and a variable of their own") {
  Result<Manifest> manifest = open_text(R"({"resources":{"gpu":2,"tape":1},"jobs":[]})");
  REQUIRE(manifest);
  REQUIRE(manifest->resources().size() == 2);
  CHECK(manifest->resources()[0].name == "gpu");
  CHECK(manifest->resources()[0].count == 2);
  CHECK(error_of(R"({"resources":["gpu"],"jobs":[]})") ==
        "m:1:14: expected an object of names and numbers, but found an array");
  CHECK(error_of(R"({"resources":{"gpu":0},"jobs":[]})") ==
        "m:1:21: 0 of \"gpu\" are for nobody; expected 1 or more");
  CHECK(error_of(R"({"resources":{"a=b":1},"jobs":[]})") ==
        "m:1:15: the name of a resource cannot be empty or contain \"=\" or a NUL");
  CHECK(error_of(R"({"resources":{"a b":1,"A-B":1},"jobs":[]})") ==
        "m:1:23: the resources \"a b\" and \"A-B\" would both be FANOUT_RESOURCE_A_B");
}

TEST_CASE("a priority is a whole number of either sign") {
  CHECK(plans(in_job(R"("priority":7)")) == Texts{"priority 7"});
  CHECK(plans(in_job(R"("priority":-2147483647)")) == Texts{"priority -2147483647"});
  for (const char* wrong : {"1.5", "\"1\"", "2147483648", "null", "1e2"}) {
    CAPTURE(wrong);
    const std::string error = error_of(in_job(std::string(R"("priority":)") + wrong));
    CHECK(error.find("m:1:36: expected a whole number from -2147483647 to 2147483647") == 0);
  }
}

TEST_CASE("the innermost word on when a job starts wins") {
  const JobDefaults defaults = with_resources({{"gpu", 2}, {"tape", 3}});
  const std::string text = R"({"mutex":"top","needs":"gpu","priority":1,)"
                           R"("commands":{"p":{"command":["x"],"mutex":"preset","priority":2}},)"
                           R"("jobs":[["a"],["p"],{"use":"p","mutex":[],"needs":{"tape":2}}]})";
  CHECK(plans(text, defaults) == Texts{"mutex top needs gpu 1 priority 1",
                                       "mutex preset needs gpu 1 priority 2",
                                       "needs tape 2 priority 2"});
  SUBCASE("what the command line needs beats the document, not its presets and jobs") {
    JobDefaults typed = defaults;
    typed.needs = {{"tape", 1}};
    CHECK(plans(text, typed) == Texts{"mutex top needs tape 1 priority 1",
                                      "mutex preset needs tape 1 priority 2",
                                      "needs tape 2 priority 2"});
    CHECK(plans("a\n", typed) == Texts{"needs tape 1"});
  }
}

TEST_CASE("a called preset waits for nobody") {
  Result<Manifest> manifest =
      open_text(R"({"commands":{"p":{"command":["x"],"mutex":"m","needs":"gpu","priority":2}}})");
  REQUIRE(manifest);
  const Result<JobSpec> job = manifest->call("p", {}, {});
  REQUIRE(job);
  CHECK(job->plan == nullptr);
}

TEST_CASE("a job is after others by their names, which may come later") {
  CHECK(plans(R"({"jobs":{"a":{"command":"x","after":["c","b","c"]},"b":["y"],)"
              R"("c":{"command":"z","after":"b"},"d":"w"}})") ==
        Texts{"after 2 c after 1 b", "awaited", "after 1 b awaited", ""});
  CHECK(plans(R"([{"command":"x","after":"l"},{"command":"y","name":"l"}])") ==
        Texts{"after 1 l", "awaited"});
}

TEST_CASE("a name that is nobody's or several jobs' is an error") {
  CHECK(error_of(R"({"jobs":{"abc":["y"],"b":{"command":"x","after":["abc","abd"]}}})") ==
        "m:1:56: there is no job named \"abd\" (did you mean \"abc\"?)");
  CHECK(error_of(R"([{"command":"x","name":"l"},{"command":"y","name":"l"},)"
                 R"({"command":"z","after":"l"}])") == "m:1:79: several jobs are named \"l\"");
  CHECK(error_of(in_job(R"("after":0)")) ==
        "m:1:33: expected the name of a job or an array of names, but found the number 0");
}

TEST_CASE("jobs that are after each other are an error that shows the circle") {
  CHECK(error_of(in_job(R"("name":"a","after":"a")")) ==
        "m:1:44: \"a\" after itself could never start");
  CHECK(error_of("{\"jobs\":{\"z\":{\"command\":\"x\",\"after\":\"a\"},\n"
                 "\"a\":{\"command\":\"x\",\"after\":\"b\"},\n"
                 "\"b\":{\"command\":\"x\",\"after\":[\"d\",\"c\"]},\"d\":[\"y\"],\n"
                 "\"c\":{\"command\":\"x\",\"after\":\"a\"}}}") ==
        "m:2:20: \"a\" after \"b\" after \"c\" after \"a\": none of them could ever start");
}

TEST_CASE("a circle of a hundred thousand jobs is refused like a small one") {
  constexpr int kJobs = 100'000;
  std::string text = R"({"jobs":{)";
  for (int i = 0; i < kJobs; ++i) {
    text += "\"" + std::to_string(i) + R"(":{"command":"x","after":")" +
            std::to_string((i + 1) % kJobs) + "\"},";
  }
  CHECK(error_of(text + R"("sound":"x"}})") ==
        "m:1:29: \"0\" after \"1\" after \"2\" after \"3\" after \"4\" after \"5\" after \"6\" "
        "after \"7\" after \"8\" after \"9\" after … 99990 more after \"0\": none of them could "
        "ever start");
}

TEST_CASE("only jobs with a priority or with others before them change the order of a document") {
  const auto may_reorder = [](const std::string& text) {
    Result<Manifest> manifest = open_text(text);
    REQUIRE(manifest);
    [[maybe_unused]] const auto jobs = manifest->jobs({});
    return manifest->may_reorder();
  };
  CHECK_FALSE(may_reorder(R"({"jobs":{"after":"x","b":["priority"],"\u0063":{"command":"x"}}})"));
  CHECK_FALSE(may_reorder(in_job(R"("mutex":"m")")));
  CHECK(may_reorder(in_job(R"("priority":0)")));
  CHECK(may_reorder(in_job(R"("\u0070riority":1)")));
  CHECK(may_reorder(R"({"priority":1,"jobs":["a"]})"));
  CHECK(may_reorder(R"({"commands":{"p":{"command":["x"],"priority":1}},"jobs":["a"]})"));
}

TEST_CASE("lines may be after lines before them") {
  CHECK(plans("{\"command\":\"x\",\"name\":\"a\"}\n"
              "{\"command\":\"x\",\"name\":\"b\",\"after\":\"a\"}\n"
              "{\"command\":\"x\",\"after\":[\"b\",\"a\"],\"mutex\":\"m\"}\n") ==
        Texts{"awaited", "after 0 a awaited", "mutex m after 1 b after 0 a"});
  CHECK(error_of("{\"command\":\"x\",\"after\":\"a\"}\n{\"command\":\"x\",\"name\":\"a\"}\n") ==
        "m:1:24: no job on a line before is named \"a\"");
  CHECK(error_of("{\"command\":\"x\",\"name\":\"a\",\"after\":\"a\"}\n") ==
        "m:1:35: \"a\" after itself could never start");
  CHECK(error_of("{\"command\":\"x\",\"name\":\"ab\"}\n{\"command\":\"x\",\"name\":\"ab\"}\n"
                 "{\"command\":\"x\",\"after\":\"ab\"}\n") ==
        "m:3:24: several jobs are named \"ab\"");
  CHECK(error_of("{\"command\":\"x\",\"needs\":\"gpu\"}\n").find("m:1:24: there is no resource") ==
        0);
}

TEST_CASE("keys that jobs have too do not make a JSON line a document") {
  CHECK(plans("{\"command\":\"x\",\"mutex\":\"m\",\"priority\":1}\n") ==
        Texts{"mutex m priority 1"});
}
