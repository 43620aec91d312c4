"""A small grammar for bilingual sentences.

`{slot}` is a fact, `[one|other]` a choice that falls alike in both languages, `<one|other>` one of style alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_STYLE = re.compile(r"<([^<>]*)>")
_THREADS = re.compile(r"^\((\w+)\) ")
_SLOT = re.compile(r"\{(\w+)\}")
_MOST_CHOICES = 8


class Bilingual(NamedTuple):
    """One phrase in simplified Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template; `threads` are the threads of its topic that it belongs to, all of them when empty."""

    phrase: Bilingual
    threads: frozenset[str]

    def fits(self, thread: str) -> bool:
        """Whether it may stand in a story of `thread` (empty: a story without one)."""
        return not (self.threads and thread) or thread in self.threads


def sentences_of(block: str) -> tuple[Sentence, ...]:
    """The templates of a block of lines, Chinese and English by turns, each after its `(threads)` where it has any."""
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    if len(lines) % 2:
        raise ValueError(f"a Chinese line without its English one: {lines[-1]!r}")
    return tuple(_sentence(zh, en) for zh, en in zip(lines[::2], lines[1::2], strict=True))


def _sentence(zh: str, en: str) -> Sentence:
    mark = _THREADS.match(zh)
    if (mark and mark[0]) != (match[0] if (match := _THREADS.match(en)) else None):
        raise ValueError(f"the two languages name different threads: {zh!r}")
    return Sentence(Bilingual(_THREADS.sub("", zh), _THREADS.sub("", en)), frozenset(mark[1] if mark else ""))


def expand(
    template: Bilingual, facts: Mapping[str, Bilingual], rng: Random, *, course: Sequence[float] = ()
) -> Bilingual:
    """`template` with its choices made and its slots filled.

    The n-th choice of both languages falls on the same side, so that the two stay translations of each other; `course`
    decides it where given (numbers from 0 to 1, one a choice).
    """
    draws = course or [rng.random() for _ in range(_MOST_CHOICES)]
    styled = _STYLE.sub(lambda match: rng.choice(match[1].split("|")), template.zh)
    zh = _fill(_choose(styled, draws), {name: value.zh for name, value in facts.items()})
    en = _fill(_choose(template.en, draws), {name: value.en for name, value in facts.items()})
    return Bilingual(zh, _sentence_case(" ".join(en.split())))


def slots(text: str) -> frozenset[str]:
    """The names of the slots in `text`."""
    return frozenset(_SLOT.findall(text))


def _choose(text: str, draws: Sequence[float]) -> str:
    left = iter(draws)

    def pick(match: re.Match[str]) -> str:
        options = match[1].split("|")
        return options[int(next(left) * len(options))]

    return _CHOICE.sub(pick, text)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda match: values[match[1]], text)


def _sentence_case(text: str) -> str:
    start = next((i for i, char in enumerate(text) if char.isalnum()), 0)
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]
