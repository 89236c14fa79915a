#!/bin/sh
# A build whose steps wait for each other, whatever their order in the manifest. When one fails,
# those after it are not started and have a record that says so.
cd "$(dirname "$0")" || exit 1
fanout run -o text "${1:-pipeline.json}"
