"""A rule alerts when its card is good enough, and no worse than that of the rule before it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.errors import BadRequest
from mediawatch.keywords.published_rules import (
    DetectionRule,
    Scorecard,
    current_rule,
    keep_scorecard,
    publish_rule,
)
from tests.support.lakes import a_context

OLD = DetectionRule(name="keywords")
NEW = DetectionRule(name="bolder", values={"least_score": 2.0})
CARD = Scorecard(
    rule="keywords", digest=OLD.digest, days=60, injected=60, recall=0.9, lag_days=0.0, alerts_a_day=9.0, duplicates=0.0
)


def card_of(**changes: float) -> Scorecard:
    return replace(CARD, rule=NEW.name, digest=NEW.digest, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recall": 0.85}, "recall 0.85 is below the 0.90 of keywords"),
        ({"alerts_a_day": 12.0}, "12.0 alerts a day find no more than the 9.0 of keywords"),
    ],
)
def test_a_rule_that_finds_less_is_refused_unless_forced(
    changes: dict[str, float], sentence: str, tmp_path: Path
) -> None:
    context = a_context(tmp_path, watchlists_dir=tmp_path)
    for card in (CARD, card_of(**changes)):
        keep_scorecard(context.store, card)
    with pytest.raises(BadRequest, match=sentence):
        publish_rule(context, NEW)
    assert current_rule(context).name == "keywords"
    publish_rule(context, NEW, is_forced=True)
    assert current_rule(context).name == "bolder"


@pytest.mark.parametrize("changes", [{}, {"recall": 0.88}, {"recall": 0.95, "alerts_a_day": 14.0}])
def test_one_that_finds_as_much_or_more_is_not(changes: dict[str, float], tmp_path: Path) -> None:
    context = a_context(tmp_path, watchlists_dir=tmp_path)
    for card in (CARD, card_of(**changes)):
        keep_scorecard(context.store, card)
    publish_rule(context, NEW)
    assert current_rule(context).name == "bolder"


def test_a_rule_before_without_a_card_refuses_nothing(tmp_path: Path) -> None:
    context = a_context(tmp_path, watchlists_dir=tmp_path)
    keep_scorecard(context.store, card_of(recall=0.1))
    publish_rule(context, NEW)
    assert current_rule(context).name == "bolder"
