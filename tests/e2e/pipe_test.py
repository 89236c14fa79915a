#!/usr/bin/env python3
"""map --pipe: an input cut at record borders, whole, in bounded memory, each block read by one job."""
import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import time
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

SANITIZED = bool(os.environ.get("FANOUT_SANITIZE"))
MEMORY_LIMIT = (256 if SANITIZED else 64) << 20


def lines(count):
    return "".join(f"{number}\n" for number in range(count))


def records_of(text):
    """The records of -o jsonl, without the summary."""
    return [json.loads(line) for line in text.splitlines()][:-1]


def peak_memory(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    return 0


class Blocks(FanoutCase):
    def test_blocks_together_are_the_input_byte_for_byte(self):
        random.seed(7)
        data = bytes(random.choice(b"ab\n\0\xff") for _ in range(300_000))
        for options in (["--block", "10k"], ["-n", "700"], ["-0", "--block", "3k"],
                        ["--recend", "b\\n", "--block", "5k"], ["--recstart", "\\xff"],
                        ["-d", "a", "-n", "1000"]):
            with self.subTest(options):
                done = self.fanout("map", "--pipe", *options, "-o", "text", "--order", "input", "cat",
                                   stdin=data)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertEqual(hashlib.sha256(done.stdout).hexdigest(),
                                 hashlib.sha256(data).hexdigest())

    def test_no_record_is_cut_and_blocks_have_their_size(self):
        text = lines(30_000)
        done = self.fanout("map", "--pipe", "--block", "10K", "-o", "jsonl", "--order", "input", "cat",
                           stdin=text)
        blocks = [record["stdout"] for record in records_of(done.stdout)]
        self.assertEqual("".join(blocks), text)
        for block in blocks:
            self.assertTrue(block.endswith("\n"))
            self.assertLessEqual(len(block), 10 << 10)
        for block in blocks[:-1]:
            self.assertGreater(len(block), (10 << 10) - 7)

    def test_a_number_of_records_is_a_block(self):
        done = self.fanout("map", "--pipe", "-n", "3", "-o", "values", "wc", "-l", stdin=lines(10))
        self.assertEqual(json.loads(done.stdout), ["3\n", "3\n", "3\n", "1\n"])

    def test_the_number_of_lines_is_that_of_the_input(self):
        for mode in ([], ["--round-robin"]):
            done = self.fanout("map", "--pipe", *mode, "--block", "20k", "-j4", "-o", "text", "wc", "-l",
                               stdin=lines(50_000))
            self.assertEqual(sum(map(int, done.stdout.split())), 50_000)

    def test_a_record_that_is_larger_than_a_block_is_whole(self):
        long = "x" * 200_000 + "\n"
        done = self.fanout("map", "--pipe", "--block", "1k", "-o", "values", "cat",
                           stdin="a\n" + long + "b\n")
        self.assertEqual(json.loads(done.stdout), ["a\n", long, "b\n"])

    def test_an_empty_input_is_no_job(self):
        for mode in ([], ["--round-robin"]):
            document = self.document("map", "--pipe", *mode, "cat")
            self.assertEqual(document["results"], [])

    def test_a_file_is_an_input(self):
        self.write("in.txt", lines(100))
        done = self.fanout("map", "--pipe", "-a", "in.txt", "-o", "text", "cat", stdin="not this")
        self.assertEqual(done.stdout, lines(100))

    def test_records_say_what_was_read_and_the_job_knows_its_number(self):
        done = self.fanout("map", "--pipe", "-n", "2", "-o", "jsonl", "--order", "input", "--shell",
                           "echo {#} $FANOUT_INDEX; cat", stdin="a\nb\nccc\n")
        first, second = records_of(done.stdout)
        self.assertEqual((first["stdin_bytes"], second["stdin_bytes"]), (4, 4))
        self.assertEqual((first["stdout"], second["stdout"]), ("1 0\na\nb\n", "2 1\nccc\n"))
        self.assertEqual(first["args"], [])

    def test_a_job_that_reads_little_is_no_error(self):
        done = self.fanout("map", "--pipe", "--block", "300k", "-o", "text", "head", "-1",
                           stdin=lines(200_000))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(done.stdout.split()), 5)

    def test_another_attempt_reads_the_same_block(self):
        done = self.fanout("map", "--pipe", "-n", "1", "--retries", "2", "-o", "values", "--shell",
                           "cat; test $FANOUT_ATTEMPT = 3", stdin="a\nb\n")
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, ["a\n", "b\n"]))

    def test_failures_are_told_by_the_number_of_the_job(self):
        done = self.fanout("map", "--pipe", "-n", "1", "-o", "none", "grep", "-q", "b",
                           stdin="a\nb\nc\n")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr,
                         "fanout: 2 of 3 failed: job 1 (exit 1), job 3 (exit 1)\n")

    def test_a_dry_run_prints_lines_that_give_the_input_when_pasted(self):
        self.write("a file", lines(1000))
        done = self.fanout("map", "--pipe", "--block", "1k", "-a", "a file", "--dry-run", "cat")
        self.assertEqual(done.stdout.count("\n"), 4)
        self.assertEqual(self.shell(done.stdout).stdout, lines(1000))

    def test_blocks_come_while_the_input_is_still_written(self):
        process = subprocess.Popen([FANOUT, "map", "--pipe", "-n", "1", "-o", "text", "cat"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for number in range(3):
            process.stdin.write(b"%d\n" % number)
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"%d\n" % number)
        process.stdin.close()
        self.assertEqual(process.wait(PATIENCE), 0)
        process.stdout.close()


class RoundRobin(FanoutCase):
    def run_records(self, *arguments, stdin, code=0):
        done = self.fanout("map", "--pipe", "--round-robin", "-o", "jsonl", *arguments, stdin=stdin)
        self.assertEqual(done.returncode, code, done)
        return records_of(done.stdout)

    def test_a_command_is_started_for_each_worker_only_and_each_record_read_once(self):
        text = lines(100_000)
        records = self.run_records("-j3", "--block", "4k", "cat", stdin=text)
        self.assertEqual(len(records), 3)
        read = [line for record in records for line in record["stdout"].splitlines()]
        self.assertEqual(sorted(map(int, read)), list(range(100_000)))
        for record in records:
            self.assertEqual(record["stdin_bytes"], len(record["stdout"]))
            self.assertNotIn("stdin_untaken_bytes", record)

    def test_binary_blocks_are_whole(self):
        data = b"".join(bytes([i % 256]) * (i % 5000) + b"--\n" for i in range(300))
        done = self.fanout("map", "--pipe", "--round-robin", "-j2", "-n", "1", "--recend", "--\\n",
                           "-o", "text", "cat", stdin=data)
        cut = lambda bytes: sorted(record for record in bytes.split(b"--\n"))
        self.assertEqual(cut(done.stdout), cut(data))

    def test_no_more_jobs_than_blocks_are_started(self):
        self.assertEqual(len(self.run_records("-j8", "-n", "1", "cat", stdin="a\nb\n")), 2)

    def test_a_job_that_is_busy_gets_no_more_than_it_can_hold(self):
        # The first job to run sleeps until the other has read all else: it is not given much.
        line = ("if mkdir first 2>/dev/null; then until test -e done; do sleep 0.01; done; wc -l; "
                "else wc -l; touch done; fi")
        records = self.run_records("-j2", "-n", "1", "--shell", line, stdin=lines(300))
        counts = sorted(int(record["stdout"]) for record in records)
        self.assertEqual(sum(counts), 300)
        self.assertLessEqual(counts[0], 3)

    def test_jobs_that_exit_early_lose_no_block_that_they_have_not_begun(self):
        # A shell reads no further than its line.
        records = self.run_records("-j2", "-n", "1", "--shell", "read line; echo $line",
                                   stdin=lines(50))
        self.assertEqual(sorted(int(record["stdout"]) for record in records), list(range(50)))
        self.assertFalse([record for record in records if "stdin_untaken_bytes" in record])

    def test_what_a_job_leaves_of_a_block_it_has_begun_is_in_its_record(self):
        records = self.run_records("-j1", "-n", "2", "--shell", "read line; echo $line",
                                   stdin="a\nbb\nc\ndd\n")
        self.assertEqual([record["stdout"] for record in records], ["a\n", "c\n"])
        self.assertEqual([record["stdin_untaken_bytes"] for record in records], [3, 3])

    def test_every_byte_of_the_input_is_in_one_record(self):
        text = lines(20_000)
        records = self.run_records("-j3", "--block", "2k", "--shell",
                                   "x={#}; head -c 3000 >/dev/null; exit $((x % 2))", stdin=text, code=1)
        self.assertEqual(sum(record["stdin_bytes"] for record in records), len(text))

    def test_a_program_that_cannot_be_started_has_taken_nothing(self):
        records = self.run_records("-n", "1", "./nothing", stdin="a\nbb\n", code=1)
        self.assertEqual([(r["stdin_bytes"], r["stdin_untaken_bytes"]) for r in records],
                         [(2, 2), (3, 3)])

    def test_a_timeout_ends_a_job_that_does_not_read_and_others_get_its_blocks(self):
        line = "if mkdir first 2>/dev/null; then exec sleep 600; else exec wc -l; fi"
        records = self.run_records("-j2", "-n", "1", "--timeout", "1", "--grace", "0", "--shell",
                                   line, stdin=lines(50), code=1)
        self.assertEqual([r["error"]["kind"] for r in records if r["error"]], ["timeout"])
        counted = sum(int(r["stdout"]) for r in records if not r["error"])
        self.assertEqual(counted, 49)

    def test_fail_fast_records_what_was_not_given_to_anybody(self):
        self.write("in.txt", lines(1000))
        records = self.run_records("-j2", "-n", "10", "--fail-fast", "-a", "in.txt", "--shell",
                                   "read line; exit 7", stdin="", code=1)
        self.assertEqual(sum(record["stdin_bytes"] for record in records), len(lines(1000)))
        self.assertIn("not_started", {(r["error"] or {}).get("kind") for r in records})

    def test_draining_ends_the_input_of_those_that_run(self):
        self.write("in.txt", lines(1000))
        line = ("if mkdir first 2>/dev/null; then read line; until test -e second; do sleep 0.01; "
                "done; exit 7; else read line; touch second; cat >/dev/null; fi")
        records = self.run_records("-j2", "-n", "1", "--on-failure", "drain", "-a", "in.txt",
                                   "--shell", line, stdin="", code=1)
        self.assertEqual(sum(record["stdin_bytes"] for record in records), len(lines(1000)))
        ran = sorted(record["status"] for record in records if record["attempts"])
        self.assertEqual(ran, ["failed", "succeeded"])

    def test_a_background_process_gets_the_end_of_its_input(self):
        done = self.fanout("map", "--pipe", "--round-robin", "-j1", "--leak-timeout", "0",
                           "-o", "text", "--shell", "exec 3<&0; wc -l <&3 & exit 0",
                           stdin=lines(10))
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "10"))

    def test_an_interrupt_ends_jobs_that_wait_for_input(self):
        process = subprocess.Popen(
            [FANOUT, "map", "--pipe", "--round-robin", "-j2", "-n", "1", "-o", "jsonl", "--shell",
             "echo run >> started; exec cat"], cwd=self.directory, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(b"a\nb\n")
        process.stdin.flush()
        started = self.directory / "started"
        deadline = time.monotonic() + PATIENCE
        while not started.exists() or started.read_text().count("run") < 2:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, -signal.SIGINT)
        records = records_of(out.decode())
        self.assertEqual([record["status"] for record in records], ["aborted", "aborted"])


