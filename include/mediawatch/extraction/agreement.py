"""How each line agrees with what the page says of its article elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mediawatch.extraction.wording import Column, Columns, Measures, column, each, key_of

_COMPARED: Final = 300_000_000
"""Lines times characters of the other text; comparing the whole text of a page with itself takes at most 49 million
on 545 pages."""
_COPY, _COPY_CHARACTERS = 3, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the page says of itself elsewhere: headline, description, JSON-LD article body, names of the site."""

    title: str = ""
    description: str = ""
    declared_body: str = ""
    sites: frozenset[str] = frozenset()


def agreement(measures: Measures, about: About) -> Columns:
    """How each line agrees with what the page says of itself, and whether it stood before."""
    keys, title = measures.keys, key_of(about.title)
    titled = {title[place : place + 2] for place in range(len(title) - 1)}
    described = _trigrams(key_of(about.description))
    body = key_of(about.declared_body)
    has_body = float(len(body) > 60)
    within = standing_in(keys, body) * has_body
    is_longer = measures.weight > 8
    return {
        "is title": each(keys, lambda key: _is_title(key, title)),
        "like title": column(_share(key, titled) for key in keys),
        "described": column(_overlap(_trigrams(key[:600]), described) if len(key) >= 8 else 0 for key in keys),
        "declared": within,
        "declared, longer": within * is_longer,
        "undeclared": (1 - within) * has_body,
        "undeclared, longer": (1 - within) * has_body * is_longer,
        "copied": _copied(keys),
    }


def _trigrams(key: str) -> set[str]:
    return {key[place : place + 3] for place in range(len(key) - 2)}


def _overlap(grams: set[str], others: set[str]) -> float:
    return len(grams & others) / min(len(grams), len(others)) if grams and others else 0.0


def _share(key: str, titled: set[str]) -> float:
    if not titled or not key or len(key) >= 200:
        return 0.0
    return len({key[place : place + 2] for place in range(len(key) - 1)} & titled) / len(titled)


def _is_title(key: str, title: str) -> bool:
    if not key or not title:
        return False
    return key == title or (len(key) >= 6 and key in title) or (title in key and len(key) < len(title) * 1.6)


def standing_in(keys: Sequence[str], text: str) -> Column:
    """Whether each key is in the key `text`; of none where comparing would take seconds."""
    if len(keys) * len(text) > _COMPARED:
        return np.zeros(len(keys))
    return each(keys, lambda key: _stands_in(key, text))


def _stands_in(key: str, body: str) -> bool:
    return bool(key) and (key in body or (len(key) > 30 and key[:20] in body and key[-20:] in body))


def _copied(keys: Sequence[str]) -> Column:
    """Whether a line is one of three that stood in the same order before; one sentence may well be said twice."""
    copied = np.zeros(len(keys))
    seen: set[tuple[str, ...]] = set()
    for place in range(len(keys) - _COPY + 1):
        window = tuple(keys[place : place + _COPY])
        if window in seen and sum(map(len, window)) >= _COPY_CHARACTERS:
            copied[place : place + _COPY] = 1
        seen.add(window)
    return copied
