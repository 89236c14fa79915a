// Jobs that may start as soon as they can have what they want. Those that want the same stand in
// one lane, by rank; only the first of a lane can be next, so that nobody looks at the others.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sched/holdings.hpp"
#include "sched/slots.hpp"

namespace fanout {

/// Who goes first: the higher priority, then whoever comes first in the input.
struct Rank {
  std::int32_t priority = 0;
  JobIndex index;

  bool operator==(const Rank&) const = default;
  std::strong_ordering operator<=>(const Rank& other) const {
    const auto by_priority = other.priority <=> priority;
    return by_priority != 0 ? by_priority : index <=> other.index;
  }
};

class Lanes {
 public:
  explicit Lanes(const std::vector<Resource>& resources) : holdings_(resources) {}

  /// It has a plan.
  void add(Job job);
  std::size_t size() const { return size_; }

  /// Who may start next: the first by rank that can have what it wants. While the very first has
  /// to wait, what it wants is kept for it, so that it need not wait for ever.
  std::optional<Rank> next() const;
  /// The one that next() speaks of, with what it wants. Precondition: there is one.
  Job take_next();
  /// The attempt that began with take_next() is over.
  void give_back(const JobRecord& job);

  std::vector<Job> take_all();

 private:
  using Lane = std::map<Rank, Job>;
  /// The lanes of those who need the same resources: often nobody has to look at any of them.
  struct Group {
    std::map<std::vector<std::string>, Lane> by_mutexes;
    std::set<std::pair<Rank, Lane*>> by_rank;  // of the first in each
  };

  Lane* find_next() const;
  Lane* first() const;

  Holdings holdings_;
  std::map<std::vector<Need>, Group> groups_;  // none is empty, and no lane
  std::size_t size_ = 0;
  // It is asked for more often than it can change; looking costs something.
  mutable std::optional<Lane*> next_;
};

}  // namespace fanout
