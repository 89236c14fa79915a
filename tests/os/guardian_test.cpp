#include "os/guardian.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "os/tree_fixture.hpp"
#include "os/tree_signals.hpp"

using namespace fanout;
namespace fs = std::filesystem;

namespace {

using Part = std::vector<std::string>;

// A guardian looks at the whole machine, where other tests and other guardians are at work.
std::string unique_run() {
  static int count = 0;
  return "R" + std::to_string(::getpid()) + "x" + std::to_string(++count);
}

struct Job {
  Part part;
  std::string place_in_run;  ///< empty: the leader has no environment
};

/// A process that guards and starts jobs as fanout does, until it is killed.
class Guarded {
 public:
  Guarded(Grove& grove, const std::string& run, const std::vector<Job>& jobs)
      : grove_(grove), jobs_(jobs.size()) {
    Pipe pipe = std::get<Pipe>(open_pipe());
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) live(run, jobs, pipe.writer.get());
    grove.leaders.push_back(pid_);
    pipe.writer.close();
    reader_.emplace(std::get<PipeReader>(PipeReader::open(
        *grove.loop, std::move(pipe.reader),
        {[this](std::string_view bytes) { output_ += bytes; }, [this] { has_ended_ = true; }})));
  }

  void await_ready() {
    const std::string_view ready = "ready\n";
    run_until(*grove_.loop, [&] { return output_.size() == jobs_ * ready.size(); });
  }

  /// Until nobody holds the output any more.
  void await_end() {
    run_until(*grove_.loop, [&] { return has_ended_; });
  }

  void kill_and_reap() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  [[noreturn]] static void live(const std::string& run, const std::vector<Job>& jobs, int output) {
    const auto guardian = Guardian::start(run);
    if (!guardian) ::_exit(1);
    auto loop = EventLoop::open();
    Spawner spawner(**loop);
    std::vector<Child> children;
    for (const Job& job : jobs) {
      Part argv = job.part;
      argv.insert(argv.begin(), FANOUT_BAD_CHILD);
      const std::string trail = std::string(kTrailVariable) + "=Q.1.1:" + run + job.place_in_run;
      const std::array<const char*, 2> environment = {
          job.place_in_run.empty() ? nullptr : trail.c_str(), nullptr};
      SpawnRequest request;
      request.argv = argv;
      request.environment = environment.data();
      request.stdio[1] = output;
      request.pid_place = (*guardian)->place(static_cast<std::uint32_t>(children.size()) + 1);
      auto spawned = spawner.spawn(request, [] {});
      if (!std::holds_alternative<Child>(spawned)) ::_exit(2);
      children.push_back(std::get<Child>(std::move(spawned)));
    }
    for (;;) ::pause();
  }

  Grove& grove_;
  std::size_t jobs_;
  pid_t pid_ = -1;
  std::optional<PipeReader> reader_;
  std::string output_;
  bool has_ended_ = false;
};

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string proc_of(const Guardian& guardian, const std::string& name) {
  return "/proc/" + std::to_string(guardian.pid()) + "/" + name;
}

std::unique_ptr<Guardian> start_guardian(const std::string& run = unique_run()) {
  auto guardian = Guardian::start(run);
  REQUIRE(guardian);
  return std::move(*guardian);
}

}  // namespace

TEST_CASE("when fanout is killed, all trees of its run end") {
  Grove grove;
  const std::vector<Job> jobs = {
      {{"sleeper"}, ".0.1"},         {{"deaf"}, ".1.1"},
      {{"runaway"}, ".2.1"},         {{"daemon"}, ".3.1"},
      {{"daemon", "group"}, ".4.2"}, {{"daemon", "leave"}, ".5.1"},
      {{"nameless"}, ".6.1"},        {{"grandchild"}, ".7.1"},
  };
  Guarded guarded(grove, unique_run(), jobs);
  guarded.await_ready();
  guarded.kill_and_reap();
  guarded.await_end();
}

TEST_CASE("when fanout is killed, a tree without any mark is known by its leader's place") {
  Grove grove;
  Guarded guarded(grove, unique_run(), {{{"runaway"}, ""}});
  guarded.await_ready();
  guarded.kill_and_reap();
  guarded.await_end();
}

TEST_CASE("when fanout is killed, the trees of another run live on") {
  Grove grove;
  const std::string run = unique_run();
  PlayedTree other(grove, {"daemon"}, run + "1.0.1");
  other.await_ready();
  Guarded guarded(grove, run, {{{"daemon"}, ".0.1"}});
  guarded.await_ready();
  guarded.kill_and_reap();
  guarded.await_end();
  const std::array trees = {&other.tree};
  CHECK(have_processes(trees, grove.family) == std::vector{true});
  kill(trees, grove.family);
  other.await_end();
}

TEST_CASE("a guardian that is dismissed ends nobody and leaves nothing") {
  Grove grove;
  const auto before = count_open_descriptors();
  const std::string run = unique_run();
  PlayedTree played(grove, {"daemon"}, run + ".0.1");
  played.await_ready();
  auto guardian = start_guardian(run);
  *guardian->place(1) = played.tree.leader;
  const pid_t pid = guardian->pid();
  CHECK(guardian->is_alive());
  guardian.reset();
  CHECK(::kill(pid, 0) != 0);
  const std::array trees = {&played.tree};
  CHECK(have_processes(trees, grove.family) == std::vector{true});
  kill(trees, grove.family);
  played.await_end();
  CHECK(count_open_descriptors() <= before + 2);  // the pidfd, and a reader that was not told yet
}

TEST_CASE("a guardian that was killed is known to be gone") {
  const auto guardian = start_guardian();
  ::kill(guardian->pid(), SIGKILL);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(guardian->pid()), &info, WEXITED | WNOWAIT);
  CHECK(!guardian->is_alive());
}

TEST_CASE("a guardian has another name, and nothing of fanout's") {
  const auto loop = make_loop();
  const std::string own_words = read_text("/proc/self/cmdline");
  const auto guardian = start_guardian();
  look_until(*loop, [&] { return read_text(proc_of(*guardian, "comm")) == "job-guardian\n"; });
  // As much of it as there was room for in the words of this test.
  look_until(*loop, [&] {
    const std::string words = read_text(proc_of(*guardian, "cmdline"));
    return !words.empty() && std::string("job-guardian").starts_with(words.c_str());
  });
  CHECK(read_text("/proc/self/cmdline") == own_words);
  CHECK(::getsid(guardian->pid()) == guardian->pid());
  CHECK(fs::read_symlink(proc_of(*guardian, "cwd")) == "/");
  const fs::directory_iterator descriptors(proc_of(*guardian, "fd"));
  CHECK(std::distance(begin(descriptors), end(descriptors)) <= 3);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) ::kill(guardian->pid(), signal);
  CHECK(guardian->is_alive());
}

TEST_CASE("each slot has a place of its own, as far as there are places") {
  const auto guardian = start_guardian();
  REQUIRE(guardian->place(1) != nullptr);
  CHECK(*guardian->place(1) == 0);
  CHECK(guardian->place(1) != guardian->place(2));
  CHECK(guardian->place(5000) != nullptr);
  CHECK(guardian->place(0) == nullptr);
  CHECK(guardian->place(2U << 20) == nullptr);
}
