#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "os/child.hpp"
#include "os/child_state.hpp"
#include "os/exec_limits.hpp"
#include "os/program_lookup.hpp"
#include "os/vfork_launcher.hpp"

namespace fanout {
namespace {

// Boost's handle owns the pidfd, but lets nobody wait for it except by its own async_wait, which
// reaps with waitpid and loses the resource use. An explicit instantiation may name a private
// member; the alternative is a second pidfd for every child.
template <LoopDescriptor ProcessHandle::*kMember>
struct Reveal {
  friend LoopDescriptor& pidfd_of(ProcessHandle& handle) { return handle.*kMember; }
};
LoopDescriptor& pidfd_of(ProcessHandle& handle);
template struct Reveal<&ProcessHandle::descriptor_>;

/// The initializer, in v2's words, that says what a SpawnRequest asks for.
struct RequestInit {
  const SpawnRequest& request;

  boost::system::error_code on_setup(VforkLauncher& launcher, const std::filesystem::path&,
                                     const char* const*&) const {
    launcher.plan.environment = request.environment;
    launcher.plan.directory = request.directory.empty() ? nullptr : request.directory.c_str();
    launcher.plan.stdio = request.stdio;
    launcher.plan.group = request.group;
    launcher.plan.pid_place = request.pid_place;
    launcher.plan.dies_with_parent = request.dies_with_parent;
    launcher.plan.cgroup_procs = request.cgroup_procs;
    launcher.plan.nice = request.nice;
    launcher.plan.limits = request.limits;
    return {};
  }
};

const char* search_path_of(const char* const* environment) {
  for (; *environment != nullptr; ++environment) {
    if (std::strncmp(*environment, "PATH=", 5) == 0) return *environment + 5;
  }
  return nullptr;
}

bool exists(const std::string& path, const std::string& directory) {
  const bool is_relative = path.empty() || path.front() != '/';
  const std::string full = is_relative && !directory.empty() ? directory + "/" + path : path;
  struct stat status {};
  return ::stat(full.c_str(), &status) == 0;
}

}  // namespace

void Child::State::watch_exit() {
  pidfd_of(handle).async_wait(LoopDescriptor::wait_read,
                              [self = shared_from_this()](const boost::system::error_code& error) {
                                if (error || !self->on_exit) return;
                                self->exited_at = self->loop.now();
                                // Moved out first: it may destroy the Child, and with it the
                                // function.
                                std::exchange(self->on_exit, nullptr)();
                              });
}

const char* const* own_environment() {
  return ::environ;
}

std::string SpawnError::message() const {
  const bool is_interpreter =
      failure.call == "exec" && failure.error_number == ENOENT && !not_found;
  if (is_interpreter) return failure.message() + " (it is there: what it needs to run is not)";
  if (longest_argument < kLongestArgument) return failure.message();
  return failure.message() + " (one argument has " + std::to_string(longest_argument) +
         " bytes; Linux takes " + std::to_string(kLongestArgument - 1) + ")";
}

bool SpawnError::is_shortage() const {
  switch (failure.error_number) {
    case EMFILE:
    case ENFILE: return true;
    case EAGAIN: return failure.call == "fork" || failure.call == "exec";
    case ENOMEM:
    case ENOSPC: return failure.call != "exec" && failure.call != "chdir";
    default: return false;
  }
}

struct Spawner::Parts {
  explicit Parts(EventLoop& event_loop) : loop(event_loop) {}

  std::variant<Child, SpawnError> spawn(const SpawnRequest& request,
                                        std::function<void()>& on_exit);
  std::optional<ProcessHandle> try_launch(const SpawnRequest& request, const std::string& path);
  SpawnError why_not(const SpawnRequest& request, const std::string& path) const;

  EventLoop& loop;
  ProgramLookup lookup;
  VforkLauncher launcher;
  boost::system::error_code error;  // of the last try_launch
  std::vector<const char*> argv;
};

std::optional<ProcessHandle> Spawner::Parts::try_launch(const SpawnRequest& request,
                                                        const std::string& path) {
  argv.clear();
  for (const std::string& word : request.argv) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  auto process =
      launcher(loop.internals().executor(), error, path, argv.data(), RequestInit{request});
  // Detached at once: a process that v2 still holds is waited for by pid when it is destroyed.
  if (error) return std::nullopt;
  return process.detach();
}

SpawnError Spawner::Parts::why_not(const SpawnRequest& request, const std::string& path) const {
  const std::string call = launcher.failed_call();
  if (call == "exec") {
    const bool is_missing = error.value() == ENOENT && !exists(path, request.directory);
    SpawnError refused{{call, request.argv.front(), error.value()}, is_missing};
    if (error.value() == E2BIG) {
      refused.longest_argument = std::ranges::max(request.argv, {}, &std::string::size).size();
    }
    return refused;
  }
  return {{call, call == "chdir" ? request.directory : "", error.value()}, false};
}

std::variant<Child, SpawnError> Spawner::Parts::spawn(const SpawnRequest& request,
                                                      std::function<void()>& on_exit) {
  const std::string& name = request.argv.front();
  const char* search_path = search_path_of(request.environment);
  for (;;) {
    const FoundProgram program = lookup.find(name, search_path, request.directory);
    if (program.error_number != 0) {
      return SpawnError{{"exec", name, program.error_number}, program.error_number == ENOENT};
    }
    if (auto handle = try_launch(request, program.path)) {
      auto state = std::make_shared<Child::State>(loop, std::move(*handle), request);
      state->on_exit = std::move(on_exit);
      state->watch_exit();
      return Child(std::move(state));
    }
    SpawnError refused = why_not(request, program.path);
    // What was remembered may have moved since: then look again.
    if (!refused.not_found || !lookup.forget(name, search_path, request.directory)) return refused;
  }
}

Spawner::Spawner(EventLoop& loop) : parts_(std::make_unique<Parts>(loop)) {}

Spawner::~Spawner() = default;

std::variant<Child, SpawnError> Spawner::spawn(const SpawnRequest& request,
                                               std::function<void()> on_exit) {
  assert(!request.argv.empty() && "a command has at least its program");
  return parts_->spawn(request, on_exit);
}

}  // namespace fanout
