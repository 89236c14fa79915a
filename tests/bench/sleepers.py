"""Ten thousand jobs that sleep at the same time, each with a timeout of its own."""
import itertools
import json
import os
import resource
import subprocess
import time
from datetime import datetime

from race import Broken, Contestant, Work, value

DESCRIPTORS = 65536
DESCRIPTORS_PER_JOB = 3  # two outputs and the process
SPARE = 200
MEMORY_PER_JOB = 1 << 20
PATIENCE = 600
ROUNDING = 1e-5


def raise_descriptors():
    """For fanout alone; not everybody may raise the hard limit."""
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    except (ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def descriptors():
    """How many raise_descriptors can get, as a child of ours finds out."""
    return int(subprocess.check_output(["/bin/sh", "-c", "ulimit -n"], text=True,
                                       preexec_fn=raise_descriptors))


def available_memory():
    with open("/proc/meminfo", encoding="ascii") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvail"))


def what_is_possible(wanted):
    """How many sleepers, and a note when they are fewer than wanted."""
    with open("/proc/sys/kernel/pid_max", encoding="ascii") as file:
        processes = int(file.read()) // 2
    count, limit = min((wanted, ""), (processes, "processes"),
                       ((descriptors() - SPARE) // DESCRIPTORS_PER_JOB, "descriptors"),
                       (available_memory() // MEMORY_PER_JOB, "memory"))
    return count, [f"{count} instead of {wanted}: more {limit} cannot be had"] if limit else []


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return len(file.read().split())


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_sleepers(process, count, patience):
    """Returns the largest number of children that was seen; the guardian may be one of them. To
    count many takes the kernel long, and no process can be started meanwhile: not often."""
    most = 0
    end = time.monotonic() + patience
    while most < count and time.monotonic() < end:
        most = max(most, children(process.pid))
        time.sleep(0.05 + count / 5000)
    return most


def watch(process, count, patience, window):
    """Not reaped before the end, so that there are numbers even if it is over too soon."""
    seen = wait_for_sleepers(process, count, patience)
    before, start = cpu_seconds(process.pid), time.monotonic()
    time.sleep(window)
    used, passed = cpu_seconds(process.pid) - before, time.monotonic() - start
    process.wait(timeout=PATIENCE)
    return seen, used / passed


def read_records(path, timeouts):
    with open(path, "rb") as lines:
        records = [record for record in map(json.loads, lines) if "index" in record]
    if len(records) != len(timeouts):
        raise Broken(f"{len(timeouts)} jobs, but {len(records)} records")
    for record in records:
        if not record["error"] or record["error"]["kind"] != "timeout":
            raise Broken(f"not a timeout: {json.dumps(record)[:300]}")
    return records


def most_at_once(records):
    changes = []
    for record in records:
        start = datetime.fromisoformat(record["started_at"].replace("Z", "+00:00")).timestamp()
        changes += [(start, 1), (start + record["seconds"], -1)]
    return max(itertools.accumulate(change for _, change in sorted(changes)))


def latenesses(records, timeouts):
    """By how much each job outlived its timeout."""
    late = sorted(record["seconds"] - timeouts[record["index"]] for record in records)
    if late[0] < -ROUNDING:
        raise Broken(f"a timeout came {-late[0]} s early")
    return late


def sleepers_work(place, scale):
    count, notes = what_is_possible(scale.sleepers)
    window = scale.sleep
    patience = 1 + count / 150  # to start them all, on a busy machine
    # A millisecond apart, in another order than the jobs.
    timeouts = [round(patience + 2 * window + (7919 * job % count) / 1000, 3)
                for job in range(count)]

    def run():
        manifest, results = place.scratch / "sleepers.jsonl", place.scratch / "results"
        manifest.write_text("".join(
            json.dumps({"command": [place.bench("sleeper")], "timeout": timeout}) + "\n"
            for timeout in timeouts))
        command = [place.program("fanout"), "run", "--silent", "-j", "unlimited", "-o", "jsonl",
                   str(manifest)]
        with open(results, "wb") as sink, \
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink,
                                 preexec_fn=raise_descriptors) as process:
            try:
                seen, share = watch(process, count, patience, window)
            finally:
                process.terminate()  # nothing when it has ended
        if process.returncode:
            raise Broken(f"exit code {process.returncode} of fanout")
        records = read_records(results, timeouts)
        late = latenesses(records, timeouts)
        return {"asleep": min(seen, most_at_once(records)), "own cpu": share, "late": late[-1],
                "late in the middle": late[len(late) // 2]}

    return Work("sleepers", f"{count} sleepers at once, each with its own timeout",
                [Contestant("fanout", run)],
                [value("asleep", "fanout", min, at_least=count),
                 value("own cpu", "fanout", max, at_most=0.01),
                 value("late", "fanout", max, at_most=0.05)],
                rounds=1, notes=notes)
