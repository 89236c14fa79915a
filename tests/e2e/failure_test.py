#!/usr/bin/env python3
"""When jobs fail: halts, retries, the exit status, the job log."""
import json
import os
import re
import shutil
import signal
import subprocess
import time
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

HEADINGS = ["Seq", "Host", "Starttime", "JobRuntime", "Send", "Receive", "Exitval", "Signal",
            "Command"]


def has_gnu_parallel():
    if shutil.which("parallel") is None:
        return False
    done = subprocess.run(["parallel", "--version"], capture_output=True, text=True, check=False)
    return done.stdout.startswith("GNU parallel")


class Halts(FanoutCase):
    def kinds(self, document):
        return [record["error"] and record["error"]["kind"] for record in document["results"]]

    def test_soon_lets_finish_what_runs(self):
        document = self.document("map", "-j1", "--halt", "soon,fail=2", "sh", "-c", "exit $0", ":::",
                                 1, 0, 2, 0, 0, code=1)
        self.assertEqual(self.kinds(document),
                         ["exit", None, "exit", "not_started", "not_started"])
        self.assertEqual(document["summary"]["ended_by"], "fail")
        self.assertEqual(document["run"]["settings"]["halt"], "soon,fail=2")

    def test_now_ends_what_runs_when_enough_succeeded_and_that_is_a_success(self):
        done = self.fanout("map", "-j2", "--halt", "now,success=1", "--shell",
                           "test {} = wrong && exit 1; test {} = quick || exec sleep 1000", ":::",
                           "slow", "wrong", "quick", "never")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        document = json.loads(done.stdout)
        self.assertEqual(self.kinds(document), ["killed", "exit", None, "not_started"])
        self.assertEqual(document["summary"]["ended_by"], "success")
        self.assertTrue(document["failures"])

    def test_a_run_that_never_comes_to_its_success_has_failed(self):
        done = self.fanout("map", "--halt", "now,success=1", "-o", "none", "false", ":::", "a")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "fanout: 1 of 1 failed: a (exit 1)\n")

    def test_done_is_a_success_unless_a_job_failed(self):
        for codes, expected in [((0, 0, 0), 0), ((0, 3, 0), 1)]:
            with self.subTest(codes=codes):
                done = self.fanout("map", "-j1", "--halt", "soon,done=2", "-o", "none", "sh", "-c",
                                   "exit $0", ":::", *codes)
                self.assertEqual(done.returncode, expected, done)
                self.assertEqual(done.stderr == "", expected == 0, done)

    def test_a_percentage_is_of_all_jobs(self):
        self.write("items", "\n".join("abcdefghij"))
        self.write("lines", "exit 1\n" * 10)
        self.write("document", json.dumps([["sh", "-c", "exit 1"]] * 10))
        for arguments in [
                ["map", "-j1", "-a", "items", "sh", "-c", "exit 1"],
                ["map", "-j1", "sh", "-c", "exit 1", ":::", *"abcdefghij"],
                ["run", "-j1", "lines"],
                ["run", "-j1", "document"],
        ]:
            with self.subTest(arguments=arguments):
                command, *rest = arguments
                document = self.document(command, "--halt", "soon,fail=30%", *rest, code=1)
                self.assertEqual(document["summary"]["failed"], 3)
                self.assertEqual(document["summary"]["aborted"], 7)

    def test_a_stream_is_read_while_jobs_run_and_no_longer_than_needed(self):
        done = self.shell("yes | fanout map --halt now,success=1 -o none true")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_short_names_are_the_same_thing(self):
        for arguments, halt in [(["--fail-fast"], "now,fail=1"), (["--on-failure", "drain"],
                                "soon,fail=1"), (["--halt", "2"], "now,fail=1"),
                                (["--halt", "20%"], "soon,fail=20%"), ([], "never")]:
            document = self.document("map", *arguments, "true", ":::", "x")
            self.assertEqual(document["run"]["settings"]["halt"], halt)

    def test_the_command_line_beats_the_manifest(self):
        manifest = json.dumps({"halt": "now,fail=1", "max_workers": 1,
                               "jobs": [["false"], ["true"]]})
        self.assertEqual(self.document("run", "-", stdin=manifest, code=1)["aborted"], [1])
        for arguments in ["--halt", "never"], ["--on-failure", "continue"]:
            document = self.document("run", *arguments, "-", stdin=manifest, code=1)
            self.assertEqual(document["succeeded"], [1])

    def test_a_dry_run_shows_all_jobs(self):
        done = self.fanout("map", "--halt", "now,success=1", "--dry-run", "echo", ":::", "a", "b")
        self.assertEqual((done.returncode, done.stdout), (0, "echo a\necho b\n"))

    def test_what_is_wrong_is_named_and_starts_nothing(self):
        for arguments, parts in [
                (["--halt", "now,fial=1"], ['--halt: "now,fial=1"', 'did you mean "fail"?']),
                (["--halt", "now,fail=1", "--on-failure", "kill"], ["give one of them"]),
                (["--halt", "never", "--fail-fast"], ["--fail-fast and --halt"]),
        ]:
            with self.subTest(arguments=arguments):
                self.assert_refused(self.fanout("map", *arguments, "touch", ":::", "started"), *parts)
                self.assertFalse((self.directory / "started").exists())
        self.assert_refused(self.fanout("run", "-", stdin='{"halt":"now","jobs":[["true"]]}'),
                            'stdin:1:9: "halt": "now" does not say why')
        self.assert_refused(
            self.fanout("run", "-", stdin='{"on_failure":"kill","halt":"2","jobs":[["true"]]}'),
            'stdin:1:22: "on_failure" and "halt" say when')


