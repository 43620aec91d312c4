"""The headline of a page, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.page.declared import Declared, pairs_of, text_of
from mediawatch.extraction.page.tree import Run
from mediawatch.language import fold, han_share
from mediawatch.language.folding import BLANKS_BEFORE
from mediawatch.language.marks import without_ornament
from mediawatch.sources.publishers import Publishers

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NO_PUBLISHERS: Final = Publishers()
_HEADINGS: Final = ("h1", "h2", "h3", "h4")
_HEADINGS_READ: Final = 200
_TITLE_CHARACTERS: Final = 400
_READ: Final = 10 * _TITLE_CHARACTERS
"""Characters of which the ornament is taken off first."""
_SHORTEST: Final = 4
"""Characters of a heading that may be a headline by itself; 新闻 is a section."""
_NO_LETTERS: Final = re.compile(r"\W+")
_LABEL: Final = re.compile(r"^【[^【】]{1,12}】")
_OF_SITES, _OF_COLUMNS = "|｜»", "‹丨︱∣┃"
"""Marks before the name of a site; the latter, :: and >> also stand behind the name of a column."""
_MARKS: Final = re.compile(rf"{BLANKS_BEFORE}(?:_+|[{_OF_SITES}{_OF_COLUMNS}]|-{{2,}}|::|>>)\s*")
_COLUMN_MARKS: Final = re.compile(rf"\s*(?:[{_OF_COLUMNS}]|::|>>)")
_SEPARATORS: Final = tuple(f"-–—_{_OF_SITES}{_OF_COLUMNS}")
_SPACED_MARK: Final = re.compile(r"(?<=\S) [•·‧/─~◆] [^•·‧/─~◆。，！？!?]{2,20}$")
"""Marks that headlines hold too, with blanks around them and a name behind."""
_OUTLET: Final = re.compile(
    r"(?:[报報网網台臺社]|新[闻聞]|在[线線]|[传傳]媒|[频頻]道|news|times|daily|post)$", re.IGNORECASE
)
"""How the names of outlets end, which some titles begin with."""
_SPACED_DASH: Final = re.compile(r"(?<!\s)\s++[-–—]\s++")
_SITE: Final = 6
"""Letters of each part of a Chinese `<title>` that may be the names of site and section alone."""
_PARTS: Final = re.compile(r"[-–—_|｜»]")
_ESCAPED: Final = re.compile(r"&(?:amp|quot|nbsp|#\d{1,6});")
"""What is left where a program escaped twice."""
_NAME, _LATIN_NAME = 12, 30
"""Letters of the longest name of a site."""
_BRACKETS: Final = ("【】", "()", "（）", "[]")
_BETWEEN: Final = " -–—_|｜»›:：·•・>/@~"
"""What stands between a headline and the name of its site."""
_NO_TITLES: Final = frozenset(
    {
        *("undefined", "null", "none", "nan", "untitled", "无标题", "无标题文档", "untitleddocument", "loading"),
        *(
            "新闻详情",
            "新闻详情页",
            "新闻内容",
            "新闻内容页",
            "文章详情",
            "文章详情页",
            "文章内容",
            "文章内容页",
            "详情页",
            "内容页",
            "正文",
        ),
    }
)
_HOME: Final = re.compile(r"(?:https?:)?//[^/?#]+/?$|/$|(?:\./)?index\.\w{2,5}$", re.IGNORECASE)
_ALIKE: Final = 0.5
"""Share of the pairs of letters of the longer of two titles that both have, from which they are of one article."""
_FOREIGN: Final = 0.15
_FEW_WORDS: Final = 4
"""Words up to which a heading is the template's (The Blog Single) when it has none of the title."""
_TAIL: Final = re.compile(r"(?<=\S{8})\s?[-–—][^-–—\d\s]{2,10}$")
"""A dash and a short name without digits (-奥运, -江西新闻网) but not that of 歼-20."""


