"""What the best runs of lines get wrong for want of sight: other posts, hidden copies, answers to choose, lists."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.body.line_classifier import LONG_LINE, Described
from mediawatch.extraction.body.paragraphs import is_caption
from mediawatch.extraction.body.position import inherited
from mediawatch.extraction.body.wording import Column
from mediawatch.extraction.page.lines import RECOMMENDED_BIT
from mediawatch.language import fold

Lines = npt.NDArray[np.bool_]
"""Of each line of a page whether it is taken."""

_ENOUGH: Final = 40
"""Weight of a body from which what stands in blocks of other articles is not of it."""
_PLENTY: Final = 100
"""Weight of a body below its headline, beside which nothing above is of it."""
_COPIED: Final = 8
"""Letters from which a line in a hidden block that also stands outside is a copy of it."""
_TEASER: Final = 20
"""Letters from which a line says something of its own."""
_PARTS: Final = 3
"""Lines that stand elsewhere too from which they are hardly quoted there."""
_MOST: Final = 0.7
"""Share of a line that others are, from which it is a copy of them."""
_HEADING: Final = 30
_KEPT, _KEPT_OTHER = 0.2, 0.5
"""Share of a body, on Chinese pages and others, that has to stand above a list of other articles: a bulletin of one
paragraph may have more teasers than text, while a long English text may begin with such a list."""
_OTHERS: Final = re.compile(
    r"\W*(?:[你您]可能(?:也|还)?(?:会)?(?:想看|喜欢|感兴趣|关心).{0,4}|猜[你您]喜欢|为[你您]推荐"
    r"|(?:相关|延伸|推荐|更多|热门)(?:阅读|新闻|文章|报道|报导|推荐)|(?:大家|网友|其他人)(?:都|也)?在看"
    r"|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)|recommended for you|keep reading"
    r"|(?:related|recommended|more|popular|latest) (?:articles?|stories|posts|news|reading)"
    r"|read (?:next|this next)|trending(?: now)?|most (?:read|popular))\W*$"
)
"""A whole line, folded, below which other articles stand."""
_LINKED: Final = 0.3
_ALL_LINKED: Final = 0.8
_HEADLINE: Final = 8
"""Weight of the shortest headline."""
_AGAINST: Final = -2.0
_MARKS: Final = 2
"""Log-odds down to which a line may be of the body that stands beside it, and kinds of the site's words it may not
have.  -1 and -3 do as well, and so do one, two and three lines that may be passed over."""
_ALIKE: Final = 2
"""Sentences of a body from which others under the same tags are of it.  Out of fold en-wcxb .956, with 4 .960, with 2
.961, and no other set loses."""
_APART: Final = ("hidden", "around: aside", "around: list")
_UNENDED: Final = 30
"""Weight from which a line is a sentence without an end: decks have no full stop."""
_BEGUN: Final = 2
"""Items of a list that a body has from which the others are of it."""
_NUMBERED: Final = re.compile(r"\s*[(（【]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[、.．:：)）】]")
_COLON: Final = (":", "：")
_LIST_TAGS: Final = frozenset({"ul", "ol"})
_GAP: Final = 2
"""Lines beside a list that may be a paragraph of the body: a subheading may stand between."""
_ITEM: Final = 6
"""Weight of the shortest item of a list that is text."""


def without_other_posts(described: Described, taken: Lines) -> Lines:
    """The lines of a Chinese body without those in blocks named after recommendations, where enough is left."""
    if not described.is_chinese:
        return taken
    blocks, lines = described.layout.blocks, described.layout.lines
    named = inherited([block.names & RECOMMENDED_BIT for block in blocks], blocks)[[line.block for line in lines]] > 0
    rest = taken & ~named
    return rest if float(described.measures.weight[rest].sum()) >= _ENOUGH else taken


def without_lines_above(described: Described, taken: Lines) -> Lines:
    """The lines of a body without those above the headline, teasers of a ticker, where enough is left below it.

    The sentences of a ticker are left out at the foot of the page too.
    """
    above, keys = described.columns["above headline"] > 0, described.measures.keys
    teasers = {key for key, is_above in zip(keys, above, strict=True) if is_above and len(key) >= _TEASER}
    copies = taken & ~above & (described.measures.prose > 0) & np.array([key in teasers for key in keys])
    below: Lines = taken & ~above & ~(copies if int(copies.sum()) >= _PARTS else np.False_)
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


def without_lists_of_others(described: Described, taken: Lines) -> Lines:
    """The lines of a body without those below a heading such as 你可能还想看, where enough is left above it.

    What stands beside the lines above is left: such a list may part a text.
    """
    lines, holders = described.layout.lines, described.places.holders
    headline = np.flatnonzero(described.columns["above headline"] > 0)
    below = int(headline[-1]) + 2 if len(headline) else 0
    headings = (place for place in range(below, len(lines)) if not taken[place] and _heads_others(lines[place].text))
    heading = next(headings, len(lines))
    above = taken & (np.arange(len(lines)) < heading)
    kept: Lines = above | (taken & np.isin(holders, holders[above]))
    return _unless_little(described, kept, taken)


def without_links_between(described: Described, taken: Lines) -> Lines:
    """The lines of a Chinese body without the headlines of others that stand alone, as links, between two of its
    sentences or at its end.

    What is shorter than a headline, ends like a sentence or stands in a heading is of the text; on English pages, where
    such lines are part of lists and letters, F1 fell by .001.
    """
    measures, columns = described.measures, described.columns
    is_headline = (measures.linked > _ALL_LINKED) & (measures.weight >= _HEADLINE) & (measures.ends == 0)
    is_headline &= columns["in heading"] == 0
    is_sentence = (measures.prose > 0) & (measures.linked == 0)
    found, places = taken.copy(), np.flatnonzero(taken).tolist() if described.is_chinese else []
    for before, place, behind in zip(places, places[1:], places[2:], strict=False):
        found[place] = not (is_headline[place] and is_sentence[before] and is_sentence[behind])
    while len(places) > 1 and is_headline[places[-1]]:
        found[places.pop()] = False
    return _unless_little(described, found, taken)


def _unless_little(described: Described, kept: Lines, taken: Lines) -> Lines:
    """`kept`, or all that was `taken` where too little would be left of it."""
    weight = described.measures.weight
    least = (_KEPT if described.is_chinese else _KEPT_OTHER) * float(weight[taken].sum())
    return kept if float(weight[kept].sum()) >= max(_ENOUGH, least) else taken


def _heads_others(line: str) -> bool:
    return len(line) <= _HEADING and _OTHERS.match(fold(line)) is not None


def without_whole_copy(described: Described, taken: Lines) -> Lines:
    """The lines of a body without one that holds the others: the text for a reader of headlines, in one line."""
    keys, found = described.measures.keys, taken.copy()
    places: list[int] = np.flatnonzero(taken).tolist()
    longest = max(places, key=lambda place: len(keys[place]), default=-1)
    parts = {keys[place] for place in places if place != longest and len(keys[place]) >= _TEASER}
    held = [part for part in parts if part in keys[longest]] if len(parts) >= _PARTS else []
    if len(held) >= _PARTS and sum(map(len, held)) >= _MOST * len(keys[longest]):
        found[longest] = False
    return found


def with_captions(described: Described, taken: Lines) -> Lines:
    """The lines of a body with the captions below its pictures, sorted out later, and the sentence behind one."""
    measures, found = described.measures, taken.tolist()
    goes_on = beside(described) & (measures.linked <= _LINKED)
    is_sentence = (goes_on & (measures.prose > 0) & (measures.ends > 0)).tolist()
    likely = goes_on & ~taken & (described.columns["follows picture"] > 0)
    for place in np.flatnonzero(likely).tolist():
        if place > 0 and found[place - 1] and is_caption(measures.texts[place]):
            found[place] = True
            if place + 1 < len(found) and is_sentence[place + 1]:
                found[place + 1] = True
    return np.array(found, dtype=np.bool_)


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
    mild = _mild(described, log_odds)
    sentences = mild & (measures.prose > 0)
    _go_on(found, together, mild, sentences)
    _go_on(found[::-1], np.append(together[1:], np.False_)[::-1], mild[::-1], sentences[::-1])
    return found


def with_others_like_them(described: Described, taken: Lines, log_odds: Column) -> Lines:
    """The lines of a body with the sentences below its first that stand under the same tags, on pages that leave doubt.

    Lists of ten books or cars have a section each, and weights say little of any.
    """
    measures, first = described.measures, int(np.argmax(taken))
    paths = described.places.paths.astype(np.int64)
    sentences = measures.prose > 0
    often = np.bincount(paths[taken & sentences], minlength=int(paths.max()) + 1)[paths] >= _ALIKE
    is_below = np.arange(len(taken)) > first
    found: Lines = taken | (_mild(described, log_odds) & sentences & often & is_below)
    return found


def with_rest_of_list(described: Described, taken: Lines, log_odds: Column) -> Lines:
    """The lines of a body that ends in a list with the list's other items, on pages that leave doubt.

    Weights are as unsure of each item as of the last, and one that is a little shorter is where they break off.
    """
    measures, found, together = described.measures, taken.copy(), beside(described)
    items = _mild(described, log_odds) & (measures.prose == 0) & (measures.weight < LONG_LINE * 2)
    for place in range(_BEGUN, len(found)):
        before = slice(place - _BEGUN, place)
        if (
            found[before].all()
            and items[before].all()
            and items[place]
            and together[place - _BEGUN + 1 : place + 1].all()
        ):
            found[place] = True
    return found


def _mild(described: Described, log_odds: Column) -> Lines:
    """The lines that may be of an unsure body: with few of the site's own words, links and odds against them."""
    is_own = described.columns["marks"] >= _MARKS
    mild: Lines = (log_odds > _AGAINST) & (described.measures.linked <= _LINKED) & ~is_own
    return mild


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


