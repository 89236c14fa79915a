#!/usr/bin/env python3
"""The truth about processes: whole trees end, nothing hangs, nothing is left behind."""
import fcntl
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

BAD_CHILD = os.environ["FANOUT_BAD_CHILD"]
SANITIZED = bool(os.environ.get("FANOUT_SANITIZE"))


def state_of(pid):
    """As in proc(5); X when there is no such process."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "X"
    return stat.rpartition(")")[2].split()[0]


def is_running(pid):
    return state_of(pid) not in "ZX"


class ProcessCase(FanoutCase):
    """Bad children run from a file of their own, so that those that are left can be found."""

    def setUp(self):
        super().setUp()
        self.bad = self.directory / "bad_child"
        shutil.copy2(BAD_CHILD, self.bad)
        self.ready = self.directory / "ready"
        os.mkfifo(self.ready)
        self.ready_fd = os.open(self.ready, os.O_RDWR)

    def tearDown(self):
        os.close(self.ready_fd)
        for pid in self.survivors():
            os.kill(pid, signal.SIGKILL)
        super().tearDown()

    def survivors(self):
        found = []
        for entry in os.listdir("/proc"):
            try:
                if entry.isdigit() and os.readlink(f"/proc/{entry}/exe").startswith(str(self.bad)):
                    found.append(int(entry))
            except OSError:
                continue
        return [pid for pid in found if is_running(pid)]

    def start(self, *arguments, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                   **options}
        return subprocess.Popen([FANOUT, *map(str, arguments)], text=True, cwd=self.directory, **options)

    def say_ready(self, part):
        """A command that says `ready` to the test when all its processes are there."""
        return ["sh", "-c", 'exec "$0" ' + part + " >ready", str(self.bad)]

    def wait_for_ready(self, count=1):
        heard = b""
        while heard.count(b"ready") < count:
            self.assertTrue(select.select([self.ready_fd], [], [], PATIENCE)[0], "nobody says ready")
            heard += os.read(self.ready_fd, 4096)

    def wait_until_gone(self, pids, seconds=PATIENCE):
        """Waits for the ends of processes that are not ours."""
        end = time.monotonic() + seconds
        for pid in pids:
            try:
                pidfd = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            with open(pidfd, "rb", buffering=0):
                left = max(0, end - time.monotonic())
                self.assertTrue(select.select([pidfd], [], [], left)[0], f"{pid} is left")

    def assert_nobody_left(self):
        # Who got SIGKILL is gone soon, not at once; who forks all the time has to be caught first.
        end = time.monotonic() + PATIENCE
        while self.survivors() and time.monotonic() < end:
            self.wait_until_gone(self.survivors())
        self.assertEqual(self.survivors(), [])


class Trees(ProcessCase):
    PARTS = ["sleeper", "deaf", "stopped", "runaway", "daemon", "daemon group", "nameless", "chain", "bomb 5"]

    def test_a_timeout_ends_every_descendant(self):
        for part in self.PARTS:
            with self.subTest(part=part):
                done = self.document("run", "--timeout", "500ms", "--grace", "300ms", "-", code=1,
                                     stdin=json.dumps([[str(self.bad), *part.split()]]))
                self.assertEqual(done["results"][0]["error"]["kind"], "timeout")
                self.assert_nobody_left()

    def test_a_signal_ends_every_descendant_of_every_job(self):
        parts = self.PARTS
        jobs = [self.say_ready(part) for part in parts]
        process = self.start("run", "-j", len(jobs), "--grace", "500ms", "-", stdin=subprocess.PIPE)
        process.stdin.write(json.dumps(jobs))
        process.stdin.close()
        process.stdin = None
        self.wait_for_ready(len(jobs))
        process.terminate()
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, -signal.SIGTERM)
        document = json.loads(out)
        self.assertEqual([record["error"]["kind"] for record in document["results"]], ["killed"] * len(jobs))
        self.assert_nobody_left()

    def test_a_second_signal_kills_at_once(self):
        process = self.start("map", "--grace", "1h", "sh", "-c", 'exec "$0" deaf >ready', ":::", self.bad)
        self.wait_for_ready()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        self.assertIn(process.returncode, (-signal.SIGINT, -signal.SIGTERM))
        self.assert_nobody_left()

    def test_a_fanout_in_a_job_ends_with_its_jobs(self):
        inner = [FANOUT, "map", "-o", "none", "sh", "-c", 'exec "$0" daemon >ready', ":::", str(self.bad)]
        process = self.start("run", "--grace", "1s", "-", stdin=subprocess.PIPE)
        process.stdin.write(json.dumps([inner, inner]))
        process.stdin.close()
        process.stdin = None
        self.wait_for_ready(2)
        process.terminate()
        process.communicate(timeout=PATIENCE)
        self.assert_nobody_left()

    def test_orphans_of_jobs_do_not_stay_zombies(self):
        # Each job leaves a process that exits after its parent: fanout adopts and reaps it.
        line = "(sleep 0.01 & ) >/dev/null 2>&1"
        count = "ps -o stat= --ppid $PPID | grep -c Z"
        jobs = [["sh", "-c", line]] * 50 + [["sh", "-c", "sleep 2.5; " + count]]
        document = self.document("run", "-j", "1", "-", stdin=json.dumps(jobs), code=1)
        self.assertEqual(document["results"][-1]["stdout"], "0\n")


class Leaks(ProcessCase):
    def held(self, *options, part="grandchild"):
        jobs = [[str(self.bad), *part.split()]]
        return self.document("run", *options, "-", stdin=json.dumps(jobs))["results"][0]

    def test_a_held_pipe_does_not_hang(self):
        start = time.monotonic()
        record = self.held("--leak-timeout", "200ms")
        self.assertLess(time.monotonic() - start, 20)  # the stray would stay for 30 seconds
        self.assertEqual(record["status"], "succeeded")
        self.assertIs(record["leaked"], True)
        self.assertIs(record["attempts"][0]["leaked"], True)
        self.assertEqual(record["stdout"], "ready\n")
        self.assertEqual(len(self.survivors()), 1)  # left alone

    def test_one_second_is_the_default(self):
        start = time.monotonic()
        self.assertIs(self.held()["leaked"], True)
        self.assertGreater(time.monotonic() - start, 0.9)

    def test_strays_are_ended_on_request(self):
        # The last one holds no output.
        for line in ("grandchild", "grandchild 1", "daemon leave", "daemon leave >/dev/null 2>&1"):
            with self.subTest(line=line):
                document = self.document("run", "--shell", "--leak-timeout", "200ms", "--on-leak", "kill", "-",
                                         stdin=json.dumps({"jobs": [f"exec {self.bad} {line}"]}))
                record = document["results"][0]
                self.assertEqual(record["status"], "succeeded")
                self.assertIs(record["leaked"], True)
                self.assert_nobody_left()

    def test_a_job_that_leaves_nobody_has_not_leaked(self):
        for options in ([], ["--on-leak", "kill"]):
            self.assertNotIn("leaked", self.held(*options, part="bytes"))

    def test_a_background_process_that_ends_in_time_is_waited_for(self):
        record = self.document("map", "--leak-timeout", "1m", "--shell", "(sleep 0.2; echo late) & echo {}", ":::", "a")
        self.assertEqual(record["results"][0]["stdout"], "a\nlate\n")
        self.assertNotIn("leaked", record["results"][0])


class Guardian(ProcessCase):
    @staticmethod
    def has_own_name(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/cmdline").read_text().startswith("job-guardian")
        except OSError:
            return False

    def guardian_of(self, pid):
        """Those that run; waits until there is one and it has taken its name."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            children = subprocess.run(["pgrep", "-P", str(pid)], text=True, capture_output=True).stdout.split()
            found = [int(child) for child in children if self.has_own_name(child) and is_running(child)]
            if found:
                return found
        self.fail("there is no guardian")

    def test_nobody_survives_a_fanout_that_is_killed(self):
        jobs = [self.say_ready(part) for part in ("deaf", "runaway", "daemon", "daemon group", "nameless", "chain")]
        jobs.append(["env", "-i", *self.say_ready("runaway")])
        process = self.start("run", "-j", len(jobs), "-", stdin=subprocess.PIPE)
        process.stdin.write(json.dumps(jobs))
        process.stdin.close()
        process.stdin = None
        self.wait_for_ready(len(jobs))
        guardian = self.guardian_of(process.pid)
        self.assertEqual(len(guardian), 1)
        process.kill()
        killed = time.monotonic()
        process.communicate(timeout=PATIENCE)
        self.wait_until_gone(guardian)
        self.assert_nobody_left()
        if not SANITIZED:
            self.assertLess(time.monotonic() - killed, 5)

    def test_pkill_by_name_or_command_line_does_not_reach_the_guardian(self):
        for flags in ([], ["-f"]):
            with self.subTest(flags=flags):
                tag = "tag-of-" + self.directory.name
                process = self.start("map", "sh", "-c", 'exec "$1" deaf >ready', tag, ":::", self.bad)
                self.wait_for_ready()
                self.guardian_of(process.pid)
                children = subprocess.run(["pgrep", "-P", str(process.pid)], text=True, capture_output=True).stdout.split()
                if flags:
                    # The job's own words have no tag any more: it has exec'ed another program.
                    subprocess.run(["pkill", "-KILL", "-f", "fanout.*" + tag], check=True)
                else:
                    self.assertEqual(len(children), 2)
                    names = {pathlib.Path(f"/proc/{pid}/comm").read_text().strip() for pid in children}
                    self.assertFalse(any("fanout" in name for name in names), names)
                    process.kill()
                process.communicate(timeout=PATIENCE)
                self.assert_nobody_left()

    def test_nothing_of_fanout_is_left_after_a_run(self):
        os.mkfifo(self.directory / "go")
        process = self.start("map", "sh", "-c", "echo ready >ready; read line <go", ":::", "x")
        self.wait_for_ready()
        guardian = self.guardian_of(process.pid)
        self.assertEqual(len(guardian), 1)
        (self.directory / "go").write_text("go")
        process.communicate(timeout=PATIENCE)
        self.assertEqual(state_of(guardian[0]), "X")

    def test_a_guardian_that_was_killed_is_replaced_with_the_next_start(self):
        os.mkfifo(self.directory / "go")
        script = 'case $1 in a) exec "$0" runaway >ready;; b) read line <go;; c) exec "$0" sleeper >ready;; esac'
        process = self.start("map", "-j2", "sh", "-c", script, self.bad, ":::", *"abc")
        self.wait_for_ready()
        former = self.guardian_of(process.pid)
        for guardian in former:
            os.kill(guardian, signal.SIGKILL)
        self.wait_until_gone(former)  # one that is about to die is alive still
        (self.directory / "go").write_text("go\n")
        self.wait_for_ready()
        guardian = self.guardian_of(process.pid)
        self.assertEqual(len(guardian), 1)
        self.assertEqual(len(self.survivors()), 3)
        process.kill()
        killed = time.monotonic()
        process.communicate(timeout=PATIENCE)
        self.wait_until_gone(guardian)
        self.assert_nobody_left()
        self.assertLess(time.monotonic() - killed, 20)  # before their 30 seconds are over

    def test_children_of_the_shell_that_became_fanout_are_left_alone(self):
        for line in ("exec 3>&1 >/dev/null; sleep 30 & echo $! >&3; exec 3>&- \"$0\" map --deadline 300ms -o none sleep ::: 5",
                     "(exec 2>&-; exec sleep 30) & echo $!; exec \"$0\" map --fail-fast -o none false ::: 5"):
            with self.subTest(line=line):
                process = subprocess.Popen(["bash", "-c", line, FANOUT], cwd=self.directory, text=True,
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                stranger = int(process.stdout.readline())
                self.assertEqual(process.wait(PATIENCE), 1)
                self.assertTrue(is_running(stranger))
                os.kill(stranger, signal.SIGKILL)
                process.stdout.close()


class Signals(ProcessCase):
    def test_ignored_signals_stay_ignored(self):
        line = 'trap "" %s; exec "$0" map -o text sh -c \'exec "$0" deaf >ready\' ::: "$1"'
        for name in ("HUP", "INT"):
            with self.subTest(signal=name):
                process = subprocess.Popen(["sh", "-c", line % name, FANOUT, str(self.bad)],
                                           cwd=self.directory, stdin=subprocess.DEVNULL)
                self.wait_for_ready()
                process.send_signal(getattr(signal, "SIG" + name))
                process.send_signal(signal.SIGUSR1)
                self.assertIsNone(process.poll())
                self.assertEqual(len(self.survivors()), 1)
                process.terminate()
                for pid in self.survivors():
                    os.kill(pid, signal.SIGKILL)
                self.assertEqual(process.wait(PATIENCE), -signal.SIGTERM)

    def test_a_stopped_run_stops_its_jobs_and_their_time(self):
        process = self.start("run", "--timeout", "3s", "-", stdin=subprocess.PIPE)
        jobs = [["sh", "-c", "echo ready >ready; sleep 1; echo done"], self.say_ready("runaway")]
        process.stdin.write(json.dumps(jobs))
        process.stdin.close()
        process.stdin = None
        self.wait_for_ready(2)
        process.send_signal(signal.SIGTSTP)
        pid, status = os.waitpid(process.pid, os.WUNTRACED)
        self.assertTrue(os.WIFSTOPPED(status))
        jobs = self.survivors()
        self.assertGreaterEqual(len(jobs), 2)
        end = time.monotonic() + PATIENCE  # a busy machine lets them see the signal late
        while any(state_of(pid) != "T" for pid in jobs):
            self.assertLess(time.monotonic(), end, "a job runs on")
        select.select([], [], [], 4)  # the time that must not count
        process.send_signal(signal.SIGCONT)
        out, _ = process.communicate(timeout=PATIENCE)
        first, second = json.loads(out)["results"]
        self.assertEqual((first["status"], first["stdout"]), ("succeeded", "done\n"))
        self.assertEqual(second["error"]["kind"], "timeout")
        self.assertGreater(second["seconds"], 6.5)
        self.assert_nobody_left()

    def test_a_run_without_any_deadline_stops_at_once(self):
        process = self.start("map", "sh", "-c", "echo ready >ready; exec sleep 1000", ":::", "x")
        self.wait_for_ready()
        process.send_signal(signal.SIGTSTP)
        end = time.monotonic() + PATIENCE
        while state_of(process.pid) != "T":
            self.assertLess(time.monotonic(), end, "it does not stop")
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, -signal.SIGTERM)

    def test_a_continue_right_after_a_stop_is_not_lost(self):
        for _ in range(10):
            process = self.start("map", "-j", "10", "sh", "-c", "echo ready >ready; sleep 0.3", ":::", *"abcdefghij")
            self.wait_for_ready(10)
            process.send_signal(signal.SIGTSTP)
            process.send_signal(signal.SIGCONT)
            out, _ = process.communicate(timeout=PATIENCE)
            self.assertEqual(json.loads(out)["summary"]["succeeded"], 10)

    def test_after_a_stall_exits_are_read_before_deadlines(self):
        process = self.start("run", "-j", "unlimited", "--timeout", "2s", "-", stdin=subprocess.PIPE)
        jobs = [["sh", "-c", "echo ready >ready; sleep 0.3"]] * 40
        process.stdin.write(json.dumps(jobs))
        process.stdin.close()
        process.stdin = None
        self.wait_for_ready(40)
        process.send_signal(signal.SIGSTOP)  # only fanout itself
        select.select([], [], [], 3)
        process.send_signal(signal.SIGCONT)
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(json.loads(out)["summary"]["succeeded"], 40)

    def test_whoever_asks_is_told_what_runs(self):
        process = self.start("map", "-j", "2", "sh", "-c", "echo ready >ready; exec sleep 1000", ":::", "a", "b\x1b[2J", "c")
        self.wait_for_ready(2)
        process.send_signal(signal.SIGUSR1)
        lines = [process.stderr.readline() for _ in range(3)]
        self.assertRegex(lines[0], r"^fanout: 2 running, 0 done, 0 failed, after ")
        self.assertRegex(lines[1], r"^  \S+  slot 1  pid \d+  a\n$")
        self.assertRegex(lines[2], r"^  \S+  slot 2  pid \d+  b\\x1b\[2J\n$")
        process.terminate()
        process.communicate(timeout=PATIENCE)

    def test_whoever_asks_while_a_document_is_read_is_told_later(self):
        process = self.start("run", "-o", "text", "-", stdin=subprocess.PIPE)
        process.stdin.write('[["echo", ')
        process.stdin.flush()
        while struct.unpack("i", fcntl.ioctl(process.stdin, termios.FIONREAD, b"1234"))[0] > 0:
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGUSR1)
        out, err = process.communicate('"fine"]]', timeout=PATIENCE)
        self.assertEqual((out, process.returncode), ("fine\n", 0))
        self.assertRegex(err, r"^fanout: [01] running, [01] done, 0 failed, after ")

    def test_a_job_that_grabs_the_terminal_loses_it_when_it_ends(self):
        jobs = [["sh", "-c", 'exec "$0" grabber </dev/tty', str(self.bad)], ["sh", "-c", "cat /proc/$PPID/stat"]]
        manifest = self.write("jobs.json", json.dumps(jobs))
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.directory)
            os.dup2(os.open("out", os.O_WRONLY | os.O_CREAT), 1)
            os.execv(FANOUT, [FANOUT, "run", "-j1", "--timeout", "500ms", "--grace", "0", str(manifest)])
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(status), 1)
        grabber, after = json.loads((self.directory / "out").read_text())["results"]
        self.assertEqual((grabber["error"]["kind"], grabber["stdout"]), ("timeout", "ready\n"))
        fields = after["stdout"].rpartition(")")[2].split()
        group, foreground = fields[2], fields[5]  # pgrp and tpgid of proc(5)
        self.assertEqual(foreground, group)

    def test_every_job_has_its_record_whatever_signal_comes(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                process = self.start("map", "-j1", "sh", "-c", "echo ready >ready; exec sleep 1000", ":::", *"abc")
                self.wait_for_ready()
                process.send_signal(number)
                out, _ = process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, -number)
                document = json.loads(out)
                self.assertEqual(document["aborted"], [0, 1, 2])
                self.assertEqual([record["error"]["kind"] for record in document["results"]],
                                 ["killed", "not_started", "not_started"])


