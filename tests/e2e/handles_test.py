#!/usr/bin/env python3
"""What others see of detached runs: list, status, results, wait, finished, close, prune."""
import json
import os
import signal
import sqlite3
import subprocess
import time

import jsonschema

from fanout_case import FANOUT, PATIENCE, FanoutCase, main
from recorded_runs import RecordedRun, Runner

DIED = ('fanout: the runner of run "7k2mvx" died: "fanout resume 7k2mvx" goes on, '
        '"fanout close 7k2mvx" removes it\n')


class HandlesCase(FanoutCase):
    def setUp(self):
        super().setUp()
        self.state_home = self.directory / "state"

    def fanout(self, *arguments, env=None, **options):
        return super().fanout(*arguments, env={"XDG_STATE_HOME": str(self.state_home), **(env or {})},
                              **options)

    def recorded(self, handle="7k2mvx", **columns):
        run = RecordedRun(self.state_home, handle, **columns)
        self.addCleanup(run.database.close)
        return run

    def mixed(self):
        """Finished, with jobs of every status."""
        run = self.recorded(jobs=4, known_jobs=4, succeeded=2, failed=1, aborted=1)
        run.job(0, out="zero\n")
        run.job(1, code=3, out="one\n", err="Traceback\nValueError: no\n")
        run.job(2, status="aborted", error_kind="not_started", error_message="not started", attempts=0)
        run.job(3, out=b"\xff", value="[1,2]")
        run.finish(code=1)
        return run

    def popen(self, *arguments):
        return subprocess.Popen([FANOUT, *arguments], cwd=self.directory, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={**os.environ, "XDG_STATE_HOME": str(self.state_home)})

    def assert_said(self, done, code, out, err=""):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (code, out, err))


class Handles(HandlesCase):
    COMMANDS = ("status", "results", "wait", "finished", "close")

    def test_a_handle_that_nobody_knows_is_a_sentence_and_exit_2(self):
        for command in self.COMMANDS:
            with self.subTest(command):
                done = self.fanout(command, "000000")
                self.assertEqual(done.returncode, 2, done)
                self.assertEqual(done.stderr, 'fanout: no run "000000", or it was closed: '
                                 '"fanout list" shows all\n')
                self.assertEqual(done.stdout, "false\n" if command == "close" else "")

    def test_the_nearest_handle_is_named(self):
        self.recorded()
        done = self.fanout("status", "7k2mvv")
        self.assert_refused(done, 'no run "7k2mvv" (did you mean "7k2mvx"?)')

    def test_no_text_leads_out_of_the_directory_of_runs(self):
        self.recorded()
        for handle in ("../runs/7k2mvx", "7k2mvx/", "./7k2mvx", "..", "", "7K2MVX", "7k2mvx\n", "*"):
            for command in ("close", "status"):
                with self.subTest(handle=handle, command=command):
                    self.assertEqual(self.fanout(command, handle).returncode, 2)
        self.assertEqual(self.fanout("status", "7k2mvx").returncode, 0)

    def test_a_run_of_somebody_else_is_refused(self):
        if os.geteuid() != 0:
            self.skipTest("only root can make one")
        run = self.recorded()
        os.chown(run.path, 12345, -1)
        self.assert_refused(self.fanout("results", "7k2mvx"), "belongs to another user (12345)")
        self.assert_said(self.fanout("list"), 0, "")

    def test_one_handle_is_needed(self):
        self.assert_refused(self.fanout("status"), "status needs the handle of a run")
        self.assert_refused(self.fanout("wait", "a", "b"), 'takes one handle, but "b" follows it')
        self.assert_refused(self.fanout("list", "7k2mvx"), "fanout status 7k2mvx")
        self.assert_refused(self.fanout("prune", "7k2mvx", "--older-than", "1d"), "fanout close 7k2mvx")

    def test_somebody_must_say_where_runs_are(self):
        done = self.fanout("list", env={"XDG_STATE_HOME": "", "HOME": ""})
        self.assert_refused(done, "set HOME or XDG_STATE_HOME")

    def test_without_xdg_state_home_it_is_below_home(self):
        RecordedRun(self.directory / ".local/state").finish()
        done = self.fanout("finished", "7k2mvx", env={"XDG_STATE_HOME": "", "HOME": str(self.directory)})
        self.assert_said(done, 0, "")


