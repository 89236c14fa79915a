#!/usr/bin/env python3
"""Runs GNU xargs and fanout on the same generated inputs and options, and compares what they do.

Standard output, standard error, exit status and how much of the input was taken have to be the
same, byte for byte; only where several commands run at once is their output compared without its
order. A mismatch is printed with its seed and a command line that shows it; the exit code is 1
then, and 77 where there is no GNU xargs to compare with.

    tests/xargs/differential.py --fanout build/fanout --cases 20000 --seed 7
"""
import argparse
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
PATIENCE = 60  # seconds for one command: a busy machine is no mismatch

# The commands are files, so that no replacement can write shell.
SCRIPTS = {
    # An unambiguous form of its arguments.
    "show": r"""printf "%s:" $#; printf "\001%s\002" "$@"; echo""",
    # Exits with its first argument where that is a number.
    "exits": r"""echo "$*"; case "$1" in ""|*[!0-9]*) ;; *) exit "$1";; esac""",
    "dies": r"""[ "$1" = k ] && kill -9 $$; [ "$1" = t ] && kill -15 $$; echo "$*"; exit 0""",
}

WORDS = ["a", "b", "bb", "ccc", "x", "1", "3", "255", "254", "126", "127", "0", "k", "t", "END", "E",
         "_", "-n1", "--", "{}", "%", "%%", "äöü", "→", "日本", "\u00a0", "\u200b", "é'", "$HOME", "`x`",
         "*", "#", "~", "{", "}", "a=b", "!", ";", "&", "|", "<", ">", "(", "[", "]", "^", "?", ":", ",",
         "x" * 17, "y" * 40]
BYTES = [b"\\", b"'", b'"', b"\\ ", b"\\\n", b"\\\\", b"\\'", b"''", b'""', b"'a b'", b'"a b"',
         b"'a\nb'", b'"x', b"'x", b"\xff", b"\xc3", b"\xe2\x82", b"\r", b"\v", b"\f", b"\x7f", b"\x1b[1m",
         b"\a"]
SPACES = [b" ", b" ", b" ", b"\n", b"\n", b"\n", b"\t", b"  ", b"\n\n", b" \n", b"\n ", b"\t\n",
          b"\n \n"]
TINY = [b"", b" ", b"\n", b"\n\n", b"\0", b"'", b"''", b"''\n", b"\\", b"\\\n"]
HUGE = [100, 4095, 4096, 131064, 131066, 131071]
TOKENS = ["{}", "%", "a{}b", "x%y%", "{}{}", "R", "aR", "literal", "", "two words", "{}%R", "X"]
BROKEN = [["nosuch-program"], ["directory"], ["./directory"], ["x" * 300],
          ["/etc/passwd"], ["/nonexistent/x"], ["/etc/passwd/x"], ["/"], [""], ["false"], ["true", "a b", "c'd"]]
WRONG = [["-n0"], ["-nx"], ["-L0"], ["-L", "-3"], ["-s0"], ["-s99999999999"], ["-s", "z"], ["-P-1"],
         ["-Px"], ["-dxx"], ["-d\\q"], ["-d\\x100"], ["-d\\400"], ["-d\\08"], ["-d", ""], ["-Z"],
         ["--nosuch"], ["--max"], ["--null=1"], ["--process-slot-var=a=b"], ["-l0"], ["-l-2"],
         ["-a", "/nonexistent/file"], ["-n", " 2"], ["-n", "+2"], ["-n", "2 "],
         ["-n9999999999999999999"], ["--e"], ["--v"], ["--=x"], ["-P99999999999"], ["--"], ["-n"],
         ["--max-args"], ["--max", "1"], ["--max-l"], ["--no"], ["--n"], ["--in=1"], ["--re=b"],
         ["--r"], ["--eo"], ["--ex"], ["--s"], ["--pro=X"], ["-?"], ["-W"], ["-I"], ["-n", ""],
         ["-n010"], ["-n0x2"], ["-s-1"], ["-lx"], ["--max-lines="], ["-d", "\\x"], ["-d", "\\0777"],
         ["-d", "\\x780"], ["-d", "\\"], ["-d", "\\\\"], ["-d", "ä"], ["-a", "no 'such\n\1"],
         ["-a", b"no\xff"], ["-a", "/dev/null"], ["--process-slot-var="], ["-I", ""], ["-i="]]


