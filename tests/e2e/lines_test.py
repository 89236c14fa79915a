#!/usr/bin/env python3
"""-o text: lines as they come, tags before them, and jobs that write for themselves."""
import os
import subprocess
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main


class LineBuffer(FanoutCase):
    def start(self, *arguments, **options):
        return subprocess.Popen([FANOUT, *arguments], cwd=self.directory, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def fifos(self, *names):
        for name in names:
            os.mkfifo(self.directory / name)

    def signal(self, name):
        (self.directory / name).write_text("go\n")

    def test_lines_come_before_their_job_ends_and_are_not_mixed(self):
        self.fifos("half_a", "half_b", "rest_a", "rest_b", "end_a", "end_b")
        process = self.start("map", "-o", "text", "--line-buffer", "-j2", "--shell",
                             "printf 'first {} '; read x <half_{}; echo half; read x <rest_{}; echo whole {}; read x <end_{}",
                             ":::", "a", "b")
        self.signal("half_b")
        self.assertEqual(process.stdout.readline(), b"first b half\n")
        self.signal("half_a")
        self.assertEqual(process.stdout.readline(), b"first a half\n")
        self.signal("rest_b")
        self.assertEqual(process.stdout.readline(), b"whole b\n")
        self.signal("rest_a")
        self.assertEqual(process.stdout.readline(), b"whole a\n")
        self.assertIsNone(process.poll())
        self.signal("end_a")
        self.signal("end_b")
        self.assertEqual(process.communicate(timeout=PATIENCE), (b"", b""))
        self.assertEqual(process.returncode, 0)

    def test_the_bytes_of_one_job_are_exact(self):
        for text in (rb"a\nb", rb"\n\n", rb"a\r\000b\n", rb"", rb"\377"):
            with self.subTest(text=text):
                done = self.fanout("map", "-o", "text", "--line-buffer", "printf", ":::", text, stdin=b"")
                self.assertEqual(done.stdout, subprocess.run(["printf", text], capture_output=True, check=True).stdout)

    def test_a_last_line_without_newline_is_ended_when_another_follows(self):
        done = self.fanout("map", "-o", "text", "--line-buffer", "-j1", "printf", ":::", "a", "b", r"c\n", "d")
        self.assertEqual(done.stdout, "a\nb\nc\nd")

    def test_every_attempt_is_seen(self):
        done = self.fanout("map", "-o", "text", "--line-buffer", "--retries", "1", "--shell",
                           "echo $FANOUT_ATTEMPT; false {}", ":::", "x")
        self.assertEqual((done.returncode, done.stdout), (1, "1\n2\n"))

    def test_streams_go_to_their_own_places_with_tags(self):
        done = self.fanout("map", "-o", "text", "--line-buffer", "--tag-string", "{#}:{}", "-j1", "--shell",
                           "echo out; echo err >&2; printf end{}", ":::", "a", "b")
        self.assertEqual(done.stdout, "1:a\tout\n1:a\tenda\n2:b\tout\n2:b\tendb\n")
        self.assertEqual(done.stderr, "1:a\terr\n2:b\terr\n")

    def test_a_slow_reader_makes_the_jobs_wait_and_loses_nothing(self):
        process = self.start("map", "-o", "text", "--line-buffer", "-j3", "--shell", "seq {} 300000", ":::", "1", "2", "3")
        lines = (process.stdout.readline() + process.stdout.read()).split(b"\n")
        process.communicate(timeout=PATIENCE)
        self.assertEqual(len(lines), 300000 + 299999 + 299998 + 1)
        self.assertEqual(lines.count(b"300000"), 3)
        self.assertEqual(len(set(lines)), 300000 + 1)

    @unittest.skipIf(os.environ.get("FANOUT_SANITIZE"), "sanitizers have a memory of their own")
    def test_a_line_of_any_length_needs_little_memory(self):
        process = self.start("map", "-o", "text", "--line-buffer", "--tag", "-j2", "--shell",
                             "head -c 100000000 /dev/zero; : {}", ":::", "a", "b")
        size = 0
        while more := process.stdout.read(1 << 20):
            size += len(more)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        process.stdout.close()
        self.assertEqual((process.returncode, size), (0, 2 * (100000000 + 3)))
        self.assertLess(usage.ru_maxrss, 100 * 1024)

    def test_what_contradicts_it_is_refused(self):
        for options, parts in [
                (["-o", "json"], ["--line-buffer", "-o text"]),
                (["-o", "text", "--order", "input"], ["--line-buffer", "--order input"]),
                (["-o", "text", "--live"], ["--live", "--line-buffer"])]:
            with self.subTest(options=options):
                self.assert_refused(self.fanout("map", "--line-buffer", *options, "touch", ":::", "made"), *parts)
        self.assertEqual(list(self.directory.iterdir()), [])


class Live(FanoutCase):
    def test_jobs_have_the_streams_of_fanout(self):
        for form in ("text", "none"):
            with self.subTest(form=form), open(self.directory / "out", "wb") as out, open(self.directory / "err", "wb") as err:
                done = subprocess.run([FANOUT, "map", "-o", form, "--live", "--shell", "readlink /proc/self/fd/1; readlink /proc/self/fd/2 >&2; exit {}", ":::", "2"],
                                      cwd=self.directory, stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=PATIENCE)
                self.assertEqual(done.returncode, 1)
                self.assertEqual((self.directory / "out").read_text(), str(self.directory / "out") + "\n")
                self.assertEqual((self.directory / "err").read_text(),
                                 str(self.directory / "err") + "\nfanout: 1 of 1 failed: 2 (exit 2)\n")

    def test_a_job_of_a_manifest_can_be_live(self):
        self.write("jobs.json", '{"output": "none", "jobs": [["echo", "hello"]]}')
        done = self.fanout("run", "--live", "jobs.json")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "hello\n", ""))

    def test_what_needs_the_output_is_refused(self):
        for options, part in [(["-o", "json"], "-o text or none"), ([], "-o text or none"),
                              (["-o", "none", "--parse", "json"], "--parse"), (["-o", "none", "--capture", "1K"], "--capture"),
                              (["-o", "text", "--tag"], "--tag"), (["-o", "text", "--tag-string", "x"], "--tag-string"),
                              (["-o", "text", "--raw"], "--raw"), (["-o", "none", "--results", "r"], "--results"),
                              (["-o", "none", "--progress"], "--progress"),
                              (["-o", "text", "--order", "input"], "--order input")]:
            with self.subTest(options=options):
                self.assert_refused(self.fanout("map", "--live", *options, "touch", ":::", "made"), "--live", part)
        self.assertEqual(list(self.directory.iterdir()), [])


