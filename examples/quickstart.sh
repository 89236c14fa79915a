#!/bin/sh
# Installs what is missing, builds a release, runs a real manifest over the files of this
# repository, and shows its results. Works from any directory, as often as you like.
set -eu
cd "$(dirname "$0")/.."
. ./examples/lib/install.sh

install_missing cmake g++ ninja-build libboost1.81-dev libcli11-dev libsqlite3-dev nlohmann-json3-dev jq

printf 'building build/fanout ...\n'
cmake --preset release -G Ninja -DBUILD_TESTING=OFF >/dev/null
cmake --build --preset release --parallel "$(nproc)" --target fanout_program >build/quickstart.log 2>&1 || {
  cat build/quickstart.log >&2
  exit 1
}
PATH=$PWD/build:$PATH

printf '\n$ cat examples/quickstart.json\n'
cat examples/quickstart.json
printf '\n$ fanout run examples/quickstart.json | jq ...\n'
fanout run examples/quickstart.json | jq -r '
  (.results | to_entries[] | "\(.key): \(.value.status) in \(.value.seconds)s: \(.value.stdout | rtrimstr("\n"))"),
  "summary: \(.summary | tojson)"'

printf '\n$ find src -name "*.hpp" | fanout map -o values wc -l | jq length\n'
find src -name '*.hpp' | fanout map -o values wc -l | jq length

printf '\nIt works: build/fanout is ready. Next: build/fanout --help, README.md, examples/.\n'
