#include "exec/local_executor.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>

#include "exec/event_reactor.hpp"
#include "fake_output.hpp"
#include "os/descendants.hpp"
#include "os/os_fixture.hpp"
#include "os/pipe_reader.hpp"
#include "os/terminal.hpp"

using namespace fanout;
using How = StopAttempt::How;

namespace {

using Words = std::vector<std::string>;

JobSpec job_of(Words part) {
  JobSpec job;
  job.command.argv = {FANOUT_BAD_CHILD};
  job.command.argv.insert(job.command.argv.end(), part.begin(), part.end());
  return job;
}

JobSpec job_in_shell(const std::string& line) {
  JobSpec job;
  job.command.argv = {"/bin/sh", "-c", line, FANOUT_BAD_CHILD};
  return job;
}

AttemptId attempt(std::uint64_t index) {
  return {JobIndex{index}, 1, SlotNumber{static_cast<std::uint32_t>(index) + 1}};
}

/// Another one each time: who is left of one test is not to be taken for a process of the next.
LocalExecutorOptions with_run_id(LocalExecutorOptions options) {
  static int count = 0;
  if (!options.run_id.empty()) return options;
  options.run_id = "stage" + std::to_string(::getpid()) + "x" + std::to_string(++count);
  return options;
}

/// A local executor with what it needs, and the news it made.
class Stage {
 public:
  explicit Stage(LocalExecutorOptions options = {})
      : executor(*loop, inbox, outputs, with_run_id(std::move(options))) {}

  std::vector<AttemptEnded> await(std::size_t count) {
    std::vector<AttemptEnded> ended;
    const Instant deadline = reactor.now() + std::chrono::seconds(60);
    while (ended.size() < count) {
      REQUIRE(reactor.now() < deadline);
      std::vector<Notice> news;
      reactor.wait(deadline, news);
      for (Notice& notice : news) ended.push_back(std::get<AttemptEnded>(std::move(notice)));
    }
    return ended;
  }

  /// Its process has exited, and others are left of it.
  void await_exit(const AttemptId& id) {
    std::vector<Notice> news;
    reactor.wait(reactor.now() + std::chrono::seconds(60), news);
    REQUIRE(news.size() == 1);
    CHECK(std::get<ProcessExited>(news[0]).id == id);
  }

  AttemptEnded play(const JobSpec& job) {
    executor.start({attempt(0), &job});
    return std::move(await(1).front());
  }

  FakeScratch scratch;
  BlobStore outputs{scratch};
  std::unique_ptr<EventLoop> loop = make_loop();
  Inbox inbox;
  EventReactor reactor{*loop, inbox};
  LocalExecutor executor;
};

int exit_code(const AttemptEnded& ended) {
  const auto* exited = std::get_if<Exited>(&ended.end);
  return exited != nullptr ? exited->code : -1;
}

int signal_number(const AttemptEnded& ended) {
  const auto* signaled = std::get_if<Signaled>(&ended.end);
  return signaled != nullptr ? signaled->number : -1;
}

/// An outlet of a test, which is full when the test says so.
struct Funnel : ByteWriter {
  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override {
    text += bytes;
    is_full = text.size() >= full_at;
    return {};
  }

  LocalExecutorOptions options() {
    LocalExecutorOptions made;
    made.outlet = {this, [this] { return is_full; }};
    return made;
  }

  std::string text;
  std::size_t full_at = std::string::npos;
  bool is_full = false;
};

/// Both outputs of each attempt go to funnels.
struct Funnels : AttemptOutlets {
  Funnels(Funnel& out_funnel, Funnel& err_funnel, bool is_kept)
      : to_out(outlet(out_funnel, is_kept)), to_err(outlet(err_funnel, is_kept)) {}

  static Outlet outlet(Funnel& to, bool is_kept) {
    return {&to, [&to] { return to.is_full; }, Outlet::Share::everything, is_kept};
  }
  const Outlet& out() const override { return to_out; }
  const Outlet& err() const override { return to_err; }
  void end() override {
    for (const Outlet* outlet : {&to_out, &to_err}) REQUIRE(outlet->to->write("|"));
  }

