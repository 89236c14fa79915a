#!/usr/bin/env python3
"""Runs that go on without whoever started them: start, resume, abort, and the socket of a runner."""
import json
import os
import pathlib
import pty
import pwd
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

HANDLE = re.compile(r"[0-9a-hjkmnp-tv-z]{6}\n")


class DetachedCase(FanoutCase):
    """With runs of its own, none of which outlives the test."""

    def setUp(self):
        super().setUp()
        self.state = self.directory / "state"
        self.runs = self.state / "fanout" / "runs"

    def tearDown(self):
        for path in self.runs.glob("*/socket"):
            try:
                self.say(path.parent.name, '{"do":"abort","kill":true}\n')
                self.await_end(path.parent.name)
            except OSError:
                pass  # it is over
        super().tearDown()

    def fanout(self, *arguments, env=None, **options):
        return super().fanout(*arguments, env={"XDG_STATE_HOME": str(self.state), **(env or {})}, **options)

    def start(self, *arguments, command="start", **options):
        """The handle of a run."""
        done = self.fanout(command, *arguments, **options)
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stdout, HANDLE)
        return done.stdout.strip()

    def popen(self, *arguments, **options):
        return subprocess.Popen([FANOUT, *map(str, arguments)], cwd=self.directory, text=True,
                                env={**os.environ, "XDG_STATE_HOME": str(self.state)}, **options)

    def connect(self, handle):
        """The path of a socket may be longer than its address."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        directory = os.open(self.runs / handle, os.O_PATH | os.O_DIRECTORY)
        try:
            connection.connect(f"/proc/self/fd/{directory}/socket")
        except OSError:
            connection.close()
            raise
        finally:
            os.close(directory)
        return connection

    def say(self, handle, message):
        """All that a runner answers to these bytes."""
        with self.connect(handle) as connection:
            try:
                connection.sendall(message if isinstance(message, bytes) else message.encode())
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it has answered already
            answer = b""
            try:
                while more := connection.recv(4096):
                    answer += more
            except ConnectionResetError:
                pass
            return answer.decode()

    def runner_of(self, handle):
        """The number of the process, from the kernel."""
        with self.connect(handle) as connection:
            return struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]

    def await_end(self, handle):
        try:
            with self.connect(handle) as connection:
                connection.sendall(b'{"do":"wait"}\n')
                while connection.recv(4096):
                    pass
        except (ConnectionError, FileNotFoundError):
            pass

    def await_file(self, name, content=None):
        """A FIFO would do without looking, but only where the test's jobs write to one."""
        deadline = time.monotonic() + PATIENCE
        path = self.directory / name
        while not path.exists() or (content is not None and path.read_text() != content):
            self.assertLess(time.monotonic(), deadline, f"{name} did not come")
            select.select([], [], [], 0.01)

    def open_fifo(self, name):
        os.mkfifo(self.directory / name)
        return self.directory / name

    def log(self, handle):
        return (self.runs / handle / "log").read_text()

    def assert_nothing_left(self):
        self.assertEqual([path.name for path in self.runs.glob("*")] if self.runs.exists() else [], [])


