"""Which files of configuration a process reads, and what is said where they are not those of its run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mediawatch.errors import ConfigurationDrift
from mediawatch.settings import Settings
from mediawatch.workflow.configuration import (
    ALIASES,
    CATALOGUE,
    PARTS,
    WATCHLISTS,
    Configuration,
    check_drift,
    configuration_of,
)

INCLUDE = Path(__file__).resolve().parents[3] / "include"


def copied(folder: Path) -> Settings:
    """The project's own files in `folder`, as a worker has them."""
    for name in ("sources", "aliases", "watchlists"):
        shutil.copytree(INCLUDE / name, folder / name)
    return Settings(
        catalog_dir=folder / "sources", aliases_dir=folder / "aliases", watchlists_dir=folder / "watchlists"
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return copied(tmp_path / "here")


def test_every_file_that_is_read_has_a_digest(settings: Settings) -> None:
    found = configuration_of(settings).files
    shipped = {path for name in ("sources", "aliases", "watchlists") for path in (INCLUDE / name).rglob("*.yaml")}
    assert len(found) == len(shipped)
    assert {"catalogue/publishers/agencies.yaml", "aliases/people.yaml", "watchlists/rules/keywords.yaml"} <= set(found)
    assert len(set(found.values())) == len(found)


def test_two_copies_are_in_step_and_keep_their_digest_on_the_way(settings: Settings, tmp_path: Path) -> None:
    there = configuration_of(copied(tmp_path / "there"))
    assert there.digest == configuration_of(settings).digest
    begun = Configuration.from_document(there.document())
    assert begun == there
    check_drift(begun, settings, *PARTS)


def test_comments_and_layout_do_not_count(settings: Settings) -> None:
    begun, file = configuration_of(settings), settings.aliases_dir / "people.yaml"
    file.write_text("# looked at today\n" + file.read_text().replace("\n", "\n\n"))
    check_drift(begun, settings, *PARTS)


@pytest.mark.parametrize(
    ("part", "name", "content"),
    [
        (CATALOGUE, "sources/japan_and_korea.yaml", "- name: other\n"),
        (CATALOGUE, "sources/publishers/agencies.yaml", "[]\n"),
        (CATALOGUE, "sources/new.yaml", "- name: new\n"),
        (ALIASES, "aliases/people.yaml", "[]\n"),
        (WATCHLISTS, "watchlists/recipients.yaml", "- name: other\n"),
        (WATCHLISTS, "watchlists/rules/keywords.yaml", "name: other\n"),
        (WATCHLISTS, "watchlists/examples.yaml", None),
        (WATCHLISTS, "watchlists/examples.yaml", "a: [no yaml\n"),
    ],
)
def test_a_file_that_differs_is_named_with_both_digests_and_the_remedy(
    settings: Settings, part: str, name: str, content: str | None
) -> None:
    begun = Configuration(host="worker-7", files=configuration_of(settings).files)
    file = settings.catalog_dir.parent / name
    file.unlink() if content is None else file.write_text(content)
    with pytest.raises(ConfigurationDrift) as raised:
        check_drift(begun, settings, part)
    said, here = str(raised.value), configuration_of(settings)
    key = f"{part}/{name.partition('/')[2]}"
    assert f"{key} was {begun.files.get(key, 'not there')} on worker-7 when the run began" in said
    folder = file.parents[key.count("/") - 1]
    assert f"on {here.host}, in {folder}, it is {here.files.get(key, 'not there')}" in said
    assert "bring its folder in step: the next try goes on" in said
    assert said.count(" was ") == 1
    check_drift(begun, settings, *(other for other in PARTS if other != part))


def test_many_files_that_differ_are_counted(settings: Settings) -> None:
    begun = configuration_of(settings)
    for file in settings.catalog_dir.glob("*.yaml"):
        file.unlink()
    with pytest.raises(ConfigurationDrift, match="; and 3 more files differ. If this worker"):
        check_drift(begun, settings, CATALOGUE)
