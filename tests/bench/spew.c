/* spew BYTES: writes so many bytes of text, in lines of 64, as fast as they are taken. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  static char text[1 << 16];
  if (argc != 2) return 2;
  memset(text, 'x', sizeof text);
  for (size_t i = 63; i < sizeof text; i += 64) text[i] = '\n';
  for (long long left = atoll(argv[1]); left > 0;) {
    const size_t wanted = left < (long long)sizeof text ? (size_t)left : sizeof text;
    const ssize_t written = write(STDOUT_FILENO, text, wanted);
    if (written < 0) return 1;
    left -= written;
  }
  return 0;
}
