"""What holds starts back, and on what terms jobs run: rate, load, memory, nice, limits, the file with
the number of workers."""
import datetime
import json
import os
import pathlib
import resource
import signal
import subprocess
import time

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

SYS_NICE = 1 << 23  # CAP_SYS_NICE


def started(record):
    return datetime.datetime.fromisoformat(record["started_at"].replace("Z", "+00:00")).timestamp()


def may_be_hurried():
    status = pathlib.Path("/proc/self/status").read_text()
    rights = int(status.split("CapEff:")[1].split()[0], 16)
    return bool(rights & SYS_NICE) or resource.getrlimit(13)[0] > 20  # RLIMIT_NICE


class Rate(FanoutCase):
    def assert_rate(self, starts, count, seconds):
        starts = sorted(starts)
        for first, last in zip(starts, starts[count:]):
            self.assertGreaterEqual(last - first, seconds - 0.00001)

    def test_no_window_holds_more_starts_than_the_rate_says(self):
        document = self.document("map", "-j8", "--rate", "3/200ms", "true", ":::", *range(10))
        starts = [started(record) for record in document["results"]]
        self.assert_rate(starts, 3, 0.2)
        self.assertEqual(document["run"]["settings"]["rate"], "3/200ms")

    def test_attempts_are_starts_too(self):
        document = self.document("run", "-", stdin='{"rate":"2/150ms","retries":2,"jobs":["exit 1","exit 1"]}',
                                 code=1)
        attempts = [attempt for record in document["results"] for attempt in record["attempts"]]
        self.assertEqual(len(attempts), 6)
        self.assert_rate([started(attempt) for attempt in attempts], 2, 0.15)

    def test_what_is_no_rate_is_refused(self):
        self.assert_refused(self.fanout("map", "--rate", "10", "true", ":::", "a"),
                            '--rate: "10" is not a rate; expected N/UNIT such as 10/s or 100/5m')
        self.assert_refused(self.fanout("run", "-", stdin='{"rate":"0/s","jobs":[]}'),
                            'stdin:1:9: "rate": "0/s" would let nothing start')


class Capacity(FanoutCase):
    def assert_one_at_a_time(self, document):
        records = sorted(document["results"], key=started)
        for one, next_one in zip(records, records[1:]):
            self.assertGreaterEqual(started(next_one), started(one) + one["seconds"] - 0.00001)

    def test_without_enough_memory_one_job_runs_at_a_time(self):
        document = self.document("map", "-j8", "--memfree", "1000T", "sleep", "0.05", ":::", *range(4))
        self.assertEqual(document["summary"]["succeeded"], 4)
        self.assert_one_at_a_time(document)

    def test_with_enough_memory_jobs_run_at_once(self):
        fifo = self.directory / "both"
        os.mkfifo(fifo)  # opened by one only when the other is there
        document = self.document("map", "-j2", "--memfree", "1", "--load", "1000000", "--shell",
                                 "if [ {} = a ]; then : > both; else : < both; fi", ":::", "a", "b")
        self.assertEqual(document["summary"]["succeeded"], 2)
        self.assertEqual(document["run"]["settings"]["load"], 1000000)
        self.assertEqual(document["run"]["settings"]["memfree"], 1)

    def test_however_busy_the_machine_all_jobs_run(self):
        document = self.document("run", "-", stdin='{"load":0.01,"jobs":[["true"],["true"],["true"]]}')
        self.assertEqual(document["summary"]["succeeded"], 3)

    def test_what_is_no_load_and_no_size_is_refused(self):
        self.assert_refused(self.fanout("map", "--load", "high", "true", ":::", "a"),
                            '--load: "high" is not a load; expected N or N% of the processors')
        self.assert_refused(self.fanout("map", "--memfree", "much", "true", ":::", "a"), '--memfree: "much"')

    def test_a_machine_that_does_not_tell_is_said_before_anything_starts(self):
        hidden = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                  'mount --bind /dev/null /proc/loadavg && exec "$@"', "sh"]
        if subprocess.run([*hidden, "true"], capture_output=True).returncode != 0:
            self.skipTest("no mount namespace")
        done = subprocess.run([*hidden, FANOUT, "map", "--load", "4", "touch", ":::", "made"], text=True,
                              capture_output=True, cwd=self.directory, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stdout), (4, ""), done)
        self.assertEqual(done.stderr, "fanout: load: cannot read /proc/loadavg: it is not as expected\n")
        self.assertFalse((self.directory / "made").exists())


