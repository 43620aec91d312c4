"""What the pages ask of the lake."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.board import queries
from mediawatch.board.local_index import headlines
from mediawatch.records import Reason
from mediawatch.workflow.ledger import boundaries_on
from tests.unit.board.printing import DAY, Front, Printed, a_fate, a_front_page, a_source, a_visit, an_article, tallies

pytestmark = pytest.mark.slow


def test_the_numbers_of_a_day(tmp_path: Path) -> None:
    store = a_front_page(tmp_path).context.store
    numbers = queries.numbers_of(store, DAY, headlines(store, DAY))
    assert (numbers.articles, numbers.revisions, numbers.publishers, numbers.sites) == (6, 1, 2, 2)
    assert numbers.links == 14
    assert numbers.failed_rules == 1
    assert numbers.faults == 2 + 1  # each source lost one page, and the audit put one more away
    assert numbers.pending == 2  # what only waits for an index is not in trouble


def test_a_day_without_a_ledger_is_no_day_without_losses(tmp_path: Path) -> None:
    store = Front(tmp_path).print(Printed(articles=[an_article("一")])).context.store
    numbers = queries.numbers_of(store, DAY, headlines(store, DAY))
    assert (numbers.links, numbers.faults, numbers.pending) == (None, None, None)
    assert boundaries_on(store, DAY) is None
    assert queries.losses_of(store, DAY) == []


def test_every_stage_balances(tmp_path: Path) -> None:
    ledger = boundaries_on(a_front_page(tmp_path).context.store, DAY) or []
    sums = queries.stage_sums(ledger)
    assert [s.stage for s in sums] == ["discover", "fetch", "extract", "audit", "index"]
    assert all(s.received == s.passed + s.faults + s.policy + s.pending for s in sums)


def test_reasons_faults_first(tmp_path: Path) -> None:
    found = queries.reason_sums(boundaries_on(a_front_page(tmp_path).context.store, DAY) or [])
    assert [(s.reason, s.count) for s in found] == [
        (Reason.GONE, 2),
        (Reason.BELOW_STANDARD, 1),
        (Reason.ROBOTS, 2),
        (Reason.NOT_INDEXED_YET, 7),
        (Reason.TOO_SLOW, 2),
    ]
    assert found[0].sources == (("paper", 1), ("wire", 1))


def test_losses_leave_out_what_is_no_trouble(tmp_path: Path) -> None:
    fates = [a_fate(reason) for reason in (Reason.GONE, Reason.ROBOTS, Reason.NOT_INDEXED_YET, Reason.TOO_SLOW)]
    state = Front(tmp_path).print(Printed(articles=[an_article("一")], tallies=tallies(), fates=fates))
    assert [f.reason for f in queries.losses_of(state.context.store, DAY)] == [Reason.GONE, Reason.TOO_SLOW]


def test_how_long_a_source_has_been_silent(tmp_path: Path) -> None:
    front = Front(tmp_path)
    past = DAY - timedelta(days=3)
    front.print(
        Printed(day=past, articles=[an_article("一", day=past)], tallies=[*tallies(), *tallies("wire")]),
        Printed(articles=[an_article("二")], tallies=tallies()),
    )
    sources = [*front.context.catalogue.sources, a_source("off", "Switched off", enabled=False)]
    states = {s.name: s for s in queries.source_states(front.store, sources, DAY)}
    assert list(states) == ["mute", "wire", "paper", "off"]
    assert [states[name].silent_days for name in ("paper", "wire", "mute")] == [0, 3, None]
    assert (states["paper"].week, states["paper"].lost, states["paper"].pending) == (12, 2, 1)
    assert states["paper"].trouble == "gone"
    assert [s.name for s in queries.in_trouble(states.values())] == ["mute", "wire"]


def test_articles_by_day_tell_gaps(tmp_path: Path) -> None:
    store = Front(tmp_path).print(Printed(articles=[an_article("一"), an_article("二")])).context.store
    assert queries.articles_by_day(store, DAY, 2) == [(DAY - timedelta(days=1), None), (DAY, 2)]


def test_rankings_by_site(tmp_path: Path) -> None:
    (lines,) = queries.rankings_of(a_front_page(tmp_path).context.store, DAY)
    assert [(line.site, line.rank) for line in lines] == [("www.paper.example", 1)]


def test_a_source_whose_feeds_all_failed_is_in_trouble_though_it_brought_articles(tmp_path: Path) -> None:
    """An article that was pending came, and nothing new can."""
    front = Front(tmp_path)
    visits = [a_visit(reason=Reason.GONE), a_visit(reason=Reason.TOO_SLOW, path="b"), a_visit("wire")]
    front.print(Printed(articles=[an_article("一")], tallies=[*tallies(), *tallies("wire")], visits=visits))
    states = {s.name: s for s in queries.source_states(front.store, front.context.catalogue.sources, DAY)}
    paper, wire, mute = (states[name] for name in ("paper", "wire", "mute"))
    assert (paper.visits, paper.failed, paper.is_failed, paper.trouble) == (2, 2, True, "gone")
    assert (wire.visits, wire.failed, wire.is_failed) == (1, 0, False)
    assert (mute.visits, mute.failed, mute.is_failed) == (0, 0, False)
    assert "paper" in {s.name for s in queries.in_trouble([paper, wire])}
    assert "wire" not in {s.name for s in queries.in_trouble([paper, wire])}


def test_a_ledger_that_does_not_know_of_visits_says_so(tmp_path: Path) -> None:
    front = Front(tmp_path)
    front.print(Printed(articles=[an_article("一")], tallies=tallies()))
    (paper, *_) = [s for s in queries.source_states(front.store, front.context.catalogue.sources, DAY) if s.week]
    assert (paper.visits, paper.failed, paper.is_failed) == (None, None, False)
    assert queries.seeds_of(front.store, DAY) is None
