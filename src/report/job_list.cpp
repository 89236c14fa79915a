#include "report/job_list.hpp"

#include "fanout/base/json_text.hpp"

namespace fanout {

void JobList::add(const JobSpec& spec) {
  if (is_named_) {
    names_.emplace(spec.index.value, spec.name.value_or(""));
  } else {
    add_index(spec.index.value);
  }
}

void JobList::add_index(std::uint64_t index) {
  std::uint64_t last = index + 1;
  auto after = ranges_.upper_bound(index);
  if (after != ranges_.end() && after->first == last) {
    last = after->second;
    after = ranges_.erase(after);
  }
  if (after != ranges_.begin() && std::prev(after)->second == index) {
    std::prev(after)->second = last;
  } else {
    ranges_.emplace(index, last);
  }
}

void JobList::append_to(std::string& out) const {
  out += '[';
  const std::size_t empty_size = out.size();
  const auto comma = [&] {
    if (out.size() > empty_size) out += ',';
  };
  for (const auto& [index, name] : names_) {
    comma();
    append_json_word(out, name);
  }
  for (const auto& [first, last] : ranges_) {
    for (std::uint64_t index = first; index < last; ++index) {
      comma();
      out += std::to_string(index);
    }
  }
  out += ']';
}

}  // namespace fanout
