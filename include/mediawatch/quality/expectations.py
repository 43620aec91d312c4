"""The expectations that rules are made of.  Each function loads Great Expectations when called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule:
    """`expectation` about one column, to be met by each of its values; empty values are not its business, unless the
    rule is about emptiness.

    No expectation uses `mostly`: one that passes in spite of failing rows still lists them, and who is quarantined must
    not depend on the others.
    """

    name: str
    severity: Severity
    expected: str
    expectation: Expectation

    @property
    def column(self) -> str:
        """The column that the rule looks at."""
        return str(self.expectation.configuration.kwargs["column"])

    @property
    def counts_empty(self) -> bool:
        """Whether an empty value is what the rule is about."""
        return self.expectation.expectation_type == "expect_column_values_to_not_be_null"


def between(column: str, least: float | None, most: float | None) -> Expectation:
    """Each value of `column` is at least `least` and at most `most`."""
    from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween

    return ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most)


def matches(column: str, pattern: str) -> Expectation:
    """The regular expression `pattern` is found in each value of `column`."""
    from great_expectations.expectations.core.expect_column_values_to_match_regex import ExpectColumnValuesToMatchRegex

    return ExpectColumnValuesToMatchRegex(column=column, regex=pattern)


def none_of(column: str, values: Sequence[str]) -> Expectation:
    """No value of `column` is one of `values`."""
    from great_expectations.expectations.core.expect_column_values_to_not_be_in_set import (
        ExpectColumnValuesToNotBeInSet,
    )

    return ExpectColumnValuesToNotBeInSet(column=column, value_set=list(values))


def present(column: str) -> Expectation:
    """No value of `column` is missing."""
    from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull

    return ExpectColumnValuesToNotBeNull(column=column)


def unique(column: str) -> Expectation:
    """No value of `column` occurs twice."""
    from great_expectations.expectations.core.expect_column_values_to_be_unique import ExpectColumnValuesToBeUnique

    return ExpectColumnValuesToBeUnique(column=column)
