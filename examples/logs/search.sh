#!/bin/sh
# Searches log files in parallel and counts what was found, host by host. `--tag` says which file
# a line comes from; grep's "found nothing" (exit 1) is no failure of ours, hence --silent.
cd "$(dirname "$0")" || exit 1
pattern=${1:-ERROR}
find logs -name '*.log' -print0 | sort -z |
  fanout map -0 -o text --order input --tag --silent grep -e "$pattern" |
  awk -F '\t' '{ count[$1]++ } END { for (file in count) print count[file], file }' | sort -k2
