#include "cli/main.hpp"

#include <new>

#include "cli/messages.hpp"

int main(int argc, char** argv) {
  try {
    return fanout::fanout_main({argv, argv + argc});
  } catch (const std::bad_alloc&) {
    // On the way here every job was ended.
    return static_cast<int>(fanout::out_of_memory());
  }
}
