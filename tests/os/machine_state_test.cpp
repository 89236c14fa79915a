#include "os/machine_state.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using Version = CgroupDirectory::Version;

TEST_CASE("the load is the first number of /proc/loadavg") {
  CHECK(parse_load_average("0.52 1.20 3.01 2/345 6789\n") == 0.52);
  CHECK(parse_load_average("132.07 1.20 3.01 2/345 6789\n") == 132.07);
  CHECK_FALSE(parse_load_average(""));
  CHECK_FALSE(parse_load_average("none"));
  CHECK_FALSE(parse_load_average("-1 0 0"));
}

TEST_CASE("available memory is MemAvailable, not MemFree") {
  CHECK(parse_available_memory("MemTotal:       16296280 kB\n"
                               "MemFree:          300000 kB\n"
                               "MemAvailable:    8123456 kB\n"
                               "Buffers:           12345 kB\n") == 8123456ULL * 1024);
  CHECK_FALSE(parse_available_memory("MemTotal: 1 kB\nMemFree: 1 kB\n"));  // before Linux 3.14
  CHECK_FALSE(parse_available_memory("XMemAvailable: 1 kB\n"));
  CHECK_FALSE(parse_available_memory(""));
}

TEST_CASE("a cgroup has left what its limit leaves, and the files that nobody uses now") {
  CHECK(memory_left("1000\n", "400\n", "") == 600);
  CHECK(memory_left("1000\n", "400\n", "anon 100\ninactive_file 250\nactive_file 9\n") == 850);
  CHECK(memory_left("1000\n", "1200\n", "") == 0);
  CHECK(memory_left("1000\n", "100\n", "inactive_file 500\n") == 1000);
  // In v1, of the cgroups below it as well.
  CHECK(memory_left("1000\n", "400\n", "inactive_file 1\ntotal_inactive_file 100\n") == 700);
}

TEST_CASE("a cgroup without a limit, or one that nobody can read, cuts nothing") {
  CHECK_FALSE(memory_left("max\n", "400\n", ""));
  CHECK_FALSE(memory_left("", "", ""));
  CHECK_FALSE(memory_left("1000\n", "", ""));
}

TEST_CASE("the cgroups of memory are those of its own hierarchy") {
  const auto directories =
      memory_cgroups("5:memory:/a\n4:cpu,cpuacct:/b\n",
                     "31 25 0:27 / /cg/memory rw - cgroup cgroup rw,memory\n"
                     "32 25 0:28 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
  CHECK(directories ==
        std::vector<CgroupDirectory>{{Version::v1, "/cg/memory/a"}, {Version::v1, "/cg/memory"}});
  const auto unified =
      memory_cgroups("0::/job\n", "30 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  CHECK(unified == std::vector<CgroupDirectory>{{Version::v2, "/sys/fs/cgroup/job"},
                                                {Version::v2, "/sys/fs/cgroup"}});
}

TEST_CASE("this machine has a load and some memory") {
  REQUIRE(load_average());
  CHECK(*load_average() >= 0);
  const Result<std::uint64_t> memory = MemoryProbe().available();
  REQUIRE(memory);
  CHECK(*memory > 0);
}
