"""The main text of a page."""

from __future__ import annotations

import logging
from configparser import ConfigParser
from functools import cache
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.blocks import densest_block
from mediawatch.extraction.parsing import UnparsableError
from mediawatch.extraction.pruning import prune
from mediawatch.language.scripts import HAN, LATIN_WORD

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SURE: Final = 250
"""Characters below which trafilatura is unsure itself and puts the whole page's text on one line.  That helps English
pages, where this is a teaser; a Chinese article can be shorter."""


_LARGE: Final = 6_000
"""Elements from which trafilatura does without its comparison with jusText, whose time grows with their square: 16,000
take 6 s, 24,000 14 s.  The largest of 545 real news pages had 5,966."""
_COVERED: Final = 0.7
_LONGER: Final = 1.5
"""Shares of trafilatura's text: how much of it stands in the densest block, and how long that may be beside it.  Tried
were .9/1.2, .8/1.2, .8/1, .7/1.5 and .5/1.2: Chinese F1 .936, .938, .936, .944, .943, against .933 without.  English
pages lose by every one of them, because their lists and headings are in other blocks."""


def main_text(root: HtmlElement, *, headline: HtmlElement | None) -> str:
    """The lines of the article on the page `root`, which is changed on the way; empty when there are none.

    trafilatura on the tree without its blocks of links, without tables and without its own way out for short texts;
    instead a short text gives way to the block of the page that holds it or, when there is none, to the densest.

    Body F1 seen on 222 Chinese and 82 other pages (share of identical texts): trafilatura's defaults .870 and .959;
    after pruning .896 and .961; without tables as well .914 and .959; with the lines sorted out (`paragraphs`) .936
    (.286) and .969 (.439); with this way out .933 (.352) and .970 (.451).
    """
    prune(root, keep=headline)
    return _better(_extracted(root), densest_block(root))


def _better(text: str, block: str) -> str:
    """`block` where it is `text` seen whole: in Chinese when most of `text` is in it and it is not much longer, else
    only when `text` is short and begins in it."""
    if len(text) < _SURE:
        is_within = not text or text.splitlines()[0][:30] in block
        return block if is_within and len(block) > len(text) else text
    lines = {"".join(line.split()) for line in block.splitlines()}
    covered = sum(len(line) for line in text.splitlines() if "".join(line.split()) in lines)
    is_chinese = len(HAN.findall(text)) >= len(LATIN_WORD.findall(text))
    return block if is_chinese and covered >= _COVERED * len(text) and len(block) <= _LONGER * len(text) else text


def _extracted(root: HtmlElement) -> str:
    from trafilatura import bare_extraction
    from trafilatura.settings import Extractor

    is_large = root.xpath(f"count(//*) > {_LARGE}")
    options = Extractor(config=_config(), output_format="python", comments=False, tables=False, fast=is_large)
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
    config = ConfigParser()
    config.read_dict(DEFAULT_CONFIG)
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "0")
    return config
