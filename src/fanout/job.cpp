#include "fanout/job.hpp"

namespace fanout {

std::string at(const Origin& origin, const std::string& message) {
  if (origin.file == nullptr || origin.line == 0) return message;
  return *origin.file + ":" + std::to_string(origin.line) + ":" + std::to_string(origin.column) +
         ": " + message;
}

std::vector<std::string> argv_in_slot(Command command, SlotNumber slot) {
  std::vector<std::string> argv = std::move(command.argv);
  const std::string number = std::to_string(slot.value);
  // From the last hole to the first, so that the offsets before it stay true.
  for (auto hole = command.slot_holes.rbegin(); hole != command.slot_holes.rend(); ++hole) {
    argv[hole->word].insert(hole->offset, number);
  }
  return argv;
}

}  // namespace fanout
