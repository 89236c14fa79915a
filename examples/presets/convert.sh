#!/bin/sh
# Stands for a converter with options: says what it would make.
printf '%s ->' "$1"
shift
printf ' %s' "$@"
printf '\n'
