#!/usr/bin/env python3
"""Every example of examples/, run on a copy as its README says."""
import json
import pathlib
import shutil

from fanout_case import SOURCE, FanoutCase, main


class Examples(FanoutCase):
    def setUp(self):
        super().setUp()
        shutil.copytree(SOURCE / "examples", self.directory / "examples")

    def run_example(self, line, code=0):
        done = self.shell(f"cd examples && {line}")
        self.assertEqual(done.returncode, code, done)
        return done

    def test_checksums_as_a_makefile_recipe(self):
        done = self.run_example("make -C checksums -s && make -C checksums -s verify")
        self.assertEqual(done.stdout, "all files are as they were\n")
        sums = (self.directory / "examples/checksums/checksums.txt").read_text().splitlines()
        self.assertEqual([line.split("  ")[1] for line in sums],
                         ["tree/a.txt", "tree/b with blanks.txt", "tree/deep/c.txt"])
        (self.directory / "examples/checksums/tree/a.txt").write_text("changed\n")
        done = self.run_example("make -C checksums -s -o checksums.txt verify", code=2)
        self.assertIn("tree/a.txt: FAILED", done.stdout + done.stderr)
        self.assertIn("fanout: 1 of 3 failed", done.stderr)

    def test_ci_checks_pass_in_silence_and_fail_with_one_readable_line(self):
        done = self.run_example("ci-checks/check.sh")
        self.assertEqual(done.stdout + done.stderr, "")
        done = self.run_example("ci-checks/check.sh failing.json", code=1)
        self.assertEqual(done.stderr.splitlines(), [
            "expected hello, world",
            "fanout: 2 of 3 failed: test/sh (exit 2), lint/spell "
            "(exec \"no-such-spell-checker\": No such file or directory)"])

    def test_logs_are_searched_in_a_pipeline(self):
        done = self.run_example("logs/search.sh")
        self.assertEqual(done.stdout, "2 logs/alpha.log\n1 logs/gamma.log\n")
        self.assertEqual(done.stderr, "")
        done = self.run_example("logs/search.sh '['")
        self.assertIn("fanout: 3 of 3 failed: logs/alpha.log (exit 1)", done.stderr)

    def test_bitcoin_prices_have_names(self):
        done = self.run_example("bitcoin-prices/run.sh")
        prices, called = done.stdout.splitlines()
        self.assertEqual(json.loads(prices), {"stamp": 7800.20, "finex": 7821.89, "base": 7789.32})
        self.assertEqual(called, "7800.2")

    def test_presets_have_defaults(self):
        done = self.run_example("presets/run.sh")
        self.assertEqual(done.stdout.splitlines(), [
            "photos/sea.raw -> sea.png --size=64x64 --quality=80",
            "photos/hill.raw -> hill.png --size=128x128 --quality=80 --verbose",
            "photos/wood.raw -> wood.webp --size=64x64 --quality=60",
            "photos/sea.raw -> sea.png --size=64x64 --quality=80"])

    def test_pipeline_steps_wait_for_each_other(self):
        done = self.run_example("pipeline/build.sh")
        self.assertEqual(done.stdout, "ONCE UPON A TIME\nTHEY LIVED\nHAPPILY EVER AFTER\n")
        self.assertEqual(done.stderr, "")
        done = self.run_example("rm pipeline/parts/two && pipeline/build.sh", code=1)
        self.assertIn("fanout: 1 of 7 failed, 4 aborted: print/two (exit ", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_every_directory_is_in_the_readme_and_in_a_test(self):
        directories = {path.name for path in pathlib.Path(SOURCE / "examples").iterdir()
                       if path.is_dir() and path.name != "lib"}
        readme = (SOURCE / "examples/README.md").read_text()
        tests = pathlib.Path(__file__).read_text()
        for name in directories:
            self.assertIn(f"`{name}/`", readme)
            self.assertIn(name, tests)

    def test_the_quickstart_manifest_runs(self):
        done = self.shell(f"cd {SOURCE} && fanout run examples/quickstart.json")
        self.assertEqual(done.returncode, 0, done)
        results = json.loads(done.stdout)["results"]
        self.assertGreater(int(results["lines of C++"]["stdout"]), 100)
        self.assertIn("LICENSE", results["license checksum"]["stdout"])


if __name__ == "__main__":
    main()
