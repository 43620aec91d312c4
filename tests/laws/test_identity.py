"""Laws of identity: whatever comes in whatever order, ids stick and no revision is given out twice."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediawatch.extraction.article_ids import Draft, assign
from mediawatch.records import Reason
from mediawatch.tables.extraction import Identity

pytestmark = pytest.mark.slow

FIRST = date(2026, 4, 1)
FEW_LINKS = "abcdef"


@st.composite
def a_batch(draw: st.DrawFn) -> list[Draft]:
    """Pages of one batch: a link occurs once; addresses and texts are shared often."""
    links = draw(st.lists(st.sampled_from(FEW_LINKS), unique=True, max_size=5))
    return [
        Draft(
            link_id=link,
            source="paper",
            address=(address := draw(st.sampled_from([link, *"xy", *FEW_LINKS]))),
            is_own=address == link,
            text_digest=draw(st.sampled_from("123")),
        )
        for link in links
    ]


HISTORY = st.lists(a_batch(), max_size=5)


def lived(history: list[list[Draft]]) -> list[list[Identity]]:
    """The identities of batch after batch, one a day, each given all those before."""
    found: list[list[Identity]] = []
    for number, drafts in enumerate(history):
        minted = [identity for batch in found for identity in batch]
        found.append(assign(drafts, minted, day=FIRST + timedelta(days=number), batch="b"))
    return found


@settings(derandomize=True, deadline=None)
@given(HISTORY)
def test_every_draft_has_one_identity(history: list[list[Draft]]) -> None:
    for drafts, identities in zip(history, lived(history), strict=True):
        assert Counter(i.link_id for i in identities) == Counter(d.link_id for d in drafts)


@settings(derandomize=True, deadline=None)
@given(HISTORY, st.randoms(use_true_random=False))
def test_the_order_of_pages_does_not_matter(history: list[list[Draft]], random: object) -> None:
    shuffled = [sorted(drafts, key=lambda draft: random.random()) for drafts in history]  # type: ignore[attr-defined]

    assert lived(shuffled) == lived(history)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(HISTORY)
def test_no_revision_of_an_article_is_given_out_twice(history: list[list[Draft]]) -> None:
    kept = [identity for batch in lived(history) for identity in batch if identity.reason is None]
    twice = [key for key, count in Counter((i.article_id, i.revision) for i in kept).items() if count > 1]

    assert twice == []


@settings(derandomize=True, deadline=None)
@given(HISTORY)
def test_an_article_counts_for_the_day_of_its_first_revision(history: list[list[Draft]]) -> None:
    batches = lived(history)
    first = {i.article_id: i.day for batch in batches for i in batch if (i.reason, i.revision) == (None, 1)}

    assert all(i.counted_on == first[i.article_id] for batch in batches for i in batch)


@settings(derandomize=True, deadline=None)
@given(HISTORY)
def test_a_link_keeps_its_article_but_for_a_copy_that_gets_a_text_of_its_own(history: list[list[Draft]]) -> None:
    last: dict[str, Identity] = {}
    for batch in lived(history):
        for identity in batch:
            before = last.get(identity.link_id)
            if before is not None and before.article_id != identity.article_id:
                assert (before.reason, before.article_id != before.link_id) == (Reason.COPY_OF_LINK, True)
                assert before.text_digest != identity.text_digest
                assert identity.article_id == identity.link_id or identity.reason is Reason.COPY_OF_LINK
            last[identity.link_id] = identity


@settings(derandomize=True, deadline=None)
@given(HISTORY)
def test_one_text_of_a_source_on_one_day_is_one_article(history: list[list[Draft]]) -> None:
    for batch in lived(history):
        new = [i for i in batch if i.reason is None and i.revision == 1]
        assert len({i.text_digest for i in new}) == len(new)


@settings(derandomize=True, deadline=None)
@given(HISTORY)
def test_a_link_that_brought_its_article_keeps_it(history: list[list[Draft]]) -> None:
    batches = lived(history)
    own = {i.link_id for batch in batches for i in batch if i.reason is None and i.article_id == i.link_id}
    since: set[str] = set()
    for identity in (identity for batch in batches for identity in batch):
        since |= {identity.link_id} if identity.article_id == identity.link_id else set()
        assert identity.link_id not in since or identity.article_id == identity.link_id
    assert since >= own


@settings(derandomize=True, deadline=None)
@given(HISTORY)
def test_what_is_left_out_says_why_and_points_to_what_is_there(history: list[list[Draft]]) -> None:
    batches = lived(history)
    kept = {(i.article_id, i.revision, i.text_digest) for batch in batches for i in batch if i.reason is None}

    for identity in (i for batch in batches for i in batch if i.reason is not None):
        assert identity.reason in (Reason.UNCHANGED, Reason.COPY_OF_LINK)
        assert (identity.article_id, identity.revision, identity.text_digest) in kept


@settings(derandomize=True, deadline=None)
@given(HISTORY, a_batch())
def test_given_out_again_after_a_crash_ids_are_the_same(history: list[list[Draft]], last: list[Draft]) -> None:
    """A batch extracted again sees what it registered itself, be it all or a part; new pages do not change the rest."""
    minted = [identity for batch in lived(history) for identity in batch]
    day = FIRST + timedelta(days=len(history))
    first = assign(last, minted, day=day, batch="b")

    for known in range(len(first) + 1):
        assert assign(last[:known] if known else last, [*minted, *first], day=day, batch="b") == [
            identity for identity in first if not known or identity.link_id in {d.link_id for d in last[:known]}
        ]


@settings(derandomize=True, deadline=None)
@given(a_batch())
def test_an_address_shared_by_different_texts_is_nobodys(drafts: list[Draft]) -> None:
    identities = {i.link_id: i for i in assign(drafts, [], day=FIRST, batch="b")}
    texts = {draft.link_id: draft.text_digest for draft in drafts}

    for draft in drafts:
        assert texts[identities[draft.link_id].article_id] == draft.text_digest
