"""What a benchmark is made of: a Work has contestants, which run in turns, and targets, which say
what their numbers must be."""
import json
import os
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, NamedTuple, Optional

# "wall" and "cpu" are seconds; for a contestant with many jobs they are given for each job.
PER_JOB = {"wall", "cpu"}


class Broken(Exception):
    """A contestant failed, or its output is wrong: the numbers would mean nothing."""


class Place(NamedTuple):
    """Where the programs are, and where files may be made."""
    build: Path
    scratch: Path

    def program(self, name):
        return str(self.build / name)

    def bench(self, name):
        return str(self.build / "bench" / name)

    def has(self, name):
        return (self.build / name).exists()

    def measured(self, argv, *, stdin="/dev/null", stdout=None, expect=0):
        """Runs argv to its end and returns its numbers; standard output goes to a file."""
        numbers, errors = self.scratch / "numbers.json", self.scratch / "errors.txt"
        with open(stdin, "rb") as source, open(stdout or os.devnull, "wb") as sink, \
                open(errors, "wb") as complaints:
            code = subprocess.call([self.bench("measure"), str(numbers), *map(str, argv)],
                                   cwd=self.scratch, stdin=source, stdout=sink, stderr=complaints)
        if code != expect:
            said = errors.read_text(errors="replace")[-500:]
            raise Broken(f"exit code {code} of {' '.join(map(str, argv))[:200]}\n{said}")
        took = json.loads(numbers.read_text())
        return {"wall": took["wall"], "cpu": took["user"] + took["system"], "user": took["user"],
                "system": took["system"], "memory": took["max_rss_kib"] * 1024}


class Contestant(NamedTuple):
    name: str
    run: Optional[Callable[[], dict]]  # one run, its numbers; None: it is not here
    jobs: int = 1
    missing: str = "not installed"


@dataclass(frozen=True)
class Target:
    """A number that is made of the results of some contestants, and its bound. Without one it is
    there to be compared."""
    what: str
    metric: str  # for its unit; "ratio" has none
    contestants: tuple
    value: Callable[["Results"], float]
    at_most: Optional[float] = None
    at_least: Optional[float] = None

    def holds(self, number):
        if self.at_most is not None:
            return number <= self.at_most
        return None if self.at_least is None else number >= self.at_least


@dataclass
class Work:
    name: str
    title: str
    contestants: list
    targets: list
    rounds: Optional[int] = None  # when the usual number does not fit
    results: Optional["Results"] = None
    notes: list = field(default_factory=list)  # what was scaled down, and why


class Results:
    """The samples of all contestants of a work, a list of numbers for each, one entry a round."""

    def __init__(self, contestants):
        self.contestants = {c.name: c for c in contestants}
        self.samples = {c.name: [] for c in contestants}

    def has(self, names):
        return all(self.samples.get(name) for name in names)

    def series(self, name, metric):
        by = self.contestants[name].jobs if metric in PER_JOB else 1
        return [sample[metric] / by for sample in self.samples[name]]

    def median(self, name, metric):
        return statistics.median(self.series(name, metric))


def ratio(metric, one, other, **bound):
    """The median of the ratios in each round: what disturbs a round disturbs both."""
    def of(results):
        pairs = zip(results.series(one, metric), results.series(other, metric))
        return statistics.median(a / b for a, b in pairs)
    return Target(f"{one} / {other}: {metric}", "ratio", (one, other), of, **bound)


def difference(metric, one, other, **bound):
    def of(results):
        pairs = zip(results.series(one, metric), results.series(other, metric))
        return statistics.median(a - b for a, b in pairs)
    return Target(f"{one} - {other}: {metric}", metric, (one, other), of, **bound)


def value(metric, name, of=statistics.median, **bound):
    """With of=max the worst of all rounds."""
    return Target(f"{name}: {metric}", metric, (name,),
                  lambda results: of(results.series(name, metric)), **bound)


def race(work, rounds, say):
    """Every contestant once a round, one after the other."""
    present = [c for c in work.contestants if c.run]
    work.notes += [f"{c.name}: {c.missing}" for c in work.contestants if not c.run]
    work.results = Results(present)
    for round_number in range(work.rounds or rounds):
        for contestant in present:
            say(f"{work.name}: round {round_number + 1}, {contestant.name}")
            work.results.samples[contestant.name].append(contestant.run())
