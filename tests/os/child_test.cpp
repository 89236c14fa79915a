#include "os/child.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <vector>

#include "os/os_fixture.hpp"
#include "os/pipe_reader.hpp"
#include "os/signals.hpp"

using namespace fanout;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

/// A child with its standard output read, on a loop of its own.
class Play {
 public:
  explicit Play(Words part) {
    argv = {FANOUT_BAD_CHILD};
    argv.insert(argv.end(), part.begin(), part.end());
  }

  std::optional<SpawnError> start() {
    Pipe pipe = std::get<Pipe>(open_pipe());
    request.argv = argv;
    request.environment = environment;
    request.stdio[1] = pipe.writer.get();
    auto spawned = spawner.spawn(request, [this] { has_exited = true; });
    if (auto* error = std::get_if<SpawnError>(&spawned)) return *error;
    child.emplace(std::get<Child>(std::move(spawned)));
    reader.emplace(std::get<PipeReader>(PipeReader::open(
        *loop, std::move(pipe.reader),
        {[this](std::string_view bytes) { output += bytes; }, [this] { has_ended = true; }})));
    return std::nullopt;
  }

  void start_well() {
    const auto error = start();
    REQUIRE_MESSAGE(!error, (error ? error->message() : ""));
  }

  void await_ready() {
    run_until(*loop, [this] { return output == "ready\n"; });
  }

  Reaped await_exit() {
    run_until(*loop, [this] { return has_exited; });
    const auto reaped = child->reap();
    REQUIRE(reaped);
    return *reaped;
  }

  std::string play() {
    start_well();
    run_until(*loop, [this] { return has_exited && has_ended; });
    CHECK(await_exit().status.exit_code() == 0);
    return output;
  }

  std::unique_ptr<EventLoop> loop = make_loop();
  Spawner spawner{*loop};
  Words argv;
  const char* const* environment = ::environ;
  SpawnRequest request;
  std::optional<Child> child;
  std::optional<PipeReader> reader;
  std::string output;
  bool has_exited = false;
  bool has_ended = false;
};

bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

// Those that are not close-on-exec: whoever started the tests may have left some open.
std::set<int> inherited_descriptors() {
  std::set<int> inherited;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    const int number = std::stoi(entry.path().filename());
    if ((::fcntl(number, F_GETFD) & FD_CLOEXEC) == 0) inherited.insert(number);
  }
  return inherited;
}

std::string own_signal_lines() {
  std::ifstream status("/proc/self/status");
  std::string lines;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("SigBlk") || line.starts_with("SigIgn")) lines += line + "\n";
  }
  return lines;
}

}  // namespace

TEST_CASE("exiting with 9 and being killed by 9 are told apart") {
  Play exits({"exit", "9"});
  exits.start_well();
  const Reaped exited = exits.await_exit();
  CHECK(exited.status.exit_code() == 9);
  CHECK(exited.status.signal() == 0);

  Play dies({"kill", "9"});
  dies.start_well();
  const Reaped killed = dies.await_exit();
  CHECK(!killed.status.exit_code());
  CHECK(killed.status.signal() == SIGKILL);
}

TEST_CASE("a child leads its own group, or shares ours when told to") {
  CHECK(Play({"group"}).play() == "leader");
  Play shares({"group"});
  shares.request.group = ProcessGroup::shared;
  CHECK(shares.play() == std::to_string(::getpgrp()));
}

TEST_CASE("a child has its three streams and what was meant to be inherited, nothing of ours") {
  const std::set<int> inherited = inherited_descriptors();
  Play play({"descriptors"});
  const auto other = make_loop();
  std::istringstream numbers(play.play());
  const std::set<int> found(std::istream_iterator<int>(numbers), {});
  CHECK(found == inherited);
}

TEST_CASE("streams are placed right when their descriptors sit on each other's places") {
  // Standard input from 1 and standard output to 0, as if fanout had been started with both closed.
  Fd saved_in(::fcntl(0, F_DUPFD_CLOEXEC, 10));
  Fd saved_out(::fcntl(1, F_DUPFD_CLOEXEC, 10));
  Pipe pipe = std::get<Pipe>(open_pipe());
  const Fd text = std::get<Fd>(memory_file("crossed"));
  const auto loop = make_loop();
  Spawner spawner(*loop);
  const Words argv = {FANOUT_BAD_CHILD, "echo"};
  SpawnRequest request;
  request.argv = argv;
  request.environment = ::environ;
  request.stdio = {1, 0, 2};
  ::dup3(text.get(), 1, O_CLOEXEC);
  ::dup3(pipe.writer.get(), 0, O_CLOEXEC);
  bool has_exited = false;
  auto spawned = spawner.spawn(request, [&] { has_exited = true; });
  ::dup2(saved_in.get(), 0);
  ::dup2(saved_out.get(), 1);
  REQUIRE(std::holds_alternative<Child>(spawned));
  run_until(*loop, [&] { return has_exited; });
  char buffer[16] = {};
  CHECK(::read(pipe.reader.get(), buffer, sizeof buffer) == 7);
  CHECK(std::string_view(buffer) == "crossed");
}

