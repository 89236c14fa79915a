#!/usr/bin/env python3
"""What the main job was asked to show, line for line."""
import datetime
import json
import os
import subprocess
import time

from fanout_case import FANOUT, FanoutCase, main


class WhatItMustShow(FanoutCase):
    def test_an_array_of_argvs(self):
        done = self.shell("""echo '[["echo","a"],["echo","b"]]' | fanout run - | jq -c '[.results[].stdout]'""")
        self.assertEqual(done.stdout, '["a\\n","b\\n"]\n', done)

    def test_named_jobs_give_named_results(self):
        done = self.shell("""set -o pipefail; echo '{"jobs":{"x":["echo","1"],"y":["false"]}}' |
                             fanout run - | jq -c '.results|map_values(.status)'""")
        self.assertEqual(done.stdout, '{"x":"succeeded","y":"failed"}\n', done)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "fanout: 1 of 2 failed: y (exit 1)\n")

    def test_extras_and_kwargs(self):
        done = self.shell("""echo '{"command":["echo","{v}"],"extras":{"v":1},"jobs":[{},{"kwargs":{"v":2}}]}' |
                             fanout run - -o values""")
        self.assertEqual(done.stdout, '["1\\n","2\\n"]\n', done)

    def test_command_lines(self):
        done = self.shell(r"""printf 'echo a\n# c\n\necho b | tr b B\n' | fanout run - | jq -c '[.results[].stdout]'""")
        self.assertEqual(done.stdout, '["a\\n","B\\n"]\n', done)

    def test_a_stream_starts_each_job_as_it_arrives(self):
        # The writer keeps the pipe open until the first record is there: nothing waits for the end.
        process = subprocess.Popen([FANOUT, "run", "-o", "jsonl", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        process.stdin.write('["echo","a"]\n')
        process.stdin.flush()
        self.assertEqual(json.loads(process.stdout.readline())["stdout"], "a\n")
        process.stdin.write('["echo","b"]\n')
        process.stdin.flush()
        self.assertEqual(json.loads(process.stdout.readline())["stdout"], "b\n")
        process.stdin.close()
        self.assertEqual(json.loads(process.stdout.readline())["summary"]["jobs"], 2)
        self.assertEqual(process.wait(), 0)
        process.stdout.close()

    def test_values_parsed_with_failures_replaced(self):
        done = self.fanout("map", "--parse", "json", "-o", "values", "--silent", "--replace-failed",
                           "null", "--", "python3", "-c",
                           "import sys,json;print(json.dumps(int(sys.argv[1])*2))", ":::", 2, "x", 4)
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("[4,null,8]\n", "", 0))

    def test_a_timeout_ends_the_whole_group_and_keeps_the_output(self):
        begun = time.monotonic()
        document = self.document("map", "--shell", "--timeout", 1, "{}", ":::",
                                 "echo hi; sleep 61.75", code=1)
        elapsed = time.monotonic() - begun
        record = document["results"][0]
        self.assertEqual(record["status"], "failed")
        self.assertEqual(record["error"]["kind"], "timeout")
        self.assertEqual(record["stdout"], "hi\n")
        self.assertGreaterEqual(elapsed, 1)
        self.assertLess(elapsed, 30)
        left = subprocess.run(["pgrep", "-f", "^sleep 61[.]75"], capture_output=True, text=True)
        self.assertEqual(left.stdout, "")

    def test_kill_leaves_no_job_without_a_record(self):
        jobs = [["false"]] + [["sleep", "100"]] * 9
        document = self.document("run", "-j", 4, "--on-failure", "kill", "-", code=1,
                                 stdin=json.dumps(jobs))
        records = document["results"]
        self.assertEqual(len(records), 10)
        self.assertEqual(records[0]["status"], "failed")
        self.assertEqual({record["status"] for record in records[1:]}, {"aborted"})
        kinds = {record["error"]["kind"] for record in records[1:]}
        self.assertLessEqual(kinds, {"killed", "not_started"})
        self.assertIn("not_started", kinds)

    def test_every_way_to_end(self):
        self.write("plain", "no program", 0o644)
        jobs = [["true"], ["false"], ["sh", "-c", "exit 7"], ["sh", "-c", "kill -9 $$"],
                ["no-such-program-here"], ["./plain"]]
        records = self.document("run", "-", code=1, stdin=json.dumps(jobs))["results"]
        self.assertEqual([record["exit_code"] for record in records], [0, 1, 7, None, 127, 126])
        self.assertEqual(records[3]["signal"], "SIGKILL")
        self.assertEqual([record["error"]["kind"] for record in records[4:]], ["spawn", "spawn"])
        self.assertEqual([record["error"]["errno"] for record in records[4:]], [2, 13])

    def test_the_pause_keeps_starts_apart(self):
        document = self.document("map", "--pause", 0.2, "-j4", "true", ":::", 1, 2, 3, 4)
        starts = sorted(datetime.datetime.fromisoformat(record["started_at"].rstrip("Z"))
                        for record in document["results"])
        for earlier, later in zip(starts, starts[1:]):
            self.assertGreaterEqual((later - earlier).total_seconds(), 0.2)

    def test_items_are_quoted_for_where_they_stand(self):
        done = self.shell("""printf '%s\\n' 'a b' '$(id)' "it's" |
                             fanout map -o values --shell 'printf "<%s>" {} "{}"'""")
        self.assertEqual(done.stdout, """["<a b><a b>","<$(id)><$(id)>","<it's><it's>"]\n""", done)

    def test_never_more_workers_than_jobs(self):
        document = self.document("map", "-j", 8, "true", ":::", "a", "b", "c")
        self.assertEqual(document["summary"]["workers"], 3)


class WrongInput(FanoutCase):
    def refused(self, text, *parts, arguments=("run", "-")):
        done = self.fanout(*arguments, stdin=text)
        self.assert_refused(done, *parts)

    def test_manifests_that_are_wrong_start_nothing(self):
        touch = '["touch","started"]'
        for text, parts in [
                (f'[{touch},]', ["stdin:1:", "expected"]),
                (f'{{"jobs":[{touch}],"jobs":[]}}', ["stdin:1:31", '"jobs"']),
                ("[" * 100000, ["stdin:1:", "nest"]),
                (f'{{"jobs":[{touch},["echo"', ["stdin:1:", "end"]),
                (f'[{touch}] more', ["stdin:1:"]),
                (f'[{touch},[NaN]]', ["stdin:1:"]),
                (f'[{touch},["\\ud800"]]', ["stdin:1:", "surrogate"]),
                (f'[{touch},["a\\u0000b"]]', ["stdin:1:", "NUL"]),
                (f'{{"commands":{{"stamp":{{"command":["echo"]}}}},"jobs":[{touch},{{"use":"stanp"}}]}}',
                 ["stdin:1:", '"stanp"', 'did you mean "stamp"?']),
                (f'{{"jobs":[{touch}],"max_worker":3}}', ["stdin:1:31", '"max_workers"']),
                (f'{{"jobs":[{touch}],\n"timeout":"1x"}}', ["stdin:2:11", '"1x"']),
                (f'{{"fail_fast":true,"on_failure":"drain","jobs":[{touch}]}}', ["stdin:1:19", "one of them"]),
        ]:
            with self.subTest(text=text[:60]):
                self.refused(text, *parts)
                self.assertFalse((self.directory / "started").exists())

    def test_options_that_are_wrong_start_nothing(self):
        for arguments, parts in [
                (["map", "-j", "-1", "touch", "started"], ["--max-workers", '"-1" is negative']),
                (["map", "--timeout", "1x", "touch", "started"], ["--timeout", '"1x"']),
                (["map", "--tiemout", "1", "touch", "started"], ['"--tiemout"', '"--timeout"']),
                (["map", "--timeout"], ['"--timeout" needs a value']),
                (["map", "--shell", "touch", "started"], ["one word"]),
                (["map"], ["command"]),
                (["map", "-n", "0", "touch"], ["--max-args"]),
                (["map", "--fail-fast", "--on-failure", "drain", "touch"], ["--fail-fast"]),
                (["map", "--replace-failed", "x", "touch"], ["--replace-failed"]),
                (["map", "--extra", "x", "touch"], ["--extra"]),
                (["map", "--extra", b"\xff=1", "touch"], ["--extra", "UTF-8"]),
                (["map", "touch {} | cat"], ["--shell"]),
                (["map", "touch", "::::"], ['"::::" needs a file']),
                (["map", "-k", "touch"], ['"-k"', "--order input"]),
                (["map", "touch", "::::", "no-such-file"], ['"no-such-file"']),
                (["map", "--tag", "touch"], ["-o text"]),
                (["call", "-o", "text", "x"], ['"-o"', "run and map"]),
                (["map", "--no-placeholders", "-I", "x", "touch"], ["--no-placeholders"]),
                (["map", "--shell", "touch started # c\n"], ["comment"]),
                (["map", "-d", "ab", "touch"], ["--delimiter"]),
                (["run"], ["manifest"]),
                (["run", "a", "b"], ['"b"']),
                (["run", "no-such-file"], ['"no-such-file"']),
                (["run", "--format", "json", "-"], ['"json"']),
                (["mpa"], ['"mpa"', '"map"']),
                (["schema", "results"], ['"result"']),
                (["call", "x"], ["-f"]),
        ]:
            with self.subTest(arguments=arguments):
                self.assert_refused(self.fanout(*arguments, stdin="started\n"), *parts)
                self.assertFalse((self.directory / "started").exists())

    def test_crlf_and_a_byte_order_mark_are_accepted(self):
        for text in [b'\xef\xbb\xbf[["echo","a"],\r\n["echo","b"]]\r\n',
                     b'\xef\xbb\xbf["echo","a"]\r\n["echo","b"]\r\n',
                     b'\xef\xbb\xbfecho a\r\necho b\r\n']:
            with self.subTest(text=text):
                done = self.fanout("run", "-o", "values", "-", stdin=text)
                self.assertEqual(done.stdout, b'["a\\n","b\\n"]\n', done)

    def test_numbers_reach_the_command_digit_for_digit(self):
        text = '{"command":["echo","{}","{k}"],"jobs":[{"args":[12345678901234567890,1.0,-0],"kwargs":{"k":1.50e3}}]}'
        done = self.fanout("run", "-o", "values", "-", stdin=text)
        self.assertEqual(done.stdout, '["12345678901234567890 1.0 -0 1.50e3\\n"]\n', done)


if __name__ == "__main__":
    main()
