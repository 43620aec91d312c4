"""The main text of a page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from configparser import ConfigParser
from functools import cache
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.about import about_of
from mediawatch.extraction.blocks import densest_block
from mediawatch.extraction.layout import layout_of
from mediawatch.extraction.parsing import UnparsableError
from mediawatch.extraction.pruning import prune
from mediawatch.extraction.runs import best_runs
from mediawatch.extraction.weighing import Described, Weights, committed_weights, describe, log_odds

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LARGE: Final = 6_000
"""Elements from which trafilatura does without its comparison with jusText, whose time grows with their square: 16,000
take 6 s, 24,000 14 s.  The largest of 545 real news pages had 5,966."""


def main_text(root: HtmlElement, *, headline: HtmlElement | None, title: str = "") -> str:
    """The lines of the article on the page `root`, which is changed on the way; empty when there are none.

    Each line of the page is weighed (`weighing`) and the best runs of lines are taken (`runs`).  Pages that are not
    Chinese, and those where no line is likely, are weighed with a second opinion: trafilatura on the tree without its
    blocks of links.  docs/extraction.md has the measurements.
    """
    layout = layout_of(root)
    if not layout.lines:
        return ""
    described = describe(layout, about_of(root, title=title))
    opinions: list[str] = []

    def opinion() -> str:
        opinions.append(second_opinion(root, headline=headline))
        return opinions[0]

    text = body_by_weights(described, committed_weights(), opinion)
    return text or (opinions[0] if opinions else "") or densest_block(root)


def body_by_weights(described: Described, weights: Weights, opinion: Callable[[], str]) -> str:
    """The best runs of the lines `described`; `opinion` gives another extractor's text and is asked only if needed."""
    text = "" if not described.is_chinese else _best(described, weights, None)
    return text or _best(described, weights, opinion())


def _best(described: Described, weights: Weights, extracted: str | None) -> str:
    columns, measures = described.columns, described.measures
    together = (columns["same block at -1"] > 0) | (
        (columns["same parent at -1"] > 0) & (columns["same path at -1"] > 0)
    )
    taken = best_runs(log_odds(described, weights, extracted), measures.weight, together)
    return "\n".join(text for text, is_body in zip(measures.texts, taken, strict=True) if is_body)


def second_opinion(root: HtmlElement, *, headline: HtmlElement | None) -> str:
    """What trafilatura takes from `root`, whose blocks of links are taken out first."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Extractor

    prune(root, keep=headline)
    options = Extractor(config=_config(), output_format="python", comments=False, fast=True)
    try:
        document = bare_extraction(root, options=options)
    except Exception as error:
        # Whatever a library makes of hostile markup is an outcome of one page.
        raise UnparsableError(f"{type(error).__name__}: {error}") from error
    return str(getattr(document, "text", None) or "")


@cache
def _config() -> ConfigParser:
    from trafilatura.settings import DEFAULT_CONFIG

    # trafilatura reports every page without text as an error; here that is an outcome, counted elsewhere.
    for name in ("trafilatura", "htmldate", "justext", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return DEFAULT_CONFIG
