#!/usr/bin/env python3
"""What a user of the program sees, beyond what the main job was asked to show."""
import json
import os
import signal
import subprocess
import time
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main


class Manifests(FanoutCase):
    def values(self, text, *arguments, code=0):
        done = self.fanout("run", "-o", "values", *arguments, "-", stdin=text)
        self.assertEqual(done.returncode, code, done)
        return json.loads(done.stdout)

    def test_a_manifest_may_be_a_file(self):
        self.write("jobs.json", '[["echo","a"]]')
        self.assertEqual(self.document("run", "jobs.json")["results"][0]["stdout"], "a\n")

    def test_presets_defaults_and_extras(self):
        text = json.dumps({
            "commands": {"price": {"command": ["echo", "{crypto}", "{period}"], "params": ["crypto"],
                                   "defaults": {"period": "5m"}}},
            "jobs": {"a": ["price", "BTC"], "b": ["price", "ETH", {"period": "10m"}],
                     "c": {"use": "price", "kwargs": {"crypto": "XRP", "loud": True}}}})
        self.assertEqual(self.values(text), {"a": "BTC 5m\n", "b": "ETH 10m\n", "c": "XRP 5m --loud\n"})
        self.assertEqual(self.values(text, "--extra", "period=1h")["a"], "BTC 1h\n")

    def test_settings_of_the_manifest_hold_and_the_command_line_beats_them(self):
        text = '{"silent":true,"retries":2,"jobs":[["false"]]}'
        self.assertEqual(len(self.document("run", "-", stdin=text)["results"][0]["attempts"]), 3)
        document = self.document("run", "--retries", 0, "-", stdin=text)
        self.assertEqual(len(document["results"][0]["attempts"]), 1)
        self.assertEqual(document["run"]["settings"]["retries"], 0)

    def test_environment_directory_and_stdin_of_a_job(self):
        self.write("sub/in.txt", "from a file")
        text = json.dumps({"jobs": [
            {"command": ["sh", "-c", "echo $A:${HOME-gone}:$FANOUT_INDEX:$FANOUT_NAME:$FANOUT_SLOT:$FANOUT_ATTEMPT"],
             "env": {"A": "1 2", "HOME": None}, "name": "label"},
            {"command": ["sh", "-c", "basename $PWD"], "cwd": "sub"},
            {"command": ["cat"], "stdin": "a text\n"},
            {"command": ["cat"], "stdin": {"file": "sub/in.txt"}, "cwd": "sub"},
            {"command": ["cat"]},
        ]})
        self.assertEqual(self.values(text, "-j1"),
                         ["1 2:gone:0:label:1:1\n", "sub\n", "a text\n", "from a file", ""])

    def test_every_job_of_a_run_has_the_same_run_id(self):
        first, second = self.values('[["printenv","FANOUT_RUN"],["printenv","FANOUT_RUN"]]')
        self.assertEqual(first, second)
        self.assertNotEqual(first, self.values('[["printenv","FANOUT_RUN"]]')[0])

    def test_a_bad_line_ends_the_reading_and_results_are_written(self):
        done = self.fanout("run", "-", stdin='["echo","a"]\n["echo",\n["echo","c"]\n')
        self.assertEqual(done.returncode, 2)
        self.assertEqual([record["stdout"] for record in json.loads(done.stdout)["results"]], ["a\n"])
        self.assertIn("stdin:2:", done.stderr)

    def test_the_form_can_be_said_outright(self):
        self.assertEqual(self.values("[ 1 = 1 ] && echo yes\n", "--format", "lines"), ["yes\n"])

    def test_an_error_of_the_expansion_has_its_place(self):
        done = self.fanout("run", "-", stdin='{"command":["echo","{3}"],\n"jobs":[["a","b"]]}')
        self.assert_refused(done, "stdin:2:9", "{3}")


