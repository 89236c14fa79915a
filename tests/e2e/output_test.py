#!/usr/bin/env python3
"""Outputs of any size and any bytes: exact, in bounded memory, and honest when there is no room."""
import base64
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

SANITIZED = bool(os.environ.get("FANOUT_SANITIZE"))
# Bytes that each of four jobs writes: set it to gigabytes to see that nothing depends on it.
SIZE = int(os.environ.get("FANOUT_TEST_OUTPUT_SIZE", (8 if SANITIZED else 20) << 20))
PATIENT = PATIENCE + SIZE // (4 << 20)
MEMORY_LIMIT = 64 << 20
LINE = 9  # bytes that `seq` writes for a number of eight digits
LINES = SIZE // LINE
JOBS = [(start, start + LINES - 1) for start in range(10_000_000, 10_000_004)]


def status_field(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) << 10
    return 0


class Unescape:
    """Hashes what stands between the quotes of a JSON string that comes in chunks."""

    def __init__(self):
        self.hash = hashlib.sha256()
        self.rest = b""

    def add(self, chunk):
        chunk = self.rest + chunk
        self.rest = b"\\" if chunk.endswith(b"\\") else b""
        self.hash.update(chunk[:len(chunk) - len(self.rest)].replace(b"\\n", b"\n"))


def strings_after(mark, chunks):
    """The hashes of the strings that follow the mark; they hold no quotes."""
    hashes, text, inside = [], b"", None
    for chunk in chunks:
        text += chunk
        while text:
            if inside is None:
                start = text.find(mark)
                if start < 0:
                    text = text[len(text) - min(len(text), len(mark) - 1):]
                    break
                text, inside = text[start + len(mark):], Unescape()
            end = text.find(b'"')
            inside.add(text if end < 0 else text[:end])
            if end < 0:
                text = b""
                break
            hashes.append(inside.hash.hexdigest())
            text, inside = text[end + 1:], None
    return hashes


def runs_of(size, chunks):
    """The hashes of runs of so many bytes, and of what is left."""
    hashes, current, left = [], hashlib.sha256(), size
    for chunk in chunks:
        while chunk:
            current.update(chunk[:left])
            left, chunk = left - len(chunk[:left]), chunk[left:]
            if left == 0:
                hashes.append(current.hexdigest())
                current, left = hashlib.sha256(), size
    return hashes if left == size else hashes + ["a rest"]


