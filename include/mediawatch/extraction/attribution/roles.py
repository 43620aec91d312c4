"""All whom a page names with what they did for the article: writers, translators, photographers and editors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from mediawatch.extraction.attribution.bylines import Byline, end_of_text
from mediawatch.extraction.attribution.credit import Credit, Role
from mediawatch.extraction.attribution.credits import read_credit
from mediawatch.extraction.page.tree import Visible

_CREDIT: Final = 80
_BELOW: Final = 12
"""Lines below the last one of the article that may hold its credits."""
_MOST: Final = 20
_NAMED: Final = re.compile(
    r"[编編][辑輯译譯]|[摄攝]影|[摄攝]$|供[图圖]|[图圖]\s{0,3}[/／:：]|[译譯](?:者|[:：])|翻[译譯]|校[对對]|[审審]核|[责責][编編]"
    r"|\b(?:edited|translated|photographs?|photos?|pictures?) by\b",
    re.IGNORECASE,
)
_PICTURED: Final = re.compile(r"(?:^|[（(\s。])([^（()）。\s][^（()）。]{1,30}(?:[摄攝]影?|供[图圖]))[)）]?$")
"""Who took a picture, at the end of its caption."""


_TAKEN: Final = re.compile(r"(?<!\s)(?:[摄攝]影?|供[图圖])$")


def credits_of(visible: Visible, byline: Byline, *, last_line: str, captions: Iterable[str]) -> tuple[Credit, ...]:
    """The authors of `byline`, then everybody printed in another role from the headline to below the article, whose
    last line is `last_line`, and at the end of its `captions`; each once, at most _MOST."""
    found = dict.fromkeys((*byline.credits, *_printed(visible, last_line), *_pictured(captions)))
    authors = frozenset(byline.names)
    others = (credit for credit in found if credit in byline.credits or credit.name not in authors)
    return tuple(credit for credit in others if credit.role is not Role.OTHER)[:_MOST]


def _printed(visible: Visible, last_line: str) -> Iterator[Credit]:
    end = end_of_text(visible.lines, last_line)
    for line in visible.lines[: end + _BELOW + 1]:
        if len(line) <= _CREDIT and _NAMED.search(line):
            yield from (credit for credit in read_credit(line).people if credit.role is not Role.WRITER)


def _pictured(captions: Iterable[str]) -> Iterator[Credit]:
    for match in filter(None, map(_PICTURED.search, captions)):
        words = _TAKEN.sub(r" \g<0>", match[1])
        yield from (credit for credit in read_credit(words).people if credit.role is Role.PHOTOGRAPHER)
