"""Tables as CSV: readable by programs, harmless in spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.board.tables import Cell, CellLink, CellMessage, CellPage, ShownTable, columns, csv_pieces, web_address


def read(*rows: tuple[Cell, ...]) -> list[list[str]]:
    table = ShownTable(name="t", columns=columns("title", "articles", links=["title"]), rows=rows)
    text = "".join(csv_pieces(table))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_a_link_is_two_columns() -> None:
    assert read((CellLink(text="标题,一", url="https://a.example/"), 3)) == [
        ["title", "url", "articles"],
        ["标题,一", "https://a.example/", "3"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert read((CellPage(text=text, address="/word"), text))[1][0].startswith("'")
    assert read((CellPage(text=text, address="/word"), text))[1][2].startswith("'")


def test_numbers_stay_numbers_and_times_are_iso() -> None:
    moment = datetime(2026, 4, 29, 12, tzinfo=UTC)
    assert read((date(2026, 4, 29), -5), (moment, None), (CellMessage(word="gone", label="已不存在"), 0.5)) == [
        ["title", "url", "articles"],
        ["2026-04-29", "", "-5"],
        ["2026-04-29T12:00:00+00:00", "", ""],
        ["gone", "", "0.5"],
    ]


@given(st.text())
def test_whatever_a_title_is_it_comes_back_on_one_row(text: str) -> None:
    rows = read((CellLink(text=text, url=text), 1))
    assert len(rows) == 2
    assert len(rows[1]) == 3
    assert not rows[1][0].lstrip(" ").startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//host.example/x", "/x", "", "http://", "http://[",
     "java\nscript:alert(1)", "https://a.example/\u202ex", "ftp://a.example/"],
)  # fmt: skip
def test_only_web_addresses_are_links(url: str) -> None:
    assert web_address(url) == ""


def test_web_addresses_are() -> None:
    assert web_address("https://a.example/x?y=1#z") == "https://a.example/x?y=1#z"
