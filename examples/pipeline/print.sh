#!/bin/sh
# Stands for a step that nobody else may do at the same time: there is one press.
mkdir out/press || exit 1
tr a-z A-Z <"parts/$1" >"out/$1"
code=$?
rmdir out/press
exit $code
