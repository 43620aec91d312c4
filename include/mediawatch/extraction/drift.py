"""Whether a site's rules still fit its pages: the generic path reads the same page and both are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mediawatch.extraction.kinds import Refusal
from mediawatch.extraction.page.context import NO_RULES, PageContext
from mediawatch.extraction.reading import PageReading, read_page

_ALIKE: Final = 0.8
"""Share of characters that two bodies have in common from which they are the same article, a caption more or less."""


def drift_of(markup: bytes, context: PageContext) -> tuple[str, ...]:
    """One sentence for each rule that finds nothing or something else than the generic path; none without rules."""
    if context.rules == NO_RULES:
        return ()
    ruled, generic = read_page(markup, context), read_page(markup, replace(context, rules=NO_RULES))
    if isinstance(ruled, Refusal) or isinstance(generic, Refusal):
        return ()
    return (*ruled.drift, *_differences(ruled, generic, context))


def _differences(ruled: PageReading, generic: PageReading, context: PageContext) -> Iterator[str]:
    pairs = {
        "title": (ruled.headline.title, generic.headline.title),
        "date": (ruled.published.printed[:10], generic.published.printed[:10]),
        "byline": (ruled.byline.name, generic.byline.name),
    }
    for name, (one, other) in pairs.items():
        if getattr(context.rules, name) and one and other and one != other:
            yield f"{name}: the rule says {one!r}, the generic path {other!r}"
    if context.rules.body and _in_common(ruled.body.text, generic.body.text) < _ALIKE:
        found, others = len(ruled.body.text), len(generic.body.text)
        yield f"body: the rule finds {found} characters, the generic path {others} others"


def _in_common(one: str, other: str) -> float:
    """The Dice coefficient of characters."""
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / max(1, len(one) + len(other))
