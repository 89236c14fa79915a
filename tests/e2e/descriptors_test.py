#!/usr/bin/env python3
"""No descriptor of fanout, and none of another job, reaches a command: it finds its three standard
streams and what fanout itself was started with."""
import json
import os
import subprocess

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

# The shell waits for ls, so that what is listed are the shell's own.
LIST = "ls /proc/$$/fd; :"
BIG = 3 << 20  # a few such outputs, waiting for their turn, are more than stays in memory


class Descriptors(FanoutCase):
    def run_with_one_more(self, *arguments, stdin=b"", code=0):
        """Standard output of a run that was started with one descriptor besides the three."""
        given = os.open("/dev/null", os.O_RDONLY)
        self.addCleanup(os.close, given)
        done = subprocess.run([FANOUT, *map(str, arguments)], input=stdin, capture_output=True, check=False,
                              cwd=self.directory, timeout=PATIENCE, pass_fds=[given])
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout, sorted(["0", "1", "2", str(given)])

    def assert_exact(self, records, expected):
        for record in records:
            self.assertEqual(sorted(record["stdout"].split()), expected, record["index"])

    def test_of_items_from_a_file(self):
        self.write("items", "".join(f"{number}\n" for number in range(40)))
        out, expected = self.run_with_one_more("map", "-j4", "-a", "items", "sh", "-c", LIST)
        self.assert_exact(json.loads(out)["results"], expected)

    def test_of_jobs_with_every_kind_of_standard_input(self):
        self.write("in", "from a file")
        jobs = [{"command": LIST, "stdin": stdin} for stdin in ["a text", "x" * 300000, {"file": "in"}, None]] * 5
        self.write("jobs.json", json.dumps({"shell": True, "jobs": jobs}))
        out, expected = self.run_with_one_more("run", "-j4", "jobs.json")
        self.assert_exact(json.loads(out)["results"], expected)

    def test_of_a_stream_and_of_jobs_tried_again(self):
        text = b"".join(b'["sh","-c",%s]\n' % json.dumps(f"{LIST}\nfalse").encode() for _ in range(8))
        out, expected = self.run_with_one_more("run", "-j4", "--retries", 2, "-", stdin=text, code=1)
        records = json.loads(out)["results"]
        self.assert_exact(records, expected)
        self.assertEqual({len(record["attempts"]) for record in records}, {3})

    def test_while_outputs_are_big_and_wait_for_their_turn(self):
        # The first job holds up the order until all others have written, so that their results wait.
        wait = "while [ ! -e done6 ]; do sleep 0.05; done;"
        big = f"head -c {BIG} /dev/zero | tr '\\0' a >&2;"
        jobs = [f"{wait} {LIST}"] + [f"{big} {LIST} >done{number}" for number in range(7)]
        out, expected = self.run_with_one_more("run", "-j2", "--on-failure=kill", "--parse=lines", "--order=input", "-",
                                               stdin=json.dumps({"shell": True, "jobs": jobs}).encode())
        self.assert_exact(json.loads(out)["results"], expected)

    def test_of_a_preset(self):
        self.write("presets.json", json.dumps({"commands": {"list": {"command": LIST, "shell": True}}}))
        out, expected = self.run_with_one_more("call", "-f", "presets.json", "list")
        self.assertEqual(sorted(out.decode().split()), expected)


if __name__ == "__main__":
    main()
