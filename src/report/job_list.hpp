// The jobs of one status, as a JSON array of indices or names in input order.
// Indices are kept as ranges: a million successes are one entry.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "fanout/record.hpp"

namespace fanout {

class JobList {
 public:
  explicit JobList(bool is_named) : is_named_(is_named) {}

  void add(const JobSpec& spec);
  void append_to(std::string& out) const;

 private:
  void add_index(std::uint64_t index);

  bool is_named_;
  std::map<std::uint64_t, std::uint64_t> ranges_;  // first index -> one past the last
  std::map<std::uint64_t, std::string> names_;
};

}  // namespace fanout
