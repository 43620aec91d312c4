"""Tails, effects and false discoveries, and who has a string."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import false_discovery_control, nbinom

from mediawatch.keywords import read
from mediawatch.keywords.candidates import (
    PRIOR,
    Occurrences,
    Sharing,
    Spread,
    Stories,
    Window,
    effects,
    false_discovery,
    spread_of,
    tails,
)
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.reading import codes_of
from mediawatch.language.aliases import Aliases
from tests.support.wires import FIRST, document


@pytest.mark.parametrize(("seen", "before", "expected"), [(5, 0, 1e-8), (5, 14, 3e-4), (5, 56, 0.05), (40, 840, 0.04)])
def test_tails_of_known_cases(seen: int, before: int, expected: float) -> None:
    found = float(tails(np.array([seen]), np.array([before]), np.array([28.0]))[0])
    assert expected / 2 < found < expected * 2


def test_tails_are_those_of_the_negative_binomial() -> None:
    seen, before, exposures = np.array([1.0, 3, 12]), np.array([0.0, 7, 30]), np.array([28.0, 9.5, 3])
    p = (PRIOR + exposures) / (PRIOR + exposures + 1)
    assert tails(seen, before, exposures) == pytest.approx(nbinom.sf(seen - 1, PRIOR + before, p))


def test_nothing_seen_is_no_surprise() -> None:
    assert tails(np.zeros(1), np.array([9.0]), np.array([28.0]))[0] == 1.0


def test_an_effect_is_below_its_estimate() -> None:
    low = effects(np.array([8.0]), np.array([28.0]), np.array([28.0]), sigmas=1.0)[0]
    assert 0 < low < np.log2(8.5 / 28.5 * 28)


def test_false_discovery_rates_are_those_of_benjamini_and_hochberg() -> None:
    given = [0.04, 0.001, 0.5, 0.02, 0.001]
    assert false_discovery(given) == pytest.approx(list(false_discovery_control(given)))
    assert false_discovery([]) == []


def window() -> Window:
    """Three reports of a collapse at a harbour, the last a copy of the first to which another paper added the name."""
    told = [
        document(FIRST, 1, words=("港口坍塌",), publisher="晨报", story="one"),
        document(FIRST, 2, words=("港口坍塌", "覃岭舟"), publisher="晚报", story="two"),
        replace(document(FIRST, 3, words=("港口坍塌", "覃岭舟"), publisher="晨报", story="one"), origin="日报"),
    ]
    return Window.of(FIRST, Corpus.of(read(each, Aliases()) for each in told), frozenset())


def test_who_added_a_word_to_a_copy_says_it() -> None:
    held = window()
    everywhere, added = (spread_of(held, held.places_of(codes_of(word))) for word in ("港口坍塌", "覃岭舟"))
    assert everywhere.publishers_of(0) == {"晨报": 1, "晚报": 1}
    assert added.publishers_of(0) == {"日报": 1, "晚报": 1}
    assert everywhere.stories_of(0) == added.stories_of(0) == {"one", "two"}
    assert (len(everywhere.article_ids_of(0)), len(added.article_ids_of(0))) == (3, 2)


def test_strings_are_counted_together_as_each_by_itself() -> None:
    held = window()
    places = [held.places_of(codes_of(word)) for word in ("港口", "坍塌", "覃岭")]
    strings = Occurrences.joined([Occurrences.one(some, 2) for some in places])
    rows = Spread.of(held, strings).rows()
    assert rows == [spread_of(held, some).rows()[0] for some in places]
    assert [row["articles"] for row in rows] == [3, 3, 2]


def test_what_is_counted_is_what_is_told() -> None:
    held = window()
    for word in ("港口", "覃岭舟", "坍塌"):
        spread = spread_of(held, held.places_of(codes_of(word)))
        [row] = spread.rows()
        assert row["publishers"] == len(spread.publishers_of(0))
        assert row["articles"] == len(spread.article_ids_of(0))


def test_a_string_that_stands_nowhere_has_nothing() -> None:
    [row] = spread_of(window(), np.zeros(0, np.int32)).rows()
    assert row.pop("stories") == set()
    assert set(row.values()) == {0}


def test_stories_are_the_set_of_their_names() -> None:
    ids = ("a", "b", "c", "d")
    one, other = Stories(np.array([0, 2, 3], np.int32), ids), Stories(np.array([1, 2], np.int32), ids)
    assert one == {"a", "c", "d"}
    assert one & other == one & {"b", "c"} == {"c"}
    assert one - other == {"a", "d"}
    assert one.isdisjoint({"b"})
    assert not one & Stories.named(())
    assert Stories.named("dba") & one == {"a", "d"}


@pytest.mark.parametrize("is_of_window", [True, False])
def test_words_that_share_stories_are_counted(*, is_of_window: bool) -> None:
    ids = ("a", "b", "c", "d")
    words = [Stories(np.array(numbers, np.int32), ids) for numbers in ([0, 1, 2], [1, 2], [3], [0])]
    sharing = Sharing(words if is_of_window else [frozenset(word) for word in words])
    found = [dict(zip(*(some.tolist() for some in sharing.of(word)), strict=True)) for word in range(4)]
    assert found == [{0: 3, 1: 2, 3: 1}, {0: 2, 1: 2}, {2: 1}, {0: 1, 3: 1}]


def test_of_no_words_none_share() -> None:
    Sharing([])
    assert Sharing([Stories.named(())]).of(0)[0].tolist() == []


@pytest.mark.parametrize("places", [1, 3, 4, 100])
def test_pieces_of_strings_are_all_of_them_in_their_order(places: int) -> None:
    stand = [np.array(some, np.int32) for some in ([1, 4, 9], [2], [3, 5, 6, 7], [8])]
    strings = Occurrences.joined([Occurrences.one(some, 2) for some in stand])
    bounds = list(strings.pieces(places))
    assert [number for first, end in bounds for number in range(first, end)] == [0, 1, 2, 3]
    found = [strings.between(first, end) for first, end in bounds]
    assert [one.of(number).tolist() for one in found for number in range(len(one))] == [some.tolist() for some in stand]
    assert all(len(one.places) <= places or len(one) == 1 for one in found)