class Process:
    """A fanout whose standard output is read as we like, and whose memory is watched."""

    def __init__(self, directory, *arguments, **options):
        self.scratch = directory / "scratch"
        self.scratch.mkdir(exist_ok=True)
        self.peak = 0
        self.process = subprocess.Popen(
            [FANOUT, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd=directory, env={**os.environ, "TMPDIR": str(self.scratch)},
            **options)
        self.pid = self.process.pid

    def look_at_memory(self):
        self.peak = max(self.peak, status_field(self.pid, "VmHWM"))

    def chunks(self):
        while chunk := os.read(self.process.stdout.fileno(), 1 << 20):
            self.look_at_memory()
            yield chunk

    def scratch_descriptors(self):
        links = []
        for entry in pathlib.Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                links.append(os.readlink(entry))
            except OSError:
                pass
        return [link for link in links if link.startswith(str(self.scratch))]

    def end(self):
        """The exit code and what was said on standard error."""
        said = self.process.stderr.read().decode()
        code = self.process.wait(PATIENT)
        self.process.stdout.close()
        self.process.stderr.close()
        return code, said


class OutputCase(FanoutCase):
    def await_files(self, *names):
        deadline = time.monotonic() + PATIENT
        while not all((self.directory / name).exists() for name in names):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def assert_small(self, process):
        if not SANITIZED:
            self.assertLess(process.peak, MEMORY_LIMIT)


class Large(OutputCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = []
        for first, last in JOBS:
            with subprocess.Popen(["seq", str(first), str(last)], stdout=subprocess.PIPE) as seq:
                whole = hashlib.sha256()
                while chunk := seq.stdout.read(1 << 20):
                    whole.update(chunk)
            cls.expected.append(whole.hexdigest())

    SEQ = ["map", "-j4", "-n2"]
    ITEMS = [":::", *(word for job in JOBS for word in job)]

    def found(self, form, process):
        if form == "text":
            return runs_of(LINE * LINES, process.chunks())
        return strings_after(b'"' if form == "values" else b'"stdout":"', process.chunks())

    def test_every_form_has_the_exact_bytes_in_little_memory(self):
        for form in ["json", "jsonl", "values", "text"]:
            with self.subTest(form=form):
                process = Process(self.directory, *self.SEQ, "-o", form, "seq", *self.ITEMS)
                found = self.found(form, process)
                self.assertEqual(process.end(), (0, ""))
                if form in ("json", "values"):
                    self.assertEqual(found, self.expected)
                self.assertEqual(sorted(found), sorted(self.expected))
                self.assert_small(process)
                self.assertEqual(os.listdir(process.scratch), [])

    def test_results_that_nobody_reads_yet_wait_on_the_disk(self):
        process = Process(self.directory, *self.SEQ, "-o", "jsonl", "sh", "-c",
                          "seq $0 $1; touch said-$0", *self.ITEMS)
        self.await_files(*(f"said-{first}" for first, last in JOBS))
        self.assertEqual(len(process.scratch_descriptors()), 1)
        self.assertEqual(os.listdir(process.scratch), [])
        found = self.found("jsonl", process)
        self.assertEqual(process.end(), (0, ""))
        self.assertEqual(sorted(found), sorted(self.expected))
        self.assert_small(process)

    def test_results_that_wait_for_their_turn_wait_on_the_disk(self):
        process = Process(self.directory, *self.SEQ, "-o", "text", "--order", "input", "sh", "-c",
                          f"[ $0 = {JOBS[0][0]} ] && while [ ! -e go ]; do sleep 0.01; done; "
                          "seq $0 $1; touch said-$0", *self.ITEMS)
        self.await_files(*(f"said-{first}" for first, last in JOBS[1:]))
        process.look_at_memory()
        self.write("go", "")
        self.assertEqual(self.found("text", process), self.expected)
        self.assertEqual(process.end(), (0, ""))
        self.assert_small(process)

    def test_a_large_output_of_any_bytes_is_base64(self):
        data = os.urandom(5_000_000)
        self.write("data", data)
        done = self.fanout("map", "sh", "-c", "cat $0; cat $0 >&2", ":::", "data")
        record = json.loads(done.stdout)["results"][0]
        for name in ("stdout", "stderr"):
            self.assertEqual(record[name + "_encoding"], "base64")
            self.assertEqual(base64.b64decode(record[name], validate=True), data)

    def test_a_large_text_is_text_whatever_characters_it_has(self):
        text = "".join(f"{i}é€😀\0\"\\\x7f" for i in range(300_000))
        self.write("data", text)
        for order in ("input", "completion"):
            done = self.fanout("map", "-o", "values", "--order", order, "cat", ":::", "data", "data")
            self.assertEqual(json.loads(done.stdout), [text, text])

    def test_one_line_of_100_megabytes(self):
        size = 10_000_000 if SANITIZED else 100_000_000
        line = ["--shell", f"head -c {size} /dev/zero | tr '\\0' x; echo {{}} >&2", ":::", "a"]
        expected = hashlib.sha256(b"x" * size).hexdigest()
        for form in ("json", "text"):
            with self.subTest(form=form):
                process = Process(self.directory, "map", "-o", form, *line)
                found = (runs_of(size, process.chunks()) if form == "text"
                         else strings_after(b'"stdout":"', process.chunks()))
                self.assertEqual(found, [expected])
                self.assertEqual(process.end(), (0, "a\n" if form == "text" else ""))
                self.assert_small(process)

    def test_large_output_can_have_tags(self):
        done = self.fanout("map", "-o", "text", "--tag", "seq", ":::", 1_000_000)
        self.assertEqual(done.stdout, "".join(f"1000000\t{i}\n" for i in range(1, 1_000_001)))

    def test_the_tail_of_a_large_output_may_be_large_itself(self):
        record = self.document("map", "--capture", "3M", "seq", ":::", 1_000_000)["results"][0]
        everything = "".join(f"{i}\n" for i in range(1, 1_000_001))
        self.assertEqual(record["stdout"], everything[-(3 << 20):])
        self.assertEqual(record["stdout_bytes"], len(everything))

    def test_a_large_output_can_be_parsed(self):
        done = self.fanout("map", "-o", "values", "--parse", "lines", "seq", ":::", 300_000)
        self.assertEqual(json.loads(done.stdout)[0], [str(i) for i in range(1, 300_001)])

    def test_what_a_job_said_before_its_timeout_is_kept(self):
        document = self.document("map", "--timeout", 3, "sh", "-c", "seq $0; exec sleep 61.9",
                                 ":::", 300_000, code=1)
        record = document["results"][0]
        self.assertEqual(record["error"]["kind"], "timeout")
        self.assertEqual(record["stdout"], "".join(f"{i}\n" for i in range(1, 300_001)))

    def test_a_file_takes_large_results_whole(self):
        with open(self.directory / "out", "wb") as out:
            done = subprocess.run([FANOUT, *map(str, [*self.SEQ, "-o", "text", "seq", *self.ITEMS])],
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE,
                                  cwd=self.directory, timeout=PATIENT)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        with open(self.directory / "out", "rb") as out:
            found = runs_of(LINE * LINES, iter(lambda: out.read(1 << 20), b""))
        self.assertEqual(sorted(found), sorted(self.expected))

    def test_a_signal_does_not_cut_what_a_file_still_has_to_take(self):
        # Whether it comes to the job, to the writing or too late: the document is whole.
        with open(self.directory / "out", "wb") as out:
            process = subprocess.Popen(
                [FANOUT, "map", "-n2", "sh", "-c", "seq $0 $1; echo > said", ":::",
                 *map(str, JOBS[0])],
                stdout=out, stderr=subprocess.DEVNULL, cwd=self.directory)
            self.await_files("said")
            process.send_signal(signal.SIGTERM)
            self.assertIn(process.wait(PATIENT), (0, -signal.SIGTERM))
        with open(self.directory / "out", "rb") as out:
            document = json.load(out)
        self.assertEqual(len(document["results"][0]["stdout"]), LINE * LINES)
        self.assertEqual(document["summary"]["jobs"], 1)

    @unittest.skipIf(SANITIZED, "sanitizers need descriptors of their own")
    def test_few_descriptors_are_enough_for_large_outputs(self):
        done = self.shell("ulimit -n 32; fanout map -j4 -o text seq ::: 1000000 1000000 1000000 1000000"
                          " | sha256sum")
        expected = hashlib.sha256("".join(f"{i}\n" for i in range(1, 1_000_001)).encode() * 4)
        self.assertEqual(done.stdout, expected.hexdigest() + "  -\n", done)


class PassedOn(OutputCase):
    """One job at a time, `-o text`: a large output need not wait for the end of its job."""

    LOUD = ["map", "-j1", "-o", "text"]

    def test_every_byte_comes_in_order_and_nothing_is_set_aside(self):
        process = Process(self.directory, *self.LOUD, "-n2", "sh", "-c",
                          "echo err$0 >&2; seq $0 $1; echo err$1 >&2", ":::",
                          *(word for job in JOBS for word in job))
        seq = subprocess.Popen(["sh", "-c", "".join(f"seq {a} {b};" for a, b in JOBS)],
                               stdout=subprocess.PIPE)
        expected = hashlib.sha256()
        while chunk := seq.stdout.read(1 << 20):
            expected.update(chunk)
        seq.stdout.close()
        seq.wait()
        found = runs_of(LINE * LINES * len(JOBS), self.watched(process))
        self.assertEqual(found, [expected.hexdigest()])
        self.assertEqual(process.end(), (0, "".join(f"err{n}\n" for job in JOBS for n in job)))
        self.assert_small(process)

    def watched(self, process):
        """What it writes; looked at in the middle, since at the end it may be gone."""
        for number, chunk in enumerate(process.chunks()):
            if number == 4:
                self.assertEqual(process.scratch_descriptors(), [])
            yield chunk

    def test_it_comes_while_its_job_runs(self):
        for order in ("completion", "input"):
            process = Process(self.directory, *self.LOUD, "--order", order, "sh", "-c",
                              "seq $0; while [ ! -e go-$0 ]; do sleep 0.01; done; echo end $0",
                              ":::", 100_000, 100_001)
            for last in (100_000, 100_001):
                numbers = "".join(f"{i}\n" for i in range(1, last + 1)).encode()
                self.assertEqual(self.read(process, len(numbers)), numbers)
                self.write(f"go-{last}", "")
                self.assertEqual(self.read(process, 11), f"end {last}\n".encode())
            self.assertEqual(process.end(), (0, ""))
            for last in (100_000, 100_001):
                (self.directory / f"go-{last}").unlink()

    def read(self, process, size):
        text = b""
        while len(text) < size and (chunk := os.read(process.process.stdout.fileno(),
                                                     size - len(text))):
            text += chunk
        return text

    def test_a_slow_reader_makes_the_job_wait_and_not_fanout(self):
        process = Process(self.directory, *self.LOUD, "--timeout", 2, "--silent", "sh", "-c",
                          "seq 10000000; touch said", ":::", 1)
        start = self.read(process, 100_000)
        # Nobody reads on, and still its time ends.
        deadline = time.monotonic() + PATIENT
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(children.read_text().split()) > 1:  # the guardian stays
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        text = start + b"".join(process.chunks())
        self.assertFalse((self.directory / "said").exists())
        self.assertTrue("".join(f"{i}\n" for i in range(1, 1_000_000)).encode().startswith(text))
        self.assertLess(len(text), 4 << 20)
        self.assertEqual(process.end(), (0, ""))

    def test_a_disk_that_is_full_is_exit_3_and_silences_nobody_else(self):
        loud = "seq 1000000; echo err$0 >&2"
        done = self.shell(f"fanout {' '.join(self.LOUD)} sh -c '{loud}' ::: 1 2 >/dev/full")
        self.assertEqual(done.returncode, 3, done)
        self.assertEqual(done.stderr, "err1\nerr2\n"
                         'fanout: write "standard output": No space left on device\n')

    def test_what_is_tried_again_is_shown_once(self):
        attempt = "seq 100000; echo $FANOUT_ATTEMPT; [ $FANOUT_ATTEMPT = 2 ]"
        done = self.fanout(*self.LOUD, "--retries", 1, "sh", "-c", attempt, ":::", 1)
        self.assertEqual(done.stdout, "".join(f"{i}\n" for i in range(1, 100_001)) + "2\n")
        self.assertEqual(done.returncode, 0)

    def test_it_has_tags_is_cut_and_parsed_as_ever(self):
        everything = "".join(f"{i}\n" for i in range(1, 100_001))
        done = self.fanout(*self.LOUD, "--tag", "seq", ":::", 100_000)
        self.assertEqual(done.stdout, "".join(f"100000\t{i}\n" for i in range(1, 100_001)))
        done = self.fanout(*self.LOUD, "--capture", "100K", "seq", ":::", 100_000)
        self.assertEqual(done.stdout, everything[-(100 << 10):])
        done = self.fanout(*self.LOUD, "--parse", "json", "seq", ":::", 100_000)
        self.assertEqual((done.stdout, done.returncode), (everything, 1))
        self.assertIn("output is not JSON", done.stderr)


class NoRoom(OutputCase):
    """The directory for scratch files is missing or full."""

    LOUD = "seq 1000000; seq 1000000 >&2"
    BYTES = len("".join(f"{i}\n" for i in range(1, 1_000_001)))

    def test_small_outputs_need_no_room(self):
        done = self.fanout("map", "-o", "text", "--order", "input", "echo", ":::", *range(100),
                           env={"TMPDIR": "/nonexistent"})
        self.assertEqual(done.stdout, "".join(f"{i}\n" for i in range(100)))
        self.assertEqual((done.stderr, done.returncode), ("", 0))

    def check_loss(self, done, reason):
        """Of three jobs the second said too much."""
        self.assertEqual(done.returncode, 3, done.stderr)
        first, lost, last = json.loads(done.stdout)["results"]
        self.assertEqual([first["stdout"], last["stdout"]], ["a\n", "c\n"])
        self.assertEqual((lost["status"], lost["exit_code"], lost["error"]["kind"]),
                         ("failed", 0, "capture"))
        self.assertEqual(lost["error"]["message"], f"standard output was not kept whole: {reason}")
        self.assertEqual((lost["stdout_bytes"], lost["stdout_truncated"]), (self.BYTES, True))
        everything = "".join(f"{i}\n" for i in range(1, 1_000_001))
        self.assertTrue(everything.startswith(lost["stdout"]))
        self.assertGreaterEqual(len(lost["stdout"]), 1 << 20)
        self.assertEqual(lost["stderr_bytes"], self.BYTES)
        self.assertIn(f"fanout: cannot keep the standard output of job loud: {reason}\n", done.stderr)
        self.assertEqual(done.stderr.count("cannot keep"), 1)

    MANIFEST = json.dumps([["echo", "a"], {"command": ["sh", "-c", LOUD], "name": "loud"},
                           ["echo", "c"]])

    def test_a_directory_that_does_not_exist(self):
        done = self.fanout("run", "-", stdin=self.MANIFEST, env={"TMPDIR": "/nonexistent"})
        self.check_loss(done, 'open a scratch file in "/nonexistent": No such file or directory')

    def test_a_job_that_failed_keeps_its_own_reason_and_the_loss_is_told(self):
        done = self.fanout("map", "--silent", "--shell", "seq {}; exit 7", ":::", 1_000_000,
                           env={"TMPDIR": "/nonexistent"})
        self.assertEqual(done.returncode, 3)
        record = json.loads(done.stdout)["results"][0]
        self.assertEqual((record["error"]["kind"], record["exit_code"]), ("exit", 7))
        self.assertTrue(record["stdout_truncated"])
        self.assertIn("cannot keep the standard output of job 1000000: open", done.stderr)

    def test_nothing_is_kept_for_nobody(self):
        done = self.fanout("map", "-o", "none", "seq", ":::", 1_000_000, env={"TMPDIR": "/nonexistent"})
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("", "", 0))

    def test_a_limit_for_files_is_no_death_by_signal(self):
        self.write("m.json", self.MANIFEST)
        done = self.shell("ulimit -f 2000; TMPDIR=. fanout run m.json")
        self.check_loss(done, 'write a scratch file in ".": File too large')

    def test_a_directory_that_is_full(self):
        self.write("m.json", self.MANIFEST)
        (self.directory / "small").mkdir()
        mount = "mount -t tmpfs -o size=3m none small"
        unshare = next((words for words in ("unshare -m", "unshare -rm")
                        if self.shell(f"{words} sh -c '{mount}'").returncode == 0), None)
        if unshare is None:
            self.skipTest("no file system can be mounted here")
        done = self.shell(f"{unshare} sh -c '{mount} && TMPDIR=small fanout run m.json'")
        self.check_loss(done, 'write a scratch file in "small": No space left on device')


class Targets(OutputCase):
    """Where results go to may fail, at any time."""

    def both(self, redirection, *options):
        return self.shell(" ".join(["fanout map -j1", *options, "sh -c 'echo out$0; echo err$0 >&2'",
                                    "::: 1 2 3", redirection]))

    def test_a_full_standard_error_does_not_silence_standard_output(self):
        for order in ("completion", "input"):
            done = self.both("2>/dev/full", "-o text --order", order)
            self.assertEqual((done.returncode, done.stdout), (3, "out1\nout2\nout3\n"))
        done = self.shell("fanout map false ::: a 2>/dev/full")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(json.loads(done.stdout)["failed"], [0])

    def test_a_full_standard_output_does_not_silence_standard_error(self):
        for order in ("completion", "input"):
            done = self.both(">/dev/full", "-o text --order", order)
            self.assertEqual(done.returncode, 3)
            self.assertEqual(done.stderr, "err1\nerr2\nerr3\n"
                             'fanout: write "standard output": No space left on device\n')

    def test_a_disk_that_is_full_for_a_large_result_is_exit_3(self):
        for form in ("json", "jsonl", "values", "text"):
            done = self.shell(f"fanout map -o {form} seq ::: 1000000 1000001 >/dev/full")
            self.assertEqual(done.returncode, 3, done)
            self.assertEqual(done.stderr, 'fanout: write "standard output": No space left on device\n')

    def test_a_closed_standard_output_is_exit_3_for_a_large_result(self):
        done = self.shell("fanout map -o text seq ::: 1000000 >&-")
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("standard output", done.stderr)

    def test_a_reader_that_leaves_in_the_middle_of_a_result_ends_the_run_quietly(self):
        for form in ("text", "json"):
            process = Process(self.directory, "map", "-j2", "-o", form, "--shell",
                              "seq {}; [ {} = 1 ] && exec sleep 61.95 || true", ":::", 3_000_000, 1)
            if form == "json":  # the other job is ended before anything of the first is read
                self.assertTrue(os.read(process.process.stdout.fileno(), 10).startswith(b'{"fanout"'))
            else:
                self.assertTrue(os.read(process.process.stdout.fileno(), 1000).startswith(b"1\n2\n"))
            process.process.stdout.close()
            self.assertEqual(process.process.wait(PATIENCE), -signal.SIGPIPE)
            self.assertEqual(process.process.stderr.read(), b"")
            process.process.stderr.close()
            left = subprocess.run(["pgrep", "-f", "^sleep 61[.]95"], capture_output=True, text=True)
            self.assertEqual(left.stdout, "")

    def test_a_pipeline_that_wants_the_first_line(self):
        done = self.shell("fanout map -j1 -o text seq ::: 1000000 1000001 | head -1; echo ${PIPESTATUS[0]}")
        self.assertEqual(done.stdout, f"1\n{128 + signal.SIGPIPE}\n")
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    main()
