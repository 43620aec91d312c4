"""Ranking lists: what a site says is read most, taken out of the page before its text is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from mediawatch.extraction.body.wording import holding, joined
from mediawatch.extraction.kinds import weight_of
from mediawatch.extraction.page.tree import Run, texts_in
from mediawatch.language import fold
from mediawatch.language.folding import BLANKS_BEFORE
from mediawatch.language.scripts import HAN, LATIN_WORD

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADING: Final = 30
"""Characters of a heading, 更多>> included."""
_ELEMENTS: Final = 60
"""Elements of a heading: with a <span> and a blank <i> for each of its characters it has no more."""
_ITEMS: Final = 3
"""Lines of the shortest list that is a ranking."""
_MOST: Final = 200
_SHORTEST: Final = 4
_WORDS: Final = 3
_HEADLINE_HAN: Final = 6
_HEADLINE_WORDS: Final = 4
_TITLE: Final = 200
_LINKS_OF_A_LINE: Final = 2
_UP: Final = 4
"""Levels between a heading and the block that holds it and its list."""
_OUTER: Final = 2
"""Elements around the one with the telling words that may still be the heading: <h3><a><b>排行</b>榜</a></h3>."""
_SHORT_RUN: Final = 100
_BLANKS: Final = re.compile(r"\s+")
_NOT_PROSE: Final = frozenset({"script", "style", "noscript", "a"})
_TEASER: Final = 120
"""Weight from which a run of unlinked text is no teaser."""
_PAUSE: Final = re.compile(r"[，。；]|[,.;]\s")
_NOT_HEADINGS: Final = frozenset({"script", "style", "title"})
_SILENT: Final = frozenset({"script", "style", "noscript"})
_NAMED: Final = re.compile(
    r"(?<!安)排行(?!程)|排名榜|热搜?榜|热(?:门|点)(?:文章|新闻|阅读|话题|资讯|点击|图文|评论)?(?:排行|榜)|"
    r"热(?:门|点)(?:文章|新闻|阅读|点击|资讯)|热(?:读|文)榜?$|热新闻"
    r"|(?:点击|点阅|阅读|评论|人气|浏览|关注)(?:量|数)?(?:榜|最多|top)|(?:^|[^不])最多人?(?:看|阅读|点阅|"
    r"点击|浏览|观看)|最(?:热|夯)(?:门|点)?(?:新闻|文章|阅读|资讯)"
    r"|人气(?:新闻|文章|榜)|(?:24|48|72)\s*小时(?:新闻|最?热|点)|本(?:周|日|月)(?:热门|点击)|(?:一周|今日|"
    r"每日)(?:热门|排行)"
    r"|^(?:the )?(?:most|top)[- ](?:read|popular|viewed|shared|watched|clicked|commented|discussed)(?: (?:article"
    r"s|stories|news|posts|now|today|this week|on .{2,16}|in .{2,16}))?$"
    r"|^(?:what's )?trending(?: now| stories| news| today| articles| on .{2,16})?$|^popular(?: now| stories|"
    r" articles| posts| news| reads| this week| today| in .{2,16})?$"
)
_MAYBE: Final = (
    *(
        "排",
        "热",
        "熱",
        "最",
        "榜",
        "人气",
        "人氣",
        "小时",
        "小時",
        "点击",
        "點擊",
        "点阅",
        "點閱",
        "點击",
        "点擊",
        "點阅",
        "点閱",
    ),
    *("most", "top", "trend", "popu"),
)
"""What every heading of a ranking holds one of, in lower case; looked for first because folding takes time."""
_NOT_NAMED: Final = re.compile(r"[。！？!?，,；;]|相关|延伸|推荐|related|recommend")
_MORE: Final = re.compile(
    rf"{BLANKS_BEFORE}(?:(?:更多|more)\s*+[>»›》.]*+\s*+$|(?<![>»›》])[>»›》]++\s*+$)|^[\W_]+", re.IGNORECASE
)
_NUMBER: Final = re.compile(
    r"^\s*+[(（\[【#]?\s*+(?:no\.?\s*+)?(\d{1,3})(?:\s*+[)）\]】.、．:：]\s*+|\s++|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One line of a ranking list; `url` is absolute, or empty where the line leads nowhere."""

    heading: str
    rank: int
    title: str
    url: str


