#!/usr/bin/env python3
"""Bytes of jobs, items, names and manifests on a terminal: shown, and never obeyed."""
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import threading
import tty
import unittest

from fanout_case import FANOUT, PATIENCE, FanoutCase, main

HOSTILE = b"\x1b[31mred\x1b[0m \x1b]0;title\x07 \xc2\x9b2J \x9b2J \x7f\r\x08\x0e \xff caf\xc3\xa9\t."
SHOWN = (r"\x1b[31mred\x1b[0m \x1b]0;title\x07 \xc2\x9b2J \x9b2J \x7f\r\x08\x0e \xff café" "\t.").encode()
# What no terminal may get: C0 but newline and tab, DEL, C1, and what is not UTF-8 (decoded apart).
DRIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Terminal:
    """A pseudo-terminal that changes nothing, and all that is written to it."""

    def __enter__(self):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.output = b""
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        return self

    def read(self):
        while True:
            try:
                more = os.read(self.master, 65536)
            except OSError:  # EIO: the last writer is gone
                return
            self.output += more

    def __exit__(self, *_):
        os.close(self.slave)
        self.reader.join()
        os.close(self.master)


class SlowTerminal(FanoutCase):
    """A terminal whose reader takes little or nothing, as after ^S."""

    def setUp(self):
        super().setUp()
        self.master, self.slave = pty.openpty()

    def tearDown(self):
        os.close(self.slave)
        os.close(self.master)
        super().tearDown()

    def start(self, *arguments):
        return subprocess.Popen([FANOUT, "map", "-o", "text", *arguments], cwd=self.directory, stdin=subprocess.DEVNULL,
                                stdout=self.slave, stderr=subprocess.PIPE, text=True)

    def test_timeouts_and_signals_hold_while_nobody_reads(self):
        for options in ([], ["--raw"]):
            with self.subTest(options=options):
                os.mkfifo(self.directory / "pid2")
                process = self.start(*options, "-j3", "--timeout", "1s", "--grace", "0", "--shell",
                                     "case {} in 1) seq 1 300000;; *) echo $$ >pid{}; exec sleep 50;; esac", ":::", "1", "2")
                pid = int((self.directory / "pid2").read_text())
                with open(os.pidfd_open(pid), "rb", buffering=0) as pidfd:
                    self.assertTrue(select.select([pidfd], [], [], PATIENCE)[0], "the timeout did not come")
                # The first ends the run; one that comes then ends the waiting for the reader.
                while process.poll() is None:
                    process.terminate()
                    select.select([], [], [], 0.1)
                self.assertEqual(process.returncode, -signal.SIGTERM)
                process.stderr.close()
                os.unlink(self.directory / "pid2")

    @unittest.skipIf(os.environ.get("FANOUT_SANITIZE"), "sanitizers have a memory of their own")
    def test_much_for_a_slow_terminal_needs_little_memory(self):
        os.mkfifo(self.directory / "ready")
        process = self.start("--shell", ": {}; head -c 50000000 /dev/zero; echo ready >ready", ":::", "x")
        (self.directory / "ready").read_text()
        for _ in range(100):
            os.read(self.master, 4096)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peak_kib = int(re.search(r"VmHWM:\s+(\d+)", status)[1])
        process.kill()
        process.wait(PATIENCE)
        process.stderr.close()
        self.assertLess(peak_kib, 64 * 1024)


class Deaf(FanoutCase):
    def test_that_nobody_hears_what_is_said_to_people_ends_nothing(self):
        for line, code in [("fanout map -o json false ::: 1 2> >(exit 0) | cat; echo ${PIPESTATUS[0]}", 1),
                           ("(sleep 0.3; kill -USR1 $$; sleep 0.1; kill -USR1 $$) & exec fanout map -o none sleep ::: 1 2> >(exit 0)", 0)]:
            with self.subTest(line=line):
                done = self.shell("trap '' PIPE; " + line)
                if code == 1:
                    self.assertEqual(done.stdout.splitlines()[-1], "1", done)
                else:
                    self.assertEqual(done.returncode, 0, done)