class StatusAndList(HandlesCase):
    def status(self, handle="7k2mvx"):
        done = self.fanout("status", "-o", "json", handle)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        return json.loads(done.stdout)

    def test_the_states_of_a_run(self):
        run = self.recorded(session=False)
        self.assertEqual(self.status()["state"], "died")
        with run.alive():
            self.assertEqual(self.status()["state"], "starting")
            run.session()
            self.assertEqual(self.status()["state"], "running")
            run.update(ended_by="abort")
            self.assertEqual(self.status()["state"], "ending")
            run.update(finished_at="2026-01-31T12:00:10.000000Z")
            self.assertEqual(self.status()["state"], "ending")
            run.update(exit_code=1)
            self.assertEqual(self.status()["state"], "finished")
        self.assertEqual(self.status()["state"], "finished")

    def test_a_runner_that_died_is_not_running(self):
        run = self.recorded(jobs=5, running=2, succeeded=3, known_jobs=9)
        with run.alive():
            self.assertEqual(self.status()["state"], "running")
        status = self.status()
        self.assertEqual(status["state"], "died")
        self.assertEqual(status["running"], 0)
        self.assertIn("fanout resume 7k2mvx", status["message"])
        done = self.fanout("status", "7k2mvx")
        self.assertIn("run 7k2mvx: died\n", done.stdout)
        self.assertIn('"fanout resume 7k2mvx" goes on', done.stdout)

    def test_everything_that_is_known_is_told(self):
        run = self.recorded(jobs=7, known_jobs=9, running=2, succeeded=3, failed=1, aborted=1, flaky=1,
                            reused=1, workers_requested=8, workers=2,
                            workers_limited_by="vfork: Resource temporarily unavailable", directory="/tmp")
        run.finish(code=1)
        status = self.status()
        self.assertEqual(status, {
            "handle": "7k2mvx", "state": "finished", "session": 1, "jobs": 9, "read": 7, "running": 0,
            "succeeded": 3, "failed": 1, "aborted": 1, "flaky": 1, "reused": 1,
            "started_at": "2026-01-31T12:00:00.000000Z", "finished_at": "2026-01-31T12:00:10.000000Z",
            "seconds": 10.0, "rate": 0.4, "workers_requested": 8, "workers": 2,
            "workers_limited_by": "vfork: Resource temporarily unavailable", "ended_by": None,
            "exit_code": 1, "directory": "/tmp", "command_line": ["fanout", "start", "map", "echo"]})
        self.assertEqual(self.fanout("status", "7k2mvx").stdout, """run 7k2mvx: finished, exit code 1
  jobs      5 of 9 done, 1 failed, 1 aborted, 1 flaky, 1 as recorded before
  rate      24/m
  workers   2 of 8 (vfork: Resource temporarily unavailable)
  started   2026-01-31 12:00:00Z
  finished  2026-01-31 12:00:10Z
  took      10s
  directory /tmp
  command   fanout start map echo
""")

    def test_list_has_a_line_each_the_newest_last(self):
        self.recorded("zzzzzz", started_at="2026-01-31T10:00:00.000000Z", jobs=2, succeeded=2).finish()
        self.recorded("000000", started_at="2026-01-31T11:00:00.000000Z", jobs=2, succeeded=1)
        self.assertEqual(self.fanout("list").stdout, """\
zzzzzz  finished  2026-01-31 10:00:00Z  2 done  fanout start map echo
000000  died      2026-01-31 11:00:00Z  1 done  fanout start map echo
""")
        listed = json.loads(self.fanout("list", "-o", "json").stdout)
        self.assertEqual([run["handle"] for run in listed], ["zzzzzz", "000000"])
        self.assertEqual(listed[0], self.status("zzzzzz"))

    def test_one_that_never_began_is_listed_too(self):
        self.recorded(session=False)
        self.assert_said(self.fanout("list"), 0, "7k2mvx  died\n")

    def test_without_runs_the_list_is_empty(self):
        self.assert_said(self.fanout("list"), 0, "")
        self.assert_said(self.fanout("list", "-o", "json"), 0, "[]\n")

    def test_a_command_with_control_characters_is_harmless(self):
        self.recorded(command_line=json.dumps(["fanout", "start", "\x1b[2J\n", "x" * 500])).finish()
        for command in (("list",), ("status", "7k2mvx")):
            done = self.fanout(*command)
            self.assertNotIn("\x1b", done.stdout)
            self.assertEqual(done.returncode, 0)
        self.assertEqual(self.fanout("list").stdout.count("\n"), 1)
        self.assertLess(len(self.fanout("list").stdout), 200)

    def test_one_damaged_journal_hides_no_other_run(self):
        self.recorded("000000").finish()
        damaged = self.recorded("111111")
        damaged.database.close()
        damaged.journal.write_bytes(b"no database, but a text that is long enough to be looked at " * 20)
        done = self.fanout("list")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("000000  finished", done.stdout)
        self.assertIn("111111  unreadable", done.stdout)
        listed = json.loads(self.fanout("list", "-o", "json").stdout)
        self.assertEqual({run["state"] for run in listed}, {"finished", "unreadable"})
        self.assertNotEqual(self.fanout("status", "111111").returncode, 0)

    def test_forms_are_checked(self):
        self.recorded()
        self.assert_refused(self.fanout("status", "-o", "jsn", "7k2mvx"), 'did you mean "json"?')
        self.assert_refused(self.fanout("list", "-o", "jsonl"), '"jsonl" is not "text" or "json"')


