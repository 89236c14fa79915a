"""The works of great numbers: many jobs, much output, and two parts of fanout alone."""
import json
import shlex
import subprocess

from race import Broken, Contestant, Target, Work, ratio, value
from short_works import AT_ONCE, check_output

MIB = 1 << 20
MANY = 1_000_000
SAME = 1.05  # what two peaks of memory differ by that are the same


def line_of(*words):
    return " ".join(shlex.quote(str(word)) for word in words)


def piped(place, line, **options):
    """A pipeline in which nobody may fail."""
    return place.measured(["/bin/bash", "-o", "pipefail", "-c", line], **options)


def pipe_work(place, scale):
    fanout = line_of(place.program("fanout"), "map", f"-j{AT_ONCE}", "-o", "jsonl",
                     place.bench("noop"))

    def contestant(jobs):
        def run():
            counted = place.scratch / "counted"
            numbers = piped(place, f"seq {jobs} | {fanout} | wc -l", stdout=counted)
            if int(counted.read_text()) != jobs + 1:
                raise Broken(f"{jobs} jobs, but {counted.read_text().strip()} lines")
            return numbers
        return Contestant(f"{jobs} items", run, jobs)

    few, many = scale.items // 10, scale.items
    return Work(
        "pipe", "items from a pipe, -o jsonl, a static no-op", [contestant(few), contestant(many)],
        [value("memory", f"{few} items", max, at_most=24 * MIB),
         value("memory", f"{many} items", max, at_most=24 * MIB),
         ratio("memory", f"{many} items", f"{few} items", at_most=SAME),
         ratio("wall", f"{many} items", f"{few} items", at_most=1.10),
         ratio("cpu", f"{many} items", f"{few} items", at_most=1.10)],
        rounds=scale.long_rounds)


def write_document(path, program, jobs):
    """One job a line, an argv each, as a program would write it."""
    with open(path, "w", encoding="utf-8") as file:
        lines = (f'["{program}", "item {number}"]' for number in range(jobs))
        file.write('{"jobs": [\n' + ",\n".join(lines) + "\n]}\n")
    return path


def document_work(place, scale):
    fanout, noop = place.program("fanout"), place.bench("noop")

    def contestant(name, jobs, options, check):
        def run():
            path = write_document(place.scratch / "document.json", noop, jobs)
            results = place.scratch / "results"
            numbers = place.measured([fanout, "run", *options, path], stdout=results)
            check(results, jobs)
            numbers["size"] = path.stat().st_size
            numbers["memory by size"] = numbers["memory"] / numbers["size"]
            path.unlink()
            results.unlink()
            return numbers
        return Contestant(name, run, jobs)

    def check_lines(path, jobs):
        with open(path, "rb") as lines:
            if sum(1 for _ in lines) != jobs:
                raise Broken("a line of --dry-run for each job was expected")

    dry, wet = f"--dry-run of {scale.document}", f"run of {scale.document_run}"
    # What fanout itself needs is more than the text of few jobs.
    bound = {"at_most": 3} if scale.document_run >= MANY else {}
    whole = Target("--dry-run: wall", "duration", (dry,),
                   lambda results: results.median(dry, "wall") * scale.document, at_most=5)
    return Work(
        "document", "jobs in one JSON document",
        [contestant(dry, scale.document, ["--dry-run"], check_lines),
         contestant(wet, scale.document_run, [f"-j{AT_ONCE}", "-o", "jsonl"],
                    lambda path, jobs: check_output(path, "jsonl", jobs))],
        [whole, value("memory by size", dry, max, at_most=3),
         value("memory by size", wet, max, **bound)],
        rounds=scale.long_rounds)


def output_work(place, scale):
    """cat has the same pipes and the same sinks. What is grouped has to wait somewhere, so there
    the rival writes a file for each job and shows them afterwards."""
    size, jobs = scale.output, 4
    spew, sink = place.bench("spew"), place.scratch / "sink"
    spew_all = line_of(spew, size)

    def fanout(at_once, count):
        return line_of(place.program("fanout"), "map", f"-j{at_once}", "-o", "text", spew, ":::",
                       *[size] * count)

    def contestant(name, line, count, to_file=False):
        def run():
            numbers = piped(place, line, stdout=sink)
            if to_file and sink.stat().st_size != size * count:
                raise Broken(f"{sink.stat().st_size} bytes of {size * count} arrived")
            sink.unlink()
            numbers["rate"] = size * count / numbers["wall"]
            return numbers
        return Contestant(name, run)

    one_by_one = f"{spew_all} | cat; {spew_all} | cat"
    at_once = (f"for i in 1 2 3 4; do {spew_all} | cat > part$i & done; wait; "
               "cat part1 part2 part3 part4 | cat > /dev/null; rm part?")
    pairs = ("to a pipe", "to a file", "4 at once")
    return Work(
        "output", f"jobs that write {size // MIB} MiB each, -o text",
        [contestant("cat to a pipe", f"{{ {one_by_one}; }} | cat > /dev/null", 2),
         contestant("fanout to a pipe", f"{fanout(1, 2)} | cat > /dev/null", 2),
         contestant("cat to a file", one_by_one, 2, to_file=True),
         contestant("fanout to a file", fanout(1, 2), 2, to_file=True),
         contestant("cat 4 at once", at_once, jobs),
         contestant("fanout 4 at once", f"{fanout(jobs, jobs)} | cat > /dev/null", jobs)],
        [*(ratio("rate", f"fanout {how}", f"cat {how}", at_least=0.7) for how in pairs),
         *(value("memory", f"fanout {how}", max, at_most=64 * MIB) for how in pairs)])


def part_alone(place, name, *arguments):
    """Runs a benchmark of a part, which says in JSON what it took. None without the program."""
    if not place.has(name):
        return None

    def run():
        done = subprocess.run([place.program(name), *map(str, arguments)], text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise Broken(f"exit code {done.returncode} of {name}\n{done.stderr[-500:]}")
        return json.loads(done.stdout)
    return run


def record_work(place, scale):
    def contestant(kind):
        alone = part_alone(place, "bench_record", kind, scale.record)

        def run():
            took = alone()
            return {"wall": took["seconds"], "rate": took["bytes"] / took["seconds"]}
        return Contestant(kind, alone and run, missing="bench_record is not built")

    return Work("record", "the record writer alone, outputs of 100 KiB",
                [contestant("text"), contestant("binary")],
                [value("rate", kind, at_least=400e6) for kind in ("text", "binary")])


def scheduler_work(place, scale):
    def contestant(jobs):
        alone = part_alone(place, "bench_scheduler", jobs)

        def run():
            took = alone()
            return {"wall": took["seconds"], "memory": took["max_rss_kib"] * 1024}
        return Contestant(f"{jobs} jobs", alone and run, jobs, "bench_scheduler is not built")

    few, many = scale.scheduled // 10, scale.scheduled
    return Work("scheduler", "the scheduler alone", [contestant(few), contestant(many)],
                [value("wall", f"{many} jobs", at_most=1e-6),
                 ratio("memory", f"{many} jobs", f"{few} jobs", at_most=SAME)])
