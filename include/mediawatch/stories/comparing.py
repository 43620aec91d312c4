"""Which articles are copies of one another: pairs worth comparing, and the comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mediawatch.stories.sketching import NUMBERS, K, Sketch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mediawatch.stories.sketching import Hashes

SMALLEST: Final = 48
"""Hashes of each sketch that candidates are looked for with."""
SHARED: Final = 2
"""Of them, so many in common make two articles worth comparing."""
FANNED: Final = 12
"""Articles with one hash up to which all are compared with one another; of more, each with a few."""
LEADERS: Final = 3
"""... namely these many first ones, and its neighbour."""
SITE_TEMPLATE: Final = 3
"""A shingle in so many articles of one site is template text of that site."""
LEFT: Final = 25
"""Shingles of a text that have to be left when template text is taken out; else it is compared whole."""
SAMPLE: Final = 6
"""Hashes of either text below which the comparison says nothing."""
COVERED: Final = 0.4
"""Share of the one text that the other has to hold..."""
COVERED_AT_HOME: Final = 0.8
"""... of texts of one site, which have its template text in common, learned or not."""
HELD: Final = 0.2
"""... and the share of the other that this is at least."""
EXPECTED: Final = 1.5
"""Numbers that two copies should have in common from which it counts that they do not."""
MUTUAL: Final = 0.5
"""Share of the longer text that the other has to hold; below, the shorter is a part of it, and the longer one may be a
digest of many."""
COVERED_IF_TITLED: Final = 0.3
HELD_IF_TITLED: Final = 0.05
"""The same of texts of two sites under one title."""
PIECE: Final = 0.1
"""Share of a text from which another one that it holds is a piece of it..."""
PIECES: Final = 12
"""... of which so many are looked at."""
TOUCHING: Final = 0.15
"""Overlap from which two parts of one text are about the same: parts that do not even touch make it a digest."""
SAME_FACTS: Final = 0.4
"""Part of the numbers they should have in common that copies really have: a report of the same market on another day
has its words and other numbers."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of `one` the `other` holds, 0 to 1, and the reverse; `facts` the numbers likewise.

    `facts` is None where there are too few to tell.  `needed` are the shares, larger and smaller,
    that make them copies.
    """

    one: float
    other: float
    facts: float | None
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
        return self.facts is None or self.facts >= SAME_FACTS


def copied(sketches: Sequence[Sketch], sites: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers of texts that are copies.

    A text that holds others which have nothing in common is a digest: it is no copy of any of them.
    """
    templates = site_templates(sites, sketches)

    def compared(one: int, other: int) -> Overlap | None:
        first, second = sketches[one], sketches[other]
        needed = (COVERED_AT_HOME, HELD) if sites[one] == sites[other] else _needed(first, second)
        return overlap(first, second, _united(templates, sites[one], sites[other]), needed)

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


def _united(templates: Mapping[str, Hashes], one: str, other: str) -> Hashes:
    found = [templates[site] for site in sorted({one, other}) if site in templates]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.uint32)


def overlap(one: Sketch, other: Sketch, template: Hashes, needed: tuple[float, float]) -> Overlap | None:
    """The overlap of two texts, `template` hashes left out; None where the sketches say too little."""
    limit = min(_limit(one.hashes, one.shingles, K), _limit(other.hashes, other.shingles, K))
    first, second = _below(one.hashes, limit), _below(other.hashes, limit)
    own, others = _own(one, template), _own(other, template)
    if own is not None and others is not None:
        first, second = _below(own, limit), _below(others, limit)
    if min(len(first), len(second)) < SAMPLE:
        return None
    shared = len(np.intersect1d(first, second, assume_unique=True))
    shares = shared / len(first), shared / len(second)
    return Overlap(*shares, _same_facts(one, other, shares), needed)


def _own(sketch: Sketch, template: Hashes) -> Hashes | None:
    """The sketch without `template`; None where next to nothing is left, as of a text that a site prints daily."""
    if not len(template):
        return sketch.hashes
    left = sketch.hashes[~np.isin(sketch.hashes, template, assume_unique=True)]
    return left if len(left) * sketch.shingles >= LEFT * len(sketch.hashes) else None


