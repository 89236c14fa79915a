#include "os/vfork_launcher.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

using Executor = boost::asio::io_context::executor_type;

/// An initializer in v2's words.
struct EnvironmentInit {
  int* successes;

  boost::system::error_code on_setup(VforkLauncher& launcher, const std::filesystem::path&,
                                     const char* const*&) const {
    static const char* const kNothing[] = {nullptr};
    launcher.plan.environment = kNothing;
    return {};
  }
  void on_success(VforkLauncher&, const std::filesystem::path&, const char* const*&) const {
    ++*successes;
  }
};

struct RefusingInit {
  boost::system::error_code on_setup(VforkLauncher&, const std::filesystem::path&,
                                     const char* const*&) const {
    return {EINVAL, boost::system::system_category()};
  }
};

}  // namespace

TEST_CASE("the launcher returns a process that Boost.Process can wait for") {
  boost::asio::io_context context;
  VforkLauncher launch;
  boost::system::error_code error;
  const char* const argv[] = {FANOUT_BAD_CHILD, "exit", "7", nullptr};
  int successes = 0;
  auto process =
      launch(context.get_executor(), error, FANOUT_BAD_CHILD, argv, EnvironmentInit{&successes});
  REQUIRE(!error);
  CHECK(successes == 1);
  int code = -1;
  process.async_wait([&](boost::system::error_code, int exit_code) { code = exit_code; });
  context.run();
  CHECK(code == 7);
}

TEST_CASE("a launch that fails returns the error, the call, and no process") {
  boost::asio::io_context context;
  VforkLauncher launch;
  boost::system::error_code error;
  const char* const argv[] = {"x", nullptr};
  int successes = 0;
  auto missing =
      launch(context.get_executor(), error, "/no/such/program", argv, EnvironmentInit{&successes});
  CHECK(error.value() == ENOENT);
  CHECK(std::string(launch.failed_call()) == "exec");
  CHECK(!missing.is_open());
  CHECK(successes == 0);

  auto refused = launch(context.get_executor(), error, FANOUT_BAD_CHILD, argv, RefusingInit{});
  CHECK(error.value() == EINVAL);
  CHECK(!refused.is_open());
}
