"""One module a suite; each gives its rules.  `RULES` are those of all suites by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mediawatch.quality.expectations import QualityRule
from mediawatch.quality.suites import articles, days

RULES: Final[Mapping[str, QualityRule]] = {
    rule.name: rule for rule in (*articles.RULES, *days.SOURCE_RULES, *days.DAY_RULES)
}
