"""The works whose jobs are over at once: what a job costs."""
import json
import shutil
import subprocess

from race import Broken, Contestant, Work, difference, ratio

TRUE = "/bin/true"
AT_ONCE = 4
LAST_LINE = 10000  # more bytes than a summary has


def find_parallel(is_gnu):
    """GNU parallel and that of moreutils have the same name; Debian renames one or the other."""
    for name in ("parallel", "parallel.moreutils", "parallel.gnu"):
        path = shutil.which(name)
        if path:
            said = subprocess.run([path, "--version"], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, check=False)
            if said.stdout.startswith("GNU parallel") == is_gnu:
                return path
    return None


def summary_of(path, form):
    if form == "json":
        return json.loads(path.read_bytes())["summary"]
    with open(path, "rb") as lines:
        lines.seek(max(0, path.stat().st_size - LAST_LINE))
        return json.loads(lines.read().splitlines()[-1])["summary"]


def check_output(path, form, jobs):
    """All jobs succeeded; as text /bin/true says nothing."""
    if form == "text":
        if path.stat().st_size:
            raise Broken("unexpected output of -o text")
        return
    summary = summary_of(path, form)
    if (summary["jobs"], summary["succeeded"]) != (jobs, jobs):
        raise Broken(f"{jobs} jobs, but the summary is {summary}")


class Items:
    """The contestants that run a program for every item of a list, four at a time."""

    def __init__(self, place, jobs):
        self.place, self.jobs = place, jobs
        self.names = [str(number) for number in range(1, jobs + 1)]
        self.path = place.scratch / f"items-{jobs}"
        self.path.write_text("".join(name + "\n" for name in self.names))

    def contestant(self, name, program, *arguments, stdin=None):
        """Not there when the program is not."""
        path = shutil.which(program) if program else None
        if not path:
            return Contestant(name, None)
        return Contestant(name, lambda: self.place.measured(
            [path, *arguments], stdin=stdin or "/dev/null"), self.jobs)

    def limit(self, name, program, *options):
        return self.contestant(name, self.place.bench("limit"), *options, f"-j{AT_ONCE}",
                               str(self.jobs), program, "1")

    def fanout(self, name, program, *options, form="jsonl"):
        def run():
            path = self.place.scratch / "results"
            numbers = self.place.measured(
                [self.place.program("fanout"), "map", f"-j{AT_ONCE}", "-o", form, *options,
                 program], stdin=self.path, stdout=path)
            check_output(path, form, self.jobs)
            return numbers
        return Contestant(name, run, self.jobs)

    def xargs(self, name, program):
        return self.contestant(name, "xargs", f"-P{AT_ONCE}", "-n1", program, stdin=self.path)

    def gnu_parallel(self, name, program):
        return self.contestant(name, find_parallel(is_gnu=True), f"-j{AT_ONCE}", program,
                               stdin=self.path)

    def moreutils_parallel(self, name, program):
        return self.contestant(name, find_parallel(is_gnu=False), f"-j{AT_ONCE}", program, "--",
                               *self.names)

    def xe(self, name, program):
        return self.contestant(name, "xe", f"-j{AT_ONCE}", program, stdin=self.path)

    def make(self, name, program):
        makefile = self.place.scratch / "Makefile"
        targets = " ".join(f"job{item}" for item in self.names)
        rules = "".join(f"job{item}:\n\t@{program} {item}\n" for item in self.names)
        makefile.write_text(f".PHONY: all {targets}\nall: {targets}\n{rules}")
        return self.contestant(name, "make", "-rR", f"-j{AT_ONCE}", "-f", makefile)

    def ninja(self, name, program):
        directory = self.place.scratch / "ninja"
        directory.mkdir(exist_ok=True)
        edges = "".join(f"build {item}: job\n" for item in self.names)
        (directory / "build.ninja").write_text(f"rule job\n  command = {program} $out\n{edges}")
        return self.contestant(name, "ninja", f"-j{AT_ONCE}", "-C", directory)


def true_work(place, scale):
    items = Items(place, scale.jobs)
    few = Items(place, max(AT_ONCE, scale.jobs // 10))  # for one that takes its time
    forms = ("jsonl", "text", "json")
    return Work(
        "true", f"{scale.jobs} times {TRUE}, {AT_ONCE} at once",
        [items.limit("limit -c", TRUE, "-c"),
         *(items.fanout(f"fanout {form}", TRUE, form=form) for form in forms),
         items.xargs("xargs", TRUE),
         few.gnu_parallel("GNU parallel", TRUE),
         items.moreutils_parallel("moreutils parallel", TRUE),
         items.xe("xe", TRUE),
         items.make("make", TRUE),
         items.ninja("ninja", TRUE),
         items.limit("limit", TRUE)],
        [*(ratio(metric, f"fanout {form}", "limit -c", at_most=1.10)
           for form in forms for metric in ("wall", "cpu")),
         *(ratio(metric, "fanout jsonl", other, at_most=bound)
           for other, bound in (("xargs", 0.75), ("GNU parallel", 0.15))
           for metric in ("wall", "cpu")),
         # How near to xargs anybody can come on this machine.
         *(ratio(metric, "limit -c", "xargs") for metric in ("wall", "cpu"))])


def noop_work(place, scale):
    items = Items(place, scale.jobs)
    noop = place.bench("noop")
    return Work(
        "noop", f"{scale.jobs} times a static no-op, {AT_ONCE} at once",
        [items.limit("limit -c", noop, "-c"),
         items.fanout("fanout jsonl", noop),
         items.xargs("xargs", noop)],
        [ratio(metric, "fanout jsonl", "limit -c", at_most=1.10) for metric in ("wall", "cpu")])


def one_work(place, scale):
    one = Items(place, 1)
    return Work(
        "one", "one job, start to end",
        [one.contestant("fanout", place.program("fanout"), "map", "true", ":::", "1"),
         one.contestant("xargs", "xargs", "true", stdin=one.path),
         one.contestant("GNU parallel", find_parallel(is_gnu=True), "true", ":::", "1")],
        [difference("wall", "fanout", "xargs", at_most=0.003),
         ratio("wall", "fanout", "GNU parallel", at_most=0.2)],
        rounds=scale.repetitions)


def options_work(place, scale):
    """The same without an option twice: how far two equal runs are apart."""
    items = Items(place, scale.jobs)
    noop = place.bench("noop")
    options = {"again": (), "--timeout 1h": ("--timeout", "1h"), "--pause 0": ("--pause", "0"),
               "--retries 2": ("--retries", "2")}
    return Work(
        "options", f"{scale.jobs} times a static no-op, with options that no job uses",
        [items.fanout("plain", noop),
         *(items.fanout(name, noop, *words) for name, words in options.items())],
        [ratio("cpu", name, "plain", at_most=1.03) for name in options])