class Start(DetachedCase):
    def test_it_returns_at_once_with_a_handle(self):
        fifo = self.open_fifo("go")
        handle = self.start("sh", "-c", "cat go; echo done >out")
        self.assertFalse((self.directory / "out").exists())
        fifo.write_text("")
        self.await_end(handle)
        self.assertEqual((self.directory / "out").read_text(), "done\n")

    def test_its_directory_is_private(self):
        handle = self.start("sh", "-c", "cat go", env={"GO": str(self.open_fifo("go"))})
        run = self.runs / handle
        for path in (self.state, self.state / "fanout", self.runs, run):
            self.assertEqual(path.stat().st_mode & 0o777, 0o700, path)
        for path in run.iterdir():
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path)
        (self.directory / "go").write_text("")

    def test_run_and_map_and_commands_are_told_apart(self):
        self.write("jobs", "echo a >a\necho b >b\n")
        self.await_end(self.start("run", "--format", "lines", "jobs"))
        self.await_end(self.start("map", "touch", ":::", "c", "d"))
        self.await_end(self.start("touch", ":::", "e", "f"))
        self.await_end(self.start("touch", "{}", "g"))
        self.write("run", "#!/bin/sh\ntouch h\n", 0o755)
        self.await_end(self.start("--", "run", env={"PATH": f"{self.directory}:{os.environ['PATH']}"}))
        for name in ("a", "b", "c", "d", "e", "f", "{}", "g", "h"):
            self.assertTrue((self.directory / name).exists(), name)

    def test_the_runner_keeps_directory_umask_and_environment(self):
        self.await_end(self.start("sh", "-c", 'echo "$PWD $X" >out', env={"X": "y"}, umask=0o027))
        self.assertEqual((self.directory / "out").read_text(), f"{self.directory} y\n")
        self.assertEqual((self.directory / "out").stat().st_mode & 0o777, 0o640)

    def test_jobs_find_signals_as_they_were(self):
        self.await_end(self.start("sh", "-c", "grep SigIgn /proc/self/status >detached"))
        self.fanout("map", "-o", "none", "--shell", "grep SigIgn /proc/self/status >{}", ":::", "attached")
        self.assertEqual((self.directory / "detached").read_text(), (self.directory / "attached").read_text())

    def test_nobody_who_reads_its_streams_waits_for_the_run(self):
        self.open_fifo("go")
        # Captured outputs, and a pipe that others read to its end.
        done = self.shell(f"XDG_STATE_HOME={self.state} fanout start sh -c 'cat go' 2>&1 | cat")
        self.assertRegex(done.stdout, HANDLE)
        (self.directory / "go").write_text("")

    def test_what_is_wrong_is_said_and_leaves_nothing_behind(self):
        self.write("bad.json", '{"jobs":[["true"],\n 1]}')
        self.write("unknown.json", '{"job":[]}')
        for words, part in [(["run", "bad.json"], "bad.json:2:2:"), (["run", "none.json"], "No such file"),
                            (["run", "unknown.json"], "did you mean"), (["run"], "run needs a manifest"),
                            (["map", "echo", "{2}", ":::", "a"], "{2}"), ([], "start needs"), (["--nosuch"], "--nosuch"),
                            (["--timeout", "x", "true"], "--timeout"), (["--format", "lines", "map", "true"], "--format"),
                            (["--journal", "x", "true"], "--journal"), (["--resume", "x", "true"], "--resume"), (["--durability", "x", "true"], "--durability"),
                            (["--progress", "true"], "--progress"), (["--live", "true"], "--live"),
                            (["run", "--tag", "-o", "text", "bad.json"], "--tag"), (["map", "-0", "echo", ":::", "a"], "items that are read"),
                            (["a b"], "--shell"), (["-a", "none", "echo"], "No such file"),
                            (["--results", "/dev/null/x", "true"], "--results"), (["--joblog", "/dev/null/x", "true"], "--joblog"),
                            (["--workers-file", "none", "true"], "none")]:
            with self.subTest(words=words):
                self.assert_refused(self.fanout("start", *words, stdin='{"jobs":[]}'), part)
                self.assert_nothing_left()

    def test_a_wrong_document_on_standard_input_leaves_nothing_behind(self):
        self.assert_refused(self.fanout("start", "run", "-", stdin='{"jobs":[["true"], 1]}'), "stdin:1:20")
        self.assert_nothing_left()

    def test_exit_codes_are_in_the_style_that_was_asked_for(self):
        done = self.fanout("start", "--exit-status", "parallel", "run", "none.json")
        self.assertEqual(done.returncode, self.fanout("run", "--exit-status", "parallel", "none.json").returncode)

    def test_a_dry_run_starts_nothing(self):
        self.assertEqual(self.fanout("start", "--dry-run", "echo", "{}", "a b").stdout, "echo '{}' 'a b'\n")
        self.assertEqual(self.fanout("start", "--dry-run", "echo", ":::", "a", "b").stdout, "echo a\necho b\n")
        self.assertEqual(self.fanout("start", "run", "--dry-run", "-", stdin='[["echo","x"]]').stdout, "echo x\n")
        self.assert_nothing_left()

    def test_help_is_help(self):
        for words in (["start", "--help"], ["start", "run", "-h"], ["resume", "-h"], ["abort", "--help"]):
            done = self.fanout(*words)
            self.assertEqual((done.returncode, done.stdout.startswith("fanout " + words[0])), (0, True), done)
        self.assert_nothing_left()

    def test_messages_of_the_run_are_in_its_log(self):
        handle = self.start("false")
        self.await_end(handle)
        self.assertIn("1 of 1 failed", self.log(handle))

    def test_many_start_at_once(self):
        self.open_fifo("go")
        starts = [self.popen("start", "sh", "-c", f"cat go; touch out{i}", stdout=subprocess.PIPE) for i in range(40)]
        handles = [process.communicate(timeout=PATIENCE)[0].strip() for process in starts]
        self.assertEqual(len(set(handles)), 40)
        with open(self.directory / "go", "w"):
            for handle in handles:
                self.assertEqual(json.loads(self.say(handle, '{"do":"abort","kill":true}\n')), {"ok": True, "changed": True})
        for handle in handles:
            self.await_end(handle)

    def test_a_handle_that_cannot_be_told_is_said_to_go_on(self):
        with open("/dev/full", "w") as full:
            process = self.popen("start", "sleep", "50", stdout=full, stderr=subprocess.PIPE)
            message = process.communicate(timeout=PATIENCE)[1]
        self.assertEqual(process.returncode, 3)
        self.assertRegex(message, r'run "\w{6}" goes on')


