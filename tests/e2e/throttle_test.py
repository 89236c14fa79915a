"""What holds starts back: rate, load, memory."""
import datetime
import os
import subprocess

from fanout_case import FANOUT, PATIENCE, FanoutCase, main


def started(record):
    return datetime.datetime.fromisoformat(record["started_at"].replace("Z", "+00:00")).timestamp()


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


if __name__ == "__main__":
    main()