class Results(HandlesCase):
    def results(self, *options, code=1):
        done = self.fanout("results", "7k2mvx", *options)
        self.assertEqual(done.returncode, code, done)
        return done

    def test_the_document_is_that_of_the_run(self):
        self.mixed()
        done = self.results()
        self.assertEqual(done.stderr, "fanout: 1 of 4 failed, 1 aborted: item 1 (exit 3)\n")
        document = json.loads(done.stdout)
        self.assertEqual(document["run"], {
            "handle": "7k2mvx", "started_at": "2026-01-31T12:00:00.000000Z",
            "command_line": ["fanout", "start", "map", "echo"], "settings": {}})
        self.assertEqual(document["summary"], {
            "jobs": 4, "succeeded": 2, "failed": 1, "aborted": 1, "workers": 4, "seconds": 10.0,
            "user_seconds": 0.5, "system_seconds": 0.25})
        self.assertEqual((document["succeeded"], document["failed"], document["aborted"]), ([0, 3], [1], [2]))
        one = document["results"][1]
        self.assertEqual((one["args"], one["exit_code"], one["stdout"]), (["item 1"], 3, "one\n"))
        self.assertEqual(one["error"], {"kind": "exit", "message": "exited with 3",
                                        "stderr_tail": "Traceback\nValueError: no\n"})
        self.assertEqual(one["started_at"], "2026-01-31T12:00:01.000000Z")
        self.assertEqual(document["results"][2]["error"]["kind"], "not_started")
        self.assertEqual(document["results"][3]["stdout_encoding"], "base64")

    def test_the_same_answer_as_often_as_it_is_asked_for(self):
        self.mixed()
        for form in ("json", "jsonl", "values", "handle"):
            self.assertEqual(self.results("-o", form).stdout, self.results("-o", form).stdout)

    def test_lines(self):
        self.mixed()
        lines = [json.loads(line) for line in self.results("-o", "jsonl").stdout.splitlines()]
        self.assertEqual([line.get("index") for line in lines], [0, 1, 2, 3, None])
        self.assertEqual(lines[-1]["summary"]["jobs"], 4)

    def test_in_the_order_in_which_they_ended(self):
        run = self.recorded()
        run.job(0, seconds=30.0, out="slow\n")
        run.job(1, seconds=1.0, out="fast\n")
        run.finish()
        self.assert_said(self.results("-o", "text", "--order", "completion", code=0), 0, "fast\nslow\n")
        self.assert_said(self.results("-o", "text", code=0), 0, "slow\nfast\n")

    def test_values_and_what_stands_for_failures(self):
        self.mixed()
        values = json.loads(self.results("-o", "values", "--replace-failed", "null").stdout)
        self.assertEqual(values, ["zero\n", None, None, [1, 2]])
        self.assert_refused(self.fanout("results", "7k2mvx", "--replace-failed", "1"), "-o values")

    def test_the_form_and_the_replacement_are_those_of_the_start(self):
        run = self.mixed()
        run.update(output="values", settings='{"output":"values","replace_failed":{"a":[1.50]}}')
        self.assertEqual(self.results().stdout, '["zero\\n",{"a":[1.50]},{"a":[1.50]},[1,2]]\n')
        run.update(settings='{"replace_failed":null}')
        self.assertTrue(json.loads(self.results().stdout)[1]["failed"])
        run.update(output="none")
        self.assertEqual(self.results().stdout, "")

    def test_text_goes_to_both_streams(self):
        self.mixed()
        done = self.fanout("results", "7k2mvx", "-o", "text", "--silent", stdin=b"")
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, b"zero\none\n\xff", b"Traceback\nValueError: no\n"))

    def test_the_three_lists_of_a_handle(self):
        self.mixed()
        self.assertEqual(json.loads(self.results("-o", "handle").stdout), {
            "exception": [["item 1", "exited with 3: ValueError: no"]], "aborted": ["item 2"],
            "returned": [["item 0", "zero\n"], ["item 3", [1, 2]]]})

    def test_named_jobs_are_an_object(self):
        run = self.recorded(is_named=1)
        run.job(0, name="a b", out="x")
        run.finish()
        document = json.loads(self.results(code=0).stdout)
        self.assertEqual(list(document["results"]), ["a b"])
        self.assertEqual(document["succeeded"], ["a b"])

    def test_what_there_is_while_it_runs(self):
        run = self.recorded(jobs=3, running=1, succeeded=1, failed=1)
        run.job(0, out="a")
        run.job(1, code=None)
        run.job(2, code=1)
        with run.alive():
            lists = json.loads(self.results("-o", "handle").stdout)
            self.assertEqual(lists, {"exception": [["item 2", "exited with 1"]], "aborted": [],
                                     "returned": [["item 0", "a"]]})
            document = json.loads(self.results("-o", "json").stdout)
            self.assertTrue(document["summary"]["partial"])
            self.assertEqual(document["summary"]["jobs"], 2)
            self.assertEqual(document["failed"], [2])

    def test_nothing_at_all_is_a_document_too(self):
        run = self.recorded()
        with run.alive():
            document = json.loads(self.results(code=0).stdout)
            self.assertEqual(document["results"], [])
            self.assertEqual(self.results("-o", "handle", code=0).stdout,
                             '{"exception":[],\n"aborted":[],\n"returned":[]}\n')

    def test_of_a_runner_that_died_there_is_what_it_recorded(self):
        run = self.recorded(output="text")
        run.job(0, out="said\n")
        run.job(1, code=None)
        self.assert_said(self.results(code=4), 4, "said\n", DIED)

    def test_one_that_recorded_nothing(self):
        self.recorded(session=False)
        self.assert_said(self.results(code=4), 4, "", DIED)

    def test_the_time_is_up_before_the_end(self):
        run = self.recorded(output="text")
        run.job(0, out="so far\n")
        with run.alive():
            self.assert_said(self.results("--timeout", "10ms", code=124), 124, "so far\n")
            self.assert_said(self.results("--timeout", "0", code=124), 124, "so far\n")
        run.finish()
        self.assert_said(self.results("--timeout", "10ms", code=0), 0, "so far\n")
        self.assert_refused(self.fanout("results", "7k2mvx", "--timeout", "soon"), "--timeout:")

    def test_it_waits_for_the_end_first(self):
        run = self.recorded(output="text")
        runner = Runner(run)
        process = self.popen("results", "--timeout", "1h", "7k2mvx")
        self.assertTrue(runner.asked.wait(PATIENCE))
        run.job(0, out="late\n")
        run.finish()
        runner.end()
        self.assertEqual(process.communicate(timeout=PATIENCE), ("late\n", ""))
        self.assertEqual(process.returncode, 0)

    def test_one_job(self):
        run = self.mixed()
        run.database.execute("UPDATE jobs SET name = 'zero' WHERE job = 0")
        for name in ("0", "zero"):
            document = json.loads(self.results("--job", name, code=0).stdout)
            self.assertEqual([record["index"] for record in document["results"]], [0])
            self.assertEqual(document["summary"]["jobs"], 1)
        self.assertEqual(json.loads(self.results("--job", "1", "-o", "jsonl").stdout.splitlines()[0])["index"], 1)
        done = self.fanout("results", "7k2mvx", "--job", "9", "-o", "text")
        self.assert_refused(done, 'no job "9": it is neither a name nor an index')
        for form in ("json", "jsonl", "values", "handle"):
            self.assert_refused(self.fanout("results", "7k2mvx", "--job", "9", "-o", form), 'no job "9"')

    def test_a_job_that_runs_has_no_result(self):
        run = self.recorded(output="text")
        run.job(0, code=None)
        with run.alive():
            self.assert_refused(self.fanout("results", "7k2mvx", "--job", "0", "-o", "json"), "job 0 has not ended yet")
            self.assert_refused(self.fanout("results", "7k2mvx", "--job", "1"), 'no job "1" has begun yet')

    def test_a_replay_writes_and_exits_as_the_job_did(self):
        run = self.mixed()
        run.job(4, status="failed", error_kind="signal", error_message="killed by SIGKILL",
                exit_code=None, signal="SIGKILL", core_dumped=0, out="last words")
        run.job(5, status="failed", error_kind="timeout", error_message="x", exit_code=None,
                signal="SIGTERM", core_dumped=0, time_limit=2.0)
        self.assert_said(self.results("--job", "0", "--replay", code=0), 0, "zero\n")
        self.assert_said(self.results("--job", "1", "--replay", code=3), 3, "one\n",
                         "Traceback\nValueError: no\n")
        self.assert_said(self.results("--job", "4", "--replay", code=137), 137, "last words")
        self.assert_said(self.results("--job", "5", "--replay", code=124), 124, "",
                         "fanout: timed out after 2s\n")
        self.assert_said(self.results("--job", "2", "--replay"), 1, "",
                         "fanout: not started because the run was ended\n")

    def test_a_replay_is_of_one_job_and_has_no_form(self):
        self.mixed()
        self.assert_refused(self.fanout("results", "7k2mvx", "--replay"), "add --job")
        self.assert_refused(self.fanout("results", "7k2mvx", "--replay", "--job", "0", "-o", "json"),
                            "--replay and --output contradict each other")

    def test_large_outputs_come_from_their_files(self):
        run = self.recorded(output="text")
        run.job(0)
        place = run.path / "journal.outputs/1/0"
        place.mkdir(parents=True)
        said = "0123456789abcdef" * 100_000
        (place / "stdout").write_text(said)
        run.insert("outputs", job=0, session=1, stream="stdout", bytes=len(said), text_from=0,
                   file="1/0/stdout")
        run.finish()
        self.assertEqual(self.results(code=0).stdout, said)
        self.assertEqual(json.loads(self.results("-o", "values", code=0).stdout), [said])

        (place / "stdout").unlink()
        done = self.results("-o", "json", code=3)
        self.assertIn("cannot keep the standard output of job item 0: open", done.stderr)
        record = json.loads(done.stdout)["results"][0]
        self.assertEqual((record["stdout"], record["stdout_truncated"], record["stdout_bytes"]),
                         ("", True, len(said)))

    def test_silence_is_about_failures_only(self):
        self.mixed()
        done = self.results("--silent", "-o", "none", code=0)
        self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_a_wrong_form_is_refused(self):
        self.mixed()
        self.assert_refused(self.fanout("results", "7k2mvx", "-o", "handel"), 'did you mean "handle"?')

    def test_a_newer_journal_is_refused_and_untouched(self):
        run = self.mixed()
        run.database.execute("PRAGMA user_version = 2")
        self.assert_refused(self.fanout("results", "7k2mvx"), "has format 2, and this fanout reads 1")

    def test_whoever_stops_reading_is_no_error(self):
        run = self.recorded(output="jsonl")
        run.database.execute("BEGIN")
        for index in range(2000):
            run.job(index, out="x" * 200)
        run.database.execute("COMMIT")
        run.finish()
        done = self.shell(f"XDG_STATE_HOME={self.state_home} fanout results 7k2mvx | head -n 1; "
                          "echo ${PIPESTATUS[0]}")
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout.splitlines()[1], "141")

    def test_a_full_disk_is_an_error(self):
        self.mixed()
        with open("/dev/full", "w") as full:
            done = subprocess.run([FANOUT, "results", "7k2mvx"], stdout=full, stderr=subprocess.PIPE, text=True,
                                  env={**os.environ, "XDG_STATE_HOME": str(self.state_home)}, timeout=PATIENCE)
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("No space left on device", done.stderr)

    def test_no_writer_waits_for_a_slow_reader(self):
        run = self.recorded(output="jsonl")
        run.database.execute("BEGIN")
        for index in range(2000):
            run.job(index, out="x" * 200)
        run.database.execute("COMMIT")
        process = self.popen("results", "7k2mvx")
        process.stdout.readline()  # and no more: it waits for us
        busy, pages, moved = run.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self.assertEqual(busy, 0)
        process.stdout.close()
        process.stderr.close()
        process.wait(timeout=PATIENCE)


