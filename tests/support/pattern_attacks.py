"""Texts on which a regular expression may take more than linear time, derived from the expression itself.

A pattern runs away where a repeat can be entered at many places of a text, or divided in many ways, and what has to
follow it is missing.  So for each repeat the attack is what leads to it, then very often what its body accepts, then an
end that the rest refuses.  The characters of the middle are chosen so that each combination of the pattern's sets that
share a character is tried: that is where two repeats compete for the same text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from typing import Any, Final

Node = tuple[Any, Any]

op: Final = import_module("re._constants")
_parser: Final = import_module("re._parser")

COMMON: Final = " \u3000\t\n\r1a A_驻中é０.,-<>\"'()（）[]{}/\\|:;：&#%@=?!。，、·*+~^$\x00\x1b日年"
"""Characters that sets are tried with, the commonest first."""
GENERIC: Final = (
    *(" ", "\u3000", "\t", "\n", "\r\n", "\n ", "1", "12 ", "a", "A", "aA1 ", "a.", "a-", "a' ", "中", "中 ", "中。"),
    *("，", "。", "<", "<a", "</", '"', "'", "\\", '\\"', "(", "[", "（", "()", ".", ",", "-", " - ", "_", "|", "/"),
    *(":", "&#", "&", "=", "\x1b[", "http://", "ａ１", "1a 中，<'", "a中1 -.", "\x00"),
)
"""Pumps that every pattern is tried with; one without long repeats with the first few only."""
FEW: Final = 12
ENDS: Final = ("", "\x00", "\n\x00", "x")
LONG: Final = 8
"""A repeat of at least so many times can be an engine of growth."""
MOST_PUMPS: Final = 28
MOST_PLACES: Final = 40
MOST_WAYS: Final = 12
MOST_TIMES: Final = 40

_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
_SETS: Final = frozenset({op.IN, op.ANY, op.NOT_LITERAL})
_INNER: Final[Mapping[Any, Callable[[Any], Iterable[Any]]]] = {
    **dict.fromkeys(_REPEATS, lambda value: [value[2]]),
    op.SUBPATTERN: lambda value: [value[3]],
    op.BRANCH: lambda value: value[1],
    op.ATOMIC_GROUP: lambda value: [value],
    op.ASSERT: lambda value: [value[1]],
    op.ASSERT_NOT: lambda value: [value[1]],
    op.GROUPREF_EXISTS: lambda value: filter(None, value[1:]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """`head`, then `pump` as often as it takes, then `end`."""

    head: str
    pump: str
    end: str

    def text(self, length: int) -> str:
        """About `length` characters."""
        return self.head + self.pump * (length // len(self.pump) + 1) + self.end

    def __str__(self) -> str:
        return f"{self.head!a} + n * {self.pump!a} + {self.end!a}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A repeat of the pattern: what comes before and after it on some way through the pattern."""

    before: tuple[Node, ...]
    repeat: Node
    after: tuple[Node, ...]


def attacks_on(pattern: str | bytes, flags: int) -> list[Attack]:
    """The attacks to be tried on `pattern`; for one of bytes, texts whose characters stand for them."""
    tree = _parser.parse(pattern, flags)
    writing = _Writing(tree.state.flags, isinstance(pattern, bytes))
    places = list(_places(list(tree), (), ()))[:MOST_PLACES]
    found = [attack for place in places for attack in _at(place, writing)]
    whole = [writing.sample(list(tree), extra=extra) for extra in (0, 1, 2)]
    generic = GENERIC if places else GENERIC[:FEW]
    pumps = dict.fromkeys((*(text for sample in whole for text in (sample, sample[:-1])), *generic))
    found += [Attack(head="", pump=pump, end=end) for pump in filter(None, pumps) for end in ("", "\x00")]
    if isinstance(pattern, bytes):
        found = [each for each in found if max(each.head + each.pump + each.end) < "\u0100"]
    return list(dict.fromkeys(found))


def _at(place: _Place, writing: _Writing) -> Iterator[Attack]:
    heads = dict.fromkeys(writing.sample(place.before, extra=extra) for extra in (0, 1))
    rest = writing.sample(place.after)
    ends = dict.fromkeys((*ENDS, rest, rest[:-1] + "\x00"))
    for pump, head, end in product(_pumps(place, writing), heads, ends):
        yield Attack(head=head, pump=pump, end=end)
        if head:
            yield Attack(head="", pump=_root(head + pump), end=end)


def _pumps(place: _Place, writing: _Writing) -> list[str]:
    """Texts that the repeat's body accepts, each character of the alphabet tried, each way through it."""
    body = list(place.repeat[1][2])
    letters = writing.alphabet([place.repeat, *place.before, *place.after])
    ways = range(min(MOST_WAYS, _width(body)))
    samples = [
        writing.sample(body, first=letter, way=way, extra=extra)
        for extra, way, letter in product((0, 1, 2), ways, ("", *letters))
    ]
    return list(dict.fromkeys(_root(sample) for sample in samples if sample))[:MOST_PUMPS]


def _root(text: str) -> str:
    """The shortest text that `text` is a repetition of."""
    return text[: (text + text).find(text, 1)]


