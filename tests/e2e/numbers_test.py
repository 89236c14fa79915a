#!/usr/bin/env python3
"""Durations, sizes and counts that people get wrong: each is defined, or refused by name. The
locale changes nothing."""
import json
import shutil
import subprocess
import tempfile
import unittest

from fanout_case import PATIENCE, FanoutCase, main

DURATIONS = ("timeout", "grace", "deadline", "pause")
OF_AN_ATTEMPT = ("timeout", "grace", "retries")  # a job and a preset may have them too
TOO_MANY_DIGITS = "99999999999999999999"
NEVER_A_NUMBER = ["", "-1", "nan", "inf", "1e12", "1e-9", "1,5", TOO_MANY_DIGITS]
WRONG = {
    **{name: NEVER_A_NUMBER for name in DURATIONS},
    "timeout": [*NEVER_A_NUMBER, "-0", "NaN", "infinity", "0x10", "+1", " 1", "1 ", ".5", "\u0661", "1.5.5", "1x",
                "s", "1s1s", "1h1d", "0.0000000001", "36526d"],
    "retries": [*NEVER_A_NUMBER, "-0", "0x10", "+1", " 1", "\u0661", "1.5", "4294967295"],
    "max_workers": [*NEVER_A_NUMBER, "1.5", "4294967295", "0%", "-1%", "1,5%", "nan%", "%", f"{TOO_MANY_DIGITS}%"],
    "capture": [*NEVER_A_NUMBER, "0.5", "1.0001K", "1E", "9000000T", "K"],
}
RIGHT = {
    **{name: ["0", "0.0", "000", "1.", "90", "1m30s", "36525d", "0.000000001"] for name in DURATIONS},
    "retries": ["0", "007", "4294967294"],
    "max_workers": ["0", "1", "200%", "unlimited", "4294967294"],
    "capture": ["0", "0K", "1.5K", "7T", "9007199254740993"],
}
NUMBERS_OF_JSON = ["-1", "-0", "1e12", "1e-9", "1E2", TOO_MANY_DIGITS, "-1.5"]


class Numbers(FanoutCase):
    def test_options_that_are_no_numbers_are_refused_by_name(self):
        for setting, values in WRONG.items():
            option = "--" + setting.replace("_", "-")
            for number, value in enumerate(values):
                arguments = [["map", f"{option}={value}", "touch", ":::", "started"],
                             ["map", option, value, "touch", ":::", "started"],
                             ["run", f"{option}={value}", "-"]][number % 3]
                with self.subTest(arguments=arguments):
                    done = self.fanout(*arguments, stdin='["touch","started"]\n')
                    self.assert_refused(done, option, f'"{value}"')
        self.assertFalse((self.directory / "started").exists())

    def test_options_that_are_numbers_hold(self):
        for setting, values in RIGHT.items():
            for value in values:
                if setting == "deadline" and value == "0.000000001":
                    continue  # it would come before the job
                is_too_short = setting == "timeout" and value == "0.000000001"
                with self.subTest(setting=setting, value=value):
                    done = self.fanout("map", f"--{setting.replace('_', '-')}={value}", "-o", "text",
                                       "--grace=0" if setting == "timeout" else "--silent",
                                       "sleep", ":::", 60 if is_too_short else 0)
                    self.assertEqual(done.returncode, 1 if is_too_short else 0, done)

    def test_settings_of_a_manifest_are_refused_with_their_place(self):
        for setting, values in WRONG.items():
            written = [json.dumps(value) for value in values] + NUMBERS_OF_JSON + ["true", "[1]", "{}"]
            for value in written:
                text = f'{{"jobs":[["touch","started"]],\n"{setting}":{value}}}'
                with self.subTest(text=text):
                    self.assert_refused(self.fanout("run", "-", stdin=text), "stdin:2:")

    def test_settings_of_jobs_and_presets_are_refused_with_their_place(self):
        for setting in OF_AN_ATTEMPT:
            for number, value in enumerate([json.dumps(value) for value in WRONG[setting]] + NUMBERS_OF_JSON):
                text = [f'{{"jobs":[["touch","started"],\n{{"command":["true"],"{setting}":{value}}}]}}',
                        f'{{"jobs":[["touch","started"]],"commands":\n{{"p":{{"command":["true"],"{setting}":{value}}}}}}}'
                        ][number % 2]
                with self.subTest(text=text):
                    self.assert_refused(self.fanout("run", "-", stdin=text), "stdin:2:", f'"{setting}"')
        self.assertFalse((self.directory / "started").exists())

    def test_items_of_a_command_are_counted(self):
        for value in [*NEVER_A_NUMBER, "0", "1.5"]:
            with self.subTest(value=value):
                done = self.fanout("map", f"--max-args={value}", "touch", ":::", "started")
                self.assert_refused(done, "--max-args", f'"{value}"')
        self.assertEqual(self.fanout("map", "-n18446744073709551615", "-o", "text", "echo", ":::", 1, 2).stdout,
                         "1 2\n")

    def test_no_timeout_is_none_and_no_grace_is_kill(self):
        text = json.dumps({"timeout": 0, "deadline": 0, "pause": 0, "jobs": [["sleep", "0.2"]]})
        self.document("run", "-", stdin=text)
        record = self.document("map", "--timeout", 0.3, "--grace", 0, "--shell", "trap '' TERM; echo {}; sleep 100 & wait",
                               ":::", "deaf", code=1)["results"][0]
        self.assertEqual((record["error"]["kind"], record["stdout"]), ("timeout", "deaf\n"))
        self.assertLess(record["seconds"], 30)