class Map(FanoutCase):
    def text(self, *arguments, stdin="", code=0):
        done = self.fanout("map", "-o", "text", "-j1", *arguments, stdin=stdin)
        self.assertEqual(done.returncode, code, done)
        return done.stdout

    def test_items_come_from_words_stdin_or_a_file(self):
        self.write("items", "x\r\ny\n\nz")
        self.assertEqual(self.text("echo", ":::", "a", "b c"), "a\nb c\n")
        self.assertEqual(self.text("echo", stdin="a\n\n  \nb c\n"), "a\nb c\n")
        self.assertEqual(self.text("-a", "items", "echo"), "x\ny\nz\n")
        self.assertEqual(self.text("--keep-blank", "echo", "<{}>", stdin="a\n\n"), "<a>\n<>\n")

    def test_items_may_end_with_nul_or_any_character(self):
        self.assertEqual(self.text("-0", "echo", stdin="a\nb\0c\0"), "a\nb\nc\n")
        self.assertEqual(self.text("-d", ",", "echo", "<{}>", stdin="a,,b"), "<a>\n<>\n<b>\n")
        self.assertEqual(self.text("-d", "\\t", "echo", stdin="a\tb\n"), "a\nb\n\n")

    def test_several_items_a_command(self):
        self.assertEqual(self.text("-n2", "echo", ":::", 1, 2, 3), "1 2\n3\n")
        self.assertEqual(self.text("-n2", "echo", "{2}-{1}", ":::", 1, 2), "2-1\n")

    def test_placeholders(self):
        self.assertEqual(self.text("echo", "{/}", "{//}", "{.}", "{/.}", "{#}", "{%}", ":::", "d/a.tar.gz"),
                         "a.tar.gz d d/a.tar a.tar 1 1\n")
        self.assertEqual(self.text("-I", "@", "echo", "{}@", ":::", "a"), "{}a\n")
        self.assertEqual(self.text("--no-placeholders", "echo", "{}", ":::", "a"), "{} a\n")
        self.assertEqual(self.text("awk", "BEGIN {print ARGV[1]}", ":::", "a"), "a\n")

    def test_tags(self):
        self.assertEqual(self.text("--tag", "printf", "1\\n2", ":::", "a"), "a\t1\na\t2\n")

    def test_no_items_is_no_run(self):
        done = self.fanout("map", "-o", "values", "false", stdin="")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("[]\n", "", 0))

    def test_text_output_keeps_streams_apart_and_jobs_whole(self):
        done = self.fanout("map", "-o", "text", "-j4", "sh", "-c",
                           "for i in 1 2 3; do echo $0 $i; echo $0 err >&2; done", ":::", *range(20))
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 60)
        for i in range(0, 60, 3):
            self.assertEqual(len({line.split()[0] for line in lines[i:i + 3]}), 1)
        self.assertEqual(len(done.stderr.splitlines()), 60)

    def test_results_in_input_order_whatever_finishes_first(self):
        done = self.fanout("map", "-o", "text", "--order", "input", "-j4", "--shell",
                           "if [ {} = 1 ]; then while [ ! -e go ]; do :; done; else touch go; fi; echo {}",
                           ":::", 1, 2, 3)
        self.assertEqual(done.stdout, "1\n2\n3\n")

    def test_a_dry_run_prints_what_would_run_and_runs_nothing(self):
        done = self.fanout("map", "--dry-run", "touch", "{}", ":::", "a b", "it's")
        self.assertEqual(done.stdout, "touch 'a b'\ntouch 'it'\\''s'\n")
        self.assertEqual(sorted(os.listdir(self.directory)), [])
        pasted = self.shell(done.stdout)
        self.assertEqual(pasted.returncode, 0)
        self.assertEqual(sorted(os.listdir(self.directory)), ["a b", "it's"])

    def test_a_dry_run_of_a_document_prints_all_or_nothing(self):
        jobs = [["echo", str(number)] for number in range(1000)]
        done = self.fanout("run", "--dry-run", "-", stdin=json.dumps(jobs))
        self.assertEqual((done.returncode, done.stdout.count("\n"), done.stderr), (0, 1000, ""))
        self.assertTrue(done.stdout.startswith("echo 0\necho 1\n"))
        done = self.fanout("run", "--dry-run", "-", stdin=json.dumps([*jobs, "echo {nothing}", 7]))
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1))
        self.assertIn("stdin:1:", done.stderr)

    def test_a_dry_run_does_not_wait(self):
        begun = time.monotonic()
        self.fanout("map", "--dry-run", "--pause", 100, "true", ":::", 1, 2)
        self.assertLess(time.monotonic() - begun, 50)

    def test_what_would_have_no_effect_is_refused(self):
        for arguments, parts in [(["--replace-failed", "null"], ["--replace-failed", "-o values"]),
                                 (["--mutex="], ['--mutex: ""'])]:
            self.assert_refused(self.fanout("map", *arguments, "touch", ":::", "made"), *parts)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_capture_keeps_the_tail(self):
        record = self.document("map", "--capture", 4, "printf", ":::", "0123456789")["results"][0]
        self.assertEqual((record["stdout"], record["stdout_bytes"], record["stdout_truncated"]),
                         ("6789", 10, True))

    def test_parsed_values(self):
        done = self.fanout("map", "-o", "values", "--parse", "lines", "printf", ":::", "a\\nb\\n")
        self.assertEqual(json.loads(done.stdout), [["a", "b"]])
        record = self.document("map", "--parse", "json", "echo", ":::", "[1.0, ", code=1)["results"][0]
        self.assertEqual((record["error"]["kind"], record["exit_code"]), ("parse", 0))
        record = self.document("map", "--parse", "lines", "--capture", 2, "echo", ":::", "abc",
                               code=1)["results"][0]
        self.assertEqual((record["error"]["kind"], record["exit_code"]), ("capture", 0))