def _places(seq: Sequence[Node], before: tuple[Node, ...], after: tuple[Node, ...]) -> Iterator[_Place]:
    for index, node in enumerate(seq):
        ahead, behind = (*before, *seq[:index]), (*seq[index + 1 :], *after)
        if node[0] in _REPEATS and node[1][1] >= LONG:
            yield _Place(ahead, node, behind)
        for inner in _inner(node):
            yield from _places(inner, ahead, behind)


def _inner(node: Node) -> list[list[Node]]:
    """The sequences inside a node."""
    kind, value = node
    return [list(each) for each in _INNER[kind](value)] if kind in _INNER else []


def _width(seq: Iterable[Node]) -> int:
    """The most alternatives of any choice in `seq`, at least 1."""
    return max(
        (max([len(node[1][1]) if node[0] is op.BRANCH else 1, *map(_width, _inner(node))]) for node in seq), default=1
    )


class _Writing:
    """Writes texts that parts of a pattern accept (near enough: what look-around refuses is passed over)."""

    def __init__(self, flags: int, is_bytes: bool) -> None:
        self.flags = flags
        self.is_ascii = is_bytes or bool(flags & re.ASCII)
        self.groups: dict[int, str] = {}

    def sample(self, seq: Iterable[Node], *, first: str = "", way: int = 0, extra: int = 0) -> str:
        """A text for `seq` that has the character `first` wherever it may, takes alternative `way` of each choice, and
        repeats up to `extra` times what may be left out."""
        return "".join(self._written(node, first, way, extra) for node in seq)

    def _written(self, node: Node, first: str, way: int, extra: int) -> str:
        kind, value = node
        if kind is op.GROUPREF:
            return self.groups.get(value, "")
        if kind is op.AT:
            return "\n" if value is op.AT_BEGINNING and self.flags & re.MULTILINE else ""
        if kind is op.ASSERT_NOT or (kind is op.ASSERT and value[0] > 0):
            return ""
        inner = _inner(node)
        if not inner:
            return self._character(node, first)
        chosen = inner[way % len(inner)] if kind is op.BRANCH else inner[0]
        times = min(MOST_TIMES, max(value[0], min(extra, value[1]))) if kind in _REPEATS else 1
        text = self.sample(chosen, first=first, way=way, extra=extra) * times
        if kind is op.SUBPATTERN:
            self.groups[value[0]] = text
        return text

    def _character(self, node: Node, first: str) -> str:
        if node[0] is op.LITERAL:
            return chr(node[1])
        written = "".join(_literals([node]))
        return next((character for character in first + COMMON + written if self.accepts(node, character)), "")

    def accepts(self, node: Node, character: str) -> bool:
        """Whether the set `node` holds `character`."""
        kind, value = node
        if kind is op.ANY:
            return character != "\n" or bool(self.flags & re.DOTALL)
        if kind is op.IN:
            is_negated = bool(value) and value[0][0] is op.NEGATE
            return is_negated != any(self._holds(item, character) for item in value)
        return kind in (op.LITERAL, op.NOT_LITERAL) and self._is(character, value) == (kind is op.LITERAL)

    def _is(self, character: str, code: int) -> bool:
        other = chr(code)
        return character == other or bool(self.flags & re.IGNORECASE and character.lower() == other.lower())

    def _holds(self, item: Node, character: str) -> bool:
        kind, value = item
        if kind is op.RANGE:
            cases = {character, character.lower(), character.upper()} if self.flags & re.IGNORECASE else {character}
            return any(len(case) == 1 and value[0] <= ord(case) <= value[1] for case in cases)
        if kind is op.CATEGORY:
            letter = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(value).rpartition("_")[2]]
            found = re.match(letter, character, re.ASCII if self.is_ascii else 0) is not None
            return found != ("NOT" in str(value))
        return kind is op.LITERAL and self._is(character, value)

    def alphabet(self, nodes: Iterable[Node]) -> list[str]:
        """One character for each combination of the sets in `nodes` that share one, the most shared first."""
        nodes = list(nodes)
        sets = list(_sets(nodes))
        by_sets: dict[tuple[bool, ...], str] = {}
        for character in dict.fromkeys(COMMON + "".join(_literals(nodes))):
            by_sets.setdefault(tuple(self.accepts(each, character) for each in sets), character)
        ranked = sorted(by_sets.items(), key=lambda found: -sum(found[0]))
        return [character for held, character in ranked if any(held)]


def _sets(nodes: Iterable[Node]) -> Iterator[Node]:
    """The sets of characters in `nodes`, a character that is repeated by itself among them."""
    for node in nodes:
        if node[0] in _SETS:
            yield node
        for inner in _inner(node):
            if node[0] in _REPEATS and len(inner) == 1 and inner[0][0] is op.LITERAL:
                yield inner[0]
            yield from _sets(inner)


def _literals(nodes: Iterable[Node]) -> Iterator[str]:
    """The characters that are written in `nodes`; of a range the first."""
    for kind, value in nodes:
        if kind in (op.LITERAL, op.NOT_LITERAL):
            yield chr(value)
        elif kind is op.RANGE:
            yield chr(value[0])
        elif kind is op.IN:
            yield from _literals(value)
        for inner in _inner((kind, value)):
            yield from _literals(inner)
