#!/usr/bin/env python3
"""--progress, colours, and what is said to people, as a terminal shows it."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import tty
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

COLOR_VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")


class Screen:
    """A terminal as wide as it says: what it was sent, and what that looks like."""

    def __init__(self, columns=100):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.resize(columns)
        self.sent = ""

    def resize(self, columns):
        self.columns = columns
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read_until(self, is_done):
        """Reads until that is true of what was sent; None: until nobody writes any more."""
        deadline = time.monotonic() + PATIENCE
        while is_done is None or not is_done(self.sent):
            if not select.select([self.master], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"in vain: {self.sent!r}")
            try:
                self.sent += os.read(self.master, 65536).decode()
            except OSError:  # EIO: the last writer is gone
                return
            if "\x04" in self.sent:
                return

    def rest(self):
        """All there is, once those who wrote are gone: a mark of our own is the end of it."""
        os.write(self.slave, b"\x04")
        self.read_until(None)
        self.sent = self.sent.replace("\x04", "")

    def drawn(self):
        """Every state of the line in which the cursor was, as it was drawn."""
        return [re.sub(r"\x1b\[\d+m", "", line) for line in re.split(r"\x1b\[J|[\r\n]", self.sent) if line]

    def rows(self):
        """What can be seen in the end. Knows what is needed: CR, LF, erase below, colours."""
        rows, row, column = [""], 0, 0
        for token in re.findall(r"\x1b\[\d*[A-Za-z]|.|[\r\n]", self.sent):
            if token == "\r":
                column = 0
            elif token == "\n":
                row, column = row + 1, 0
                rows += [""] * (row + 1 - len(rows))
            elif token == "\x1b[J":
                rows = rows[:row] + [rows[row][:column]]
            elif token.startswith("\x1b"):
                assert token.endswith("m"), token
            else:
                rows[row] = rows[row][:column].ljust(column) + token + rows[row][column + 1:]
                column += 1
        return [line.rstrip() for line in rows]

    def close(self):
        os.close(self.slave)
        os.close(self.master)


class WatchingCase(FanoutCase):
    def setUp(self):
        super().setUp()
        self.screen = Screen()
        self.processes = []
        self.addCleanup(self.clean)

    def clean(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()
        self.screen.close()

    def environment(self, **variables):
        inherited = {name: value for name, value in os.environ.items() if name not in COLOR_VARIABLES}
        return {**inherited, "TERM": "xterm", **variables}

    def start(self, *arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=None, env=None):
        process = subprocess.Popen([FANOUT, *arguments], cwd=self.directory, stdin=stdin, stdout=stdout,
                                   stderr=self.screen.slave if stderr is None else stderr,
                                   env=self.environment(**(env or {})))
        self.processes.append(process)
        return process

    def start_held(self, *options, items=("a", "b", "c"), **streams):
        """Jobs that run until their FIFO is written to."""
        for item in items:
            os.mkfifo(self.directory / item)
        return self.start("map", *options, "--shell", "read x <{}; echo said {}; exit $x", ":::", *items, **streams)

    def release(self, item, code=0):
        (self.directory / item).write_text(f"{code}\n")

    def finish(self, process):
        output, _ = process.communicate(timeout=PATIENCE)
        self.screen.rest()
        return output


class Progress(WatchingCase):
    def test_a_line_is_kept_up_to_date_and_gone_in_the_end(self):
        process = self.start_held("-o", "none", "-j2", "--progress")
        self.screen.read_until(lambda sent: re.search(r"0/3 .*0%  2 running", sent))
        self.release("a", 4)
        self.screen.read_until(lambda sent: re.search(r"1/3 .*33%  \x1b\[31m1 failed\x1b\[0m  2 running.* left", sent))
        self.release("b")
        self.release("c")
        self.finish(process)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(self.screen.rows(), ["fanout: 1 of 3 failed: a (exit 4)", ""])

    def test_it_is_never_wider_than_the_terminal(self):
        self.screen.resize(30)
        process = self.start_held("-o", "none", "-j3", "--progress")
        self.screen.read_until(lambda sent: "0/3  0%  3 running  0:0" in sent)
        self.screen.resize(12)
        self.release("a")
        self.screen.read_until(lambda sent: "\r1/3" in sent)
        self.release("b")
        self.release("c")
        self.finish(process)
        for line in self.screen.drawn():
            self.assertLess(len(line), 30 if line.startswith("0/3") else 12, line)

    def test_it_is_drawn_when_nothing_happens_and_not_too_often(self):
        process = self.start_held("-o", "none", "--progress", items=("a",))
        self.screen.read_until(lambda sent: "0:02" in sent)
        self.release("a")
        self.finish(process)
        self.assertLess(len(self.screen.drawn()), 20)

    def test_what_jobs_say_on_the_same_terminal_is_whole(self):
        process = self.start_held("-o", "text", "-j3", "--progress", stdout=self.screen.slave)
        for number, item in enumerate("abc"):
            self.screen.read_until(lambda sent, n=number: f"{n}/3" in sent)
            self.release(item)
        self.finish(process)
        self.assertEqual(self.screen.rows(), ["said a", "said b", "said c", ""])

    def test_a_result_on_the_same_terminal_keeps_its_bytes(self):
        process = self.start_held("-o", "json", "-j1", "--progress", stdout=self.screen.slave)
        self.screen.read_until(lambda sent: "0/3" in sent)
        self.release("a")
        self.screen.read_until(lambda sent: "1/3" in sent)
        self.release("b")
        self.release("c")
        self.finish(process)
        rows = self.screen.rows()
        self.assertTrue(rows[0].startswith('{"fanout":1,'), rows)
        self.assertEqual(sum(row.startswith('{"index":') for row in rows), 3, rows)
        self.assertFalse([row for row in rows if "/3" in row], rows)

    def test_lines_of_jobs_and_the_status_come_between(self):
        process = self.start_held("-o", "text", "--line-buffer", "-j3", "--progress", stdout=self.screen.slave)
        self.screen.read_until(lambda sent: "0/3" in sent)
        process.send_signal(signal.SIGUSR1)
        self.screen.read_until(lambda sent: re.search(r"slot 3 .* c\n(?s:.*)0/3", sent))
        for item in "abc":
            self.release(item)
        self.finish(process)
        rows = self.screen.rows()
        self.assertRegex(rows[0], r"^fanout: 3 running, 0 done, 0 failed, after \S+$")
        self.assertEqual(sorted(rows[4:]), ["", "said a", "said b", "said c"])

    def test_a_stop_leaves_the_terminal_clean(self):
        process = self.start_held("-o", "none", "-j1", "--progress", items=("a",))
        self.screen.read_until(lambda sent: "0/1" in sent)
        process.send_signal(signal.SIGTSTP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        self.screen.rest()
        self.assertEqual(self.screen.rows(), [""])
        self.screen.sent = ""
        process.send_signal(signal.SIGCONT)
        self.screen.read_until(lambda sent: "0/1" in sent)
        self.release("a")
        self.finish(process)
        self.assertEqual(self.screen.rows(), [""])

    def test_nobody_has_to_take_the_results(self):
        process = self.start("map", "-j2", "-o", "text", "--progress", "--shell",
                             "head -c 5000000 /dev/zero; : {}", ":::", "a", "b", "c")
        self.screen.read_until(lambda sent: re.search(r"\d/3 ", sent) and "0:02" in sent)
        process.send_signal(signal.SIGUSR1)
        self.screen.read_until(lambda sent: "fanout: " in sent)
        self.assertEqual(len(self.finish(process)), 15000000)

    def test_a_stream_has_no_total_unless_it_is_given(self):
        for options, shown in [([], r"0/\?  1 running"), (["--total", "7"], r"0/7 .*0%  1 running")]:
            with self.subTest(options=options):
                self.screen.sent = ""
                if not (self.directory / "a").exists():
                    os.mkfifo(self.directory / "a")
                process = self.start("map", "-o", "none", "--progress", *options, "--shell", "read x <{}", stdin=subprocess.PIPE)
                process.stdin.write(b"a\n")
                process.stdin.flush()
                self.screen.read_until(lambda sent, s=shown: re.search(s, sent))
                process.stdin.close()
                self.screen.read_until(lambda sent: "0/1 " in sent)
                process.stdin = None
                self.release("a")
                self.finish(process)
                self.assertEqual(process.returncode, 0)
                self.assertEqual(self.screen.rows(), [""])

    def test_a_manifest_knows_its_total(self):
        self.write("jobs.json", '{"jobs": [["sh", "-c", "read x <fifo"], ["true"], ["true"]]}')
        os.mkfifo(self.directory / "fifo")
        process = self.start("run", "-o", "none", "-j1", "--progress", "jobs.json")
        self.screen.read_until(lambda sent: "0/3" in sent)
        self.release("fifo")
        self.finish(process)

    def test_where_no_terminal_is_it_is_a_sentence(self):
        for kind in ("pipe", "dumb", "none"):
            with self.subTest(kind=kind):
                stderr = subprocess.PIPE if kind == "pipe" else None
                env = {"TERM": "" if kind == "none" else "dumb" if kind == "dumb" else "xterm"}
                self.screen.sent = ""
                process = self.start("map", "-o", "text", "--progress", "echo", ":::", "a", "b", stderr=stderr, env=env)
                output, said = process.communicate(timeout=PATIENCE)
                self.screen.rest()
                said = said.decode() if kind == "pipe" else self.screen.sent
                self.assertEqual(sorted(output), sorted(b"a\nb\n"))
                self.assertRegex(said, r"\Afanout: 2 of 2 done(, \S+/s)?, after 0:0\d\n\Z")

    def test_nothing_is_shown_that_was_not_asked_for(self):
        process = self.start("map", "-o", "none", "true", ":::", "a")
        self.finish(process)
        self.assertEqual(self.screen.sent, "")
        process = self.start("map", "--dry-run", "--progress", "true", ":::", "a")
        self.assertEqual(self.finish(process), b"true a\n")
        self.assertEqual(self.screen.sent, "")

    def test_a_total_without_progress_is_refused(self):
        self.assert_refused(self.fanout("map", "--total", "3", "touch", ":::", "made"), "--total", "--progress")
        self.assert_refused(self.fanout("map", "--progress", "--total", "x", "touch", ":::", "made"), "--total", '"x"')


class Colors(WatchingCase):
    RED = "fanout: \x1b[31m1 of 1 failed\x1b[0m: x (exit 1)\n"
    PLAIN = "fanout: 1 of 1 failed: x (exit 1)\n"

    def said(self, *options, stderr=None, **env):
        self.screen.sent = ""
        process = self.start("map", "-o", "none", *options, "false", ":::", "x", stderr=stderr, env=env)
        _, said = process.communicate(timeout=PATIENCE)
        self.screen.rest()
        return said.decode() if said is not None else self.screen.sent

    def test_what_failed_is_red_where_a_person_looks(self):
        self.assertEqual(self.said(), self.RED)
        self.assertEqual(self.said(stderr=subprocess.PIPE), self.PLAIN)
        self.assertEqual(self.said(TERM="dumb"), self.PLAIN)

    def test_the_environment_and_the_option_decide(self):
        self.assertEqual(self.said(NO_COLOR="1"), self.PLAIN)
        self.assertEqual(self.said(CLICOLOR="0"), self.PLAIN)
        self.assertEqual(self.said("--color", "always", NO_COLOR="1"), self.RED)
        self.assertEqual(self.said("--color", "never", FORCE_COLOR="1"), self.PLAIN)
        self.assertEqual(self.said(stderr=subprocess.PIPE, FORCE_COLOR="1"), self.RED)
        self.assertEqual(self.said("--color", "always", stderr=subprocess.PIPE), self.RED)

    def test_results_have_no_colours(self):
        done = self.fanout("map", "-o", "text", "--color", "always", "--tag", "echo", ":::", "x")
        self.assertEqual(done.stdout, "x\tx\n")

    def test_a_colour_that_is_none_is_refused(self):
        self.assert_refused(self.fanout("map", "--color", "alway", "touch", ":::", "made"), "--color", '"alway"', 'did you mean "always"')


if __name__ == "__main__":
    main()
