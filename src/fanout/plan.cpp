#include "fanout/plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

char as_in_variable(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  const bool stays = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return stays ? c : '_';
}

Result<std::uint32_t> parse_count(std::string_view text) {
  const Result<std::uint64_t> number = parse_whole_number(text);
  if (!number) return number.error();
  if (*number > Resource::kMost) {
    return usage_error(in_quotes(text) + " is too many: there can be " +
                       std::to_string(Resource::kMost) + " of a resource");
  }
  return static_cast<std::uint32_t>(*number);
}

const Resource* find(std::span<const Resource> resources, std::string_view name) {
  const auto found = std::ranges::find(resources, name, &Resource::name);
  return found == resources.end() ? nullptr : &*found;
}

Error unknown_resource(std::string_view name, std::span<const Resource> resources) {
  const std::string problem = "there is no resource " + in_quotes(name);
  if (resources.empty()) {
    return usage_error(problem + ": \"resources\" in a document or --resource says what there is");
  }
  std::vector<std::string_view> names;
  for (const Resource& resource : resources) names.push_back(resource.name);
  return usage_error(problem + did_you_mean(name, names));
}

}  // namespace

Result<Resource> parse_resource(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == text.npos || equals == 0) {
    return usage_error(in_quotes(text) + " is not NAME=N, a name and how many there are");
  }
  const Result<std::uint32_t> count = parse_count(text.substr(equals + 1));
  if (!count) return count.error();
  const std::string_view name = text.substr(0, equals);
  if (*count == 0)
    return usage_error("0 of " + in_quotes(name) + " are for nobody; expected 1 or more");
  if (!is_utf8(name)) return usage_error(in_quotes(name) + " is not UTF-8");
  return Resource{std::string(name), *count};
}

Result<Need> parse_need(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (text.empty() || equals == 0) {
    return usage_error(in_quotes(text) + " is neither NAME nor NAME=N");
  }
  if (equals == text.npos) return Need{std::string(text), 1};
  const Result<std::uint32_t> count = parse_count(text.substr(equals + 1));
  if (!count) return count.error();
  return Need{std::string(text.substr(0, equals)), *count};
}

void set_need(std::vector<Need>& needs, Need need) {
  const auto place = std::ranges::lower_bound(needs, need.resource, {}, &Need::resource);
  const bool is_there = place != needs.end() && place->resource == need.resource;
  if (is_there && need.count == 0) {
    needs.erase(place);
  } else if (is_there) {
    place->count = need.count;
  } else if (need.count > 0) {
    needs.insert(place, std::move(need));
  }
}

std::string resource_variable(std::string_view resource) {
  std::string variable = "FANOUT_RESOURCE_";
  for (const char c : resource) variable += as_in_variable(c);
  return variable;
}

Result<void> check_resources(std::span<const Resource> resources) {
  std::map<std::string, std::string_view> variables;
  for (const Resource& resource : resources) {
    const std::string variable = resource_variable(resource.name);
    const auto [other, is_new] = variables.emplace(variable, resource.name);
    if (is_new) continue;
    return usage_error("the resources " + in_quotes(other->second) + " and " +
                       in_quotes(resource.name) + " would both be " + variable);
  }
  return {};
}

Result<void> check_needs(std::span<const Need> needs, std::span<const Resource> resources) {
  for (const Need& need : needs) {
    const Resource* resource = find(resources, need.resource);
    if (resource == nullptr) return unknown_resource(need.resource, resources);
    if (need.count <= resource->count) continue;
    return usage_error(std::to_string(need.count) + " of " + in_quotes(need.resource) +
                       " can never be had: there " + (resource->count == 1 ? "is " : "are ") +
                       std::to_string(resource->count));
  }
  return {};
}

}  // namespace fanout
