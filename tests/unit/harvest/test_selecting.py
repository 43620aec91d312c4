"""Which links a run fetches: the new, the pending and the changed; each link of the run is decided once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context
from mediawatch.records import Limits, Reason
from mediawatch.sources.catalogue import Catalogue
from mediawatch.workflow.forgetting.addresses import forget
from tests.support.gazette import Gazette, at, candidates_of, fetched_in, open_gazettes
from tests.support.lakes import MORNING, harvest
from tests.support.sites import Reply, reply

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
TOMORROW = reply(status=429, headers=[("Retry-After", "86400")])
LATER = reply(status=429, headers=[("Retry-After", "7200")])


def limited(context: Context, paper: Gazette, **limits: float) -> Context:
    source = paper.source(limits=Limits.model_validate({"connect_seconds": 5, "read_seconds": 5, **limits}))
    return replace(context, catalogue=Catalogue(sources=(source,)))


def run(context: Context, hours: float) -> tuple[dict[str, Reason | None], dict[str, Reason | None]]:
    """A harvest so many hours later: {path: discovery's verdict}, {path: fetching's}."""
    then = at(context, MORNING + hours * HOUR)
    manifest = harvest(then, f"{then.clock():%Y%m%dT%H%M%SZ}")
    candidates = candidates_of(context, manifest)
    paths = {row.link_id: path_of(url) for url, row in candidates.items()}
    verdicts = {path_of(url): row.reason for url, row in candidates.items()}
    return verdicts, {paths[link]: reason for link, reason in fetched_in(context, manifest).items()}


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


class TestPending:
    def test_a_link_that_could_not_be_had_is_tried_again_announced_or_not(
        self, context: Context, paper: Gazette
    ) -> None:
        paper.publish("/a/1", answer=LATER)
        assert run(context, 0) == ({"/a/1": None}, {"/a/1": Reason.RATE_LIMITED})

        paper.publish("/a/1")
        paper.withdraw("/a/1")
        assert run(context, 6) == ({"/a/1": None}, {"/a/1": None})
        assert run(context, 12) == ({}, {})

    def test_it_keeps_when_it_was_seen_first_and_what_was_announced(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1", answer=LATER, title="水库今年的水来得早")
        run(context, 0)
        paper.publish("/a/1", title="换了标题")

        again = candidates_of(context, harvest(at(context, MORNING + 6 * HOUR), "20260429T150000Z"))
        (carried,) = again.values()
        assert carried.is_carried
        assert (carried.first_seen_at, carried.title) == (MORNING, "水库今年的水来得早")

    def test_too_old_to_be_tried_again_it_expires_once_and_for_all(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1", answer=LATER)
        for hours in (0, 24, 48, 71):
            assert run(context, hours)[1] == {"/a/1": Reason.RATE_LIMITED}
        asked = len(paper.asked("/a/1"))

        assert run(context, 73) == ({"/a/1": Reason.EXPIRED}, {})
        assert run(context, 97) == ({"/a/1": Reason.KNOWN_ALREADY}, {})
        assert len(paper.asked("/a/1")) == asked

    def test_harvests_that_paused_for_weeks_still_settle_what_was_pending(
        self, context: Context, paper: Gazette
    ) -> None:
        paper.publish("/a/1", answer=LATER)
        run(context, 0)
        paper.withdraw("/a/1")
        assert run(context, 24 * 30) == ({"/a/1": Reason.EXPIRED}, {})

    def test_forgotten_in_the_meantime_it_is_left_alone(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1", answer=LATER)
        run(context, 0)
        forget(context, paper.url("/a/1"), why="a court said so")
        asked = len(paper.asked("/a/1"))
        paper.publish("/a/2")

        assert run(context, 1) == ({"/a/1": Reason.FORGOTTEN, "/a/2": None}, {"/a/2": None})
        assert len(paper.asked("/a/1")) == asked


class TestLimit:
    def test_what_is_over_it_waits_for_the_next_run_and_comes_first_then(
        self, context: Context, paper: Gazette
    ) -> None:
        context = limited(context, paper, links_per_run=2)
        for number in range(3):
            paper.publish(f"/a/{number}", at=MORNING - number * HOUR)
        verdicts, fetched = run(context, 0)
        assert verdicts == {"/a/0": None, "/a/1": None, "/a/2": Reason.OVER_LIMIT}
        assert fetched == {"/a/0": None, "/a/1": None}

        paper.withdraw("/a/2")
        paper.publish("/b/1", "/b/2", at=MORNING + HOUR)
        verdicts, fetched = run(context, 1)
        assert fetched.keys() & {"/a/2"}
        assert sorted(verdicts.values(), key=str) == [None, None, *[Reason.KNOWN_ALREADY] * 2, Reason.OVER_LIMIT]
        assert run(context, 2)[1].keys() <= {"/b/1", "/b/2"}


class TestStarving:
    """One page that makes its host ask for a day's rest does not keep the others out for ever."""

    @pytest.mark.parametrize("bad", [0, 1, 2])
    def test_the_others_have_their_turn_in_the_next_run(self, context: Context, paper: Gazette, bad: int) -> None:
        for number in range(3):
            paper.publish(f"/a/{number}", answer=TOMORROW if number == bad else None)
        first = run(context, 0)[1]
        assert first[f"/a/{bad}"] in (Reason.RATE_LIMITED, Reason.HOST_GIVEN_UP)
        run(context, 6)

        fetched = [run(context, hours)[1] for hours in (12, 18)]
        seen = first | {path: reason for verdicts in fetched for path, reason in verdicts.items()}
        assert paper.asked(f"/a/{bad}")
        others = {f"/a/{number}" for number in range(3)} - {f"/a/{bad}"}
        assert all(len(paper.asked(path)) == 1 for path in others)
        assert seen[f"/a/{bad}"] is Reason.RATE_LIMITED

    def test_new_links_come_before_one_that_failed(self, context: Context, paper: Gazette) -> None:
        context = limited(context, paper, links_per_run=1)
        paper.publish("/a/1", answer=TOMORROW)
        assert run(context, 0)[1] == {"/a/1": Reason.RATE_LIMITED}
        paper.publish("/b/1", at=MORNING + HOUR)
        assert run(context, 6) == ({"/a/1": Reason.OVER_LIMIT, "/b/1": None}, {"/b/1": None})


