"""Which articles are copies of one another: pairs worth comparing, and the comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from mediawatch.stories.sketching import NUMBERS, K, Sketch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mediawatch.stories.sketching import Hashes

# Chosen on three sets of 1,800 articles that tests/bench/stories.py makes by seed (mean F1 .964), and measured on five
# others (.967 to .982).  The figures beside a constant are the mean F1 on the three with another value of it.

SMALLEST: Final = 48
"""Hashes of each sketch that candidates are looked for with; 96 (.965) would double the work."""
SHARED: Final = 2
"""Of them, so many in common make two articles worth comparing: of a text cut to a fifth hardly more are to be had."""
FANNED: Final = 12
"""Articles with one hash up to which all are compared with one another; of more, each with a few..."""
LEADERS: Final = 3
"""... namely these many first ones, and its neighbour.  27,000 articles of one day: 3.4 s, 100,587 pairs."""
_SAMPLED: Final = 64
"""Of so many pairs one tells how they are spread."""
_READ: Final = 10_000
"""Sketches that are read together."""
_BAND: Final = 1 << 22
"""Hashes whose articles are paired together, some 200 MB: those of 90,000 articles; of more, in bands by hash."""
SITE_TEMPLATE: Final = 3
"""A shingle in so many articles of one site is template text of that site; four: .933."""
LEFT: Final = 25
"""Shingles of a text that have to be left when template text is taken out, else it is compared whole; 60: .937."""
SAMPLE: Final = 6
"""Hashes of either text below which a share is too rough to tell a half from a third."""
COVERED: Final = 0.45
"""Share of the one text that the other has to hold: .953 with .35 (reports of one event), .963 with .6."""
COVERED_AT_HOME: Final = 0.85
"""... of texts of one site, which have its template text in common, learned or not; .55: .933."""
HELD: Final = 0.2
"""... and the share of the other that this is at least; .1: .953, .3: .962."""
COVERED_IF_TITLED: Final = 0.3
HELD_IF_TITLED: Final = 0.12
"""The same of texts of two sites under one title.  Without it recall on the fourth set is .941 and not .960."""
PIECE: Final = 0.1
"""Share of a text from which another one that it holds is a piece of it..."""
PIECES: Final = 12
"""... of which so many are looked at: the work on one text is bounded."""
EXPECTED: Final = 1.0
"""Numbers that two copies should have in common from which it counts that they do not; 2: .960."""
MUTUAL: Final = 0.45
"""Share of the longer text that the other has to hold; below, the shorter is a part of it, and the longer one may be a
digest of many; .6: .959."""
TOUCHING: Final = 0.15
"""Overlap from which two parts of one text are about the same: parts that do not even touch make it a digest.  Without
knowing digests precision on the fourth set is .951 and not .988."""
KEPT: Final = 1 << 17
"""Texts without their site's template text that are kept while others are compared with them, 100 MB at most."""
BESIDE: Final = 64
"""... and of those also without another site's: pairs come by their first text, with the same few sites again."""
NAMED: Final = 2
"""Words that only the one title has and its text repeats, from which they tell something..."""
SAME_SUBJECT: Final = 0.34
"""... and the part of them that copies have where the other text repeats them: reports from one template (earthquakes,
weather, prices) name another place in the same sentences."""
SAME_FACTS: Final = 0.4
"""Part of the numbers they should have in common that copies really have.  Without comparing them precision on the
fourth set is .909 and not .988."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of `one` the `other` holds, 0 to 1, and the reverse; `facts` the numbers likewise.

    `facts` is None where there are too few to tell, `subject` likewise: the part of what only one title names that the
    other text says in the same words; neither is asked where the shares already say that it is no copy.  `needed` are
    the shares, larger and smaller, that make them copies.
    """

    one: float
    other: float
    facts: float | None
    subject: float | None
    needed: tuple[float, float]

    @property
    def largest(self) -> float:
        """The larger of both shares."""
        return max(self.one, self.other)

    @property
    def is_mutual(self) -> bool:
        """Whether either text is for the most part in the other."""
        return min(self.one, self.other) >= MUTUAL

    @property
    def is_copy(self) -> bool:
        """Whether one text is for the most part a copy of the other."""
        covered, held = self.needed
        if self.largest < covered or min(self.one, self.other) < held:
            return False
        if self.subject is not None and self.subject < SAME_SUBJECT:
            return False
        return self.facts is None or self.facts >= SAME_FACTS


