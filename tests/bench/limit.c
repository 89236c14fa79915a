/* The least that the kernel asks for: vfork, exec and wait for each job, and nothing else.

   limit [-c] [-j N] COUNT PROGRAM [ARGUMENT]...

   Runs PROGRAM COUNT times, at most N (4) at once. With -c standard output and standard error are
   read through a pipe each, to their ends, and thrown away. Exits with 1 when a job did not exit
   with 0. Not for use: it cannot even look up a program in PATH. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kMostSlots = 64, kOutputs = 2 };

struct slot {
  pid_t pid; /* 0: free */
  int open;  /* outputs that have not ended */
};

static struct slot slots[kMostSlots];
static struct pollfd watched[kMostSlots * kOutputs]; /* two for each slot; fd -1: closed */
static int has_failed;

static void fail(const char* call) {
  perror(call);
  exit(1);
}

/* A function of its own, since a vforked child shares the variables of the frame it came from.
   An output that is -1 is inherited. */
static pid_t spawn(char* const* argv, int standard_output, int standard_error) {
  const pid_t pid = vfork();
  if (pid < 0) fail("vfork");
  if (pid > 0) return pid;
  if (standard_output >= 0) dup2(standard_output, STDOUT_FILENO);
  if (standard_error >= 0) dup2(standard_error, STDERR_FILENO);
  execv(argv[0], argv);
  _exit(127);
}

static void start_captured(int slot, char* const* argv) {
  int pipes[kOutputs][2];
  for (int i = 0; i < kOutputs; ++i) {
    if (pipe2(pipes[i], O_CLOEXEC) != 0) fail("pipe2");
    watched[slot * kOutputs + i].fd = pipes[i][0];
  }
  slots[slot].pid = spawn(argv, pipes[0][1], pipes[1][1]);
  slots[slot].open = kOutputs;
  for (int i = 0; i < kOutputs; ++i) close(pipes[i][1]);
}

/* Waits for this process, or for any when it is -1. */
static pid_t reap(pid_t pid) {
  int status;
  struct rusage usage;
  pid = wait4(pid, &status, 0, &usage);
  if (pid < 0) fail("wait4");
  if (status != 0) has_failed = 1;
  return pid;
}

/* Returns how many jobs have ended. An end without data is told by poll alone. */
static int read_outputs(int slot_count) {
  static char buffer[65536];
  int ended = 0;
  if (poll(watched, (nfds_t)(slot_count * kOutputs), -1) < 0) fail("poll");
  for (int i = 0; i < slot_count * kOutputs; ++i) {
    if (watched[i].fd < 0 || watched[i].revents == 0) continue;
    if (watched[i].revents & POLLIN) {
      if (read(watched[i].fd, buffer, sizeof buffer) < 0) fail("read");
      continue;
    }
    close(watched[i].fd);
    watched[i].fd = -1;
    struct slot* slot = &slots[i / kOutputs];
    if (--slot->open > 0) continue;
    reap(slot->pid);
    slot->pid = 0;
    ++ended;
  }
  return ended;
}

static int wait_for_any(int slot_count) {
  const pid_t pid = reap(-1);
  for (int i = 0; i < slot_count; ++i) {
    if (slots[i].pid == pid) slots[i].pid = 0;
  }
  return 1;
}

static void run(long left, char* const* argv, int slot_count, int is_captured) {
  int running = 0;
  while (left > 0 || running > 0) {
    for (int i = 0; i < slot_count && left > 0; ++i) {
      if (slots[i].pid != 0) continue;
      if (is_captured) {
        start_captured(i, argv);
      } else {
        slots[i].pid = spawn(argv, -1, -1);
      }
      --left;
      ++running;
    }
    running -= is_captured ? read_outputs(slot_count) : wait_for_any(slot_count);
  }
}

int main(int argc, char** argv) {
  int is_captured = 0;
  int slot_count = 4;
  for (int option; (option = getopt(argc, argv, "+cj:")) != -1;) {
    if (option == 'c') is_captured = 1;
    if (option == 'j') slot_count = atoi(optarg);
    if (option == '?') return 2;
  }
  if (argc - optind < 2 || slot_count < 1 || slot_count > kMostSlots) {
    fprintf(stderr, "usage: limit [-c] [-j N] COUNT PROGRAM [ARGUMENT]...\n");
    return 2;
  }
  for (int i = 0; i < kMostSlots * kOutputs; ++i) watched[i] = (struct pollfd){-1, POLLIN, 0};
  run(atol(argv[optind]), argv + optind + 1, slot_count, is_captured);
  return has_failed;
}
