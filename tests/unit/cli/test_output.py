"""How commands speak: plain lines where nobody watches, and nothing from the network that steers a terminal."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from mediawatch.cli import output, searching
from mediawatch.cli.output import clean, plain, print_csv, print_json, print_table, progress
from mediawatch.search import Excerpt, Hit

HOSTILE = [
    "\x1b]0;owned\x07title",
    "\x1b[2J\x1b[31mred",
    "\x9b31mred",
    "back\x08space\rreturn",
    "\u202egnol\u202c",
    "\u2066isolated\u2069",
]
MARKUP = ["[bold]x[/bold]", "[/]", "[link=https://evil.example]x[/link]", "tail\\", "tail\\\\\\", "x\\[red]"]
STEERING = set("\x1b\x07\x08\r\x9b\u202e\u202c\u2066\u2069")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Console:
    """Both consoles on a terminal that is a string."""
    console = Console(file=io.StringIO(), force_terminal=True, soft_wrap=True, width=200, highlight=False)
    for name in ("PROGRESS", "RESULT"):
        monkeypatch.setattr(output, name, console)
        monkeypatch.setattr(searching, name, console)
    return console


def shown(terminal: Console) -> str:
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


def without_styles(text: str) -> str:
    """`text` less the colours that are our own."""
    from rich.text import Text

    return Text.from_ansi(text).plain


def a_hit(title: str = "水库", excerpt: str = "今年关税谈判", spans: tuple[tuple[int, int], ...] = ((2, 4),)) -> Hit:
    return Hit(
        article_id="a",
        title=title,
        url="https://www.paper.example/a/1",
        site="www.paper.example",
        source="paper",
        published_at=None,
        first_seen_at=datetime(2026, 4, 29, 9, tzinfo=UTC),
        counted_on=date(2026, 4, 29),
        language="zh-Hans",
        highlights=(Excerpt(field="text", text=excerpt, spans=spans),),
        score=1.0,
    )


class TestUntrustedText:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_loses_what_steers_a_terminal(self, text: str) -> None:
        assert STEERING.isdisjoint(clean(text))
        assert "\N{REPLACEMENT CHARACTER}" in clean(text)

    @pytest.mark.parametrize("text", ["水库今年的水来得早", "naïve café — “quotes”", "a\tb", *MARKUP])
    def test_is_otherwise_as_it_was(self, text: str) -> None:
        assert clean(text) == plain(text).plain == text

    @pytest.mark.parametrize("text", [*HOSTILE, *MARKUP])
    def test_in_a_table(self, text: str, capsys: pytest.CaptureFixture[str]) -> None:
        print_table(text, ("title",), [{"title": text}])
        out = capsys.readouterr().out
        assert STEERING.isdisjoint(out)
        assert out.count(clean(text)) == 2

    @pytest.mark.parametrize("text", [*HOSTILE, *MARKUP])
    def test_in_a_hit_on_a_terminal(self, text: str, terminal: Console) -> None:
        searching.print_hit(a_hit(title=text, excerpt=f"{text}关税", spans=((len(text), len(text) + 2),)))
        assert f"\x1b[7m{'关税'}\x1b[0m" in shown(terminal)
        seen = without_styles(shown(terminal))
        assert STEERING.isdisjoint(seen)
        assert seen.splitlines()[0].startswith(clean(text))
        assert seen.splitlines()[1] == f"  {clean(text)}关税"

    @pytest.mark.parametrize("text", HOSTILE)
    def test_in_json_is_escaped_and_not_lost(self, text: str, capsys: pytest.CaptureFixture[str]) -> None:
        print_json({"title": text})
        out = capsys.readouterr().out
        assert STEERING.isdisjoint(out)
        assert json.loads(out) == {"title": text}

    @pytest.mark.parametrize("text", [*HOSTILE, "=HYPERLINK(1)", "+1", "-1", "@x"])
    def test_in_csv_is_no_formula_and_no_order(self, text: str, capsys: pytest.CaptureFixture[str]) -> None:
        print_csv(searching.COLUMNS, [{name: getattr(a_hit(title=text), name) for name in searching.COLUMNS}])
        out = capsys.readouterr().out
        header, row = csv.reader(io.StringIO(out))
        assert tuple(header) == searching.COLUMNS
        title = row[searching.COLUMNS.index("title")]
        assert title[0] not in "=+-@"
        assert STEERING.isdisjoint(title)

    @pytest.mark.parametrize("text", [*HOSTILE, *MARKUP])
    def test_in_progress_on_a_terminal(self, text: str, terminal: Console) -> None:
        with progress("harvest") as report:
            report(text)
        assert set("\x07\x08\x9b\u202e").isdisjoint(shown(terminal))


class TestProgress:
    def test_is_a_line_each_on_stderr_where_nobody_watches(self, capsys: pytest.CaptureFixture[str]) -> None:
        with progress("harvest") as report:
            report("shard 0: 3 of 9 links fetched")
            report("shard 0: 9 of 9 links fetched [done]")
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err == ("harvest: shard 0: 3 of 9 links fetched\nharvest: shard 0: 9 of 9 links fetched [done]\n")

    def test_is_one_live_line_on_a_terminal(self, terminal: Console) -> None:
        with progress("harvest") as report:
            report("3 of 9 links fetched")
        assert "\n" not in without_styles(shown(terminal)).strip()


class TestTables:
    def test_numbers_to_the_right_and_long_cells_whole(self, capsys: pytest.CaptureFixture[str]) -> None:
        url = f"https://www.paper.example/{'a' * 60}"
        rows = [{"source": "paper", "lost_links": 7, "url": url}, {"source": "p", "lost_links": 12345, "url": None}]
        print_table("Ledger", ("source", "lost_links", "url"), rows)
        out = capsys.readouterr().out
        assert "lost links" in out
        assert "│     7 │".replace(" ", "") in out.replace(" ", "")
        assert out.index("    7 ") > 0
        assert url in out
        assert "None" not in out
        assert "\x1b" not in out

    def test_without_rows_there_is_still_a_head(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_table("Lost", ("source", "reason"), [])
        assert "reason" in capsys.readouterr().out


class TestJson:
    def test_days_and_instants_are_iso(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_json({"day": date(2026, 4, 29), "at": datetime(2026, 4, 29, 9, tzinfo=UTC), "title": "水库"})
        out = capsys.readouterr().out
        assert json.loads(out) == {"day": "2026-04-29", "at": "2026-04-29T09:00:00+00:00", "title": "水库"}
        assert "水库" in out

    def test_what_has_no_form_is_an_error_not_a_guess(self) -> None:
        with pytest.raises(TypeError, match="set has no JSON form"):
            print_json({1, 2})
