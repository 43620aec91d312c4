"""The main text of a page."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.body.line_classifier import (
    Described,
    Weights,
    best_runs,
    committed_weights,
    describe,
    log_odds,
    voted,
)
from mediawatch.extraction.body.mending import (
    beside,
    with_captions,
    with_deck,
    with_lists,
    with_lists_between,
    with_neighbours,
    with_others_like_them,
    with_rest_of_list,
    without_lines_above,
    without_links_between,
    without_lists_of_others,
    without_other_posts,
    without_unseen,
    without_whole_copy,
)
from mediawatch.extraction.body.order import headline_line
from mediawatch.extraction.body.overlap import page_description_of
from mediawatch.extraction.body.wording import Column, each, key_of
from mediawatch.extraction.page.lines import NAMES, Block, layout_of
from mediawatch.extraction.page.tree import UnparsableError, drop_trees

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LITTLE: Final = 0.3
"""Share of the weight of a body up to which lines in an <aside> are not of it."""
_APPEAL: Final = 120
_SUPPORT: Final = re.compile(r"支持|赞助|贊助|捐款|捐助|订阅|訂閱|加入会员|加入會員|电子报|電子報")
"""What a line says that stands in a block named after subscriptions or donations and is not of the text."""
_RELATED: Final = 1 << list(NAMES).index("related")
_DOUBT_CHINESE, _DOUBT_OTHER = 0.2, 0.1
"""Shares of doubtful weight above which trafilatura is asked; docs/extraction.md has the table.  On Chinese pages it
changes nothing below .2."""

_MUCH_DOUBT: Final = 0.2
"""The same above which the sentences beside the body are taken.  Out of fold, never and for .15, .2 and .25: Chinese
.972, .974, .974, .974."""
_TOLD: Final = 8
"""Letters from which a line that stands in a text is hardly there by chance."""


def main_text(root: HtmlElement, *, headline: HtmlElement | None, title: str = "") -> str:
    """The lines of the article on the page `root`, which is changed on the way; empty when there are none.

    Each line of the page is classified (`line_classifier`) and the best runs of lines are taken; where that leaves
    doubt, lines are classified again with a second opinion.  docs/extraction.md has the measurements.
    """
    layout = layout_of(root)
    if not layout.lines:
        return ""
    described = describe(layout, page_description_of(root, title=title))
    opinions: list[str] = []

    def opinion() -> str:
        opinions.append(second_opinion(root, headline=headline, is_chinese=described.is_chinese))
        return opinions[0]

    text = body_by_weights(described, committed_weights(), opinion)
    text = text or _standing_in(described, opinions[0]) or densest_block(root)
    return "" if _is_of_others(described, text, title) else text


def body_by_weights(described: Described, weights: Weights, opinion: Callable[[], str]) -> str:
    """The best runs of the lines `described`; `opinion` gives another extractor's text, and is called when in doubt."""
    odds = log_odds(described, weights, None)
    doubt = _doubt(odds, described.measures.weight)
    is_sure = doubt <= (_DOUBT_CHINESE if described.is_chinese else _DOUBT_OTHER)
    text = _best(described, odds) if is_sure else ""
    return text or _best(described, log_odds(described, weights, opinion()), is_unsure=doubt > _MUCH_DOUBT)


def _doubt(odds: Column, weight: Column) -> float:
    """The weight that may be on the wrong side, as a share of what is expected in the body."""
    likely = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    expected = float((weight * likely).sum())
    return float((weight * np.minimum(likely, 1 - likely)).sum()) / expected if expected else 1.0


def _best(described: Described, odds: Column, *, is_unsure: bool = False) -> str:
    measures = described.measures
    together = beside(described)
    taken = np.array(best_runs(odds, measures.weight, together))
    for complete in (with_neighbours, with_others_like_them, with_rest_of_list) if is_unsure else ():
        taken = complete(described, taken, odds)
    for step in (
        _without_asides,
        without_other_posts,
        without_lines_above,
        without_unseen,
        without_lists_of_others,
        without_links_between,
        without_whole_copy,
        with_deck,
        with_captions,
        with_lists,
        with_lists_between,
    ):
        taken = step(described, taken)
    return "\n".join(text for text, is_body in zip(measures.texts, taken.tolist(), strict=True) if is_body)


