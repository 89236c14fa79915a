#include "cli/main.hpp"

int main(int argc, char** argv) {
  return fanout::fanout_main({argv, argv + argc});
}