class Places(DetachedCase):
    def test_paths_may_be_longer_than_the_address_of_a_socket(self):
        self.state = self.directory / "/".join(["d" * 200] * 2)
        self.runs = self.state / "fanout" / "runs"
        handle = self.start("sh", "-c", "sleep 50")
        self.assertEqual(self.fanout("abort", "--kill", handle).stdout, "true\n")

    def test_paths_that_are_too_long_for_a_journal_are_refused(self):
        self.state = self.directory / "/".join(["d" * 200] * 3)
        self.assert_refused(self.fanout("start", "true"), "too long", "XDG_STATE_HOME", "468")
        self.assertFalse(self.state.exists())

    def test_without_a_home_there_is_a_sentence(self):
        environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_STATE_HOME")}
        for words in (["start", "true"], ["resume", "abcdef"], ["abort", "abcdef"]):
            done = subprocess.run([FANOUT, *words], env=environment, capture_output=True, text=True, timeout=PATIENCE)
            self.assert_refused(done, "HOME", "XDG_STATE_HOME")

    def test_home_is_where_the_state_is_by_default(self):
        home = self.directory / "home"
        home.mkdir()
        self.runs = home / ".local/state/fanout/runs"
        for state_home in ("", "relative"):
            handle = self.start("true", env={"HOME": str(home), "XDG_STATE_HOME": state_home})
            self.await_end(handle)
            self.assertTrue((self.runs / handle).is_dir())
        self.assertFalse((self.directory / "relative").exists())

    def assert_cannot(self, done, *parts):
        self.assertIn(done.returncode, (2, 4), done)
        self.assertEqual(done.stderr.count("\n"), 1, done)
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_a_state_directory_that_is_a_file_is_named(self):
        self.write("state", "")
        self.assert_cannot(self.fanout("start", "true"), str(self.state), "Not a directory")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_read_only_state_directory_is_named(self):
        self.state.mkdir(0o500)
        self.assert_cannot(self.fanout("start", "true"), str(self.state), "Permission denied")

    def test_a_state_directory_that_does_not_exist_in_proc_is_named(self):
        self.assert_cannot(self.fanout("start", "true", env={"XDG_STATE_HOME": "/proc/none"}), "/proc/none")

    @unittest.skipIf(os.environ.get("FANOUT_SANITIZE"), "the sanitizers' own files would be cut as well")
    def test_a_full_disk_is_named(self):
        # A limit of no bytes: what writes gets EFBIG, as on a disk without room.
        done = self.shell(f"ulimit -f 0; trap '' XFSZ; XDG_STATE_HOME={self.state} fanout start true")
        self.assert_cannot(done, "start.json", "File too large")
        self.assert_nothing_left()


