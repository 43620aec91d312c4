"""README.md: its order, and the figures it gives."""

from __future__ import annotations

import re

from mediawatch.settings import read_settings
from mediawatch.sources.catalogue import read_catalogue
from tests.support.papers import README, ROOT, headings, section, text_of

FOLDERS = {
    "dags/",
    "include/mediawatch/",
    "include/sources/",
    "include/aliases/",
    "include/watchlists/",
    "include/kibana/",
    "include/monitoring/",
    "plugins/",
    "demo/",
    "devsites/",
    "launch/",
    "tests/",
    "docs/",
}
PARTS = ["Start", "See it", "Get alerts", "Add a source", "Configure", "Operate", "Where things are"]


def test_it_is_in_the_order_in_which_people_need_it() -> None:
    assert re.findall(r"^## (.+)$", text_of(README), re.MULTILINE) == PARTS
    assert headings(README)[0] == "Mediawatch"


def test_it_begins_with_one_sentence_and_the_picture_of_the_walk() -> None:
    _, sentence, picture, *_ = text_of(README).split("\n\n")

    assert sentence.count(". ") == 0
    assert sentence.endswith(".")
    assert picture.startswith("![")
    assert picture.endswith("(docs/images/walk.svg)")


def test_it_names_the_commands_to_start_and_to_test_with() -> None:
    assert "```sh\nmake demo\n```" in section(README, "Start")
    assert "make start" in section(README, "First real use: `make start`")
    assert "`make check` is the test command" in text_of(README)
    assert "`make test` is its test part" in " ".join(text_of(README).split())


def test_the_catalogue_is_as_large_and_as_unverified_as_it_says() -> None:
    sources = read_catalogue(ROOT / read_settings({}).catalog_dir).sources
    said = re.search(r"The (\d+) sources in the catalogue .* marked\s+`unverified`", text_of(README))

    assert said
    assert int(said[1]) == len(sources)
    assert {source.status for source in sources} == {"unverified"}
    assert f"A catalogue of {len(sources)} " in text_of(ROOT / "CHANGELOG.md")


def test_the_folders_it_shows_are_there() -> None:
    shown = re.findall(r"^\| `([\w/]+/)` \|(.+)\|$", section(README, "Where things are"), re.MULTILINE)

    assert {folder for folder, _ in shown} == FOLDERS
    for folder, inside in shown:
        assert (ROOT / folder).is_dir()
        if folder in {"include/mediawatch/", "tests/"}:
            there = {path.name for path in (ROOT / folder).iterdir() if path.is_dir()} - {"__pycache__", "support"}
            assert there == set(re.findall(r"`(\w+)`", inside))


def test_the_sample_of_the_ledger_has_the_columns_of_the_program() -> None:
    from mediawatch.cli.building import SUMMARY

    block = re.search(r"```text\n(.+)\n", text_of(README))
    assert block
    assert tuple(block[1].split()) == SUMMARY


def test_kept_folders_are_ignored_by_git() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()

    for folder in (".demo", ".lake", ".airflow", ".local"):
        assert f"`{folder}/`" in text_of(README)
        assert f"/{folder}/" in ignored
