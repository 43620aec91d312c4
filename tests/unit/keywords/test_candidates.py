"""Tails, effects and false discoveries, and who has a string."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import false_discovery_control, nbinom

from mediawatch.keywords import read
from mediawatch.keywords.candidates import PRIOR, Having, Window, effects, false_discovery, spread_of, tails
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
    everywhere, added = (spread_of(held, held.places_of(codes_of(word))).having for word in ("港口坍塌", "覃岭舟"))
    assert everywhere.publishers == {"晨报": 1, "晚报": 1}
    assert added.publishers == {"日报": 1, "晚报": 1}
    assert everywhere.stories == added.stories == {"one", "two"}
    assert (len(everywhere.article_ids), len(added.article_ids)) == (3, 2)


def test_strings_of_the_same_articles_have_what_these_say_once() -> None:
    held, told = window(), dict[bytes, Having]()
    spreads = [spread_of(held, held.places_of(codes_of(word)), told) for word in ("港口", "坍塌", "覃岭舟")]
    assert spreads[0].having is spreads[1].having
    assert spreads[2].having is not spreads[0].having
    alone = [spread_of(held, held.places_of(codes_of(word))) for word in ("港口", "坍塌", "覃岭舟")]
    assert [one.counts() for one in spreads] == [one.counts() for one in alone]
