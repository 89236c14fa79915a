#!/bin/sh
# Installs what is missing, builds, and runs every test: the release build by g++ with all of them,
# and the sanitizer build by clang with all but those about packaging. Works from any directory.
set -eu
cd "$(dirname "$0")/.."
. ./examples/lib/install.sh

install_missing cmake g++ clang libclang-rt-14-dev ninja-build libboost1.81-dev libcli11-dev libsqlite3-dev nlohmann-json3-dev doctest-dev \
  python3 python3-jsonschema mandoc jq make procps locales valgrind sqlite3 \
  parallel

jobs=$(nproc)
for preset in release sanitize; do
  printf '== %s\n' "$preset"
  cmake --preset "$preset" -G Ninja -DFANOUT_DEVELOPER=ON -DBUILD_TESTING=ON >/dev/null
  cmake --build --preset "$preset" --parallel "$jobs"
  ctest --preset "$preset" --no-tests=error --parallel "$jobs" "$@"
done
