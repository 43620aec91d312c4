"""The text of articles that stand in scripts and other parts that are not shown, for pages whose markup has little."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from mediawatch.extraction.body.wording import key_of
from mediawatch.extraction.kinds import weight_of
from mediawatch.extraction.page.lines import layout_of
from mediawatch.extraction.page.structured import CHARACTERS, Node, within_bounds
from mediawatch.extraction.page.tree import UnparsableError, parse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LEAST: Final = 40
"""Weight of the shortest embedded text that is taken; what is shorter may be any label of a program."""
_MORE: Final = 2
"""So many times the weight of the shown text an embedded one must have to take its place."""
_ENOUGH: Final = 300
"""Weight of a shown text that no embedded one replaces."""
_PIECE: Final = 15
"""Weight of a string that may be a paragraph."""
_STRINGS: Final = 5_000
_CANDIDATES: Final = 200
_TITLES: Final = ("title", "headline", "name", "subject")
_BEGINNING: Final = 12
"""Letters of a description that the text begins with."""
_HIDDEN: Final = ("noscript", "template", "textarea")
_LITERAL: Final = re.compile(
    r"""\\.|"((?:[^"\\\n]|\\.){20,}+)"|'((?:[^'\\\n]|\\.){20,}+)'|`((?:[^`\\]|\\.){20,}+)`""", re.DOTALL
)
"""String literals; what is escaped outside of one begins none, so that a script of quotes is read once."""
_FLIGHT: Final = re.compile(r'self\.__next_f\.push\(\[\s*1\s*,\s*"((?:[^"\\]|\\.)*+)"\s*\]\)')
_ROW: Final = re.compile(r"(?m)^[0-9a-f]{1,6}:(?:T[0-9a-f]{1,6},)?")
_ASSIGNED: Final = re.compile(
    r"^\s*(?:(?:window|self|globalThis)[.\w\[\]\"']{0,80}|(?:var|let|const)\s+\w{1,80})\s*=\s*"
)
_BARE_QUOTE: Final = re.compile(r'(?<!\\)"')
_MARKUP: Final = re.compile(r"<(?:p|div|br|section|article|span|h[1-6]|ul|figure)\b", re.IGNORECASE)
_SHORTCODE: Final = re.compile(r"\[(caption|gallery|embed)\b[^\]]{0,300}\](?:[^\[]{0,400}\[/\1\])?")
_PAUSE: Final = re.compile(r"[。！？；，]|[.!?;,](?:\s|$)")


