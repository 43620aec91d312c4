"""What a rule of quality is made of: plain values, which can be looked at without loading Great Expectations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

Severity = Literal["error", "warning"]


class Condition(Protocol):
    """What each value of one column has to meet; empty values are not its business, unless it is about emptiness.

    No condition uses Great Expectations' `mostly`: one that passes in spite of failing rows still lists them, and who
    is quarantined must not depend on the others.
    """

    @property
    def column(self) -> str:
        """The column that it looks at."""

    def expectation(self) -> Expectation:
        """The same for Great Expectations, which this loads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule:
    """`condition` is to be met by every row; `title` names that in words, `expected` says when it is met."""

    name: str
    severity: Severity
    title: str
    expected: str
    condition: Condition

    @property
    def counts_empty(self) -> bool:
        """Whether an empty value is what the rule is about."""
        return isinstance(self.condition, Present)


@dataclass(frozen=True, slots=True)
class Between:
    """Each value of `column` is at least `least` and at most `most`; None is no bound."""

    column: str
    least: float | None
    most: float | None

    def expectation(self) -> Expectation:
        """See `Condition`."""
        from great_expectations.expectations.core.expect_column_values_to_be_between import (
            ExpectColumnValuesToBeBetween,
        )

        return ExpectColumnValuesToBeBetween(column=self.column, min_value=self.least, max_value=self.most)


@dataclass(frozen=True, slots=True)
class Matches:
    """The regular expression `pattern` is found in each value of `column`."""

    column: str
    pattern: str

    def expectation(self) -> Expectation:
        """See `Condition`."""
        from great_expectations.expectations.core.expect_column_values_to_match_regex import (
            ExpectColumnValuesToMatchRegex,
        )

        return ExpectColumnValuesToMatchRegex(column=self.column, regex=self.pattern)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """No value of `column` is one of `values`."""

    column: str
    values: tuple[str, ...]

    def expectation(self) -> Expectation:
        """See `Condition`."""
        from great_expectations.expectations.core.expect_column_values_to_not_be_in_set import (
            ExpectColumnValuesToNotBeInSet,
        )

        return ExpectColumnValuesToNotBeInSet(column=self.column, value_set=list(self.values))


@dataclass(frozen=True, slots=True)
class Present:
    """No value of `column` is missing."""

    column: str

    def expectation(self) -> Expectation:
        """See `Condition`."""
        from great_expectations.expectations.core.expect_column_values_to_not_be_null import (
            ExpectColumnValuesToNotBeNull,
        )

        return ExpectColumnValuesToNotBeNull(column=self.column)


@dataclass(frozen=True, slots=True)
class Unique:
    """No value of `column` occurs twice."""

    column: str

    def expectation(self) -> Expectation:
        """See `Condition`."""
        from great_expectations.expectations.core.expect_column_values_to_be_unique import (
            ExpectColumnValuesToBeUnique,
        )

        return ExpectColumnValuesToBeUnique(column=self.column)
