"""What the end-to-end tests share: fanout run as a user runs it, in a directory of its own."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

FANOUT = os.environ["FANOUT_BINARY"]
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
PATIENCE = int(os.environ.get("FANOUT_TEST_PATIENCE", 60))  # seconds until a test is given up: generous, a busy machine is no failure


class FanoutCase(unittest.TestCase):
    """Each test has its own working directory, left behind when the test fails."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="fanout-test-"))

    def tearDown(self):
        outcome = self._outcome
        problems = getattr(outcome, "errors", None) or getattr(outcome.result, "failures", [])
        if any(entry[1] for entry in problems if entry[0] is self):
            print(f"left behind: {self.directory}")
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def fanout(self, *arguments, stdin="", env=None, **options):
        """A finished process; its outputs are text unless stdin is bytes."""
        is_text = isinstance(stdin, str)
        words = [word if isinstance(word, bytes) else str(word) for word in arguments]
        return subprocess.run([FANOUT, *words], input=stdin, text=is_text,
                              capture_output=True, cwd=self.directory, timeout=PATIENCE,
                              env={**os.environ, **(env or {})}, **options)

    def document(self, *arguments, code=0, **options):
        """The JSON document of a run that ends with `code`."""
        done = self.fanout(*arguments, **options)
        self.assertEqual(done.returncode, code, done)
        return json.loads(done.stdout)

    def shell(self, line, **options):
        """A pipeline as a user types it, with `fanout` on the PATH."""
        path = os.pathsep.join([os.path.dirname(FANOUT), os.environ["PATH"]])
        return subprocess.run(["/bin/bash", "-c", line], text=True, capture_output=True,
                              cwd=self.directory, timeout=PATIENCE, stdin=subprocess.DEVNULL,
                              env={**os.environ, "PATH": path}, **options)

    def write(self, name, content, mode=0o644):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def assert_refused(self, done, *parts):
        """Exit 2, one line on standard error that has the parts, nothing on standard output."""
        self.assertEqual(done.returncode, 2, done)
        self.assertEqual(done.stdout, type(done.stdout)(), done)
        message = done.stderr if isinstance(done.stderr, str) else done.stderr.decode()
        self.assertEqual(message.count("\n"), 1, message)
        self.assertTrue(message.startswith("fanout: "), message)
        for part in parts:
            self.assertIn(part, message)


def main():
    unittest.main(verbosity=1)
