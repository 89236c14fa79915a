#include "cli/resource_options.hpp"

#include <algorithm>
#include <utility>

namespace fanout {
namespace {

Error about(const char* option, const Error& problem) {
  return {problem.kind, std::string(option) + ": " + problem.message};
}

}  // namespace

Result<std::vector<Resource>> resources_of(const TypedOptions& typed,
                                           std::span<const Resource> manifest) {
  std::vector<Resource> resources(manifest.begin(), manifest.end());
  const auto given = typed.options.find("resource");
  if (given == typed.options.end()) return resources;
  for (const std::string& text : given->second) {
    Result<Resource> resource = parse_resource(text);
    if (!resource) return about("--resource", resource.error());
    const auto known = std::ranges::find(resources, resource->name, &Resource::name);
    if (known != resources.end()) {
      known->count = resource->count;
    } else {
      resources.push_back(*std::move(resource));
    }
  }
  if (const Result<void> checked = check_resources(resources); !checked) {
    return about("--resource", checked.error());
  }
  return resources;
}

Result<std::optional<std::vector<Need>>> needs_of(const TypedOptions& typed,
                                                  std::span<const Resource> resources) {
  const auto given = typed.options.find("needs");
  if (given == typed.options.end()) return std::optional<std::vector<Need>>();
  std::vector<Need> needs;
  for (const std::string& text : given->second) {
    Result<Need> need = parse_need(text);
    if (!need) return about("--needs", need.error());
    set_need(needs, *std::move(need));
  }
  if (const Result<void> checked = check_needs(needs, resources); !checked) {
    return about("--needs", checked.error());
  }
  return std::optional(std::move(needs));
}

std::vector<Need> one_of_each(std::span<const Resource> resources) {
  std::vector<Need> needs;
  for (const Resource& resource : resources) set_need(needs, {resource.name, 1});
  return needs;
}

}  // namespace fanout
