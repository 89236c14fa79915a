#!/bin/sh
# A CI step: all checks of the project at once. Their output stays together, check by check, the
# step fails when a check fails, and the last line says which ones and why.
cd "$(dirname "$0")" || exit 1
exec fanout run -o text --timeout 1m "${1:-checks.json}"