TEST_CASE("a child finds the signal mask and dispositions that fanout was started with") {
  const std::string before = own_signal_lines();
  Play play({"signals"});
  const auto watch = SignalWatch::open(*play.loop, [](int) {});
  REQUIRE(watch);
  REQUIRE(own_signal_lines() != before);
  const SignalsBlocked blocked;
  CHECK(play.play() == before);
}

TEST_CASE(
    "a child is in the directory it was given, and a program with a slash is seen from there") {
  const TemporaryDirectory directory;
  fs::create_symlink(FANOUT_BAD_CHILD, directory / "here");
  Play play({"directory"});
  play.argv[0] = "./here";
  play.request.directory = directory.path();
  CHECK(play.play() == directory.path());
}

TEST_CASE("how a child ended is known although fanout was started with SIGCHLD ignored") {
  Play play({"exit", "3"});
  std::signal(SIGCHLD, SIG_IGN);
  const auto watch = SignalWatch::open(*play.loop, [](int) {});
  REQUIRE(watch);
  play.start_well();
  CHECK(play.await_exit().status.exit_code() == 3);
}

TEST_CASE("a bare name is looked up in the PATH of the child's own environment") {
  const TemporaryDirectory directory;
  fs::create_symlink(FANOUT_BAD_CHILD, directory / "only-here");
  const std::string path = "PATH=" + directory.path();
  const char* const environment[] = {path.c_str(), nullptr};
  Play play({"environment"});
  play.argv[0] = "only-here";
  play.environment = environment;
  CHECK(play.play() == path + "\n");
}

TEST_CASE("a program that moved since it was last found is found again") {
  const TemporaryDirectory directory;
  fs::create_directories(directory / "a");
  fs::create_directories(directory / "b");
  fs::create_symlink(FANOUT_BAD_CHILD, directory / "a/tool");
  const std::string path = "PATH=" + (directory / "a") + ":" + (directory / "b");
  const char* const environment[] = {path.c_str(), nullptr};
  const Words argv = {"tool", "exit", "0"};
  const auto loop = make_loop();
  Spawner spawner(*loop);
  SpawnRequest request;
  request.argv = argv;
  request.environment = environment;
  CHECK(std::holds_alternative<Child>(spawner.spawn(request, [] {})));
  fs::rename(directory / "a/tool", directory / "b/tool");
  CHECK(std::holds_alternative<Child>(spawner.spawn(request, [] {})));
  fs::remove(directory / "b/tool");
  const auto gone = spawner.spawn(request, [] {});
  REQUIRE(std::holds_alternative<SpawnError>(gone));
  CHECK(std::get<SpawnError>(gone).not_found);
}

TEST_CASE(
    "an executable file without an interpreter line is run by the shell, with its arguments") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "script") << "printf '%s,' \"$0\" \"$@\"\n";
  fs::permissions(directory / "script", fs::perms::owner_all);
  Play play({"one", "two words"});
  play.argv[0] = directory / "script";
  CHECK(play.play() == (directory / "script") + ",one,two words,");
}

TEST_CASE("what cannot be started is told with call, object and reason, and leaves nothing open") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "plain") << "text\n";
  std::ofstream(directory / "orphan") << "#!/no/such/interpreter\n";
  fs::permissions(directory / "orphan", fs::perms::owner_all);
  Play play({});
  const auto before = count_open_descriptors();
  int error_number = 0;
  bool not_found = false;
  std::string message;

  SUBCASE("a bare name that is nowhere") {
    play.argv = {"no-such-program-anywhere"};
    error_number = ENOENT;
    not_found = true;
    message = "exec \"no-such-program-anywhere\": No such file or directory";
  }
  SUBCASE("a path that is nowhere") {
    play.argv = {directory / "none"};
    error_number = ENOENT;
    not_found = true;
    message = "exec \"" + (directory / "none") + "\": No such file or directory";
  }
  SUBCASE("a file without x bit") {
    play.argv = {directory / "plain"};
    error_number = EACCES;
    message = "exec \"" + (directory / "plain") + "\": Permission denied";
  }
  SUBCASE("a script whose interpreter is missing is found all the same") {
    play.argv = {"./orphan"};
    play.request.directory = directory.path();
    error_number = ENOENT;
    message =
        "exec \"./orphan\": No such file or directory (it is there: what it needs to run is not)";
  }
  SUBCASE("a directory that is nowhere") {
    play.argv = {"true"};
    play.request.directory = directory / "none";
    error_number = ENOENT;
    message = "chdir \"" + (directory / "none") + "\": No such file or directory";
  }
  SUBCASE("an argument longer than the system allows") {
    play.argv = {"true", std::string(4 << 20, 'x')};
    error_number = E2BIG;
    message =
        "exec \"true\": Argument list too long (one argument has 4194304 bytes; Linux takes "
        "131071)";
  }
  SUBCASE("arguments that are too long only together") {
    play.argv = std::vector<std::string>(100, std::string(100000, 'x'));
    play.argv.front() = "true";
    error_number = E2BIG;
    message = "exec \"true\": Argument list too long";
  }
  const auto error = play.start();
  REQUIRE(error);
  CHECK(error->failure.error_number == error_number);
  CHECK(error->not_found == not_found);
  CHECK(error->message() == message);
  CHECK(count_open_descriptors() == before);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // and no process
}