class Terms(FanoutCase):
    def said(self, *arguments, **options):
        return [record["stdout"].split() for record in self.document(*arguments, **options)["results"]]

    def test_jobs_are_nicer_than_fanout(self):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        expected = [str(min(own + by, 19)) for by in (3, 5, 0)]
        text = ('{"nice":3,"commands":{"p":{"command":["nice"],"nice":5}},'
                '"jobs":[["nice"],["p"],{"use":"p","nice":0}]}')
        self.assertEqual(self.said("run", "-", stdin=text), [[one] for one in expected])
        # The command line beats the top of a document, and a job both.
        self.assertEqual(self.said("run", "--nice", "1", "-", stdin=text),
                         [[str(min(own + 1, 19))], [expected[1]], [expected[2]]])

    def test_a_priority_that_nobody_gives_is_refused_before_anything_starts(self):
        if may_be_hurried():
            self.skipTest("any priority is permitted")
        done = self.fanout("map", "--nice", "-1", "touch", ":::", "made")
        self.assertEqual((done.returncode, done.stdout), (4, ""), done)
        self.assertEqual(done.stderr, "fanout: jobs cannot have nice -1: setpriority: Permission denied\n")
        self.assertFalse((self.directory / "made").exists())
        record = self.document("run", "-", stdin='[{"command":["true"],"nice":-1}]', code=1)["results"][0]
        self.assertEqual(record["error"]["kind"], "spawn")
        self.assertEqual(record["error"]["message"], "setpriority: Permission denied")

    LIMITS = ["sh", "-c", "ulimit -n; ulimit -Hn; ulimit -c; ulimit -t"]

    def test_limits_of_run_preset_and_job_are_merged(self):
        text = json.dumps({
            "limits": {"files": 40, "core": "0", "cpu": "1m"},
            "commands": {"p": {"command": self.LIMITS, "limits": {"files": 30, "cpu": 7.5}}},
            "jobs": [self.LIMITS, ["p"], {"use": "p", "limits": {"files": 20}}]})
        self.assertEqual(self.said("run", "-", stdin=text),
                         [["40", "40", "0", "60"], ["30", "30", "0", "8"], ["20", "20", "0", "8"]])
        self.assertEqual(self.said("run", "--limit", "files=50", "--limit", "cpu=9,core=0", "-", stdin=text)[0],
                         ["50", "50", "0", "9"])
        document = self.document("run", "--limit", "memory=1G", "-", stdin=text)
        self.assertEqual(document["run"]["settings"]["limits"],
                         {"files": 40, "core": 0, "cpu": 60, "memory": 1 << 30})

    def test_fanout_itself_keeps_its_own_limits(self):
        done = self.fanout("map", "-j4", "-o", "text", "--limit", "files=4,processes=0,file_size=0", "echo", ":::",
                           *range(20))
        self.assertEqual(sorted(done.stdout.split()), sorted(str(i) for i in range(20)), done)

    def test_death_by_a_limit_can_be_understood(self):
        document = self.document("map", "--shell", "--limit", "cpu=1,file_size=4K,core=0", "{}", ":::",
                                 "while :; do :; done", "exec head -c 9000 /dev/zero > large", code=1)
        slow, large = document["results"]
        self.assertEqual((slow["signal"], slow["error"]["message"]),
                         ("SIGXCPU", "killed by SIGXCPU (its limit of processor time)"))
        self.assertEqual((large["signal"], large["error"]["message"]),
                         ("SIGXFSZ", "killed by SIGXFSZ (its limit for the size of files)"))

    def test_a_limit_that_may_not_be_set_is_the_failure_of_the_job(self):
        document = self.document("run", "-", code=1, stdin=json.dumps(
            [["true"], {"command": ["true"], "limits": {"files": "unlimited"}}]))
        fine, refused = document["results"]
        self.assertEqual(fine["status"], "succeeded")
        self.assertEqual((refused["exit_code"], refused["error"]["kind"]), (126, "spawn"))
        self.assertEqual(refused["error"]["message"], "setrlimit RLIMIT_NOFILE: Operation not permitted")

    def test_wrong_limits_are_refused_where_they_stand(self):
        self.assert_refused(self.fanout("map", "--limit", "file-size=1", "true", ":::", "a"),
                            '--limit: "file-size" is no limit', '(did you mean "file_size"?)')
        self.assert_refused(self.fanout("map", "--limit", "", "true", ":::", "a"), "--limit:")
        self.assert_refused(self.fanout("map", "--nice", "1.5", "true", ":::", "a"),
                            '--nice: "1.5" is not a whole number from -20 to 19')
        for text, place in (('[{"command":["x"],"limits":{"cpu":1,"mem":2}}]', '1:37: "limits": "mem" is no limit'),
                            ('{"limits":{"files":1.5},"jobs":[]}', '1:12: "limits": files: "1.5"'),
                            ('{"limits":{"files":"1,core=0"},"jobs":[]}', "1:20: expected one limit"),
                            ('{"limits":[1],"jobs":[]}', "1:11: expected an object of limits"),
                            ('[{"command":["x"],"limits":{"cpu":true}}]', "1:35: expected a string or a number"),
                            ('[{"command":["x"],"nice":20}]', '"nice": "20" is not a whole number from -20 to 19')):
            with self.subTest(text=text):
                self.assert_refused(self.fanout("run", "-", stdin=text), place)

    def test_the_terms_of_a_preset_hold_when_it_is_called(self):
        self.write("m.json", json.dumps({"limits": {"core": 0}, "commands": {"p": {
            "command": ["sh", "-c", "ulimit -c; ulimit -n"], "limits": {"files": 33}}}}))
        self.assertEqual(self.fanout("call", "-f", "m.json", "p").stdout, "0\n33\n")

    def test_no_limits_are_none(self):
        self.document("run", "-", stdin='{"limits":{},"jobs":[{"command":["true"],"limits":{}}]}')

    def test_a_dry_run_of_what_could_not_be_is_a_dry_run(self):
        done = self.fanout("map", "--dry-run", "--rate", "1/h", "--nice", "-20", "--memfree", "1000T", "--limit",
                           "files=unlimited", "echo", ":::", "a", "b")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "echo a\necho b\n", ""), done)