class TestChanged:
    """A known article whose feed gives it a new date is asked for again, while it is news."""

    @pytest.mark.parametrize(
        ("hours", "again"), [(1, True), (47, True), (49, False)], ids=["soon", "in time", "too late"]
    )
    def test_within_two_days_of_the_first_sight(
        self, context: Context, paper: Gazette, hours: int, again: bool
    ) -> None:
        paper.publish("/a/1")
        run(context, 0)
        paper.publish("/a/1", updated=MORNING + (hours - 0.5) * HOUR, text="更正：比去年同期多出三成。")

        verdicts, fetched = run(context, hours)
        assert verdicts == {"/a/1": None if again else Reason.KNOWN_ALREADY}
        assert fetched == ({"/a/1": None} if again else {})

    def test_no_later_than_it_was_fetched_is_no_change(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        run(context, 0)
        paper.publish("/a/1", updated=MORNING)
        paper.publish("/a/2")
        assert run(context, 1)[0] == {"/a/1": Reason.KNOWN_ALREADY, "/a/2": None}

    @pytest.mark.parametrize("change", ["title", "date"])
    def test_a_new_headline_or_date_is_a_change_and_is_looked_at_once(
        self, context: Context, paper: Gazette, change: str
    ) -> None:
        paper.publish("/a/1", title="城北水库决口")
        run(context, 0)
        title = "更正：城北水库没有决口" if change == "title" else "城北水库决口"
        at = MORNING + 0.5 * HOUR if change == "date" else MORNING
        paper.publish("/a/1", title=title, at=at, updated=MORNING, text="更正。")

        assert run(context, 1) == ({"/a/1": None}, {"/a/1": None})
        paper.publish("/b/1")  # the feed is another one than an hour ago
        assert run(context, 2)[0] == {"/a/1": Reason.KNOWN_ALREADY, "/b/1": None}

    def test_a_new_headline_over_the_same_page_is_looked_at_once(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1", title="甲", answer=_tagged('"v1"'))
        run(context, 0)
        paper.publish("/a/1", title="乙", answer=reply(status=304, headers=[("ETag", '"v1"')]))
        assert run(context, 1)[1] == {"/a/1": Reason.UNCHANGED}
        paper.publish("/b/1")
        assert run(context, 2)[0] == {"/a/1": Reason.KNOWN_ALREADY, "/b/1": None}

    def test_the_same_headline_in_the_other_script_is_no_change(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1", title="关税谈判 开始")
        run(context, 0)
        paper.publish("/a/1", title="關稅談判 開始")
        paper.publish("/b/1")
        assert run(context, 1)[0] == {"/a/1": Reason.KNOWN_ALREADY, "/b/1": None}

    def test_it_is_asked_for_conditionally(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1", answer=_tagged('"v1"'))
        run(context, 0)
        paper.publish("/a/1", updated=MORNING + HOUR, answer=reply(status=304, headers=[("ETag", '"v1"')]))

        assert run(context, 2) == ({"/a/1": None}, {"/a/1": Reason.UNCHANGED})
        assert [heard.headers.get("if-none-match") for heard in paper.asked("/a/1")] == [None, '"v1"']

    def test_a_check_that_fails_is_not_pending_since_the_article_is_here(
        self, context: Context, paper: Gazette
    ) -> None:
        paper.publish("/a/1")
        run(context, 0)
        paper.publish("/a/1", updated=MORNING + HOUR, answer=LATER)
        assert run(context, 2)[1] == {"/a/1": Reason.RATE_LIMITED}

        paper.withdraw("/a/1")
        assert run(context, 4) == ({}, {})


def _tagged(etag: str) -> Reply:
    return reply("<html><body><p>水库</p></body></html>", headers=[("ETag", etag)])


class TestOfSeveralSources:
    def test_an_address_that_two_announce_is_the_one_of_its_owner(self, context: Context) -> None:
        with open_gazettes("alpha", "beta") as [alpha, beta]:
            both = replace(context, catalogue=Catalogue(sources=(alpha.source(), beta.source())))
            beta.publish("/b/1")
            alpha.announce(beta.url("/b/1"))

            manifest = harvest(both, "20260429T090000Z")
        candidates = candidates_of(context, manifest)
        assert [(row.source, row.reason) for row in candidates.values()] == [("beta", None)]
        assert manifest.counts["candidates"] == 1

    def test_an_address_of_nobody_is_off_site(self, context: Context, paper: Gazette) -> None:
        paper.announce("https://elsewhere.example/a/1")
        (row,) = candidates_of(context, harvest(context, "20260429T090000Z")).values()
        assert (row.reason, row.detail) == (Reason.OFF_SITE, "elsewhere.example")
