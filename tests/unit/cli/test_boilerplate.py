"""`mediawatch boilerplate`: the lines held as template text of a site."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from mediawatch.extraction.boilerplate import VERSION
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.tables.extraction import LINE_COUNTS, SOURCE_PAGES, LineCount, SourcePages
from tests.support.gazette import Gazette
from tests.unit.cli.conftest import Command

DAY = date(2026, 4, 29)
LINE = LineCount(source="paper", line="0" * 16, pages=4, carried=0, example="读者热线 [bold]")


def closed(lake: Path, day: date) -> None:
    """A day's sketch with one line on four pages of ten."""
    key = PartitionKey(stage="lines", day=day)
    writer = PartitionWriter(open_store(str(lake)), key, inputs={}, version=VERSION, settings={})
    writer.append(LINE_COUNTS, [LINE])
    writer.append(SOURCE_PAGES, [SourcePages(source="paper", pages=10)])
    writer.publish()


def test_the_lines_of_a_source_or_of_its_host(home: Path, paper: Gazette, command: Command) -> None:
    lake = home / "lake"
    for back in (1, 2):
        closed(lake, DAY - timedelta(days=back))
    for site in ("paper", paper.source().hosts[0]):
        said = command("boilerplate", site, "--day", str(DAY), "--lake", str(lake), "--json")
        assert said.code == 0
        assert json.loads(said.out) == [
            {
                "source": "paper",
                "line": "0" * 16,
                "pages": 8,
                "first_on": "2026-04-27",
                "last_on": "2026-04-28",
                "example": "读者热线 [bold]",
            }
        ]
    shown = command("boilerplate", "paper", "--day", str(DAY), "--lake", str(lake)).out
    assert "读者热线 [bold]" in shown
    assert "2026-04-27" in shown


def test_where_nothing_is_held_it_says_so(home: Path, command: Command) -> None:
    said = command("boilerplate", "paper", "--day", str(DAY), "--lake", str(home / "lake"))
    assert (said.code, said.out) == (0, "")
    assert f"No line of paper is held as template text on {DAY}." in said.err


def test_a_site_that_nobody_knows_is_refused(home: Path, command: Command) -> None:
    said = command("boilerplate", "nobody.example", "--lake", str(home / "lake"))
    assert said.code == 2
    assert "nobody.example is neither a source nor a host of one." in said.err