class Memory(FanoutCase):
    """Only as many blocks as workers, and the one that is read, are in memory."""

    def peak_of(self, *arguments):
        blocks = 40 if SANITIZED else 100
        source = subprocess.Popen(["head", "-c", str(blocks << 20), "/dev/zero"],
                                  stdout=subprocess.PIPE)
        process = subprocess.Popen([FANOUT, "map", "--pipe", "-0", "--block", "1M", *arguments],
                                   stdin=source.stdout, stdout=subprocess.DEVNULL,
                                   cwd=self.directory)
        source.stdout.close()
        peak = 0
        while process.poll() is None:
            try:
                peak = max(peak, peak_memory(process.pid))
            except FileNotFoundError:
                pass
            time.sleep(0.005)
        source.wait(PATIENCE)
        self.assertEqual(process.returncode, 0)
        return peak

    def test_blocks_of_jobs_that_wait_for_their_turn_in_the_output_are_let_go(self):
        # The first job ends last: all other records wait for it.
        peak = self.peak_of("-j4", "--order", "input", "-o", "text", "--shell",
                            "if test {#} = 1; then until test -e last; do sleep 0.01; done; fi; "
                            f"if test {{#}} = {39 if SANITIZED else 99}; then touch last; fi; wc -c")
        self.assertLess(peak, MEMORY_LIMIT)

    def test_an_input_is_not_read_faster_than_jobs_take_it(self):
        self.assertLess(self.peak_of("--round-robin", "-j2", "-o", "none", "cat"), MEMORY_LIMIT)


