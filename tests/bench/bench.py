#!/usr/bin/env python3
"""Measures fanout against the kernel's limit and against its peers, and says which targets hold.

It is no test: a missed target is shown and no failure. The exit code is 1 when something broke, as
when a contestant failed or its output was wrong. run.sh installs and builds what this needs."""
import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

sys.dont_write_bytecode = True
import report  # noqa: E402
from long_works import (document_work, output_work, pipe_work, record_work,  # noqa: E402
                        scheduler_work)
from race import Broken, Place, race  # noqa: E402
from short_works import noop_work, one_work, options_work, true_work  # noqa: E402
from sleepers import sleepers_work  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
MIB = 1 << 20
WORKS = {
    "true": true_work,
    "noop": noop_work,
    "one": one_work,
    "pipe": pipe_work,
    "document": document_work,
    "output": output_work,
    "record": record_work,
    "scheduler": scheduler_work,
    "sleepers": sleepers_work,
    "options": options_work,
}


class Scale(NamedTuple):
    rounds: int
    long_rounds: int  # of what takes minutes
    repetitions: int  # of one job
    jobs: int
    items: int  # from a pipe; a tenth of them as well
    document: int  # jobs in a document that is only looked at
    document_run: int  # and in one that is run
    output: int  # bytes of each job
    record: int  # bytes of output
    scheduled: int
    sleepers: int
    sleep: float  # seconds to watch fanout while they sleep
    is_judged: bool = True


SCALES = {
    "tiny": Scale(1, 1, 2, 50, 100, 100, 20, MIB, MIB, 1000, 20, 0.2, is_judged=False),
    "quick": Scale(3, 1, 40, 3000, 100_000, 1_000_000, 20_000, 256 * MIB, 256 * MIB, 1_000_000,
                   1000, 3),
    "full": Scale(5, 1, 100, 20_000, 1_000_000, 1_000_000, 1_000_000, 1024 * MIB, 1024 * MIB,
                  10_000_000, 10_000, 5),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build",
                        help="where the programs are; build in the checkout")
    parser.add_argument("--scale", choices=SCALES, default="quick")
    parser.add_argument("--rounds", type=int, help="instead of what the scale says")
    parser.add_argument("--only", metavar="WORK[,WORK]", help=f"of {', '.join(WORKS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    parser.add_argument("--markdown", action="store_true", help="print the tables of README.md")
    parser.add_argument("--show", type=Path, metavar="FILE",
                        help="run nothing, print what an earlier run wrote with --json")
    parsed = parser.parse_args()
    parsed.only = parsed.only.split(",") if parsed.only else list(WORKS)
    unknown = set(parsed.only) - set(WORKS)
    if unknown:
        parser.error(f"unknown work: {', '.join(sorted(unknown))}")
    return parsed


def say(line):
    print(line, file=sys.stderr, flush=True)


def measure(options):
    """What was found, and whether something broke; what broke is not in it."""
    scale = SCALES[options.scale]
    works = []
    with tempfile.TemporaryDirectory(prefix="fanout-bench-") as scratch:
        place = Place(options.build.resolve(), Path(scratch))
        for name in options.only:
            try:
                work = WORKS[name](place, scale)
                race(work, options.rounds or scale.rounds, say)
                works.append(work)
            except Broken as broken:
                say(f"{name}: broken: {broken}")
    return report.found(works, options.scale, scale.is_judged), len(works) < len(options.only)


def main():
    options = arguments()
    is_broken = False
    if options.show:
        found = json.loads(options.show.read_text())
    else:
        found, is_broken = measure(options)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    show = report.markdown if options.markdown else report.text
    print("\n".join(show(found)))
    return 1 if is_broken else 0


if __name__ == "__main__":
    sys.exit(main())
