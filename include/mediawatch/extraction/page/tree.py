"""From text to a tree within bounds, the runs of text in a tree, and the text that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, Any, Final

from mediawatch.extraction.page.lines import BLOCKS
from mediawatch.language.markup import MOST_TAGS, tamed

if TYPE_CHECKING:
    from lxml.etree import XPath
    from lxml.html import HtmlElement

CHARACTERS: Final = 10_000_000
"""Of markup; as much as a source may send by default.  The largest of 545 real news pages had 1.3 million."""
TEXT: Final = 1_000_000
"""Characters between the tags, scripts left out: three novels.  Reading ten times as much takes 20 s."""
ELEMENTS: Final = 40_000
"""The largest of the 545 pages had 5,966, half of them at most 728."""
DEPTH: Final = 500
"""The deepest of the 545 pages had 51; broken ones (unclosed <font>) nest some hundreds deep.  libxml2 itself silently
drops what is deeper than 2,048."""

_BUTTONS: Final = 50
"""Buttons that are looked into; those of menus stand at the top."""
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


class UnparsableError(Exception):
    """The page is beyond the bounds; the message says which.  Stays inside this package, where it becomes a Loss."""


def parse(text: str) -> HtmlElement:
    """The tree of the page `text`, without comments and processing instructions.

    Raises UnparsableError for more than CHARACTERS, MOST_TAGS, TEXT, ELEMENTS or DEPTH, or when there is no element.
    """
    if len(text) > CHARACTERS:
        raise UnparsableError(f"{len(text):,} characters, more than {CHARACTERS:,}")
    if (tags := text.count("<")) > MOST_TAGS:
        raise UnparsableError(f"{tags:,} tags, more than {MOST_TAGS:,}")
    root = _tree(_DECLARATION.sub("", text, count=1))
    _open_buttons(root)
    # A tag makes one element, or two with the one that it implies; html, head and body need none.
    elements = 2 * tags + 3
    if elements > ELEMENTS and (elements := int(root.xpath("count(//*)"))) > ELEMENTS:
        raise UnparsableError(f"{elements:,} elements, more than {ELEMENTS:,}")
    # No text is longer than its markup, and no tree deeper than its elements are many.
    text_length = _text_length(root) if len(text) > TEXT else 0
    if text_length > TEXT:
        raise UnparsableError(f"{text_length:,} characters of text, more than {TEXT:,}")
    if elements > DEPTH and _nests_deeper()(root.getroottree()):
        raise UnparsableError(f"nested deeper than {DEPTH}")
    return root


@cache
def _nests_deeper() -> XPath:
    """Whether a tree is deeper than DEPTH; five hundred steps take longer to compile than to walk."""
    from lxml.etree import XPath

    return XPath("boolean(" + "/*" * (DEPTH + 1) + ")")


def _text_length(root: HtmlElement) -> int:
    scripts = sum(len(element.text or "") for element in root.iter("script", "style"))
    return len(root.xpath("string()")) - scripts


def _open_buttons(root: HtmlElement) -> None:
    """Take the tags of buttons away that were never closed and so hold what follows, paragraphs and all."""
    swallowing = [
        button for button in islice(root.iter("button"), _BUTTONS) if next(button.iter("p"), None) is not None
    ]
    for button in swallowing:
        button.drop_tag()


def _tree(text: str) -> HtmlElement:
    from lxml.etree import ElementDefaultClassLookup, LxmlError
    from lxml.html import HtmlElement, HTMLParser, document_fromstring

    # Bytes with a named encoding, so that the page's own <meta> has no say; huge_tree because without it libxml2
    # silently drops all that is nested deeper than 256.
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    # One class for all elements: lxml.html's own look-up asks Python at each element for classes of forms.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    try:
        return document_fromstring(tamed(text).encode("utf-8", "replace"), parser=parser)
    except LxmlError as error:
        raise UnparsableError(str(error) or "no element") from error


Run = tuple[Any, "HtmlElement"]
"""A run of text, as lxml's string that knows where it stands, and the element around it."""
_DROPPED: Final = "dropped-by-mediawatch"
_BLANK: Final = " \t\r\n"


