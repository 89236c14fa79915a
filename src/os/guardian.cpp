#include "os/guardian.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "os/cgroup.hpp"
#include "os/process_tree.hpp"
#include "os/signals.hpp"
#include "os/tree_signals.hpp"

namespace fanout {

/// Memory without a file. Of it only what was touched is there.
struct Guardian::Places {
  static constexpr std::uint32_t kCount = 1U << 20;

  std::uint32_t used;  ///< the highest slot that was asked for
  pid_t pids[kCount];
};

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kName = "job-guardian";
// What hangs in the kernel, or runs as somebody else, cannot be ended; nobody waits for it for
// ever.
constexpr auto kLongest = 5s;
constexpr auto kPause = 10ms;

/// Where the kernel finds the words that ps(1) shows: arg_start and arg_end of proc_pid_stat(5).
/// Both 0 where it does not say.
std::pair<std::uintptr_t, std::uintptr_t> command_line_place() {
  constexpr int kBefore = 48 - 3;  // fields between the name and arg_start
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == line.npos) return {};
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < kBefore; ++i) fields >> skipped;
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  return fields >> begin >> end ? std::pair(begin, end)
                                : std::pair<std::uintptr_t, std::uintptr_t>();
}

// Whoever kills fanout by its name or its command line is not to hit us both.
void take_own_name() {
  ::prctl(PR_SET_NAME, kName.data());
  const auto [begin, end] = command_line_place();
  if (begin == 0 || end <= begin) return;
  // Our own copy of the stack: fanout's stays as it is. The last byte must be left 0, or the kernel
  // reads on.
  char* const words = reinterpret_cast<char*>(begin);
  std::memset(words, 0, end - begin);
  std::memcpy(words, kName.data(), std::min<std::size_t>(kName.size(), end - begin - 1));
}

void close_from(unsigned first) {
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
  constexpr long kMost = 1 << 20;  // the limit itself may be a billion
  const long end = std::min(::sysconf(_SC_OPEN_MAX), kMost);
  for (int fd = static_cast<int>(first); fd < end; ++fd) ::close(fd);
}

/// Leaves all that is fanout's but the reading end, which becomes descriptor 0: its terminal, its
/// directory, and its descriptors, on whose end others wait; our copy of the writing end with them.
void leave_home(int reader) {
  ::setsid();
  ::dup2(reader, 0);
  const int null = ::open("/dev/null", O_RDWR);
  for (const int fd : {1, 2}) null < 0 ? ::close(fd) : ::dup2(null, fd);
  close_from(3);
  if (::chdir("/") != 0) return;  // then fanout's stays in use
}

/// Waits for the end of the pipe; false when there is none to wait for.
bool await_death() {
  char byte = 0;
  ssize_t count = 0;
  do {
    count = ::read(0, &byte, 1);
  } while (count < 0 && errno == EINTR);
  return count == 0;
}

void pause_for(std::chrono::nanoseconds time) {
  const timespec wanted{0, static_cast<long>(time.count())};
  ::nanosleep(&wanted, nullptr);
}

/// The pipe ends a moment before fanout does. Whoever is stopped in that moment gets SIGHUP and
/// SIGCONT from the kernel, since its group has lost its parent (_exit(2)): a leader would die
/// before anybody has seen whose parent it is.
void await_end_of(pid_t parent) {
  while (::getppid() == parent) pause_for(1ms);
}

/// Ends them until two looks in turn find nobody: a child may be about to write its number.
void end_all(ProcessTrees trees, const Family& family) {
  const auto enough = Clock::now() + kLongest;
  for (int empty_looks = 0; empty_looks < 2 && Clock::now() < enough;) {
    kill(trees, family);
    pause_for(kPause);
    const std::vector<bool> have = have_processes(trees, family);
    const bool is_empty = std::find(have.begin(), have.end(), true) == have.end();
    empty_looks = is_empty ? empty_looks + 1 : 0;
  }
}

/// The trees of the run: those led by who has a place, who may have erased their environment, and
/// what is known by its mark or its cgroup alone.
std::vector<ProcessTree> trees_of(ProcessTree whole_run, const pid_t* begin, const pid_t* end) {
  std::vector<ProcessTree> trees = {std::move(whole_run)};
  for (const pid_t* pid = begin; pid != end; ++pid) {
    if (*pid > 1) trees.emplace_back().leader = *pid;
  }
  return trees;
}

void end_run(ProcessTree whole_run, const pid_t* begin, const pid_t* end, const Family& family) {
  const std::string cgroup = whole_run.cgroup;
  std::vector<ProcessTree> trees = trees_of(std::move(whole_run), begin, end);
  std::vector<ProcessTree*> all;
  for (ProcessTree& tree : trees) all.push_back(&tree);
  end_all(all, family);
  if (!cgroup.empty()) dissolve_cgroup(cgroup, cgroup + "/..");
}

}  // namespace

Result<std::unique_ptr<Guardian>> Guardian::start(const std::string& run,
                                                  const std::string& cgroup) {
  auto opened = open_pipe();
  if (auto* failure = std::get_if<SystemFailure>(&opened)) {
    return system_error(failure->call, failure->object, failure->error_number);
  }
  Pipe pipe = std::get<Pipe>(std::move(opened));
  void* memory = ::mmap(nullptr, sizeof(Places), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return system_error("mmap", "", errno);
  Places* const places = static_cast<Places*>(memory);
  std::unique_ptr<Guardian> guardian(new Guardian(places, std::move(pipe.writer)));
  ProcessTree whole_run;
  whole_run.mark = run;
  whole_run.cgroup = cgroup;
  Family family;  // with fanout's session, in which leaders start
  // In the guardian they stay blocked: none but SIGKILL and SIGSTOP reaches it.
  const SignalsBlocked blocked;
  const pid_t parent = ::getpid();
  guardian->pid_ = ::fork();
  if (guardian->pid_ < 0) return system_error("fork", "", errno);
  if (guardian->pid_ > 0) return guardian;

  guard(parent, pipe.reader.get(), std::move(whole_run), *places, std::move(family));
}

// No exception leaves it: fanout would run on, twice.
void Guardian::guard(pid_t parent, int reader, ProcessTree whole_run, const Places& places,
                     Family family) noexcept {
  leave_home(reader);
  take_own_name();
  if (await_death()) {
    await_end_of(parent);
    family.self = ::getpid();
    family.scope = Family::Scope::everybody;
    end_run(std::move(whole_run), places.pids, places.pids + places.used, family);
  }
  ::_exit(0);
}

Guardian::~Guardian() {
  // Before the pipe ends. One that has ended is a zombie still, so the number is its own.
  if (pid_ > 0) ::kill(pid_, SIGKILL);
  while (pid_ > 0 && ::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ::munmap(places_, sizeof(Places));
}

pid_t* Guardian::place(std::uint32_t slot) {
  if (slot == 0 || slot > Places::kCount) return nullptr;
  places_->used = std::max(places_->used, slot);
  return &places_->pids[slot - 1];
}

// Nobody but the guardian holds the other end of the pipe. waitid(2) would go through all of
// fanout's children to find it.
bool Guardian::is_alive() const {
  pollfd end{lifeline_.get(), 0, 0};
  return ::poll(&end, 1, 0) == 0;
}

}  // namespace fanout
