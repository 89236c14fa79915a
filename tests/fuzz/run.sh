#!/bin/sh
# Fuzzes all parsers for MINUTES (30) together, two at a time, from the corpus and from what earlier
# runs came across. An input that breaks something is left in build-fuzz/fuzz/TARGET-crash-*: fix it,
# and keep the input in tests/fuzz/corpus/TARGET under a name that says what it is.
set -eu
cd "$(dirname "$0")/../.."
build=build-fuzz
at_once=2

# Optimised, with asserts.
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG='-O1 -g' \
  -DCMAKE_CXX_COMPILER=clang++ -DFANOUT_SANITIZE=address,undefined >/dev/null
cmake --build "$build" --parallel "$at_once" --target fuzz

targets=$(ls tests/fuzz/corpus)
seconds=$((${1:-30} * 60 * at_once / $(echo "$targets" | wc -l)))
for target in $targets; do mkdir -p "$build/fuzz/found/$target"; done
echo "$targets" | xargs -P "$at_once" -I {} env "$build/fuzz/fuzz_{}" -max_total_time="$seconds" \
  -max_len=4000 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 \
  -artifact_prefix="$build/fuzz/{}-" "$build/fuzz/found/{}" "tests/fuzz/corpus/{}"
