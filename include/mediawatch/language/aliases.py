"""Names that differ from place to place, 特朗普 and 川普, brought to one spelling."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from mediawatch.errors import BadConfiguration
from mediawatch.language.folding import BLANKS_BEFORE, fold
from mediawatch.language.scripts import HAN

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

POINTS: Final = "·‧・•"
"""The points between the parts of a transliterated name, as sites write them; some leave them out."""

SHORTEST: Final = 2
"""Characters of a form: one Han character is part of too many words."""

_POINT: Final = re.compile(rf"{BLANKS_BEFORE}[{POINTS}]\s*")
_SPACE: Final = re.compile(r"\s+")
_LATIN: Final = re.compile(r"[0-9a-z\u00c0-\u024f]")

Occurrence = tuple[int, int, str]
"""Start and end of a name in a folded text, and its canonical spelling, folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One person, place or organisation.

    `forms` are its spellings, the canonical one among them or not.  `homographs` are spellings that are words as well
    (雪梨 is Sydney and a pear): a search may try them, a text is never rewritten by them.  `unless` are words that hold
    the characters of a form by chance (the 川普 of 四川普通话): where one stands, the form is not meant.
    """

    canonical: str
    forms: tuple[str, ...]
    kind: str = ""
    en: tuple[str, ...] = ()
    homographs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Those that a text is rewritten by, the canonical one first."""
        return tuple(dict.fromkeys((self.canonical, *self.forms)))

    def faults(self) -> Iterator[str]:
        """What is wrong with this name, one sentence for each fault."""
        for form in (*self.spellings, *self.homographs, *self.en):
            if len(_key(form)) < SHORTEST:
                yield f"{form!r} is shorter than {SHORTEST} characters and would be found in other words"
        folded = [fold(form) for form in self.spellings]
        for word in map(fold, self.unless):
            if not any(_hides(word, form) for form in folded):
                yield f"{word!r} hides none of the forms: it must hold one, or end as one begins"


@dataclass(frozen=True)
class Aliases:
    """The names there are.  Texts and terms are given folded or as written, as each method says.

    Raises BadConfiguration for a form that two names claim, or that is too short.
    """

    names: tuple[Name, ...] = ()

    def __post_init__(self) -> None:
        faults = [f"{name.canonical}: {fault}" for name in self.names for fault in name.faults()]
        faults += [
            f"{form!r} is claimed by {one.canonical} and by {other.canonical}"
            for form, one, other in clashes(self.names)
        ]
        if faults:
            raise BadConfiguration("Aliases: " + "; ".join(faults))

    @classmethod
    def of(cls, given: Mapping[str, str | Sequence[str]] | Sequence[Mapping[str, Any]]) -> Aliases:
        """From JSON: a list of {canonical, forms, ...}, or {canonical: [forms]}, or {form: canonical}, or a mixture."""
        if not isinstance(given, Mapping):
            return cls(tuple(_name(item) for item in given))
        forms: dict[str, list[str]] = {}
        for key, value in given.items():
            if isinstance(value, str):
                forms.setdefault(value, []).append(key)
            else:
                forms.setdefault(key, []).extend(value)
        return cls(tuple(Name(canonical=canonical, forms=tuple(found)) for canonical, found in forms.items()))

    def __or__(self, other: Aliases) -> Aliases:
        """These names and those of `other` that share no spelling with them."""
        taken = {_key(form) for name in self.names for form in name.spellings}
        added = (name for name in other.names if taken.isdisjoint(map(_key, name.spellings)))
        return Aliases((*self.names, *added))

    def __getstate__(self) -> dict[str, Any]:
        return {"names": self.names}

    def canonical(self, term: str, *, english: bool = False) -> str:
        """The folded canonical spelling of `term` (as written or folded), or `term` folded where it is no name.

        English names keep to themselves unless `english`: Trump and 特朗普 are counted apart.
        """
        held = self._by_key.get(_key(term))
        if held is None or not (english or _key(term) in self._rewriting):
            return fold(term)
        return fold(held.canonical)

    def forms(self, term: str) -> tuple[str, ...]:
        """Every spelling of the name that `term` is one of, as written, English and homographs included; else `term`.

        The canonical spelling comes first.
        """
        name = self._by_key.get(_key(term))
        return tuple(dict.fromkeys((*name.spellings, *name.homographs, *name.en))) if name else (term,)

    def occurrences(self, folded_text: str, *, english: bool = False) -> list[Occurrence]:
        """Where names stand in `folded_text`, leftmost first, of several the longest, Latin as whole words."""
        found = self._everything if english else self._chinese
        return [
            (start, end, canonical)
            for number, start, end in found.automaton.find_matches_as_indexes(folded_text)
            if (canonical := found.canonicals[number]) is not None and _stands_alone(folded_text, start, end)
        ]

    def rewrite(self, folded_text: str, *, english: bool = False) -> str:
        """`folded_text` with every name in its folded canonical spelling; English names too if `english`."""
        pieces, done = [], 0
        for start, end, canonical in self.occurrences(folded_text, english=english):
            pieces += [folded_text[done:start], canonical]
            done = end
        return "".join([*pieces, folded_text[done:]]) if pieces else folded_text

    @cached_property
    def digest(self) -> str:
        """16 hex digits that change when a name does."""
        rows = sorted(json.dumps(astuple(name), ensure_ascii=False) for name in self.names)
        return sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @cached_property
    def _by_key(self) -> Mapping[str, Name]:
        """Spellings that rewrite win over homographs and English names, which several may share."""
        listed = [(form, name) for name in self.names for form in name.spellings]
        listed += [(form, name) for name in self.names for form in (*name.en, *name.homographs)]
        return {_key(form): name for form, name in reversed(listed)}

    @cached_property
    def _rewriting(self) -> frozenset[str]:
        return frozenset(_key(form) for name in self.names for form in name.spellings)

    @cached_property
    def _chinese(self) -> _Patterns:
        return _Patterns.of(self.names, english=False)

    @cached_property
    def _everything(self) -> _Patterns:
        return _Patterns.of(self.names, english=True)


