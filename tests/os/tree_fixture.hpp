// A process tree of a test: a bad child with its mark, whose descendants all hold its output.
#pragma once

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "os/child.hpp"
#include "os/orphan_reaper.hpp"
#include "os/os_fixture.hpp"
#include "os/pipe_reader.hpp"
#include "os/process_tree.hpp"

namespace fanout {

/// What all trees of a test share.
struct Grove {
  std::unique_ptr<EventLoop> loop = make_loop();
  std::vector<pid_t> leaders;
  OrphanReaper reaper{*loop, [this](pid_t pid) { return is_ours(pid); }};
  Family family = make_family();

  bool is_ours(pid_t pid) const {
    return std::find(leaders.begin(), leaders.end(), pid) != leaders.end();
  }

  Family make_family() {
    Family made;
    made.is_ours = [this](pid_t pid) { return is_ours(pid); };
    return made;
  }
};

class PlayedTree {
 public:
  PlayedTree(Grove& grove, std::vector<std::string> part, const std::string& mark,
             int cgroup_procs = -1)
      : grove_(grove), spawner_(*grove.loop) {
    part.insert(part.begin(), FANOUT_BAD_CHILD);
    const std::string trail = std::string(kTrailVariable) + "=" + mark;
    const std::array<const char*, 2> environment = {trail.c_str(), nullptr};
    Pipe pipe = std::get<Pipe>(open_pipe());
    SpawnRequest request;
    request.argv = part;
    request.environment = environment.data();
    request.stdio[1] = pipe.writer.get();
    request.cgroup_procs = cgroup_procs;
    auto spawned = spawner_.spawn(request, [] {});
    REQUIRE(std::holds_alternative<Child>(spawned));
    child_.emplace(std::get<Child>(std::move(spawned)));
    reader_.emplace(std::get<PipeReader>(PipeReader::open(
        *grove.loop, std::move(pipe.reader),
        {[this](std::string_view bytes) { output_ += bytes; }, [this] { has_ended_ = true; }})));
    tree.leader = child_->pid();
    tree.mark = mark;
    grove.leaders.push_back(tree.leader);
  }
  PlayedTree(const PlayedTree&) = delete;
  PlayedTree& operator=(const PlayedTree&) = delete;

  void await_ready() {
    run_until(*grove_.loop, [&] { return output_.starts_with("ready\n"); });
  }
  /// Until nobody holds the output any more.
  void await_end() {
    run_until(*grove_.loop, [&] { return has_ended_; });
  }
  void await_exit() {
    run_until(*grove_.loop, [&] { return child_->exited_at().has_value(); });
  }
  int reap() {
    const auto reaped = child_->reap();
    std::erase(grove_.leaders, tree.leader);
    tree.is_reaped = true;
    REQUIRE(reaped);
    return reaped->status.signal();
  }
  bool has_ended() const { return has_ended_; }
  const std::string& output() const { return output_; }

  ProcessTree tree;

 private:
  Grove& grove_;
  Spawner spawner_;
  std::optional<Child> child_;
  std::optional<PipeReader> reader_;
  std::string output_;
  bool has_ended_ = false;
};

}  // namespace fanout