class Limits(ProcessCase):
    def limited(self, limits, *arguments, code=0):
        done = self.shell(f"ulimit {limits}; exec fanout " + " ".join(arguments))
        self.assertEqual(done.returncode, code, done)
        return done

    def test_few_descriptors_mean_fewer_workers_and_no_failures(self):
        done = self.limited("-n 32", "map -j 20 sh -c 'head -c 100000 /dev/zero; sleep 0.1' ::: $(seq 40)")
        document = json.loads(done.stdout)
        self.assertEqual(document["summary"]["succeeded"], 40)
        self.assertLess(document["summary"]["workers"], 20)
        self.assertIn("Too many open files", document["summary"]["workers_limited_by"])
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertRegex(done.stderr, "^fanout: no more than [0-9]+ workers?: ")

    @unittest.skipIf(SANITIZED, "Boost.Asio's constructor is not clean when it throws")
    def test_too_few_for_one_job_is_exit_4(self):
        refused = 0
        for count in range(10, 33):
            done = self.shell(f"ulimit -n {count}; exec fanout map -o jsonl true ::: a b")
            if done.returncode == 0:
                break
            refused += 1
            self.assertEqual(done.returncode, 4, done)
            self.assertRegex(done.stderr, "^fanout: ")
        self.assertEqual(done.returncode, 0)  # and 32 are enough
        self.assertGreater(refused, 0)

    def test_many_workers_raise_the_soft_limit_and_children_have_the_one_found(self):
        done = self.limited("-Sn 64", "map -j 200 -o jsonl sh -c 'ulimit -Sn; sleep 0.5' ::: $(seq 60)")
        records = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual({record["stdout"] for record in records[:-1]}, {"64\n"})
        self.assertNotIn("workers_limited_by", records[-1]["summary"])

    @unittest.skipIf(os.getuid() != 0 or shutil.which("setpriv") is None, "needs root and setpriv")
    def test_few_processes_mean_fewer_workers(self):
        self.directory.chmod(0o777)
        # A user id that nobody else has, so that nobody else's processes count.
        uid = 300000 + os.getpid()
        line = (f"ulimit -u 8; exec setpriv --reuid {uid} --clear-groups "
                f"{FANOUT} map -j 20 sh -c 'exec sleep 0.2' ::: $(seq 20)")
        done = self.shell(line)
        self.assertEqual(done.returncode, 0, done)
        summary = json.loads(done.stdout)["summary"]
        self.assertEqual(summary["succeeded"], 20)
        self.assertLess(summary["workers"], 9)
        self.assertIn("Resource temporarily unavailable", summary["workers_limited_by"])
        # With room for one process besides fanout that is a job's, not the guardian's.
        done = self.shell(line.replace("-u 8", "-u 2"))
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(json.loads(done.stdout)["summary"]["workers"], 1)
        if SANITIZED:
            return  # the leak check needs a process of its own
        done = self.shell(line.replace("-u 8", "-u 1"))
        self.assertEqual(done.returncode, 4, done)
        self.assertIn("fork", done.stderr)
        self.assertEqual(len(json.loads(done.stdout)["aborted"]), 20)

    @unittest.skipIf(SANITIZED, "sanitizers need all the address space there is")
    def test_little_memory(self):
        done = self.limited("-v 100000", "map -j 4 echo ::: $(seq 100)")
        self.assertEqual(json.loads(done.stdout)["summary"]["succeeded"], 100)

    def test_the_limit_for_files_is_exit_3_with_a_sentence(self):
        done = self.shell("ulimit -f 1; fanout map -o text sh -c 'head -c 20000 /dev/zero' ::: 1 2 >out")
        self.assertEqual(done.returncode, 3, done)
        self.assertEqual(done.stderr, 'fanout: write "standard output": File too large\n')

    def test_one_argument_that_is_too_long_says_so(self):
        jobs = [["echo", "x" * 200000], ["echo", "fine"]]
        document = self.document("run", "-", stdin=json.dumps(jobs), code=1)
        self.assertEqual(document["results"][0]["error"]["kind"], "spawn")
        self.assertIn("200000", document["results"][0]["error"]["message"])
        self.assertEqual(document["results"][1]["stdout"], "fine\n")


