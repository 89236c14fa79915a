#!/bin/sh
# Stands for a test that needs a port of its own: it uses the one that it was granted.
port=$((8000 + FANOUT_RESOURCE_PORT))
test "$port" -ge 8000 && test "$port" -le 8001 || exit 2
test "$(wc "--$1" <out/book.txt)" -eq "$2"