_NOT_LINES: Final = frozenset({"script", "style", "noscript", "option", "a"})
_CHINESE: Final = 0.3
_CUT_OFF: Final = re.compile(BLANKS_BEFORE + r"(?:(?<!\.)\.{2,}+|(?<!…)…++)$")
_STANDING_IN: Final = 60
_SENTENCE: Final = re.compile(r"([^。！？!?]+)[。！？!?]")
_RUNS: Final = 12
"""Runs of text of a heading that are put together in every way."""
_Heading = tuple["HtmlElement", str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHeadline:
    """The title as shown, the English one beside a Chinese one (else empty), and its element where there is one.

    `printed` is all of what stands in the element, a publisher's name included.
    """

    title: str
    title_en: str
    element: HtmlElement | None
    origin: str = ""
    printed: str = ""


def headline_of(
    root: HtmlElement,
    declared: Declared,
    runs: Iterable[Run],
    *,
    announced: str,
    site: str = "",
    publishers: Publishers = NO_PUBLISHERS,
) -> PageHeadline:
    """The longest heading that begins `<title>`, else one that is the better part of it, else a line of the page that
    does, else on pages not in Chinese a single `<h1>`, else `<title>` without the site's name.

    Without any of them what the page declares counts, at last the announced title.  Words without a letter or digit are
    no title, nor are the names of the `site` and what programs write for nothing; where `<title>` has none, headings
    are held against what is declared or announced, and then the longest `<h1>` is taken, else the first long heading.
    """
    sites = tuple(name for name in map(_words, (declared.meta("og:site_name"), site)) if _is_name(name))
    headings = _headings(root, declared.meta("og:site_name"))
    declared_title = text_of(declared.article.get("headline", "")) or declared.meta("og:title", "twitter:title")
    stated, announced = _without_site(_without_names(_words(declared_title), sites)), _words(announced)
    page_title = _without_names(_of_page(declared), sites) or stated or announced or _first_headline(declared)
    page_title = page_title or (_of_page(declared) if not headings else "")
    headings = [(heading, _named_alone(heading, text, page_title, stated)) for heading, text in headings]
    if _is_of_site(page_title, stated) and all(_key(words) != _key(page_title) for _, words in headings):
        page_title = stated
    fitting = (
        _stated_heading(stated, page_title, headings),
        _alike_heading(page_title, headings),
        _fitting(page_title, stated, headings),
        _completing(page_title, headings),
        _line_of(runs, page_title),
        _only_heading(page_title, stated, headings),
        _labelled_heading(page_title, headings),
    )
    element, text = next(filter(None, fitting), (None, ""))
    if element is not None:
        title = _without_publisher(_whole(_unmarked(text), _without_site(page_title)), publishers)
        return PageHeadline(
            title=title, title_en=_english(title, headings), element=element, origin=f"<{element.tag}>", printed=text
        )
    title = _stated_within(page_title, stated) or _without_site(page_title)
    return PageHeadline(
        title=title, title_en=_english(title, headings), element=_element_of(title, headings), origin="<title>"
    )


def _is_of_site(page_title: str, stated: str) -> bool:
    """Whether a Chinese `<title>` has nothing of the declared title, which is twice as long: the name of the site."""
    key, other = _key(page_title), _key(stated)
    is_longer = len(other) >= max(2 * _SHORTEST, 2 * len(key))
    return is_longer and han_share(stated) > 0 and pairs_of(page_title).isdisjoint(pairs_of(stated))


def _stated_heading(stated: str, page_title: str, headings: list[_Heading]) -> _Heading | None:
    """The `<h1>` that is the declared title to the letter where `<title>` has nothing of it: a section or the site."""
    key = _key(stated)
    if len(key) < 2 * _SHORTEST or key in _key(page_title) or _key(page_title) in key:
        return None
    return next(((heading, text) for heading, text in headings if heading.tag == "h1" and _key(text) == key), None)


def _headings(root: HtmlElement, site: str) -> list[_Heading]:
    """The headings of the page with their words, those that are the site's name left out."""
    name = _key(site)
    found = [(heading, _words("".join(_runs_of(heading)))) for heading in islice(root.iter(*_HEADINGS), _HEADINGS_READ)]
    return [
        (heading, text) for heading, text in found if not (_leads_home(heading, text) or (name and _key(text) == name))
    ]


def _named_alone(heading: HtmlElement, text: str, page_title: str, stated: str) -> str:
    """`text` of a heading without a kicker before it, or a date behind it, in an element of its own: what remains is
    `<title>` or the declared title to the letter."""
    whole = _key(text)
    if len(heading) == 0 or whole in _key(page_title) or whole == _key(stated):
        return text
    titles = {_key(_without_site(page_title)), _key(stated)}
    titles = {title for title in titles if 2 * _SHORTEST <= len(title) < len(whole) and title in whole}
    runs = [run for run in _runs_of(heading) if run.strip()][:_RUNS] if titles else []
    parts = ("".join(runs[first:last]) for first in range(len(runs)) for last in range(len(runs), first, -1))
    found = (_words(part).strip(_BETWEEN + "〉") for part in parts if _key(part) in titles)
    return min(found, key=len, default=text)


def _runs_of(heading: HtmlElement) -> list[str]:
    """The runs of text in a heading, in page order; styles and scripts have none."""
    runs: list[str] = heading.xpath("descendant::text()[not(parent::style or parent::script)]")
    return runs


def _leads_home(heading: HtmlElement, text: str) -> bool:
    """Whether all of a heading is a link to the home page."""
    home = (link for link in heading.iter("a") if _HOME.match((link.get("href") or "").strip()))
    return any(_words(link.text_content()) == text for link in home)


def _of_page(declared: Declared) -> str:
    """The words of `<title>`, or nothing where they are the site's name alone, its headline having been ornament."""
    words = _words(declared.page_title)
    is_bare = words.startswith(_SEPARATORS) and not declared.page_title.startswith(words[0])
    return "" if is_bare or not _words(_without_site(words)) else words


def _first_headline(declared: Declared) -> str:
    """The headline of the first article that is declared, for pages that have no other title."""
    return next((words for node in declared.nodes if (words := _words(text_of(node.get("headline", ""))))), "")


def _without_names(title: str, sites: tuple[str, ...]) -> str:
    """`title` without a name of the site at its end or beginning; nothing where it is no more, or no title at all."""
    if _key(title) in {"", *map(_key, sites), *_NO_TITLES} or _key(_PARTS.split(title)[0]) in _NO_TITLES:
        return ""
    for name in sites if han_share(title) else ():  # elsewhere headings are held against the whole of it
        bare = next((rest for rest in _without_bracketed(title, name) if rest), "")
        if bare:
            return bare
        before, found, behind = title.rpartition(name)
        rest = before.rstrip(_BETWEEN)
        if found and rest and not behind and before[len(rest) :].strip():
            return rest
        rest = title.removeprefix(name)
        if rest != title and rest.lstrip() and rest.lstrip()[0] in _BETWEEN and rest.lstrip(_BETWEEN):
            return rest.lstrip(_BETWEEN)
    return title


def _without_bracketed(title: str, name: str) -> Iterator[str]:
    """`title` without the name in brackets at its end, or at its beginning, where it stands there."""
    for opening, closing in _BRACKETS:
        bracketed = f"{opening}{name}{closing}"
        if title.endswith(bracketed):
            yield title.removesuffix(bracketed).rstrip(_BETWEEN)
        if title.startswith(bracketed):
            yield title.removeprefix(bracketed).lstrip(_BETWEEN)


def _is_name(words: str) -> bool:
    """Whether words are short enough for the name of a site: some pages declare their title as that."""
    return 0 < len(_key(words)) <= (_NAME if han_share(words) else _LATIN_NAME)


def _completing(page_title: str, headings: list[_Heading]) -> _Heading | None:
    """The heading that goes on where `<title>` was cut off with dots."""
    title = _without_site(page_title)
    stem = _CUT_OFF.sub("", title)
    if stem == title or len(_key(stem)) < _SHORTEST:
        return None
    return next(((heading, text) for heading, text in headings if text.startswith(stem)), None)


def _alike_heading(page_title: str, headings: list[_Heading]) -> _Heading | None:
    """The one `<h1>` that says in other words what `<title>` does, which is written for search engines."""
    top = [(heading, text) for heading, text in headings if heading.tag == "h1" and len(_key(text)) >= 2 * _SHORTEST]
    title = _without_site(page_title)
    is_first_of_many = len(top) != 1 and han_share(title) > 0
    if is_first_of_many or any(_key(text) in _key(page_title) or _key(title) in _key(text) for _, text in top):
        return None
    alike = [(heading, text) for heading, text in top if _are_alike(pairs_of(text), pairs_of(title))]
    return alike[0] if len(alike) == 1 else None


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * max(len(one), len(other))


def _fitting(page_title: str, stated: str, headings: list[_Heading]) -> _Heading | None:
    key, rest = _key(page_title), _key(stated)
    is_rest_printed = any(_key(text) == rest for _, text in headings)
    # The site's name comes first in 站名：标题 where the declared title is what follows it.
    headings = [each for each in headings if not (is_rest_printed and _key(each[1]) + rest == key)]
    fitting = [(heading, text) for heading, text in headings if _is_beginning(_key(text), key)]
    fitting = fitting or [(heading, text) for heading, text in headings if _is_better_part(_key(text), key)]
    fitting = fitting or [(heading, text) for heading, text in headings if _is_first_part(text, page_title)]
    return max(fitting, key=lambda pair: len(pair[1])) if fitting else None


def _labelled_heading(page_title: str, headings: list[_Heading]) -> _Heading | None:
    """【现场】标题, of which `<title>` has all but the label, and the section behind it."""
    key = _key(page_title)
    return next((each for each in headings if _is_better_part(_key(_LABEL.sub("", each[1])), key)), None)


def _line_of(page_runs: Iterable[Run], page_title: str) -> _Heading | None:
    """The run of text that is the better part of a Chinese `<title>`, with its element: old pages have no headings."""
    if han_share(page_title) < _CHINESE:
        return None
    key, first = _key(page_title), frozenset(page_title)
    texts = (run for run, holder in page_runs if holder.tag not in _NOT_LINES)
    runs = [(run, _words(run)) for run in texts if 2 * _SHORTEST <= len(run) <= _TITLE_CHARACTERS]
    likely = [(run, text, _key(text)) for run, text in runs if text and text[0] in first and text[-1] in first]
    half = len(_key(_without_site(page_title))) / 2
    lines = [(run, text) for run, text, keyed in likely if len(keyed) > half and keyed in key]
    lines = lines or [(run, text) for run, text, _ in likely if _is_set_off(text, page_title)]
    if not lines:
        return None
    run, text = max(lines, key=lambda pair: len(pair[1]))
    return run.getparent(), text


def _is_set_off(text: str, page_title: str) -> bool:
    """Whether `text` begins `page_title` up to a mark: 标题-关键词,关键词-某某网."""
    rest = page_title.removeprefix(text)
    return len(text) >= 2 * _SHORTEST and rest != page_title and rest.lstrip()[:1] in tuple("-–—_|｜,，")


def _only_heading(page_title: str, stated: str, headings: list[_Heading]) -> _Heading | None:
    """A single `<h1>` on a page not in Chinese, unless it is the site's name at the end of `<title>`, or has nothing of
    a title that the page also declares."""
    if not page_title:
        top = [(heading, text) for heading, text in headings if heading.tag == "h1" and len(text) >= _SHORTEST]
        longest = max(top, key=lambda pair: len(pair[1]), default=None)
        if longest and len(_key(longest[1])) >= _SITE:
            return longest
        return next((each for each in headings if len(_key(each[1])) >= 2 * _SHORTEST), longest)
    if han_share(page_title):
        return _longer_heading(page_title, headings)
    tail = _key(page_title.removeprefix(_without_site(page_title)))
    top = [(heading, text) for heading, text in headings if heading.tag == "h1" and text.count(" ") >= 2]
    if len(top) != 1 or _key(top[0][1]) in tail:
        return None
    is_of_template = _key(stated) == _key(_without_site(page_title)) and _has_nothing_of(top[0][1], stated)
    return None if is_of_template else top[0]


def _has_nothing_of(text: str, title: str) -> bool:
    """Whether two titles have next to nothing in common, a short one no word."""
    if text.count(" ") < _FEW_WORDS:
        return _telling(text).isdisjoint(_telling(title))
    one, other = pairs_of(text), pairs_of(title)
    return len(one & other) < _FOREIGN * min(len(one), len(other))


def _telling(text: str) -> frozenset[str]:
    """The words of `text` in one spelling, without short ones, which titles have in common by chance."""
    return frozenset(word for word in map(_key, text.split()) if len(word) >= _SHORTEST)


def _longer_heading(page_title: str, headings: list[_Heading]) -> _Heading | None:
    """The only `<h1>` where a Chinese `<title>` is the names of a site and a section and the heading is a sentence."""
    top = [(heading, text) for heading, text in headings if heading.tag == "h1"]
    longest = max(map(len, map(_key, _PARTS.split(page_title))))
    is_name = longest <= _SITE and len(top) == 1 and len(_key(top[0][1])) >= 2 * longest
    return top[0] if is_name else None


def _whole(text: str, page_title: str) -> str:
    """A headline cut off with dots, completed from `<title>`."""
    stem = _CUT_OFF.sub("", text)
    return page_title if stem != text and page_title.startswith(stem) and len(page_title) > len(text) else text


def beginning_of(text: str) -> str:
    """What stands in for the title of a page that has none: the first sentence of its `text`, or its beginning."""
    line = text.partition("\n")[0]
    sentence = _SENTENCE.match(line[:_STANDING_IN])
    return sentence[1] if sentence else line[:_STANDING_IN].rstrip() + ("…" if len(line) > _STANDING_IN else "")


def english_beside(root: HtmlElement, title: str) -> str:
    """The English heading beside a Chinese `title`, one of the first three on the page; empty when there is none."""
    headings = [(heading, _words(heading.text_content())) for heading in islice(root.iter(*_HEADINGS), _HEADINGS_READ)]
    return _english(title, headings)


def _without_publisher(title: str, publishers: Publishers) -> str:
    """A repost's title without the publisher's name that it ends with."""
    parts = _SPACED_DASH.split(title)
    is_tail = len(parts) > 1 and len(parts[0]) >= _SHORTEST and publishers.named(parts[-1]) is not None
    return title[: title.rindex(parts[-1])].rstrip(" -–—") if is_tail else title


def _unmarked(text: str) -> str:
    return text.lstrip("•·●■◆▪※▲△ ") or text


def _is_first_part(text: str, page_title: str) -> bool:
    """夜雨 of 夜雨_某某诗词网: too short to be sure of by itself."""
    return len(text) >= 2 and _key(text) == _key(_MARKS.split(page_title, maxsplit=1)[0])


def _is_beginning(key: str, whole: str) -> bool:
    # A quarter at least: a site's name or a section may also be what a title begins with.
    return len(key) >= _SHORTEST and whole.startswith(key) and len(key) * 4 > len(whole)


def _is_better_part(key: str, whole: str) -> bool:
    return len(key) >= _SHORTEST and key in whole and len(key) * 2 > len(whole)


def _stated_within(page_title: str, stated: str) -> str:
    return stated if len(stated) >= _SHORTEST and _key(stated) in _key(page_title) else ""


def _without_site(title: str) -> str:
    """`title` up to the first mark that ends its first part.

    In Chinese that is any spaced dash, and a dash before a short name at the end; elsewhere the last spaced dash only,
    because headlines hold dashes too.
    """
    parts = _MARKS.split(title, maxsplit=2)
    first = parts[0]
    if han_share(title) == 0:
        return first if _SHORTEST <= len(first) < len(title) else _before_last_dash(title)
    if len(parts) > 1 and 2 * len(_key(first)) < len(_key(parts[1])) and _OUTLET.search(first):
        first = parts[1]  # 某某报 | 标题
    elif len(parts) > 1 and _COLUMN_MARKS.match(title, len(first)) and len(_key(first)) < len(_key(parts[1])):
        first = title  # 某某时评丨标题
    title = first if len(first) >= _SHORTEST else title
    spaced = _SPACED_MARK.search(title)
    if spaced and len(_key(title[: spaced.start()])) > len(_key(spaced.group())):
        title = title[: spaced.start()]
    first = _SPACED_DASH.split(title, maxsplit=1)[0]
    title = first if len(first) >= _SHORTEST else title
    return _TAIL.sub("", _TAIL.sub("", title))


def _before_last_dash(title: str) -> str:
    last = max((dash.start() for dash in _SPACED_DASH.finditer(title)), default=len(title))
    return title[:last]


def _element_of(title: str, headings: list[tuple[HtmlElement, str]]) -> HtmlElement | None:
    return next((heading for heading, text in headings if title and _key(text) == _key(title)), None)


def _english(title: str, headings: list[tuple[HtmlElement, str]]) -> str:
    if han_share(title) == 0:
        return ""
    top = [text for heading, text in headings if heading.tag in ("h1", "h2")][:3]
    return next((text for text in top if text.count(" ") >= 2 and han_share(text) == 0 and _is_latin(text)), "")


def _is_latin(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return sum(character.isascii() for character in letters) > 0.9 * len(letters)


def _unescaped(reference: re.Match[str]) -> str:
    """The character that is meant; not one that begins or ends markup."""
    found = unescape(reference[0])
    return reference[0] if found in "<>" else found


def _words(text: str) -> str:
    text = " ".join(_ESCAPED.sub(_unescaped, " ".join(text.split())[:_READ]).split())
    words = without_ornament(text).strip(" \u200c\u200d")[:_TITLE_CHARACTERS]
    return words if any(map(str.isalnum, words)) else ""


@lru_cache(maxsize=1024)
def _key(text: str) -> str:
    return _NO_LETTERS.sub("", fold(text))
