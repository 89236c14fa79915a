#!/usr/bin/env python3
"""--results: a directory for each job."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main


class Results(FanoutCase):
    def files(self, below="r"):
        """Every file below the directory, and nothing else."""
        root = self.directory / below
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())

    def places(self):
        return sorted({str(pathlib.Path(name).parent) for name in self.files()})

    def read(self, name):
        return (self.directory / "r" / name).read_bytes()

    def test_each_job_has_what_it_said_its_number_and_its_record(self):
        done = self.fanout("map", "-o", "none", "--results", "r", "--shell", "printf 'out {}'; echo err >&2; exit {}", ":::", "0", "3")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(self.files(), [f"1/{item}/{name}" for item in "03" for name in ("record.json", "seq", "stderr", "stdout")])
        self.assertEqual((self.read("1/3/stdout"), self.read("1/3/stderr"), self.read("1/3/seq")), (b"out 3", b"err\n", b"2"))
        record = json.loads(self.read("1/3/record.json"))
        self.assertEqual((record["index"], record["status"], record["exit_code"], record["stdout"], record["stderr"]),
                         (1, "failed", 3, "out 3", "err\n"))

    def test_the_record_is_the_one_of_json_lines_and_every_form_goes_with_it(self):
        self.write("jobs.json", '{"jobs": [["printf", "1"], ["printf", "\\\\377"]]}')
        for form in ("jsonl", "json", "values", "text", "none"):
            with self.subTest(form=form):
                done = self.fanout("run", "-o", form, "--results", "r", "--parse", "text", "jobs.json", stdin=b"")
                self.assertEqual(done.returncode, 0, done)
                self.assertEqual(self.places(), ["0", "1"])
                if form == "jsonl":
                    lines = {json.loads(line)["index"]: line for line in done.stdout.splitlines(keepends=True)[:-1]}
                    self.assertEqual(lines, {index: self.read(f"{index}/record.json") for index in (0, 1)})
                if form == "text":
                    self.assertEqual(sorted(done.stdout), sorted(b"1\xff"))
                self.assertEqual(self.read("1/stdout"), b"\xff")

    def test_line_buffer_and_capture_go_with_it(self):
        done = self.fanout("map", "-o", "text", "--line-buffer", "--results", "r", "--capture", "3", "echo", ":::", "hello")
        self.assertEqual((done.returncode, done.stdout, self.read("1/hello/stdout")), (0, "hello\n", b"lo\n"))
        self.assertEqual(json.loads(self.read("1/hello/record.json"))["stdout_bytes"], 6)

    def test_names_of_jobs_are_directories(self):
        self.write("jobs.json", json.dumps({"jobs": {name: ["true"] for name in ("lint/api", "..", ".", "", "a" * 300, "ä" * 200)}}))
        done = self.fanout("run", "-o", "none", "--results", "r", "jobs.json")
        self.assertEqual(done.returncode, 0, done)
        places = self.places()
        self.assertEqual(len(places), 6, places)
        for name in (r"lint\_api", r"\..", r"\.", r"\e"):
            self.assertIn(name, places)
        self.assertEqual(sorted(os.listdir(self.directory)), ["jobs.json", "r"])

    def test_jobs_with_the_same_place_do_not_overwrite_each_other(self):
        for _ in range(2):  # the second run finds the files of the first
            done = self.fanout("map", "-o", "none", "--results", "r", "-j4", "--shell", "echo $FANOUT_INDEX; : {}",
                               ":::", "a", "a-2", "a", "b", "a")
            self.assertEqual(done.returncode, 0, done)
            self.assertEqual({place: self.read(place + "/stdout") for place in self.places()},
                             {"1/a": b"0\n", "1/a-2": b"1\n", "1/a-3": b"2\n", "1/b": b"3\n", "1/a-4": b"4\n"})

    def test_several_arguments_are_nested(self):
        self.assertEqual(self.fanout("map", "-n2", "-o", "none", "--results", "r", "true", ":::", "a", "b", "c").returncode, 0)
        self.assertEqual(self.places(), ["1/a/2/b", "1/c"])

    @unittest.skipUnless(shutil.which("parallel"), "GNU parallel is not here")
    def test_places_are_those_of_gnu_parallel(self):
        items = ["a/b", "c\\d", "x y", "tab\there", "é", "-n", "a" * 255, "*", "'"]
        done = subprocess.run(["parallel", "--results", "gnu", "true", ":::", *items], cwd=self.directory, capture_output=True,
                              timeout=PATIENCE, env={**os.environ, "HOME": str(self.directory)})
        if done.returncode != 0:
            self.skipTest("it is another parallel")
        self.assertEqual(self.fanout("map", "-o", "none", "--results", "r", "true", ":::", *items).returncode, 0)
        ours = [name for name in self.files() if not name.endswith("record.json")]
        self.assertEqual(ours, self.files("gnu"))
        self.assertEqual(self.read("1/x y/seq"), (self.directory / "gnu/1/x y/seq").read_bytes())

    def test_what_never_started_has_a_record_too(self):
        done = self.fanout("map", "-o", "none", "--results", "r", "-j1", "--fail-fast", "false", ":::", "a", "b")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(self.read("1/b/record.json"))["status"], "aborted")
        self.assertEqual(self.read("1/b/stdout"), b"")

    def test_a_directory_that_cannot_be_is_told_before_anything_starts(self):
        self.write("file", "x")
        done = self.fanout("map", "--results", "file", "touch", ":::", "made")
        self.assert_refused(done, '--results: open "file": Not a directory')
        self.assert_refused(self.fanout("map", "--results", "", "touch", ":::", "made"), "--results")
        self.assertEqual(os.listdir(self.directory), ["file"])

    def test_a_dry_run_makes_nothing(self):
        done = self.fanout("map", "--dry-run", "--results", "r", "echo", ":::", "a")
        self.assertEqual((done.returncode, done.stdout), (0, "echo a\n"))
        self.assertEqual(os.listdir(self.directory), [])

    def test_what_cannot_be_written_is_one_sentence_and_the_run_goes_on(self):
        done = self.shell("ulimit -f 4; fanout map -j1 -o text --results r --shell 'head -c 100000 /dev/zero | tr \"\\0\" x; echo {}' ::: a b")
        self.assertEqual(done.returncode, 3, done)
        self.assertEqual(done.stdout, "x" * 100000 + "a\n" + "x" * 100000 + "b\n")
        self.assertEqual(done.stderr, 'fanout: write "r/1/a": File too large\n')
        self.assertEqual(self.files(), ["1/a/stdout"])

    def test_links_in_the_way_lead_nowhere(self):
        (self.directory / "r" / "1").mkdir(parents=True)
        (self.directory / "outside").mkdir()
        (self.directory / "r" / "1" / "a").symlink_to(self.directory / "outside")
        done = self.fanout("map", "-o", "none", "--results", "r", "echo", ":::", "a")
        self.assertEqual(done.returncode, 3, done)
        self.assertEqual(list((self.directory / "outside").iterdir()), [])

    @unittest.skipIf(os.environ.get("FANOUT_SANITIZE"), "sanitizers have a memory of their own")
    def test_large_outputs_need_little_memory(self):
        size = 80_000_000
        process = subprocess.Popen([FANOUT, "map", "-o", "none", "--results", "r", "-j2", "--shell", f"yes x{{}} | head -c {size}", ":::", "1", "2"],
                                   cwd=self.directory, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        for item in "12":
            self.assertEqual((self.directory / "r/1" / item / "stdout").stat().st_size, size)
            self.assertGreater((self.directory / "r/1" / item / "record.json").stat().st_size, size)
        self.assertLess(usage.ru_maxrss, 100 * 1024)


if __name__ == "__main__":
    main()
