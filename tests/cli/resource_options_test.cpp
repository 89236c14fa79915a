#include "cli/resource_options.hpp"

#include <doctest/doctest.h>

using namespace fanout;

namespace {

TypedOptions typed(std::map<std::string_view, std::vector<std::string>> options) {
  TypedOptions typed;
  typed.options = std::move(options);
  return typed;
}

std::string told(const Result<std::vector<Resource>>& resources) {
  if (!resources) return resources.error().message;
  std::string text;
  for (const Resource& resource : *resources) {
    text += resource.name + "=" + std::to_string(resource.count) + " ";
  }
  return text;
}

const std::vector<Resource> kManifest{{"gpu", 2}, {"tape", 1}};

}  // namespace

TEST_CASE("typed resources add to those of the manifest and beat them") {
  CHECK(told(resources_of(typed({}), kManifest)) == "gpu=2 tape=1 ");
  CHECK(told(resources_of(typed({{"resource", {"port=9", "gpu=4"}}}), kManifest)) ==
        "gpu=4 tape=1 port=9 ");
  CHECK(told(resources_of(typed({{"resource", {"port"}}}), kManifest)) ==
        "--resource: \"port\" is not NAME=N, a name and how many there are");
  CHECK(told(resources_of(typed({{"resource", {"GPU=1"}}}), kManifest)) ==
        "--resource: the resources \"gpu\" and \"GPU\" would both be FANOUT_RESOURCE_GPU");
}

TEST_CASE("typed needs are of what there is") {
  const auto none = needs_of(typed({}), kManifest);
  REQUIRE(none);
  CHECK_FALSE(none->has_value());
  const auto some = needs_of(typed({{"needs", {"tape", "gpu=2"}}}), kManifest);
  REQUIRE(some);
  CHECK(**some == std::vector<Need>{{"gpu", 2}, {"tape", 1}});
  const auto unknown = needs_of(typed({{"needs", {"tap"}}}), kManifest);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message ==
        "--needs: there is no resource \"tap\" (did you mean \"tape\"?)");
  CHECK_FALSE(needs_of(typed({{"needs", {"gpu=3"}}}), kManifest));
}

TEST_CASE("one of each is what map takes") {
  CHECK(one_of_each(kManifest) == std::vector<Need>{{"gpu", 1}, {"tape", 1}});
}