def copied(sketches: Sequence[Sketch], sites: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers of texts that are copies.

    A text that holds others which have nothing in common is a digest: it is no copy of any of them.
    """
    texts = _Texts.of(sketches, sites)
    compared = texts.compared
    parts: defaultdict[int, list[int]] = defaultdict(list)
    pieces: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in candidates(sketches):
        found = compared(one, other)
        if found is None:
            continue
        if found.is_copy and found.is_mutual:
            yield one, other
            continue
        whole, part = (one, other) if found.one < found.other else (other, one)
        if found.is_copy:
            parts[whole].append(part)
        elif found.largest >= COVERED and min(found.one, found.other) >= PIECE:
            pieces[whole].append(part)
    for whole, held in parts.items():
        if not _is_digest([*held[:PIECES], *pieces[whole][:PIECES]], compared):
            yield from ((whole, part) for part in held)


def _is_digest(parts: Sequence[int], compared: Callable[[int, int], Overlap | None]) -> bool:
    """Whether some of `parts` touch none of the others, directly or through one another."""
    left, reached = set(parts), [parts[0]]
    while reached:
        part = reached.pop()
        left.discard(part)
        near = [other for other in left if (found := compared(part, other)) and found.largest >= TOUCHING]
        left -= set(near)
        reached += near
    return bool(left)


def _needed(one: Sketch, other: Sketch) -> tuple[float, float]:
    return (COVERED_IF_TITLED, HELD_IF_TITLED) if one.title and one.title == other.title else (COVERED, HELD)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Sketches and their sites; `left(number, site)` is a text without the template text of its own and that site."""

    sketches: Sequence[Sketch]
    sites: Sequence[str]
    left: Callable[[int, str], Hashes]

    @classmethod
    def of(cls, sketches: Sequence[Sketch], sites: Sequence[str]) -> _Texts:
        templates = site_templates(sites, sketches)

        @lru_cache(KEPT)
        def own(number: int) -> Hashes:
            return _without(sketches[number].hashes, templates.get(sites[number]))

        @lru_cache(BESIDE)
        def left(number: int, site: str) -> Hashes:
            return own(number) if site == sites[number] else _without(own(number), templates.get(site))

        return cls(sketches, sites, left)

    def compared(self, one: int, other: int) -> Overlap | None:
        """The overlap of two texts without template text; None where the sketches say too little."""
        first, second = self.sketches[one], self.sketches[other]
        is_home = self.sites[one] == self.sites[other]
        needed = (COVERED_AT_HOME, HELD) if is_home else _needed(first, second)
        left = self.left(one, self.sites[other]), self.left(other, self.sites[one])
        # Of a text that its site prints daily nothing is left: such texts are compared whole.
        if not (_is_enough(left[0], first) and _is_enough(left[1], second)):
            left = first.hashes, second.hashes
        return _overlap(first, second, left, needed)


def _overlap(one: Sketch, other: Sketch, left: tuple[Hashes, Hashes], needed: tuple[float, float]) -> Overlap | None:
    limit = min(_limit(one.hashes, one.shingles, K), _limit(other.hashes, other.shingles, K))
    first, second = _below(left[0], limit), _below(left[1], limit)
    if min(len(first), len(second)) < SAMPLE:
        return None
    shared = _shared(first, second)
    shares = shared / len(first), shared / len(second)
    if max(shares) < needed[0] or min(shares) < needed[1]:
        return Overlap(*shares, None, None, needed)  # no copy, whatever else they have in common
    return Overlap(*shares, _same_facts(one, other, shares), _same_subject(one, other), needed)


def _is_enough(left: Hashes, sketch: Sketch) -> bool:
    return len(left) * sketch.shingles >= LEFT * len(sketch.hashes)


def _without(hashes: Hashes, template: Hashes | None) -> Hashes:
    return hashes if template is None or not len(hashes) else hashes[~_is_among(hashes, template)]


def _is_among(hashes: Hashes, among: Hashes) -> NDArray[np.bool_]:
    """Which of `hashes` the sorted `among` (not empty) holds."""
    # The array's own method: numpy's function of that name costs as much again around it.
    found: NDArray[np.bool_] = among[np.minimum(among.searchsorted(hashes), len(among) - 1)] == hashes
    return found


def _shared(first: Hashes, second: Hashes) -> int:
    return int(_is_among(first, second).sum()) if len(first) and len(second) else 0


def _same_facts(one: Sketch, other: Sketch, shares: tuple[float, float]) -> float | None:
    """Numbers in common as a part of those that texts with so much in common should have, by the side that has more.

    None where it is fewer than EXPECTED for either: a site's template text has numbers too, which are no facts.
    """
    limit = min(_limit(one.number_hashes, one.numbers, NUMBERS), _limit(other.number_hashes, other.numbers, NUMBERS))
    first, second = _below(one.number_hashes, limit), _below(other.number_hashes, limit)
    expected = [share * len(numbers) for share, numbers in zip(shares, (first, second), strict=True)]
    shared = _shared(first, second)
    return shared / min(expected) if min(expected) >= EXPECTED else None


def _same_subject(one: Sketch, other: Sketch) -> float | None:
    """Of the words that only the one title has and its text repeats, the part that stands in the other text likewise.

    By the side that has more; None where either title has fewer than NAMED such words among the hashes both know.
    """
    limit = min(_limit(one.hashes, one.shingles, K), _limit(other.hashes, other.shingles, K))
    sides = [_named_alone(one, other, limit), _named_alone(other, one, limit)]
    if min(map(len, sides)) < NAMED:
        return None
    parts = (_is_among(found, whole.hashes) for found, whole in zip(sides, (other, one), strict=True))
    return max(float(part.mean()) for part in parts)


def _named_alone(one: Sketch, other: Sketch, limit: int) -> Hashes:
    # Of sixteen keys a table of all pairs is faster than a search.
    is_common: NDArray[np.bool_] = (one.subject_keys[:, None] == other.subject_keys).any(axis=1)
    found: Hashes = one.subject_hashes[~is_common]
    is_told: NDArray[np.bool_] = (found > 0) & (found <= limit)
    return found[is_told]


def _limit(hashes: Hashes, count: int, size: int) -> int:
    """Up to which hash a sketch knows all of its text's."""
    return int(hashes[-1]) if count > size else 0xFFFFFFFF


def _below(hashes: Hashes, limit: int) -> Hashes:
    is_all = not len(hashes) or hashes[-1] <= limit
    return hashes if is_all else hashes[: int(hashes.searchsorted(np.uint32(limit), side="right"))]


def candidates(sketches: Sequence[Sketch]) -> Iterator[tuple[int, int]]:
    """Pairs (lower, higher number) that share SHARED of their smallest hashes, in linear time."""
    owners, hashes = _postings(sketches)
    bands = len(hashes) // _BAND + 1
    of_band = (hashes % np.uint32(bands)).astype(np.uint16)
    pairs = [_pairs_in(owners[of_band == band], hashes[of_band == band]) for band in range(bands)]
    del owners, hashes, of_band
    for part in pairs:
        part.sort()
    # Pairs are counted a range after the other, which needs no second copy of all.
    for first, end in pairwise(_bounds(pairs, bands)):
        inside = [part[slice(*np.searchsorted(part, (first, end)))] for part in pairs]
        codes, counts = np.unique(np.concatenate(inside), return_counts=True)
        for code in codes[counts >= SHARED].tolist():
            yield divmod(code, 1 << 32)


def _bounds(pairs: Sequence[NDArray[np.int64]], ranges: int) -> list[int]:
    """The bounds of so many ranges that have about as many of the sorted `pairs` each: the first articles with a hash
    have most of them.
    """
    sample = np.sort(np.concatenate([part[::_SAMPLED] for part in pairs]))
    cuts = sample[[len(sample) * number // ranges for number in range(1, ranges)]] if len(sample) else sample
    return [0, *cuts.tolist(), int(np.iinfo(np.int64).max)]


def _pairs_in(owners: NDArray[np.int32], hashes: Hashes) -> NDArray[np.int64]:
    """Pairs of owners that share one of `hashes`, those that share two of them twice."""
    order = np.lexsort((owners, hashes))
    who, hashes = owners[order].astype(np.int64), hashes[order]
    _, lengths = _lists(hashes)
    pairs = [_pairs_at(who, hashes, 1)]
    short = lengths <= FANNED
    pairs += [_pairs_at(who[short], hashes[short], distance) for distance in range(2, FANNED)]
    pairs.append(_pairs_with_leaders(who[~short], _lists(hashes[~short])[0]))
    return np.concatenate(pairs)


def _postings(sketches: Sequence[Sketch]) -> tuple[NDArray[np.int32], Hashes]:
    """The smallest hashes of all `sketches`, and the number of the one that each is of."""
    lengths, parts = np.zeros(len(sketches), dtype=np.int64), [np.zeros(0, dtype=np.uint32)]
    for start in range(0, len(sketches), _READ):
        lists = [sketch.hashes[:SMALLEST] for sketch in sketches[start : start + _READ]]
        lengths[start : start + len(lists)] = list(map(len, lists))
        parts.append(np.concatenate(lists).astype(np.uint32))
    return np.repeat(np.arange(len(sketches), dtype=np.int32), lengths), np.concatenate(parts)


def _pairs_at(owners: NDArray[np.int64], hashes: Hashes, distance: int) -> NDArray[np.int64]:
    """Pairs of owners that stand `distance` apart in the list of one hash."""
    same = hashes[:-distance] == hashes[distance:]
    pairs: NDArray[np.int64] = (owners[:-distance][same] << 32) | owners[distance:][same]
    return pairs


def _lists(hashes: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each of the sorted `hashes` where the list of its like begins, and how long that is."""
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.r_[starts, len(hashes)])
    return np.repeat(starts, lengths), np.repeat(lengths, lengths)


def _pairs_with_leaders(owners: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each owner in a long list with the first LEADERS of it."""
    places = np.arange(len(owners))
    found = [np.zeros(0, dtype=np.int64)]
    for leader in range(LEADERS):
        later = places - first > leader + 1
        found.append((owners[first[later] + leader] << 32) | owners[places[later]])
    return np.concatenate(found)


def site_templates(sites: Sequence[str], sketches: Sequence[Sketch]) -> dict[str, Hashes]:
    """{site: hashes in SITE_TEMPLATE or more of its articles}, in order; a site after the other is looked at."""
    by_site: defaultdict[str, list[int]] = defaultdict(list)
    for number, site in enumerate(sites):
        by_site[site].append(number)
    found: dict[str, Hashes] = {}
    for site, numbers in sorted(by_site.items()):
        lists = [sketches[number].hashes for number in numbers]
        hashes, counts = np.unique(np.concatenate(lists), return_counts=True)
        if len(held := hashes[counts >= SITE_TEMPLATE]):
            found[site] = held.astype(np.uint32)
    return found