class Alone(DetachedCase):
    def on_terminal(self, script):
        """Runs a script as the leader of a session with a terminal of its own, then hangs that up."""
        pid, master = pty.fork()
        if pid == 0:
            os.chdir(self.directory)
            os.environ["XDG_STATE_HOME"] = str(self.state)
            os.environ["PATH"] = os.pathsep.join([os.path.dirname(FANOUT), os.environ["PATH"]])
            os.execv("/bin/sh", ["sh", "-c", script])
        shown = b""
        try:
            while b"READY" not in shown:
                self.assertTrue(select.select([master], [], [], PATIENCE)[0], shown)
                shown += os.read(master, 4096)
        finally:
            os.close(master)  # SIGHUP to the session
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        return shown.decode()

    def test_the_run_goes_on_when_session_and_terminal_are_gone(self):
        fifo = self.open_fifo("go")
        shown = self.on_terminal("h=$(fanout start sh -c 'cat go; (: </dev/tty) || ps -o tty= -p $$ >out' </dev/null); "
                                 "echo $h >handle; echo READY; sleep 100")
        self.assertIn("READY", shown)
        handle = (self.directory / "handle").read_text().strip()
        fifo.write_text("")
        self.await_end(handle)
        self.assertEqual((self.directory / "out").read_text().strip(), "?")

    def test_a_session_of_its_own_has_no_terminal(self):
        self.open_fifo("go")
        handle = self.start("sh", "-c", "cat go")
        runner = self.runner_of(handle)
        fields = pathlib.Path(f"/proc/{runner}/stat").read_text().rsplit(")", 1)[1].split()
        self.assertEqual((int(fields[3]), int(fields[4])), (runner, 0))  # session, tty
        for number in (0, 1):
            self.assertEqual(os.readlink(f"/proc/{runner}/fd/{number}"), "/dev/null")
        self.assertEqual(os.readlink(f"/proc/{runner}/fd/2"), str(self.runs / handle / "log"))
        (self.directory / "go").write_text("")

    def test_a_hangup_does_not_end_it(self):
        fifo = self.open_fifo("go")
        handle = self.start("sh", "-c", "cat go; touch out")
        os.kill(self.runner_of(handle), signal.SIGHUP)
        fifo.write_text("")
        self.await_end(handle)
        self.assertTrue((self.directory / "out").exists())

    def test_a_terminal_as_standard_input_is_refused_where_it_would_be_read(self):
        shown = self.on_terminal("fanout start map touch; echo $?; fanout start run - ; echo $?; fanout start touch yes; echo READY; sleep 100")
        self.assertEqual(shown.count("fanout: standard input is a terminal"), 2, shown)
        self.assertEqual(re.findall(r"^(\d)\r$", shown, re.M), ["2", "2"], shown)
        self.await_file("yes")

    def test_an_interrupted_start_leaves_nothing(self):
        reader, writer = os.pipe()
        process = self.popen("start", "run", "--format", "document", "-", stdin=reader)
        os.close(reader)
        os.write(writer, b'{"jobs":')
        deadline = time.monotonic() + PATIENCE
        while not list(self.runs.glob("*/input.part")) or not next(self.runs.glob("*/input.part")).stat().st_size:
            self.assertLess(time.monotonic(), deadline)
            select.select([], [], [], 0.01)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), -signal.SIGINT)
        self.assert_nothing_left()
        # Nobody reads the pipe any more: the runner is gone with its starter.
        with self.assertRaises(BrokenPipeError):
            os.write(writer, b"x")
        os.close(writer)

    def test_a_killed_start_takes_its_runner_along(self):
        reader, writer = os.pipe()
        process = self.popen("start", "run", "--format", "document", "-", stdin=reader)
        os.close(reader)
        deadline = time.monotonic() + PATIENCE
        while not list(self.runs.glob("*/input.part")):
            self.assertLess(time.monotonic(), deadline)
            select.select([], [], [], 0.01)
        process.kill()
        process.wait(PATIENCE)
        with self.assertRaises(BrokenPipeError):
            while True:
                os.write(writer, b" " * 4096)
        os.close(writer)


