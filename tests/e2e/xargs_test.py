#!/usr/bin/env python3
"""`fanout xargs`, also under the name xargs. What it has in common with GNU xargs is held by
tests/xargs/differential.py; here is what needs time, signals and terminals, and what GNU has not."""
import json
import os
import pty
import select
import signal
import subprocess

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

BAD_CHILD = os.environ["FANOUT_BAD_CHILD"]


class XargsCase(FanoutCase):
    def setUp(self):
        super().setUp()
        self.xargs_path = self.directory / "bin" / "xargs"
        self.xargs_path.parent.mkdir()
        self.xargs_path.symlink_to(FANOUT)

    def xargs(self, *arguments, stdin="", code=0, **options):
        done = subprocess.run(["xargs", *arguments], executable=self.xargs_path, input=stdin, text=True,
                              capture_output=True, cwd=self.directory, timeout=PATIENCE, check=False, **options)
        self.assertEqual(done.returncode, code, done)
        return done

    def start(self, *arguments, **options):
        process = subprocess.Popen(["xargs", *arguments], executable=self.xargs_path, cwd=self.directory,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   **options)
        self.addCleanup(self.finish, process)
        return process

    @staticmethod
    def finish(process):
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def assert_ends(self, pids):
        for pid in pids:
            try:
                pidfd = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            with open(pidfd, "rb", buffering=0) as file:
                self.assertTrue(select.select([file], [], [], PATIENCE)[0], f"{pid} goes on")


class Names(XargsCase):
    def test_it_speaks_by_the_name_it_was_called_by(self):
        self.assertEqual(self.xargs("nosuch-program", code=127).stderr,
                         "xargs: nosuch-program: No such file or directory\n")
        done = subprocess.run([self.xargs_path, "-n0"], capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertTrue(done.stderr.startswith(f"{self.xargs_path}: value 0 "), done)

    def test_as_a_command_of_fanout_it_is_xargs(self):
        done = self.fanout("xargs", "-n1", "nosuch-program", stdin="a b")
        self.assertEqual(done.returncode, 127)
        self.assertEqual(done.stderr, "xargs: nosuch-program: No such file or directory\n")
        self.assertEqual(self.fanout("xargs", "-n1", stdin="a b").stdout, "a\nb\n")

    def test_help_and_version(self):
        self.assertTrue(self.xargs("--help").stdout.startswith("Usage: xargs [OPTION]... COMMAND"))
        self.assertTrue(self.xargs("--version").stdout.startswith("xargs (fanout) "))
        with open("/dev/full", "wb") as full:
            done = subprocess.run(["xargs", "--help"], executable=self.xargs_path, stdout=full, text=True,
                                  stderr=subprocess.PIPE, timeout=PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, "xargs: write error: No space left on device\n"))


