"""Who wrote a page, and in which section it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from mediawatch.extraction.attribution.credit import AUTHORS, Credit, Credits, Role
from mediawatch.extraction.attribution.credits import read_credit
from mediawatch.extraction.attribution.names import begins_with_surname, is_han, is_person
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.page.declared import Declared, text_of, types_of
from mediawatch.extraction.page.tree import Classed, Visible, stands_with_others
from mediawatch.language import fold
from mediawatch.language.scripts import HAN
from mediawatch.language.stamps import stamps_in, without_stamps

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NEAR_BYLINE: Final = 120
_SECTION: Final = 60
_LINES: Final = 40
"""Lines from the headline on in which a credit stands, if no prose ends them before."""
_ABOVE: Final = 6
_PROSE: Final = 25
"""Han characters of a line with a pause that is the text of the article."""
_PARAGRAPHS: Final = 2
_CREDIT: Final = 80
_LABEL: Final = 4
_LABEL_ALONE: Final = re.compile(r"(?:作者|[记記]者|撰文|撰稿人?)[:：]?")
"""A label in a cell of its own, the name in the next one."""
_BARE: Final = 5
_CLOSING: Final = 5
"""Lines before and behind the last one of the article that may be its credits."""
_EVERY: Final = 400
_ENDING: Final = 20
"""Last characters of a line by which it is found again."""
_PAUSE: Final = re.compile(r"[，。,；;]|\.\s")
_OPENED: Final = re.compile(r"\s*[【（(\[〔［《]([^【（(\[〔［《】）)\]〕］》]{2,60})[】）)\]〕］》]")
_AFTER_DATELINE: Final = re.compile(
    r"(?!引述|据|據|援引|根据|根據)[^，。！？(（]{2,24}?日?(?:[电電讯訊]|消息|日报道|日報導|日報道)\s*[(（]([^()（）]{2,40})[)）]"
)
_UP_TO_REPORT: Final = re.compile(r"([^，。]{2,50}?(?:报道|报导|報道|報導))(?=[\s:：)）】]|。?$)")
_SENT: Final = re.compile(r"\d{1,2}日\s*(?:外|专|專)?[电電讯訊]\s*$")
"""How an agency's dateline ends, which programs declare as the author: 某某社台北5日電."""
_CLOSED: Final = re.compile(r"[（(【]([^（）()【】]{2,60})[）)】]\W{0,8}\d{0,8}\W{0,8}$")
_SAID_LAST: Final = re.compile(r"[。！？」』”](?:\s*)([^。！？，]{4,60}(?:报道|报导|報道|報導))\W*$")
_SIGNED_LAST: Final = re.compile(
    r"[。！？」』”]\s*((?:本[报報网網]|特[约約派]|[\u4e00-\u9fff]{2,10}(?:[报報社网網台臺]|新[闻聞]|周刊|週刊|[传傳]媒))?[记記]者[\s:：]*((?:[\u4e00-\u9fff]{2,3}[、\s]?){1,3}))$"
)
_OTHERS: Final = re.compile(r"[编編][辑輯]|[摄攝]影|校[对對]|[审審]核|[责責][编編]")
_WRITER_IS: Final = re.compile(
    r"^(?:[（(※\[【]\W{0,2}(?:本文)?|本文)作者\s?[:：]?\s?([\u4e00-\u9fff]{2,4}?)(?:[系係為为是]|[現现曾]任|[，,（(])[^。]{2,60}"
)
"""（作者某某为某某大学教授）, below the text: the name without a mark behind it."""
_LABELLED_FIRST: Final = re.compile(r"\(?(?:report|writ|translat|edit)\w{2,5} by\b", re.IGNORECASE)
_EDGES: Final = " \u3000|｜/／·-–—,，"
_OF_NO_NAME: Final = "市县縣区區省镇鎮乡鄉村街路站评評稿刊季类類周版会會民松"
"""How places, columns and what is written about end: 石堰镇 and 高考季 alone are no names."""
_CAPITALS: Final = re.compile(r"[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){1,3}$")
_BOOK: Final = re.compile(r"书名|書名|出版社|ISBN|《.{1,40}[译譯]者")
_STATED: Final = (
    "author",
    "article:author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
)
_OF_AUTHOR: Final = re.compile(r"(?:^|[:._-])(?:authors?|byline)$")
_OF_WORKS: Final = re.compile(
    r"book|music|video|image|photo|twitter|comment|web|site|theme|template|plugin|app|quote|copyright"
)
"""Names of other metas that end so are the author's too (dable:author), but for those of other works."""
_LABELLED_METAS: Final = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
_WRITTEN_LABEL: Final = re.compile(
    r"written|author|\bby\b|verfasst|geschrieben|auto?re?\b|auteur|écrit|escrito|scritto|作者|撰文|記者|记者",
    re.IGNORECASE,
)
_NEAR_NAMES: Final = re.compile(
    r"reporter|aut(?:h[oe]|o|eu)r|writer|blogger|contributor|redakteur|redacteur|journalist|(?:^|\s)by(?:\s|$)"
)
_IDS: Final = frozenset({"author", "authors", "byline", "reporter", "writer"})
_INLINE: Final = frozenset({"a", "b", "em", "i", "span", "strong"})
"""What such an id marks as a name; a section of that id tells of the author at length."""
_NEAR_LINKS: Final = re.compile(r"/(?:author|reporter|writer|autor(?:en|es|in)?/|auteurs?/|redakteure?/)")
"""Marks that also stand in lists of other articles: they count close below the headline only."""
_NEAR_ELEMENTS: Final = 150
_LIKELY: Final = 200
_NAMED_AFTER: Final = re.compile(r"author|byline|autor|auteur")
_APART: Final = frozenset({"aside", "nav"})
_READ: Final = 1_000
"""Characters of a place that are read; a class named after authors may hold all of a page."""
_KEY: Final = re.compile(r"\W+")
_NO_NAMES: Final = frozenset({"www", "m", "com", "co", "net", "org", "news"})
_HOSTED: Final = re.compile(
    r"\.(?:substack|wordpress|medium|tumblr|typepad|blogspot|ghost)\.[a-z]{2,3}(?:\.[a-z]{2})?$"
)
"""Hosts whose first name is the writer's."""
_CLASS: Final = 300
"""Characters of a class that are read."""
_MARKED: Final = 60
_ORGANISATIONS: Final = frozenset({"Organization", "NewsMediaOrganization", "Corporation", "WebSite", "Brand"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """The authors' `names` in order (none when nobody is named), and where they were read.

    `publishers` are names of the dictionary that stand in the same places: an agency in the author's stead; `credits`
    are the authors with what they did.
    """

    names: tuple[str, ...] = ()
    origin: str = ""
    publishers: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()

    @property
    def name(self) -> str:
        """The names joined by commas, empty when there are none."""
        return ", ".join(self.names)


@dataclass(frozen=True, slots=True)
class _Found:
    """What one place says of the authors."""

    credits: Credits
    origin: str
    words: str


def byline_of(
    root: HtmlElement,
    declared: Declared,
    visible: Visible,
    context: PageContext,
    ruled: str,
    *,
    headline: HtmlElement | None,
    classed: Sequence[Classed],
    itemprops: Sequence[tuple[HtmlElement, str]],
) -> Byline:
    """The people named as authors: by the site's rule, in a credit at the head of a Chinese text, declared, or in a
    place marked as byline.

    An organisation is nobody's name: an agency, the site itself or any publisher of the dictionary is left to
    provenance.  Who is printed as editor or photographer is not the author although a program declares so.  `classed`
    are the elements `with_classes`, and `itemprops` those `with_itemprops`.
    """
    marked = _marked(root, headline, classed, itemprops)
    return _first_of(_places(declared, visible, ruled, marked), declared, visible, context)


def byline_below(visible: Visible, declared: Declared, context: PageContext, *, last_line: str) -> Byline:
    """The people named in a credit at the end of the article, whose last line is `last_line`, or right below it."""
    found = (_Found(credits, "credit below the text", "") for credits in _closing(visible.lines, last_line))
    return _first_of(found, declared, visible, context)


def _first_of(places: Iterable[_Found], declared: Declared, visible: Visible, context: PageContext) -> Byline:
    own = {fold(name) for name in (*_site_names(declared), context.site_name) if name}
    own |= _labels_of(context.url) | {_key_of(name) for name in own}
    others = _others(visible.lines)
    publishers: dict[str, None] = {}
    for found in places:
        publishers.update(dict.fromkeys(_publishers_in(found, context)))
        names = [name for name in found.credits.authors if _is_author(name, own, context) and name not in others]
        if names:
            credits = tuple(c for c in found.credits.people if c.name in names and c.role in AUTHORS)
            return Byline(names=tuple(names), origin=found.origin, publishers=tuple(publishers), credits=credits)
    return Byline(publishers=tuple(publishers))


def _places(declared: Declared, visible: Visible, ruled: str, in_markup: Iterable[_Found]) -> Iterator[_Found]:
    yield _Found(read_credit(ruled), "rule", ruled)
    is_chinese = any(HAN.search(line) for line in visible.lines[:3])
    yield from _near_headline(visible) if is_chinese else ()
    marked = list(in_markup)
    for found in _declared(declared):
        more = next((each for each in marked if set(each.credits.authors) > set(found.credits.authors)), None)
        yield more if more and found.credits.authors else found
    yield from marked
    yield from () if is_chinese else _near_headline(visible)
    yield from _bare(visible)


def _publishers_in(found: _Found, context: PageContext) -> Iterator[str]:
    """Associated Press of `Tom Davies - Associated Press`, AP of `Jo Doe, AP Auto Writer`."""
    yield from (name for name in found.credits.organisations if context.publishers.named(name))
    is_reported = found.credits.is_reported or _SENT.search(found.words[:_NEAR_BYLINE])
    yield from filter(None, [context.publishers.beginning(found.words)] if is_reported else [])
    for part in re.split(r"[,|\n/／]\s*|(?<!\s)[^\S\n]++(?:[-–—]|in)\s++", found.words[:_NEAR_BYLINE]):
        name = part.strip()
        yield from (word for word in (name, name.partition(" ")[0]) if context.publishers.named(word))


def section_of(declared: Declared) -> str:
    """The section that the page declares, or an empty string."""
    return (declared.meta("article:section", "section") or text_of(declared.article.get("articleSection", "")))[
        :_SECTION
    ]


def _declared(declared: Declared) -> Iterator[_Found]:
    stated = declared.article.get("author") or declared.article.get("creator") or ""
    people = list(_declared_people(stated, declared))
    yield _Found(_together(map(read_credit, people)), "JSON-LD author", ", ".join(people))
    more = (name for name in declared.metas.keys() - _STATED if _OF_AUTHOR.search(name) and not _OF_WORKS.search(name))
    for name in (*_STATED, *sorted(more)):
        values = declared.metas.get(name, ())
        yield _Found(_together(map(read_credit, values)), f"meta {name}", ", ".join(values))
    for label, name in _LABELLED_METAS:
        if _WRITTEN_LABEL.search(declared.meta(label)):
            yield _Found(read_credit(declared.meta(name)), f"meta {name}", declared.meta(name))


def _together(several: Iterable[Credits]) -> Credits:
    found = list(several)
    return Credits(
        people=tuple(dict.fromkeys(person for credits in found for person in credits.people)),
        organisations=tuple(dict.fromkeys(name for credits in found for name in credits.organisations)),
    )


def _declared_people(value: Any, declared: Declared) -> Iterator[str]:
    if isinstance(value, list):
        for item in value[:20]:
            yield from _declared_people(item, declared)
        return
    node = declared.named_by(value) if isinstance(value, Mapping) else {}
    if not types_of(node) & _ORGANISATIONS:
        yield unescape(text_of(node or value))


def _marked(
    root: HtmlElement,
    headline: HtmlElement | None,
    classed: Sequence[Classed],
    itemprops: Sequence[tuple[HtmlElement, str]],
) -> Iterator[_Found]:
    """Credits in places that markup calls a byline; several beside one another are one credit."""
    headed = frozenset() if headline is None else frozenset(headline.iterancestors())
    likely = _likely(root, classed, itemprops, headed)
    for name, is_place in _PLACES.items():
        elements = list(islice((element for element, names in likely if is_place(element, names)), 3))
        beside = [each for each in elements if each.getparent() is elements[0].getparent()]
        for group in (beside, *([each] for each in elements)):
            printed = [_words_of(each) for each in group]
            yield _Found(_together(map(read_credit, printed)), f"markup {name}", "\n".join(printed))
    for element in islice(root.iter() if headline is None else _following(headline), _NEAR_ELEMENTS):
        if not _is_marked(element) or stands_with_others(element, apart=_APART, headed=headed):
            continue
        runs = _few_runs(element)
        words = " ".join(runs)
        if runs:
            credits = read_credit(words)  # what stands behind a name may tell of the person
            yield _Found(credits if credits.people else read_credit(runs[0]), "markup close to the headline", words)


def _likely(
    root: HtmlElement,
    classed: Sequence[Classed],
    itemprops: Sequence[tuple[HtmlElement, str]],
    headed: frozenset[HtmlElement],
) -> list[Classed]:
    """Elements that may be one of _PLACES, with their classes, in page order; those of other articles are not."""
    named = ((element, names) for element, names in classed if _NAMED_AFTER.search(names))
    likely = islice(named, _LIKELY)
    found = {each: names for each, names in likely if not stands_with_others(each, apart=_APART, headed=headed)}
    linked = (element for element in root.iter("a", "link", "span") if element.get("rel") == "author")
    stated = (element for element, itemprop in itemprops if itemprop == "author")
    others = [e for e in chain(root.iter("address"), linked, stated) if e not in found]
    if others:
        found |= {element: element.get("class") or "" for element in others}
        found = {element: found[element] for element in root.iter() if element in found}
    return list(found.items())


def _is_stated(element: HtmlElement, names: str) -> bool:
    if "author" in (element.get("rel"), element.get("itemprop")):
        return True
    return element.tag == "address" and any("byline" in (e.get("class") or "") for e in element.iterancestors())


_NAMED_AUTHOR: Final = re.compile(
    r"(?:^|\s|(?:post|article|blog|page|field)-{1,2}(?:field-)?)(?:authors?|autor(?:en|enzeile|es)?|auteurs?)(?:\s|$)"
)
_PLACES: Final[Mapping[str, Callable[[HtmlElement, str], bool]]] = {
    "of the author": _is_stated,
    "of the byline": lambda _, names: " byline " in f" {names} " or "byline-" in names,
    "of the author's name": lambda _, names: "author-name" in names or "__author" in names,
    "named author": lambda _, names: _NAMED_AUTHOR.search(names) is not None,
    "of an address in a header": lambda element, _: element.tag == "address" and _is_in_header(element),
}
"""Which of the likely elements are a place, by their classes; the surest places first."""


def _is_in_header(element: HtmlElement) -> bool:
    return next(element.iterancestors("header"), None) is not None


def _words_of(element: HtmlElement) -> str:
    """The text of an element, with a stroke where two elements meet without a blank: Ann Lee / March 4.

    Of one without text, the name that a meta in it has.
    """
    if len(element) and not any(run.strip() for run in element.itertext()):
        return next((meta.get("content") or "" for meta in element.iter("meta") if meta.get("itemprop") == "name"), "")
    runs: list[str] = []
    last, left = "", _READ
    for run in element.itertext():
        is_joined = last.isascii() and last.isalpha() and (run[:1].isdigit() or run[:1].isupper())
        runs.append(f" / {run}" if is_joined else run)
        last, left = run[-1:] or last, left - len(run.strip())
        if left < 0:
            break
    return "".join(runs)


def _few_runs(element: HtmlElement) -> list[str]:
    """The runs of text in an element that has at most _MARKED characters; none of one that has more."""
    runs: list[str] = []
    length = 0
    for run in element.itertext():
        length += len(run.strip())
        if length > _MARKED:
            return []
        runs += [run.strip()] if run.strip() else []
    return runs


def _is_marked(element: HtmlElement) -> bool:
    names, section = element.get("class"), element.get("data-section")
    if names and "license" in names:
        return False
    if (
        (element.tag in _INLINE and element.get("id") in _IDS)
        or (names and _is_near_name(names[:_CLASS]))
        or (section and _is_near_name(section[:_CLASS]))
    ):
        return True
    return element.tag == "a" and bool(_NEAR_LINKS.search(element.get("href") or ""))


@lru_cache(maxsize=8192)
def _is_near_name(names: str) -> bool:
    return _NEAR_NAMES.search(names) is not None


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements behind `element` in page order."""
    for around in (element, *element.iterancestors()):
        for beside in around.itersiblings():
            yield from beside.iter()


def _near_headline(visible: Visible) -> Iterator[_Found]:
    return (_Found(credits, "credit near the headline", "") for credits in _printed(visible))


def _printed(visible: Visible) -> Iterator[Credits]:
    """The credits printed between the headline and the second paragraph, and close above the headline."""
    paragraphs = 0
    lines = visible.lines[:_LINES]
    for index, line in enumerate(lines):
        yield from _credits_at_head(line)
        if len(line) <= _LABEL and _LABEL_ALONE.fullmatch(line):
            behind = lines[index + 1] if index + 1 < len(lines) else ""
            is_name = _may_stand_alone(behind) if is_han(behind) else is_person(behind)
            yield from _credits_at_head(f"{line.rstrip(':：')}：{behind}") if is_name else ()
        paragraphs += _is_prose(line)
        if paragraphs >= _PARAGRAPHS:
            break
    for line in visible.lines_above[-_ABOVE:]:
        yield from _credits_at_head(line)


def _credits_at_head(line: str) -> Iterator[Credits]:
    """The credits that a line is or begins with: 记者陈以安／台北报导, 【某網記者陳以安／台北報導】, 某社5日电（…）."""
    for words in _heads_of(line):
        credits = read_credit(words)
        if _is_printed(credits):
            yield credits


def _is_printed(credits: Credits) -> bool:
    """Whether a line of the text is a credit; in Latin letters, where 'by' and 'von' begin sentences too, of whole
    names."""
    is_whole = all(" " in person.name or is_han(person.name[:1]) for person in credits.people)
    return bool(credits.people) and is_whole and (credits.is_labelled or credits.is_reported)


def _heads_of(line: str) -> Iterator[str]:
    position = 0
    for _ in range(3):
        opened = _OPENED.match(line, position)
        if opened is None:
            break
        yield opened[1]
        position = opened.end()
    after = _AFTER_DATELINE.match(line)
    if after:
        is_bare = all(len(name) > 2 and _may_stand_alone(name) for name in re.findall(r"\w+", after[1]))
        yield f"记者 {after[1]}" if is_bare else after[1]
    reported = _UP_TO_REPORT.match(line)
    if reported:
        yield reported[1]
    elif len(line) <= _CREDIT:
        yield line


def _is_prose(line: str) -> bool:
    return len(HAN.findall(line)) >= _PROSE and _PAUSE.search(line) is not None


def _bare(visible: Visible) -> Iterator[_Found]:
    """A name alone below the headline: before or behind the date or on its line, or beside its outlet
    (陈以安/某某日报)."""
    lines = visible.lines[: _BARE + 1]
    dated = [next(stamps_in(line[:_CREDIT]), None) is not None for line in lines]
    for index, line in enumerate(lines):
        if len(line) > _CREDIT // 2:
            continue
        words = without_stamps(line).strip(_EDGES) if dated[index] else line
        credits = read_credit(words)
        is_dated = index > 0 and any(dated[max(0, index - 1) : index + 2])
        is_with_outlet = bool(credits.organisations and credits.people) and (
            "/" in line.replace("／", "/") or (is_dated and _is_name_and_outlet(words, credits))
        )
        if (is_dated and _is_bare_name(words)) or is_with_outlet:
            yield _Found(credits, "name below the headline", line)


def _is_bare_name(line: str) -> bool:
    is_han_name = len(line) == 3 and is_han(line) and _may_stand_alone(line)
    return is_han_name or (_CAPITALS.match(line) is not None and is_person(line))


def _may_stand_alone(name: str) -> bool:
    """Whether a Chinese name is one without a label beside it: it begins with a surname, and ends like no place."""
    return name[-1] not in _OF_NO_NAME and begins_with_surname(name) and is_person(name)


def _is_name_and_outlet(words: str, credits: Credits) -> bool:
    """Whether `words` are nothing else, in two parts: 某某日报 陈以安."""
    parts = [part for part in re.split(r"[\s/／|｜·]+", words) if part]
    named = [part for part in parts if _is_bare_name(part)]
    return len(parts) == 2 and len(named) == 1 and len(credits.organisations) == 1


def _closing(lines: tuple[str, ...], last_line: str) -> Iterator[Credits]:
    """The credits at the end of the article's last line and on the lines below it; those of a book are not."""
    end = end_of_text(lines, last_line)
    last = lines[max(0, end - _CLOSING) : end + _CLOSING + 1] if end >= 0 else ()
    if any(_BOOK.search(line) for line in last):
        return
    for line in last:
        endings = [match[1] for match in (_CLOSED.search(line[-100:]), _SAID_LAST.search(line[-100:])) if match]
        signed = _SIGNED_LAST.search(line[-_CREDIT:])
        # 记者 begins sentences too.
        endings += [signed[1]] if signed and all(map(begins_with_surname, re.findall(r"\w+", signed[2]))) else []
        is_labelled = _LABELLED_FIRST.match(line) is not None
        longest = 2 * _CREDIT if is_labelled else _CREDIT
        endings += [line.strip("() ") if is_labelled else line] if len(line) <= longest and not _is_prose(line) else []
        writer = _WRITER_IS.match(line)
        endings += [f"作者 {writer[1]}"] if writer and begins_with_surname(writer[1]) else []
        for credits in map(read_credit, endings):
            if _is_printed(credits):
                yield credits


def end_of_text(lines: Sequence[str], last_line: str) -> int:
    """The index among `lines` of the last one of the article, -1 where it is not among them."""
    ending = last_line[-_ENDING:]
    return next((index for index in range(len(lines) - 1, -1, -1) if ending and ending in lines[index]), -1)


def _others(lines: tuple[str, ...]) -> frozenset[str]:
    """Who is printed as editor or photographer, and nowhere as writer."""
    short = (line for line in lines[:_EVERY] if len(line) <= _CREDIT and _OTHERS.search(line))
    people: list[Credit] = [person for line in short for person in read_credit(line).people]
    writers = {person.name for person in people if person.role in AUTHORS}
    return frozenset(person.name for person in people if person.role not in AUTHORS | {Role.OTHER}) - writers


def _site_names(declared: Declared) -> tuple[str, ...]:
    """What the page calls its site, and its publisher."""
    publisher = declared.article.get("publisher") or ""
    named = declared.named_by(publisher) if isinstance(publisher, Mapping) else publisher
    named = "" if isinstance(named, Mapping) and "Person" in types_of(named) else named  # somebody's own pages
    return (*map(declared.meta, ("og:site_name", "application-name", "publisher")), text_of(named))


def _key_of(name: str) -> str:
    """The letters of a name without accents, as a host spells them: El Día in eldia.example."""
    letters = unicodedata.normalize("NFD", fold(name))
    return _KEY.sub("", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _labels_of(url: str) -> set[str]:
    """The names in a host, together and by themselves: anydo and any of https://www.any.do/1.html; none in that of
    somebody's own pages."""
    host = url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
    if _HOSTED.search(host):
        return set()
    labels = host.split(".")
    named = [label for label in labels if label not in _NO_NAMES]
    return {_KEY.sub("", "".join(named)), *(_KEY.sub("", label) for label in named[:-1])} - {""}


def _is_author(name: str, own: set[str], context: PageContext) -> bool:
    first, is_own = name.partition(" ")[0], fold(name) in own or _key_of(name) in own
    is_agency_first = first.isupper() and " " in name and context.publishers.named(first)
    return not is_own and not context.publishers.named(name) and not is_agency_first