@dataclass(frozen=True, slots=True)
class _Patterns:
    """An automaton over all spellings, and for each the canonical one; None where a word only hides a name."""

    automaton: AhoCorasick
    canonicals: tuple[str | None, ...]

    @classmethod
    def of(cls, names: Iterable[Name], *, english: bool) -> _Patterns:
        from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

        found: dict[str, str | None] = {}
        for name in names:
            for form in (*name.spellings, *(name.en if english else ())):
                found |= dict.fromkeys(_written(fold(form)), fold(name.canonical))
        for name in names:
            found |= {fold(word): None for word in name.unless if fold(word) not in found}
        return cls(AhoCorasick(list(found), matchkind=MATCHKIND_LEFTMOST_LONGEST), tuple(found.values()))


def clashes(names: Sequence[Name]) -> Iterator[tuple[str, Name, Name]]:
    """(form, first name, second name) of each form that two names would rewrite."""
    taken: dict[str, Name] = {}
    for name in names:
        for form in name.spellings:
            first = taken.setdefault(_key(form), name)
            if first is not name:
                yield form, first, name


def _name(item: Mapping[str, Any]) -> Name:
    en = item.get("en") or ()
    return Name(
        canonical=item["canonical"],
        forms=tuple(item.get("forms", ())),
        kind=item.get("kind", ""),
        en=(en,) if isinstance(en, str) else tuple(en),
        homographs=tuple(item.get("homographs", ())),
        unless=tuple(item.get("unless", ())),
    )


def _key(form: str) -> str:
    """The form under which spellings are equal: folded, without points, and without spaces unless it is Latin."""
    key = _POINT.sub("", fold(form))
    return _SPACE.sub("" if HAN.search(key) else " ", key).strip()


def _written(folded: str) -> Iterator[str]:
    """`folded` with each of the points that its parts may have between them, and with none."""
    if not _POINT.search(folded):
        yield folded
        return
    for point in ("", *POINTS):
        yield _POINT.sub(point, folded)


def _hides(word: str, form: str) -> bool:
    """Whether `word`, found first, keeps `form` from being found."""
    return (form in word and form != word) or any(word.endswith(form[:length]) for length in range(1, len(form)))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no Latin word is cut in two at `start` or `end`."""
    return not (
        (start and _LATIN.match(text[start]) and _LATIN.match(text[start - 1]))
        or (end < len(text) and _LATIN.match(text[end - 1]) and _LATIN.match(text[end]))
    )