class Tags(FanoutCase):
    def test_jobs_of_a_manifest_are_tagged_by_name_or_command(self):
        self.write("jobs.json", '{"jobs": {"one": ["printf", "a\\\\nb"], "two": ["sh", "-c", "echo c >&2"]}}')
        done = self.fanout("run", "-o", "text", "--tag", "jobs.json")
        self.assertEqual((done.stdout, done.stderr), ("one\ta\none\tb\n", "two\tc\n"))
        done = self.fanout("run", "-o", "text", "--tag", "-", stdin="echo hello there\n")
        self.assertEqual(done.stdout, "echo hello there\thello there\n")

    def test_a_tag_is_made_of_placeholders(self):
        for tag, expected in [("{1}-{2}", "a/x.c-b"), ("{/.}", "x"), ("{#}/{%}", "1/1"), ("{}", "a/x.c b"),
                              ("", ""), ("{city}", "{city}"), ("a\tb", "a\tb"), ("a\nb", r"a\nb")]:
            with self.subTest(tag=tag):
                done = self.fanout("map", "-o", "text", "--tag-string", tag, "-n2", "echo", ":::", "a/x.c", "b")
                self.assertEqual(done.stdout, expected + "\ta/x.c b\n")
        done = self.fanout("map", "-o", "text", "-I", "@", "--tag-string", "@{}", "echo", "@", ":::", "a")
        self.assertEqual(done.stdout, "a{}\ta\n")

    def test_a_tag_knows_the_keyword_arguments_of_a_manifest(self):
        self.write("jobs.json", '{"command": "echo {size}", "extras": {"size": 1}, "jobs": [{"kwargs": {"size": 2}}, {"kwargs": {}}]}')
        done = self.fanout("run", "-o", "text", "--order", "input", "--tag-string", "size={size}", "jobs.json")
        self.assertEqual(done.stdout, "size=2\t2\nsize=1\t1\n")

    def test_a_tag_that_no_job_can_have_is_refused_before_anything_starts(self):
        self.assert_refused(self.fanout("map", "-o", "text", "--tag-string", "{2}", "touch", ":::", "made"), "--tag-string", "{2}")
        self.write("jobs.json", '{"jobs": [["touch", "made"],\n {"command": "touch made", "args": []}]}')
        self.assert_refused(self.fanout("run", "-o", "text", "--tag-string", "{1}", "jobs.json"), "--tag-string", "{1}", "jobs.json:1")
        self.assertFalse((self.directory / "made").exists())

    def test_options_that_say_nothing_are_refused(self):
        for options in (["-o", "json", "--tag-string", "x"], ["-o", "none", "--tag"], ["-o", "text", "--tag", "--tag-string", "x"]):
            with self.subTest(options=options):
                self.assert_refused(self.fanout("map", *options, "echo", ":::", "1"), "--tag")


if __name__ == "__main__":
    main()