class Commands(XargsCase):
    def test_a_command_starts_as_soon_as_it_is_full(self):
        process = self.start("-n2")
        process.stdin.write("a b c")
        process.stdin.flush()
        # `b` is complete with the blank behind it, whatever else may come.
        self.assertEqual(process.stdout.readline(), "a b\n")
        self.assertEqual(process.communicate(timeout=PATIENCE)[0], "c\n")

    def test_what_commands_find_is_what_xargs_found(self):
        done = self.xargs("env", env={"A": "1", "FANOUT_INDEX": "7", "PATH": os.environ["PATH"]})
        self.assertEqual(done.stdout, f"A=1\nFANOUT_INDEX=7\nPATH={os.environ['PATH']}\n")
        done = self.xargs("--process-slot-var=S", "env", env={"S": "x", "PATH": "/usr/bin:/bin"})
        self.assertEqual(done.stdout, "PATH=/usr/bin:/bin\nS=0\n")

    def test_they_read_nothing_unless_the_items_are_in_a_file(self):
        self.write("items", "a")
        self.assertEqual(self.xargs("sh", "-c", "cat", stdin="text").stdout, "")
        self.assertEqual(self.xargs("-a", "items", "sh", "-c", "cat", stdin="text").stdout, "text")
        self.assertEqual(self.xargs("-a", "-", "sh", "-c", "cat", stdin="text").stdout, "")

    def test_what_is_behind_the_end_word_is_for_others(self):
        self.write("input", "a b\nEND\nc\nd\n")
        done = self.shell(f"({self.xargs_path} -EEND; cat) <input")
        self.assertEqual(done.stdout, "a b\nc\nd\n")

    def test_each_running_command_has_a_slot_of_its_own(self):
        os.mkfifo(self.directory / "go")
        process = self.start("-P3", "-n1", "--process-slot-var=S", "sh", "-c", "echo $S; read x <go")
        process.stdin.write("a b c")
        process.stdin.close()
        slots = sorted(process.stdout.readline() for _ in range(3))
        self.assertEqual(slots, ["0\n", "1\n", "2\n"])
        (self.directory / "go").write_text("x\nx\nx\n")

    def test_they_are_in_its_own_process_group(self):
        process = self.start(BAD_CHILD, "group", start_new_session=True)
        self.assertEqual(process.communicate("", timeout=PATIENCE)[0], str(process.pid))

    def test_one_argument_that_no_program_takes(self):
        done = self.xargs("-s1000000", "-n2", "echo", stdin="a b " + "x" * 140000 + " c d", code=1)
        self.assertEqual(done.stdout, "a b\n")
        self.assertEqual(done.stderr, "xargs: can't call exec() due to argument size restrictions\n")

    def test_the_largest_command_is_one_that_runs(self):
        items = "x\n" * 1000000
        counts = self.xargs("-s2000000", "sh", "-c", "echo $#", "sh", stdin=items).stdout.split()
        self.assertEqual(sum(map(int, counts)), 1000000)
        self.assertLess(len(counts), 8)

    def test_all_that_run_are_waited_for_when_one_says_255(self):
        os.mkfifo(self.directory / "gone")
        script = "[ $0 = b ] && exit 255; read x <gone; echo late"
        process = self.start("-P2", "-n1", "sh", "-c", script)
        process.stdin.write("a b")
        process.stdin.close()
        self.assertEqual(process.stderr.readline(), "xargs: sh: exited with status 255; aborting\n")
        (self.directory / "gone").write_text("x\n")
        self.assertEqual(process.stdout.read(), "late\n")
        self.assertEqual(process.wait(PATIENCE), 124)

    def test_a_reader_that_goes_away_is_the_business_of_the_commands(self):
        done = self.shell(f"yes | head -1000 | {self.xargs_path} -n1 sh -c 'echo a; echo b' | true; echo ${{PIPESTATUS[2]}}")
        self.assertEqual(done.stdout, "125\n")
        self.assertTrue(done.stderr.endswith("xargs: sh: terminated by signal 13\n"), done)

    def test_what_cannot_be_shown_does_not_run(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(["xargs", "-t", "echo"], executable=self.xargs_path, input=b"a", stdout=subprocess.PIPE,
                                  stderr=full, cwd=self.directory, timeout=PATIENCE, check=False)
        self.assertEqual((done.stdout, done.returncode), (b"", 1))

    def test_who_complains_to_a_reader_that_has_gone_dies_of_it(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([self.xargs_path, "sh", "-c", "exit 255"], input=b"a", stderr=writer,
                              timeout=PATIENCE, check=False)
        os.close(writer)
        self.assertEqual(done.returncode, -signal.SIGPIPE)

    def test_a_read_error_is_the_end_and_told(self):
        done = self.shell(f"{self.xargs_path} echo <&-")
        self.assertEqual((done.returncode, done.stdout), (1, "\n"))
        self.assertTrue(done.stderr.endswith("xargs: error closing file: Bad file descriptor\n"), done)
        done = self.xargs("-a", ".", code=1)
        self.assertRegex(done.stderr, "^xargs: Cannot open input file .*: Is a directory\n$")


class Signals(XargsCase):
    def test_a_signal_ends_its_commands_and_those_below_them(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number=number):
                process = self.start("-P2", "-n1", "sh", "-c", "sleep 1000 & echo $$ $!; wait")
                process.stdin.write("a b ")
                process.stdin.flush()
                pids = [int(word) for _ in range(2) for word in process.stdout.readline().split()]
                process.send_signal(number)
                self.assertEqual(process.wait(PATIENCE), -number)
                self.assert_ends(pids)

    def test_a_killed_xargs_leaves_nobody_either(self):
        process = self.start("sh", "-c", "sleep 1000 & echo $$ $!; wait")
        process.stdin.close()
        pids = [int(word) for word in process.stdout.readline().split()]
        process.kill()
        self.assertEqual(process.wait(PATIENCE), -signal.SIGKILL)
        self.assert_ends(pids)

    def test_user_signals_change_how_many_run(self):
        for number in range(1, 7):
            os.mkfifo(self.directory / f"go{number}")
        process = self.start("-P1", "-n1", "sh", "-c", "echo $0; read x <go$0; echo done $0")
        process.stdin.write("1 2 3 4 5 6")
        process.stdin.close()

        def go(number):
            (self.directory / f"go{number}").write_text("x\n")

        self.assertEqual(process.stdout.readline(), "1\n")
        process.send_signal(signal.SIGUSR1)
        self.assertEqual(process.stdout.readline(), "2\n")
        process.send_signal(signal.SIGUSR2)
        process.send_signal(signal.SIGUSR2)  # one is the least
        go(1)
        self.assertEqual(process.stdout.readline(), "done 1\n")
        go(2)  # with two at a time 3 had been started before this one is done
        for number in (2, 3, 4, 5):
            self.assertEqual(process.stdout.readline(), f"done {number}\n")
            self.assertEqual(process.stdout.readline(), f"{number + 1}\n")
            go(number + 1)
        self.assertEqual(process.stdout.readline(), "done 6\n")
        self.assertEqual(process.wait(PATIENCE), 0)


class Terminal(XargsCase):
    """On a pseudo-terminal, which is standard output and error; items come from a file."""

    def run_on_terminal(self, *arguments, items="", typed=()):
        """Types each text once what stands before it was seen. Returns all that was seen, and the status."""
        self.write("items", items)
        pid, master = pty.fork()
        if pid == 0:
            os.chdir(self.directory)
            os.dup2(os.open("items", os.O_RDONLY), 0)
            os.execv(self.xargs_path, ["xargs", *arguments])
        seen = ""
        for awaited, text in typed:
            seen = self.read_until(master, seen, awaited)
            os.write(master, text.encode())
        seen = self.read_until(master, seen, None)
        os.close(master)
        return seen.replace("\r\n", "\n"), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def read_until(self, master, seen, awaited):
        while awaited is None or awaited not in seen:
            self.assertTrue(select.select([master], [], [], PATIENCE)[0], seen)
            try:
                more = os.read(master, 65536)
            except OSError:  # EIO: the last writer is gone
                more = b""
            if not more:
                self.assertIsNone(awaited, seen)
                break
            seen += more.decode()
        return seen

    def test_a_person_is_asked(self):
        typed = [("a?...", "y\n"), ("b?...", "n\n"), ("c?...", "Yes\n"), ("d?...", "\n")]
        seen, code = self.run_on_terminal("-p", "-n1", "echo", items="a b c d", typed=typed)
        self.assertEqual(seen, "echo a?...y\na\necho b?...n\necho c?...Yes\nc\necho d?...\n")
        self.assertEqual(code, 0)

    def test_who_wants_nothing_is_asked_about_nothing_as_well(self):
        seen, code = self.run_on_terminal("-p", "-n1", "echo", items="a ", typed=[("a?...", "n\n"), ("echo?...", "n\n")])
        self.assertEqual((seen, code), ("echo a?...n\necho?...n\n", 0))

    def test_an_end_of_file_is_no_answer(self):
        seen, code = self.run_on_terminal("-p", "-n1", "echo", items="a b", typed=[("a?...", "\x04")])
        self.assertEqual((seen, code), ("echo a?...xargs: Failed to read from stdin\n", 1))

    def test_commands_can_read_the_terminal(self):
        script = "echo $0?; read x; echo got $x"
        seen, code = self.run_on_terminal("-o", "-n1", "sh", "-c", script, items="a b", typed=[("a?", "1\n"), ("b?", "2\n")])
        self.assertEqual((seen, code), ("a?\n1\ngot 1\nb?\n2\ngot 2\n", 0))

    def test_an_interrupt_that_is_typed_reaches_all(self):
        seen, code = self.run_on_terminal("sh", "-c", "trap 'echo heard; exit 0' INT TERM; sleep 1000 & echo ready; wait",
                                          typed=[("ready", "\x03")])
        self.assertIn("heard", seen)
        self.assertEqual(code, -signal.SIGINT)

    def test_an_interrupt_that_is_typed_is_not_told(self):
        seen, code = self.run_on_terminal("-P3", "-n1", "sh", "-c", "echo ready; exec sleep 1000", items="a b c",
                                          typed=[("ready\r\nready\r\nready", "\x03")])
        self.assertNotIn("terminated", seen)
        self.assertEqual(code, -signal.SIGINT)

    def test_without_a_terminal(self):
        self.assertEqual(self.xargs("-p", stdin="a", code=1, start_new_session=True).stderr,
                         "echo axargs: failed to open /dev/tty for reading: No such device or address\n")
        self.assertEqual(self.xargs("-o", stdin="a", code=1, start_new_session=True).stderr,
                         "xargs: /dev/tty: No such device or address\n")


class BeyondXargs(XargsCase):
    # The first goes on when the second is over and was waited for.
    SCRIPT = ("echo a $0; if [ $0 = 1 ]; then read pid <over; while kill -0 $pid; do :; done 2>/dev/null; fi; "
              "echo b $0; echo e $0 >&2; [ $0 = 1 ] || echo $$ >over")

    def setUp(self):
        super().setUp()
        os.mkfifo(self.directory / "over")

    def test_groups_are_whole(self):
        done = self.xargs("--group", "-P2", "-n1", "sh", "-c", self.SCRIPT, stdin="1 2")
        self.assertEqual(done.stdout, "a 2\nb 2\na 1\nb 1\n")
        self.assertEqual(done.stderr, "e 2\ne 1\n")

    def test_and_in_the_order_of_the_input(self):
        done = self.xargs("--keep-order", "-P2", "-n1", "sh", "-c", self.SCRIPT, stdin="1 2")
        self.assertEqual(done.stdout, "a 1\nb 1\na 2\nb 2\n")
        self.assertEqual(done.stderr, "e 1\ne 2\n")

    def test_statuses_are_the_same(self):
        for options in ([], ["--group"], ["--keep-order"]):
            done = self.xargs(*options, "-n1", "sh", "-c", "echo $0; exit $0", stdin="3 255 4", code=123)
            self.assertEqual(done.stdout, "3\n255\n")
            self.assertEqual(done.stderr, "xargs: sh: exited with status 255; aborting\n")

    def test_a_report_has_every_command(self):
        self.xargs("--report", "r.jsonl", "-n1", "sh", "-c", "echo $0; exit $0", stdin="0 7 0", code=123)
        *records, last = map(json.loads, (self.directory / "r.jsonl").read_text().splitlines())
        self.assertEqual([record["exit_code"] for record in records], [0, 7, 0])
        self.assertEqual([record["command"][-1] for record in records], ["0", "7", "0"])
        self.assertEqual((last["summary"]["jobs"], last["summary"]["failed"]), (3, 1))
        self.xargs("--group", "--report", "r.jsonl", "echo", stdin="a")
        self.assertEqual(json.loads((self.directory / "r.jsonl").read_text().splitlines()[0])["stdout"], "a\n")

    def test_a_report_that_cannot_be_written(self):
        done = self.xargs("--report", "no/such/file", "echo", stdin="a", code=1)
        self.assertEqual(done.stdout, "")
        self.assertIn("no/such/file", done.stderr)
        self.assertIn("No space left", self.xargs("--report", "/dev/full", "echo", stdin="a", code=1).stderr)


if __name__ == "__main__":
    main()
