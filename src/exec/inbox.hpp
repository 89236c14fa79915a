// News on its way to the scheduler, in the order in which it came. It judges none of it.
#pragma once

#include <iterator>
#include <utility>
#include <vector>

#include "fanout/notice.hpp"

namespace fanout {

class Inbox {
 public:
  template <typename News>
  void push(News&& news) {
    notices_.emplace_back(std::forward<News>(news));
  }
  bool empty() const { return notices_.empty(); }

  /// Appends everything to `news` and is empty afterwards.
  void drain_into(std::vector<Notice>& news) {
    std::move(notices_.begin(), notices_.end(), std::back_inserter(news));
    notices_.clear();
  }

 private:
  std::vector<Notice> notices_;
};

}  // namespace fanout