class OnATerminal(FanoutCase):
    def on_terminal(self, *arguments, stdin=b"", streams=("stdout", "stderr")):
        """What a terminal shows of a run; other streams are pipes, and returned behind it."""
        with Terminal() as terminal:
            where = {name: terminal.slave if name in streams else subprocess.PIPE
                     for name in ("stdout", "stderr")}
            # Without the colours of fanout's own, which are not the jobs' doing.
            done = subprocess.run([FANOUT, *arguments], input=stdin, cwd=self.directory, check=False,
                                  timeout=PATIENCE, env={**os.environ, "NO_COLOR": "1"}, **where)
        pipes = b"".join(text for text in (done.stdout, done.stderr) if text)
        return terminal.output, pipes

    def assert_harmless(self, shown):
        self.assertNotEqual(shown, b"")
        self.assertIsNone(DRIVING.search(shown.decode()), shown)  # it decodes: it is UTF-8

    def test_text_is_made_visible(self):
        self.write("hostile", HOSTILE + b"\n")
        for streams, redirection in [(("stdout",), ""), (("stderr",), ">&2")]:
            with self.subTest(streams=streams):
                shown, pipes = self.on_terminal("map", "-o", "text", "--shell", f"cat {{}} {redirection}",
                                                ":::", "hostile", streams=streams)
                self.assertEqual((shown, pipes), (SHOWN + b"\n", b""))

    def test_a_pipe_gets_every_byte(self):
        self.write("hostile", HOSTILE)
        shown, pipes = self.on_terminal("map", "-o", "text", "cat", ":::", "hostile", streams=("stderr",))
        self.assertEqual((shown, pipes), (b"", HOSTILE))

    def test_raw_text_is_what_was_asked_for(self):
        self.write("hostile", HOSTILE)
        for arguments in [["map", "-o", "text", "--raw", "cat", ":::", "hostile"],
                          ["run", "--output=text", "--raw", "-"]]:
            shown, _ = self.on_terminal(*arguments, stdin=b"cat hostile\n")
            self.assertEqual(shown, HOSTILE)

    def test_raw_without_text_is_refused(self):
        for arguments in [["map", "--raw", "touch"], ["run", "--raw", "-"],
                          ["run", "-o", "jsonl", "--raw", "-"]]:
            self.assert_refused(self.fanout(*arguments, stdin="touch started\n"), "--raw", "-o text")
        self.assertFalse((self.directory / "started").exists())

    def test_raw_may_come_with_the_text_of_a_manifest(self):
        done = self.fanout("run", "--raw", "-", stdin='{"output":"text","jobs":[["echo","a"]]}')
        self.assertEqual((done.stdout, done.returncode), ("a\n", 0))

    def test_characters_survive_wherever_a_chunk_ends(self):
        text = "é€😀".encode() * 40000
        self.write("text", b"a" + text)
        shown, _ = self.on_terminal("map", "-o", "text", "cat", ":::", "text")
        self.assertEqual(shown, b"a" + text)

    def test_a_cut_character_at_the_very_end_is_shown(self):
        shown, _ = self.on_terminal("map", "-o", "text", "printf", r"a\303%.0s", ":::", "x")
        self.assertEqual(shown, rb"a\xc3")

    def test_no_form_of_output_drives_the_terminal(self):
        self.write("all", bytes(range(256)) + HOSTILE)
        c1 = "caf\u00e9 \u009b2J\u0085\u007f"
        manifest = json.dumps({"jobs": {c1: ["cat", "all"], "b": [c1], "c": ["sh", "-c", "cat all >&2; exit 3"],
                                        "d": ["cat", {c1: {c1: [c1]}}]}}, ensure_ascii=False)
        for output in ["json", "jsonl", "values", "text", "none"]:
            with self.subTest(output=output):
                shown, _ = self.on_terminal("run", "-o", output, "-", stdin=manifest.encode())
                self.assert_harmless(shown)

    def test_values_that_are_json_do_not_drive_it(self):
        self.write("value", '{"\u009b": "\u007f\u0085 \u00e9"}')
        for output in ["json", "values"]:
            shown, _ = self.on_terminal("map", "--parse", "json", "-o", output, "cat", ":::", "value")
            self.assert_harmless(shown)
            self.assertIn("\\u009b", shown.decode())
        shown, _ = self.on_terminal("map", "-o", "values", "--replace-failed", '"\u009b"', "false", ":::", "x")
        self.assert_harmless(shown)

    def test_items_and_messages_do_not_drive_it(self):
        for arguments in [["map", "-o", "text", "--tag", "-0", "printf", "%s\\n"],
                          ["map", "-o", "none", "-0", "sh", "-c", "exit 3"],
                          ["map", "-o", "none", "-0"] + [HOSTILE],
                          ["map", HOSTILE, ":::", "a"], ["map", b"--" + HOSTILE], [HOSTILE],
                          ["map", "--timeout", HOSTILE, "true"], ["map", "-I", HOSTILE, "{3}"],
                          ["map", "--extra", HOSTILE, "true"], ["map", "-d", HOSTILE, "true"],
                          ["map", "-a", HOSTILE, "true"], ["map", "--shell", b"echo `" + HOSTILE + b" {}`"],
                          ["run", HOSTILE], ["run", "--format", HOSTILE, "-"], ["run", "-", HOSTILE],
                          ["call", "-f", HOSTILE, "x"], ["schema", HOSTILE]]:
            with self.subTest(arguments=arguments):
                shown, _ = self.on_terminal(*arguments, stdin=HOSTILE + b"\0")
                self.assert_harmless(shown)

    def test_wrong_manifests_do_not_drive_it(self):
        text = HOSTILE.decode(errors="ignore")
        for manifest in [b"[" + HOSTILE, b'["' + HOSTILE, json.dumps({"jobs": [], text: 1}).encode(),
                         json.dumps({"jobs": [], "timeout": text}).encode(),
                         json.dumps({"jobs": [{"use": text}]}).encode(), HOSTILE + b"{\0\n"]:
            with self.subTest(manifest=manifest):
                shown, _ = self.on_terminal("run", "-o", "none", "-", stdin=manifest)
                self.assert_harmless(shown)
                with_name, _ = self.on_terminal("run", "-o", "none", self.write("\x1b]0;x\x07", manifest))
                self.assert_harmless(with_name)

    def test_a_dry_run_can_be_shown_and_pasted(self):
        items = [HOSTILE, b"it's\\ 7", b"\x1b7", b"plain", b"a b", b"\n\t"]
        shown, _ = self.on_terminal("map", "-0", "--dry-run", "printf", "%s\\0", stdin=b"\0".join(items))
        self.assert_harmless(shown)
        self.assertIn(rb"$'\033" + b"7'", shown)
        self.assertIn(b"%s\\0' plain\n", shown)
        for shell in ["bash", "zsh", "ksh", "mksh"]:
            if not shutil.which(shell):
                continue
            pasted = subprocess.run([shell], input=shown, capture_output=True, timeout=PATIENCE, check=True)
            self.assertEqual(pasted.stdout, b"".join(item + b"\0" for item in items), shell)

    def test_a_dry_run_to_a_pipe_has_every_byte(self):
        shown, pipes = self.on_terminal("map", "--dry-run", "echo", ":::", b"\x1b7\xff", streams=("stderr",))
        self.assertEqual((shown, pipes), (b"", b"echo '\x1b7\xff'\n"))


if __name__ == "__main__":
    main()
