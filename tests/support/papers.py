"""Reading the project's Markdown: its files, headings, tables, links, and the commands it tells people to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from typer.main import get_command

from mediawatch.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PAPERS = (README, CONTRIBUTING, ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_ASSIGNMENT = re.compile(r"[A-Z_]+=.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link or picture: where it stands, where it leads, and what it shows."""

    paper: Path
    target: str
    text: str
    is_picture: bool


@cache
def text_of(paper: Path) -> str:
    """The whole file."""
    return paper.read_text(encoding="utf-8")


def prose(paper: Path) -> str:
    """The text without fenced blocks and inline code."""
    return _CODE.sub("", _FENCE.sub("", text_of(paper)))


def headings(paper: Path) -> list[str]:
    """The headings, without their marks."""
    return [title for _, title in _HEADING.findall(_FENCE.sub("", text_of(paper)))]


def anchors(paper: Path) -> list[str]:
    """The names by which headings are linked to: lower case, no punctuation, dashes for spaces."""
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings(paper)]


def section(paper: Path, title: str) -> str:
    """What stands below the heading `title`, up to the next one of its rank.  Raises ValueError without it."""
    found = list(_HEADING.finditer(text_of(paper)))
    for position, heading in enumerate(found):
        if heading[2] == title:
            later = [h.start() for h in found[position + 1 :] if len(h[1]) <= len(heading[1])]
            return text_of(paper)[heading.end() : later[0] if later else None]
    raise ValueError(f"{paper.name} has no heading {title!r}")


def rows(text: str) -> list[list[str]]:
    """The rows of all tables in `text`, without heads."""
    body: list[list[str]] = []
    is_inside = False
    for line in text.splitlines():
        if re.fullmatch(r"\|[-|: ]+\|", line):
            is_inside = True
        elif is_inside and line.startswith("|"):
            body.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])])
        else:
            is_inside = False
    return body


def bare(cell: str) -> str:
    """A cell's text without the marks of code."""
    return cell.replace("`", "")


def links(paper: Path) -> Iterator[Link]:
    """Every link and picture outside of code."""
    for mark, text, target in _LINK.findall(re.sub(r"`(?=\])|(?<=\[)`", "", _FENCE.sub("", text_of(paper)))):
        yield Link(paper=paper, target=target, text=text, is_picture=bool(mark))


def typed(paper: Path) -> list[str]:
    """The lines that people are told to type: those of blocks marked `sh`, and inline code that begins as a command."""
    blocks = [
        line for language, block in _FENCE.findall(text_of(paper)) if language == "sh" for line in block.splitlines()
    ]
    inline = [
        code for code in _CODE.findall(_FENCE.sub("", text_of(paper))) if re.search(r"\b(make|mediawatch) \w", code)
    ]
    return [line for line in [*blocks, *inline] if line.strip()]


def commands(line: str) -> Iterator[list[str]]:
    """The simple commands of a line as words, without assignments before them, redirections and comments."""
    words = shlex.split(line, comments=True)
    command: list[str] = []
    for word in [*words, "&&"]:
        if word in {"&&", ";", "|"}:
            yield from [command] if command else []
            command = []
        elif command or not _ASSIGNMENT.fullmatch(word):
            command.append(word)


def targets() -> set[str]:
    """What `make` can be asked for by name."""
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return set(phony[1].split()) if phony else set()


@cache
def command_table() -> dict[str, Any]:
    """{"sources add": its click command} for every command of `mediawatch`."""
    found: dict[str, Any] = {}
    waiting: list[tuple[tuple[str, ...], Any]] = [((), get_command(app))]
    while waiting:
        path, command = waiting.pop()
        children = getattr(command, "commands", None)
        if children is None or getattr(command, "invoke_without_command", False):
            found[" ".join(path)] = command
        if children is not None:
            waiting += [((*path, name), child) for name, child in children.items()]
    return found


def options_of(command: Any) -> set[str]:
    """The options of a click command, `--help` included."""
    named = (option for each in command.params for option in (*each.opts, *each.secondary_opts))
    declared = {option for option in named if option.startswith("-")}
    return declared | {"--help"}