class Retries(FanoutCase):
    def test_a_job_that_succeeded_late_is_flaky_and_keeps_its_attempts(self):
        document = self.document("map", "--retries", 3, "--shell",
                                 "echo {} $FANOUT_ATTEMPT; echo e$FANOUT_ATTEMPT >&2; "
                                 "test $FANOUT_ATTEMPT = 3", ":::", "x")
        record = document["results"][0]
        self.assertTrue(record["flaky"])
        self.assertEqual((record["stdout"], record["stderr"]), ("x 3\n", "e3\n"))
        self.assertEqual([(a["status"], a["exit_code"]) for a in record["attempts"]],
                         [("failed", 1), ("failed", 1), ("succeeded", 0)])
        self.assertEqual(record["started_at"], record["attempts"][2]["started_at"])
        starts = [attempt["started_at"] for attempt in record["attempts"]]
        self.assertEqual(starts, sorted(starts))
        self.assertEqual(document["summary"]["flaky"], 1)

    def test_what_is_not_flaky_is_not_called_so(self):
        document = self.document("map", "--retries", 1, "sh", "-c", "exit $0", ":::", 0, 1, code=1)
        for record in document["results"]:
            self.assertNotIn("flaky", record)
        self.assertNotIn("flaky", document["summary"])

    def test_only_named_ends_are_tried_again(self):
        def attempts(ends, *command, timeout="0"):
            document = json.loads(self.fanout("map", "--retries", 1, "--retry-on", ends, "--timeout",
                                              timeout, "--shell", *command, ":::", "x").stdout)
            return len(document["results"][0]["attempts"])

        self.assertEqual(attempts("75", ": {}; exit 75"), 2)
        self.assertEqual(attempts("75", ": {}; exit 76"), 1)
        self.assertEqual(attempts("1,64-78,timeout", ": {}; exit 70"), 2)
        self.assertEqual(attempts("signal:SIGKILL", ": {}; kill -9 $$"), 2)
        self.assertEqual(attempts("signal:SIGKILL", ": {}; kill -15 $$"), 1)
        self.assertEqual(attempts("timeout", ": {}; exec sleep 1000", timeout="50ms"), 2)
        self.assertEqual(attempts("exit,signal", ": {}; exec sleep 1000", timeout="50ms"), 1)

    def test_others_run_while_a_job_waits_and_all_wait_in_a_serial_run(self):
        for workers, expected in [(1, ["0.1", "1.1", "0.2"]), (0, ["0.1", "0.2", "1.1"])]:
            with self.subTest(workers=workers):
                log = self.directory / f"order{workers}"
                document = self.document(
                    "map", "-j", workers, "--retries", 1, "--retry-delay", "300ms", "--shell",
                    f"echo $FANOUT_INDEX.$FANOUT_ATTEMPT >>{log}; test {{}}$FANOUT_ATTEMPT != 01",
                    ":::", 0, 1)
                self.assertEqual(log.read_text().split(), expected)
                self.assertGreater(document["summary"]["seconds"], 0.3)

    def test_delays_grow(self):
        document = self.document("map", "--retries", 3, "--retry-delay", "50ms", "--backoff",
                                 "exponential", "--max-retry-delay", "100ms", "false", ":::", "x",
                                 code=1)
        attempts = document["results"][0]["attempts"]
        begun = [float(attempt["started_at"][17:-1]) for attempt in attempts]
        gaps = [(after - before) % 60 - attempt["seconds"]
                for before, after, attempt in zip(begun, begun[1:], attempts)]
        for gap, least in zip(gaps, [0.05, 0.1, 0.1]):
            self.assertGreaterEqual(gap, least - 0.001)

    def test_an_interrupt_ends_the_wait_at_once(self):
        process = subprocess.Popen(
            [FANOUT, "map", "--retries", "1", "--retry-delay", "1h", "sh", "-c", "touch ran; exit 5",
             ":::", "x"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.directory)
        self.addCleanup(process.kill)
        while not (self.directory / "ran").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, -signal.SIGINT)
        record = json.loads(out)["results"][0]
        self.assertIn((record["status"], record["exit_code"]), [("failed", 5), ("aborted", 5), ("aborted", None)])
        self.assertEqual(json.loads(out)["summary"]["ended_by"], "signal")

    def test_jobs_of_a_manifest_have_their_own(self):
        manifest = json.dumps({"retries": 1, "commands": {"p": {"command": "exit 4", "retry_on": 4}},
                               "retry_on": "3", "jobs": [
            {"command": "exit 3", "retry_delay": "10ms"}, {"command": "exit 4"}, {"use": "p"},
            {"use": "p", "retry_on": "timeout"}, {"command": "exit 4", "retry_on": "1-9"}]})
        document = self.document("run", "-", stdin=manifest, code=1)
        self.assertEqual([len(record["attempts"]) for record in document["results"]],
                         [2, 1, 2, 1, 2])

    def test_call_waits_and_chooses_too(self):
        self.write("m.json", '{"commands":{"p":{"command":"echo $FANOUT_ATTEMPT; exit 4"}}}')
        for ends, expected in ("4", "1\n2\n"), ("5", "1\n"):
            done = self.fanout("call", "-f", "m.json", "--retries", 1, "--retry-delay", "10ms",
                               "--retry-on", ends, "p")
            self.assertEqual((done.returncode, done.stdout), (4, expected))

    def test_what_is_wrong_is_named_and_starts_nothing(self):
        for arguments, parts in [
                (["--retries", 1, "--retry-on", "timout"], ['--retry-on: "timout"', '"timeout"?']),
                (["--retries", 1, "--retry-on", "0"], ["which is a success"]),
                (["--retries", 1, "--backoff", "linear"], ['"linear" is not one of']),
                (["--retry-on", "1"], ["--retry-on is about retries", "--retries N"]),
                (["--retry-delay", "1s"], ["--retry-delay is about retries"]),
                (["--retries", 1, "--jitter"], ["--jitter changes a delay"]),
                (["--retries", 1, "--retry-delay", "1s", "--max-retry-delay", "2s"],
                 ["--backoff exponential"]),
        ]:
            with self.subTest(arguments=arguments):
                self.assert_refused(self.fanout("map", *arguments, "touch", ":::", "started"), *parts)
                self.assertFalse((self.directory / "started").exists())
        self.assert_refused(
            self.fanout("run", "-", stdin='{"jobs":[{"command":["true"],"retry_on":"x"}]}'),
            'stdin:1:41: "retry_on": "x" is no exit code')


