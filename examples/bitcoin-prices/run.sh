#!/bin/bash
# The price of Bitcoin at three exchanges at once, by name. The exchanges are a small HTTP server
# of the example's own, on this machine.
cd "$(dirname "$0")" || exit 1
exec {server}< <(exec python3 server.py)
server_pid=$!
trap 'kill "$server_pid"' EXIT
read -r PRICE_SERVER <&"$server"
export PRICE_SERVER

fanout run -o values prices.json
fanout call -f prices.json stamp BTC
