"""The comparison that `make test-upgrade` stands on: it sees what is lost, changed and told again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from launch.console import teller
from mediawatch.errors import BadRequest
from tests.stack.upgrade import Found, check_out, faults, losses, renamed
from tests.support.papers import ROOT

TODAY = date(2026, 12, 2)
BEFORE = Found(
    states={"harvest_news": "success"},
    commands={"verify": ""},
    facts={"harvest/a": "1"},
    outcomes={"2026-12-02 x": "admitted", "2026-12-02 y": "too_old"},
    documents={"mediawatch-articles-g000001": ["x"], "mediawatch-alerts-g000001": ["2026-12-01|n", "2026-11-20|m"]},
    alerts={"n": "new 鸢鳐"},
    messages=[{"title": "新词：鸢鳐（7 篇，6 个独立来源）"}],
)
AFTER = replace(BEFORE, messages=[])


def test_a_round_that_lost_nothing_has_lost_nothing() -> None:
    assert losses(BEFORE, AFTER, TODAY) == []
    assert faults(AFTER) == []
    more = replace(
        AFTER, facts={"harvest/b": "2", **AFTER.facts}, outcomes=AFTER.outcomes | {"2026-12-02 y": "admitted"}
    )
    assert losses(BEFORE, more, TODAY) == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (replace(AFTER, facts={}), "harvest/a is gone"),
        (replace(AFTER, facts={"harvest/a": "2"}), "harvest/a was changed"),
        (replace(AFTER, outcomes={"2026-12-02 x": "admitted"}), "2026-12-02 y has no outcome any more"),
        (
            replace(AFTER, outcomes=AFTER.outcomes | {"2026-12-02 x": "no_text"}),
            "2026-12-02 x was admitted and is no_text",
        ),
        (
            replace(AFTER, documents=AFTER.documents | {"mediawatch-articles-g000001": []}),
            "mediawatch-articles/x is gone",
        ),
        (
            replace(AFTER, documents=AFTER.documents | {"mediawatch-alerts-g000001": ["2026-12-01|n"]}),
            "mediawatch-alerts/2026-11-20|m is gone",
        ),
        (
            replace(AFTER, messages=[{"title": "新词：鸢鳐（9 篇，7 个独立来源）"}]),
            "told again: 新词：鸢鳐（9 篇，7 个独立来源）",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_lost_changed_or_told_again_is_seen(after: Found, said: str) -> None:
    assert losses(BEFORE, after, TODAY) == [said]


def test_a_new_generation_of_an_index_holds_what_the_one_before_held() -> None:
    renewed = {index.replace("g000001", "g000002"): ids for index, ids in AFTER.documents.items()}
    assert losses(BEFORE, replace(AFTER, documents=renewed), TODAY) == []


def test_words_of_the_last_days_may_be_named_otherwise() -> None:
    after = replace(
        AFTER,
        documents=AFTER.documents | {"mediawatch-alerts-g000001": ["2026-12-01|o", "2026-11-20|m"]},
        alerts={"o": "new 鸢鳐号"},
    )
    assert losses(BEFORE, after, TODAY) == []
    assert renamed(BEFORE, after) == ["alerts of before that are gone: new 鸢鳐; new ones: new 鸢鳐号"]
    assert renamed(BEFORE, AFTER) == []


def test_a_round_that_is_red_or_empty_is_seen() -> None:
    red = replace(
        AFTER, states={"build_day": "failed"}, commands={"verify": "ended with 4: damaged"}, outcomes={}, documents={}
    )
    assert faults(red) == [
        "build_day ended as failed",
        "mediawatch verify ended with 4: damaged",
        "there are no outcomes",
        "there are no documents",
    ]


def test_a_revision_that_there_is_not_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: there is no earlier version")
    with pytest.raises(BadRequest, match=r"There is no revision 'v0\.0\.nought' here: name a tag or a commit"):
        check_out("v0.0.nought", tmp_path_factory.mktemp("upgrade"), teller())