class RecordedByARun(HandlesCase):
    """What a run wrote itself is what is written again from its journal."""
    MANIFEST = {
        "jobs": [
            {"command": ["printf", "%s", "a \u00fc\n\"'"], "name": "text"},
            {"command": ["printf", "\\377\\0\\n"], "name": "bytes"},
            {"command": "cat; exit 3", "shell": True, "stdin": "said\n", "name": "code"},
            {"command": "kill -9 $$", "shell": True, "name": "signal"},
            {"command": ["sleep", "1000"], "timeout": "50ms", "name": "late"},
            {"command": ["/missing/program"], "name": "missing"},
            {"command": ["true"], "after": ["code"], "name": "dependent"},
            {"command": "test -e seen || { touch seen; exit 1; }", "shell": True, "retries": 1, "name": "flaky"},
            {"command": "echo $FANOUT_RESOURCE_GPU", "shell": True, "needs": {"gpu": 1}, "name": "granted"},
            {"command": ["echo", "{1}", "{key}"], "args": ["one", 2.50, None, [1, {"a": []}]],
             "kwargs": {"key": 1e5}, "name": "arguments"},
            {"command": "head -c 300000 /dev/zero | tr '\\0' x; echo err >&2", "shell": True, "name": "large"},
        ], "resources": {"gpu": 1}}

    def record(self, *arguments, code, **options):
        run = self.state_home / "fanout/runs/000000"
        run.mkdir(parents=True, mode=0o700)
        done = self.fanout(arguments[0], "--journal", run / "journal", *arguments[1:], **options)
        self.assertEqual(done.returncode, code, done)
        return done

    def assert_same(self, *arguments, code, **options):
        wrote = json.loads(self.record(*arguments, code=code, **options).stdout)
        done = self.fanout("results", "000000")
        self.assertEqual(done.returncode, code, done)
        again = json.loads(done.stdout)
        self.assertEqual(again["run"].pop("handle"), "000000")
        wrote["run"].pop("handle")
        self.maxDiff = None
        self.assertEqual(again, wrote)

    def test_jobs_of_all_kinds_and_ends(self):
        self.write("jobs.json", json.dumps(self.MANIFEST))
        self.assert_same("run", "-j", "3", "jobs.json", code=1)

    def test_words_of_any_bytes(self):
        self.assert_same("map", "--extra", b"k=\xfe", "echo", ":::", b"\xff", "{\"base64\":\"/w==\"}", "a\nb",
                         code=0)

    def test_values_that_were_parsed(self):
        self.assert_same("map", "--parse", "json", "echo", ":::", "[1.50]", '"' + "x" * 100_000 + '"', "no",
                         code=1)

    def test_blocks_of_input(self):
        self.assert_same("map", "--pipe", "--block", "10", "head", "-c", "5", code=0,
                         stdin="".join(f"line {n}\n" for n in range(10)))

    def test_outputs_of_which_the_end_was_kept(self):
        self.assert_same("map", "--capture", "5", "printf", "%s", ":::", "\u00fc" * 9, "short", code=0)

    def test_what_is_partial_obeys_the_schema_too(self):
        self.record("map", "sh", "-c", "exit $0", ":::", "0", "1", code=1)
        with sqlite3.connect(self.state_home / "fanout/runs/000000/journal") as database:
            database.execute("UPDATE sessions SET finished_at = NULL, exit_code = NULL")
        database.close()
        done = self.fanout("results", "000000")
        self.assertEqual(done.returncode, 4, done)
        document = json.loads(done.stdout)
        self.assertTrue(document["summary"]["partial"])
        jsonschema.validate(document, json.loads(self.fanout("schema", "result").stdout))

    def test_text_and_values(self):
        wrote = self.record("map", "-o", "values", "printf", "%s", ":::", "b", "a", code=0).stdout
        self.assert_said(self.fanout("results", "000000"), 0, wrote)
        self.assert_said(self.fanout("results", "000000", "-o", "text"), 0, "ba")