def is_gnu(path):
    if path is None or not os.access(path, os.X_OK):
        return False
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return "GNU findutils" in done.stdout


class Case:
    """One input with options and a command."""

    def __init__(self, rng):
        self.rng = rng
        self.is_parallel = False
        self.locale = rng.choice(["C.UTF-8", "C.UTF-8", "C.UTF-8", "C"])
        self.data = self.make_input()
        self.command, self.is_safe = self.make_command()
        self.options = []
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4])):
            self.options += rng.choice(self.KINDS)(self)

    def make_word(self):
        if self.rng.random() < 0.8:
            return self.rng.choice(WORDS).encode()
        return self.rng.choice(BYTES)

    def make_input(self):
        rng = self.rng
        if rng.random() < 0.03:
            return rng.choice(TINY)
        separators = rng.choice([SPACES, [b"\n"], [b"\0"], [b","], [b" ", b"\n"], SPACES + [b"\0"]])
        pieces = [rng.choice(separators)] if rng.random() < 0.2 else []
        for _ in range(rng.choice([1, 2, 3, 5, 8, 13, 30])):
            pieces += [self.make_word() for _ in range(rng.choice([1, 1, 1, 2, 3]))]
            pieces.append(rng.choice(separators))
        if rng.random() < 0.4:
            pieces.pop()
        if rng.random() < 0.01:
            pieces.insert(rng.randrange(len(pieces)), b"z" * rng.choice(HUGE))
        return b"".join(pieces)

    def make_command(self):
        """The command, and whether it may run beside others without a race in what is compared."""
        rng = self.rng
        choice = rng.random()
        if choice < 0.45:
            return ["./show"], True
        if choice < 0.60:
            return rng.choice([[], ["echo"], ["echo", "-n"], ["printf", "<%s>\\n"]]), True
        if choice < 0.72:
            return ["./exits"], False
        if choice < 0.78:
            return ["./dies"], False
        if choice < 0.86:
            return rng.choice(BROKEN), False
        words = [rng.choice(TOKENS) for _ in range(rng.choice([0, 1, 2, 3]))]
        return ["./show", *words], True

    def number(self):
        return str(self.rng.choice([1, 1, 1, 2, 2, 3, 5, 100]))

    def args(self):
        forms = ["-n{}", "-n {}", "--max-args={}", "--max-args {}", "--max-a={}"]
        return self.rng.choice(forms).format(self.number()).split(" ")

    def lines(self):
        forms = ["-L{}", "-L {}", "-l{}", "--max-lines={}", "-l", "--max-lines"]
        return self.rng.choice(forms).format(self.number()).split(" ")

    def replace(self):
        forms = ["-I@", "-I @", "-i@", "--replace=@", "-i", "--replace"]
        token = self.rng.choice(["{}", "%", "R", "%%", "ab", "{"])
        return self.rng.choice(forms).replace("@", token).split(" ")

    def size(self):
        base = sum(len(os.fsencode(word)) + 1 for word in self.command) or 5
        near = [base + more for more in (-1, 0, 1, 2, 3, 4, 5, 7, 10, 20, 50)]
        size = self.rng.choice([1, 5, 10, 131071, 131072, 131073, 200000] + near)
        return [self.rng.choice(["-s{}", "--max-chars={}"]).format(size)]

    def delimiter(self):
        return self.rng.choice([["-0"], ["--null"], ["-d,"], ["-d", "\\n"], ["-d\\0"], ["-d", " "],
                                ["--delimiter=\\x2c"], ["-d\\054"], ["-d", "\\t"], ["-da"]])

    def end(self):
        return self.rng.choice([["-EEND"], ["-E", "END"], ["-eE"], ["--eof=_"], ["-e"], ["--eof"],
                                ["-E", ""]])

    def parallel(self):
        if not self.is_safe:
            return []
        self.is_parallel = True
        return [self.rng.choice(["-P2", "-P1", "-P0", "--max-procs=3"])]

    def flag(self):
        return [self.rng.choice(["-r", "-t", "-x", "-rt", "-tx", "--exit", "--verbose",
                                 "--no-run-if-empty", "--verb"])]

    def wrong(self):
        return self.rng.choice(WRONG)

    def slot(self):
        return ["--process-slot-var=SLOT"]

    KINDS = ([args] * 6 + [lines] * 5 + [replace] * 5 + [size] * 5 + [delimiter] * 5 + [end] * 3 +
             [parallel] * 2 + [flag] * 6 + [wrong] + [slot])

    def words(self):
        return [*self.options, *self.command]

    def run(self, program, directory):
        path = os.path.join(directory, "input")
        with open(path, "wb") as file:
            file.write(self.data)
        with open(path, "rb") as stdin:
            done = subprocess.run([b"xargs", *map(os.fsencode, self.words())], executable=program,
                                  stdin=stdin, capture_output=True, cwd=directory,
                                  timeout=PATIENCE, check=False,
                                  env={**os.environ, "LC_ALL": self.locale,
                                       "PATH": os.environ["PATH"] + ":" + directory})
            taken = os.lseek(stdin.fileno(), 0, os.SEEK_CUR)
        if done.returncode == 123:
            taken = 0  # then GNU xargs gives back nothing
        if self.is_parallel:
            lines = sorted(done.stderr.splitlines())
            return done.returncode, sorted(done.stdout), lines, 0
        return done.returncode, done.stdout, done.stderr, taken

    def difference(self, gnu, fanout, directory):
        """What differs, as text; empty when nothing does."""
        expected = self.run(gnu, directory)
        got = self.run(fanout, directory)
        names = ("exit status", "standard output", "standard error", "taken of the input")
        return "".join(f"  {name}:\n    GNU  {a!r}\n    ours {b!r}\n"
                       for name, a, b in zip(names, expected, got) if a != b)

    def shell_line(self):
        def shown(byte):
            is_plain = 32 <= byte < 127 and byte not in b"\\'%"
            return chr(byte) if is_plain else f"\\{byte:03o}"
        data = "".join(map(shown, self.data))
        return f"printf '{data}' | LC_ALL={self.locale} xargs {shlex.join(map(os.fsdecode, self.words()))}"


