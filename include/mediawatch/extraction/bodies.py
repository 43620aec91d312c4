"""The main text of a page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from configparser import ConfigParser
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from mediawatch.extraction.about import about_of
from mediawatch.extraction.blocks import densest_block
from mediawatch.extraction.layout import layout_of
from mediawatch.extraction.parsing import UnparsableError
from mediawatch.extraction.pruning import prune
from mediawatch.extraction.runs import best_runs
from mediawatch.extraction.weighing import Described, Weights, committed_weights, describe, log_odds, voted
from mediawatch.extraction.wording import Column

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DOUBT: Final = 0.1
"""Share of doubtful weight above which trafilatura is asked.  Out of fold, for 0, .05, .1, .2 and never: Chinese F1
.969, .969, .969, .968, .962, English (zyte) .974, .973, .974, .973, .966; asked on 100, 49, 19, 10 and 0 % of Chinese
pages and on 100, 39, 20, 11 and 0 % of the others."""


def main_text(root: HtmlElement, *, headline: HtmlElement | None, title: str = "") -> str:
    """The lines of the article on the page `root`, which is changed on the way; empty when there are none.

    Each line of the page is weighed (`weighing`) and the best runs of lines are taken (`runs`); where that leaves
    doubt, lines are weighed again with a second opinion.  docs/extraction.md has the measurements.
    """
    layout = layout_of(root)
    if not layout.lines:
        return ""
    described = describe(layout, about_of(root, title=title))
    opinions: list[str] = []

    def opinion() -> str:
        opinions.append(second_opinion(root, headline=headline, is_chinese=described.is_chinese))
        return opinions[0]

    text = body_by_weights(described, committed_weights(), opinion)
    return text or _standing_in(described, opinions[0]) or densest_block(root)


def body_by_weights(described: Described, weights: Weights, opinion: Callable[[], str]) -> str:
    """The best runs of the lines `described`; `opinion` gives another extractor's text, and is called when in doubt."""
    odds = log_odds(described, weights, None)
    text = _best(described, odds) if _doubt(odds, described.measures.weight) <= _DOUBT else ""
    return text or _best(described, log_odds(described, weights, opinion()))


def _doubt(odds: Column, weight: Column) -> float:
    """The weight that may be on the wrong side, as a share of what is expected in the body."""
    likely = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    expected = float((weight * likely).sum())
    return float((weight * np.minimum(likely, 1 - likely)).sum()) / expected if expected else 1.0


def _best(described: Described, odds: Column) -> str:
    columns, measures = described.columns, described.measures
    together = (columns["same block at -1"] > 0) | (
        (columns["same parent at -1"] > 0) & (columns["same path at -1"] > 0)
    )
    taken = best_runs(odds, measures.weight, together)
    return "\n".join(text for text, is_body in zip(measures.texts, taken, strict=True) if is_body)


def _standing_in(described: Described, extracted: str) -> str:
    """The lines that another extractor took, as they stand on the page."""
    taken = voted(described.measures, extracted)["taken"]
    return "\n".join(text for text, is_taken in zip(described.measures.texts, taken, strict=True) if is_taken)


def second_opinion(root: HtmlElement, *, headline: HtmlElement | None, is_chinese: bool) -> str:
    """What trafilatura takes from `root`, whose blocks of links are taken out first.

    Its own way out for short texts, the text of the whole page, is left out for Chinese: with it as the vote F1 was
    .962, without it .966; English pages, where so short a text is a teaser, have .975 with it and .968 without.
    """
    from trafilatura import bare_extraction
    from trafilatura.settings import Extractor

    prune(root, keep=headline)
    config = _config(least=0 if is_chinese else None)
    options = Extractor(config=config, output_format="python", comments=False, fast=True)
    try:
        document = bare_extraction(root, options=options)
    except Exception as error:
        # Whatever a library makes of hostile markup is an outcome of one page.
        raise UnparsableError(f"{type(error).__name__}: {error}") from error
    return str(getattr(document, "text", None) or "")


@cache
def _config(*, least: int | None) -> ConfigParser:
    from trafilatura.settings import DEFAULT_CONFIG

    # trafilatura reports every page without text as an error; here that is an outcome, counted elsewhere.
    for name in ("trafilatura", "htmldate", "justext", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    config = ConfigParser()
    config.read_dict(DEFAULT_CONFIG)
    if least is not None:
        config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(least))
    return config
