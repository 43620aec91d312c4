"""Words that never alert: why, since when, until when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mediawatch.errors import BadConfiguration
from mediawatch.keywords.watching import Exclusion, Exclusions, read_exclusions

INCLUDE = Path(__file__).parents[4] / "include"
MAY = date(2026, 5, 1)

TEXT = """
- words: [快訊, Breaking News]
  why: labels
  since: 2026-01-01
- patterns: ['[0-9]{1,2}月']
  why: dates
  since: 2026-01-01
- words: [灯会]
  why: every evening this month
  since: 2026-04-01
  until: 2026-04-30
"""


def read(folder: Path, text: str) -> Exclusions:
    file = folder / "exclusions.yaml"
    file.write_text(text, encoding="utf-8")
    return read_exclusions(file)


@pytest.mark.parametrize(
    ("term", "why"),
    [
        ("快讯", "labels"),
        ("快訊", "labels"),
        ("BREAKING NEWS", "labels"),
        ("１２月", "dates"),
        ("12月份", None),
        ("头条快讯", None),
    ],
)
def test_gives_the_reason_in_any_script_and_case(tmp_path: Path, term: str, why: str | None) -> None:
    assert read(tmp_path, TEXT).reason(term, MAY) == why


def test_holds_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    found = read(tmp_path, TEXT)
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)]
    assert [found.reason("灯会", day) is not None for day in days] == [False, True, True, False]
    assert "灯会" in found.words(date(2026, 4, 15))
    assert "灯会" not in found.words(MAY)
    assert [pattern.fullmatch("5月") is not None for pattern in found.patterns(MAY)] == [True]


def test_what_people_dismissed_is_added() -> None:
    more = Exclusions().adding([Exclusion(words=("灯会",), why="dismissed", since=MAY)])
    assert more.reason("燈會", MAY) == "dismissed"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- words: [快讯]\n  since: 2026-01-01", "exclusions.yaml:1: why: is missing"),
        ("- words: [快讯]\n  why: x", "exclusions.yaml:1: since: is missing"),
        ("- why: x\n  since: 2026-01-01", "words: an exclusion needs words or patterns"),
        ("- words: [a]\n  why: x\n  since: 2026-02-01\n  until: 2026-01-01", "until: is before since"),
        ("- words: [a]\n  why: x\n  since: soon", "exclusions.yaml:3: since: "),
        ("- patterns: ['(a+)+']\n  why: x\n  since: 2026-01-01", "exclusions.yaml:1: patterns.0: + repeats a group"),
        ("- word: [a]\n  why: x\n  since: 2026-01-01", "no such key (did you mean 'words'?)"),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        read(tmp_path, text)
    assert says in str(caught.value)


def test_no_file_excludes_nothing(tmp_path: Path) -> None:
    assert read_exclusions(tmp_path / "none.yaml") == Exclusions()


def test_the_shipped_set_spares_news() -> None:
    found = read_exclusions(INCLUDE / "watchlists/exclusions.yaml")

    noise = [
        "快訊",
        "1131226",
        "12月",
        "3月5日",
        "第十四届",
        "25%",
        "120万元",
        "責任編輯",
        "排行榜",
        "read more",
        "星期三",
    ]
    assert [term for term in noise if found.reason(term, MAY) is None] == []
    news = [
        "关税",
        "紧急戒严",
        "济州航空",
        "GPT-7",
        "H5N1",
        "特朗普",
        "F-35",
        "台湾",
        "星穹Pro",
        "Norvexa",
        "铁拳议员",
        "5G",
    ]
    assert [term for term in news if found.reason(term, MAY)] == []
    assert all(entry.why for entry in found.entries)
