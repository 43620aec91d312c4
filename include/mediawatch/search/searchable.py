"""Text as it is searched: the same for Elasticsearch, for the local index and for what a person types.

Words stand apart, Chinese characters stand together, and signs and line ends are one token, so that nothing is found
across them: 税 of 海关。税务 does not follow 关.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from mediawatch.language import fold

BOUNDARY: Final = "ᛥ"
"""A letter, for servers drop signs: a rune (U+16E5), which no news is written in."""

_IDEOGRAPHS: Final = r"\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_SIGNS: Final = re.compile(r"(?:[^\w\s]|\n)+")
_BLANKS: Final = re.compile(r"[\s_]+")
_APART: Final = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
"""Kana and hangul: each a token, as servers cut them in their own ways."""
_BETWEEN: Final = re.compile(rf"(?<=[{_IDEOGRAPHS}]) +(?=[{_IDEOGRAPHS}])")


def searchable(text: str) -> str:
    """`text`, folded, with a `BOUNDARY` for signs and line ends and one blank between words."""
    spaced = _APART.sub(r" \g<0> ", _SIGNS.sub(_boundary, fold(text).strip()))
    return _BETWEEN.sub("", _BLANKS.sub(" ", spaced)).strip()


def asked(term: str) -> str:
    """`term`, folded, as it is looked for: signs at its ends are none of it."""
    words = searchable(term).split(" ")
    while words and words[0] == BOUNDARY:
        words = words[1:]
    while words and words[-1] == BOUNDARY:
        words = words[:-1]
    return " ".join(words)


def pattern_of(forms: tuple[str, ...]) -> str:
    """A regular expression (RE2) that finds one of `forms`, which are `asked`, in a `searchable` text."""
    found = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    beside = rf"[\s{_RANGES}]"
    is_open, is_closed = _is_ideograph(forms[0][:1]), _is_ideograph(forms[0][-1:])
    return (f"(?:{found})" if is_open else f"(?:^|{beside})(?:{found})") + ("" if is_closed else f"(?:$|{beside})")


_RANGES: Final = re.sub(r"\\[uU]([0-9a-f]+)", lambda m: rf"\x{{{m[1].lstrip('0')}}}", _IDEOGRAPHS)


def _is_ideograph(character: str) -> bool:
    return re.fullmatch(f"[{_IDEOGRAPHS}]", character) is not None


def _boundary(signs: re.Match[str]) -> str:
    """A boundary for signs; a mark that stands on a letter (of Hindi, say) stays with it."""
    parts = (each if unicodedata.category(each)[0] == "M" else f" {BOUNDARY} " for each in signs.group())
    return re.sub(rf"( {BOUNDARY} )+", f" {BOUNDARY} ", "".join(parts))
