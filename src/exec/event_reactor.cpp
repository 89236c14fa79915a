#include "exec/event_reactor.hpp"

namespace fanout {

void EventReactor::wait(std::optional<Instant> deadline, std::vector<Notice>& news) {
  // Looked at even when there is news already: attempts that end at once, one after the other,
  // must not keep a signal from being heard.
  if (!inbox_.empty()) {
    loop_.run_until(Instant::min());
  } else {
    // What happened may have been a chunk of output, which is no news to anybody yet.
    do {
      if (before_wait_ && (!deadline || now() < *deadline)) before_wait_();
      loop_.run_until(deadline);
    } while (inbox_.empty() && (!deadline || now() < *deadline));
  }
  inbox_.drain_into(news);
}

}  // namespace fanout
