#include "cli/xargs_help.hpp"

namespace fanout {

std::string xargs_help(const std::string& program) {
  return "Usage: " + program + R"( [OPTION]... COMMAND [INITIAL-ARGS]...
Run COMMAND with the INITIAL-ARGS and with the items that standard input has.

A value that a long option needs or may have, its letter needs or may have too.
  -0, --null                   items end with a NUL character; nothing in them
                                 is special, and no item ends the input
  -a, --arg-file=FILE          take the items from FILE; commands read what
                                 xargs itself would have read
  -d, --delimiter=CHARACTER    items end with CHARACTER (\n, \t, \x1f, \037 and
                                 the like work); otherwise as with -0
  -E END                       stop reading at an item END
  -e, --eof[=END]              same as -E END; without END, nothing ends the
                                 input
  -I R                         same as --replace=R
  -i, --replace[=R]            run COMMAND once for each line, with the line in
                                 the place of R in the INITIAL-ARGS ({} if R is
                                 not given)
  -L, --max-lines=LINES        at most so many input lines to a command; blank
                                 lines do not count
  -l[LINES]                    same as -L LINES; 1 if LINES is not given
  -n, --max-args=ITEMS         at most so many items to a command
  -o, --open-tty               let commands read from the terminal
  -P, --max-procs=COMMANDS     run so many at a time (default 1); 0 is as many
                                 as possible
  -p, --interactive            show every command and ask whether to run it
      --process-slot-var=VAR   tell each command in VAR which of the -P it is,
                                 from 0
  -r, --no-run-if-empty        run nothing when there are no items
  -s, --max-chars=BYTES        no command is longer
      --show-limits            show how long a command may be
  -t, --verbose                show every command on standard error
  -x, --exit                   stop when a command would be longer than -s
      --help                   show this and exit
      --version                show the version and exit

Not in other xargs:
      --group                  the output of each command whole, when it ends
      --keep-order             the same in the order of the input
      --report=FILE            write to FILE, as JSON lines, how each command
                                 ended

Exit: 0; 123 a command exited with 1-254; 124 one with 255; 125 one was ended by
a signal; 126 it cannot be run; 127 it was not found; 1 anything else.
Manual: man fanout-xargs
)";
}

}  // namespace fanout
