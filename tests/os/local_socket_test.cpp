#include "os/local_socket.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <thread>
#include <vector>

#include "os/local_address.hpp"
#include "os/os_fixture.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

constexpr Duration kPatience = 60s;

/// Says every message back, and remembers it.
struct Served {
  explicit Served(LocalServer::Limits limits = {}) { open(limits); }

  void open(LocalServer::Limits limits) {
    auto opened = LocalServer::open(
        *loop, path,
        {[this](std::string_view message) {
           heard.emplace_back(message);
           return LocalServer::Answer{"heard " + std::string(message), message == "stay"};
         },
         [](std::string_view why) { return "refused: " + std::string(why); }},
        limits);
    REQUIRE(opened);
    server = *std::move(opened);
  }

  Fd connect() {
    const auto address = LocalAddress::of(path);
    REQUIRE(address);
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    REQUIRE(::connect(socket.get(), address->get(), address->size()) == 0);
    return socket;
  }

  /// All that comes until the other end is closed.
  std::string rest(const Fd& socket) {
    std::string text;
    char chunk[512];
    look_until(*loop, [&] {
      ssize_t count = 0;
      while ((count = ::recv(socket.get(), chunk, sizeof chunk, 0)) > 0) {
        text.append(chunk, static_cast<std::size_t>(count));
      }
      return count == 0 || errno != EAGAIN;
    });
    return text;
  }

  /// What has come when `text` is there.
  void await(const Fd& socket, const std::string& expected) {
    std::string text;
    char chunk[512];
    look_until(*loop, [&] {
      const ssize_t count = ::recv(socket.get(), chunk, sizeof chunk, 0);
      if (count > 0) text.append(chunk, static_cast<std::size_t>(count));
      return text.size() >= expected.size();
    });
    CHECK(text == expected);
  }