class ExitStatus(FanoutCase):
    def code(self, style, *codes, options=()):
        """Of a run of jobs that exit with these, or are killed by a negative one."""
        jobs = [["sh", "-c", f"exit {code}" if code >= 0 else f"kill {code} $$"] for code in codes]
        return self.fanout("run", "-o", "none", "-j1", "--exit-status", style, *options, "-",
                           stdin=json.dumps(jobs)).returncode

    def test_each_style_has_its_code(self):
        for codes, expected in [
                ((0, 0), {"native": 0, "parallel": 0, "xargs": 0, "first": 0, "max": 0}),
                ((0, 3, 9, 2), {"native": 1, "parallel": 3, "xargs": 123, "first": 3, "max": 9}),
                ((255, 1), {"native": 1, "parallel": 2, "xargs": 124, "first": 255, "max": 255}),
                ((1, -9, 255), {"native": 1, "parallel": 3, "xargs": 125, "first": 1, "max": 255}),
                ((-15,), {"native": 1, "parallel": 1, "xargs": 125, "first": 143, "max": 143}),
        ]:
            for style, code in expected.items():
                with self.subTest(codes=codes, style=style):
                    self.assertEqual(self.code(style, *codes), code)

    def test_what_cannot_be_started(self):
        self.write("plain", "no program", mode=0o644)
        for command, code in ("./plain", 126), ("./none", 127):
            for style in "xargs", "first", "max":
                done = self.fanout("map", "-o", "none", "--exit-status", style, command, ":::", "x")
                self.assertEqual(done.returncode, code, done)

    def test_many_failures_are_101_to_parallel(self):
        done = self.fanout("map", "-o", "none", "--exit-status", "parallel", "false",
                           stdin="x\n" * 150)
        self.assertEqual(done.returncode, 101)

    def test_halts_as_parallel_has_them(self):
        self.assertEqual(self.code("parallel", 0, 7, 0, options=["--halt", "now,fail=1"]), 7)
        self.assertEqual(self.code("parallel", 0, -9, 0, options=["--halt", "now,fail=1"]), 137)
        self.assertEqual(self.code("parallel", 7, 7, 0, 0, options=["--halt", "soon,fail=2"]), 2)
        self.assertEqual(self.code("parallel", 7, 7, 0, 3, options=["--halt", "soon,fail=30%"]), 50)
        self.assertEqual(self.code("parallel", 1, 2, 0, 3, options=["--halt", "now,success=1"]), 0)

    def test_a_deadline_is_no_number_of_failures(self):
        for style, code in {"native": 1, "parallel": 255, "xargs": 1, "first": 1, "max": 1}.items():
            done = self.fanout("map", "-o", "none", "--deadline", "100ms", "--exit-status", style,
                               "sleep", ":::", 1000)
            self.assertEqual(done.returncode, code, done)

    def test_other_mistakes_keep_their_codes_but_for_parallel(self):
        for style, codes in {"native": (2, 2, 3), "max": (2, 2, 3), "parallel": (255, 255, 255)}.items():
            with self.subTest(style=style):
                options = ["--exit-status", style]
                done = self.fanout("map", *options, "--timeout", "1x", "true", ":::", "x")
                self.assertEqual(done.returncode, codes[0])
                done = self.fanout("run", *options, "-", stdin='["true"]\n[\n')
                self.assertEqual(done.returncode, codes[1])
                with open("/dev/full", "wb") as full:
                    done = subprocess.run([FANOUT, "map", *options, "true", ":::", "x"], stdout=full,
                                          stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
                self.assertEqual(done.returncode, codes[2])

    def test_silent_contradicts_it_wherever_it_was_said(self):
        self.assert_refused(self.fanout("map", "--silent", "--exit-status", "max", "true", ":::", "x"),
                            "--silent", "--exit-status max")
        self.assert_refused(self.fanout("run", "--exit-status", "max", "-",
                                        stdin='{"silent":true,"jobs":[["true"]]}'), "--silent")

    def test_a_manifest_can_say_it(self):
        done = self.fanout("run", "-o", "none", "-", stdin='{"exit_status":"first","jobs":["exit 42"]}')
        self.assertEqual(done.returncode, 42)

    @unittest.skipUnless(has_gnu_parallel(), "GNU parallel is not installed")
    def test_as_gnu_parallel_itself(self):
        for codes, options in [((0, 0), []), ((1, 0, 7), []), ((5, 0), ["--halt", "now,fail=1"]),
                               ((0, 3, 3, 0), ["--halt", "soon,fail=2"]),
                               ((0, 3, 3, 0, 0), ["--halt", "soon,fail=40%"]),
                               ((4, 0, 0), ["--halt", "now,success=1"]),
                               ((4, 6, 1), ["--halt", "soon,success=1"]),
                               ((7, 0, 1), ["--halt", "soon,done=1"])]:
            with self.subTest(codes=codes, options=options):
                theirs = subprocess.run(
                    ["parallel", "-j1", *options, "exit {}", ":::", *map(str, codes)],
                    capture_output=True, check=False, timeout=PATIENCE)
                self.assertEqual(self.code("parallel", *codes, options=options), theirs.returncode)


class JobLog(FanoutCase):
    def rows(self, name="log"):
        text = (self.directory / name).read_text()
        self.assertTrue(text.endswith("\n"))
        lines = [line.split("\t") for line in text.splitlines()]
        self.assertEqual(lines[0], HEADINGS)
        return [dict(zip(HEADINGS, line, strict=True)) for line in lines[1:]]

    def test_a_line_for_each_job(self):
        before = time.time()
        self.fanout("map", "-j1", "--joblog", "log", "-o", "none", "sh", "-c",
                    'printf abc; case $0 in k) kill -9 $$;; *) exit $0;; esac', ":::", 0, "k", 7)
        rows = self.rows()
        self.assertEqual([row["Seq"] for row in rows], ["1", "2", "3"])
        self.assertEqual([(row["Exitval"], row["Signal"]) for row in rows],
                         [("0", "0"), ("0", "9"), ("7", "0")])
        for row in rows:
            self.assertEqual((row["Host"], row["Send"], row["Receive"]), (":", "0", "3"))
            self.assertRegex(row["Starttime"], r"^[0-9]+\.[0-9]{3}$")
            self.assertRegex(row["JobRuntime"], r"^ *[0-9]+\.[0-9]{3}$")
            self.assertEqual(len(row["JobRuntime"]), 10)
            self.assertAlmostEqual(float(row["Starttime"]), before, delta=PATIENCE)

    def test_bytes_given_and_what_is_passed_on_as_it_comes(self):
        manifest = '{"max_workers":1,"jobs":[{"command":["cat"],"stdin":"four"},["head","-c","1000000","/dev/zero"]]}'
        for form in "text", "none", "json":
            self.fanout("run", "--joblog", "log", "-o", form, "-", stdin=manifest)
            self.assertEqual([(row["Send"], row["Receive"]) for row in self.rows()],
                             [("4", "4"), ("0", "1000000")])

    def test_commands_are_one_line_that_a_shell_reads_back(self):
        item = "a b'c\nd\te\\f$(g)"
        self.fanout("map", "--joblog", "log", "-o", "none", "printf", "%s", ":::", item)
        command = self.rows()[0]["Command"]
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, item)
        self.fanout("map", "--joblog", "log", "-o", "none", "--shell", "echo {} | cat", ":::", "a b")
        self.assertEqual(self.rows()[0]["Command"], "echo 'a b' | cat")

    def test_lines_come_as_jobs_finish(self):
        process = subprocess.Popen(
            [FANOUT, "map", "-j2", "--joblog", "log", "-o", "none", "sh", "-c",
             "test $0 = quick || while test ! -e go; do sleep 0.01; done", ":::", "slow", "quick"],
            cwd=self.directory)
        self.addCleanup(process.kill)
        log = self.directory / "log"
        deadline = time.monotonic() + PATIENCE
        while not (log.exists() and log.read_text().count("\n") == 2):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        self.assertEqual(self.rows()[0]["Seq"], "2")
        self.write("go", "")
        self.assertEqual(process.wait(timeout=PATIENCE), 0)
        self.assertEqual([row["Seq"] for row in self.rows()], ["2", "1"])

    def test_those_that_were_ended_have_a_line_and_those_never_started_none(self):
        done = self.fanout(
            "map", "-j2", "--halt", "now,fail=1", "--joblog", "log", "-o", "none", "--shell",
            "if test {} = long; then touch up; exec sleep 1000; fi; "
            "while test ! -e up; do sleep 0.01; done; exit 1", ":::", "bad", "long", "never")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([(row["Seq"], row["Exitval"], row["Signal"]) for row in self.rows()],
                         [("1", "1", "0"), ("2", "-1", "15")])

    def test_timeouts_and_what_cannot_be_started(self):
        self.fanout("map", "--timeout", "50ms", "--joblog", "log", "-o", "none", "sleep", ":::", 1000)
        self.assertEqual([(row["Exitval"], row["Signal"]) for row in self.rows()], [("-1", "15")])
        self.fanout("map", "--joblog", "log", "-o", "none", "./none", ":::", "x")
        self.assertEqual([(row["Exitval"], row["Signal"]) for row in self.rows()], [("127", "0")])

    def test_an_old_log_is_emptied_but_not_by_a_mistake_or_a_dry_run(self):
        self.write("log", "old\n" * 100)
        self.fanout("map", "--joblog", "log", "--timeout", "1x", "true", ":::", "x")
        self.fanout("map", "--joblog", "log", "--dry-run", "true", ":::", "x")
        self.fanout("run", "--joblog", "log", "-", stdin='{"jobs":[1,]}')
        self.assertEqual((self.directory / "log").read_text(), "old\n" * 100)
        self.fanout("map", "--joblog", "log", "true", ":::", "x")
        self.assertEqual(len(self.rows()), 1)

    def test_a_log_that_cannot_be_opened_starts_nothing(self):
        for path, parts in [("none/log", ['--joblog: cannot open "none/log": No such file']),
                            (".", ["--joblog: cannot open", "Is a directory"]),
                            ("", ["--joblog: cannot open"]),
                            ("-", ['--joblog: "-"', "./-"]), ("+log", ['"./+log"'])]:
            with self.subTest(path=path):
                done = self.fanout("map", "--joblog", path, "touch", ":::", "started")
                self.assert_refused(done, *parts)
                self.assertFalse((self.directory / "started").exists())

    def test_a_log_that_cannot_be_written_is_exit_3_and_the_results_are_there(self):
        done = self.fanout("map", "--joblog", "/dev/full", "echo", ":::", "x")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, 'fanout: --joblog: cannot write "/dev/full": No space left on device\n')
        self.assertEqual(json.loads(done.stdout)["succeeded"], [0])

    def test_a_reader_of_the_log_who_leaves_ends_nothing(self):
        os.mkfifo(self.directory / "log")
        done = self.shell("head -n 1 log >/dev/null & fanout map -j1 --joblog log -o text sh -c "
                          "'while kill -0 $1 2>/dev/null; do sleep 0.01; done; echo $0' {} $! ::: a b")
        self.assertEqual((done.returncode, done.stdout), (3, "a\nb\n"))
        self.assertIn("--joblog: cannot write", done.stderr)

    @unittest.skipUnless(has_gnu_parallel(), "GNU parallel is not installed")
    def test_it_has_the_shape_of_gnu_parallels(self):
        items = ["0", "3", "17"]
        subprocess.run(["parallel", "-j1", "--joblog", "theirs", "echo {}; exit {}", ":::", *items],
                       cwd=self.directory, capture_output=True, check=False, timeout=PATIENCE)
        self.fanout("map", "-j1", "--joblog", "ours", "--shell", "echo {}; exit {}", ":::", *items)

        def shape(name):
            text = (self.directory / name).read_text()
            times = re.compile(r"\t[0-9]{10}\.[0-9]{3}\t[ 0-9]{6}\.[0-9]{3}\t")
            return times.sub("\tSTART\tRUNTIME\t", text)

        self.assertEqual(shape("ours"), shape("theirs"))


if __name__ == "__main__":
    main()