class Started(HandlesCase):
    """Real runs, held by a FIFO for each of their jobs."""

    def setUp(self):
        super().setUp()
        self.handles = []

    def tearDown(self):
        for handle in self.handles:
            self.fanout("abort", "--kill", handle)
        super().tearDown()

    def start(self, *items, options=()):
        for item in items:
            os.mkfifo(self.directory / item)
        done = self.fanout("start", *options, "map", "-j2", "--shell", "read x <{}; echo said {}; exit $x",
                           ":::", *items)
        self.assertEqual(done.returncode, 0, done)
        handle = done.stdout.strip()
        self.handles.append(handle)
        return handle

    def release(self, item, code=0):
        (self.directory / item).write_text(f"{code}\n")

    def await_done(self, handle, count):
        """Until so many are recorded: groups of jobs are, every few milliseconds."""
        deadline = time.monotonic() + PATIENCE
        while True:
            status = json.loads(self.fanout("status", "-o", "json", handle).stdout)
            if status["succeeded"] + status["failed"] >= count:
                return status
            self.assertLess(time.monotonic(), deadline, status)

    def test_a_run_from_its_start_to_its_end(self):
        handle = self.start("a", "b", "c")
        self.assert_said(self.fanout("finished", handle), 1, "")
        self.assert_said(self.fanout("wait", handle, "--timeout", "10ms"), 124, "")
        empty = '{"exception":[],\n"aborted":[],\n"returned":[]}\n'
        self.assert_said(self.fanout("results", "-o", "handle", handle), 0, empty)

        self.release("b", 3)
        status = self.await_done(handle, 1)
        self.assertEqual((status["state"], status["failed"], status["jobs"], status["workers_requested"]),
                         ("running", 1, 3, 2))
        done = self.fanout("results", "-o", "handle", "--timeout", "10ms", handle)
        self.assertEqual(done.returncode, 124, done)
        self.assertEqual(json.loads(done.stdout),
                         {"exception": [["b", "exited with 3"]], "aborted": [], "returned": []})
        self.assertEqual(self.fanout("close", handle).stdout, "false\n")

        waiting = self.popen("wait", handle)
        collecting = self.popen("results", "--timeout", "1h", "-o", "values", "--replace-failed", "0", handle)
        self.release("a")
        self.release("c")
        self.assertEqual(waiting.communicate(timeout=PATIENCE), ("", ""))
        self.assertEqual(waiting.returncode, 1)
        self.assertEqual(collecting.communicate(timeout=PATIENCE)[0], '["said a\\n",0,"said c\\n"]\n')
        self.assertEqual(collecting.returncode, 1)
        self.assert_said(self.fanout("finished", handle), 0, "")
        self.assert_said(self.fanout("results", "--job", "1", "--replay", handle), 3, "said b\n")
        document = json.loads(self.fanout("results", handle).stdout)
        self.assertEqual(document["run"]["handle"], handle)
        self.assertEqual(self.fanout("list").stdout.split()[:2], [handle, "finished"])
        self.assert_said(self.fanout("prune", "--older-than", "1h"), 0, "")
        self.assert_said(self.fanout("close", handle), 0, "true\n")
        self.assert_said(self.fanout("list"), 0, "")

    def test_one_that_is_aborted(self):
        handle = self.start("a", "b", "c")
        held = [open(self.directory / item, "w") for item in "ab"]  # each opens when its job does
        self.assert_said(self.fanout("abort", handle), 0, "true\n")
        status = json.loads(self.fanout("status", "-o", "json", handle).stdout)
        self.assertIn(status["state"], ("running", "ending"))
        closing = self.popen("close", "--wait", handle)
        for job in held:
            with job:
                job.write("0\n")
        self.assertEqual(closing.communicate(timeout=PATIENCE), ("true\n", ""))

    def test_a_runner_that_is_killed_has_died(self):
        handle = self.start("a", "b", "c")
        self.release("a")
        self.await_done(handle, 1)
        waiting = self.popen("wait", handle)
        with sqlite3.connect(self.state_home / "fanout/runs" / handle / "journal") as database:
            (runner,) = database.execute("SELECT pid FROM sessions").fetchone()
        database.close()
        os.kill(runner, signal.SIGKILL)
        out, err = waiting.communicate(timeout=PATIENCE)
        self.assertEqual((waiting.returncode, out), (4, ""))
        self.assertIn(f'the runner of run "{handle}" died', err)
        self.assertEqual(json.loads(self.fanout("status", "-o", "json", handle).stdout)["state"], "died")
        lists = json.loads(self.fanout("results", "-o", "handle", handle).stdout)
        self.assertEqual(lists["returned"], [["a", "said a\n"]])
        self.assert_said(self.fanout("close", handle), 0, "true\n")


