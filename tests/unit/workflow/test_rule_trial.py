"""A rule is tried on what was read, and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.quality.expectations import Between
from mediawatch.workflow.rule_trial import rule_to_try, try_rule
from tests.unit.board.printing import DAY, Front, Printed, an_article

pytestmark = pytest.mark.slow


@pytest.fixture(name="context")
def _context(tmp_path: Path) -> Context:
    """Two days: of the paper six articles a day, five of them short; of the wire a long one."""
    front = Front(tmp_path)
    for back in (1, 0):
        day = DAY - timedelta(days=back)
        short = [an_article(f"短讯{number}", "字" * 50, day=day) for number in range(5)]
        long = [an_article("长文", "字" * 500, day=day), an_article("电讯", "字" * 500, day=day, source="wire")]
        front.print(Printed(day=day, articles=[*short, *long]))
    return front.context


def test_other_bounds_are_tried_by_source(context: Context) -> None:
    [paper, wire], _ = try_rule(context, rule_to_try("chinese_text_length", least=60), days=30)
    assert (paper.source, paper.articles, paper.failed, paper.held_days, len(paper.examples)) == ("paper", 12, 10, 2, 3)
    assert (wire.source, wire.articles, wire.failed, wire.held_days) == ("wire", 2, 0, 0)


def test_as_it_stands_it_keeps_out_what_it_keeps_out(context: Context) -> None:
    found, faults = try_rule(context, rule_to_try("chinese_text_length"), days=30)
    assert ({one.failed for one in found}, faults) == ({0}, [])
    [paper, _], _ = try_rule(context, rule_to_try("chinese_text_length", least=60), days=1)
    assert (paper.articles, paper.failed) == (6, 5)


def test_a_damaged_day_is_left_out_and_named(context: Context) -> None:
    for key in context.store.list("extract/"):
        if f"day={DAY - timedelta(days=1)}" in key and key.endswith(".parquet"):
            context.store.put(key, b"damaged")
    [paper, _], [fault] = try_rule(context, rule_to_try("chinese_text_length", least=60), days=30)
    assert (paper.articles, paper.failed) == (6, 5)
    assert fault.startswith(f"{DAY - timedelta(days=1)}: left out, ")


def test_a_trial_changes_nothing(context: Context) -> None:
    before = sorted(context.store.list(""))
    try_rule(context, rule_to_try("chinese_text_length", most=100), days=30)
    assert sorted(context.store.list("")) == before


def test_bounds_replace_those_of_the_rule() -> None:
    rule = rule_to_try("chinese_text_length", most=900)
    assert isinstance(rule.condition, Between)
    assert (rule.condition.least, rule.condition.most) == (40, 900)


@pytest.mark.parametrize(
    ("name", "least", "fault"),
    [
        ("chinese_text_lenght", None, "did you mean 'chinese_text_length'"),
        ("dated", 3, "dated has no bounds"),
        ("chinese_text_length", float("nan"), "a bound is a number"),
        ("chinese_text_length", 200_000, "nothing lies between"),
    ],
)
def test_what_cannot_be_tried_is_refused(name: str, least: float | None, fault: str) -> None:
    with pytest.raises(BadRequest, match=fault):
        rule_to_try(name, least=least)