class DecimalComma(FanoutCase):
    LOCALE = "de_DE.UTF-8"

    @classmethod
    def setUpClass(cls):
        """An environment in which 1.5 is written 1,5, made if the machine has none."""
        cls.env = {"LC_ALL": cls.LOCALE, "LANG": cls.LOCALE}
        known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
        if "de_DE.utf8" in known:
            return
        cls.directory_of_locales = tempfile.mkdtemp(prefix="fanout-locale-")
        cls.addClassCleanup(shutil.rmtree, cls.directory_of_locales)
        cls.env["LOCPATH"] = cls.directory_of_locales
        made = shutil.which("localedef") and subprocess.run(
            ["localedef", "--no-archive", "-i", "de_DE", "-f", "UTF-8", f"{cls.directory_of_locales}/{cls.LOCALE}"],
            capture_output=True, timeout=PATIENCE, check=False).returncode == 0
        if not made:
            raise unittest.SkipTest(f"there is no locale {cls.LOCALE}, and localedef cannot make it")

    def test_it_is_a_decimal_comma(self):
        done = subprocess.run(["/usr/bin/printf", "%.1f", "1,5"], capture_output=True, check=False,
                              env={"PATH": "/usr/bin:/bin", **self.env})
        self.assertEqual(done.stdout, b"1,5")

    def test_input_and_output_are_the_same(self):
        text = json.dumps({"timeout": 1.5, "grace": "0.25", "capture": "1.5K", "parse": "json",
                           "jobs": [["echo", 1.5, {"x": 2.25}], {"command": ["printf", "1.5e-3"], "timeout": "1.5s"}]})
        here, there = (self.document("run", "-", stdin=text, env=env, code=1) for env in ({"LC_ALL": "C"}, self.env))
        self.assertEqual(here["run"]["settings"], there["run"]["settings"])
        self.assertEqual(there["results"][0]["command"], ["echo", "1.5", "-x", "2.25"])
        self.assertEqual(there["results"][1]["value"], 0.0015)
        for field in ("command", "args", "kwargs", "stdout", "status"):
            self.assertEqual(*([record[field] for record in document["results"]] for document in (here, there)))
        self.assertIsInstance(there["summary"]["seconds"], float)

    def test_a_comma_is_refused_there_too(self):
        for option in ("--timeout=1,5", "--capture=1,5K", "--pause=1,5s"):
            self.assert_refused(self.fanout("map", option, "true", ":::", "x", env=self.env), '"1,5')
        self.assert_refused(self.fanout("run", "-", stdin='{"jobs":[],"timeout":1,5}', env=self.env), "stdin:1:")
        self.assertEqual(self.fanout("map", "--timeout=1.5", "true", ":::", "x", env=self.env).returncode, 0)


if __name__ == "__main__":
    main()
