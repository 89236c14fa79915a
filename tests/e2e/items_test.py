"""Where the arguments of map come from: lists, columns, JSON, batches; and placeholders for them."""
import json
import os
import random
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fanout_case import PATIENCE, FanoutCase, main  # noqa: E402


class ItemCase(FanoutCase):
    def commands(self, *arguments, code=0, stdin=""):
        """The lines of a dry run."""
        done = self.fanout("map", "--dry-run", *arguments, stdin=stdin)
        self.assertEqual(done.returncode, code, done)
        return done.stdout.splitlines()

    def refused(self, *arguments, stdin=""):
        """What a run that starts nothing says."""
        done = self.fanout("map", "-o", "text", *arguments, stdin=stdin)
        self.assert_refused(done)
        return done.stderr.removeprefix("fanout: ").rstrip("\n")


class Lists(ItemCase):
    def test_lists_come_from_words_files_and_standard_input(self):
        self.write("f", "A\n\nB\n")
        self.write("z", b"x\0y z\0")
        for arguments, stdin, expected in [
                (["echo", ":::", "a", "b", ":::", "1", "2"], "", ["echo a 1", "echo a 2", "echo b 1", "echo b 2"]),
                (["echo", ":::", "a", "b", ":::+", "1", "2", "3"], "", ["echo a 1", "echo b 2"]),
                (["echo", "::::", "f", ":::", "1"], "", ["echo A 1", "echo B 1"]),
                (["-a", "f", "-a", "-", "echo", ":::+", "x"], "s\n", ["echo A s x", "echo B s x"]),
                (["echo", ":::", "a", "::::+", "f", "-"], "s\nt\n", ["echo a A s"]),
                (["-0", "echo", "::::", "z", ":::", "1"], "", ["echo x 1", "echo 'y z' 1"]),
                (["-d", ",", "echo", "::::", "-", ":::", "1"], "p,q", ["echo p 1", "echo q 1"]),
                (["echo", ":::", "a", ":::"], "", []),
                (["echo"], "a b\n", ["echo 'a b'"]),
        ]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.commands(*arguments, stdin=stdin), expected)

    def test_a_product_is_counted_not_kept(self):
        numbers = [str(i) for i in range(1000)]
        script = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
                  "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        line = [os.environ["FANOUT_BINARY"], "map", "--dry-run", "true", ":::", *numbers, ":::", *numbers[:200]]
        # What is freed is not kept for a while, as the sanitizer does.
        environment = {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}
        done = subprocess.run([sys.executable, "-c", script, *line], text=True, capture_output=True,
                              env=environment, timeout=PATIENCE)
        self.assertEqual(done.stderr, "")
        limit = 400_000 if os.environ.get("FANOUT_SANITIZE") else 60_000
        self.assertLess(int(done.stdout), limit)

    def test_the_first_list_is_a_stream(self):
        process = self.open_map("-j1", "-o", "text", "echo", "::::", "-", ":::", "x", "y")
        process.stdin.write("a\n")
        process.stdin.flush()
        self.assertEqual([process.stdout.readline() for _ in range(2)], ["a x\n", "a y\n"])
        process.stdin.write("b\n")
        process.stdin.close()
        self.assertEqual(process.stdout.read(), "b x\nb y\n")
        self.assertEqual(process.wait(PATIENCE), 0)

    def open_map(self, *arguments):
        process = subprocess.Popen([os.environ["FANOUT_BINARY"], "map", *arguments], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self.directory)
        self.addCleanup(process.stdout.close)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def test_two_pipes_are_two_lists(self):
        done = self.shell("fanout map -o text --order input echo :::: <(printf 'a\\nb\\n') <(sleep 0.1; printf '1\\n2\\n')")
        self.assertEqual((done.stdout, done.returncode), ("a 1\na 2\nb 1\nb 2\n", 0), done)

    def test_wrong_lists_are_refused(self):
        for arguments, message in [
                (["echo", ":::+", "a"], "a + links a list to the one before it, and there is none before the first"),
                (["-a", "-", "echo", "::::", "-"], "standard input can be only one of the lists"),
                (["-0", "echo", ":::", "a"], "--null is about items that are read, and all items are words after :::"),
                (["echo", "{3}", ":::", "a", ":::", "b"],
                 '"{3}" stands for an argument that is not there: the job has 2 arguments'),
                (["--header", ":", "echo", ":::", "a"], '--header takes no value: leave out the ":"'),
        ]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.refused(*arguments), message)


