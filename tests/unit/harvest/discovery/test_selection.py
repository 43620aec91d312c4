from __future__ import annotations

from collections import Counter
from datetime import timedelta

from mediawatch.harvest.discovery import Announced, Selection, select
from mediawatch.records import Reason, Source
from mediawatch.sources import link_id
from tests.support.announcing import HOME, SEEN_AT, a_source, an_item, limited

HOUR = timedelta(hours=1)


def selected(
    *items: Announced, source: Source | None = None, known: set[str] | None = None, forgotten: set[str] | None = None
) -> Selection:
    return select(
        items, source=source or a_source(), seen_at=SEEN_AT, known=known or set(), forgotten=forgotten or set()
    )


def page(n: int) -> str:
    return f"https://www.paper.example/a/{n}"


def reasons(selection: Selection) -> list[Reason]:
    return [loss.reason for loss in selection.losses]


def test_a_link_says_what_was_announced() -> None:
    (link,) = selected(an_item(page(1) + "?utm_source=x", at=SEEN_AT - HOUR, title="One")).links
    assert link.link_id == link_id(page(1))
    assert link.url == page(1) + "?utm_source=x"
    assert (link.source, link.site, link.title) == ("paper", "www.paper.example", "One")
    assert (link.announced_at, link.first_seen_at) == (SEEN_AT - HOUR, SEEN_AT)


def test_each_reason() -> None:
    selection = selected(
        an_item(page(1), at=SEEN_AT),
        an_item("ftp://www.paper.example/2"),
        an_item("https://elsewhere.example/3"),
        an_item(page(4)),
        an_item(page(5)),
        an_item(page(6), at=SEEN_AT - timedelta(days=3, seconds=1)),
        an_item("http://m.paper.example/a/1/#x"),
        an_item(""),
        known={link_id(page(4))},
        forgotten={link_id(page(5))},
    )
    assert [link.url for link in selection.links] == [page(1)]
    assert Counter(reasons(selection)) == {
        Reason.BAD_ADDRESS: 2,
        Reason.OFF_SITE: 1,
        Reason.KNOWN_ALREADY: 1,
        Reason.FORGOTTEN: 1,
        Reason.TOO_OLD: 1,
        Reason.DUPLICATE: 1,
    }
    assert next(loss.detail for loss in selection.losses if loss.reason is Reason.OFF_SITE) == "elsewhere.example"


def test_what_the_source_names_includes_its_twins() -> None:
    twins = [
        f"https://{host}/a/{n}" for n, host in enumerate(("www.paper.example", "m.paper.example", "paper.example"))
    ]
    assert len(selected(*map(an_item, twins)).links) == 3
    assert reasons(selected(an_item("https://sport.paper.example/1"))) == [Reason.OFF_SITE]


def test_over_the_limit_waits_newest_first() -> None:
    items = [an_item(page(n), at=SEEN_AT - n * HOUR) for n in (3, 1, 5, 2, 4)]
    selection = selected(*items, source=limited(links_per_run=2))
    assert [link.url for link in selection.links] == [page(1), page(2)]
    assert [link.url for link in selection.waiting] == [page(3), page(4), page(5)]
    assert reasons(selection) == [Reason.OVER_LIMIT] * 3
    assert [loss.link_id for loss in selection.losses] == [link.link_id for link in selection.waiting]


def test_announcements_of_one_address_pool_what_they_know() -> None:
    bare = an_item(page(1))
    dated = an_item(page(1) + "?from=home", at=SEEN_AT - HOUR, updated=SEEN_AT, title="One")
    (link,) = selected(bare, dated).links
    assert (link.url, link.title, link.announced_at, link.updated_at) == (page(1), "One", SEEN_AT - HOUR, SEEN_AT)


def test_an_update_keeps_an_old_announcement_alive() -> None:
    old = SEEN_AT - timedelta(days=30)
    assert len(selected(an_item(page(1), at=old, updated=SEEN_AT)).links) == 1
    assert reasons(selected(an_item(page(1), updated=old))) == [Reason.TOO_OLD]


def test_a_day_in_the_address_serves_where_no_date_is_announced() -> None:
    old, new = "https://www.paper.example/2019/03/02/x", "https://www.paper.example/2025/04/26/x"
    selection = selected(an_item(old), an_item(new))
    assert [link.url for link in selection.links] == [new]
    assert [(loss.reason, loss.detail) for loss in selection.losses] == [(Reason.TOO_OLD, "2019-03-02")]
    assert len(selected(an_item(old, at=SEEN_AT)).links) == 1


def test_known_links_with_an_update_are_offered_for_a_recheck() -> None:
    selection = selected(
        an_item(page(1), updated=SEEN_AT), an_item(page(2)), known={link_id(page(1)), link_id(page(2))}
    )
    assert reasons(selection) == [Reason.KNOWN_ALREADY] * 2
    assert [link.url for link in selection.updated] == [page(1)]


def test_of_links_with_one_date_those_with_the_larger_numbers_come_first() -> None:
    items = [an_item(f"https://www.paper.example/story/{n}", at=SEEN_AT) for n in (9000001, 9002153, 9000500)]

    assert [link.url.rpartition("/")[2] for link in selected(*items).links] == ["9002153", "9000500", "9000001"]


class TestSeveralAddresses:
    """Where the entry says which part of an address is the article's number."""

    PAPER = a_source(article_id=("/news/*/{id}",))
    LIFE, CITY = HOME + "news/life/5590597", HOME + "news/city/5590597"

    def chosen(self, *urls: str, known: frozenset[str] = frozenset(), gone: frozenset[str] = frozenset()) -> Selection:
        return select(map(an_item, urls), source=self.PAPER, seen_at=SEEN_AT, known=known, forgotten=gone)

    def test_they_are_one_link_which_goes_by_the_first(self) -> None:
        selection = self.chosen(self.LIFE, self.CITY)
        assert [link.url for link in selection.links] == [self.LIFE]
        assert [loss.reason for loss in selection.losses] == [Reason.DUPLICATE]

    def test_one_that_is_known_or_forgotten_settles_the_other(self) -> None:
        (link,) = self.chosen(self.LIFE).links
        assert [loss.reason for loss in self.chosen(self.CITY, known=frozenset({link.link_id})).losses] == [
            Reason.KNOWN_ALREADY
        ]
        assert [loss.reason for loss in self.chosen(self.CITY, gone=frozenset({link.link_id})).losses] == [
            Reason.FORGOTTEN
        ]

    def test_what_was_known_before_the_entry_said_so_still_is(self) -> None:
        assert not self.chosen(self.LIFE, known=frozenset({link_id(self.LIFE)})).links