  static LocalExecutorOptions options(Funnel& out, Funnel& err, bool is_kept) {
    LocalExecutorOptions made;
    made.outlets = [&out, &err, is_kept](const StartAttempt&) {
      return std::make_unique<Funnels>(out, err, is_kept);
    };
    return made;
  }

  Outlet to_out;
  Outlet to_err;
};

/// Hears what a job says on its standard output while it runs. Its standard error is captured.
class Ear {
 public:
  explicit Ear(EventLoop& loop) : loop_(loop) {
    REQUIRE(::mkfifo(fifo_.c_str(), 0600) == 0);
    Fd opened(::open(fifo_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    REQUIRE(opened.is_open());
    reader_.emplace(std::get<PipeReader>(PipeReader::open(
        loop, std::move(opened),
        {[this](std::string_view bytes) { heard_ += bytes; }, [this] { is_closed_ = true; }})));
  }

  JobSpec job(const std::string& part, const std::string& argument = "") {
    JobSpec spec;
    spec.command.argv = {"/bin/sh", "-c", "exec \"$0\" $1 $2 > \"$3\"", FANOUT_BAD_CHILD, part,
                         argument,  fifo_};
    return spec;
  }

  void await_ready() {
    run_until(loop_, [&] { return heard_ == "ready\n"; });
  }
  void await_close() {
    run_until(loop_, [&] { return is_closed_; });
  }

 private:
  EventLoop& loop_;
  TemporaryDirectory directory_;
  std::string fifo_ = directory_ / "out";
  std::string heard_;
  bool is_closed_ = false;
  std::optional<PipeReader> reader_;
};

}  // namespace

TEST_CASE("exit codes and signals arrive as they were") {
  Stage stage;
  CHECK(exit_code(stage.play(job_of({"exit", "0"}))) == 0);
  CHECK(exit_code(stage.play(job_of({"exit", "9"}))) == 9);
  CHECK(signal_number(stage.play(job_of({"kill", "9"}))) == SIGKILL);
}

TEST_CASE("both outputs are captured byte for byte") {
  Stage stage;
  const auto ended = stage.play(job_of({"bytes"}));
  CHECK(bytes_of(ended.out) == std::string("a\0b\xff\n", 5));
  CHECK(bytes_of(ended.err) == std::string("\0", 1));
}

TEST_CASE("ten megabytes on both outputs at once neither block nor get lost") {
  Stage stage;
  const auto ended = stage.play(job_of({"flood", "10000000"}));
  CHECK(exit_code(ended) == 0);
  CHECK(ended.out.size() == 10000000);
  CHECK(ended.err.size() == 10000000);
}

TEST_CASE("with a capture limit the tail is kept and all is counted") {
  LocalExecutorOptions options;
  options.capture.limit = 1000;
  Stage stage(std::move(options));
  const auto ended = stage.play(job_of({"flood", "300000"}));
  CHECK(ended.out.size() == 1000);
  CHECK(ended.out.total_bytes == 300000);
}

TEST_CASE("a large standard output is passed on, a little one and standard error are kept") {
  Funnel funnel;
  Stage stage(funnel.options());
  const auto little = stage.play(job_of({"flood", "1000"}));
  CHECK(little.out.size() == 1000);
  CHECK(funnel.text == "");
  const auto large = stage.play(job_of({"flood", "300000"}));
  CHECK(large.out.total_bytes == 300000);
  CHECK(funnel.text.size() >= 65536);
  CHECK(funnel.text + bytes_of(large.out) == bytes_of(large.err));
}

TEST_CASE("what another attempt may say again is kept") {
  Funnel funnel;
  Stage stage(funnel.options());
  const JobSpec job = job_of({"flood", "300000"});
  stage.executor.start({attempt(0), &job, false});
  CHECK(stage.await(1).front().out.size() == 300000);
  CHECK(funnel.text == "");
}

TEST_CASE("while the outlet is full the job waits") {
  Funnel funnel;
  funnel.full_at = 300000;
  Stage stage(funnel.options());
  const JobSpec job = job_in_shell("head -c 1000000 /dev/zero");
  stage.executor.start({attempt(0), &job, true});
  run_until(*stage.loop, [&] { return funnel.is_full; });
  for (int turn = 0; turn < 1000; ++turn) stage.loop->run_until(stage.loop->now());
  CHECK(funnel.text.size() < 500000);
  CHECK(stage.inbox.empty());
  SUBCASE("until there is room") {
    funnel.full_at = std::string::npos;
    funnel.is_full = false;
    stage.executor.read_on();
    const auto ended = std::move(stage.await(1).front());
    CHECK(exit_code(ended) == 0);
    CHECK(funnel.text + bytes_of(ended.out) == std::string(1000000, '\0'));
  }
  SUBCASE("and can be ended") {
    stage.executor.stop({attempt(0), How::ask});
    const auto ended = std::move(stage.await(1).front());
    CHECK(signal_number(ended) == SIGTERM);
    CHECK(funnel.text.size() + ended.out.size() == ended.out.total_bytes);
  }
}

TEST_CASE("outlets of an attempt get all of both outputs, of every attempt, and hear its end") {
  for (const bool is_kept : {false, true}) {
    CAPTURE(is_kept);
    Funnel out;
    Funnel err;
    Stage stage(Funnels::options(out, err, is_kept));
    const JobSpec job = job_in_shell("echo a; echo b >&2");
    stage.executor.start({attempt(0), &job, false});
    const auto ended = std::move(stage.await(1).front());
    CHECK(out.text == "a\n|");
    CHECK(err.text == "b\n|");
    CHECK(ended.out.total_bytes == 2);
    CHECK(ended.out.size() == (is_kept ? 2 : 0));
    CHECK(ended.err.size() == (is_kept ? 2 : 0));
  }
}

TEST_CASE("while the outlets of an attempt are full its job waits, unless it has exited") {
  Funnel out;
  Funnel err;
  err.full_at = 300000;
  Stage stage(Funnels::options(out, err, false));
  const JobSpec job = job_in_shell("head -c 1000000 /dev/zero >&2");
  stage.executor.start({attempt(0), &job});
  run_until(*stage.loop, [&] { return err.is_full; });
  for (int turn = 0; turn < 1000; ++turn) stage.loop->run_until(stage.loop->now());
  CHECK(err.text.size() < 500000);
  CHECK(stage.inbox.empty());
  err.full_at = std::string::npos;
  err.is_full = false;
  stage.executor.read_on();
  CHECK(exit_code(stage.await(1).front()) == 0);
  CHECK(err.text == std::string(1000000, '\0') + "|");

  err.text.clear();
  err.full_at = 0;
  const JobSpec little = job_in_shell("head -c 30000 /dev/zero >&2");
  CHECK(exit_code(stage.play(little)) == 0);
  CHECK(err.text == std::string(30000, '\0') + "|");
}

TEST_CASE("what never ran has no end to hear of") {
  Funnel out;
  Funnel err;
  Stage stage(Funnels::options(out, err, false));
  JobSpec job;
  job.command.argv = {"/nowhere/to/be/found"};
  CHECK(std::holds_alternative<SpawnFailed>(stage.play(job).end));
  CHECK(out.text + err.text == "");
}

TEST_CASE("a job reads what it was given, or nothing") {
  Stage stage;
  JobSpec job = job_of({"echo"});
  CHECK(stage.play(job).out.size() == 0);

  job.input = StdinText{std::string("a\0b", 3)};
  CHECK(bytes_of(stage.play(job).out) == std::string("a\0b", 3));

  job.input = StdinFile{"/proc/self/comm"};
  CHECK(stage.play(job).out.size() > 0);
}

TEST_CASE("a job knows who it is, and its slot is in its command") {
  LocalExecutorOptions options;
  options.run_id = "r7";
  Stage stage(std::move(options));
  JobSpec job = job_of({"environment"});
  job.name = "me";
  job.env = {{"EXTRA", "1"}, {"PATH", std::nullopt}};
  const std::string environment = "\n" + bytes_of(stage.play(job).out);
  for (const char* entry : {"FANOUT_INDEX=0", "FANOUT_NAME=me", "FANOUT_SLOT=1", "FANOUT_ATTEMPT=1",
                            "FANOUT_RUN=r7", "EXTRA=1"}) {
    CAPTURE(entry);
    CHECK(environment.find("\n" + std::string(entry) + "\n") != std::string::npos);
  }
  CHECK(environment.find("\nPATH=") == std::string::npos);

  JobSpec slotted = job_of({"arguments", "slot-"});
  slotted.command.slot_holes = {{2, 5}};
  CHECK(bytes_of(stage.play(slotted).out) == "slot-1|");
}

TEST_CASE("a job that cannot be started ends as a spawn failure and leaves nothing open") {
  Stage stage;
  stage.play(job_of({"exit", "0"}));  // so that /dev/null is open already
  const auto before = count_open_descriptors();
  JobSpec job = job_of({"exit", "0"});
  int error_number = ENOENT;
  bool not_found = false;
  std::string message;

  SUBCASE("no such program") {
    job.command.argv = {"no-such-program-anywhere"};
    not_found = true;
    message = "exec \"no-such-program-anywhere\": No such file or directory";
  }
  SUBCASE("no x bit") {
    job.command.argv = {"/etc/passwd"};
    error_number = EACCES;
    message = "exec \"/etc/passwd\": Permission denied";
  }
  SUBCASE("no such directory") {
    job.cwd = "/no/such/directory";
    message = "chdir \"/no/such/directory\": No such file or directory";
  }
  SUBCASE("no such file to read") {
    job.input = StdinFile{"/no/such/file"};
    message = "open \"/no/such/file\": No such file or directory";
  }
  SUBCASE("too long an argument") {
    job.command.argv.emplace_back(4 << 20, 'x');
    error_number = E2BIG;
    message = "exec \"" FANOUT_BAD_CHILD
              "\": Argument list too long (one argument has 4194304 bytes; Linux takes 131071)";
  }
  const auto ended = stage.play(job);
  const auto& failed = std::get<SpawnFailed>(ended.end);
  CHECK(failed.error_number == error_number);
  CHECK(failed.not_found == not_found);
  CHECK(failed.message == message);
  CHECK(count_open_descriptors() == before);
}

TEST_CASE("an attempt whose process exited is told of while its output is held, and then is over") {
  Stage stage;
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("grandchild", "1");  // which holds standard error only
  stage.executor.start({attempt(0), &job});
  ear.await_close();
  stage.await_exit(attempt(0));

  SUBCASE("its tree is asked to end") {
    stage.executor.stop({attempt(0), How::ask});
  }
  SUBCASE("its tree is killed") {
    stage.executor.stop({attempt(0), How::kill});
  }
  SUBCASE("who is left is let go") {
    stage.executor.stop({attempt(0), How::release});
  }
  CHECK(exit_code(stage.await(1)[0]) == 0);
}

TEST_CASE("on request an attempt is told of while anybody of its tree runs, whoever holds what") {
  LocalExecutorOptions options;
  options.waits_for_trees = true;
  Stage stage(std::move(options));
  const JobSpec job = job_in_shell("exec \"$0\" daemon leave >/dev/null 2>&1");
  stage.executor.start({attempt(0), &job});
  stage.await_exit(attempt(0));
  stage.executor.stop({attempt(0), How::kill});
  CHECK(exit_code(stage.await(1)[0]) == 0);
}

TEST_CASE("a guardian that was killed keeps its number until the executor gives it up") {
  Stage stage;
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("sleeper");
  const auto before = children_of(::getpid());
  if (!before) return;  // this kernel does not tell
  stage.executor.start({attempt(0), &job});
  const auto is_guardian = [&](pid_t child) {
    return child != stage.executor.process_of(attempt(0)) &&
           std::ranges::find(*before, child) == before->end();
  };
  const auto children = children_of(::getpid());
  const auto found = std::ranges::find_if(*children, is_guardian);
  REQUIRE(found != children->end());
  const pid_t guardian = *found;
  siginfo_t info{};
  ::kill(guardian, SIGKILL);
  ::waitid(P_PID, static_cast<id_t>(guardian), &info, WEXITED | WNOWAIT);
  stage.executor.start({attempt(1), &job});  // with another one
  const pid_t orphan = ::fork();
  if (orphan == 0) ::_exit(0);
  look_until(*stage.loop, [&] { return ::kill(orphan, 0) != 0; });  // orphans were looked for
  CHECK(::waitid(P_PID, static_cast<id_t>(guardian), &info, WEXITED | WNOWAIT | WNOHANG) == 0);
}

TEST_CASE("a tree in which nobody is left is not waited for") {
  LocalExecutorOptions options;
  options.waits_for_trees = true;
  Stage stage(std::move(options));
  CHECK(exit_code(stage.play(job_of({"exit", "3"}))) == 3);
}

TEST_CASE("a tree that was asked to end is waited for, whoever left the group") {
  Stage stage;
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("daemon");
  stage.executor.start({attempt(0), &job});
  ear.await_ready();
  stage.executor.stop({attempt(0), How::ask});
  CHECK(signal_number(stage.await(1)[0]) == SIGTERM);
  ear.await_close();
}

TEST_CASE("what is suspended makes no progress until it is resumed") {
  Stage stage;
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("sleeper");
  stage.executor.start({attempt(0), &job});
  ear.await_ready();
  stage.executor.suspend();
  const pid_t pid = stage.executor.process_of(attempt(0));
  run_until(*stage.loop, [&] { return read_process(pid)->is_stopped(); });
  stage.executor.resume();
  run_until(*stage.loop, [&] { return !read_process(pid)->is_stopped(); });
  stage.executor.stop({attempt(0), How::kill});
  CHECK(signal_number(stage.await(1)[0]) == SIGKILL);
}

TEST_CASE("a start for which there are no descriptors is refused and leaves nothing open") {
  Stage stage;
  stage.play(job_of({"exit", "0"}));
  const auto before = count_open_descriptors();
  rlimit found{};
  ::getrlimit(RLIMIT_NOFILE, &found);
  const rlimit few{static_cast<rlim_t>(before), found.rlim_max};
  const JobSpec job = job_of({"exit", "0"});
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  stage.executor.start({attempt(1), &job});
  ::setrlimit(RLIMIT_NOFILE, &found);
  std::vector<Notice> news;
  stage.inbox.drain_into(news);
  REQUIRE(news.size() == 1);
  CHECK(std::get<StartRefused>(news[0]).message == "pipe: Too many open files");
  CHECK(count_open_descriptors() == before);
  stage.executor.start({attempt(1), &job});
  CHECK(exit_code(stage.await(1)[0]) == 0);
}

TEST_CASE("a deaf child outlives the request and not the kill") {
  Stage stage;
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("deaf");
  stage.executor.start({attempt(0), &job});
  ear.await_ready();
  stage.executor.stop({attempt(0), How::ask});
  stage.loop->run_until(Instant::min());
  CHECK(stage.inbox.empty());
  stage.executor.stop({attempt(0), How::kill});
  CHECK(signal_number(stage.await(1)[0]) == SIGKILL);
}

TEST_CASE("a stopped child ends when it is asked to") {
  Stage stage;
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("stopped");
  stage.executor.start({attempt(0), &job});
  ear.await_ready();
  stage.executor.stop({attempt(0), How::ask});
  CHECK(signal_number(stage.await(1)[0]) == SIGTERM);
}

TEST_CASE("a kill does not wait for a process that has left the group with the output") {
  Stage stage;
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("runaway");
  stage.executor.start({attempt(0), &job});
  ear.await_ready();
  stage.executor.stop({attempt(0), How::kill});
  CHECK(signal_number(stage.await(1)[0]) == SIGKILL);
}

TEST_CASE("a stop for an attempt that is over or unknown is left alone") {
  Stage stage;
  stage.play(job_of({"exit", "0"}));
  stage.executor.stop({attempt(0), How::kill});
  stage.executor.stop({attempt(99), How::ask});
  CHECK(stage.inbox.empty());
}

TEST_CASE("hundreds of children in flight end each with its own result and leak nothing") {
  Stage stage;
  stage.play(job_of({"exit", "0"}));
  const auto before = count_open_descriptors();
  constexpr std::uint64_t kJobs = 200;
  std::vector<JobSpec> jobs;
  for (std::uint64_t i = 0; i < kJobs; ++i) {
    jobs.push_back(i % 2 == 0 ? job_of({"exit", std::to_string(i)})
                              : job_of({"arguments", std::to_string(i)}));
  }
  std::vector<pid_t> pids;
  for (std::uint64_t i = 0; i < kJobs; ++i) {
    stage.executor.start({attempt(i), &jobs[i]});
    pids.push_back(stage.executor.process_of(attempt(i)));
  }
  std::set<AttemptId> seen;
  for (const AttemptEnded& ended : stage.await(kJobs)) {
    const auto index = ended.id.job.value;
    CHECK(seen.insert(ended.id).second);
    CHECK(exit_code(ended) == static_cast<int>(index % 2 == 0 ? index : 0));
    CHECK(bytes_of(ended.out) == (index % 2 == 0 ? "" : std::to_string(index) + "|"));
  }
  CHECK(count_open_descriptors() == before);
  for (const pid_t pid : pids) CHECK(::waitpid(pid, nullptr, WNOHANG) == -1);  // no zombie
}

TEST_CASE("an executor that is destroyed takes its children with it") {
  const auto before = count_open_descriptors();
  std::vector<pid_t> pids;
  {
    Stage stage;
    const JobSpec job = job_of({"deaf"});
    for (std::uint64_t i = 0; i < 3; ++i) {
      stage.executor.start({attempt(i), &job});
      pids.push_back(stage.executor.process_of(attempt(i)));
    }
  }
  for (const pid_t pid : pids) {
    CHECK(::waitpid(pid, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
  }
  CHECK(count_open_descriptors() == before);
}

TEST_CASE("the output of a success is parsed, that of a failure is not") {
  LocalExecutorOptions options;
  int calls = 0;
  options.parse = [&](std::string_view bytes) -> Result<std::string> {
    ++calls;
    if (bytes == "good|") return std::string("\"good\"");
    return usage_error("not good");
  };
  Stage stage(std::move(options));
  const auto good = stage.play(job_of({"arguments", "good"}));
  CHECK(exit_code(good) == 0);
  CHECK(good.value == "\"good\"");

  const auto bad = stage.play(job_of({"arguments", "bad"}));
  CHECK(std::get<ParseFailed>(bad.end).message == "not good");
  CHECK(!bad.value);

  CHECK(exit_code(stage.play(job_of({"exit", "3"}))) == 3);
  CHECK(calls == 2);
}

TEST_CASE("output that was cut is not parsed") {
  LocalExecutorOptions options;
  options.capture.limit = 2;
  options.parse = [](std::string_view) -> Result<std::string> { return std::string("1"); };
  Stage stage(std::move(options));
  const auto ended = stage.play(job_of({"arguments", "long"}));
  CHECK(std::holds_alternative<CaptureFailed>(ended.end));
}

TEST_CASE("output that cannot be kept whole makes of a success a failure that says why") {
  Stage stage;
  stage.scratch.room = 0;
  const auto flooded = stage.play(job_of({"flood", "3000000"}));
  CHECK(std::get<CaptureFailed>(flooded.end).message ==
        "standard output was not kept whole: write a scratch file in \"/t\": No space left on "
        "device");
  CHECK(flooded.out.is_truncated());
  CHECK(flooded.out.total_bytes == 3000000);
  CHECK(flooded.err.total_bytes == 3000000);
  CHECK_FALSE(flooded.err.failure.empty());
  CHECK(exit_code(stage.play(job_of({"bytes"}))) == 0);
}

TEST_CASE("ten megabytes on both outputs are the bytes that were said") {
  Stage stage;
  const auto ended = stage.play(job_of({"flood", "10000000"}));
  CHECK_FALSE(stage.scratch.used.empty());
  CHECK(bytes_of(ended.out) == std::string(10000000, 'x'));
  CHECK(bytes_of(ended.err) == std::string(10000000, 'x'));
}

TEST_CASE("with inherited streams nothing is captured and the exit is told all the same") {
  LocalExecutorOptions options;
  options.stdio = LocalExecutorOptions::Stdio::inherit;
  Stage stage(std::move(options));
  const auto ended = stage.play(job_of({"exit", "5"}));
  CHECK(exit_code(ended) == 5);
  CHECK(ended.out.total_bytes == 0);
}

TEST_CASE("a job with inherited streams shares the terminal, so that the shell can stop both") {
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(pid >= 0);
  if (pid == 0) {
    LocalExecutorOptions options;
    options.stdio = LocalExecutorOptions::Stdio::inherit;
    Stage stage(std::move(options));
    JobSpec job = job_of({"foreground"});
    job.input = InheritedStdin{};
    const int code = exit_code(stage.play(job));
    ::_exit(has_terminal() ? code : 99);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  ::close(terminal);
  CHECK(status == 0);
}

namespace {

/// While it lives, our standard output is a file.
class OutputToFile {
 public:
  OutputToFile() : found_(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) {
    std::fflush(stdout);
    const Fd file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    REQUIRE(::dup2(file.get(), STDOUT_FILENO) == STDOUT_FILENO);
  }
  ~OutputToFile() { ::dup2(found_.get(), STDOUT_FILENO); }
  OutputToFile(const OutputToFile&) = delete;
  OutputToFile& operator=(const OutputToFile&) = delete;

  std::string text() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  TemporaryDirectory directory_;
  std::string path_ = directory_ / "out";
  Fd found_;
};

LocalExecutorOptions live_in(ProcessGroup group) {
  LocalExecutorOptions options;
  options.stdio = LocalExecutorOptions::Stdio::live;
  options.live_group = group;
  return options;
}

}  // namespace

TEST_CASE("many live jobs at once have fanout's own output, and nothing is captured") {
  const OutputToFile output;
  Stage stage(live_in(ProcessGroup::own));
  std::vector<JobSpec> jobs;
  for (int i = 0; i < 3; ++i) jobs.push_back(job_of({"arguments", std::to_string(i)}));
  for (std::uint64_t i = 0; i < 3; ++i) stage.executor.start({attempt(i), &jobs[i]});
  for (const AttemptEnded& ended : stage.await(3)) CHECK(ended.out.total_bytes == 0);
  const std::string text = output.text();
  CHECK(text.size() == 6);
  for (const char* said : {"0|", "1|", "2|"}) CHECK(text.find(said) != std::string::npos);
}

TEST_CASE("live jobs have groups of their own, or fanout's where that was asked for") {
  ProcessGroup group = ProcessGroup::own;
  SUBCASE("their own") {
    group = ProcessGroup::own;
  }
  SUBCASE("shared") {
    group = ProcessGroup::shared;
  }
  Stage stage(live_in(group));
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("sleeper");
  stage.executor.start({attempt(0), &job});
  ear.await_ready();
  const pid_t pid = stage.executor.process_of(attempt(0));
  const bool is_shared = group == ProcessGroup::shared;
  CHECK(::getpgid(pid) == (is_shared ? ::getpgrp() : pid));
  stage.executor.stop({attempt(0), How::ask});
  CHECK(signal_number(stage.await(1)[0]) == SIGTERM);
}

TEST_CASE("a tree of live jobs in fanout's group is ended, and nobody else in the group") {
  const pid_t bystander = ::fork();
  if (bystander == 0) {
    ::pause();
    ::_exit(0);
  }
  Stage stage(live_in(ProcessGroup::shared));
  Ear ear(*stage.loop);
  const JobSpec job = ear.job("runaway");
  stage.executor.start({attempt(0), &job});
  ear.await_ready();
  SUBCASE("asked") {
    stage.executor.stop({attempt(0), How::ask});
  }
  SUBCASE("killed") {
    stage.executor.stop({attempt(0), How::kill});
  }
  stage.await(1);
  ear.await_close();
  CHECK(::kill(bystander, 0) == 0);
  CHECK(::waitpid(bystander, nullptr, WNOHANG) == 0);
  ::kill(bystander, SIGKILL);
  ::waitpid(bystander, nullptr, 0);
}

TEST_CASE("resource use is told per attempt") {
  const std::uint64_t megabytes = own_peak_megabytes() + 64;
  Stage stage;
  const auto ended = stage.play(job_of({"glutton", std::to_string(megabytes)}));
  CHECK(ended.usage.user + ended.usage.system > Duration::zero());
  REQUIRE(ended.usage.max_rss_kib);
  CHECK(*ended.usage.max_rss_kib >= megabytes * 1024);
}

namespace {

std::shared_ptr<Block> block_of(std::string bytes) {
  auto block = std::make_shared<Block>();
  block->size = bytes.size();
  block->bytes = std::move(bytes);
  return block;
}

struct OneLender : BlockLender {
  NextBlock lend() override {
    return block == nullptr ? NextBlock(EndOfBlocks{}) : NextBlock(std::exchange(block, nullptr));
  }
  void settle(std::size_t count, std::vector<std::shared_ptr<Block>> untouched) override {
    settled += count;
    back = std::move(untouched);
  }
  std::shared_ptr<Block> block;
  std::size_t settled = 0;
  std::vector<std::shared_ptr<Block>> back;
};

/// A stage on which blocks are lent. News of input are no ends.
struct FeedingStage : Stage {
  explicit FeedingStage(BlockLender& lender) : Stage(with(lender)) {
    reactor.before_wait([this] { executor.feed(); });
  }
  static LocalExecutorOptions with(BlockLender& lender) {
    LocalExecutorOptions options;
    options.lender = &lender;
    return options;
  }
  AttemptEnded play(const JobSpec& job) {
    executor.start({attempt(0), &job});
    std::vector<Notice> news;
    for (;;) {
      news.clear();
      reactor.wait(reactor.now() + std::chrono::seconds(60), news);
      for (Notice& notice : news) {
        if (auto* ended = std::get_if<AttemptEnded>(&notice)) return std::move(*ended);
      }
      REQUIRE(!news.empty());
    }
  }
};

}  // namespace

TEST_CASE("a block is the standard input of its attempt, and is let go with the last one") {
  Stage stage;
  JobSpec job = job_in_shell("cat");
  const auto block = block_of(std::string("a\0b", 3));
  job.input = StdinBlock{block};
  stage.executor.start({attempt(0), &job, false});
  CHECK(bytes_of(stage.await(1).front().out) == block->bytes);
  CHECK(block->bytes.size() == 3);
  CHECK(bytes_of(stage.play(job).out) == std::string("a\0b", 3));
  CHECK(block->bytes.empty());
  CHECK(block->size == 3);
}

TEST_CASE("an attempt that takes more than one block reads them one after the other") {
  OneLender lender;
  lender.block = block_of("second\n");
  FeedingStage stage(lender);
  JobSpec job = job_in_shell("cat");
  job.input = StdinBlock{block_of("first\n"), StdinBlock::Supply::and_more};
  const AttemptEnded ended = stage.play(job);
  CHECK(exit_code(ended) == 0);
  CHECK(bytes_of(ended.out) == "first\nsecond\n");
  CHECK(ended.input_use.given == 13);
  CHECK(ended.input_use.untaken == 0);
  CHECK(lender.settled == 1);
  CHECK(lender.back.empty());
}

TEST_CASE("what such an attempt did not read is told") {
  OneLender lender;
  FeedingStage stage(lender);
  JobSpec job = job_in_shell("read line; exit 3");  // a shell reads no further than its line
  const std::string rest(3 << 20, 'x');             // more than any pipe holds
  job.input = StdinBlock{block_of("one\n" + rest), StdinBlock::Supply::and_more};
  const AttemptEnded ended = stage.play(job);
  CHECK(exit_code(ended) == 3);
  CHECK(ended.input_use.given == rest.size() + 4);
  CHECK(ended.input_use.untaken == rest.size());
}

TEST_CASE("a child that cannot be started has taken nothing of its block") {
  OneLender lender;
  FeedingStage stage(lender);
  JobSpec job;
  job.command.argv = {"/nonexistent/program"};
  job.input = StdinBlock{block_of("block"), StdinBlock::Supply::and_more};
  const AttemptEnded ended = stage.play(job);
  CHECK(std::holds_alternative<SpawnFailed>(ended.end));
  CHECK(ended.input_use.given == 5);
  CHECK(ended.input_use.untaken == 5);
}