def texts_in(element: HtmlElement, *, outside: Collection[str]) -> list[Any]:
    """The runs of text in `element` that are not blank, in page order, as lxml's strings that know where they stand,
    without those that stand directly in an element with a tag of `outside`.

    XPath has predicates for that, but sorts what they leave: 12,000 runs side by side take it 8 s.
    """
    runs = (run for run in element.xpath(".//text()") if not _is_blank(run))
    return [run for run in runs if _holder_of(run).tag not in outside]


def runs_in_body(root: HtmlElement) -> tuple[Run, ...]:
    """The runs of text of the page that are not blank, in page order, each with the element it stands directly in."""
    runs = (run for body in root.iter("body") for run in body.xpath(".//text()") if not _is_blank(run))
    return tuple((run, _holder_of(run)) for run in runs)


Classed = tuple["HtmlElement", str]


def with_classes(root: HtmlElement) -> list[Classed]:
    """The elements of the page that have a class, each with it, in page order."""
    return [(names.getparent(), names) for names in root.xpath("descendant-or-self::*/@class") if names]


def with_itemprops(root: HtmlElement) -> list[tuple[HtmlElement, str]]:
    """The elements of the page that have an itemprop, each with it, in page order.

    Attributes are looked for by themselves: a path with a condition on elements takes libxml2 five times as long, and
    to ask each element twice as long.
    """
    return [(itemprop.getparent(), itemprop) for itemprop in root.xpath("descendant-or-self::*/@itemprop")]


def _is_blank(run: str) -> bool:
    # To strip copies all of a script.
    return run[:1] in _BLANK and not run.strip(_BLANK)


def _holder_of(run: Any) -> HtmlElement:
    """The element that `run` stands directly in."""
    element = run.getparent()
    return element.getparent() if run.is_tail else element


_AROUND, _NAMES = 6, 300
_OTHERS: Final = re.compile(
    r"(?:^|[-_ ])(?:related|rel|recommend\w*|hot|rank\w*|comments?(?!-(?:open|closed))|commentlist"
    r"|(?<!has-)(?<!no-)(?<!with-)sidebar|latest|popular|trending"
    r"|teasers?|promo)"
    r"(?:$|[-_ ])",
    re.IGNORECASE,
)
_WHOLE: Final = frozenset({"html", "body", "main"})
_FIRST: Final = 300
_OF_ARTICLE: Final = ("meta", "author", "byline")
"""Parts of the names of an aside that tells of the article itself."""


def stands_with_others(
    element: HtmlElement, *, apart: Collection[str], headed: Collection[HtmlElement] = frozenset()
) -> bool:
    """Whether `element` stands among comments or other articles: by the names of the few elements around it, or in one
    with a tag of `apart`.  What is `headed` by the article's headline is the article's, whatever it is called, and so
    is what holds all of the page (`body.right-sidebar`) or one <article> of more than a card."""
    around = takewhile(lambda each: each not in headed, chain((element,), element.iterancestors()))
    return any(
        (each.tag in apart and not any(word in (each.get("class") or "") for word in _OF_ARTICLE))
        or (
            _OTHERS.search(f"{each.get('class') or ''} {each.get('id') or ''}"[:_NAMES])
            and not _holds_the_article(each)
        )
        for each in islice(around, _AROUND + 1)
    )


def _holds_the_article(element: HtmlElement) -> bool:
    """Whether it is the page, or holds one <article> among its first elements, with a headline or two paragraphs: lists
    of others hold several, none, or a card."""
    if element.tag in _WHOLE:
        return True
    articles = [each for each in islice(element.iter(), 1, _FIRST) if each.tag == "article"]
    if len(articles) != 1:
        return False
    within = [each.tag for each in islice(articles[0].iter(), 1, _FIRST)]
    return "h1" in within or within.count("p") > 1