class Refusals(FanoutCase):
    def test_options_that_contradict_each_other_or_have_no_effect(self):
        self.write("in.txt", "a\n")
        for arguments, parts in (
                (["--pipe", "cat", ":::", "a"], ["--pipe", ":::"]),
                (["--pipe", "cat", "{}"], ["\"{}\"", "--pipe"]),
                (["--pipe", "cat", "{1}"], ["\"{1}\""]),
                (["--pipe", "--shell", "cat '{/.}'"], ["\"{/.}\""]),
                (["--pipe", "-I", "X", "cat"], ["--replace", "items"]),
                (["--pipe", "--keep-blank", "cat"], ["--keep-blank", "items"]),
                (["--pipe", "--mutex", "m", "cat"], ["--mutex", "--pipe"]),
                (["--pipe", "--resource", "gpu=2", "cat"], ["--resource", "--pipe"]),
                (["--pipe", "--block", "0", "cat"], ["--block", "\"0\""]),
                (["--pipe", "--block", "1x", "cat"], ["--block", "1x"]),
                (["--pipe", "-n", "0", "cat"], ["--max-args", "\"0\""]),
                (["--pipe", "--block", "1k", "-n", "2", "cat"], ["--block", "-n"]),
                (["--pipe", "-0", "--recend", "x", "cat"], ["-0", "--recend"]),
                (["--pipe", "--recend", "", "cat"], ["--recend"]),
                (["--pipe", "--recend", "a\\q", "cat"], ["\"\\q\""]),
                (["--pipe", "--recstart", "\\", "cat"], ["--recstart"]),
                (["--pipe", "--round-robin", "--retries", "1", "cat"], ["--retries"]),
                (["--pipe", "--dry-run", "cat"], ["--dry-run", "-a"]),
                (["--pipe", "--round-robin", "--dry-run", "-a", "in.txt", "cat"], ["--round-robin"]),
                (["--pipe", "-a", "in.txt", "-a", "in.txt", "cat"], ["--pipe", "--arg-file", "names 2"]),
                (["--block", "1k", "cat"], ["--block", "--pipe"]),
                (["--recend", "x", "cat"], ["--recend", "--pipe"]),
                (["--round-robin", "cat"], ["--round-robin", "--pipe"])):
            with self.subTest(arguments):
                self.assert_refused(self.fanout("map", *arguments), *parts)

    def test_braces_stay_when_placeholders_are_off(self):
        done = self.fanout("map", "--pipe", "--no-placeholders", "-o", "text", "echo", "{}",
                           stdin="a\n")
        self.assertEqual(done.stdout, "{}\n")


if __name__ == "__main__":
    main()
