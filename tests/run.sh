#!/bin/sh
# Installs what is missing, builds, and runs every test: the release build with all of them, and
# the sanitizer build with all but those about packaging. Works from any directory.
set -eu
cd "$(dirname "$0")/.."
. ./examples/lib/install.sh

install_missing cmake g++ ninja-build libboost1.81-dev libcli11-dev nlohmann-json3-dev doctest-dev \
  python3 python3-jsonschema mandoc jq make

jobs=$(nproc)
for preset in release sanitize; do
  printf '== %s\n' "$preset"
  cmake --preset "$preset" -G Ninja -DFANOUT_DEVELOPER=ON -DBUILD_TESTING=ON >/dev/null
  cmake --build --preset "$preset" --parallel "$jobs"
  ctest --preset "$preset" --no-tests=error --parallel "$jobs" "$@"
done