class Input(DetachedCase):
    def test_a_pipe_that_stays_open_is_read_as_it_comes(self):
        process = self.popen("start", "map", "touch", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        handle = process.stdout.readline().strip()
        self.assertEqual(process.wait(PATIENCE), 0)
        for name in ("a", "b", "c"):
            process.stdin.write(name + "\n")
            process.stdin.flush()
            self.await_file(name)
            self.await_file(self.runs / handle / "input.part")
        process.stdin.close()
        process.stdout.close()
        self.await_end(handle)
        self.assertEqual((self.runs / handle / "input").read_text(), "a\nb\nc\n")
        self.assertFalse((self.runs / handle / "input.part").exists())

    def test_it_is_read_though_no_job_wants_it_yet(self):
        self.open_fifo("go")
        self.write("items", "".join(f"{i}\n" for i in range(300000)))
        # The writer ends: nothing of it has to wait for the jobs.
        done = self.shell(f"export XDG_STATE_HOME={self.state}; cat items | fanout start -j1 map sh -c 'cat go'; echo ${{PIPESTATUS[0]}}")
        handle, code = done.stdout.split()
        self.assertEqual(code, "0")
        self.await_file(self.runs / handle / "input")
        self.assertEqual((self.runs / handle / "input").read_bytes(), (self.directory / "items").read_bytes())

    def test_documents_and_files_are_kept_as_well(self):
        document = json.dumps({"jobs": [["touch", "x"]]})
        handle = self.start("run", "-", stdin=document)
        self.await_end(handle)
        self.assertEqual((self.runs / handle / "input").read_text(), document)
        self.write("items", "y\nz\n")
        with open(self.directory / "items") as items:
            done = subprocess.run([FANOUT, "start", "map", "touch"], stdin=items, cwd=self.directory, capture_output=True,
                                  text=True, timeout=PATIENCE, env={**os.environ, "XDG_STATE_HOME": str(self.state)})
        self.await_end(done.stdout.strip())
        for name in ("x", "y", "z"):
            self.assertTrue((self.directory / name).exists(), name)

    def test_standard_input_that_nobody_wants_is_let_be(self):
        reader, writer = os.pipe()
        process = self.popen("start", "touch", "a", stdin=reader, stdout=subprocess.PIPE)
        self.await_end(process.communicate(timeout=PATIENCE)[0].strip())
        os.close(reader)
        with self.assertRaises(BrokenPipeError):
            os.write(writer, b"x")
        os.close(writer)

    def test_process_substitution_works(self):
        done = self.shell(f"XDG_STATE_HOME={self.state} fanout start -a <(printf 'a\\nb\\n') touch")
        self.await_end(done.stdout.strip())
        self.assertTrue((self.directory / "b").exists())


class Socket(DetachedCase):
    def setUp(self):
        super().setUp()
        self.open_fifo("go")
        self.handle = self.start("sh", "-c", "cat go; touch out")

    def assert_unharmed(self):
        (self.directory / "go").write_text("")
        self.await_end(self.handle)
        self.assertTrue((self.directory / "out").exists())

    def test_what_is_no_message_is_answered_and_not_obeyed(self):
        for message in ["\n", "abort\n", "{}\n", '{"do":"abort"}\n', '{"do":"abort","kill":1}\n', '{"do":"abort","kill":true,"x":0}\n',
                        '{"do":"abort","do":"abort","kill":true}\n', '{"do":"abort","kill":true}{}\n', "[" * 4000 + "\n",
                        '{"do":"abort","kill":true}\n{"do":"abort","kill":true}\n', b"\xff\xfe\n", b"\0" * 4000 + b"\n",
                        b'{"do":"abort","kill":true}\0\n', "x" * 5000, "x" * 100000, '{"do":"abort","kill":true}' + " " * 5000 + "\n"]:
            with self.subTest(message=message[:60]):
                answer = self.say(self.handle, message)
                # One that is too long may find the connection closed before its end.
                if answer or len(message) <= 4096:
                    self.assertEqual(json.loads(answer)["ok"], False)
                    self.assertNotEqual(json.loads(answer)["error"], "")
        self.assert_unharmed()

    def test_half_a_message_is_not_obeyed(self):
        whole = '{"do":"abort","kill":true}'
        for size in range(len(whole) + 1):
            self.assertEqual(self.say(self.handle, whole[:size]), "")
        with self.connect(self.handle) as connection:  # and one whose end does not come
            connection.sendall(whole.encode())
            answer = json.loads(connection.recv(4096))
            self.assertEqual((answer["ok"], "in time" in answer["error"]), (False, True))
        self.assert_unharmed()

    def test_many_connections_hold_nobody_up(self):
        idle = [self.connect(self.handle) for _ in range(60)]
        self.assertEqual(json.loads(self.say(self.handle, '{"do":"abort","kill":false}\n')), {"ok": True, "changed": True})
        for connection in idle:
            connection.close()
        self.assert_unharmed()

    def test_who_waits_hears_the_end(self):
        with self.connect(self.handle) as connection:
            connection.sendall(b'{"do":"wait"}\n')
            self.assertEqual(json.loads(connection.recv(4096))["ok"], True)
            (self.directory / "go").write_text("")
            self.assertEqual(connection.recv(1), b"")
        self.assertTrue((self.directory / "out").exists())

    @unittest.skipIf(os.geteuid() != 0, "only root can be somebody else")
    def test_other_users_are_not_heard(self):
        other = pwd.getpwnam("nobody").pw_uid
        self.directory.chmod(0o755)
        for path in (self.state, self.state / "fanout", self.runs, self.runs / self.handle):
            path.chmod(0o755)
        script = ("import os, socket, sys\n"
                  f"os.setresuid({other}, {other}, {other})\n"
                  f"os.chdir({str(self.runs / self.handle)!r})\n"
                  "s = socket.socket(socket.AF_UNIX)\n"
                  "try:\n s.connect('socket')\nexcept PermissionError:\n print('refused')\n sys.exit()\n"
                  "try:\n s.sendall(b'{\"do\":\"abort\",\"kill\":true}\\n')\n print('answer', s.recv(100))\n"
                  "except (ConnectionResetError, BrokenPipeError):\n print('deaf')\n")
        def attempt():
            return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE).stdout.strip()
        self.assertEqual(attempt(), "refused")
        (self.runs / self.handle / "socket").chmod(0o777)
        self.assertIn(attempt(), ("answer b''", "deaf"))
        self.assert_unharmed()


