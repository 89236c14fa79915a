#!/bin/sh
# A preset is a command with parameters and defaults: the jobs give what differs, `extras` what
# they share, and `fanout call` runs it once by hand.
cd "$(dirname "$0")" || exit 1
fanout run -o text --order input images.json
fanout call -f images.json thumbnail photos/sea.raw
