#include "os/cpus.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using Version = CgroupDirectory::Version;

TEST_CASE("a quota of cgroup v2 is processors, rounded up") {
  CHECK(parse_cpu_max("200000 100000\n") == 2);
  CHECK(parse_cpu_max("150000 100000\n") == 2);
  CHECK(parse_cpu_max("1000 100000\n") == 1);
}

TEST_CASE("no quota, or one that nobody can read, is no limit") {
  CHECK(!parse_cpu_max("max 100000\n"));
  CHECK(!parse_cpu_max(""));
  CHECK(!parse_cpu_max("100000"));
  CHECK(!parse_cpu_max("100000 0\n"));
  CHECK(!parse_cfs_quota("-1\n", "100000\n"));
  CHECK(!parse_cfs_quota("", ""));
}

TEST_CASE("a quota of cgroup v1 is processors, rounded up") {
  CHECK(parse_cfs_quota("250000\n", "100000\n") == 3);
}

TEST_CASE("in cgroup v2 the process's own directory and all above it count") {
  const auto directories =
      cpu_cgroups("0::/user.slice/job\n",
                  "25 1 0:22 / /proc rw - proc proc rw\n"
                  "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
  CHECK(directories == std::vector<CgroupDirectory>{
                           {Version::v2, "/sys/fs/cgroup/user.slice/job"},
                           {Version::v2, "/sys/fs/cgroup/user.slice"},
                           {Version::v2, "/sys/fs/cgroup"},
                       });
}

TEST_CASE("in cgroup v1 the hierarchy of the cpu controller counts, not that of cpuset") {
  const auto directories = cpu_cgroups("5:cpuset:/a\n4:cpu,cpuacct:/b:c\n",
                                       "31 25 0:27 / /cg/cpuset rw - cgroup cgroup rw,cpuset\n"
                                       "32 25 0:28 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
  CHECK(directories == std::vector<CgroupDirectory>{
                           {Version::v1, "/cg/cpu/b:c"},
                           {Version::v1, "/cg/cpu"},
                       });
}

TEST_CASE("in a container that shows its part of the hierarchy, the path is seen from there") {
  const std::string mount = "32 25 0:28 /docker/1f /cg/cpu ro - cgroup cgroup rw,cpu\n";
  CHECK(cpu_cgroups("4:cpu:/docker/1f/x\n", mount) == std::vector<CgroupDirectory>{
                                                          {Version::v1, "/cg/cpu/x"},
                                                          {Version::v1, "/cg/cpu"},
                                                      });
  CHECK(cpu_cgroups("4:cpu:/elsewhere\n", mount) ==
        std::vector<CgroupDirectory>{{Version::v1, "/cg/cpu"}});
}

TEST_CASE("there is always a processor to use") {
  CHECK(usable_processors() >= 1);
}
