/* What a program takes: measure FILE PROGRAM [ARGUMENT]...

   Writes one line of JSON to FILE: wall seconds from start to exit, and CPU seconds and the largest
   resident memory (KiB) of the program and all its descendants, orphans included. Exits as the
   program does, 128+N for a signal.

   It is small because Linux counts the image that exec replaced: started from Python, no program
   would have a peak below Python's own. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static pid_t spawn(char** argv) {
  const pid_t pid = vfork();
  if (pid != 0) return pid;
  execvp(argv[0], argv);
  _exit(127);
}

int main(int argc, char** argv) {
  if (argc < 3) {
    fputs("usage: measure FILE PROGRAM [ARGUMENT]...\n", stderr);
    return 2;
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const double start = now();
  const pid_t pid = spawn(argv + 2);
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) < 0) {
    perror("measure");
    return 1;
  }
  const double wall = now() - start;
  while (wait(NULL) > 0) continue;

  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  FILE* file = fopen(argv[1], "w");
  if (file == NULL) {
    perror(argv[1]);
    return 1;
  }
  fprintf(file, "{\"wall\": %.6f, \"user\": %.6f, \"system\": %.6f, \"max_rss_kib\": %ld}\n", wall,
          seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss);
  if (fclose(file) != 0) return 1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
