#!/bin/sh
# Installs the peers, builds the release, and measures fanout against them; the options are those of
# bench.py. With --build DIR another build is measured, whose target bench_programs is made already.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/examples/lib/install.sh"

install_missing cmake g++ gcc ninja-build libboost1.81-dev libcli11-dev libsqlite3-dev nlohmann-json3-dev doctest-dev \
  python3 parallel moreutils xe make

build_release() (
  cd "$root"
  cmake --preset release -G Ninja -DBUILD_TESTING=ON >/dev/null
  cmake --build --preset release --parallel "$(nproc)" --target bench_programs
)

case " $* " in
  *' --build'* | *' --show'*) ;;
  *) build_release ;;
esac
exec python3 "$root/tests/bench/bench.py" "$@"
