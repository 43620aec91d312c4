from __future__ import annotations

import inspect

import pytest
from airflow.sdk import RetryAction

from mediawatch import errors
from mediawatch.orchestration.failures import TASK_DEFAULTS, ByErrorTree
from mediawatch.settings import Settings

TREE = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.MediawatchError)]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("try_number", [1, 3])
def test_an_error_of_the_tree_decides_by_its_own_word(kind: type[errors.MediawatchError], try_number: int) -> None:
    decision = ByErrorTree().evaluate(kind("why"), try_number=try_number, max_tries=4)
    assert decision.action is (RetryAction.DEFAULT if kind.can_retry else RetryAction.FAIL)


def test_any_other_error_gets_one_more_try() -> None:
    decisions = [ByErrorTree().evaluate(KeyError("x"), try_number=number, max_tries=4) for number in (1, 2)]
    assert [decision.action for decision in decisions] == [RetryAction.DEFAULT, RetryAction.FAIL]


def test_a_failed_decision_says_why() -> None:
    assert "GateClosed" in (ByErrorTree().evaluate(errors.GateClosed(), try_number=1, max_tries=4).reason or "")


def test_the_policy_survives_serialisation() -> None:
    assert isinstance(ByErrorTree.deserialize(ByErrorTree().serialize()), ByErrorTree)


def test_the_retries_outlast_a_lease_whose_holder_died() -> None:
    first, factor = TASK_DEFAULTS["retry_delay"].total_seconds(), TASK_DEFAULTS["retry_exponential_backoff"]
    waited = sum(first * factor**number for number in range(TASK_DEFAULTS["retries"]))
    assert waited >= Settings().lease_seconds
