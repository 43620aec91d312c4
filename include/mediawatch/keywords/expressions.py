"""Common words in full: the expression in which most reports of a word have it.

海啸警报 says what 警报 does not, and 短程弹道导弹 what 短程 does not.  Names are told by themselves, without titles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window, spread_of, without_links
from mediawatch.keywords.reading import LATIN, NAME, PARTED, Places, class_of
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.keywords.vocabulary import language_of_term

_WORD: Final = 2
"""Characters of the word beside it; a single one is rather a place (车厢内)."""
_FULL: Final = 0.65
"""Share of a word's stories that have it in a longer expression, from which that names them: two of three.  So many
places of the expression have to be whole words as well."""
_LONGEST: Final = 10
"""Units of the longest expression that is grown."""

UsualOf = Callable[[Sequence[int]], int | None]
"""Stories of the baseline that have the string of such units; None where that was not counted."""


def is_plain(word: Candidate) -> bool:
    """Whether it is a Chinese word of the dictionary, and no name."""
    return word.is_listed and not word.is_name and language_of_term(word.term) == "zh"


def expressions_of(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those of `candidates` that a word inside them explains, and in which a common word that passed may be told."""
    heads = {one.term: one for one in candidates if one.gate is Gate.PASSED and is_plain(one)}
    nested = (one for one in candidates if one.gate is Gate.NESTED)
    return [
        one for one in nested if any(_is_expression(one, heads[edge]) for edge in _edges(one.term) if edge in heads)
    ]


def _edges(term: str) -> Iterator[str]:
    """The beginnings and ends of `term` that leave a word: the heads it may tell, without trying all of a day's."""
    for cut in range(_WORD, len(term)):
        yield term[cut:]
        yield term[:-cut]


def in_full(head: Candidate, expressions: Sequence[Candidate]) -> Candidate:
    """The one of `expressions` in which most reports of a topic have its head, a common word; else `head` itself."""
    if not is_plain(head):
        return head
    fitting = [one for one in expressions if _is_expression(one, head)]
    return min(fitting, key=lambda one: (one.usual, -len(one.stories), one.term), default=head)


def _is_expression(one: Candidate, head: Candidate) -> bool:
    rest = one.term.removesuffix(head.term) if one.term.endswith(head.term) else one.term.removeprefix(head.term)
    if rest == one.term or one.actions or len(rest) < _WORD or class_of(rest) != NAME:
        return False
    return len(one.stories & head.stories) >= _FULL * len(head.stories)


def told_in(
    heads: Sequence[Candidate], nested: Sequence[Candidate], window: Window, usual_of: UsualOf, rules: Rules
) -> Mapping[str, Candidate]:
    """{common word: the expression that it is told in}: one of the strings `nested`, or one that is grown."""
    found = {}
    for head in filter(is_plain, heads):
        expression = in_full(head, nested)
        expression = grown(head, window, usual_of, rules) if expression is head else expression
        if expression is not head:
            found[head.term] = expression
    return found


def grown(head: Candidate, window: Window, usual_of: UsualOf, rules: Rules) -> Candidate:
    """`head` with the nouns beside it that most of its stories have, whether new or not; else itself, as where all that
    have them are of fewer publishers than `rules` ask for.

    It grows word by word, on the side where more stories agree.
    """
    places, length = without_links(window, head.places), len(head.codes)
    enough = _FULL * len(head.stories)
    while length < _LONGEST:
        beside = (_words_beside(window, places, length, is_behind=is_behind) for is_behind in (True, False))
        best = max((found for found in beside if found), key=lambda found: _stories(window, found[0]), default=None)
        if best is None or _stories(window, best[0]) < enough:
            break
        places, length = best[0], length + best[1]
    if length == len(head.codes) or not _is_of_words(window, places, length):
        return head
    first, [counts] = int(places[0]), spread_of(window, places).rows()
    if counts["publishers"] < rules.publishers:
        return head
    codes = tuple(window.corpus.codes[first : first + length].tolist())
    usual = usual_of(codes)
    return replace(
        head,
        term=window.surface(first, length),
        codes=codes,
        places=places,
        **counts,
        usual=head.usual if usual is None else min(float(usual), head.usual),
        is_word=False,
        is_listed=False,
        gate=Gate.NESTED,
    )


def _is_of_words(window: Window, places: Places, length: int) -> bool:
    """Whether a string begins where a word does, and ends where one does, in most of its places."""
    corpus = window.corpus
    edges = corpus.opens[places] & corpus.closes[places + length - 1]
    return float(edges.mean()) >= _FULL


def _stories(window: Window, places: Places) -> int:
    return len(set(window.story[places].tolist()))


def _words_beside(window: Window, places: Places, length: int, *, is_behind: bool) -> tuple[Places, int] | None:
    """The places of the string with the word beside it that most stories have, and that word's units; None without."""
    found: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for place in places.tolist():
        first, end = _word_behind(window, place + length) if is_behind else _word_before(window, place)
        if first < end:
            codes = tuple(window.corpus.codes[first:end].tolist())
            found[codes].append(place if is_behind else first)
    if not found:
        return None
    kinds = {codes: np.array(held, np.int32) for codes, held in found.items()}
    codes = max(sorted(kinds), key=lambda codes: _stories(window, kinds[codes]))
    return kinds[codes], len(codes)


def _word_behind(window: Window, first: int) -> tuple[int, int]:
    """The bounds of the word that begins at `first`, or of the rest of one, if an expression may go on with it."""
    corpus, end = window.corpus, first
    if first >= len(corpus.codes) or not _is_part(window, first):
        return first, first
    while not corpus.closes[end] and corpus.codes[end + 1] != PARTED:
        end += 1
    return first, end + 1


def _word_before(window: Window, end: int) -> tuple[int, int]:
    corpus, first = window.corpus, end - 1
    if first < 0 or not _is_part(window, first):
        return end, end
    while not corpus.opens[first] and first and corpus.codes[first - 1] != PARTED:
        first -= 1
    return first, end


def _is_part(window: Window, place: int) -> bool:
    """Whether a noun of several units stands at `place`; a single one is rather a place (车厢内) or a verb (征)."""
    corpus = window.corpus
    is_single = bool(corpus.opens[place] and corpus.closes[place])
    code = int(corpus.codes[place])
    return int(corpus.classes[place]) == NAME and not is_single and code != PARTED and not code & LATIN
