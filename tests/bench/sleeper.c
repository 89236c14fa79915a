/* A job that takes next to no memory and lasts until it is ended. */
#include <unistd.h>

int main(void) {
  for (;;) pause();
}
