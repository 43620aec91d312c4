"""The commands in the order in which a day needs them: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mediawatch.sources.yaml_nodes import to_yaml
from tests.support.gazette import Gazette
from tests.support.sites import reply
from tests.unit.cli.conftest import Command, Said

pytestmark = pytest.mark.slow

DAY = date(2025, 4, 29)
EVE = datetime(2025, 4, 28, 12, tzinfo=UTC)
ON = ("--day", DAY.isoformat())


def json_of(said: Said) -> Any:
    """The one JSON value on stdout."""
    assert said.code == 0, said.err
    return json.loads(said.out)


@pytest.fixture
def harvested(command: Command, home: Path, paper: Gazette) -> Path:
    """A day with one article, one lost link and one that is pending."""
    paper.publish("/a/1", at=EVE, title="水库今年的水来得早")
    paper.publish("/a/gone", at=EVE, answer=reply(status=404))
    said = command("harvest", "--today", DAY.isoformat())
    assert said.code == 0, said.err
    return home


@pytest.fixture
def built(command: Command, harvested: Path) -> Path:
    """The day, built."""
    assert command("build", *ON).code == 0
    return harvested


def test_harvest_says_what_it_does_line_by_line_and_what_it_sealed(
    command: Command, home: Path, paper: Gazette
) -> None:
    paper.publish("/a/1", at=EVE)
    said = command("harvest", "--today", DAY.isoformat(), "--json")
    (row,) = json_of(said)
    assert row.pop("batch").startswith("20250429T")
    assert row == {
        "day": "2025-04-29",
        "links": 1,
        "fetched": 1,
        "missing_shards": 0,
        "seeds": 1,
        "seeds_failed": 0,
        "failed": [],
    }
    assert said.err == (
        "harvest: shard 0: 1 of 1 seeds answered, 1 links to fetch\nharvest: shard 0: 1 of 1 links fetched\n"
        "1 of 1 seeds answered.\n"
    )


def test_harvest_of_named_sources_in_a_lake_of_its_own(command: Command, home: Path, paper: Gazette) -> None:
    paper.publish("/a/1", at=EVE)
    words = ("harvest", "--today", DAY.isoformat(), "--sources", "paper", "--lake", str(home / "other"))
    assert command(*words).code == 0
    assert (home / "other/harvest").is_dir()
    assert not (home / "lake").exists()


def test_build_shows_the_ledger(command: Command, harvested: Path) -> None:
    said = command("build", *ON)
    assert said.code == 0
    assert said.out.startswith("Ledger of 2025-04-29")
    assert "not_indexed_yet 1" in said.out
    assert "build: 2025-04-29: extract: segment 1 of 1: 1 pages read\n" in said.err
    assert "\x1b" not in said.out + said.err


def test_build_again_says_the_same_and_does_nothing(command: Command, built: Path) -> None:
    said = command("build", *ON, "--json")
    assert said.err == ""
    value = json_of(said)
    assert value["day"] == "2025-04-29"
    assert [row["source"] for row in value["sources"]] == ["paper", "all sources"]
    assert value["sources"][0]["admitted"] == 1
    assert json_of(command("ledger", *ON, "--json")) == value


def test_ledger_lists_what_was_lost(command: Command, built: Path, paper: Gazette) -> None:
    assert json_of(command("ledger", *ON, "--lost", "--json")) == [
        {
            "source": "paper",
            "stage": "fetch",
            "reason": "gone",
            "class": "fault",
            "detail": "status 404",
            "url": paper.url("/a/gone"),
        }
    ]
    assert paper.url("/a/gone") in command("ledger", *ON, "--lost").out


def test_forget_takes_an_address_out_and_builds_again(command: Command, built: Path, paper: Gazette) -> None:
    said = command("forget", paper.url("/a/1"), "--why", "asked for")
    assert said.code == 0
    assert "Forgotten: 1 archived answers erased; to be built again: 2025-04-29." in said.err
    summary = json_of(command("ledger", *ON, "--json"))["sources"][0]
    assert (summary["announced"], summary["admitted"]) == (2, 0)


def test_close_makes_the_day_final(command: Command, built: Path) -> None:
    said = command("close", *ON)
    assert said.code == 0
    assert said.err.endswith("2025-04-29 is closed.\n")
    assert list((built / "lake/closed").rglob("receipt-*.json"))


def test_import_warc_takes_what_the_lake_itself_holds(command: Command, harvested: Path, tmp_path: Path) -> None:
    """Our own segments are WARC files like any other."""
    (segment,) = (harvested / "lake/harvest").rglob("segment-00001.warc.gz")
    said = command("import-warc", str(segment), "--lake", str(tmp_path / "second"), "--json")
    (row,) = json_of(said)
    assert (row["day"], row["fetched"]) == ("2025-04-29", 1)
    assert row["batch"].startswith("warc-")
    assert command("build", *ON, "--lake", str(tmp_path / "second")).code == 0


def test_import_warc_says_of_each_file_what_became_of_it(command: Command, harvested: Path, tmp_path: Path) -> None:
    (segment,) = (harvested / "lake/harvest").rglob("segment-00001.warc.gz")
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(segment.read_bytes() + b"\x1f\x8b\x08 and no more")
    said = command("import-warc", str(segment), str(cut), "--lake", str(tmp_path / "second"))
    assert said.code == 0
    first, second = (line for line in said.err.splitlines() if line.startswith("import-warc: "))
    assert "segment-00001.warc.gz: 5 records, 1 taken, 0 known, 0 other hosts, 1 refused, 0 unreadable" in first
    assert "why: gone 1; other records: request 2, warcinfo 1" in first
    assert "cut.warc.gz: 5 records, 0 taken, 1 known, 0 other hosts, 1 refused" in second
    assert "damage: at byte" in second
    assert "taken" in said.out
    assert "Sealed" in said.out


def test_import_warc_names_the_file_that_cannot_be_read_and_takes_the_others(
    command: Command, harvested: Path, tmp_path: Path
) -> None:
    (segment,) = (harvested / "lake/harvest").rglob("segment-00001.warc.gz")
    empty = tmp_path / "empty.warc.gz"
    empty.touch()
    said = command("import-warc", str(empty), str(segment), "--lake", str(tmp_path / "second"), "--json")
    assert said.code == 2
    assert said.err.endswith(f"BadRequest: {empty}: the file is empty\n")
    (row,) = json_of(replace(said, code=0))
    assert (row["fetched"], row["file"], row["outcomes"]) == (1, str(segment), {"taken": 1, "gone": 1})


def test_sources_are_listed_and_checked(command: Command, home: Path, paper: Gazette) -> None:
    (listed,) = json_of(command("sources", "list", "--json"))
    assert (listed["name"], listed["discovery"], listed["enabled"]) == ("paper", "feed", "yes")
    assert "1 sources" in command("sources", "list").out

    (finding,) = json_of(command("sources", "check", "--json"))
    assert (finding["source"], finding["verdict"]) == ("paper", "broken")


def test_a_check_writes_down_which_sources_live_also_those_that_are_off(
    command: Command, home: Path, paper: Gazette
) -> None:
    entry = home / "sources" / "paper.yaml"
    entry.write_text(to_yaml(paper.source(enabled=False)), encoding="utf-8")
    paper.publish("/a/1", at=datetime.now(UTC))

    assert command("sources", "check", "--all").code == 0
    assert "status: unverified" in entry.read_text(encoding="utf-8")

    said = command("sources", "check", "--all", "--write")
    assert "1 entries written as verified" in said.err
    assert "status: verified" in entry.read_text(encoding="utf-8")
    (listed,) = json_of(command("sources", "list", "--json"))
    assert listed["enabled"] == "no"


def test_a_hostile_title_does_not_reach_the_terminal(command: Command, home: Path, paper: Gazette) -> None:
    paper.publish("/a/1", at=datetime.now(UTC), title="\x9b31m水库[bold]今年[/]的水来得早\u202e")
    said = command("sources", "check", "paper")
    assert "水库[bold]今年[/]的水来得早" in said.out
    assert not {"\x9b", "\x1b", "\u202e"} & set(said.out + said.err)


def test_build_of_several_days_goes_by_their_order(command: Command, home: Path, paper: Gazette) -> None:
    for day in ("2025-04-28", "2025-04-29"):
        paper.publish(f"/a/{day}", at=EVE)
        command("harvest", "--today", day)
    said = command("build", "--day", "2025-04-29", "--day", "2025-04-28", "--index", "none", "--json")
    assert said.code == 0
    assert [value["day"] for value in json.loads(said.out)] == ["2025-04-28", "2025-04-29"]
    days = [line.split(": ")[1] for line in said.err.splitlines() if line.startswith("build: ")]
    assert days == sorted(days)


def test_a_rule_is_tried_on_the_days_that_can_be_read(command: Command, home: Path, paper: Gazette) -> None:
    for day in ("2025-04-28", "2025-04-29"):
        paper.publish(f"/a/{day}", at=EVE.replace(hour=0))  # whatever the hour of the clock
        command("harvest", "--today", day)
        command("build", "--day", day, "--index", "none")
    for part in (home / "lake/extract/day=2025-04-28").rglob("*.parquet"):
        part.write_bytes(b"damaged")
    said = command("quality", "try", "chinese_text_length", "--least", "99999", "--days", "3660", "--json")
    assert said.code == 4
    assert "2025-04-28: left out, " in said.err
    assert [(row["articles"], row["would_fail"]) for row in json.loads(said.out)] == [(1, 1)]


def test_build_takes_the_day_before_along_or_leaves_it(command: Command, home: Path, paper: Gazette) -> None:
    for day in ("2025-04-28", "2025-04-29"):
        paper.publish(f"/a/{day}", at=EVE)
        command("harvest", "--today", day)
    for part in (home / "lake/harvest/day=2025-04-28").rglob("*.pages.parquet"):
        part.write_bytes(b"damaged")
    said = command("build", "--day", "2025-04-28", "--day", "2025-04-29")
    assert said.code == 4
    assert "2025-04-29: Corrupt: cluster of 2025-04-29 waits for 2025-04-28: " in said.err
    assert command("build", *ON, "--alone", "--json").code == 0
