"""The examples of a manual page or of README.md, as a reader sees them: every display line that
starts with `$ ` is a command, and the lines up to the next one are what it prints."""
import re
from dataclasses import dataclass, field
from pathlib import Path

PAGES = ("man/fanout.1", "man/fanout-manifest.5", "man/fanout-result.5", "man/fanout-journal.5", "README.md")

ESCAPES = {"\\e": "\\", "\\-": "-", "\\&": "", "\\(aq": "'", "\\(dq": '"', "\\(ga": "`",
           "\\(ha": "^", "\\(ti": "~"}


@dataclass
class Example:
    line: int
    command: str
    output: list = field(default_factory=list)

    @property
    def shown_file(self):
        """The name in `cat NAME`: such an example shows a file instead of doing something."""
        words = self.command.split()
        return words[1] if len(words) == 2 and words[0] == "cat" else None

    @property
    def text(self):
        return "".join(line + "\n" for line in self.output)


def plain(roff):
    """What a line of a literal display shows."""
    return re.sub(r"\\(?:\(..|.)", lambda escape: ESCAPES[escape.group()], roff)


def display_lines(page):
    """(number, text) of every line inside a literal display, with (0, None) after each display."""
    is_manual = page.suffix in (".1", ".5", ".7")
    begin, end = (".Bd -literal", ".Ed") if is_manual else ("```console", "```")
    inside = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if inside and line == end:
            inside = False
            yield 0, None
        elif inside:
            yield number, plain(line) if is_manual else line
        elif line.startswith(begin):
            inside = True


def examples_of(page):
    examples = []
    is_open = False
    for number, line in display_lines(page):
        if line is None:
            is_open = False
        elif line.startswith("$ "):
            examples.append(Example(number, line[2:]))
            is_open = True
        elif is_open:
            examples[-1].output.append(line)
    return examples