@dataclass(frozen=True, slots=True)
class Embedded:
    """The scripts of a page and the markup of its parts that are not shown, as before the tree was changed.

    The markup is read only where the page shows little text.
    """

    scripts: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A text, and whether the title that stands beside it is that of the page."""

    text: str
    is_titled: bool


def embedded_in(root: HtmlElement) -> Embedded:
    """What the page `root` holds beside its markup, at most CHARACTERS of scripts."""
    scripts: list[str] = []
    left = CHARACTERS
    for script in root.iter("script"):
        text = script.text or ""
        if len(text) > left:
            continue
        left -= len(text)
        scripts.append(text)
    hidden = [_markup_of(element) for element in root.iter(*_HIDDEN)]
    return Embedded(scripts=tuple(scripts), hidden=tuple(filter(None, hidden)))


def better_text(embedded: Embedded, nodes: Iterable[Node], *, shown: str, title: str, description: str) -> str:
    """The embedded text of the article where the `shown` one has little; empty where there is none, or no better one.

    It is the JSON-LD body, else the longest text beside the page's title or with the beginning of its description,
    else what stands in <noscript>, <template> or <textarea>.
    """
    weight = weight_of(shown)
    if weight >= _ENOUGH:
        return ""
    least = max(_LEAST, _MORE * weight)
    bodies = (_cleaned(node["articleBody"]) for node in nodes if isinstance(node.get("articleBody"), str))
    declared = max(bodies, key=weight_of, default="")
    if weight_of(declared) >= least:
        return declared
    found = [each for each in _in_scripts(embedded.scripts, title) if weight_of(each.text) >= least]
    likely = [each.text for each in found if each.is_titled or _begins_like(each.text, description)]
    hidden = [text for text in map(_cleaned, embedded.hidden) if weight_of(text) >= least]
    return max(likely, key=weight_of, default="") or max(hidden, key=weight_of, default="")


def _markup_of(element: HtmlElement) -> str:
    """The markup in an element that is not shown; a <textarea> holds it as text."""
    if element.tag == "textarea":
        return element.text or ""
    from lxml.html import tostring

    if sum(map(len, element.itertext())) < _LEAST:
        return ""
    return "".join([element.text or "", *(tostring(child, encoding="unicode") for child in element)])


def _in_scripts(scripts: Iterable[str], title: str) -> Iterator[_Found]:
    flight: list[str] = []
    for script in scripts:
        chunks = _FLIGHT.findall(script)
        flight += filter(None, map(_unescaped, chunks))
        for value in () if chunks else _values_in(script):
            yield from _in_value(value, title)
    for row in _ROW.split("".join(flight)):
        yield from _in_value(_json(row) or row, title)


def _values_in(script: str) -> Iterator[Any]:
    """The JSON that a script is or assigns; else its long string literals, which may hold JSON or markup."""
    text = _ASSIGNED.sub("", script.strip(), count=1)
    if text.startswith(("{", "[")):
        try:
            yield json.JSONDecoder(strict=False).raw_decode(text)[0]
            return
        except (ValueError, RecursionError):
            pass
    literals = (match for match in _LITERAL.finditer(script) if match.lastindex)
    for match in islice(literals, _STRINGS):
        literal = _unescaped(match[1] or match[2] or match[3] or "")
        yield (_json(literal) if literal[:1] in ("{", "[") else None) or literal


def _json(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _unescaped(literal: str) -> str:
    """The string that the inside of a literal stands for."""
    inner = _BARE_QUOTE.sub(r"\"", literal.replace("\\'", "'").replace("\\`", "`"))
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return literal


def _in_value(value: Any, title: str) -> Iterator[_Found]:
    """The texts in `value`: strings that stand at one path below the object with a title are one text."""
    wanted = key_of(title)
    texts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path, above, text in islice(_strings(within_bounds([value])), _STRINGS):
        if weight_of(text) >= _PIECE and _PAUSE.search(text):
            texts[path, above].append(text)
    for (_, above), pieces in islice(texts.items(), _CANDIDATES):
        is_titled = len(wanted) > 1 and key_of(above) == wanted
        cleaned = [_cleaned(piece) for piece in dict.fromkeys(pieces)]
        yield _Found("\n".join(cleaned), is_titled)
        longest = max(cleaned, key=len)
        if len(cleaned) > 1:
            yield _Found(longest, is_titled)


def _strings(value: Any) -> Iterator[tuple[str, str, str]]:
    """(path without the numbers of lists, title of the nearest object that has one, string), in order."""
    waiting: list[tuple[str, str, Any]] = [("", "", value)]
    while waiting:
        path, above, item = waiting.pop()
        if isinstance(item, str):
            yield path, above, item
        elif isinstance(item, list):
            waiting.extend((f"{path}*", above, inner) for inner in reversed(item))
        elif isinstance(item, Mapping):
            own = next((item[key] for key in _TITLES if isinstance(item.get(key), str) and item[key]), above)
            start = path if own == above else ""
            waiting.extend((f"{start}/{key}", own, inner) for key, inner in list(item.items())[::-1])


def _begins_like(text: str, description: str) -> bool:
    beginning = key_of(description)[:_BEGINNING]
    return len(beginning) == _BEGINNING and beginning in key_of(text[: 20 * _BEGINNING])


def _cleaned(text: str) -> str:
    """The lines of a text that may be markup, without links alone on their line."""
    text = _SHORTCODE.sub("", text)
    if "&lt;" in text and not _MARKUP.search(text):
        text = unescape(text)
    if not _MARKUP.search(text):
        return "\n".join(filter(None, (" ".join(line.split()) for line in unescape(text).splitlines())))
    try:
        layout = layout_of(parse(f"<body>{text}</body>"))
    except UnparsableError:
        return ""
    return "\n".join(line.text for line in layout.lines if line.linked < len(line.text) / 2)
