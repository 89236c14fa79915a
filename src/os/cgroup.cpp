#include "os/cgroup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "os/cpus.hpp"

namespace fanout {
namespace {

namespace fs = std::filesystem;

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool write_text(const std::string& path, std::string_view text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.is_open() && write_all(file.get(), text) == 0;
}

std::vector<pid_t> direct_processes_in(const std::string& directory) {
  std::ifstream file(directory + "/cgroup.procs");
  std::vector<pid_t> pids;
  // 0 is who cannot be named in our PID namespace.
  for (pid_t pid = 0; file >> pid;) {
    if (pid > 0) pids.push_back(pid);
  }
  return pids;
}

std::vector<std::string> directories_in(const std::string& directory) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (fs::directory_iterator at(directory, ignored), end; at != end; at.increment(ignored)) {
    if (at->is_directory(ignored)) found.push_back(at->path());
  }
  return found;
}

/// Our own directory in the tree of version 2; empty when no mount shows it.
std::string own_directory(const std::string& cgroup) {
  for (const CgroupDirectory& one : cpu_cgroups(cgroup, read_text("/proc/self/mountinfo"))) {
    if (one.version != CgroupDirectory::Version::v2) continue;
    // What a mount does not show is guessed at there, so it has to prove itself.
    const std::vector<pid_t> pids = direct_processes_in(one.path);
    if (std::find(pids.begin(), pids.end(), ::getpid()) != pids.end()) return one.path;
  }
  return {};
}

bool has_delegate_mark(const std::string& directory) {
  for (const char* name : {"trusted.delegate", "user.delegate"}) {
    char value = 0;
    if (::getxattr(directory.c_str(), name, &value, 1) == 1 && value == '1') return true;
  }
  return false;
}

bool is_writable(const std::string& path) {
  return ::access(path.c_str(), W_OK) == 0;
}

/// Whether what is below it is ours to shape, and not the init system's.
bool is_delegated(const std::string& directory, std::string_view cgroup) {
  if (!is_writable(directory) || !is_writable(directory + "/cgroup.procs")) return false;
  if (has_delegate_mark(directory) || ::geteuid() != 0) return true;
  // The root of a container's namespace; that of the machine itself has no such file.
  const bool is_root = cgroup.starts_with("0::/\n") || cgroup.find("\n0::/\n") != cgroup.npos;
  return is_root && ::access((directory + "/cgroup.type").c_str(), F_OK) == 0;
}

bool make_directory(const std::string& path) {
  return ::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST;
}

void move_all(const std::string& from, const std::string& to) {
  // Each by itself, as the kernel wants it. Who forks meanwhile is found in the next round.
  constexpr int kMostRounds = 100;
  for (int round = 0; round < kMostRounds; ++round) {
    const std::vector<pid_t> pids = processes_in_cgroup(from);
    if (pids.empty()) return;
    for (const pid_t pid : pids) write_text(to + "/cgroup.procs", std::to_string(pid));
  }
}

bool is_populated(const std::string& directory) {
  return read_text(directory + "/cgroup.events").find("populated 1") != std::string::npos;
}

void remove_with_all_below(const std::string& directory) {
  for (const std::string& below : directories_in(directory)) remove_with_all_below(below);
  ::rmdir(directory.c_str());
}

}  // namespace

std::unique_ptr<Cgroup> Cgroup::open(const std::string& run) {
  const std::string cgroup = read_text("/proc/self/cgroup");
  const std::string home = own_directory(cgroup);
  if (home.empty() || !is_delegated(home, cgroup)) return nullptr;
  std::string directory = home + "/fanout-" + run;
  if (!make_directory(directory)) return nullptr;
  return std::unique_ptr<Cgroup>(new Cgroup(home, std::move(directory)));
}

Cgroup::~Cgroup() {
  dissolve_cgroup(directory_, home_);
}

std::optional<Cgroup::Slot> Cgroup::enter(std::uint32_t slot) {
  Slot entered{directory_ + "/" + std::to_string(slot), Fd()};
  if (!make_directory(entered.directory)) return std::nullopt;
  if (is_populated(entered.directory)) move_all(entered.directory, directory_);
  const std::string procs = entered.directory + "/cgroup.procs";
  entered.procs = Fd(::open(procs.c_str(), O_WRONLY | O_CLOEXEC));
  if (!entered.procs.is_open()) return std::nullopt;
  return entered;
}

std::vector<pid_t> processes_in_cgroup(const std::string& directory) {
  std::vector<pid_t> all = direct_processes_in(directory);
  for (const std::string& below : directories_in(directory)) {
    const std::vector<pid_t> pids = processes_in_cgroup(below);
    all.insert(all.end(), pids.begin(), pids.end());
  }
  return all;
}

void kill_cgroup(const std::string& directory) {
  write_text(directory + "/cgroup.kill", "1");
}

void dissolve_cgroup(const std::string& directory, const std::string& to) {
  move_all(directory, to);
  remove_with_all_below(directory);
}

}  // namespace fanout