class WorkersFile(FanoutCase):
    # Says that it runs, and ends when it is told.
    JOB = ["sh", "-c", ": > started-$0; read line < go-$0"]

    def start(self, jobs, *options):
        for job in jobs:
            os.mkfifo(self.directory / f"go-{job}")
        self.said = self.directory / "stderr"
        with open(self.said, "wb") as stderr:
            self.process = subprocess.Popen(
                [FANOUT, "map", "-o", "jsonl", "--workers-file", "workers", *options, *self.JOB, ":::", *jobs],
                cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True)
        self.addCleanup(self.end)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def until(self, predicate):
        deadline = time.monotonic() + PATIENCE
        while not predicate():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)

    def running(self):
        return sorted(path.name[len("started-"):] for path in self.directory.glob("started-*"))

    def until_started(self, *jobs):
        self.until(lambda: self.running() == sorted(jobs))

    def release(self, job):
        """Ends a job and waits for its record."""
        (self.directory / f"go-{job}").write_text("\n")
        self.assertEqual(json.loads(self.process.stdout.readline())["args"], [job])

    def replace(self, text):
        self.write("new", text)
        os.rename(self.directory / "new", self.directory / "workers")

    def until_heard(self):
        """What has happened before is known to fanout when it answers for the second time."""
        descriptors = subprocess.run(["ls", "-l", f"/proc/{self.process.pid}/fd"], capture_output=True, text=True)
        if "inotify" not in descriptors.stdout:
            self.skipTest("no inotify: nobody knows when a change has been heard")
        for _ in range(2):
            answers = self.said.read_text().count(" running, ")
            self.process.send_signal(signal.SIGUSR1)
            self.until(lambda: self.said.read_text().count(" running, ") > answers)

    def summary(self):
        summary = json.loads(self.process.stdout.read().splitlines()[-1])["summary"]
        self.assertEqual(self.process.wait(PATIENCE), 0)
        return summary

    def test_more_workers_start_at_once_and_fewer_end_nobody(self):
        self.write("workers", "1\n")
        self.start("abcde")
        self.until_started("a")
        self.write("workers", "3\n")
        self.until_started("a", "b", "c")
        self.replace("1")
        self.until_heard()
        self.release("a")
        self.release("b")
        self.until_heard()
        self.assertEqual(self.running(), ["a", "b", "c"])
        self.release("c")
        self.until_started("a", "b", "c", "d")
        self.replace("unlimited")
        self.until_started("a", "b", "c", "d", "e")
        self.release("d")
        self.release("e")
        self.assertEqual(self.summary()["workers"], 5)

    def test_bad_content_is_said_once_and_changes_nothing(self):
        self.write("workers", "2")
        self.start("abc")
        self.until_started("a", "b")
        line = ('fanout: --workers-file: in "workers": "many" is not a whole number; workers are N, N% of the '
                'processors, or unlimited; the number of workers stays\n')
        self.write("workers", "many")
        self.until(lambda: line in self.said.read_text())
        self.replace("many")
        self.until_heard()
        self.assertEqual(self.said.read_text().count("many"), 1)
        self.assertEqual(self.running(), ["a", "b"])
        self.release("a")
        self.until_started("a", "b", "c")
        os.remove(self.directory / "workers")
        self.until(lambda: '--workers-file: open "workers": No such file' in self.said.read_text())
        self.release("b")
        self.release("c")
        self.assertEqual(self.summary()["workers"], 2)

    def test_a_growing_number_of_workers_mixes_no_outputs(self):
        self.write("workers", "1")
        (self.directory / "turn").mkdir()
        os.mkfifo(self.directory / "turn/b")
        os.mkfifo(self.directory / "turn/a")
        # Each says something in two parts, and the other has its say between them.
        part = ("printf $0; if [ $0 = a ]; then echo 2 > workers; echo > turn/b; read x < turn/a; "
                "else read x < turn/b; echo > turn/a; fi; printf $0")
        done = self.fanout("map", "-o", "text", "--workers-file", "workers", "sh", "-c", part, ":::", "a", "b")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn(done.stdout, ("aabb", "bbaa"))

    def test_the_settings_tell_the_number_at_the_start(self):
        self.write("workers", " 0 \n")
        document = self.document("run", "--workers-file", "workers", "-", stdin='{"max_workers":7,"jobs":[["true"]]}')
        self.assertEqual(document["run"]["settings"]["max_workers"], 0)

    def test_what_is_wrong_at_the_start_is_refused(self):
        def refused(*parts, **options):
            self.assert_refused(self.fanout("map", *options.get("options", ["--workers-file", "workers"]),
                                            "touch", ":::", "made"), *parts)
            self.assertFalse((self.directory / "made").exists())

        refused('--workers-file: open "workers": No such file or directory')
        self.write("workers", "-1\n")
        refused('--workers-file: in "workers": "-1" is negative')
        self.write("workers", "")
        refused('--workers-file: in "workers": "" is not a whole number')
        refused("--max-workers and --workers-file both give the number of workers",
                options=["-j2", "--workers-file", "workers"])
        refused('--workers-file: open "."', options=["--workers-file", "."])
        self.assert_refused(self.fanout("run", "--workers-file", "workers", "nothing.json"), "--workers-file:")


if __name__ == "__main__":
    main()
