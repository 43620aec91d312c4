"""The one place that runs Great Expectations."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from mediawatch.quality.expectations import QualityRule

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import Batch
    from pandas import DataFrame


def failing(frame: DataFrame, rules: Sequence[QualityRule], *, key: str) -> Mapping[str, frozenset[str]]:
    """By rule name, the `key` of the rows of `frame` that fail it.  Raises RuntimeError when a rule cannot be applied.

    Everything happens in memory: nothing is stored, printed or sent.
    """
    import great_expectations as gx

    named = [rule.condition.expectation().copy(update={"meta": {"rule": rule.name}}) for rule in rules]
    outcome = _batch(frame).validate(
        gx.ExpectationSuite(name="rules", expectations=named),
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [key]},
    )
    found = {_rule_of(result): result for result in outcome.results}
    return {rule.name: _keys(rule, found[rule.name], key) for rule in rules}


def _rule_of(result: Any) -> str:
    return str(result.expectation_config.meta["rule"])


def _keys(rule: QualityRule, result: Any, key: str) -> frozenset[str]:
    if result.exception_info.get("raised_exception"):
        raise RuntimeError(f"rule {rule.name} cannot be applied: {result.exception_info['exception_message']}")
    return frozenset(str(row[key]) for row in result.result.get("unexpected_index_list") or ())


def _batch(frame: DataFrame) -> Batch:
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    settings = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=settings)
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})


@cache
def quieten() -> None:
    """Silence the loggers that would write hundreds of lines; before the first import of Great Expectations."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    logging.getLogger("great_expectations._docs_decorators").setLevel(logging.CRITICAL)