def is_ranking_heading(line: str) -> bool:
    """Whether a short line names a ranking list, in either script or in English."""
    folded = _MORE.sub("", fold(line)).strip()
    return 2 <= len(folded) <= _HEADING and bool(_NAMED.search(folded)) and not _NOT_NAMED.search(folded)


def take_rankings(
    root: HtmlElement,
    runs: Sequence[Run],
    *,
    url: str,
    headline: HtmlElement | None,
    places: Sequence[HtmlElement] = (),
) -> tuple[Ranked, ...]:
    """Take the ranking lists out of the tree, and give their lines in page order.

    A list is a ranking by its heading, 24小时新闻排行榜 or Most read, or because it stands at one of `places`.  No
    block that holds the headline is taken.
    """
    kept = set() if headline is None else {headline, *headline.iterancestors()}
    found: list[Ranked] = []
    blocks = [*((place, _heading_of(place)) for place in places), *_blocks(root, runs, kept)]
    for block, heading in blocks:
        if block.getparent() is None or block in kept:
            continue
        items = _items(block, heading, url)
        if len(items) >= _ITEMS and _are_headlines(items) and not _holds_article(block):
            found += items
            block.drop_tree()
    return tuple(found)


def _blocks(root: HtmlElement, runs: Sequence[Run], kept: set[HtmlElement]) -> Iterator[tuple[HtmlElement, str]]:
    """Each block that begins with a ranking's heading and holds its list, with the heading."""
    for run, holder in _likely([each for each in runs if len(each[0]) < _SHORT_RUN]):
        if holder.tag in _NOT_HEADINGS:
            continue
        for element in _around(run):
            text = _short_text(element)
            if not text or not is_ranking_heading(text) or not _is_below(element, root):
                continue
            block = _block_of(element, kept)
            if block is not None:
                yield block, _MORE.sub("", text).strip()
            break


