#include "os/resource_limit.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sstream>
#include <string>
#include <vector>

#include "os/child.hpp"
#include "os/os_fixture.hpp"
#include "os/pipe_reader.hpp"

using namespace fanout;

namespace {

/// A child with limits and a niceness, its standard output, and how it ended.
struct Limited {
  explicit Limited(std::vector<std::string> words) : argv(std::move(words)) {}

  std::optional<SpawnError> run() {
    Pipe pipe = std::get<Pipe>(open_pipe());
    SpawnRequest request;
    request.argv = argv;
    request.stdio[1] = pipe.writer.get();
    request.limits = limits;
    request.nice = nice;
    bool has_exited = false;
    bool has_ended = false;
    auto spawned = spawner.spawn(request, [&] { has_exited = true; });
    if (auto* error = std::get_if<SpawnError>(&spawned)) return *error;
    Child child = std::get<Child>(std::move(spawned));
    pipe.writer.close();
    auto reader = PipeReader::open(
        *loop, std::move(pipe.reader),
        {[&](std::string_view bytes) { output += bytes; }, [&] { has_ended = true; }});
    run_until(*loop, [&] { return has_exited && has_ended; });
    const Result<Reaped> reaped = child.reap();
    REQUIRE(reaped);
    status = reaped->status;
    return std::nullopt;
  }

  /// Soft and hard limit as the child sees them, from /proc/self/limits.
  std::string row(const std::string& name) const {
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(name)) continue;
      std::istringstream words(line.substr(name.size()));
      std::string soft;
      std::string hard;
      words >> soft >> hard;
      return soft + " " + hard;
    }
    return "none";
  }

  std::unique_ptr<EventLoop> loop = make_loop();
  Spawner spawner{*loop};
  std::vector<std::string> argv;
  std::vector<ResourceLimit> limits;
  int nice = 0;
  std::string output;
  WaitStatus status{0};
};

std::string own_limits() {
  Limited child({"cat", "/proc/self/limits"});
  REQUIRE_FALSE(child.run());
  return child.output;
}

int own_nice() {
  return ::getpriority(PRIO_PROCESS, 0);
}

}  // namespace

TEST_CASE("every limit is the child's, soft and hard, and none of them is ours") {
  const std::string before = own_limits();
  const std::pair<ProcessLimit, const char*> rows[] = {
      {ProcessLimit::cpu, "Max cpu time"},         {ProcessLimit::memory, "Max address space"},
      {ProcessLimit::data, "Max data size"},       {ProcessLimit::stack, "Max stack size"},
      {ProcessLimit::file_size, "Max file size"},  {ProcessLimit::files, "Max open files"},
      {ProcessLimit::processes, "Max processes"},  {ProcessLimit::core, "Max core file size"},
      {ProcessLimit::locked, "Max locked memory"},
  };
  static_assert(std::size(rows) == kProcessLimits);
  Limited child({"cat", "/proc/self/limits"});
  std::uint64_t value = 64ULL << 20;
  for (const auto& [resource, name] : rows) {
    const bool is_count = resource == ProcessLimit::files || resource == ProcessLimit::core ||
                          resource == ProcessLimit::locked;
    child.limits.push_back(resource_limit(resource, is_count ? 16 : value++));
  }
  // No hard limit of ours may be in the way of a test.
  std::erase_if(child.limits, [](const ResourceLimit& limit) {
    rlimit found{};
    ::getrlimit(static_cast<__rlimit_resource_t>(limit.resource), &found);
    return limit.value > found.rlim_max;
  });
  REQUIRE_FALSE(child.run());
  std::size_t checked = 0;
  for (const ResourceLimit& limit : child.limits) {
    const auto* row = std::ranges::find_if(rows, [&](const auto& known) {
      return resource_limit(known.first, 0).resource == limit.resource;
    });
    const std::string soft = std::to_string(limit.value);
    const bool is_cpu = row->first == ProcessLimit::cpu;
    CAPTURE(row->second);
    CHECK(child.row(row->second) == soft + " " + (is_cpu ? std::to_string(limit.value + 1) : soft));
    ++checked;
  }
  CHECK(checked >= 3);
  CHECK(own_limits() == before);
}

TEST_CASE("who uses up the processor time dies of SIGXCPU, not of the SIGKILL behind it") {
  Limited child({"sh", "-c", "while :; do :; done"});
  child.limits = {resource_limit(ProcessLimit::cpu, 1)};
  REQUIRE_FALSE(child.run());
  CHECK(child.status.signal() == SIGXCPU);
}

TEST_CASE("a limit that may not be set is a failure that names it, and leaves no process") {
  Limited child({"true"});
  child.limits = {resource_limit(ProcessLimit::files, kNoLimit)};  // not even for root
  const std::ptrdiff_t open_before = count_open_descriptors();
  const std::optional<SpawnError> error = child.run();
  REQUIRE(error);
  CHECK(error->failure.call == "setrlimit RLIMIT_NOFILE");
  CHECK(error->failure.error_number == EPERM);
  CHECK(error->message() == "setrlimit RLIMIT_NOFILE: Operation not permitted");
  CHECK_FALSE(error->is_shortage());
  CHECK(count_open_descriptors() == open_before);
}

TEST_CASE("niceness is added to ours, and ours stays as it is") {
  const int before = own_nice();
  Limited child({"nice"});
  child.nice = 3;
  REQUIRE_FALSE(child.run());
  CHECK(child.output == std::to_string(std::min(before + 3, 19)) + "\n");
  Limited nicest({"nice"});
  nicest.nice = 19;
  REQUIRE_FALSE(nicest.run());
  CHECK(nicest.output == "19\n");
  CHECK(own_nice() == before);
}

TEST_CASE("whether a higher priority may be had is known before a child needs it") {
  const int before = own_nice();
  const Result<void> may = check_nice(-1);
  CHECK(own_nice() == before);
  Limited child({"nice"});
  child.nice = -1;
  const std::optional<SpawnError> error = child.run();
  CHECK(may.operator bool() == !error.has_value());
  if (error) {
    CHECK(error->failure.call == "setpriority");
    CHECK(may.error().message == "setpriority: Permission denied");
  } else {
    CHECK(child.output == std::to_string(std::max(before - 1, -20)) + "\n");
  }
}