@unittest.skipIf(subprocess.run(["unshare", "-pfm", "true"], capture_output=True).returncode != 0,
                 "no namespaces here")
class Surroundings(ProcessCase):
    def inside(self, setup, *arguments, flags="-m"):
        line = setup + ' exec "$@"'
        return subprocess.run(["unshare", *flags.split(), "sh", "-c", line, "sh", FANOUT, *map(str, arguments)],
                              cwd=self.directory, text=True, capture_output=True, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL)

    def test_pid_1_reaps_foreign_orphans_and_dies_with_the_code(self):
        # An orphan that is nobody's job: made by the shell that becomes fanout.
        setup = "mount -t proc proc /proc; (sleep 0.1 & ) >/dev/null 2>&1;"
        done = self.inside(setup, "map", "--shell", "sleep 2.5; ps -o stat= -A | grep -c Z; : {}", ":::", "x",
                           flags="-pfm")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(json.loads(done.stdout)["results"][0]["stdout"], "0\n")

    def test_pid_1_ends_trees_as_anywhere(self):
        done = self.inside("mount -t proc proc /proc;", "map", "--timeout", "500ms", "--grace", "200ms", self.bad, "daemon", ":::", "x",
                           flags="-pfm")
        self.assertEqual(json.loads(done.stdout)["results"][0]["error"]["kind"], "timeout")
        self.assert_nobody_left()

    def test_strays_are_not_guessed_at_without_proc(self):
        done = self.inside("mount -t tmpfs none /proc;", "map", "--on-leak", "kill", "true", ":::", "x")
        self.assertNotIn("leaked", json.loads(done.stdout)["results"][0])

    def test_without_proc(self):
        for hide in ("umount -l /proc;", "mount -t tmpfs none /proc;"):
            with self.subTest(hide=hide):
                done = self.inside(hide, "map", "--timeout", "500ms", "--grace", "200ms", "sh", "-c", "echo {}; exec sleep {}", ":::", 0, 100)
                self.assertEqual(done.returncode, 1, done)
                first, second = json.loads(done.stdout)["results"]
                self.assertEqual(first["stdout"], "0\n")
                self.assertEqual(second["error"]["kind"], "timeout")
                self.assertEqual(second["stdout"], "100\n")

    @unittest.skipIf(os.getuid() != 0, "needs root to mount a cgroup tree")
    def test_a_delegated_cgroup_knows_those_who_erased_everything_else(self):
        # The daemon has no parent, no session, no group and no environment of its job.
        setup = """
            mkdir cg && mount -t cgroup2 none cg || exit 77
            mkdir "cg/$0" || exit 77
            python3 -c 'import os, sys; os.setxattr(sys.argv[1], "trusted.delegate", b"1")' "cg/$0" || exit 77
            echo $$ >"cg/$0/cgroup.procs"; "$@"; code=$?
            ls "cg/$0" | grep -c fanout; echo $$ >cg/cgroup.procs; rmdir "cg/$0"; exit $code"""
        done = subprocess.run(["unshare", "-m", "sh", "-c", setup, self.directory.name, FANOUT, "map", "-o", "none", "--silent",
                               "--timeout", "500ms", "--grace", "200ms", "env", "-i", str(self.bad), "daemon", ":::", "x"],
                              cwd=self.directory, text=True, capture_output=True, timeout=PATIENCE)
        if done.returncode == 77:
            self.skipTest("no cgroup tree here: " + done.stderr)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "0\n", ""))
        self.assert_nobody_left()

    def test_a_read_only_root_without_home_or_tmp(self):
        setup = "mount -o remount,ro,bind / 2>/dev/null || mount --bind / / && mount -o remount,ro,bind /; unset HOME TMPDIR;"
        done = self.inside(setup, "map", "echo", ":::", "a", "b")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(json.loads(done.stdout)["succeeded"], [0, 1])


if __name__ == "__main__":
    main()