def _likely(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs that may be the heading of a ranking; to search all of them at once takes a third of the time."""
    together, starts = joined([run.lower() for run, _ in runs])
    places = {place for word in _MAYBE for place in holding(word, together, starts)}
    return (runs[place] for place in sorted(places))


def _around(run: Any) -> list[HtmlElement]:
    """The elements that a run of text may be the heading of, the outermost first."""
    element = run.getparent()
    inner = element.getparent() if run.is_tail else element
    return [] if inner is None else [inner, *islice(inner.iterancestors(), _OUTER)][::-1]


def _is_below(element: HtmlElement, root: HtmlElement) -> bool:
    return any(ancestor is root for ancestor in element.iterancestors())


def _short_text(element: HtmlElement) -> str:
    """The words of an element that has few, read no further than a heading is long; "" where it has more."""
    if next(islice(element.iter(), _ELEMENTS, None), None) is not None:
        return ""
    words = ""
    for run in element.itertext():
        words = _BLANKS.sub(" ", words + run)
        if len(words.strip()) > _HEADING:
            return ""
    return words.strip()


def _block_of(heading: HtmlElement, kept: set[HtmlElement]) -> HtmlElement | None:
    """The smallest block around `heading` with enough links below it, or the list that follows beside it."""
    element = heading
    for _ in range(_UP):
        for beside in element.itersiblings():
            if beside not in kept and _count(beside) >= _ITEMS:
                return _with_heading(heading, element, beside, kept)
            if " ".join(beside.text_content().split()):
                break
        parent = element.getparent()
        if parent is None or parent in kept:
            return None
        if _heads_single_lines(element):
            return parent
        element = parent
    return None


def _heads_single_lines(element: HtmlElement) -> bool:
    """Whether `element` begins its parent and each line of the list stands beside it: <dt>, <dd>, <dd>."""
    # Asked first: of all headings beside one another only one is the first, and the others need not count the lines.
    if any(before.text_content().strip() for before in element.itersiblings(preceding=True)):
        return False
    lines = [sum(1 for _ in beside.iter("a")) for beside in element.itersiblings() if beside.text_content().strip()]
    return len(lines) >= _ITEMS and all(1 <= links <= _LINKS_OF_A_LINE for links in lines)


def _with_heading(
    heading: HtmlElement, element: HtmlElement, beside: HtmlElement, kept: set[HtmlElement]
) -> HtmlElement:
    """Both together where their parent holds little else, else the list alone."""
    parent = element.getparent()
    if parent not in kept and parent.tag != "body" and _is_little(_runs_around(element, beside)):
        return parent
    if element is not heading or heading.getparent() is parent:
        heading.drop_tree()
    return beside


def _is_little(runs: Iterable[str]) -> bool:
    """Whether `runs` have no more characters than a heading; read no further than that takes."""
    length = 0
    for run in runs:
        length += len(run)
        if length > _HEADING:
            return False
    return True


def _runs_around(element: HtmlElement, beside: HtmlElement) -> Iterator[str]:
    """The text of their parent outside `element` and `beside`, which follows it; what stands behind them first.

    What stands before may be all that earlier lists have left empty.
    """
    between = takewhile(lambda each: each is not beside, element.itersiblings())
    yield from (element.tail or "", beside.tail or "", element.getparent().text or "")
    for sibling in chain(beside.itersiblings(), element.itersiblings(preceding=True), between):
        yield from sibling.itertext()
        yield sibling.tail or ""


def _count(block: HtmlElement) -> int:
    return sum(1 for link in block.iter("a") if len(link.text_content().strip()) >= _SHORTEST) or sum(
        1 for item in block.iter("li") if len(item.text_content().strip()) >= _SHORTEST
    )


def _heading_of(place: HtmlElement) -> str:
    texts = (_short_text(element) for element in place.iter("h2", "h3", "h4", "h5", "dt", "strong", "span"))
    return _MORE.sub("", next((text for text in texts if text), "")).strip()


def _items(block: HtmlElement, heading: str, url: str) -> list[Ranked]:
    found: list[Ranked] = []
    for title, address in _entries(block):
        if title == heading or is_ranking_heading(title) or _is_topic(title) or len(found) >= _MOST:
            continue
        if any(title == line.title and address in ("", line.url) for line in found):
            continue
        found.append(Ranked(heading=heading, rank=len(found) + 1, title=title, url=_absolute(url, address)))
    return found


def _are_headlines(items: Sequence[Ranked]) -> bool:
    """Half of them at least are as long as headlines; sections and tags are shorter."""
    return 2 * sum(map(_is_headline, items)) >= len(items)


def _holds_article(block: HtmlElement) -> bool:
    """Whether a block holds a text longer than the teaser of a line: the article itself, beside links to others."""
    runs = (run for run in texts_in(block, outside=_NOT_PROSE) if len(run) >= _TEASER)
    return any(weight_of(run) >= _TEASER and _PAUSE.search(run) for run in runs)


def _is_headline(item: Ranked) -> bool:
    return len(HAN.findall(item.title)) >= _HEADLINE_HAN or len(LATIN_WORD.findall(item.title)) >= _HEADLINE_WORDS


def _is_topic(title: str) -> bool:
    """A tag or a section rather than a headline: fewer than three words, or than four Han characters."""
    return len(HAN.findall(title)) < _SHORTEST and len(LATIN_WORD.findall(title)) < _WORDS


def _entries(block: HtmlElement) -> Iterator[tuple[str, str]]:
    """(title, address) of each line: list items, or links where there are no list items."""
    items = [item for item in block.iter("li", "tr", "dd") if item.find(".//li") is None]
    for item in items if len(items) >= _ITEMS else block.iter("a"):
        titled = [(_title(item), item)] if item.tag == "a" else [(_title(link), link) for link in item.iter("a")]
        links = [(title, link) for title, link in titled if item.tag == "a" or len(title) >= _SHORTEST]
        best = max(links, key=lambda pair: len(pair[0]), default=None)
        if best is not None:
            yield best[0], best[1].get("href") or ""
        elif item.tag != "a" and item.find(".//a") is None:
            yield _title(item), ""


def _title(element: HtmlElement) -> str:
    """The words without the rank before them, which stands in an element of its own or ends with a dot."""
    runs = [run.strip() for run in texts_in(element, outside=_SILENT) if run.strip()]
    if len(runs) > 1 and re.fullmatch(r"(?:no\.?\s*)?\d{1,3}[.、．]?", runs[0], re.IGNORECASE):
        runs = runs[1:]
    words = " ".join(" ".join(runs).split())
    match = _NUMBER.match(words)
    if match and re.match(r"\s*\d{1,3}\s*[.、．)）\]】]\s*(?!\d)", words):
        words = words[match.end() :]
    return words[:_TITLE]


def _absolute(url: str, address: str) -> str:
    address = address.strip()
    if not address or address.startswith(("#", "javascript:", "mailto:")):
        return ""
    try:
        return urljoin(url, address) if url else address
    except ValueError:
        return ""