class Columns(ItemCase):
    CSV = 'city,note\r\n"Paris, F","a ""b"""\r\nOslo,"x\ny"\r\n'

    def test_columns_are_arguments(self):
        self.assertEqual(self.commands("--colsep", ", ", "echo", "{2}-{1}", stdin="a, b\nc, d\n"), ["echo b-a", "echo d-c"])
        self.assertEqual(self.commands("-C", "\\t", "echo", stdin="a\tb c\n"), ["echo a 'b c'"])
        self.assertEqual(self.commands("--tsv", "echo", stdin='"a\tb"\n'), ["""echo '"a' 'b"'"""])
        self.assertEqual(self.commands("--csv", "echo", "{-1}", ":::", 'a,"b,c"', "d"), ["echo b,c", "echo d"])
        self.assertEqual(self.commands("-C", ",", "echo", ":::", "a,b", ":::", "1,2", "3"), ["echo a b 1 2", "echo a b 3"])

    def test_a_header_names_them(self):
        self.write("c.csv", self.CSV)
        document = self.document("map", "--csv", "--header", "-a", "c.csv", "echo", "{note}", "{city/}")
        self.assertEqual([record["stdout"] for record in document["results"]], ['a "b" Paris, F\n', "x\ny Oslo\n"])
        self.assertEqual(document["results"][0]["args"], ["Paris, F", 'a "b"'])
        self.assertEqual(self.commands("--header", "echo", "{b.}{a}", ":::", "a", "1", "2", ":::", "b", "x.c"),
                         ["echo x1", "echo x2"])
        self.assertEqual(self.commands("--header", "--shell", "awk '{print}' {f} >{f}.out", stdin="f\na b\n"),
                         ["/bin/sh -c 'awk '\\''{print}'\\'' '\\''a b'\\'' >'\\''a b'\\''.out'"])

    def test_wrong_columns_are_refused_where_they_stand(self):
        for arguments, stdin, message in [
                (["--csv", "--header"], "a,b\n1,2,3\n", "stdin:2:1: 3 columns here, but the header names 2 columns"),
                (["--csv", "--header"], 'a,b\n"1\n2"\n', "stdin:2:1: 1 column here, but the header names 2 columns"),
                (["--tsv", "--header"], "a\t\n", "stdin:1:1: the name of column 2 is empty"),
                (["--header", "-C", ","], "a,b,a\n", 'stdin:1:1: two columns are called "a"'),
                (["--csv"], 'a,"b\nc', "stdin:1:3: the quote that opens here is never closed"),
                (["--csv", "-C", ";"], "", "--colsep and --csv both say what an item looks like: give one of them"),
        ]:
            with self.subTest(arguments=arguments, stdin=stdin):
                self.assertEqual(self.refused(*arguments, "echo", stdin=stdin), message)

    def test_what_ran_before_a_wrong_row_is_reported(self):
        done = self.fanout("map", "--csv", "--header", "-o", "values", "echo", "{a}", stdin="a,b\n1,2\n3\n")
        self.assertEqual((done.returncode, done.stdout), (2, '["1\\n"]\n'), done)
        self.assertEqual(done.stderr, "fanout: stdin:3:1: 1 column here, but the header names 2 columns\n")

    def test_tags_show_all_columns(self):
        done = self.fanout("map", "-o", "text", "--tag", "--order", "input", "-C", ",", "echo", "{2}", stdin="a,b\n")
        self.assertEqual(done.stdout, "a b\tb\n")
        done = self.fanout("map", "-o", "text", "--tag", "--jsonl", "echo", "{b}", stdin='{"a": 1, "b": "x"}\n')
        self.assertEqual(done.stdout, "1 x\tx\n")


class JsonLines(ItemCase):
    def test_objects_have_names_and_arrays_arguments(self):
        lines = '{"url": "u v", "n": 1.0}\n["x", [1]]\n"s"\n7\n'
        self.assertEqual(self.commands("--jsonl", "get", stdin=lines),
                         ["get '--url=u v' -n 1.0", "get x '[1]'", "get s", "get 7"])
        self.assertEqual(self.commands("--jsonl", "get", "{url}", stdin=lines.splitlines()[0]), ["get 'u v'"])
        self.assertEqual(self.commands("--jsonl", "--extra", "all=1", "get", "{url}", stdin=lines.splitlines()[0]),
                         ["get 'u v' --all=1"])

    def test_records_show_them(self):
        document = self.document("map", "--jsonl", "echo", "{a}", stdin='{"a": [1, 2], "b": null}\n')
        record = document["results"][0]
        self.assertEqual((record["args"], record["kwargs"], record["stdout"]), ([], {"a": [1, 2], "b": None}, "1 2\n"))

    def test_all_objects_have_what_the_command_uses(self):
        done = self.fanout("map", "--jsonl", "-o", "text", "echo", "{a}", stdin='{"a": 1}\n{"b": 2}\n')
        self.assertEqual((done.returncode, done.stdout), (2, "1\n"), done)
        self.assertEqual(done.stderr, 'fanout: stdin:2:1: "{a}" stands for a key that this item does not have\n')
        self.assertEqual(self.commands("--jsonl", "--shell", "awk '{print}' {f}", stdin='{"f": "x"}\n'),
                         ["/bin/sh -c 'awk '\\''{print}'\\'' x'"])

    def test_what_is_no_json_is_refused(self):
        self.assertIn("stdin:1:9: ", self.refused("--jsonl", "echo", stdin='{"a": 1 2}\n'))
        self.assertEqual(self.refused("--jsonl", "-n", "2", "echo", stdin='{"a": 1}\n'),
                         "stdin:1:1: an object is a command of its own: -n, -L, -N and -X do not go with it")


