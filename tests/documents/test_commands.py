"""docs/commands.md against the command line itself, and every command that any page tells people to type."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from mediawatch import errors
from mediawatch.cli.main import EXIT_CODES
from mediawatch.errors import MediawatchError
from mediawatch.settings import read_settings
from mediawatch.sources.catalogue import read_catalogue
from tests.support.papers import (
    DOCS,
    PAPERS,
    ROOT,
    bare,
    command_table,
    commands,
    options_of,
    rows,
    section,
    targets,
    text_of,
    typed,
)

PAGE = DOCS / "commands.md"
GROUPS = {name.partition(" ")[0] for name in command_table() if " " in name}
TYPED = [(paper, line) for paper in PAPERS for line in typed(paper)]


def split(words: list[str]) -> tuple[str, list[str]]:
    """A `mediawatch` command line as the command's name and its arguments."""
    depth = 2 if " ".join(words[1:3]) in command_table() else 1
    return " ".join(words[1 : 1 + depth]), words[1 + depth :]


@pytest.mark.parametrize("name", command_table())
def test_a_command_has_a_section_with_all_its_options_and_an_example(name: str) -> None:
    text = section(PAGE, f"mediawatch {name}")

    assert options_of(command_table()[name]) - {"--help"} <= set(re.findall(r"--[a-z-]+", text))
    assert set(re.findall(r"`(--[a-z-]+)", text)) <= options_of(command_table()[name])
    assert re.search(rf"^```sh\n(.*\n)*?mediawatch {name}\b", text, re.MULTILINE)


def test_the_overview_lists_every_command_and_no_other() -> None:
    listed = re.findall(r"^\| \[`mediawatch ([a-z -]+)`\]\(#([\w-]+)\)", text_of(PAGE), re.MULTILINE)

    assert [name for name, _ in listed] == re.findall(r"^## mediawatch (.+)$", text_of(PAGE), re.MULTILINE)
    assert {name for name, _ in listed} == set(command_table())


def test_shared_options_are_explained_once() -> None:
    shared = {bare(option).split()[0] for option, _ in rows(section(PAGE, "Options that several commands have"))}

    assert shared == {"--lake", "--catalog", "--index", "--json", "--help"}


def test_the_exit_codes_are_those_of_the_program() -> None:
    listed = {int(code): (meaning, error) for code, meaning, error in rows(section(PAGE, "Exit codes"))}
    said = re.findall(r"(\d+)\s+([^;.]+)", EXIT_CODES.replace("\n", " "))

    assert {int(code): meaning.split(";")[0] for code, (meaning, _) in listed.items()} == {
        int(code): meaning.strip() for code, meaning in said
    }
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, MediawatchError) and kind is not MediawatchError:
            assert f"`{name}`" in listed[kind.exit_code][1]


def test_there_is_something_to_check() -> None:
    names = {
        split(words)[0] for _, line in TYPED for words in commands(line) if words[:1] == ["mediawatch"] and words[1:]
    }

    assert set(command_table()) <= names
    assert len(TYPED) > 80


@pytest.mark.parametrize(("paper", "line"), TYPED, ids=[f"{p.stem}: {line}" for p, line in TYPED])
def test_what_people_are_told_to_type_exists(paper: Path, line: str) -> None:
    for words in commands(line):
        program, *arguments = words
        program = program.removeprefix(".venv/bin/")
        if program == "make":
            assert {word for word in arguments if "=" not in word} <= targets()
        elif program == "mediawatch" and arguments and not arguments[0].startswith("-"):
            name, rest = split(words)
            assert name in command_table() or name in GROUPS
            given = {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
            assert given <= options_of(command_table()[name])


def test_sources_in_examples_are_in_the_catalogue() -> None:
    known = {source.name for source in read_catalogue(ROOT / read_settings({}).catalog_dir).sources}
    named = {
        name
        for _, line in TYPED
        for value in re.findall(r"--sources? ([a-z,-]+)|sources check ([a-z]+)", line)
        for name in "".join(value).split(",")
    }

    assert named - {"news"} <= known
    assert len(named) >= 3


def test_examples_parse_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "CC-NEWS-20260101.warc.gz").touch()
    checked = 0
    for paper in PAPERS:
        for line in typed(paper):
            for words in commands(re.split("[<>]", line)[0]):
                if words[:1] != ["mediawatch"] or len(words) < 3 or "--help" in words or "COMMAND" in words:
                    continue
                name, rest = split(words)
                if is_whole(name, rest):
                    command_table()[name].make_context(name, list(rest))
                    checked += 1
    assert checked > 40


def is_whole(name: str, rest: list[str]) -> bool:
    """Whether this is a command line to run, not the mere mention of a command or of one of its options."""
    needs = [p for p in command_table()[name].params if p.required]
    return bool(rest) and (not needs or len(rest) > 1 or not needs[0].opts[0].startswith("-"))
