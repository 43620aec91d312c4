"""Entries of sources that a check found alive are marked in their files, and nothing else changes there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadCatalogue
from mediawatch.sources.catalogue import read_catalogue
from mediawatch.workflow.checking_sources import SourceFinding
from mediawatch.workflow.verified_sources import mark_verified
from tests.support.lakes import DAY

ENTRIES = """# Papers.
# Written by hand.

- name: paper  # the first one
  title: 报纸
  home: https://www.paper.example/
  hosts: [www.paper.example]
  timezone: Asia/Shanghai
  languages: [zh-Hans]
  country: CN
  status: unverified
  discovery:
    # Its only feed.
    - {kind: feed, url: "https://www.paper.example/feed"}

- name: herald
  title: Herald
  home: https://herald.example/
  hosts: [herald.example]
  timezone: UTC
  languages: [en]
  country: GB
  seen: {on: 2026, what: listed, where: a list of feeds}
  discovery:
    - {kind: auto, url: "https://herald.example/"}
"""


def finding(source: str, verdict: str = "alive") -> SourceFinding:
    return SourceFinding(
        source=source,
        verdict=verdict,
        seeds=1,
        items=1,
        newest_at=None,
        robots="allowed",
        trouble="",
        article_title="x",
        article_characters=99,
        sample_url=f"https://{source}.example/a/1",
    )


@pytest.fixture
def newsroom(context: Context, tmp_path: Path) -> Context:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "papers.yaml").write_text(ENTRIES, "utf-8")
    settings = context.settings.model_copy(update={"catalog_dir": folder})
    return replace(context, settings=settings, catalogue=read_catalogue(folder))


def written(newsroom: Context) -> str:
    return (newsroom.settings.catalog_dir / "papers.yaml").read_text("utf-8")


def test_the_living_are_marked_and_all_else_stays(newsroom: Context) -> None:
    assert mark_verified(newsroom, [finding("paper"), finding("herald", "silent")]) == 1
    mark = f'  status: verified\n  checked: {{on: {DAY}, sample: "https://paper.example/a/1"}}\n'
    expected = ENTRIES.replace("  status: unverified\n", "").replace("# the first one\n", f"# the first one\n{mark}")
    assert written(newsroom) == expected
    assert [source.standing for source in read_catalogue(newsroom.settings.catalog_dir).sources] == [
        "seen 2026 (listed)",
        f"verified {DAY}",
    ]


def test_a_second_check_takes_the_place_of_the_first(newsroom: Context) -> None:
    both = [finding("paper"), finding("herald")]
    assert mark_verified(newsroom, both) == 2
    once = written(newsroom)
    assert mark_verified(newsroom, both) == 2
    assert written(newsroom) == once


def test_an_entry_in_one_line_is_left_to_a_person(newsroom: Context) -> None:
    entry = read_catalogue(newsroom.settings.catalog_dir).named("herald").model_dump_json(exclude_defaults=True)
    file = newsroom.settings.catalog_dir / "papers.yaml"
    file.write_text(f"- {entry}\n", "utf-8")
    with pytest.raises(BadCatalogue, match="mark it by hand"):
        mark_verified(newsroom, [finding("herald")])
    assert written(newsroom) == f"- {entry}\n"