def write_scripts(directory):
    for name, text in SCRIPTS.items():
        path = os.path.join(directory, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\n{text}\n")
        os.chmod(path, 0o755)
    os.mkdir(os.path.join(directory, "directory"))


def shrink(case, differs):
    """Leaves out of the input and the options what the mismatch does not need."""
    def attempt(name, value):
        old = getattr(case, name)
        setattr(case, name, value)
        if differs():
            return True
        setattr(case, name, old)
        return False

    place = 0
    while place < len(case.options):
        if not attempt("options", case.options[:place] + case.options[place + 1:]):
            place += 1
    step = max(len(case.data) // 2, 1)
    while step > 0:
        place = 0
        while place < len(case.data):
            if not attempt("data", case.data[:place] + case.data[place + step:]):
                place += step
        step //= 2


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fanout", default=os.environ.get("FANOUT_BINARY"))
    parser.add_argument("--gnu", default=shutil.which("xargs"))
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=5, help="stop after so many mismatches")
    options = parser.parse_args()
    if not is_gnu(options.gnu):
        print("skipped: there is no GNU xargs to compare with")
        return SKIPPED
    fanout = os.path.abspath(options.fanout)
    tried = mismatches = 0
    with tempfile.TemporaryDirectory(prefix="fanout-test-") as directory:
        write_scripts(directory)
        while tried < options.cases and mismatches < options.most:
            case = Case(random.Random(f"{options.seed}.{tried}"))
            tried += 1

            def difference(case=case):
                return case.difference(options.gnu, fanout, directory)
            if not difference():
                continue
            if not case.is_parallel:
                shrink(case, difference)
            print(f"case {tried} of seed {options.seed}:\n  {case.shell_line()}\n{difference()}",
                  flush=True)
            mismatches += 1
    print(f"{tried} cases of seed {options.seed}, {mismatches} mismatches")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