class Batches(ItemCase):
    def test_several_items_a_command(self):
        self.assertEqual(self.commands("-L", "2", "-C", ",", "echo", stdin="a,b\nc,d\ne,f\n"), ["echo a b c d", "echo e f"])
        self.assertEqual(self.commands("-n", "2", "echo", ":::", "a", "b", ":::", "1", "2"), ["echo a 1 a 2", "echo b 1 b 2"])
        self.assertEqual(self.commands("-N", "2", "echo", "{2}{1}", ":::", "a", "b", "c", "d"), ["echo ba", "echo dc"])

    def test_exactly_so_many_or_an_error_that_names_the_rest(self):
        done = self.fanout("map", "-N", "3", "-o", "values", "echo", stdin="1\n2\n3\n4\n5\n")
        self.assertEqual((done.returncode, done.stdout), (2, '["1 2 3\\n"]\n'), done)
        self.assertEqual(done.stderr, "fanout: stdin:4:1: -N 3: 2 items are left, too few for another command\n")

    def test_a_full_command_repeats_its_words(self):
        letters = list("abcdefg")
        self.assertEqual(self.commands("-X", "-j1", "cp", "d/{}.c", "{/.}", "to", ":::", "a.x", "b"),
                         ["cp d/a.x.c d/b.c a b to"])
        self.assertEqual(self.commands("-X", "-j3", "echo", ":::", *letters), ["echo a b c", "echo d e", "echo f g"])
        self.assertEqual(self.commands("-X", "-j1", "-n3", "echo", "{}", ":::", *letters), ["echo a b c", "echo d e f", "echo g"])
        self.assertEqual(self.commands("-X", "-j1", "--csv", "--header", "echo", "{b}={a}", stdin="a,b\n1,2\n3,4\n"), ["echo 2=1 4=3"])
        self.assertEqual(self.commands("-X", "-j1", "--shell", "cat {} | wc", ":::", "a", "b c"), ["/bin/sh -c 'cat a '\\''b c'\\'' | wc'"])
        self.assertIn("is part of a word", self.refused("-X", "--shell", "cat x{}", ":::", "a"))

    def test_a_full_command_can_be_started_and_loses_nothing(self):
        items = [f"{'x' * (i % 300)}{i}" for i in range(40_000)]
        done = self.fanout("map", "-X", "-j1", "-o", "text", "--order", "input", "--shell", "printf '%s\\n' {}", stdin="\n".join(items))
        self.assertEqual((done.returncode, done.stdout.split("\n")[:-1] == items), (0, True), done.stderr)
        done = self.fanout("map", "-X", "-j1", "--order", "input", "printf", "%s\\n", stdin="\n".join(items))
        document = json.loads(done.stdout)
        self.assertEqual([record["error"] for record in document["results"] if record["error"]], [])
        self.assertEqual("".join(record["stdout"] for record in document["results"]).split("\n")[:-1], items)
        # Six million bytes at most 2 MiB at a time, or as little as the system gives.
        self.assertGreater(len(document["results"]), 2)

    def test_a_large_environment_is_counted(self):
        items = [f"{i:0100}" for i in range(20_000)]
        done = self.fanout("map", "-X", "-j1", "-o", "none", "true", stdin="\n".join(items),
                           env={f"V{i}": "v" * 100_000 for i in range(5)})
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_random_order_that_a_seed_repeats(self):
        numbers = [str(i) for i in range(30)]
        first = self.commands("--shuf", "--seed", "5", "echo", ":::", *numbers)
        self.assertEqual(self.commands("--shuf", "--seed", "5", "echo", stdin="\n".join(numbers)), first)
        self.assertEqual(sorted(first), sorted(f"echo {n}" for n in numbers))
        self.assertNotEqual(first, [f"echo {n}" for n in numbers])
        orders = {tuple(self.commands("--shuf", "echo", ":::", *numbers)) for _ in range(2)}
        self.assertEqual(len(orders), 2)
        packed = self.commands("--shuf", "--seed", "5", "-X", "-j1", "echo", ":::", *numbers)
        self.assertEqual(packed, ["echo " + " ".join(line.split()[1] for line in first)])


