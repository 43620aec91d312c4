"""A word's page: its series in all forms, who had it first, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mediawatch.board.body_search import Finder, Found, TitleHit
from mediawatch.board.counts import Counts, RuleVerdict, about
from mediawatch.board.local_index import BODY_DAYS
from mediawatch.board.queries import span
from mediawatch.keywords import WordFacts
from mediawatch.records import Alert, DayCount
from mediawatch.search.grammar import any_form

SHOWN = 30
"""Articles on the page; its CSV has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordDay:
    """What is known of a word up to `day`.

    `facts` are what alerts say of it too, `first_publisher` people's name of who had it first; None and "" where the
    day is not counted.  `first` is the earliest article that the search reaches.
    """

    word: str
    forms: tuple[str, ...]
    day: date
    found: Found
    series: tuple[DayCount, ...]
    first: TitleHit | None
    articles: tuple[TitleHit, ...]
    alerts: tuple[Alert, ...] | None
    explanations: tuple[RuleVerdict, ...] | None
    facts: WordFacts | None
    first_publisher: str


def word_day(finder: Finder, counts: Counts, word: str, *, day: date, today: date) -> WordDay:
    """The page's data.  Forms are added up; an article with two of them counts once."""
    forms = tuple(counts.forms(word))
    found = finder.find(any_form(forms), today=today)
    facts = counts.facts(word, day)
    alerts = counts.alerts(span(day, BODY_DAYS)[0], day)
    explained = counts.explanations(word, day)
    return WordDay(
        word=word,
        forms=forms,
        day=day,
        found=found,
        series=facts.series[-BODY_DAYS:] if facts else series(found, span(day, BODY_DAYS)),
        first=next(iter(finder.hits(found, range(found.total)[-1:], with_excerpts=False)), None),
        articles=tuple(finder.hits(found, range(SHOWN), with_excerpts=False)),
        alerts=None if alerts is None else tuple(about(alerts, word)),
        explanations=None if explained is None else tuple(explained),
        facts=facts,
        first_publisher=counts.publisher(facts.first_publisher) if facts else "",
    )


def series(found: Found, days: Sequence[date], *, is_of_text: bool = True) -> tuple[DayCount, ...]:
    """Articles and publishers of each day; a day that is not in the local index is not covered.

    Where a word `is_of_text`, nor is a day without it in a title whose bodies were not searched.
    """
    by_day = {day.day: day for day in found.days}
    return tuple(
        DayCount(
            day=day,
            articles=by_day[day].articles if day in by_day else 0,
            publishers=len(by_day[day].publishers) if day in by_day else 0,
            is_covered=day in found.covered and (not is_of_text or day >= found.bodies_since or day in by_day),
        )
        for day in days
    )
