// Plays the children that a job runner must cope with. The first argument names the part.
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

extern char** environ;

namespace {

using Arguments = char**;

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count <= 0) std::exit(90);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

// Tells the test that everything is set up, so that it need not guess.
void say_ready() {
  write_all(STDOUT_FILENO, "ready\n");
}

[[noreturn]] void wait_for_ever() {
  for (;;) ::pause();
}

int play_exit(Arguments arguments) {
  return std::atoi(arguments[0]);
}

int play_kill(Arguments arguments) {
  ::raise(std::atoi(arguments[0]));
  wait_for_ever();
}

int play_sleeper(Arguments) {
  say_ready();
  wait_for_ever();
}

int play_deaf(Arguments) {
  std::signal(SIGTERM, SIG_IGN);
  say_ready();
  wait_for_ever();
}

// Stops itself; when it is continued without having been ended, it exits.
int play_stopped(Arguments) {
  say_ready();
  ::raise(SIGSTOP);
  return 0;
}

// Exits, but leaves a process of its group that holds its output; only standard error, when told
// to close the other.
int play_grandchild(Arguments arguments) {
  if (::fork() == 0) {
    if (arguments[0] != nullptr) ::close(std::atoi(arguments[0]));
    wait_for_ever();
  }
  say_ready();
  return 0;
}

// Lives on with a process that has gone to a session of its own, where no signal to the group
// reaches it.
int play_runaway(Arguments) {
  if (::fork() == 0) {
    ::setsid();
    say_ready();
    ::alarm(30);
    wait_for_ever();
  }
  wait_for_ever();
}

// What a test that failed leaves behind ends by itself.
[[noreturn]] void linger() {
  ::alarm(30);
  wait_for_ever();
}

bool has_word(Arguments arguments, std::string_view word) {
  for (; *arguments != nullptr; ++arguments) {
    if (word == *arguments) return true;
  }
  return false;
}

[[noreturn]] void linger_without_environment() {
  char name[] = "bad_child";
  char part[] = "lingerer";
  char* const arguments[] = {name, part, nullptr};
  char* const environment[] = {nullptr};
  ::execve("/proc/self/exe", arguments, environment);
  std::exit(92);
}

int play_lingerer(Arguments) {
  say_ready();
  linger();
}

// Has a daemon, which holds its outputs: its parent gone, in a session of its own; only in a group
// of its own with the word "group". Exits with the word "leave", otherwise lives on.
int play_daemon(Arguments arguments) {
  const pid_t parent = ::fork();
  if (parent == 0) {
    if (!has_word(arguments, "group")) ::setsid();
    if (::fork() != 0) ::_exit(0);
    ::setpgid(0, 0);
    linger();
  }
  ::waitpid(parent, nullptr, 0);
  say_ready();
  if (has_word(arguments, "leave")) return 0;
  linger();
}

// Lives on with a process in a session of its own that has erased its environment.
int play_nameless(Arguments) {
  if (::fork() != 0) linger();
  ::setsid();
  ::alarm(30);
  linger_without_environment();
}

// A process that is never the same: each forks the next and exits, a thousand times a second: much
// faster than anybody looks, but no faster than an init reaps, or the table of processes is full
// before the test is over. In a group and a session that are not the leader's.
int play_chain(Arguments) {
  if (::fork() != 0) linger();
  ::setsid();
  const time_t end = ::time(nullptr) + 20;
  say_ready();
  while (::time(nullptr) < end) {
    const pid_t next = ::fork();
    if (next > 0) ::_exit(0);
    ::usleep(1000);
  }
  return 0;
}

// Doubles every millisecond, so many times, everybody in a group of their own.
int play_bomb(Arguments arguments) {
  say_ready();
  for (int left = std::atoi(arguments[0]); left > 0; --left) {
    if (::fork() == 0) ::setpgid(0, 0);
    ::usleep(1000);
  }
  linger();
}

// Takes the terminal on its standard input for itself, and lives on.
int play_grabber(Arguments) {
  std::signal(SIGTTOU, SIG_IGN);
  ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
  say_ready();
  linger();
}