def _without_asides(described: Described, taken: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The lines of the body of a Chinese page without the few of them that stand in an <aside> or ask for support.

    English pages have parts of the text in asides.
    """
    if not described.is_chinese:
        return taken
    columns, weight = described.columns, described.measures.weight
    offered = columns["named near: offer"] * each(described.measures.texts, _asks)
    aside = taken & ((columns["around: aside"] > 0) | (offered > 0))
    is_little = float(weight[aside].sum()) <= _LITTLE * float(weight[taken].sum())
    return taken & ~aside if is_little else taken


def _asks(line: str) -> bool:
    return len(line) <= _APPEAL and _SUPPORT.search(line) is not None


def _is_of_others(described: Described, text: str, title: str) -> bool:
    """Whether all lines of `text` stand in asides and related articles, apart from the headline in its <main>."""
    layout, measures = described.layout, described.measures
    headline = headline_line(measures, described.places, title) if text else -1
    if headline < 0:
        return False
    lines = frozenset(text.split("\n"))
    taken = [line for line in layout.lines if line.text in lines]
    apart = [_blocks_apart(line.block, headline, layout.blocks) for line in taken]
    mains = [b for b in layout.blocks if b.tag == "main" and b.start <= headline < b.end]
    is_aside = any(block.tag == "aside" for blocks in apart for block in blocks)
    return (
        is_aside
        and bool(mains)
        and all(any(b.tag == "aside" or b.names & _RELATED for b in blocks) for blocks in apart)
    )


def _blocks_apart(block: int, headline: int, blocks: Sequence[Block]) -> list[Block]:
    """The blocks around a line that do not hold the headline."""
    apart = []
    while block >= 0 and not blocks[block].start <= headline < blocks[block].end:
        apart.append(blocks[block])
        block = blocks[block].parent
    return apart


def _standing_in(described: Described, extracted: str) -> str:
    """The lines that another extractor took, as they stand on the page.

    A short one has to be a line of its text: the 0 of a counter of readers is in any text with a number.
    """
    measures, whole = described.measures, {key_of(line) for line in extracted.splitlines()}
    taken = voted(measures, extracted)["taken"] > 0
    lines = zip(measures.texts, measures.keys, taken.tolist(), strict=True)
    return "\n".join(text for text, key, is_taken in lines if is_taken and (len(key) >= _TOLD or key in whole))


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


_BLOCKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3"}
    | {"h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tr"}
    | {"ul", "center", "fieldset", "figure"}
)
_HOLDERS: Final = (
    "//*[self::article or self::blockquote or self::body or self::center or self::div or self::main or self::section"
    " or self::td][not(ancestor::header or ancestor::footer or ancestor::nav or ancestor::aside)]"
)
_SENTENCE: Final = re.compile(r"[，。！？；、]|[,.!?;](?:\s|$)")


def densest_block(root: HtmlElement) -> str:
    """The lines of the element whose own paragraphs hold the most text with punctuation; empty when there are none.

    A paragraph is a block without blocks in it, or a run of text between them or between line breaks.
    """
    best, most = [], 0
    for holder in root.xpath(_HOLDERS):
        lines = list(_lines(holder))
        weight = sum(len(line) for line in lines if _SENTENCE.search(line))
        if weight > most:
            best, most = lines, weight
    return "\n".join(best)


def _lines(holder: HtmlElement) -> Iterator[str]:
    run = [holder.text or ""]
    for child in holder:
        if child.tag in _BLOCKS or child.tag == "br":
            yield from _line(run)
            run = []
            if child.tag not in ("h1", "br") and _is_leaf(child):
                yield from _lines(child) if child.find("br") is not None else _line([child.text_content()])
        else:
            run.append(child.text_content())
        run.append(child.tail or "")
    yield from _line(run)


def _line(run: list[str]) -> Iterator[str]:
    line = " ".join("".join(run).split())
    if line:
        yield line


def _is_leaf(element: HtmlElement) -> bool:
    return element.tag not in ("li", "nav", "footer", "form") and not any(
        e.tag in _BLOCKS for e in element.iterdescendants()
    )


_PRUNABLE: Final = ["ul", "ol", "dl", "table", "tr", "td", "div", "section", "aside", "nav", "li", "header", "footer"]
_SILENT: Final = ("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "figcaption")
_LINKS: Final = 4
_RUN_HAN: Final = 40
_RUN_OTHER: Final = 100
"""An unlinked run this long (in characters, mostly Han or not) is a sentence of the article: the block stays.  These
bounds and the rule were tried once on 453 Chinese pages: F1 of the default extraction .884, after pruning .925."""
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(slots=True)
class _Measure:
    text: int = 0
    linked: int = 0
    links: int = 0
    run: int = 0
    han: int = 0

    def add_run(self, run: str) -> None:
        run = run.strip()
        length = len(run)
        self.text += length
        self.run = max(self.run, length)
        if not run.isascii():
            self.han += len(_HAN.findall(run))

    def add(self, other: _Measure) -> None:
        self.text += other.text
        self.linked += other.linked
        self.links += other.links
        self.han += other.han
        self.run = max(self.run, other.run)

    @property
    def is_list_of_links(self) -> bool:
        sentence = _RUN_HAN if self.han * 2 > self.text else _RUN_OTHER
        return self.links >= _LINKS and self.linked * 2 > self.text and self.run < sentence


def prune(root: HtmlElement, *, keep: HtmlElement | None) -> None:
    """Take scripts, captions of figures and every block that is mostly links out of the tree.

    No block that holds `keep`, the headline, is taken out.
    """
    drop_trees(root, list(root.iter(*_SILENT)))
    kept = set() if keep is None else {keep, *keep.iterancestors()}
    measures = _measures(root)
    lists = [element for element in root.iter(*_PRUNABLE) if measures[element].is_list_of_links and element not in kept]
    drop_trees(root, (element for element in lists if element is not root))


def _measures(root: HtmlElement) -> Mapping[HtmlElement | None, _Measure]:
    """The measure of every element; children come before their parents in reverse document order."""
    measures: defaultdict[HtmlElement | None, _Measure] = defaultdict(_Measure)
    for element in reversed(list(root.iter())):
        measure, around = measures[element], measures[element.getparent()]
        if text := element.text:
            measure.add_run(text)
        if element.tag == "a":
            measure.linked, measure.links, measure.run = measure.text, 1, 0
        if measure.text or measure.links:
            around.add(measure)
        if tail := element.tail:
            around.add_run(tail)
    return measures
