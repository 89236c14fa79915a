#!/usr/bin/env python3
"""When jobs start: after others, one at a time, with a share of what there is, by priority."""
import json
import os
import subprocess
import threading

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

# Fails when another of the same NAME runs: the directory is there then.
ALONE = 'mkdir busy-{1} || exit 9; sleep 0.05; rmdir busy-{1}'


def manifest(jobs, **keys):
    return json.dumps({"jobs": jobs, **keys})


class After(FanoutCase):
    def test_a_job_starts_when_those_it_is_after_have_succeeded(self):
        jobs = {"last": {"command": "cat first second", "after": ["first", "second"]},
                "second": {"command": "cat first > second", "after": "first"},
                "first": "sleep 0.05; echo a > first"}
        document = self.document("run", "-j", 8, "-", stdin=manifest(jobs))
        self.assertEqual(list(document["results"]), ["last", "second", "first"])
        self.assertEqual(document["results"]["last"]["stdout"], "a\na\n")

    def test_those_after_a_job_that_did_not_succeed_are_aborted_and_say_why(self):
        jobs = {"d": {"command": "echo d", "after": ["ok", "c"]}, "c": {"command": "echo c", "after": "b"},
                "b": {"command": "exit 3"}, "ok": "true", "other": {"command": "true", "after": "ok"}}
        document = self.document("run", "-", stdin=manifest(jobs), code=1)
        results = document["results"]
        self.assertEqual(document["failed"], ["b"])
        self.assertEqual(document["aborted"], ["d", "c"])
        self.assertEqual(document["succeeded"], ["ok", "other"])
        for name, because in (("c", "b"), ("d", "c")):
            self.assertEqual(results[name]["error"]["kind"], "dependency")
            self.assertEqual(results[name]["error"]["message"],
                             f'not started because "{because}" did not succeed')
            self.assertEqual(results[name]["attempts"], [])
            self.assertIsNone(results[name]["stdout"])
        self.assertEqual(document["summary"]["aborted"], 2)

    def test_jsonl_tells_each_job_once_and_dependants_behind_what_they_were_after(self):
        jobs = [{"command": "false", "name": "a"}, {"command": "true", "name": "b", "after": "a"},
                {"command": "true", "after": "b"}]
        done = self.fanout("run", "--silent", "-o", "jsonl", "-", stdin=manifest(jobs))
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([line["index"] for line in lines[:-1]], [0, 1, 2])
        self.assertEqual(lines[-1]["summary"]["aborted"], 2)
        self.assertEqual(done.returncode, 0)

    def test_dependants_wait_for_the_last_attempt(self):
        jobs = {"flaky": {"command": "test $FANOUT_ATTEMPT = 2 && echo done > file", "retries": 1},
                "next": {"command": ["cat", "file"], "after": "flaky"}}
        document = self.document("run", "-j", 4, "-", stdin=manifest(jobs))
        self.assertEqual(document["results"]["next"]["stdout"], "done\n")
        self.assertEqual(len(document["results"]["flaky"]["attempts"]), 2)

    def test_dependants_are_told_before_the_others_that_a_failure_stops(self):
        jobs = {"bad": "false", "after bad": {"command": "true", "after": "bad"}, "other": "true"}
        document = self.document("run", "-j1", "--on-failure", "drain", "-", stdin=manifest(jobs), code=1)
        kinds = {name: (record["error"] or {}).get("kind") for name, record in document["results"].items()}
        self.assertEqual(kinds, {"bad": "exit", "after bad": "dependency", "other": "not_started"})

    def test_a_circle_is_an_error_that_shows_it_and_nothing_starts(self):
        text = '{"jobs": {"a": {"command": "touch ran", "after": "b"},\n' \
               '"b": {"command": "touch ran", "after": ["c"]},\n' \
               '"c": {"command": "touch ran", "after": "a"}, "d": "touch ran"}}'
        for options in ([], ["--dry-run"]):
            self.assert_refused(self.fanout("run", *options, "-", stdin=text),
                                'stdin:1:41: "a" after "b" after "c" after "a"')
        self.assertFalse((self.directory / "ran").exists())

    def test_names_that_are_nobodys_are_refused_with_the_nearest(self):
        done = self.fanout("run", "-", stdin=manifest({"build": "touch ran", "test": {
            "command": "touch ran", "after": "biuld"}}))
        self.assert_refused(done, 'there is no job named "biuld" (did you mean "build"?)')
        self.assertFalse((self.directory / "ran").exists())

    def test_a_dry_run_prints_in_input_order(self):
        jobs = [{"command": ["echo", "2"], "after": "first"}, {"command": ["echo", "1"], "name": "first"}]
        done = self.fanout("run", "--dry-run", "-", stdin=manifest(jobs))
        self.assertEqual((done.returncode, done.stdout), (0, "echo 2\necho 1\n"))

    def test_lines_can_be_after_lines_before_them_also_long_ago(self):
        lines = ['{"command": "false", "name": "bad"}', '{"command": ["echo", "x"], "name": "good"}']
        lines += ['["true"]'] * 50
        lines += ['{"command": "echo y", "after": "good"}', '{"command": "echo z", "after": "bad"}']
        document = self.document("run", "-j2", "-", stdin="\n".join(lines), code=1)
        self.assertEqual(document["results"][-2]["stdout"], "y\n")
        self.assertEqual(document["results"][-1]["error"]["kind"], "dependency")

    def test_a_line_after_one_that_comes_later_ends_the_reading(self):
        done = self.fanout("run", "-o", "text", "-", stdin='{"command": "echo x", "name": "a"}\n'
                           '{"command": "echo y", "after": "b"}\n{"command": "echo z", "name": "b"}\n')
        self.assertEqual((done.returncode, done.stdout), (2, "x\n"))
        self.assertIn('stdin:2:32: no job on a line before is named "b"', done.stderr)

    def test_a_live_stream_frees_a_dependant_while_nothing_more_arrives(self):
        process = subprocess.Popen([FANOUT, "run", "-j4", "-o", "jsonl", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, cwd=self.directory, text=True)
        giving_up = threading.Timer(PATIENCE, process.kill)
        giving_up.start()
        process.stdin.write('{"command": "sleep 0.05", "name": "a"}\n{"command": "true", "after": "a"}\n')
        process.stdin.flush()
        records = [json.loads(process.stdout.readline()) for _ in range(2)]
        self.assertEqual([(record["index"], record["status"]) for record in records],
                         [(0, "succeeded"), (1, "succeeded")])
        process.stdin.close()
        self.assertEqual(process.wait(PATIENCE), 0)
        process.stdout.close()
        giving_up.cancel()

    def test_a_chain_of_twenty_thousand_is_checked_and_given_up_at_once(self):
        jobs = {str(i): {"command": "true", "after": str(i + 1)} for i in range(20000)}
        jobs["20000"] = "false"
        done = self.fanout("run", "-o", "none", "-", stdin=manifest(jobs))
        self.assertEqual(done.returncode, 1)
        self.assertIn("fanout: 1 of 20001 failed, 20000 aborted: 20000 (exit 1)", done.stderr)


class Mutex(FanoutCase):
    def test_jobs_of_one_mutex_never_run_at_once(self):
        jobs = [{"command": ALONE.replace("{1}", "x"), "mutex": ["x", f"own {i}"]} for i in range(5)]
        self.document("run", "-j", 5, "-", stdin=manifest(jobs))

    def test_map_has_one_for_each_item(self):
        document = self.document("map", "-j", 6, "-n", 2, "--mutex", "{1}", "--shell", ALONE + "; : {2}",
                                 ":::", *"a 1 b 2 a 3 b 4 a 5 c 6".split())
        self.assertEqual(document["failed"], [])

    def test_others_pass_one_that_waits(self):
        os.mkfifo(self.directory / "gate")
        # The first can end only when the last has started, which is behind one that waits.
        jobs = [{"command": "cat gate", "mutex": "m"}, {"command": "echo second", "mutex": "m"},
                {"command": "echo opened > gate"}]
        document = self.document("run", "-j", 2, "-", stdin=manifest(jobs))
        self.assertEqual([record["stdout"] for record in document["results"]], ["opened\n", "second\n", ""])

    def test_a_mutex_that_cannot_be_known_is_refused(self):
        self.assert_refused(self.fanout("map", "--mutex", "{%}", "echo", ":::", "a"), '--mutex: "{%}"')
        self.assert_refused(self.fanout("map", "--mutex", "{2}", "echo", stdin="a\n"), '--mutex: "{2}"')


class Resources(FanoutCase):
    def test_each_job_has_numbers_that_no_other_has(self):
        command = 'mkdir busy-$FANOUT_RESOURCE_GPU || exit 9; sleep 0.05; rmdir busy-$FANOUT_RESOURCE_GPU'
        document = self.document("map", "-j", 8, "--resource", "gpu=3", "--shell", command + "; : {}",
                                 ":::", *range(12))
        numbers = [record["resources"]["gpu"] for record in document["results"]]
        self.assertEqual({len(given) for given in numbers}, {1})
        self.assertEqual({given[0] for given in numbers}, {0, 1, 2})
        self.assertEqual(document["run"]["settings"]["resources"], {"gpu": 3})

    def test_a_job_takes_what_it_needs_and_finds_it_in_its_environment(self):
        jobs = [{"command": "echo $FANOUT_RESOURCE_GPU/$FANOUT_RESOURCE_TEST_PORT",
                 "needs": {"gpu": 2, "test-port": 1}},
                {"command": "echo ${FANOUT_RESOURCE_GPU-none}"}]
        text = manifest(jobs, resources={"gpu": 2, "test-port": 9})
        document = self.document("run", "-", stdin=text, env={"FANOUT_RESOURCE_GPU": "7"})
        first, second = document["results"]
        self.assertEqual(first["stdout"], "0,1/0\n")
        self.assertEqual(first["resources"], {"gpu": [0, 1], "test-port": [0]})
        self.assertEqual(second["stdout"], "none\n")
        self.assertNotIn("resources", second)

    def test_the_command_line_adds_resources_and_needs(self):
        done = self.fanout("run", "-o", "text", "-j1", "--resource", "gpu=3", "--needs", "gpu=2", "-",
                           stdin="echo $FANOUT_RESOURCE_GPU\n")
        self.assertEqual((done.returncode, done.stdout), (0, "0,1\n"))
        text = manifest([{"command": "echo $FANOUT_RESOURCE_GPU", "needs": {"gpu": 3}}], resources={"gpu": 1})
        self.assert_refused(self.fanout("run", "-", stdin=text), '3 of "gpu" can never be had: there is 1')
        done = self.fanout("run", "-o", "text", "--resource", "gpu=3", "-", stdin=text)
        self.assertEqual(done.stdout, "0,1,2\n")

    def test_what_there_is_not_is_refused_before_anything_starts(self):
        text = '{"resources": {"gpu": 1},\n"jobs": ["touch ran", {"command": "true", "needs": "gqu"}]}'
        self.assert_refused(self.fanout("run", "-", stdin=text),
                            'stdin:2:52: there is no resource "gqu" (did you mean "gpu"?)')
        self.assertFalse((self.directory / "ran").exists())
        self.assert_refused(self.fanout("map", "--needs", "gpu", "echo", ":::", "a"), "--needs: ", '"gpu"')
        self.assert_refused(self.fanout("map", "--resource", "gpu", "echo", ":::", "a"), "--resource: ")
        self.assert_refused(self.fanout("map", "--resource", "a=1", "--resource", "A=1", "echo", ":::", "a"),
                            "FANOUT_RESOURCE_A")

    def test_a_called_preset_needs_nothing(self):
        self.write("m.json", json.dumps({"resources": {"gpu": 1}, "commands": {
            "p": {"command": "echo called", "needs": "gpu", "mutex": "m", "priority": 2}}}))
        done = self.fanout("call", "-f", "m.json", "p")
        self.assertEqual((done.returncode, done.stdout), (0, "called\n"))


class Priority(FanoutCase):
    def test_the_highest_goes_first_wherever_it_stands(self):
        jobs = ["echo 0", {"command": "echo -1", "priority": -1}, {"command": "echo 5", "priority": 5}, "echo 0b"]
        done = self.fanout("run", "-j1", "-o", "text", "-", stdin=manifest(jobs))
        self.assertEqual((done.returncode, done.stdout), (0, "5\n0\n0b\n-1\n"))

    def test_results_stay_in_input_order(self):
        jobs = {"low": {"command": "echo low", "priority": -1}, "high": {"command": "echo high", "priority": 1}}
        done = self.fanout("run", "-j1", "-o", "values", "-", stdin=manifest(jobs))
        self.assertEqual(done.stdout, '{"low":"low\\n","high":"high\\n"}\n')


if __name__ == "__main__":
    main()