class Placeholders(ItemCase):
    def test_parts_of_any_argument(self):
        self.assertEqual(self.commands("e", "{2.}", "{2/}", "{2//}", "{2/.}", "{-1}", "{-2/.}", ":::", "p/q.r", ":::", "a/b.c"),
                         ["e a/b b.c a b a/b.c q"])
        self.assertEqual(self.commands("-I", "@", "e", "@", "{1.}", "{}", ":::", "a.b"), ["e a.b a '{}'"])
        self.assertEqual(self.commands("-I", ",", "-C", ",", "e", "<,>", stdin="a,b\n"), ["e '<a b>'"])
        self.assertEqual(self.commands("--no-placeholders", "e", "{1}", ":::", "a", ":::", "b"), ["e '{1}' a b"])

    def test_templates_of_manifests_know_them_too(self):
        text = '{"command": ["e", "{f.}", "{2/}", "{-1//}"], "params": ["f"], "jobs": [["a.b", "c/d"]]}'
        done = self.fanout("run", "--dry-run", "-", stdin=text)
        self.assertEqual(done.stdout, "e a d c\n")


def gnu_parallel():
    for name in ("parallel", "parallel.gnu"):
        program = shutil.which(name)
        if program is None:
            continue
        told = subprocess.run([program, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if told.stdout.startswith("GNU parallel"):
            return program
    return None


PARALLEL = gnu_parallel()


@unittest.skipIf(PARALLEL is None, "GNU parallel is not installed")
class AsGnuParallel(ItemCase):
    """The same command line gives the same commands in the same order."""

    def setUp(self):
        super().setUp()
        self.write(".parallel/will-cite", "")
        self.write("f", "A\nB\nC\n")
        self.write("g", "1\n2\n")
        self.write("c", "x,y\n1,2\n3,4\n")

    def compare(self, arguments, with_header=False, stdin="s\nt\n"):
        done = subprocess.run([PARALLEL, "--plain", "--dry-run", "-k", "-j1", *(["--header", ":"] if with_header else []), *arguments],
                              input=stdin, text=True, capture_output=True, cwd=self.directory, timeout=PATIENCE,
                              env={**os.environ, "HOME": str(self.directory)})
        self.assertEqual(done.returncode, 0, done)
        ours = self.commands("-j1", *(["--header"] if with_header else []), *arguments, stdin=stdin)
        self.assertEqual(ours, done.stdout.splitlines(), arguments)

    def test_lists_columns_and_parts_of_paths(self):
        for line in ["echo {1} {2} ::: a b ::: 1 2", "echo ::: a b ::: 1 2 ::: x", "echo ::: a b c :::+ 1 2",
                     "echo ::: a :::+ 1 2 3 ::: x y", "echo ::: a b ::: 1 2 3 :::+ x y", "echo :::: f g", "echo :::: f ::::+ g",
                     "echo ::: a b ::::+ g f", "-a f -a g echo", "-a f echo ::: z", "echo :::: - g", "echo",
                     "echo x{2}y{1} {2} ::: a b ::: 1", "-C , echo {2} {1} :::: c", "-C , echo :::: c", "-C , echo {2} ::: a,b c,d",
                     "-N2 echo ::: a b c d", "-n2 echo ::: a b c", "-L2 echo :::: f", "-X echo pre-{}.c post ::: a b c",
                     "-X echo x{.}y {/} ::: a.c d/b.c c", "-I @ echo @ {.} ::: a.b", "echo {#} {} ::: a b",
                     "-N2 echo {-1} {-2} ::: a b c d"]:
            with self.subTest(line=line):
                self.compare(line.split())
        for line in ["-C , echo {y} {x} :::: c", "-C , echo {y/}.{x.} :::: c", "echo {city} {n} ::: city Oslo Rome ::: n 1 2"]:
            with self.subTest(line=line):
                self.compare(line.split(), with_header=True)

    def test_parts_of_paths(self):
        paths = ["a/b.c", "a.b", "a", "x/y/z.tar.gz", "./a.b", "a.b/c", "/a", "/a.b", ".bashrc", "d/.e.f", "a//b.c"]
        self.compare(["echo", "{2.}", "{2/}", "{2//}", "{2/.}", "{-1/}", ":::", "q", ":::", *paths])

    def test_random_products_and_links(self):
        choose = random.Random(20261121)
        for _ in range(10):
            arguments = ["echo"]
            for at in range(choose.randint(1, 4)):
                mark = choose.choice([":::", ":::", ":::+"]) if at else ":::"
                arguments += [mark, *(f"{chr(97 + at)}{i}" for i in range(choose.randint(1, 4)))]
            with self.subTest(line=" ".join(arguments)):
                self.compare(arguments)


if __name__ == "__main__":
    main()
