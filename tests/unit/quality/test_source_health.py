"""How a source is: by its own history, its visits and its losses; told once, and taken back once it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mediawatch.quality.source_health import (
    MARKS,
    ArticleFacts,
    SourceDayFacts,
    facts_of,
    figures_of,
    findings_on,
    holidays_of,
    is_of_a_whole_day,
    states_on,
    until,
)
from mediawatch.records import Reason
from mediawatch.records.ledger import LedgerRow
from mediawatch.tables.health import SourceFigure, SourceHealth
from mediawatch.tables.ledger import Visit

FIRST = date(2026, 1, 5)
NOON = datetime(2026, 4, 29, 12, tzinfo=UTC)
WELL = SourceDayFacts(new=20, visits=4)
DEAD = SourceDayFacts(visits=4, failures={Reason.UNREACHABLE: 3, Reason.TOO_SLOW: 1})
REFUSED = SourceDayFacts(visits=4, failures={Reason.FORBIDDEN: 4})


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def figure(number: int, value: float, metric: str = "admitted") -> SourceFigure:
    return SourceFigure(day=on(number), source="paper", metric=metric, value=value)


def usual(days: int = 40) -> list[SourceFigure]:
    """A source with about twenty articles a day, all dated."""
    counts = [20 + (number * 7) % 5 for number in range(days)]
    return [figure(n, c) for n, c in enumerate(counts)] + [figure(n, 0.0, "share_undated") for n in range(days)]


def states(
    figures: Iterable[SourceFigure], number: int, facts: SourceDayFacts = WELL, yesterday: SourceDayFacts = WELL
) -> list[SourceHealth]:
    """Day after day up to `number`, as nights judge them; facts are those of the last one."""
    known, before, found = list(figures), {}, []
    for day in range(20, number + 1):
        upto = [f for f in known if f.day <= on(day)]
        is_last = day == number
        today, day_before = (facts, yesterday) if is_last else (WELL, WELL)
        rows = list(states_on(on(day), findings_on(on(day), upto), {"paper": today}, {"paper": day_before}, before))
        before = {row.source: row for row in rows}
        found += rows
    return found


def test_a_source_that_is_as_ever_is_live() -> None:
    last = states(usual(), 39)[-1]
    assert (last.state, last.since, last.is_new) == ("live", on(20), False)


def test_a_source_with_a_short_history_says_how_many_days_are_known() -> None:
    figures = [figure(number, 20) for number in range(4)]
    facts = {"paper": SourceDayFacts(visits=2)}
    [row] = states_on(on(3), findings_on(on(3), figures), facts, {}, {})
    assert (row.state, row.detail) == ("unknown", "3")


@pytest.mark.parametrize(
    ("more", "state", "metric"),
    [
        ([figure(40, 0.0)], "silent", "admitted"),
        ([figure(40, 4.0)], "shrinking", "admitted"),
        ([figure(40, 22.0), figure(40, 0.9, "share_undated")], "redesigned", "share_undated"),
    ],
)
def test_what_is_off_is_told_once_and_taken_back_when_it_is_over(
    more: list[SourceFigure], state: str, metric: str
) -> None:
    worse = states([*usual(), *more], 40)[-1]
    assert (worse.state, worse.metric, worse.since, worse.was, worse.is_new) == (state, metric, on(40), "live", True)
    back = [figure(n, 20 + n % 5) for n in range(41, 47)] + [figure(n, 0.0, "share_undated") for n in range(41, 47)]
    rows = states([*usual(), *more, *back], 46)
    assert rows[-1].state == "live"
    assert sum(row.is_new and row.state == state for row in rows) == 1, "one message a change"


def test_a_source_that_nobody_reaches_is_told_on_the_second_day() -> None:
    figures = [*usual(), figure(40, 21.0)]
    assert states(figures, 40, DEAD, WELL)[-1].state == "live"
    second = states(figures, 40, DEAD, DEAD)[-1]
    assert (second.state, second.detail) == ("failed", "unreachable 3, too_slow 1")


def test_a_certificate_that_ends_soon_is_told_with_its_last_day() -> None:
    figures = [*usual(), figure(40, 21.0)]
    ends = datetime.combine(on(50), datetime.min.time(), UTC)
    soon = states(figures, 40, SourceDayFacts(visits=2, certificate_until=ends))[-1]
    assert (soon.state, soon.detail) == ("certificate", f"{on(50)}")
    later = SourceDayFacts(visits=2, certificate_until=ends + timedelta(days=1))
    assert states(figures, 40, later)[-1].state == "live"


def test_refusals_are_told_from_failures() -> None:
    figures = [*usual(), figure(40, 21.0)]
    assert states(figures, 40, REFUSED, REFUSED)[-1].state == "blocked"
    lost = SourceDayFacts(new=20, lost={Reason.CHALLENGE: 15, Reason.GONE: 1}, visits=4)
    share = [figure(n, 0.0, "share_lost") for n in range(40)] + [figure(40, 0.8, "share_lost")]
    assert states([*figures, *share], 40, lost)[-1].state == "blocked"
    other = SourceDayFacts(new=20, lost={Reason.NO_TEXT: 15}, visits=4)
    assert states([*figures, *share], 40, other)[-1].state == "losing"


def article(**changes: object) -> ArticleFacts:
    values: dict[str, object] = {
        "source": "paper",
        "byline": "林晓舟",
        "original_publisher": "",
        "language": "zh-Hant",
        "published_at": NOON,
        "published_on": NOON.date(),
        "first_seen_at": NOON + timedelta(minutes=30),
        "text_length": 500,
        "text_digest": "a",
    }
    return ArticleFacts(**{**values, **changes})  # type: ignore[arg-type]


def test_a_dead_source_stays_silent_until_something_comes() -> None:
    dead = [*usual(), *(figure(n, 0.0) for n in range(40, 100))]
    assert {row.state for row in states(dead, 99) if row.day >= on(41)} == {"silent"}
    alive = [*dead, *(figure(n, 20 + n % 5) for n in range(100, 104))]
    assert states(alive, 103)[-1].state == "live"


def test_a_source_that_always_has_the_same_number_is_told_once() -> None:
    rows = states([figure(n, 20.0) for n in range(150)], 149)
    assert sum(row.is_new and row.state == "frozen" for row in rows) <= 1
    assert rows[-1].state == "live"


def test_the_figures_of_a_day() -> None:
    articles = [
        article(),
        article(byline="", language="en", text_digest="b"),
        article(published_at=None, published_on=None, text_length=900, text_digest="c"),
        article(original_publisher="新华社", first_seen_at=NOON + timedelta(minutes=90)),
    ]
    facts = {"paper": SourceDayFacts(new=8, lost={Reason.GONE: 2}), "quiet": SourceDayFacts(visits=1)}
    figures = figures_of(NOON.date(), articles, facts, {"paper": ["zh-Hans"]}, UTC)
    assert {(f.source, f.metric): f.value for f in figures if is_of_a_whole_day(f)} == {
        ("paper", "admitted"): 4,
        ("paper", "new_links"): 8,
        ("paper", "share_copied"): 0.25,
        ("paper", "share_lost"): 0.25,
        ("paper", "share_lost:gone"): 0.25,
        ("paper", "share_other_language"): 0.25,
        ("paper", "share_reprinted"): 0.25,
        ("paper", "share_undated"): 0.25,
        ("paper", "share_unsigned"): 0.25,
        ("paper", "median_length"): 500,
        ("paper", "lag_minutes"): 30,
        ("quiet", "admitted"): 0,
        ("quiet", "new_links"): 0,
    }


def test_a_reason_that_takes_over_is_told_by_itself() -> None:
    """As many links are lost as ever, but for another reason; days without a figure for it count as none."""
    share = [figure(n, 0.5, "share_lost") for n in range(43)]
    gone = [figure(n, 0.5, "share_lost:gone") for n in range(40)]
    challenge = [figure(n, 0.5, "share_lost:challenge") for n in range(40, 43)]
    counted = [figure(n, 20 + n % 5) for n in range(43)]
    told = {f.metric: f for f in findings_on(on(41), [*counted, *share, *gone, *challenge])}
    assert told["share_lost"].standing == ""
    assert (told["share_lost:gone"].standing, told["share_lost:gone"].observed) == ("low", 0.0)
    challenged = told["share_lost:challenge"]
    assert (challenged.standing, challenged.observed, challenged.days_known) == ("high", 0.5, 40)

    lost = SourceDayFacts(new=20, lost={Reason.CHALLENGE: 10}, visits=4)
    last = states([*counted, *share, *gone, *challenge], 42, lost)[-1]
    assert (last.state, last.metric) == ("blocked", "share_lost:challenge")


def test_articles_are_counted_until_every_mark_of_the_newsrooms_clock() -> None:
    # In Paris at 14:00, 14:59 and 15:00; and one that was seen the day before and counts today.
    seen = [NOON, NOON + timedelta(minutes=59), NOON + timedelta(minutes=60), NOON - timedelta(hours=15)]
    articles = [article(first_seen_at=at, text_digest=f"{at}") for at in seen]
    figures = figures_of(NOON.date(), articles, {}, {}, ZoneInfo("Europe/Paris"))
    counted = {f.metric: f.value for f in figures if not is_of_a_whole_day(f)}
    assert counted == {until(mark): value for mark, value in zip(MARKS, [1, 1, 1, 1, 3, 4, 4], strict=True)}


def test_a_source_that_was_not_visited_has_no_figures() -> None:
    assert figures_of(NOON.date(), [], {}, {"paper": ["zh"]}, UTC) == []


def test_what_a_ledger_says_of_a_source() -> None:
    def row(stage: str, kind: str, reason: str = "", **counts: int) -> LedgerRow:
        numbers = {"received": 0, "passed": 0, "pending": 0, "lost": 0, **counts}
        return LedgerRow(day=FIRST, stage=stage, source="paper", kind=kind, reason=reason, reason_class="", **numbers)

    def visit(reason: Reason | None) -> Visit:
        return Visit(
            day=FIRST,
            batch="b",
            source="paper",
            url="https://www.paper.example/feed",
            kind="feed",
            at=NOON,
            reason=reason,
            detail="",
            items=0,
            is_pointer=False,
        )

    rows = [
        row("fetch", "stage", received=9, passed=7, lost=2),
        row("fetch", "reason", "gone", lost=1),
        row("fetch", "reason", "robots", lost=1),
    ]
    found = facts_of(rows, [visit(None), visit(Reason.UNCHANGED), visit(Reason.TOO_SLOW)])
    assert found["paper"] == SourceDayFacts(new=9, lost={Reason.GONE: 1}, visits=3, failures={Reason.TOO_SLOW: 1})
    assert not found["paper"].is_unreached
    assert DEAD.is_unreached


def test_a_source_that_was_taken_over_is_told_at_once_whatever_its_figures_say() -> None:
    figures = [*usual(), figure(40, 0.0)]
    findings = findings_on(on(40), figures)
    [row] = states_on(on(40), findings, {"paper": WELL}, {"paper": WELL}, {}, held={"paper": "taken_over"})
    assert row.state == "taken_over"


def test_holidays_are_those_of_a_source_s_country_with_their_substitutes() -> None:
    found = holidays_of({"mainland": "CN", "nowhere": "ZZ"}, date(2026, 9, 20), date(2026, 10, 10))
    assert set(found) == {"mainland"}
    assert {date(2026, 10, 1), date(2026, 10, 7)} <= found["mainland"]  # the seventh for a Sunday that was worked
    assert all(date(2026, 9, 20) <= day <= date(2026, 10, 10) for day in found["mainland"])
