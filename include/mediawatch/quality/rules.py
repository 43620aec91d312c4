"""A rule: an expectation with a name, a severity and words for people."""

from __future__ import annotations

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