class WaitAndFinished(HandlesCase):
    def test_wait_exits_as_the_run_did(self):
        for handle, code in (("000000", 0), ("111111", 1), ("333333", 3)):
            self.recorded(handle).finish(code)
            self.assert_said(self.fanout("wait", handle), code, "")

    def test_wait_waits_for_the_runner(self):
        run = self.recorded()
        runner = Runner(run)
        process = self.popen("wait", "7k2mvx")
        self.assertTrue(runner.asked.wait(PATIENCE))
        run.finish(1)
        runner.end()
        self.assertEqual(process.communicate(timeout=PATIENCE), ("", ""))
        self.assertEqual(process.returncode, 1)

    def test_wait_needs_no_socket(self):
        run = self.recorded()
        with run.alive():
            process = self.popen("wait", "7k2mvx")
            with self.assertRaises(subprocess.TimeoutExpired):
                process.communicate(timeout=0.2)
            run.finish(1)
        self.assertEqual(process.communicate(timeout=PATIENCE), ("", ""))
        self.assertEqual(process.returncode, 1)

    def test_the_time_is_up(self):
        run = self.recorded()
        runner = Runner(run)
        begin = time.monotonic()
        self.assert_said(self.fanout("wait", "7k2mvx", "--timeout", "100ms"), 124, "")
        self.assertGreaterEqual(time.monotonic() - begin, 0.1)
        self.assert_said(self.fanout("wait", "--timeout", "0", "7k2mvx"), 124, "")
        runner.end()
        self.assert_refused(self.fanout("wait", "7k2mvx", "--timeout", "-1"), "--timeout:")

    def test_finished_is_a_question(self):
        run = self.recorded()
        with run.alive():
            self.assert_said(self.fanout("finished", "7k2mvx"), 1, "")
            run.finish(1)
            self.assert_said(self.fanout("finished", "7k2mvx"), 0, "")
        self.assert_said(self.fanout("finished", "7k2mvx"), 0, "")

    def test_of_a_runner_that_died_both_say_so(self):
        self.recorded()
        self.assert_said(self.fanout("wait", "7k2mvx"), 4, "", DIED)
        self.assert_said(self.fanout("finished", "7k2mvx"), 4, "", DIED)

    def test_one_that_died_while_somebody_waits(self):
        runner = Runner(self.recorded())
        process = self.popen("wait", "7k2mvx")
        self.assertTrue(runner.asked.wait(PATIENCE))
        runner.end()
        self.assertEqual(process.communicate(timeout=PATIENCE), ("", DIED))
        self.assertEqual(process.returncode, 4)

    def test_one_that_is_closed_while_somebody_waits_did_not_die(self):
        run = self.recorded()
        runner = Runner(run)
        waiting = [self.popen("wait", "7k2mvx"), self.popen("results", "7k2mvx", "--timeout", "1h")]
        self.assertTrue(runner.asked.wait(PATIENCE))
        os.rename(run.path, self.directory / "closed")
        runner.end()
        for process in waiting:
            out, err = process.communicate(timeout=PATIENCE)
            self.assertEqual((process.returncode, out), (2, ""), err)
            self.assertIn('no run "7k2mvx"', err)

    def test_input_that_was_not_read_to_its_end_is_said(self):
        run = self.recorded(jobs=1, succeeded=1, ended_by="input_error")
        run.job(0, out="zero\n")
        run.finish(2)
        notice = f'fanout: what run "7k2mvx" was to do could not be read to its end: "{run.path}/log" says why\n'
        self.assert_said(self.fanout("wait", "7k2mvx"), 2, "", notice)
        self.assert_said(self.fanout("results", "7k2mvx", "-o", "values"), 2, '["zero\\n"]\n', notice)
        self.assert_said(self.fanout("results", "--silent", "7k2mvx", "-o", "values"), 2, '["zero\\n"]\n', notice)
        self.assert_said(self.fanout("results", "7k2mvx", "--job", "0", "-o", "values"), 0, '["zero\\n"]\n')

    def test_a_run_whose_exit_code_was_not_recorded_any_more(self):
        run = self.recorded(failed=1)
        run.update(finished_at="2026-01-31T12:00:10.000000Z")
        self.assert_said(self.fanout("wait", "7k2mvx"), 1, "")


