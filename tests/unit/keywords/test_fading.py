"""How much of what a word tells is of the day judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mediawatch.keywords import TextDocument, read
from mediawatch.keywords.candidates import Candidate, Window
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.fading import with_freshness
from mediawatch.keywords.reading import codes_of
from mediawatch.keywords.rules import Gate
from mediawatch.language.aliases import Aliases
from mediawatch.records import AlertKind

DAY = date(2026, 4, 29)
WORD = "沅鹭"


def reports(stories: str, days: str) -> tuple[Window, Candidate]:
    """A window of one article for each story (a letter) and day (how many before the last), and WORD of all of them."""
    documents = (
        TextDocument(
            article_id=f"{number}",
            day=DAY - timedelta(days=int(back)),
            at=datetime.combine(DAY - timedelta(days=int(back)), datetime.min.time(), UTC),
            site="晨报",
            publisher="晨报",
            story=story,
            language="zh-Hans",
            title="报道",
            text=f"{WORD}和{WORD}",
        )
        for number, (story, back) in enumerate(zip(stories, days, strict=True))
    )
    window = Window.of(DAY, Corpus.of(read(one, Aliases()) for one in documents), frozenset({"晨报"}))
    word = Candidate(
        term=WORD,
        kind=AlertKind.NEW,
        codes=codes_of(WORD),
        stories=frozenset(stories),
        publishers=1,
        articles=len(stories),
        central=0,
        titles=0,
        early=0,
        texts=len(stories),
        in_texts=2 * len(stories),
        places=window.places_of(codes_of(WORD)),
        usual=0.0,
        exposures=28.0,
        p_value=1e-6,
        surprise=6.0,
    )
    return window, word


@pytest.mark.parametrize(
    ("stories", "days", "freshness"),
    [
        ("abc", "000", 1.0),
        ("abc", "100", 1.0),
        ("abc", "110", 0.5),
        ("abcde", "11110", 0.25),
        ("abcdef", "332220", 1 / 3),
        ("abc", "111", 0.0),
        ("aaaab", "11110", 1.0),  # copies of one story
        ("aabb", "1010", 1.0),  # stories that go on
    ],
)
def test_is_the_day_over_the_loudest_day_of_the_window(stories: str, days: str, freshness: float) -> None:
    window, word = reports(stories, days)
    [judged] = with_freshness([word], window)
    assert judged.freshness == pytest.approx(freshness)


def test_asks_only_what_passed_and_has_days_before() -> None:
    window, word = reports("abcde", "11110")
    stopped, of_the_day = word.stopped(Gate.SCORE), replace(word, central_surprise=4.0)
    assert [one.freshness for one in with_freshness([stopped, of_the_day], window)] == [1.0, 1.0]
