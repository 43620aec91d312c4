"""The register of ids: given out once, looked up for as long as an article can come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mediawatch.errors import Contended
from mediawatch.extraction.article_ids import Draft, assign
from mediawatch.extraction.register import WINDOW, blank_address, minted, register, registered
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.records import Reason
from mediawatch.tables.extraction import Identity
from tests.support.lakes import DAY

ADDRESS = "https://www.paper.example/a/1"


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(str(tmp_path_factory.mktemp("lake")))


def a_draft(link: str = "one", address: str = ADDRESS, text: str = "t1") -> Draft:
    return Draft(link_id=link, source="paper", address=address, is_own=True, text_digest=text)


def extracted(store: Store, *drafts: Draft, day: date = DAY, batch: str = "b1") -> list[Identity]:
    """Identities as extraction gives them out: looked up, decided, kept."""
    found = assign(drafts, minted(store, drafts, day=day, batch=batch), day=day, batch=batch)
    register(store, found, day=day, batch=batch)
    return found


def test_an_id_is_that_of_the_link_and_stays(store: Store) -> None:
    (first,) = extracted(store, a_draft())
    (again,) = extracted(store, a_draft(text="t2"), batch="b2")
    assert (first.article_id, first.revision, first.reason) == ("one", 1, None)
    assert (again.article_id, again.revision, again.reason) == ("one", 2, None)


def test_another_title_is_a_revision_that_keeps_the_one_before(store: Store) -> None:
    (first,) = extracted(store, replace(a_draft(), title="Dam holds"))
    (again,) = extracted(store, replace(a_draft(), title="Dam holds"), batch="b2")
    (other,) = extracted(store, replace(a_draft(), title="Dam may hold"), batch="b3")
    (longer,) = extracted(store, replace(a_draft(text="t2"), title="Dam may hold"), batch="b4")
    assert (first.title_before, again.reason) == ("", Reason.UNCHANGED)
    assert (other.revision, other.reason, other.title_before) == (2, None, "Dam holds")
    assert (longer.revision, longer.title_before) == (3, "Dam holds")


def test_what_was_registered_without_a_title_has_none_to_change(store: Store) -> None:
    extracted(store, a_draft())
    (again,) = extracted(store, replace(a_draft(), title="Dam holds"), batch="b2")
    assert (again.reason, again.title_before) == (Reason.UNCHANGED, "")


@pytest.mark.parametrize("split", [0, 1, 4])
def test_one_text_at_many_addresses_of_a_source_on_one_day_is_one_article(store: Store, split: int) -> None:
    drafts = [a_draft(f"l{n}", address=f"https://www.paper.example/a/{n}") for n in range(5)]
    found = extracted(store, *drafts[:split], batch="b1") + extracted(store, *drafts[split:], batch="b2")
    assert {i.article_id for i in found} == {"l0"}
    assert [i.reason for i in sorted(found, key=lambda i: i.link_id)] == [None, *[Reason.COPY_OF_LINK] * 4]


def test_the_text_of_another_day_or_source_is_an_article_of_its_own(store: Store) -> None:
    (first,) = extracted(store, a_draft("one"))
    other = replace(a_draft("two", address="https://www.other.example/a"), source="other")
    (elsewhere,) = extracted(store, other, batch="b2")
    (later,) = extracted(store, a_draft("three", address=f"{ADDRESS}/3"), day=DAY + timedelta(days=1))
    assert [i.article_id for i in (first, elsewhere, later)] == ["one", "two", "three"]


def test_a_copy_that_gets_a_text_of_its_own_becomes_an_article_of_its_own(store: Store) -> None:
    extracted(store, a_draft("one"), a_draft("two", address=f"{ADDRESS}/2"))
    both = extracted(store, a_draft("two", address=f"{ADDRESS}/2", text="t2"), batch="b2")
    both += extracted(store, a_draft("two", address=f"{ADDRESS}/2", text="t3"), batch="b3")
    assert [(i.article_id, i.revision, i.reason) for i in both] == [("two", 1, None), ("two", 2, None)]


def test_extracted_again_a_batch_gets_what_it_got_before(store: Store) -> None:
    drafts = [a_draft("one"), a_draft("two"), a_draft("three", address="https://www.paper.example/c", text="t3")]
    first = extracted(store, *drafts)
    files = store.list("register")

    assert extracted(store, *drafts) == first
    assert store.list("register") == files


def test_a_better_extraction_may_add_pages_but_moves_none(store: Store) -> None:
    (first,) = extracted(store, a_draft("two"))
    both = extracted(store, a_draft("one", text="t9"), a_draft("two"))
    assert first in both
    assert {i.link_id: i.article_id for i in both} == {"one": "one", "two": "two"}
    assert len(list(registered(store))) == 2


def test_a_copy_under_another_address_points_to_the_article(store: Store) -> None:
    extracted(store, a_draft("one"))
    (copy,) = extracted(store, a_draft("two"), batch="b2")
    assert (copy.article_id, copy.revision, copy.reason) == ("one", 1, Reason.COPY_OF_LINK)


def test_revisions_of_an_article_that_several_links_share_are_counted_together(store: Store) -> None:
    extracted(store, a_draft("one"))
    extracted(store, a_draft("two"), batch="b2")
    (third,) = extracted(store, a_draft("two", text="t2"), batch="b3")
    (fourth,) = extracted(store, a_draft("one", text="t3"), batch="b4")
    assert [(i.article_id, i.revision) for i in (third, fourth)] == [("one", 2), ("one", 3)]


def test_the_same_text_again_is_no_revision(store: Store) -> None:
    extracted(store, a_draft())
    (again,) = extracted(store, a_draft(), day=DAY + timedelta(days=1))
    assert (again.revision, again.reason) == (1, Reason.UNCHANGED)


@pytest.mark.parametrize(("days", "is_known"), [(WINDOW.days, True), (WINDOW.days + 1, False)])
def test_what_comes_back_after_the_window_is_another_article(store: Store, days: int, is_known: bool) -> None:
    extracted(store, a_draft("one"))
    (late,) = extracted(store, a_draft("two"), day=DAY + timedelta(days=days))
    assert (late.reason is Reason.COPY_OF_LINK) == is_known
    assert (late.article_id == "one") == is_known


def test_what_later_batches_gave_out_does_not_reach_back(store: Store) -> None:
    """A day rebuilt comes out the same, whatever was harvested since."""
    extracted(store, a_draft("later"), day=DAY + timedelta(days=1))
    extracted(store, a_draft("evening"), batch="b2")
    (early,) = extracted(store, a_draft("early"), batch="b1")
    assert (early.article_id, early.reason) == ("early", None)


def test_two_workers_cannot_register_the_same_batch(store: Store) -> None:
    class Late:
        """The lake as a worker sees it whose listing came before the other one wrote."""

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def sizes(self, prefix: str) -> dict[str, int]:
            return {}

    extracted(store, a_draft())
    (identity,) = assign([a_draft("two", text="t2")], [], day=DAY, batch="b1")
    with pytest.raises(Contended, match="another worker registers article ids of batch b1"):
        register(Late(), [identity], day=DAY, batch="b1")  # type: ignore[arg-type]


def test_a_forgotten_address_leads_nowhere_while_its_id_stays_given_out(store: Store) -> None:
    (kept,) = extracted(store, a_draft("one"), a_draft("other", address="https://www.paper.example/o", text="t5"))[:1]
    blank_address(store, "one")

    (held,) = [i for i in minted(store, [a_draft("one")], day=DAY, batch="b9") if i.link_id == "one"]
    assert held == replace(kept, address="")
    (copy,) = extracted(store, a_draft("two"), batch="b9")
    assert copy.article_id == "two"
    (again,) = extracted(store, a_draft("one", address="", text="t2"), batch="b9")
    assert (again.article_id, again.revision) == ("one", 2)