TEST_CASE("a stopped child ends when it is asked to") {
  Play play({"stopped"});
  play.start_well();
  play.await_ready();
  play.child->signal_group(Child::Ask::terminate);
  CHECK(play.await_exit().status.signal() == SIGTERM);
}

TEST_CASE("a child that ignores the request is ended by a kill") {
  Play play({"deaf"});
  play.start_well();
  play.await_ready();
  play.child->signal_group(Child::Ask::terminate);
  play.child->signal_group(Child::Ask::kill);
  CHECK(play.await_exit().status.signal() == SIGKILL);
}

TEST_CASE("after a child's exit its group can still be reached, until it is reaped") {
  Play play({"grandchild"});
  play.start_well();
  run_until(*play.loop, [&] { return play.has_exited; });
  CHECK(!play.has_ended);
  CHECK(is_alive(play.child->pid()));  // as a zombie it keeps its number
  play.child->signal_group(Child::Ask::terminate);
  run_until(*play.loop, [&] { return play.has_ended; });
  CHECK(play.await_exit().status.exit_code() == 0);
  play.child->signal_group(Child::Ask::kill);  // to nobody
}

TEST_CASE("a child that is destroyed while it runs is killed with its group and reaped") {
  Play play({"grandchild"});
  play.start_well();
  run_until(*play.loop, [&] { return play.has_exited; });
  const pid_t exited = play.child->pid();
  play.child.reset();
  run_until(*play.loop, [&] { return play.has_ended; });
  CHECK(!is_alive(exited));

  Play sleeps({"sleeper"});
  sleeps.start_well();
  const pid_t running = sleeps.child->pid();
  sleeps.child.reset();
  CHECK(!is_alive(running));
  sleeps.loop->run_until(Instant::min());
  CHECK(!sleeps.has_exited);
}

TEST_CASE("resource use is that of the one child") {
  const std::uint64_t megabytes = own_peak_megabytes() + 64;
  Play idle({"exit", "0"});
  idle.start_well();
  Play busy({"glutton", std::to_string(megabytes)});
  busy.start_well();
  const Reaped greedy = busy.await_exit();
  const Reaped modest = idle.await_exit();
  CHECK(greedy.user + greedy.system >= std::chrono::milliseconds(10));
  CHECK(modest.user + modest.system < greedy.user + greedy.system);
  REQUIRE(greedy.max_rss_kib);
  CHECK(*greedy.max_rss_kib >= megabytes * 1024);
  CHECK(modest.max_rss_kib.value_or(0) < megabytes * 1024);
}

TEST_CASE("a child's number is in its place from its birth until it is reaped") {
  Play play({"sleeper"});
  pid_t place = 0;
  play.request.pid_place = &place;
  play.start_well();
  CHECK(place == play.child->pid());
  play.child->signal_group(Child::Ask::kill);
  run_until(*play.loop, [&] { return play.has_exited; });
  CHECK(place == play.child->pid());
  play.await_exit();
  CHECK(place == 0);

  Play fails({});
  fails.argv = {"no/such/program"};
  fails.request.pid_place = &place;
  CHECK(fails.start());
  CHECK(place == 0);
}

TEST_CASE("a child that is to die with its parent does") {
  Pipe pipe = std::get<Pipe>(open_pipe());
  const pid_t parent = ::fork();
  REQUIRE(parent >= 0);
  if (parent == 0) {
    const auto loop = make_loop();
    Spawner spawner(*loop);
    const Words argv = {FANOUT_BAD_CHILD, "sleeper"};
    SpawnRequest request;
    request.argv = argv;
    request.stdio[1] = pipe.writer.get();
    request.dies_with_parent = true;
    const auto spawned = spawner.spawn(request, [] {});
    for (;;) ::pause();
  }
  pipe.writer.close();
  char text[8];
  CHECK(::read(pipe.reader.get(), text, sizeof text) == 6);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  CHECK(::read(pipe.reader.get(), text, sizeof text) == 0);
}