// So many bytes on both outputs, in turns.
int play_flood(Arguments arguments) {
  std::size_t left = static_cast<std::size_t>(std::atol(arguments[0]));
  const std::string block(50000, 'x');
  while (left > 0) {
    const std::size_t count = left < block.size() ? left : block.size();
    write_all(STDOUT_FILENO, std::string_view(block).substr(0, count));
    write_all(STDERR_FILENO, std::string_view(block).substr(0, count));
    left -= count;
  }
  return 0;
}

int play_environment(Arguments) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    write_all(STDOUT_FILENO, std::string(*entry) + "\n");
  }
  return 0;
}

int play_directory(Arguments) {
  char buffer[4096];
  write_all(STDOUT_FILENO, ::getcwd(buffer, sizeof buffer));
  return 0;
}

int play_group(Arguments) {
  write_all(STDOUT_FILENO, ::getpgrp() == ::getpid() ? "leader" : std::to_string(::getpgrp()));
  return 0;
}

// Whether the terminal on standard input is ours to read.
int play_foreground(Arguments) {
  return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp() && ::getpgrp() == ::getppid() ? 0 : 1;
}

// The lines of proc(5) that tell what is blocked and what is ignored.
int play_signals(Arguments) {
  std::FILE* status = std::fopen("/proc/self/status", "re");
  char line[256];
  while (std::fgets(line, sizeof line, status) != nullptr) {
    if (std::strncmp(line, "SigBlk", 6) == 0 || std::strncmp(line, "SigIgn", 6) == 0) {
      write_all(STDOUT_FILENO, line);
    }
  }
  std::fclose(status);
  return 0;
}

int play_descriptors(Arguments) {
  DIR* directory = ::opendir("/proc/self/fd");
  std::string open;
  while (const dirent* entry = ::readdir(directory)) {
    if (entry->d_name[0] == '.' || std::atoi(entry->d_name) == ::dirfd(directory)) continue;
    open += entry->d_name;
    open += ' ';
  }
  ::closedir(directory);
  write_all(STDOUT_FILENO, open);
  return 0;
}

int play_echo(Arguments) {
  char buffer[65536];
  for (ssize_t count = 0; (count = ::read(STDIN_FILENO, buffer, sizeof buffer)) > 0;) {
    write_all(STDOUT_FILENO, std::string_view(buffer, static_cast<std::size_t>(count)));
  }
  return 0;
}

int play_arguments(Arguments arguments) {
  for (; *arguments != nullptr; ++arguments)
    write_all(STDOUT_FILENO, std::string(*arguments) + "|");
  return 0;
}

int play_bytes(Arguments) {
  write_all(STDOUT_FILENO, std::string_view("a\0b\xff\n", 5));
  write_all(STDERR_FILENO, std::string_view("\0", 1));
  return 0;
}

// Uses so many megabytes and some time of its own.
int play_glutton(Arguments arguments) {
  std::string memory(static_cast<std::size_t>(std::atol(arguments[0])) << 20, 'x');
  rusage usage{};
  do {
    for (char& byte : memory) byte = static_cast<char>(byte + 1);
    ::getrusage(RUSAGE_SELF, &usage);
  } while (usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec < 20000);
  return memory.front() == memory.back() ? 0 : 1;
}

struct Part {
  std::string_view name;
  int (*play)(Arguments);
};

constexpr Part kParts[] = {
    {"exit", play_exit},
    {"kill", play_kill},
    {"sleeper", play_sleeper},
    {"deaf", play_deaf},
    {"stopped", play_stopped},
    {"grandchild", play_grandchild},
    {"runaway", play_runaway},
    {"lingerer", play_lingerer},
    {"daemon", play_daemon},
    {"nameless", play_nameless},
    {"chain", play_chain},
    {"bomb", play_bomb},
    {"grabber", play_grabber},
    {"flood", play_flood},
    {"environment", play_environment},
    {"directory", play_directory},
    {"group", play_group},
    {"foreground", play_foreground},
    {"signals", play_signals},
    {"descriptors", play_descriptors},
    {"echo", play_echo},
    {"arguments", play_arguments},
    {"bytes", play_bytes},
    {"glutton", play_glutton},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Part& part : kParts) {
    if (argc > 1 && part.name == argv[1]) return part.play(argv + 2);
  }
  write_all(STDERR_FILENO, "bad_child: no such part\n");
  return 91;
}
