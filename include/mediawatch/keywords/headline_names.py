"""The name that the headlines of a topic have and its words lack: France beside `confidence vote`, 卢拉 beside 颅内."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window, without_links
from mediawatch.keywords.reading import LATIN, Reading, codes_of
from mediawatch.keywords.strings import is_apart, is_common_english
from mediawatch.keywords.vocabulary import ENGLISH_COMMON
from mediawatch.language.segmentation import is_name

_MOST: Final = 0.5
"""Share of a topic's stories that have the name in a headline, and ..."""
_STORIES: Final = 2
"""... how many at least."""
_EVERYWHERE: Final = 0.04
"""A name that so large a part of the day's stories have in a headline tells nothing of one of them."""
_LETTERS: Final = 2
_LATIN_LETTERS: Final = 4
"""Letters of the shortest name, of Chinese and of Latin ones."""
_POSSESSIVE: Final = ("", "'s", "’s")


def name_beside(head: Candidate, told: Sequence[str], window: Window) -> str:
    """The place, person or body that most headlines of the stories of `head` name, and none of the words `told`.

    Empty where they agree in none, or in one that the day is full of.  Of several, the one that most have, of these the
    longest.
    """
    having: defaultdict[str, set[int]] = defaultdict(set)
    for number in sorted(set(window.corpus.article[without_links(window, head.places)].tolist())):
        reading, story = window.corpus.readings[number], int(window.story.values[number])
        for name in _names_in(reading):
            having[name].add(story)
    enough = max(_STORIES, _MOST * len(head.stories))
    # The cut has 荷兰政府 as one word.
    counts = {name: len(set().union(*(having[other] for other in having if _is_in(name, other)))) for name in having}
    found = [name for name, count in counts.items() if count >= enough]
    found = [name for name in found if not any(_is_in(name, word) or _is_in(word, name) for word in told)]
    found.sort(key=lambda name: (-counts[name], -len(name), name))
    return next((name for name in found if _is_telling(name, window)), "")


def _is_in(name: str, other: str) -> bool:
    """Whether a name is a part of another; of a Latin one, whether it is one of its words: oman is none of romanian."""
    return name in other.split() if name.isascii() else name in other


def _names_in(reading: Reading) -> Iterator[str]:
    """The words of a headline that may be names: those of the dictionary, and Latin ones, whatever they are."""
    title = replace(reading.units, end=reading.units.first + reading.title_units)
    codes, starts, ends, opens, closes = title.codes, title.starts, title.ends, title.opens, title.closes
    first = 0
    for place in range(len(title)):
        first = place if opens[place] else first
        if not closes[place]:
            continue
        word = reading.folded[int(starts[first]) : int(ends[place])]
        if int(codes[place]) & LATIN:
            yield word.removesuffix(_POSSESSIVE[1]).removesuffix(_POSSESSIVE[2])
        elif len(word) >= _LETTERS and is_name(word):
            yield word


def _is_telling(name: str, window: Window) -> bool:
    codes = codes_of(name)
    places = np.concatenate([window.places_of(codes_of(name + ending)) for ending in _POSSESSIVE])
    if name.isascii():
        is_word = len(name) < _LATIN_LETTERS or not name.isalpha() or name in ENGLISH_COMMON
        if is_word or not len(places) or is_common_english(window, places, 1):
            return False
    elif not is_apart(window, places, len(codes)):
        return False  # 李家, as the cut has it in 李家超
    titled = places[window.corpus.in_title[places] & window.is_today[places]]
    return len(set(window.story[titled].tolist())) <= _EVERYWHERE * window.stories_today
