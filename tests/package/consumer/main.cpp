// A program of somebody else's: uses the installed headers and library, and nothing of ours but
// them.
#include <cstdio>

#include "fanout/base/time.hpp"
#include "fanout/event.hpp"
#include "fanout/executor.hpp"
#include "fanout/reactor.hpp"
#include "fanout/settings.hpp"
#include "fanout/sink.hpp"
#include "fanout/source.hpp"

int main() {
  fanout::Settings settings;
  if (!fanout::apply_setting(settings, "timeout", "1m30s")) return 1;
  std::puts(fanout::format_duration(settings.timeout).c_str());
}