class Abort(DetachedCase):
    def test_what_runs_goes_on_and_the_rest_is_not_started(self):
        fifo = self.open_fifo("go")
        handle = self.start("-j1", "--shell", "touch began{}; cat go; touch out{}", ":::", "1", "2")
        self.await_file("began1")
        for answer in ("true\n", "false\n"):
            done = self.fanout("abort", handle)
            self.assertEqual((done.stdout, done.returncode), (answer, 0), done)
        fifo.write_text("")
        self.await_end(handle)
        self.assertTrue((self.directory / "out1").exists())
        self.assertFalse((self.directory / "began2").exists())
        self.assertEqual(self.fanout("abort", handle).stdout, "false\n")
        self.assertEqual(self.fanout("abort", "--kill", handle).stdout, "false\n")

    def test_kill_ends_what_runs(self):
        handle = self.start("sh", "-c", "touch began; sleep 100")
        self.await_file("began")
        self.assertEqual(self.fanout("abort", handle).stdout, "true\n")
        self.assertEqual(self.fanout("abort", "--kill", handle).stdout, "true\n")
        self.assertEqual(self.fanout("abort", "--kill", handle).stdout, "false\n")
        self.await_end(handle)

    def test_a_runner_whose_socket_is_not_there_yet_is_waited_for(self):
        handle = self.start("sleep", "100")
        path = self.runs / handle / "socket"
        os.rename(path, self.directory / "aside")
        process = self.popen("abort", "--kill", handle, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.communicate(timeout=0.2)
        os.rename(self.directory / "aside", path)
        self.assertEqual(process.communicate(timeout=PATIENCE), ("true\n", ""))
        self.await_end(handle)

    def test_handles_are_handles(self):
        for words, part in [([], "needs the handle"), (["abcdef", "x"], "one handle"), (["zzzzzz"], 'no run "zzzzzz"'),
                            (["../../x"], "no run"), (["/etc"], "no run"), ([""], "no run"), (["\x1b[31m"], r"\x1b[31m"), (["--kil", "x"], "--kill")]:
            for command in ("abort", "resume"):
                if words and words[0] == "--kil" and command == "resume":
                    continue
                with self.subTest(command=command, words=words):
                    self.assert_refused(self.fanout(command, *words), part)


class Resume(DetachedCase):
    def kill_runner(self, handle):
        pid = self.runner_of(handle)
        with open(os.pidfd_open(pid), "rb", buffering=0) as pidfd:
            os.kill(pid, signal.SIGKILL)
            self.assertTrue(select.select([pidfd], [], [], PATIENCE)[0])

    def test_a_run_that_goes_on_is_not_resumed(self):
        self.open_fifo("go")
        handle = self.start("sh", "-c", "cat go")
        self.assert_refused(self.fanout("resume", handle), f'run "{handle}" goes on already')
        (self.directory / "go").write_text("")
        self.await_end(handle)

    def test_a_runner_that_cannot_be_asked_for_anything_records_nothing(self):
        handle = self.start("true")
        self.await_end(handle)
        before = self.fanout("status", "-o", "json", handle).stdout
        in_the_way = self.runs / handle / "socket"
        in_the_way.mkdir()
        done = self.fanout("resume", handle)
        self.assertEqual((done.returncode, done.stdout), (4, ""), done)
        self.assertIn("socket", done.stderr)
        self.assertEqual(self.fanout("status", "-o", "json", handle).stdout, before)

    def test_only_one_of_many_resumes_it(self):
        self.open_fifo("go")
        handle = self.start("sh", "-c", "cat go")
        self.kill_runner(handle)
        attempts = [self.popen("resume", handle, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
        codes = []
        for process in attempts:
            process.communicate(timeout=PATIENCE)
            codes.append(process.returncode)
        self.assertEqual(sorted(codes), [0] + [2] * 7)
        self.assertEqual(self.fanout("abort", "--kill", handle).stdout, "true\n")

    def test_a_killed_runner_is_not_asked_and_its_run_goes_on(self):
        self.open_fifo("go")
        self.write("sub/jobs", "cat ../go\ntouch ../out\n")
        done = self.shell(f"cd sub; XDG_STATE_HOME={self.state} fanout start -j1 run --format lines jobs")
        handle = done.stdout.strip()
        self.kill_runner(handle)
        self.assertTrue((self.runs / handle / "socket").exists())
        self.assertEqual(self.fanout("abort", handle).stdout, "false\n")
        self.assertEqual(self.start(handle, command="resume"), handle)
        (self.directory / "go").write_text("")
        self.await_end(handle)
        self.assertTrue((self.directory / "out").exists())

    def test_its_standard_input_was_kept(self):
        self.open_fifo("go")
        handle = self.start("-j1", "--shell", "map", "cat go; touch {}", stdin="a\nb\n")
        self.await_file(self.runs / handle / "input")
        self.kill_runner(handle)
        self.start(handle, command="resume", stdin="c\n")
        for name in ("a", "b"):
            (self.directory / "go").write_text("")
            self.await_file(name)
        self.await_end(handle)
        self.assertFalse((self.directory / "c").exists())

    def test_of_an_input_that_was_cut_short_only_whole_lines_are_run(self):
        for words, ended in [(["map", "touch"], "\n"), (["run", "--format", "lines", "-"], "\n"), (["map", "-0", "touch"], "\0")]:
            with self.subTest(words=words):
                command = "" if words[0] == "map" else "touch "
                process = self.popen("start", *words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                process.stdin.write(f"{command}whole{ended}{command}cut")
                process.stdin.flush()
                if words[0] == "run":  # it waits for as much as tells what it is
                    self.assertTrue(select.select([process.stdout], [], [], PATIENCE)[0])
                handle = process.stdout.readline().strip()
                self.await_file("whole")
                self.await_file(self.runs / handle / "input.part", f"{command}whole{ended}{command}cut")
                self.kill_runner(handle)
                process.stdin.close()
                process.stdout.close()
                process.wait(PATIENCE)
                (self.directory / "whole").unlink()
                done = self.fanout("resume", handle)
                self.assertEqual((done.returncode, done.stdout), (0, handle + "\n"), done)
                self.assertIn(f'the standard input of run "{handle}" was not read to its end', done.stderr)
                self.await_end(handle)
                self.assertFalse((self.directory / "cut").exists())
                self.assertIn("bytes were read before the run died", self.log(handle))

    def test_what_is_missing_or_damaged_is_named(self):
        handle = self.start("true")
        self.await_end(handle)
        record = self.runs / handle / "start.json"
        whole = record.read_text()
        record.write_text(whole[:-20])
        self.assert_refused(self.fanout("resume", handle), "start.json", "not JSON")
        record.write_text(whole.replace('"version":1', '"version":7'))
        self.assert_refused(self.fanout("resume", handle), "version 7")
        record.write_text(whole.replace(str(self.directory), "/nonexistent"))
        self.assert_refused(self.fanout("resume", handle), "/nonexistent")
        record.unlink()
        self.assert_refused(self.fanout("resume", handle), "does not say how it was started")

    def test_words_may_be_any_bytes(self):
        handle = self.start("sh", "-c", 'touch began; test -e again && touch "$0"', b"caf\xe9 \x01")
        self.await_end(handle)
        self.write("again", "")
        self.start(handle, command="resume")
        self.await_end(handle)
        self.assertIn(b"caf\xe9 \x01", os.listdir(os.fsencode(self.directory)))


if __name__ == "__main__":
    main()