class Processes(FanoutCase):
    def test_binary_output_arrives_byte_for_byte(self):
        data = bytes(range(256)) * 1000
        self.write("data", data)
        done = self.fanout("map", "-o", "text", "cat", ":::", "data", stdin=b"")
        self.assertEqual(done.stdout, data)

    def test_a_deaf_job_is_killed_after_the_grace(self):
        record = self.document("map", "--timeout", 2, "--grace", 0.2, "sh", "-c",
                               "trap '' TERM; while :; do sleep 0.05; done", ":::", "x", code=1)["results"][0]
        self.assertEqual((record["error"]["kind"], record["signal"]), ("timeout", "SIGKILL"))

    def test_who_is_left_of_a_group_is_killed_after_the_grace(self):
        # The leader obeys TERM at once; its child, which holds no output, is deaf.
        document = self.document(
            "map", "--timeout", 2, "--grace", 0.5, "--shell",
            ": {}; (trap '' TERM; echo up > deaf; exec sleep 61.25) >/dev/null 2>&1 & "
            "while [ ! -s deaf ]; do :; done; sleep 61.5", ":::", "a", code=1)
        self.assertEqual(document["results"][0]["error"]["kind"], "timeout")
        left = subprocess.run(["pgrep", "-f", "^sleep 61[.](25|5)"], capture_output=True, text=True)
        self.assertEqual(left.stdout, "")

    def test_a_background_process_of_a_job_that_just_ended_is_left_alone(self):
        done = self.fanout("map", "-o", "text", "--shell",
                           ": {}; sleep 62.5 >/dev/null 2>&1 & echo $!", ":::", "a")
        os.kill(int(done.stdout), signal.SIGKILL)  # fails when it is gone

    def test_a_deadline_that_cuts_the_input_is_no_success(self):
        process = subprocess.Popen([FANOUT, "run", "--deadline", "0.5", "-o", "jsonl", "-"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        process.stdin.write("true\n")
        process.stdin.flush()
        self.assertEqual(json.loads(process.stdout.readline())["status"], "succeeded")
        out, err = process.stdout.read(), process.stderr.read()
        self.assertEqual(process.wait(PATIENCE), 1)
        self.assertEqual(json.loads(out)["summary"]["jobs"], 1)
        self.assertEqual(err, "fanout: the deadline came before the end of the input\n")
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def test_a_fifo_as_standard_input_is_refused_not_read_as_empty(self):
        os.mkfifo(self.directory / "fifo")
        document = self.document("run", "-", code=1,
                                 stdin='{"jobs":[{"command":["cat"],"stdin":{"file":"fifo"}}]}')
        self.assertEqual(document["results"][0]["error"]["message"],
                         'open "fifo": Operation not supported')

    def test_a_command_line_is_looked_up_where_its_job_runs(self):
        self.write("bin/q", "#!/bin/sh\necho found\n", 0o755)
        text = json.dumps({"jobs": [{"command": "./q", "cwd": "bin"}, {"command": "bin/q", "cwd": "bin"},
                                    {"command": "seq 1", "env": {"PATH": "/nonexistent"}},
                                    {"command": "bin/q"}]})
        records = self.document("run", "-", stdin=text, code=1)["results"]
        self.assertEqual([record["exit_code"] for record in records], [0, 127, 127, 0])
        self.assertEqual([(record["error"] or {}).get("kind") for record in records],
                         [None, "exit", "exit", None])
        self.assertEqual([len(record["command"]) for record in records], [3, 3, 3, 1])

    def test_loud_jobs_do_not_hold_up_timeouts(self):
        begun = time.monotonic()
        done = self.fanout("map", "--timeout", 1, "--capture", "1K", "-j60", "-o", "none", "yes",
                           ":::", *range(60))
        self.assertIn("60 of 60 failed: 0 (timeout)", done.stderr)
        self.assertLess(time.monotonic() - begun, 40)

    @unittest.skipIf(os.environ.get("FANOUT_SANITIZE"), "sanitizers need descriptors of their own")
    def test_too_few_descriptors_for_fanout_itself_is_exit_4(self):
        for limit in (4, 5, 6):
            done = self.shell(f"ulimit -n {limit}; fanout map true ::: 1")
            self.assertEqual(done.returncode, 4, done)
            self.assertRegex(done.stderr, "^fanout: .*: Too many open files\n$")

    def test_the_deadline_ends_the_run_and_every_job_has_a_record(self):
        document = self.document("map", "-j2", "--deadline", 2, "sleep", ":::", 100, 101, 102, code=1)
        self.assertEqual([record["error"]["kind"] for record in document["results"]],
                         ["deadline", "deadline", "not_started"])

    def test_a_job_that_succeeds_late_shows_all_its_attempts(self):
        record = self.document("map", "--retries", 3, "--shell",
                               "echo {} $FANOUT_ATTEMPT; [ $FANOUT_ATTEMPT = 3 ]", ":::", "x")["results"][0]
        self.assertEqual([attempt["exit_code"] for attempt in record["attempts"]], [1, 1, 0])
        self.assertEqual(record["stdout"], "x 3\n")

    def test_drain_lets_what_runs_finish(self):
        # The first job ends when fanout has reaped the second one, and so knows that it failed.
        self.write("jobs", '["sh","-c","while [ ! -s pid ]; do :; done; '
                           'while kill -0 $(cat pid) 2>/dev/null; do :; done; echo done"]\n'
                           '["sh","-c","echo $$ > pid; exit 1"]\n'
                           '["echo","late"]\n')
        document = self.document("run", "-j2", "--on-failure", "drain", "jobs", code=1)
        self.assertEqual([record["status"] for record in document["results"]],
                         ["succeeded", "failed", "aborted"])
        self.assertEqual(document["results"][0]["stdout"], "done\n")

    def test_resource_use_of_a_job_is_its_own(self):
        document = self.document("map", "-j1", "python3", "-c",
                                 "import sys; x = bytearray(int(sys.argv[1])); sum(range(10**6))",
                                 ":::", 200_000_000, 1)
        big, small = document["results"]
        self.assertGreater(big["max_rss_kib"], 190_000)
        self.assertLess(small["max_rss_kib"] or 0, 100_000)  # null: not above fanout's own
        self.assertGreater(big["user_seconds"] + big["system_seconds"], 0)

    def test_serial_runs_one_at_a_time_in_order(self):
        done = self.fanout("map", "-j0", "-o", "text", "--shell",
                           "mkdir lock && echo {} && rmdir lock", ":::", *range(10))
        self.assertEqual(done.stdout, "".join(f"{i}\n" for i in range(10)))
        self.assertEqual(done.returncode, 0, done)

    def test_an_argument_that_is_too_long_fails_alone(self):
        document = self.document("run", "-", stdin=json.dumps([["echo", "x" * 200_000], ["echo", "ok"]]),
                                 code=1)
        long, short = document["results"]
        self.assertEqual((long["error"]["kind"], long["error"]["errno"], long["exit_code"]), ("spawn", 7, 126))
        self.assertEqual(short["stdout"], "ok\n")

    def test_an_interrupt_ends_the_jobs_writes_results_and_kills_fanout(self):
        process = subprocess.Popen([FANOUT, "run", "-j2", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.directory)
        process.stdin.write(b'["sh","-c","touch up; exec sleep 100"]\n["sleep","100"]\n["sleep","100"]\n')
        process.stdin.close()
        deadline = time.monotonic() + PATIENCE
        while not (self.directory / "up").exists():
            self.assertLess(time.monotonic(), deadline)
        process.send_signal(signal.SIGTERM)
        out = process.stdout.read()
        process.stderr.read()
        self.assertEqual(process.wait(PATIENCE), -signal.SIGTERM)
        document = json.loads(out)
        self.assertEqual([record["error"]["kind"] for record in document["results"]],
                         ["killed", "killed", "not_started"])
        process.stdout.close()
        process.stderr.close()

    def test_children_find_the_signal_state_that_fanout_found(self):
        done = self.shell("""(trap '' INT; fanout map -n2 -o text grep ::: SigIgn /proc/self/status)
                             fanout map -n2 -o text grep ::: SigIgn /proc/self/status""")
        ignored, plain = [int(line.split()[1], 16) for line in done.stdout.splitlines()]
        self.assertEqual(ignored - plain, 1 << (signal.SIGINT - 1))
        self.assertFalse(plain & 1 << (signal.SIGPIPE - 1))


class Call(FanoutCase):
    MANIFEST = json.dumps({"commands": {
        "greet": {"command": ["echo", "hello", "{who}"], "params": ["who"], "defaults": {"who": "world"}},
        "fail": {"command": "exit 7"},
        "die": {"command": ["sh", "-c", "kill -9 $$"]},
        "slow": {"command": ["sleep", "100"], "timeout": 0.1},
        "missing": {"command": ["no-such-program-here"]},
        "copy": {"command": ["cat"]},
        "err": {"command": "echo oops >&2"},
    }})

    def call(self, *arguments, stdin=""):
        self.write("m.json", self.MANIFEST)
        return self.fanout("call", "-f", "m.json", *arguments, stdin=stdin)

    def test_its_output_and_its_exit_code(self):
        done = self.call("greet", "you")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("hello you\n", "", 0))
        self.assertEqual(self.call("greet").stdout, "hello world\n")
        self.assertEqual(self.call("copy", stdin="through").stdout, "through")
        self.assertEqual(self.call("err").stderr, "oops\n")
        for name, code in [("fail", 7), ("die", 137), ("slow", 124), ("missing", 127)]:
            self.assertEqual(self.call(name).returncode, code, name)

    def test_extras_fill_parameters(self):
        self.write("m.json", self.MANIFEST)
        done = self.fanout("call", "-f", "m.json", "--extra", "who=me", "greet")
        self.assertEqual(done.stdout, "hello me\n")

    def test_of_the_settings_only_those_of_an_attempt_hold(self):
        self.write("m.json", '{"deadline":0.001,"pause":100,"commands":{"p":{"command":["sleep","0.2"]}}}')
        self.assertEqual(self.fanout("call", "-f", "m.json", "p").returncode, 0)

    def test_an_unknown_preset_names_the_nearest(self):
        self.assert_refused(self.call("gret"), '"gret"', '"greet"')

    def test_a_dry_run_shows_the_command(self):
        self.write("m.json", self.MANIFEST)
        done = self.fanout("call", "-f", "m.json", "--dry-run", "greet", "a b")
        self.assertEqual(done.stdout, "echo hello 'a b'\n")


class Writing(FanoutCase):
    def test_a_full_disk_is_exit_3_with_a_sentence(self):
        for form in ["json", "jsonl", "values", "text"]:
            done = self.shell(f"fanout map -o {form} echo ::: a >/dev/full")
            self.assertEqual(done.returncode, 3, done)
            self.assertEqual(done.stderr, 'fanout: write "standard output": No space left on device\n')

    def test_a_closed_standard_input_is_no_empty_input(self):
        done = self.shell("fanout map true <&-")
        self.assertNotEqual(done.returncode, 0, done)
        self.assertIn('"standard input": Bad file descriptor', done.stderr)

    def test_a_closed_standard_output_is_exit_3(self):
        done = self.shell("fanout map echo ::: a >&-")
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("standard output", done.stderr)

    def test_a_reader_that_goes_away_ends_the_run_quietly(self):
        done = self.shell("yes | fanout map -j1 -o jsonl true | head -1 | jq -c .index; echo ${PIPESTATUS[@]}")
        self.assertEqual(done.stdout, f"0\n{128 + signal.SIGPIPE} {128 + signal.SIGPIPE} 0 0\n", done)
        self.assertEqual(done.stderr, "")

    def start(self, *arguments):
        return subprocess.Popen([FANOUT, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.directory)

    def await_file(self, name):
        deadline = time.monotonic() + PATIENCE
        while not (self.directory / name).exists():
            self.assertLess(time.monotonic(), deadline)

    LOUD = ["sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; touch said-$0"]

    def test_timeouts_hold_while_nobody_reads(self):
        process = self.start("map", "-j2", "-o", "jsonl", "--timeout", 2, "sh", "-c",
                             "if [ $0 = loud ]; then head -c 300000 /dev/zero | tr '\\0' x; else "
                             "trap 'touch ended; exit' TERM; sleep 60 & wait; fi", ":::", "loud", "slow")
        self.await_file("ended")  # while nothing was read of what the first job said
        records = [json.loads(line) for line in process.stdout]
        self.assertEqual(process.wait(PATIENCE), 1)
        self.assertEqual(len(records[0]["stdout"]), 300000)
        self.assertEqual(records[1]["error"]["kind"], "timeout")
        process.stdout.close()
        process.stderr.close()

    def test_signals_hold_while_nobody_reads(self):
        process = self.start("map", "-j1", "-o", "jsonl", *self.LOUD, ":::", 1, 2, 3, 4, 5, 6, 7, 8)
        self.await_file("said-4")
        process.send_signal(signal.SIGTERM)  # ends the jobs; what was said waits for its reader
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.send_signal(signal.SIGTERM)  # ends the waiting
        self.assertEqual(process.wait(PATIENCE), -signal.SIGTERM)
        process.stdout.close()
        process.stderr.close()

    def test_no_more_jobs_are_started_while_results_pile_up(self):
        # With one worker the job itself would have to wait.
        process = self.start("map", "-j2", "-o", "text", *self.LOUD, ":::", *range(100))
        self.await_file("said-3")
        document = process.stdout.read()
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(len(document), 100 * 300000)
        process.stdout.close()
        process.stderr.close()

    def test_a_reader_that_goes_away_is_noticed_while_jobs_run(self):
        process = self.start("map", "-j1", "-o", "jsonl", "sleep", ":::", 0, 61.5)
        self.assertEqual(json.loads(process.stdout.readline())["index"], 0)
        process.stdout.close()
        self.assertEqual(process.wait(PATIENCE - 20), -signal.SIGPIPE)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()

    def test_output_and_messages_to_one_pipe_stay_apart(self):
        done = self.shell("fanout map --shell 'head -c 300000 /dev/zero | tr \"\\\\0\" {}; exit 1' ::: a b 2>&1 |"
                          " (sleep 0.2; cat) > all")
        *document, line = (self.directory / "all").read_text().splitlines()
        self.assertEqual(len(json.loads("\n".join(document))["results"][1]["stdout"]), 300000)
        self.assertEqual(line, "fanout: 2 of 2 failed: a (exit 1), b (exit 1)")

    def test_silent_says_nothing_and_exits_0(self):
        done = self.fanout("map", "--silent", "-o", "none", "false", ":::", "a")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("", "", 0))

    def test_a_stream_that_never_ends_stops_with_the_first_failure(self):
        done = self.shell("yes | fanout map --fail-fast -o none false; echo ${PIPESTATUS[1]}")
        self.assertEqual(done.stdout, "1\n")


class Help(FanoutCase):
    def test_help_and_version(self):
        self.assertIn("Examples:", self.fanout("--help").stdout)
        self.assertRegex(self.fanout("--version").stdout, r"^fanout \d+\.\d+\.\d+\n$")
        for command in ["run", "map", "call", "schema"]:
            done = self.fanout(command, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith(f"fanout {command} "), done.stdout)

    def test_help_into_a_full_disk_is_exit_3(self):
        self.assertEqual(self.shell("fanout --help >/dev/full").returncode, 3)


if __name__ == "__main__":
    main()
