"""Which items of a source are kept does not depend on the order in which its seeds answer."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from mediawatch.harvest.discovery import Announced
from mediawatch.harvest.seed_visits import BoundedItems
from tests.support.announcing import SEEN_AT

MOMENTS = st.one_of(st.none(), st.integers(-9, 0).map(lambda hours: SEEN_AT + timedelta(hours=hours)))
ITEMS = st.builds(
    Announced,
    url=st.integers(0, 99).map("https://www.paper.example/a/{}".format),
    title=st.just(""),
    announced_at=MOMENTS,
    updated_at=MOMENTS,
    discovered_by=st.sampled_from(
        ["feed https://f.example", "sitemap https://s.example", "list_page https://l.example"]
    ),
)


def kept(items: list[Announced], limit: int, size: int) -> BoundedItems:
    bounded = BoundedItems({"paper": limit})
    for start in range(0, len(items), size):
        bounded.add("paper", items[start : start + size])
    bounded.settle()
    return bounded


@given(st.lists(ITEMS, max_size=40), st.integers(1, 12), st.integers(1, 9), st.randoms(use_true_random=False))
def test_the_same_items_are_kept_in_any_order(items: list[Announced], limit: int, size: int, random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = kept(items, limit, size), kept(shuffled, limit, 40)
    assert one.left_out.total() + len(one.kept.get("paper", [])) == len(items)
    assert len(one.kept.get("paper", [])) == min(limit, len(items))
    assert sorted(map(repr, one.kept.get("paper", []))) == sorted(map(repr, other.kept.get("paper", [])))
    assert one.left_out == other.left_out


@given(st.lists(ITEMS, max_size=40), st.integers(1, 12))
def test_sitemaps_give_way_to_feeds_and_lists(items: list[Announced], limit: int) -> None:
    bounded = kept(items, limit, 5)
    others = [item for item in items if not item.discovered_by.startswith("sitemap ")]
    left = [item for item in bounded.kept.get("paper", []) if not item.discovered_by.startswith("sitemap ")]
    assert len(left) == min(limit, len(others))
