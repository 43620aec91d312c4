"""Laws of visits: each has one outcome, sums close by source and by seed, and more failures are never less red."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mediawatch.harvest.visits import UNANSWERED, answers, by_seed, cut_off, summary
from mediawatch.records import Reason
from mediawatch.records.ledger import Outcome, visit_tallies
from mediawatch.tables.ledger import Visit

LAW = settings(derandomize=True, deadline=None, max_examples=60)
DAY = date(2026, 4, 29)
SOURCES = st.sampled_from(["alpha", "beta", "gamma"])
VISITS = st.lists(
    st.builds(
        Visit,
        day=st.just(DAY),
        batch=st.sampled_from(["b1", "b2"]),
        source=SOURCES,
        url=st.sampled_from([f"https://www.paper.example/{name}" for name in "abcd"]),
        kind=st.just("feed"),
        at=st.just(datetime(2026, 4, 29, 9, tzinfo=UTC)),
        reason=st.none() | st.sampled_from(list(Reason)),
        detail=st.text(max_size=3),
        items=st.integers(0, 3),
        is_pointer=st.booleans(),
    ),
    max_size=12,
)
LINKS = st.lists(
    st.builds(
        Outcome,
        day=st.just(DAY),
        batch=st.just("b1"),
        stage=st.just("fetch"),
        link_id=st.text("abcdef", min_size=4, max_size=4),
        source=SOURCES,
        reason=st.none() | st.sampled_from(list(Reason)),
    ),
    max_size=12,
)


@LAW
@given(VISITS)
def test_received_is_visited_and_unchanged_and_failed_by_source_and_by_seed(visits: list[Visit]) -> None:
    tallies = {tally.source: tally for tally in visit_tallies((v.source, v.reason) for v in visits)}
    found = answers(visits)
    assert set(tallies) == set(found)
    for source, mine in found.items():
        tally = tallies[source]
        reasons = {**tally.lost, **tally.pending}
        assert tally.received == mine.received
        assert (tally.passed, reasons.get(Reason.UNCHANGED, 0)) == (mine.visited, mine.unchanged)
        assert sum(count for reason, count in reasons.items() if reason is not Reason.UNCHANGED) == mine.failed
    days = by_seed(visits)
    assert sum(day.visits for day in days) == len(visits)
    assert len({(day.source, day.url) for day in days}) == len(days)
    assert all((day.reason is not None) == (day.failed > 0) for day in days)


@LAW
@given(VISITS)
def test_a_source_is_failed_only_when_something_failed_and_nothing_came(visits: list[Visit]) -> None:
    for source, mine in answers(visits).items():
        came = [v for v in visits if v.source == source and v.result != "failed" and not v.is_pointer]
        assert mine.is_failed == (mine.failed > 0 and not came)


@LAW
@given(VISITS)
def test_the_sentence_counts_all(visits: list[Visit]) -> None:
    said = summary(visits)
    good = sum(v.result != "failed" for v in visits)
    assert said.startswith(f"{good} of {len(visits)} seeds answered") if visits else said == ""
    assert ("; failed: " in said) == (good < len(visits))


@LAW
@given(VISITS, LINKS, st.sampled_from(sorted(UNANSWERED)), st.data())
def test_one_more_link_that_is_not_answered_never_makes_a_red_run_green(
    visits: list[Visit], links: list[Outcome], reason: Reason, data: st.DataObject
) -> None:
    if not links or not cut_off(visits, links):
        return
    place = data.draw(st.integers(0, len(links) - 1))
    worse = [*links[:place], replace(links[place], reason=reason), *links[place + 1 :]]
    assert cut_off(visits, worse)


@LAW
@given(VISITS, LINKS)
def test_where_every_link_came_or_was_put_off_nothing_was_cut(visits: list[Visit], links: list[Outcome]) -> None:
    fine = [replace(link, reason=None if link.reason in UNANSWERED else link.reason) for link in links]
    assert cut_off(visits, fine) == ""
