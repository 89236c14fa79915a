#!/bin/sh
# Searches log files in parallel and counts what was found, file by file. `--tag` says which file a
# line comes from. That grep found nothing (exit 1) is no failure here; a bad pattern (2) is.
cd "$(dirname "$0")" || exit 1
export PATTERN="${1:-ERROR}"
find logs -name '*.log' -print0 | sort -z |
  fanout map -0 --shell -o text --order input --tag 'grep -e "$PATTERN" -- {} || [ $? -eq 1 ]' |
  awk -F '\t' '{ count[$1]++ } END { for (file in count) print count[file], file }' | sort -k2
