"""--journal and --resume: what is recorded, what runs again, and what is left when fanout dies."""
import json
import os
import random
import sqlite3
import subprocess
import time
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

SANITIZED = bool(os.environ.get("FANOUT_SANITIZE"))


class JournalCase(FanoutCase):
    def rows(self, query, journal="j"):
        """What a person with sqlite3 would see."""
        database = sqlite3.connect(self.directory / journal, timeout=PATIENCE)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def assert_sound(self, journal="j"):
        self.assertEqual(self.rows("PRAGMA integrity_check", journal), [("ok",)])

    def ran(self):
        """What jobs wrote into the file `ran`, a line each."""
        path = self.directory / "ran"
        return path.read_text().split() if path.exists() else []

    def note(self, *options, items, code=0, **more):
        """Every item is noted in `ran` by its job; returns the document."""
        return self.document("map", *options, "sh", "-c", "echo $1 >>ran", "_", "{}", ":::", *items, code=code, **more)


class Records(JournalCase):
    def test_a_run_is_in_tables_that_people_can_ask(self):
        self.write("m.json", json.dumps({"jobs": {
            "good": {"command": ["sh", "-c", "echo out; echo err >&2"], "kwargs": {}},
            "bad": {"command": ["sh", "-c", "exit 3"]},
            "gone": {"command": ["./no-such-program"]}}}))
        done = self.fanout("run", "--journal", "j", "m.json")
        self.assertEqual(done.returncode, 1, done)
        self.assertEqual(self.rows("SELECT name, status, exit_code, stdout, stderr FROM results ORDER BY \"index\""),
                         [("good", "succeeded", 0, "out\n", "err\n"), ("bad", "failed", 3, "", ""),
                          ("gone", "failed", 127, "", "")])
        self.assertEqual(self.rows("SELECT jobs, succeeded, failed, aborted, running, exit_code FROM sessions"),
                         [(3, 1, 2, 0, 0, 1)])
        self.assertEqual(os.stat(self.directory / "j").st_mode & 0o777, 0o600)
        self.assert_sound()

    def test_what_is_shown_is_in_the_journal(self):
        """The reader of the results asks the journal for each as soon as it sees it."""
        for level in ("normal", "full"):
            with self.subTest(level=level):
                items = [str(i) for i in range(40)]
                run = subprocess.Popen([FANOUT, "map", "-j2", "-o", "jsonl", "--journal", level, "--durability", level, "echo", "{}", ":::", *items],
                                       cwd=self.directory, stdout=subprocess.PIPE, text=True)
                for line in run.stdout:
                    record = json.loads(line)
                    if "index" not in record:
                        continue
                    [(status,)] = self.rows(f"SELECT status FROM jobs WHERE place = {record['index']}", level)
                    self.assertEqual(status, "succeeded")
                run.stdout.close()
                self.assertEqual(run.wait(PATIENCE), 0)

    def test_large_outputs_are_files_beside_it(self):
        size = 300_000
        self.document("map", "--journal", "j", "sh", "-c", f"head -c {size} /dev/zero | tr '\\0' x; echo e >&2", "_", ":::", "a")
        [(total, data, name)] = self.rows("SELECT bytes, data, file FROM outputs WHERE stream = 'stdout'")
        self.assertEqual((total, data), (size, None))
        self.assertEqual((self.directory / "j.outputs" / name).read_text(), "x" * size)
        self.assertEqual(os.stat(self.directory / "j.outputs").st_mode & 0o777, 0o700)
        again = self.document("map", "--resume", "j", "sh", "-c", f"head -c {size} /dev/zero | tr '\\0' x; echo e >&2", "_", ":::", "a")
        self.assertEqual(again["results"][0]["stdout"], "x" * size)
        self.assertEqual(again["results"][0]["stderr"], "e\n")
        self.assertTrue(again["results"][0]["reused"])

    def test_large_outputs_are_beside_the_file_and_not_its_link(self):
        (self.directory / "link").symlink_to("j")
        jobs = ["head", "-c", "100000", "--", "{}", ":::", "/dev/zero"]
        first = self.document("map", "--journal", "link", *jobs)
        self.assertEqual({path.name for path in self.directory.iterdir()}, {"j", "j.outputs", "link"})
        for name in ("j", "link"):
            again = self.document("map", "--resume", name, *jobs)
            self.assertEqual(again["results"][0]["stdout"], first["results"][0]["stdout"])

    def test_nobody_else_can_write_while_it_is_written(self):
        """Whoever could would hold up all jobs."""
        os.mkfifo(self.directory / "go")
        run = subprocess.Popen([FANOUT, "map", "-j1", "-o", "jsonl", "--journal", "j", "sh", "-c", "test $1 = a || read line <go", "_", ":::", "a", "b"],
                               cwd=self.directory, stdout=subprocess.PIPE, text=True)
        self.assertIn('"index":0', run.stdout.readline())
        other = sqlite3.connect(self.directory / "j", timeout=0, isolation_level=None)
        for statement in ("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "DELETE FROM jobs", "VACUUM"):
            with self.subTest(statement=statement), self.assertRaisesRegex(sqlite3.OperationalError, "locked"):
                other.execute(statement)
        self.assertEqual(other.execute("SELECT count(*) FROM results WHERE status = 'succeeded'").fetchone(), (1,))
        (self.directory / "go").write_text("now\n")
        out, _ = run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 0, out)
        other.execute("BEGIN IMMEDIATE")
        other.close()

    def test_why_it_cannot_be_written_is_said(self):
        done = self.shell("ulimit -f 30; fanout map --journal j true ::: a")
        self.assertEqual(done.returncode, 3, done)
        self.assertIn('cannot write the journal "j": ', done.stderr)
        self.assertIn("File too large", done.stderr)

    def test_no_directory_is_made_for_small_outputs(self):
        self.document("map", "--journal", "j", "echo", ":::", "a")
        self.assertFalse((self.directory / "j.outputs").exists())
        self.assertEqual({path.name for path in self.directory.iterdir()}, {"j"})

    def test_a_journal_that_is_there_is_not_overwritten(self):
        self.document("map", "--journal", "j", "echo", ":::", "a")
        self.assert_refused(self.fanout("map", "--journal", "j", "echo", ":::", "a"), '"j"', "--resume")
        self.write("text", "my notes\n")
        for option in ("--journal", "--resume"):
            self.assert_refused(self.fanout("map", option, "text", "echo", ":::", "a"), '"text"')
        self.assertEqual((self.directory / "text").read_text(), "my notes\n")

    def test_options_that_contradict_each_other_or_have_no_effect(self):
        for words, part in (
                (["--journal", "a", "--resume", "b"], "--resume"),
                (["--resume-failed", "no"], "--resume FILE"),
                (["--durability", "full"], "--journal FILE"),
                (["--journal", "a", "--durability", "ful"], 'did you mean "full"'),
                (["--resume", "a", "--resume-failed", "maybe"], '"yes" or "no"'),
                (["--resume", "none-there"], "none-there"),
                (["--journal", "no/such/place"], "no/such/place"),
                (["--journal", ""], "--journal")):
            with self.subTest(words=words):
                self.assert_refused(self.fanout("map", *words, "touch", "{}", ":::", "x"), part)
        self.assert_refused(self.fanout("map", "--resume", "a", "--pipe", "--round-robin", "cat", stdin="x\n"), "--round-robin")
        self.assertEqual(list(self.directory.iterdir()), [])

    @unittest.skipIf(os.getuid() == 0, "root may have any priority")
    def test_no_journal_is_left_of_a_run_that_cannot_be_started(self):
        done = self.fanout("map", "--journal", "j", "--nice", "-5", "true", ":::", "x")
        self.assertNotIn(done.returncode, (0, 1), done)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_a_journal_that_is_taken_away_ends_the_run(self):
        for name, take_away in (
                ("removed", lambda path: path.unlink()),
                ("renamed", lambda path: path.rename(self.directory / "elsewhere")),
                ("replaced", lambda path: (self.directory / "other").rename(path))):
            with self.subTest(name=name):
                self.write("other", "")
                os.mkfifo(self.directory / "go")
                run = subprocess.Popen([FANOUT, "map", "-j1", "-o", "jsonl", "--journal", name, "sh", "-c", "read line <$1", "_", ":::", "go"],
                                       cwd=self.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                with open(self.directory / "go", "w") as go:
                    take_away(self.directory / name)
                    go.write("now\n")
                out, err = run.communicate(timeout=PATIENCE)
                self.assertEqual(run.returncode, 3, err)
                self.assertIn(f'cannot write the journal "{name}": somebody has removed, renamed or replaced it; not recorded: job 1', err)
                self.assertEqual(json.loads(out.splitlines()[0])["status"], "succeeded")
                os.remove(self.directory / "go")

    def test_a_journal_of_a_later_fanout_is_refused(self):
        self.note("--journal", "j", items=["a"])
        database = sqlite3.connect(self.directory / "j")
        database.execute("PRAGMA user_version = 2")
        database.close()
        done = self.fanout("map", "--resume", "j", "touch", "{}", ":::", "x")
        self.assert_refused(done, '"j"', "format 2")
        self.assertFalse((self.directory / "x").exists())

    def test_a_damaged_journal_is_reported(self):
        self.note("--journal", "j", items=range(300))
        path = self.directory / "j"
        content = bytearray(path.read_bytes())
        content[4096 * 2:4096 * 6] = b"\xa5" * (4096 * 4)
        path.write_bytes(content)
        done = self.fanout("map", "--resume", "j", "touch", "{}", ":::", "x")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('"j"', done.stderr)
        self.assertIn("damaged", done.stderr)
        self.assertFalse((self.directory / "x").exists())
        self.assertEqual(path.read_bytes(), content)


class Resuming(JournalCase):
    def test_only_what_has_not_succeeded_and_is_new_runs(self):
        self.write("fails", "")
        script = "echo $1 >>ran; test $1 != b || ! test -e fails"
        jobs = lambda option, *items, code: self.document("map", option, "j", "sh", "-c", script, "_", "{}", ":::", *items, code=code)
        jobs("--journal", "a", "b", "c", code=1)
        self.assertEqual(sorted(self.ran()), ["a", "b", "c"])
        (self.directory / "fails").unlink()
        (self.directory / "ran").unlink()
        again = jobs("--resume", "d", "c", "b", "a", code=0)
        self.assertEqual(sorted(self.ran()), ["b", "d"])
        self.assertEqual([record["args"] for record in again["results"]], [["d"], ["c"], ["b"], ["a"]])
        self.assertEqual([record["index"] for record in again["results"]], [0, 1, 2, 3])
        self.assertEqual([record.get("reused") for record in again["results"]], [None, True, None, True])
        self.assertEqual(again["summary"]["reused"], 2)
        self.assertEqual(again["summary"]["succeeded"], 4)
        # The attempt that failed stays.
        self.assertEqual(self.rows("SELECT a.session, a.exit_code FROM attempts AS a JOIN jobs AS j USING (job) "
                                   "WHERE j.args = '[\"b\"]' ORDER BY 1"), [(1, 1), (2, 0)])
        self.assert_sound()

    def test_failed_jobs_are_left_when_asked(self):
        script = ["sh", "-c", "echo $1 >>ran; exit $1", "_", "{}"]
        self.document("map", "--journal", "j", *script, ":::", "0", "3", code=1)
        again = self.document("map", "--resume", "j", "--resume-failed=no", *script, ":::", "0", "3", code=1)
        self.assertEqual(sorted(self.ran()), ["0", "3"])
        self.assertEqual(again["failed"], [1])
        self.assertEqual(again["results"][1]["exit_code"], 3)
        self.assertTrue(again["results"][1]["reused"])

    def test_equal_jobs_are_counted(self):
        self.note("--journal", "j", items=["a", "a"])
        again = self.note("--resume", "j", items=["a", "b", "a", "a"])
        self.assertEqual(self.ran().count("a"), 3)
        self.assertEqual([record.get("reused", False) for record in again["results"]], [True, False, True, False])

    def test_what_makes_a_job_another_one(self):
        base = {"command": ["sh", "-c", "echo x >>ran; cat", "_", "w"], "env": {"A": "1"}, "stdin": "text", "name": "n", "cwd": "."}
        self.write("m.json", json.dumps({"jobs": [base]}))
        self.document("run", "--journal", "j", "m.json")
        self.document("run", "--resume", "j", "m.json")
        self.assertEqual(len(self.ran()), 1)
        changes = {"command": ["sh", "-c", "echo x >>ran; cat", "_", "v"], "env": {"A": "2"}, "stdin": "other", "name": "m",
                   "cwd": str(self.directory)}
        for count, (key, value) in enumerate(changes.items(), 2):
            with self.subTest(key=key):
                self.write("m.json", json.dumps({"jobs": [{**base, key: value}]}))
                self.document("run", "--resume", "j", "m.json")
                self.assertEqual(len(self.ran()), count)
        # What says how it runs, not what it is.
        self.write("m.json", json.dumps({"jobs": [{**base, "timeout": "1h", "retries": 3, "priority": 2}]}))
        self.document("run", "--resume", "j", "-j7", "m.json")
        self.assertEqual(len(self.ran()), 1 + len(changes))

    def test_results_are_as_they_were(self):
        script = "printf '%s' \"$1\"; echo err >&2; test \"$1\" != bad"
        self.write("bin", b"a\xffb\0c")
        self.write("m.json", json.dumps({"parse": "lines", "jobs": {
            "text": ["sh", "-c", script, "_", "line\nmore ü"],
            "bytes": ["cat", "bin"],
            "bad": {"command": ["sh", "-c", script, "_", "bad"], "retries": 1},
            "killed": ["sh", "-c", "kill -9 $$"],
            "late": {"command": ["sleep", "100"], "timeout": 0.05},
            "gone": ["no-such-program"],
            "never": {"command": ["true"], "after": ["bad"]},
            "kwargs": {"command": ["echo", "{n}"], "kwargs": {"n": 1.50, "deep": {"a": [1, None]}}}}}))
        first = self.document("run", "--journal", "j", "m.json", code=1)
        again = self.document("run", "--resume", "j", "--resume-failed=no", "m.json", code=1)
        for name, record in first["results"].items():
            with self.subTest(name=name):
                other = dict(again["results"][name])
                if name == "never":  # aborted: asked again, with the same end
                    self.assertNotIn("reused", other)
                else:
                    self.assertTrue(other.pop("reused"))
                self.assertEqual(other, record)

    def test_values_are_made_of_recorded_outputs_as_they_are_asked_for(self):
        """The journal was written with another --parse, or with none."""
        jobs = ["sh", "-c", "echo $1 >>ran; printf '%s\\n' \"$1\"", "_", "{}", ":::", "[1]", "no json", "2"]
        self.document("map", "--journal", "j", *jobs)
        lines = self.fanout("map", "--resume", "j", "-o", "values", "--parse", "lines", *jobs)
        self.assertEqual(json.loads(lines.stdout), [["[1]"], ["no json"], ["2"]])
        self.assertEqual(len(self.ran()), 4)
        again = self.document("map", "--resume", "j", "--parse", "json", *jobs, code=1)
        self.assertEqual([(job["status"], job.get("value"), job.get("reused")) for job in again["results"]],
                         [("succeeded", [1], True), ("failed", None, None), ("succeeded", 2, True)])
        self.assertEqual(self.ran()[4:], ["no", "json"])
        plain = self.fanout("map", "--resume", "j", "-o", "values", *jobs)
        self.assertEqual(json.loads(plain.stdout), ["[1]\n", "no json\n", "2\n"])

    def test_a_value_cannot_be_made_of_a_part_of_an_output(self):
        self.document("map", "--journal", "j", "--capture", "2", "echo", ":::", "[1]")
        again = self.document("map", "--resume", "j", "--parse", "json", "echo", ":::", "[1]")
        self.assertEqual([job["value"] for job in again["results"]], [[1]])
        self.assertNotIn("reused", again["results"][0])

    def test_recorded_lines_are_shown_with_line_buffer(self):
        jobs = ["sh", "-c", "echo out $1; printf '%s' \"err $1\" >&2", "_", "{}", ":::", "a", "b"]
        shown = self.fanout("map", "-j1", "--journal", "j", "-o", "text", "--line-buffer", "--tag", *jobs)
        again = self.fanout("map", "-j1", "--resume", "j", "-o", "text", "--line-buffer", "--tag", *jobs, "c")
        self.assertEqual(shown.stdout, "a\tout a\nb\tout b\n")
        self.assertEqual(again.stdout, "a\tout a\nb\tout b\nc\tout c\n")
        self.assertEqual(again.stderr, "a\terr a\nb\terr b\nc\terr c\n")

    def test_a_job_after_one_that_is_reused(self):
        self.write("m.json", json.dumps({"jobs": {"a": {"command": ["true"]}, "b": {"command": ["test", "-e", "go"], "after": ["a"]}}}))
        self.document("run", "--journal", "j", "m.json", code=1)
        self.write("go", "")
        again = self.document("run", "--resume", "j", "m.json")
        self.assertEqual([again["results"][name].get("reused", False) for name in "ab"], [True, False])

    def test_blocks_are_recognised(self):
        for option in ("--journal", "--resume"):
            done = self.fanout("map", option, "j", "--pipe", "-n", "2", "sh", "-c", "cat >>ran; exit 0", stdin="1\n2\n3\n4\n5\n")
            self.assertEqual(done.returncode, 0, done)
        self.assertEqual(sorted(self.ran()), list("12345"))

    def test_an_aborted_job_runs_again(self):
        self.document("map", "-j1", "--fail-fast", "--journal", "j", "sh", "-c", "echo $1 >>ran; test -e ok", "_", "{}", ":::", "a", "b", "c", code=1)
        self.assertEqual(self.ran(), ["a"])
        self.write("ok", "")
        self.document("map", "-j1", "--resume", "j", "sh", "-c", "echo $1 >>ran; test -e ok", "_", "{}", ":::", "a", "b", "c")
        self.assertEqual(self.ran(), ["a", "a", "b", "c"])

    def test_two_at_once_are_one_too_many(self):
        os.mkfifo(self.directory / "hold")
        first = subprocess.Popen([FANOUT, "map", "--journal", "j", "cat", "{}", ":::", "hold"], cwd=self.directory, stdout=subprocess.PIPE)
        with open(self.directory / "hold", "w"):  # the job runs
            done = self.fanout("map", "--resume", "j", "touch", "{}", ":::", "x")
            self.assert_refused(done, '"j"', str(first.pid))
        first.communicate(timeout=PATIENCE)
        self.assertEqual(first.returncode, 0)
        self.assertFalse((self.directory / "x").exists())
        self.note("--resume", "j", items=["x"])

    def test_jobs_of_an_interrupted_run_say_so_and_run_again(self):
        os.mkfifo(self.directory / "hold")
        line = ["map", "-j1", "sh", "-c", "echo $1 >>ran; test $1 = a || cat hold", "_", "{}", ":::", "a", "b"]
        run = subprocess.Popen([FANOUT, line[0], "--journal", "j", *line[1:]], cwd=self.directory, stdout=subprocess.DEVNULL)
        with open(self.directory / "hold", "w"):
            deadline = time.monotonic() + PATIENCE
            while self.rows("SELECT args FROM jobs WHERE status = 'running'") != [('["b"]',)]:
                self.assertLess(time.monotonic(), deadline)
            run.kill()
            run.wait(PATIENCE)
            self.assertEqual(self.rows("SELECT finished_at FROM sessions"), [(None,)])
        (self.directory / "hold").unlink()
        self.write("hold", "")
        again = self.document(line[0], "--resume", "j", *line[1:])
        self.assertEqual(self.ran(), ["a", "b", "b"])
        self.assertEqual([record.get("reused", False) for record in again["results"]], [True, False])


class Deaths(JournalCase):
    """SIGKILL at random moments, and then on."""

    JOBS = 2000
    KILLS = 60 if SANITIZED else 200

    def start(self, segment):
        option = "--resume" if (self.directory / "j").exists() else "--journal"
        shown = open(self.directory / f"shown{segment}", "wb")
        with shown:
            line = [FANOUT, "map", "-j4", "-o", "jsonl", option, "j", "-a", "items", "sh", "-c", 'echo "$1" >>"ran$SEGMENT"', "_", "{}"]
            return subprocess.Popen(line, cwd=self.directory, stdout=shown, stderr=subprocess.PIPE,
                                    env={**os.environ, "SEGMENT": str(segment)})

    def recorded(self):
        if not (self.directory / "j").exists() or not self.rows("SELECT 1 FROM sqlite_master"):
            return set()
        return {json.loads(args)[0] for (args,) in self.rows("SELECT args FROM jobs WHERE status = 'succeeded'")}

    def shown(self, segment):
        """The items whose results were written as a whole line, and not taken from the journal."""
        lines = (self.directory / f"shown{segment}").read_bytes().split(b"\n")[:-1]
        records = [json.loads(line) for line in lines]
        return {record["args"][0] for record in records if "args" in record and "reused" not in record}

    def ran_in(self, segment):
        path = self.directory / f"ran{segment}"
        return path.read_text().split() if path.exists() else []

    def check_segment(self, segment, before):
        """What is recorded now, held against what was before, what was shown, and what ran."""
        self.assertEqual(before & set(self.ran_in(segment)), set(), f"segment {segment}")
        if (self.directory / "j").exists():
            self.assert_sound()
        now = self.recorded()
        self.assertLessEqual(before, now)
        self.assertLessEqual(self.shown(segment), now, f"segment {segment}")
        return now

    def check_end(self, segment, items, before):
        run = self.start(segment)
        _, said = run.communicate(timeout=PATIENCE * 4)
        self.assertEqual((run.returncode, said), (0, b""))
        self.assertEqual(self.check_segment(segment, before), set(items))
        records = [json.loads(line) for line in (self.directory / f"shown{segment}").read_text().splitlines()][:-1]
        self.assertEqual(sorted(record["index"] for record in records), list(range(self.JOBS)))
        self.assertEqual({record["args"][0] for record in records}, set(items))
        self.assertEqual({record["status"] for record in records}, {"succeeded"})
        self.assertEqual(self.rows("SELECT status, count(*) FROM jobs GROUP BY 1"), [("succeeded", self.JOBS)])

    def test_nothing_is_lost_and_nothing_that_is_recorded_runs_again(self):
        chance = random.Random(int(os.environ.get("FANOUT_TEST_SEED", 6)))
        items = [str(i) for i in range(self.JOBS)]
        kills = segment = 0
        while kills < self.KILLS:
            recorded = set()
            while len(recorded) < self.JOBS and kills < self.KILLS:
                segment += 1
                chance.shuffle(items)  # never by position
                self.write("items", "\n".join(items) + "\n")
                run = self.start(segment)
                try:
                    _, said = run.communicate(timeout=chance.uniform(0.0, 0.15))
                    self.assertEqual((run.returncode, said), (0, b""))
                except subprocess.TimeoutExpired:
                    run.kill()
                    run.communicate(timeout=PATIENCE)
                    kills += 1
                recorded = self.check_segment(segment, recorded)
            segment += 1
            self.check_end(segment, items, recorded)
            for path in self.directory.iterdir():
                path.unlink()


class FullDisks(JournalCase):
    """The journal cannot be written any more."""

    def small_disk(self):
        """Words that run a script in a name space with a small file system in the directory `small`."""
        (self.directory / "small").mkdir(exist_ok=True)
        mount = "mount -t tmpfs -o size=400k none small"
        unshare = next((words for words in ("unshare -m", "unshare -rm")
                        if self.shell(f"{words} sh -c '{mount}'").returncode == 0), None)
        if unshare is None:
            self.skipTest("no file system can be mounted here")
        return lambda script: self.shell(f"{unshare} sh -c '{mount} && {script}'")

    def test_the_run_ends_and_says_what_is_not_recorded(self):
        inside = self.small_disk()
        done = inside('fanout map -j2 -o jsonl --journal small/j sh -c "head -c 3000 /dev/zero | tr \\"\\\\0\\" x" _ ::: $(seq 500); code=$?; '
                      'cp small/j small/j-wal . 2>/dev/null; exit $code')
        self.assertEqual(done.returncode, 3, done)
        message = done.stderr
        self.assertIn('the journal "small/j"', message)
        self.assertIn("not recorded", message)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(records.pop()["summary"]["ended_by"], "journal")
        self.assertEqual(sorted(record["index"] for record in records), list(range(500)))
        ended = {record["index"] for record in records if record["status"] == "succeeded"}
        self.assert_sound()
        recorded = {place for (place,) in self.rows("SELECT place FROM jobs WHERE status = 'succeeded'")}
        self.assertLess(recorded, ended)
        named = set()
        for part in message.split("not recorded: jobs ")[-1].split("not recorded: job ")[-1].strip().split(", "):
            first, _, last = part.partition("-")
            named |= set(range(int(first) - 1, int(last or first)))
        self.assertEqual(named, ended - recorded)
        again = self.document("map", "--resume", "j", "sh", "-c", 'head -c 3000 /dev/zero | tr "\\0" x', "_", ":::", *range(500))
        self.assertEqual(again["summary"]["succeeded"], 500)


if __name__ == "__main__":
    main()