def drop_trees(root: HtmlElement, elements: Iterable[HtmlElement]) -> None:
    """Take `elements` out of the tree of `root`; the text behind each stays.

    One after the other (lxml's `drop_tree`) each would join the text behind it to all that was joined before.
    """
    from lxml.etree import strip_elements

    for element in elements:
        element.tag = _DROPPED
    strip_elements(root, _DROPPED, with_tail=False)


_SILENT: Final = frozenset({"script", "style", "noscript"})
_ASIDE: Final = frozenset({"aside", "nav", "figcaption", "option", "button", "textarea"})
_EDGES: Final = BLOCKS | {"br"}
_BREAK: Final = frozenset({"br"})
"""What also parts the text in an inline element from what stands before it."""
_RUNS_ABOVE: Final = 40
"""Runs before the headline whose lines are kept."""
_CHARACTERS: Final = 20_000
"""Read on each side of the headline: dates and names stand close to it, and patterns are searched in all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """`below` begins with the headline when the page has one as an element, else it is all of the text; `above` is what
    stands before it.  Runs of text are separated by newlines.  `lines` and `lines_above` are the same text by blocks
    and line breaks, without captions, navigation and what stands aside."""

    above: str
    below: str
    lines: tuple[str, ...] = ()
    lines_above: tuple[str, ...] = ()


def visible_text(root: HtmlElement, runs: Iterable[Run], headline: HtmlElement | None) -> Visible:
    """What of the `runs` of the page `root` a reader sees, bounded on both sides of the headline, without captions: who
    gave a picture, and when, says nothing of the article."""
    captions = {element for caption in root.iter("figcaption") for element in caption.iter()}
    shown = [(run, holder) for run, holder in runs if holder.tag not in _SILENT and holder not in captions]
    within = set() if headline is None else set(headline.iter())
    start = next((index for index, (run, holder) in enumerate(shown) if holder in within and not run.is_tail), 0)
    texts = [" ".join(run.split()) for run, _ in shown]
    first = max(0, start - _RUNS_ABOVE)
    return Visible(
        above="\n".join(texts[:start])[-_CHARACTERS:],
        below="\n".join(texts[start:])[:_CHARACTERS],
        lines=tuple(_lines_of(shown[start:], texts[start:])),
        lines_above=tuple(_lines_of(shown[first:start], texts[first:start])),
    )


def _lines_of(runs: list[Run], texts: list[str]) -> Iterator[str]:
    """The runs, and their `texts` with single spaces, joined to lines: a new one at the edges of blocks and at line
    breaks."""
    holders: dict[HtmlElement, HtmlElement | None] = {}
    line: list[str] = []
    block, left = None, _CHARACTERS
    for (run, holder), text in zip(runs, texts, strict=True):
        here = holders[holder] if holder in holders else _block_of(holder, holders)
        before = run.getparent() if run.is_tail else holder.getprevious()
        is_behind = before is not None and before.tag in (_EDGES if run.is_tail else _BREAK)
        if line and (is_behind or here is not block):
            yield " ".join(line)
            line = []
        block, left = here, left - len(run)
        if here is not None:
            line.append(text)
        if left < 0:
            break
    if line:
        yield " ".join(line)


def _block_of(element: HtmlElement, known: dict[HtmlElement, HtmlElement | None]) -> HtmlElement | None:
    """The innermost block around `element`; None for what stands aside.  `known` keeps what was asked before."""
    passed, around = [element], element.getparent()
    while around is not None and around not in known:
        passed.append(around)
        around = around.getparent()
    is_aside = around is not None and known[around] is None
    found = None if around is None else known[around]
    for each in reversed(passed):
        is_aside = is_aside or each.tag in _ASIDE
        found = None if is_aside else each if each.tag in BLOCKS else found
        known[each] = found
    return found