class CloseAndPrune(HandlesCase):
    def runs(self):
        return sorted(os.listdir(self.state_home / "fanout/runs"))

    def test_close_removes_all_of_it_once(self):
        run = self.mixed()
        (run.path / "journal.outputs/1/0").mkdir(parents=True)
        (run.path / "journal.outputs/1/0/stdout").write_text("x")
        self.assert_said(self.fanout("close", "7k2mvx"), 0, "true\n")
        self.assertEqual(self.runs(), [])
        done = self.fanout("close", "7k2mvx")
        self.assertEqual((done.returncode, done.stdout), (2, "false\n"))
        self.assertIn('no run "7k2mvx"', done.stderr)

    def test_one_that_runs_is_not_closed(self):
        run = self.recorded()
        with run.alive():
            done = self.fanout("close", "7k2mvx")
            self.assertEqual((done.returncode, done.stdout), (1, "false\n"))
            self.assertIn("fanout abort 7k2mvx", done.stderr)
            self.assertEqual(self.runs(), ["7k2mvx"])
        self.assert_said(self.fanout("close", "7k2mvx"), 0, "true\n")

    def test_close_can_wait_for_the_end(self):
        run = self.recorded()
        runner = Runner(run)
        process = self.popen("close", "--wait", "7k2mvx")
        self.assertTrue(runner.asked.wait(PATIENCE))
        self.assertEqual(self.runs(), ["7k2mvx"])
        runner.end()
        self.assertEqual(process.communicate(timeout=PATIENCE), ("true\n", ""))
        self.assertEqual(self.runs(), [])

    def test_what_cannot_be_read_can_be_closed(self):
        run = self.recorded()
        run.database.close()
        run.journal.write_text("nothing")
        self.assert_said(self.fanout("close", "7k2mvx"), 0, "true\n")
        (self.state_home / "fanout/runs/000000").mkdir(mode=0o700)
        self.assert_said(self.fanout("close", "000000"), 0, "true\n")
        self.assertEqual(self.runs(), [])

    def test_two_that_close_the_same(self):
        self.mixed()
        processes = [self.popen("close", "7k2mvx") for _ in range(5)]
        answers = sorted(process.communicate(timeout=PATIENCE)[0] for process in processes)
        self.assertEqual(answers, ["false\n"] * 4 + ["true\n"])

    def test_prune_removes_what_ended_long_ago(self):
        now = time.gmtime(time.time() - 3600)
        self.recorded("000000").finish()
        self.recorded("111111")  # died
        self.recorded("222222").finish(at=time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", now))
        running = self.recorded("333333")
        (self.state_home / "fanout/runs/444444").mkdir(mode=0o700)
        (self.state_home / "fanout/runs/notes").mkdir()
        with running.alive():
            self.assert_said(self.fanout("prune", "--older-than", "1d"), 0, "000000\n111111\n")
            self.assertEqual(self.runs(), ["222222", "333333", "444444", "notes"])
            self.assert_said(self.fanout("prune", "--older-than", "1d"), 0, "")
            self.assert_said(self.fanout("prune", "--older-than", "30m"), 0, "222222\n")
            self.assert_said(self.fanout("prune", "--older-than", "0"), 0, "")
        self.assertEqual(self.runs(), ["333333", "444444", "notes"])

    def test_prune_wants_to_know_what_is_old(self):
        self.assert_refused(self.fanout("prune"), "add --older-than 30d")
        self.assert_refused(self.fanout("prune", "--older-than", "old"), "--older-than:")

    def test_prune_says_what_it_cannot_read_and_goes_on(self):
        self.recorded("000000").database.close()
        (self.state_home / "fanout/runs/000000/journal").write_text("nothing of a database, to be sure. " * 40)
        self.recorded("111111").finish()
        done = self.fanout("prune", "--older-than", "1d")
        self.assertEqual(done.stdout, "111111\n")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("is no journal of fanout", done.stderr)


if __name__ == "__main__":
    main()