def with_deck(described: Described, taken: Lines) -> Lines:
    """The lines of a Chinese body with the sentence that stands right above it, below the headline: a deck.

    It stands in a block of its own between what the page says of date and tools, and so weights have little for it, nor
    for its copy where a text ends with it.  What has words of the site is none, unless the body says it too.
    """
    measures, columns, place = described.measures, described.columns, int(np.argmax(taken)) - 1
    if not described.is_chinese or place < 0 or not measures.prose[place]:
        return taken
    is_long = measures.weight[place] >= (LONG_LINE if measures.ends[place] else _UNENDED)
    is_apart = any(columns[name][place] for name in ("linked", *_APART)) or is_caption(measures.texts[place])
    if not is_long or is_apart or not columns["far below headline"][place]:
        return taken
    found, keys, behind = taken.copy(), measures.keys, len(taken) - int(np.argmax(taken[::-1]))
    if behind < len(taken) and keys[behind] == keys[place] and beside(described)[behind]:
        found[behind] = True
    is_said = any(keys[place] in key for key, is_taken in zip(keys, found, strict=True) if is_taken)
    found[place] = is_said or not columns["marks"][place]
    return found


def with_lists(described: Described, taken: Lines) -> Lines:
    """The lines of a body with the numbered ones that go on below one that is numbered or ends with a colon."""
    texts, found = described.measures.texts, taken.tolist()
    likely = ~taken & beside(described) & (described.measures.linked <= _LINKED)
    for place in np.flatnonzero(likely).tolist():
        if place > 0 and found[place - 1] and _NUMBERED.match(texts[place]):
            before = texts[place - 1]
            found[place] = before.endswith(_COLON) or _NUMBERED.match(before) is not None
    return np.array(found, dtype=np.bool_)


def with_lists_between(described: Described, taken: Lines) -> Lines:
    """The lines of a body with a list that parts two paragraphs of it, in the block where both stand.

    What is linked, or has the site's own words, is a list of other articles.
    """
    blocks, linked, weight = described.layout.blocks, described.measures.linked, described.measures.weight
    found, marks = taken.copy(), described.columns["marks"]
    for block in blocks:
        start, end = block.start, block.end
        if block.tag not in _LIST_TAGS or not 0 < start < end < len(taken) or taken[start:end].any():
            continue
        is_between = taken[max(0, start - _GAP) : start].any() and taken[end : end + _GAP].any()
        is_within = block.parent >= 0 and blocks[block.parent].start < start and blocks[block.parent].end > end
        is_own = float(linked[start:end].max()) <= _LINKED and not marks[start:end].any()
        found[start:end] = is_between and is_within and is_own and float(weight[start:end].min()) >= _ITEM
    return found
