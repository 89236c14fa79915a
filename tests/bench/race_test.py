#!/usr/bin/env python3
"""What the benchmark makes of samples: ratios of rounds, numbers for each job, what is left out."""
import sys
import unittest

sys.dont_write_bytecode = True
import report  # noqa: E402
from race import Broken, Contestant, Work, difference, race, ratio, value  # noqa: E402


def samples(*walls):
    """A contestant's runs, one after the other."""
    left = [{"wall": wall, "memory": 1 << 20} for wall in walls]
    return lambda: left.pop(0)


def raced(contestants, targets, rounds):
    work = Work("name", "title", contestants, targets)
    race(work, rounds, lambda line: None)
    return report.work_found(work, is_judged=True)


class RaceTest(unittest.TestCase):
    def test_a_ratio_is_that_of_the_same_round_and_of_one_job(self):
        """The second round was disturbed, for both; of medians the ratio would be another."""
        found = raced([Contestant("a", samples(20, 90, 30), 10), Contestant("b", samples(1, 3, 2))],
                      [ratio("wall", "a", "b", at_most=2)], 3)
        self.assertEqual(found["targets"][0]["measured"], 2)
        self.assertEqual(found["contestants"][0]["medians"]["wall"], 3)

    def test_a_bound_holds_on_its_side_and_where_it_lies(self):
        a, b = Contestant("a", samples(3)), Contestant("b", samples(1))
        found = raced([a, b], [difference("wall", "a", "b", at_most=2),
                               difference("wall", "a", "b", at_most=1.9),
                               ratio("wall", "a", "b", at_least=3),
                               ratio("wall", "a", "b", at_least=3.1),
                               ratio("wall", "a", "b")], 1)
        self.assertEqual([target["holds"] for target in found["targets"]],
                         [True, False, True, False, None])

    def test_memory_is_not_divided_by_jobs_and_its_peak_is_the_worst(self):
        sizes = [{"memory": 5}, {"memory": 7}, {"memory": 6}]
        found = raced([Contestant("a", lambda: sizes.pop(0), 1000)],
                      [value("memory", "a", max, at_most=6)], 3)
        self.assertEqual(found["targets"][0]["measured"], 7)

    def test_a_missing_contestant_is_named_and_its_targets_are_left_out(self):
        found = raced([Contestant("a", samples(1)), Contestant("b", None)],
                      [ratio("wall", "a", "b", at_most=2), value("wall", "a", at_most=2)], 1)
        self.assertEqual([target["what"] for target in found["targets"]], ["a: wall"])
        self.assertEqual(found["notes"], ["b: not installed"])

    def test_contestants_take_turns(self):
        turns = []

        def run(name):
            return lambda: turns.append(name) or {"wall": 1}

        raced([Contestant("a", run("a")), Contestant("b", run("b"))], [], 2)
        self.assertEqual(turns, ["a", "b", "a", "b"])

    def test_a_broken_contestant_ends_the_race(self):
        def broken():
            raise Broken("wrong output")

        with self.assertRaises(Broken):
            raced([Contestant("a", broken)], [], 1)

    def test_text_and_markdown_show_measured_bound_and_verdict(self):
        found = {"machine": {"cpu": "Z80", "cores": 1, "memory_kib": 1 << 20, "kernel": "CP/M",
                             "load": 0.0},
                 "scale": "full",
                 "works": [raced([Contestant("a", samples(0.0025))],
                                 [value("wall", "a", at_most=0.002)], 1)]}
        self.assertIn("  a: wall  2.5 ms  at most 2 ms  MISSED", list(report.text(found)))
        self.assertIn("| title | a: wall | 2.5 ms | at most 2 ms | MISSED |",
                      list(report.markdown(found)))


if __name__ == "__main__":
    unittest.main()