def _same_facts(one: Sketch, other: Sketch, shares: tuple[float, float]) -> float | None:
    """Numbers in common as a part of those that texts with so much in common should have, by the side that has more.

    None where it is fewer than EXPECTED for either: a site's template text has numbers too, which are no facts.
    """
    limit = min(_limit(one.number_hashes, one.numbers, NUMBERS), _limit(other.number_hashes, other.numbers, NUMBERS))
    first, second = _below(one.number_hashes, limit), _below(other.number_hashes, limit)
    expected = [share * len(numbers) for share, numbers in zip(shares, (first, second), strict=True)]
    shared = len(np.intersect1d(first, second, assume_unique=True))
    return shared / min(expected) if min(expected) >= EXPECTED else None


def _limit(hashes: Hashes, count: int, size: int) -> int:
    """Up to which hash a sketch knows all of its text's."""
    return int(hashes[-1]) if count > size else 0xFFFFFFFF


def _below(hashes: Hashes, limit: int) -> Hashes:
    return hashes[: int(np.searchsorted(hashes, limit, side="right"))]


def candidates(sketches: Sequence[Sketch]) -> Iterator[tuple[int, int]]:
    """Pairs (lower, higher number) that share SHARED of their smallest hashes, in linear time."""
    owners, hashes = _postings([sketch.hashes[:SMALLEST] for sketch in sketches])
    order = np.lexsort((owners, hashes))
    owners, hashes = owners[order], hashes[order]
    pairs = [_pairs_at(owners, hashes, distance) for distance in range(1, FANNED)]
    pairs.append(_pairs_with_leaders(owners, hashes))
    codes, counts = np.unique(np.concatenate(pairs), return_counts=True)
    for code in codes[counts >= SHARED].tolist():
        yield divmod(code, 1 << 32)


def _postings(lists: Sequence[Hashes]) -> tuple[NDArray[np.int64], Hashes]:
    lengths = np.array([len(hashes) for hashes in lists], dtype=np.int64)
    owners = np.repeat(np.arange(len(lists), dtype=np.int64), lengths)
    return owners, np.concatenate([np.zeros(0, dtype=np.uint32), *lists]).astype(np.uint32)


def _pairs_at(owners: NDArray[np.int64], hashes: Hashes, distance: int) -> NDArray[np.int64]:
    """Pairs of owners that stand `distance` apart in the list of one hash."""
    same = hashes[:-distance] == hashes[distance:]
    pairs: NDArray[np.int64] = (owners[:-distance][same] << 32) | owners[distance:][same]
    return pairs


def _pairs_with_leaders(owners: NDArray[np.int64], hashes: Hashes) -> NDArray[np.int64]:
    """Each owner in a long list with its first LEADERS, where these stand farther away than FANNED."""
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.zeros(0, dtype=np.int64)
    first = np.repeat(starts, np.diff(np.r_[starts, len(hashes)]))
    places = np.arange(len(hashes))
    found = []
    for leader in range(LEADERS):
        far = places - (first + leader) >= FANNED
        found.append((owners[first[far] + leader] << 32) | owners[places[far]])
    return np.concatenate(found)


def site_templates(sites: Sequence[str], sketches: Sequence[Sketch]) -> dict[str, Hashes]:
    """{site: hashes in SITE_TEMPLATE or more of its articles}."""
    numbers = {site: number for number, site in enumerate(sorted(set(sites)))}
    owners, hashes = _postings([sketch.hashes for sketch in sketches])
    held = np.array([numbers[site] for site in sites], dtype=np.uint64)
    codes, counts = np.unique((held[owners] << np.uint64(32)) | hashes, return_counts=True)
    codes = codes[counts >= SITE_TEMPLATE]
    of_site = (codes >> np.uint64(32)).astype(np.int64)
    return {
        site: codes[of_site == number].astype(np.uint32)
        for site, number in numbers.items()
        if (of_site == number).any()
    }
