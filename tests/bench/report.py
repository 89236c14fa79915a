"""What a benchmark found: as values for JSON, and from these as text or as Markdown."""
import os
import platform


def first_line(path, key):
    with open(path, encoding="utf-8") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")


def machine():
    return {"cpu": first_line("/proc/cpuinfo", "model name") or platform.machine(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_kib": int(first_line("/proc/meminfo", "MemTotal").split()[0]),
            "kernel": f"{platform.system()} {platform.release()}",
            "load": os.getloadavg()[0]}


def target_found(target, results, is_judged):
    measured = target.value(results)
    bound = {key: number for key, number in (("at_most", target.at_most),
                                             ("at_least", target.at_least)) if number is not None}
    return {"what": target.what, "metric": target.metric, "measured": measured, **bound,
            "holds": target.holds(measured) if is_judged else None}


def contestant_found(name, results):
    samples = results.samples[name]
    return {"name": name, "jobs": results.contestants[name].jobs,
            "medians": {metric: results.median(name, metric) for metric in samples[0]},
            "samples": samples}


def work_found(work, is_judged):
    """Targets of contestants that are not there are left out."""
    results = work.results
    return {"name": work.name, "title": work.title, "notes": work.notes,
            "contestants": [contestant_found(name, results) for name in results.samples],
            "targets": [target_found(target, results, is_judged) for target in work.targets
                        if results.has(target.contestants)]}


def found(works, scale, is_judged):
    return {"machine": machine(), "scale": scale,
            "works": [work_found(work, is_judged) for work in works]}


def duration(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def share(number):
    return f"{100 * number:.2g} %"


def mib(number):
    return f"{number / 1048576:.1f} MiB"


SHOWN = {"wall": duration, "cpu": duration, "duration": duration, "memory": mib, "size": mib,
         "memory by size": lambda number: f"{number:.2f} times the file",
         "rate": lambda number: f"{number / 1e6:.0f} MB/s",
         "asleep": lambda number: f"{number:.0f}", "own cpu": share,
         "late": duration, "late in the middle": duration,
         "ratio": lambda number: f"{number:.3f}"}


def bound_of(target):
    show = SHOWN[target["metric"]]
    if "at_most" in target:
        return f"at most {show(target['at_most'])}"
    return f"at least {show(target['at_least'])}" if "at_least" in target else "-"


def verdict(target):
    return {True: "holds", False: "MISSED", None: ""}[target["holds"]]


def columns(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()


def contestant_rows(work):
    """With a heading; per job where a contestant has many."""
    metrics = [metric for metric in SHOWN if any(metric in c["medians"]
                                                 for c in work["contestants"])]
    yield ["", *metrics]
    for contestant in work["contestants"]:
        medians = contestant["medians"]
        yield [contestant["name"], *(SHOWN[metric](medians[metric]) if metric in medians else ""
                                     for metric in metrics)]


def target_row(target):
    return [target["what"], SHOWN[target["metric"]](target["measured"]), bound_of(target),
            verdict(target)]


def rounds_of(found_things):
    counts = [len(c["samples"]) for w in found_things["works"] for c in w["contestants"]]
    return f"{min(counts, default=0)} to {max(counts, default=0)}"


def machine_line(found_things):
    of = found_things["machine"]
    return (f"{of['cpu']}, {of['cores']} cores, {of['memory_kib'] / 1048576:.0f} GiB, "
            f"{of['kernel']}")


def judged(found_things):
    verdicts = {t["holds"] for w in found_things["works"] for t in w["targets"]}
    return " (too small to be judged)" if verdicts == {None} else ""


def text(found_things):
    yield machine_line(found_things) + f", load {found_things['machine']['load']:.1f}"
    yield (f"scale {found_things['scale']}{judged(found_things)}, "
           f"medians of {rounds_of(found_things)} rounds")
    yield "wall and cpu: for each job; cpu: user and system, children included"
    for work in found_things["works"]:
        yield ""
        yield f"{work['name']}: {work['title']}"
        yield from ("  (" + note + ")" for note in work["notes"])
        if work["contestants"]:
            yield from ("  " + line for line in columns(list(contestant_rows(work))))
        if work["targets"]:
            yield from ("  " + line for line in columns([target_row(t) for t in work["targets"]]))


def markdown_table(rows):
    head, *others = rows
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in others)


def markdown(found_things):
    """The README's section: all targets in one table, and the peers for which most have come."""
    targets = [[work["title"] if target is work["targets"][0] else "", *target_row(target)]
               for work in found_things["works"] for target in work["targets"]]
    yield from markdown_table([["work", "what", "measured", "must be", ""], *targets])
    for work in found_things["works"]:
        if work["name"] == "true":
            yield ""
            yield f"For each job of {work['title']}:"
            yield ""
            yield from markdown_table(list(contestant_rows(work)))
    yield ""
    yield (f"Medians of {rounds_of(found_things)} rounds on: {machine_line(found_things)}.")