  static void send(const Fd& socket, std::string_view bytes) {
    REQUIRE(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  std::string answer_to(std::string_view bytes) {
    const Fd socket = connect();
    send(socket, bytes);
    return rest(socket);
  }

  TemporaryDirectory directory;
  std::string path = directory / "socket";
  std::unique_ptr<EventLoop> loop = make_loop();
  std::vector<std::string> heard;
  std::unique_ptr<LocalServer> server;
};

/// Runs the loop while somebody else waits for it.
template <typename Function>
void serve_while(Served& served, Function function) {
  bool is_done = false;
  std::thread other([&] {
    function();
    __atomic_store_n(&is_done, true, __ATOMIC_SEQ_CST);
  });
  look_until(*served.loop, [&] { return __atomic_load_n(&is_done, __ATOMIC_SEQ_CST); });
  other.join();
}

}  // namespace

TEST_CASE("a message is answered, and the connection closed") {
  Served on;
  CHECK(on.answer_to("hello\n") == "heard hello\n");
  CHECK(on.answer_to(std::string("\0\xff\x1b", 3) + "\n") == std::string("heard \0\xff\x1b\n", 10));
  CHECK(on.answer_to("\n") == "heard \n");
}

TEST_CASE("a message may come in pieces") {
  Served on;
  const Fd socket = on.connect();
  for (const char* piece : {"a", "b", "c"}) {
    Served::send(socket, piece);
    on.loop->run_until(on.loop->now() + 1ms);
    CHECK(on.heard.empty());
  }
  Served::send(socket, "\n");
  CHECK(on.rest(socket) == "heard abc\n");
}

TEST_CASE("what is no whole message is not heard") {
  Served on;
  SUBCASE("its end is missing") {
    const Fd socket = on.connect();
    Served::send(socket, "half");
    ::shutdown(socket.get(), SHUT_WR);
    CHECK(on.rest(socket).empty());
  }
  SUBCASE("nothing came") {
    const Fd socket = on.connect();
    ::shutdown(socket.get(), SHUT_WR);
    CHECK(on.rest(socket).empty());
  }
  SUBCASE("it is two") {
    CHECK(on.answer_to("one\ntwo\n") == "refused: more than one message\n");
    CHECK(on.answer_to("one\nt") == "refused: more than one message\n");
  }
  SUBCASE("it is too long") {
    CHECK(on.answer_to(std::string(4096, 'x')) == "refused: the message is too long\n");
    CHECK(on.answer_to(std::string(100000, 'x')).starts_with("refused: the message is too long"));
  }
  CHECK(on.heard.empty());
  CHECK(on.answer_to("fine\n") == "heard fine\n");
}

TEST_CASE("a message of the greatest length is heard") {
  Served on;
  const std::string longest(4095, 'x');
  CHECK(on.answer_to(longest + "\n") == "heard " + longest + "\n");
}

TEST_CASE("who takes too long is sent away") {
  Served on({20ms, 16, 64});
  const Fd idle = on.connect();
  const Fd slow = on.connect();
  Served::send(slow, "half");
  CHECK(on.rest(slow) == "refused: the message did not come to its end in time\n");
  CHECK(on.rest(idle) == "refused: the message did not come to its end in time\n");
  CHECK(on.heard.empty());
}

TEST_CASE("only a few talk at once: who has been silent for longest is sent away") {
  Served on({kPatience, 2, 64});
  const Fd first = on.connect();
  on.loop->run_until(on.loop->now() + 1ms);
  const Fd second = on.connect();
  on.loop->run_until(on.loop->now() + 1ms);
  const Fd third = on.connect();
  CHECK(on.rest(first) == "refused: too many talk at once\n");
  Served::send(second, "a\n");
  CHECK(on.rest(second) == "heard a\n");
  Served::send(third, "b\n");
  CHECK(on.rest(third) == "heard b\n");
}

TEST_CASE("who may stay is connected until the server is gone") {
  Served on({10ms, 16, 2});
  const Fd first = on.connect();
  const Fd second = on.connect();
  for (const Fd* socket : {&first, &second}) {
    Served::send(*socket, "stay\n");
    on.await(*socket, "heard stay\n");
  }
  CHECK(on.answer_to("stay\n") == "refused: too many wait already\n");
  on.loop->run_until(on.loop->now() + 30ms);
  char byte = 0;
  CHECK(::recv(first.get(), &byte, 1, 0) == -1);
  SUBCASE("what else it says ends it") {
    Served::send(first, "more\n");
    CHECK(on.rest(first).empty());
    CHECK(on.heard.size() == 3);
  }
  SUBCASE("it need not") {
    on.server.reset();
    CHECK(::recv(first.get(), &byte, 1, 0) == 0);
    CHECK(::recv(second.get(), &byte, 1, 0) == 0);
  }
}

TEST_CASE("a server that withdraws leaves its place to another, and its connections open") {
  Served on;
  const Fd staying = on.connect();
  Served::send(staying, "stay\n");
  on.await(staying, "heard stay\n");
  on.server->withdraw();
  CHECK_FALSE(std::filesystem::exists(on.path));
  const std::unique_ptr<LocalServer> before = std::move(on.server);
  on.open({});
  char byte = 0;
  CHECK(::recv(staying.get(), &byte, 1, 0) == -1);
  CHECK(on.answer_to("a\n") == "heard a\n");
}

TEST_CASE("a server that is gone does not take the socket of the next one along") {
  Served on;
  on.server->withdraw();
  std::unique_ptr<LocalServer> before = std::move(on.server);
  on.open({});
  before.reset();
  CHECK(on.answer_to("a\n") == "heard a\n");
}

TEST_CASE("who comes and goes leaves room for others") {
  Served on({kPatience, 4, 64});
  for (int i = 0; i < 200; ++i) {
    { const Fd gone = on.connect(); }
    on.loop->run_until(on.loop->now() + 1ms);
  }
  CHECK(on.answer_to("still there\n") == "heard still there\n");
}

TEST_CASE("want of descriptors stops nothing for ever") {
  Served on;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const Fd waiting = on.connect();
  const Fd next(::dup(0));
  const rlimit none{static_cast<rlim_t>(next.get()), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  // More than one pause: it neither spins nor gives up.
  int turns = 0;
  const Instant end = on.loop->now() + 250ms;
  for (; on.loop->now() < end; ++turns) on.loop->run_until(end);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(turns < 100);
  Served::send(waiting, "a\n");
  CHECK(on.rest(waiting) == "heard a\n");
}

TEST_CASE("a socket is its owner's only, whatever the umask") {
  for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
    const mode_t before = ::umask(0022);
    Served on;
    on.server.reset();
    ::umask(mask);
    on.open({});
    ::umask(before);
    struct stat status {};
    REQUIRE(::stat(on.path.c_str(), &status) == 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a server takes the place of one that died, and leaves nothing") {
  Served on;
  std::filesystem::create_hard_link(on.path, on.path + "2");
  on.server.reset();
  CHECK_FALSE(std::filesystem::exists(on.path));
  std::filesystem::rename(on.path + "2", on.path);  // as after a kill
  auto nobody = LocalConnection::open(on.path, kPatience);
  REQUIRE(nobody);
  CHECK_FALSE(nobody->has_value());
  on.open({});
  CHECK(on.answer_to("a\n") == "heard a\n");
}

TEST_CASE("the path of a socket may be long") {
  Served on;
  std::string directory = on.directory.path();
  for (int i = 0; i < 5; ++i) directory += "/" + std::string(200, 'd');
  std::filesystem::create_directories(directory);
  on.server.reset();
  on.path = directory + "/socket";
  on.open({});
  CHECK(on.answer_to("a\n") == "heard a\n");
  serve_while(on, [&] {
    auto connection = LocalConnection::open(on.path, kPatience);
    REQUIRE(connection);
    REQUIRE(connection->has_value());
    CHECK(*(*connection)->ask("b", kPatience) == "heard b");
  });
}

TEST_CASE("a connection asks, and waits for the end") {
  Served on;
  serve_while(on, [&] {
    auto connection = LocalConnection::open(on.path, kPatience);
    REQUIRE(connection);
    REQUIRE(connection->has_value());
    const auto answer = (*connection)->ask("stay", kPatience);
    REQUIRE(answer);
    CHECK(*answer == "heard stay");
    CHECK_FALSE((*connection)->await_end(Duration::zero()));
    CHECK_FALSE((*connection)->await_end(Duration(20ms)));
  });
  auto connection = LocalConnection::open(on.path, kPatience);
  REQUIRE(connection);
  on.server.reset();
  CHECK((*connection)->await_end(std::nullopt));
}

TEST_CASE("a server that does not answer is waited for no longer than was said") {
  Served on;  // nobody runs the loop
  auto connection = LocalConnection::open(on.path, 10ms);
  REQUIRE(connection);
  const auto answer = (*connection)->ask("a", 20ms);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().message == "read \"" + on.path + "\": Connection timed out");
  std::vector<LocalConnection> all;
  while (true) {
    auto next = LocalConnection::open(on.path, 10ms);
    if (!next) {
      CHECK(next.error().message == "connect \"" + on.path + "\": Connection timed out");
      break;
    }
    REQUIRE(next->has_value());
    all.push_back(**std::move(next));
    REQUIRE(all.size() < 10000);
  }
}

TEST_CASE("nobody listens where there is no socket") {
  const TemporaryDirectory directory;
  const auto nobody = LocalConnection::open(directory / "socket", kPatience);
  REQUIRE(nobody);
  CHECK_FALSE(nobody->has_value());
  const auto nowhere = LocalConnection::open(directory / "none/socket", kPatience);
  CHECK_FALSE(nowhere);
}

TEST_CASE("another user is not heard, and not asked" * doctest::skip(::geteuid() != 0)) {
  Served on;
  std::filesystem::permissions(on.directory.path(), std::filesystem::perms::all);
  std::filesystem::permissions(on.path, std::filesystem::perms::all);
  const pid_t other = ::fork();
  REQUIRE(other >= 0);
  if (other == 0) {
    if (::setresuid(65534, 65534, 65534) != 0) ::_exit(9);
    const auto address = LocalAddress::of(on.path);
    const Fd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    if (!address || ::connect(socket.get(), address->get(), address->size()) != 0) ::_exit(8);
    ::send(socket.get(), "abort\n", 6, MSG_NOSIGNAL);
    char byte = 0;
    const bool is_deaf = ::recv(socket.get(), &byte, 1, 0) <= 0;
    // Whoever listens there is not who we trust.
    const auto refused = LocalConnection::open(on.path, kPatience);
    ::_exit(is_deaf && !refused ? 0 : 1);
  }
  int status = -1;
  look_until(*on.loop, [&] { return ::waitpid(other, &status, WNOHANG) == other; });
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(on.heard.empty());
}

TEST_CASE("a server and its connections leave no descriptor behind") {
  const auto before = count_open_descriptors();
  {
    Served on;
    const Fd idle = on.connect();
    const Fd staying = on.connect();
    Served::send(staying, "stay\n");
    on.await(staying, "heard stay\n");
  }
  CHECK(count_open_descriptors() == before);
}
