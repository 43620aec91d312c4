"""What the best runs of lines get wrong for want of sight: other posts, hidden copies, answers to choose, lists."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.body.line_classifier import Described
from mediawatch.extraction.body.paragraphs import is_caption
from mediawatch.extraction.body.position import inherited
from mediawatch.extraction.body.wording import Column
from mediawatch.extraction.page.lines import RECOMMENDED_BIT

Lines = npt.NDArray[np.bool_]
"""Of each line of a page whether it is taken."""

_ENOUGH: Final = 40
"""Weight of a body from which what stands in blocks of other articles is not of it."""
_PLENTY: Final = 100
"""Weight of a body below its headline, beside which nothing above is of it."""
_COPIED: Final = 8
"""Letters from which a line in a hidden block that also stands outside is a copy of it."""
_LINKED: Final = 0.3
_AGAINST: Final = -2.0
_MARKS: Final = 2
"""Log-odds down to which a line may be of the body that stands beside it, and kinds of the site's words it may not
have.  -1 and -3 do as well, and so do one, two and three lines that may be passed over."""
_NUMBERED: Final = re.compile(r"\s*[(（【]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[、.．:：)）】]")
_COLON: Final = (":", "：")


def without_other_posts(described: Described, taken: Lines) -> Lines:
    """The lines of a Chinese body without those in blocks named after recommendations, where enough is left."""
    if not described.is_chinese:
        return taken
    blocks, lines = described.layout.blocks, described.layout.lines
    named = inherited([block.names & RECOMMENDED_BIT for block in blocks], blocks)[[line.block for line in lines]] > 0
    rest = taken & ~named
    return rest if float(described.measures.weight[rest].sum()) >= _ENOUGH else taken


def without_lines_above(described: Described, taken: Lines) -> Lines:
    """The lines of a body without those above the headline, teasers of a ticker, where enough is left below it."""
    below = taken & ~(described.columns["above headline"] > 0)
    return below if float(described.measures.weight[below].sum()) >= _PLENTY else taken


def without_unseen(described: Described, taken: Lines) -> Lines:
    """The lines of a body without answers to choose and without what a hidden block repeats."""
    lines, keys = described.layout.lines, described.measures.keys
    hidden = described.columns["hidden"] > 0
    shown = {key for key, is_taken, is_hidden in zip(keys, taken, hidden, strict=True) if is_taken and not is_hidden}
    copies = np.array([len(key) >= _COPIED and key in shown for key in keys]) & hidden
    choices = np.array([line.is_choice for line in lines])
    seen: Lines = taken & ~copies & ~choices
    return seen


def with_captions(described: Described, taken: Lines) -> Lines:
    """The lines of a body with the captions below its pictures, sorted out later, and the sentence behind one."""
    texts, measures, together = described.measures.texts, described.measures, beside(described)
    found, is_caption_before = taken.copy(), False
    for place, line in enumerate(described.layout.lines):
        is_behind = place > 0 and found[place - 1] and together[place] and measures.linked[place] <= _LINKED
        is_here = bool(is_behind and not taken[place] and line.follows_picture and is_caption(texts[place]))
        is_sentence = bool(is_behind and is_caption_before and measures.prose[place] and measures.ends[place])
        found[place] = taken[place] or is_here or is_sentence
        is_caption_before = is_here
    return found


def beside(described: Described) -> Lines:
    """Whether each line stands in the block of the line before it, or in one like it beside that."""
    columns = described.columns
    alike: Lines = (columns["same parent at -1"] > 0) & (columns["same path at -1"] > 0)
    return alike | (columns["same block at -1"] > 0)


def with_neighbours(described: Described, taken: Lines, log_odds: Column) -> Lines:
    """The lines of a body with the sentences that go on above and below it in its block, on pages that leave doubt.

    There weights say little of any line, so that a body breaks off at the first short one.  What has several of the
    site's own words, is linked or has much against it is left out.
    """
    measures, found, together = described.measures, taken.copy(), beside(described)
    mild = (log_odds > _AGAINST) & (measures.linked <= _LINKED) & (described.columns["marks"] < _MARKS)
    sentences = mild & (measures.prose > 0)
    _go_on(found, together, mild, sentences)
    _go_on(found[::-1], np.append(together[1:], np.False_)[::-1], mild[::-1], sentences[::-1])
    return found


def _go_on(found: Lines, together: Lines, mild: Lines, sentences: Lines) -> None:
    """Take the sentences behind those `found`, over one other line between them at a time."""
    goes_on, skipped = False, -1
    for place in range(len(found)):
        goes_on = goes_on and bool(together[place])
        if found[place] or (goes_on and sentences[place]):
            if goes_on and skipped >= 0:
                found[skipped] = True
            found[place], goes_on, skipped = True, True, -1
        elif goes_on:
            goes_on, skipped = bool(mild[place]) and skipped < 0, place


def with_lists(described: Described, taken: Lines) -> Lines:
    """The lines of a body with the numbered ones that go on below one that is numbered or ends with a colon."""
    texts, linked, together = described.measures.texts, described.measures.linked, beside(described)
    found = taken.copy()
    for place in range(1, len(texts)):
        if found[place] or not found[place - 1] or not together[place] or linked[place] > _LINKED:
            continue
        before = texts[place - 1]
        found[place] = bool(_NUMBERED.match(texts[place]) and (_NUMBERED.match(before) or before.endswith(_COLON)))
    return found
