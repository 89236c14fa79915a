#!/usr/bin/env python3
"""What is inserted into a command line comes out of real shells byte for byte."""
import base64
import json
import random
import shutil
import subprocess

from fanout_case import PATIENCE, FanoutCase, main

# Other shells than /bin/sh read the same lines; those that are not installed are left out.
SHELLS = [["dash"], ["bash"], ["bash", "--posix"], ["zsh", "--emulate", "sh", "-f"], ["ksh"],
          ["mksh"], ["busybox", "sh"], ["yash"]]

PER_COMMAND = 150  # few processes, and no command line above 128 KiB
SPECIAL = [b"", b"-", b"-n", b"--", b"-c", b"+x", b"~", b"~root", b"*", b"?", b"[a-z]", b"{a,b}", b"!!",
           b"!x", b"$(id)", b"`id`", b"${HOME}", b"$HOME", b"$", b"$$", b"\\", b"\\\\", b"\\n", b"'", b"''",
           b'"', b"\"'", b"'\"'\"'", b"\n", b"\n\n", b"a\n", b"\na", b" ", b"\t", b" a b ", b"#", b"# a", b"a #b",
           b"&", b";", b"|", b"<", b">", b"2>", b"2", b"if", b"done", b"}", b"!", b"A=1", b"=", b"%s", b"\r",
           b"a\\\n", b"\\\nb", b"$'a'", b"$\"a\"", b"((", b"))", b"<<E", b"\x01", b"\x7f", b"\xff", b"\xc2\x9b"]
LOVED = b"'\"\\$`!()<>{}[]*?~#&;|=%-+\n\t\r a1"


def hostile_items(count):
    source = random.Random(3)
    items = list(SPECIAL)
    while len(items) < count:
        size = source.randrange(1, 16)
        items.append(bytes(source.choice(LOVED) if source.random() < 0.7 else source.randrange(1, 256)
                           for _ in range(size)))
    return items


def contexts_of(number):
    return (f'{{{number}}} \'{{{number}}}\' "{{{number}}}" a{{{number}}}b "$v{{{number}}}" '
            f"'<'{{{number}}}\"{{{number}}}>\"")


def expected_of(item):
    return [item, item, item, b"a" + item + b"b", item, b"<" + item + item + b">"]


def bytes_of(word):
    return base64.b64decode(word["base64"]) if isinstance(word, dict) else word.encode()


def stdout_of(record):
    text = record["stdout"]
    return base64.b64decode(text) if "stdout_encoding" in record else text.encode()


class Quoting(FanoutCase):
    def setUp(self):
        super().setUp()
        self.shells = [shell for shell in SHELLS if shutil.which(shell[0])]

    def records(self, line, items, per_command):
        done = self.fanout("map", "--shell", "-0", "-n", per_command, line,
                           stdin=b"".join(item + b"\0" for item in items))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["results"]

    def assert_same(self, output, items, expected_of, shell):
        expected = [word for item in items for word in expected_of(item)]
        words = output.split(b"\0")[:-1]
        if words != expected:
            wrong = next(pair for pair in zip(words + [None], expected + [None]) if pair[0] != pair[1])
            self.fail(f"{shell}: {wrong[0]!r:.200} instead of {wrong[1]!r}")

    def run_line(self, shell, line):
        done = subprocess.run([*shell, "-c", line], stdin=subprocess.DEVNULL, capture_output=True,
                              cwd=self.directory, timeout=PATIENCE, check=False)
        self.assertEqual((done.returncode, done.stderr[:200]), (0, b""), shell)
        return done.stdout

    def test_hostile_values_come_out_of_every_kind_of_quotes(self):
        items = hostile_items(20 * PER_COMMAND)
        line = "printf '%s\\0' " + " ".join(contexts_of(i + 1) for i in range(PER_COMMAND))
        for number, record in enumerate(self.records(line, items, PER_COMMAND)):
            here = items[number * PER_COMMAND:(number + 1) * PER_COMMAND]
            self.assert_same(stdout_of(record), here, expected_of, "/bin/sh")
            command_line = bytes_of(record["command"][2])
            for shell in self.shells:
                self.assert_same(self.run_line(shell, command_line), here, expected_of, shell)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_hostile_values_come_out_as_words_of_their_own(self):
        items = hostile_items(1000)
        for line in ["printf '%s\\0' {}", "printf '%s\\0'"]:
            (record,) = self.records(line, items, len(items))
            self.assert_same(stdout_of(record), items, lambda item: [item], "/bin/sh")
            for shell in self.shells:
                output = self.run_line(shell, bytes_of(record["command"][2]))
                self.assert_same(output, items, lambda item: [item], shell)

    def test_a_dry_run_can_be_pasted(self):
        items = hostile_items(1000)
        done = self.fanout("map", "--dry-run", "-0", "-n", 100, "printf", "%s\\0",
                           stdin=b"".join(item + b"\0" for item in items))
        for shell in self.shells:
            self.assert_same(self.run_line(shell, done.stdout), items, lambda item: [item], shell)


if __name__ == "__main__":
    main()
