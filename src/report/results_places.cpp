#include "report/results_places.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

constexpr std::size_t kLongestName = 255;  // of Linux's file systems, in bytes

/// FNV-1a: the same on every machine.
std::uint64_t hash_of(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

/// At most `longest` bytes, a hash of the whole at their end when something was cut.
std::string shortened(std::string name, std::size_t longest) {
  if (name.size() <= longest) return name;
  std::array<char, 18> hash{};
  std::snprintf(hash.data(), hash.size(), "-%016llx",
                static_cast<unsigned long long>(hash_of(name)));
  name.resize(longest - (hash.size() - 1));
  name.resize(name.size() - size_of_cut_character(name));
  return name + hash.data();
}

void append_escaped(std::string& name, char c) {
  switch (c) {
    case '/': name += "\\_"; return;
    case '\\': name += "\\\\"; return;
    case '\t': name += "\\t"; return;
    case '\0': name += "\\0"; return;
    default: name += c;
  }
}

void add_number(std::vector<std::string>& place, std::uint64_t number) {
  if (number <= 1) return;
  const std::string suffix = "-" + std::to_string(number);
  place.back() = shortened(std::move(place.back()), kLongestName - suffix.size()) + suffix;
}

std::uint64_t hash_of(const std::vector<std::string>& place) {
  std::uint64_t hash = hash_of(std::string_view());
  for (const std::string& part : place) hash = hash_of(part + "/", hash);
  return hash;
}

/// Those that make one job differ from another.
bool is_own(const JobSpec& job, const std::string& key) {
  return job.text == nullptr ||
         (job.text->defaults.find(key) == nullptr && job.text->extras.find(key) == nullptr);
}

std::string name_of_argument(const JobSpec& job, std::size_t at) {
  const bool is_named = job.text != nullptr && at < job.text->params.size();
  return is_named ? job.text->params[at] : std::to_string(at + 1);
}

}  // namespace

std::string directory_name(std::string_view text) {
  if (text.empty()) return "\\e";
  std::string name = text == "." || text == ".." ? "\\" : "";
  for (const char c : text) append_escaped(name, c);
  return shortened(std::move(name), kLongestName);
}

void ResultsPlaces::note(const JobSpec& job) {
  const std::vector<std::string> plain = plain_place(job);
  for (std::uint64_t number = 1;; ++number) {
    std::vector<std::string> place = plain;
    add_number(place, number);
    if (!taken_.insert(hash_of(place)).second) continue;
    if (number > 1) numbers_.emplace(job.index.value, number);
    return;
  }
}

std::vector<std::string> ResultsPlaces::take(const JobSpec& job) {
  std::vector<std::string> place = plain_place(job);
  if (const auto number = numbers_.find(job.index.value); number != numbers_.end()) {
    add_number(place, number->second);
    numbers_.erase(number);
  }
  return place;
}

std::vector<std::string> ResultsPlaces::plain_place(const JobSpec& job) const {
  const std::string index = std::to_string(job.index.value);
  if (layout_ == ResultsLayout::by_job) return {job.name ? directory_name(*job.name) : index};
  std::vector<std::string> place;
  for (std::size_t i = 0; i < job.args.size(); ++i) {
    place.push_back(directory_name(name_of_argument(job, i)));
    place.push_back(directory_name(to_word(job.args[i])));
  }
  for (const auto& [key, value] : job.kwargs) {
    if (!is_own(job, key)) continue;
    place.push_back(directory_name(key));
    place.push_back(directory_name(to_word(value)));
  }
  if (place.empty()) place.push_back(index);
  return place;
}

}  // namespace fanout
