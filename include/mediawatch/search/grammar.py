"""What a person types into a search, as a query: one grammar for Elasticsearch and for the lake.

Words must all occur.  `AND`, `OR`, `NOT` and brackets combine them, `-word` leaves out, quotes keep words together, and
`title: publisher: site: source: author: lang: since: until:` look elsewhere.  What cannot be understood is a BadQuery
that says what comes nearest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, get_args

from mediawatch.errors import BadRequest
from mediawatch.language import Aliases, fold
from mediawatch.records.times import parse_day
from mediawatch.search.wordforms import has_letters

if TYPE_CHECKING:
    from lark import Lark, Token

LONGEST_QUERY: Final = 1000
MOST_FORMS: Final = 16
"""Spellings of a name that are looked for; the shipped names have 9 at most."""
DEEPEST: Final = 50
"""Brackets and NOTs inside one another."""
NO_ALIASES: Final = Aliases()


class BadQuery(BadRequest):
    """A query that cannot be understood: one of `COMPLAINTS`, which a page says in its own language, and its fields."""

    def __init__(self, complaint: str, **fields: str) -> None:
        super().__init__(complaint.format(**fields))
        self.complaint, self.fields = complaint, fields


NameField = Literal["publisher", "site", "source", "author", "lang"]
FIELDS: Final = ("title", *get_args(NameField), "since", "until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word or quoted phrase of a query, folded; `others` are other spellings of it that are as good."""

    text: str
    is_phrase: bool
    others: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[Term, ...]:
        """The term as typed, then each of the others as a phrase."""
        return (self, *(Term(text=other, is_phrase=True) for other in self.others))


@dataclass(frozen=True, slots=True)
class Text:
    """Articles whose title or text has the term; with `in_title`, whose title has."""

    term: Term
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Articles whose field is `value`, however it is spelled; a site with what stands below it, a language as `zh`."""

    field: NameField
    value: str


@dataclass(frozen=True, slots=True)
class Days:
    """Articles counted on one of these days, both included; None is no end."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """Articles that all `parts` find; all articles without parts."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Articles that one of `parts` finds."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Articles that `part` does not find."""

    part: Query


Query = Text | Named | Days | Every | Either | Without

_GRAMMAR: Final = r"""
start: either?
either: every (OR every)*
every: one (AND? one)*
?one: without | plus | group | field | word
without: (NOT | MINUS) one
plus: PLUS one
group: "(" either ")"
field: FIELD (group | word)
word: WORD | PHRASE

OR.3: /(OR|\|\|)(?![^\s()])/
AND.3: /(AND|&&)(?![^\s()])/
NOT.3: /NOT(?![^\s()])/
MINUS.3: /[-−–](?=[^\s)])/
PLUS.3: /\+(?=[^\s)])/
FIELD.2: /[A-Za-z]+[:：](?!\/\/)/
PHRASE: /"[^"]*"|“[^”]*”|「[^」]*」|『[^』]*』/
WORD: /[^\s()"“”「」『』]+/
%ignore /\s+/
"""
OPEN_QUOTE: Final = "A quotation mark is not closed: did you mean {near} ?"
OPEN_BRACKET: Final = "A bracket is not closed: did you mean {near} ?"
STRAY_BRACKET: Final = "A bracket is closed that was not opened: did you mean {near} ?"
MISSING: Final = (
    "Something is missing at {word} : AND and OR stand between two words, NOT and title: before one. To look for the "
    "word itself, put it in quotes."
)
UNKNOWN_FIELD: Final = (
    "There is no field {field}: to search in. Did you mean {near}: ? To look for the word itself, put it in quotes."
)
NO_FIELD: Final = (
    "There is no field {field}: to search in. There are title: publisher: site: source: author: lang: since: and "
    "until: . To look for the word itself, put it in quotes."
)
NO_WORD: Final = "There is no word to search for in {query} ."
NO_DAY: Final = "{day} is not a day: write it as YYYY-MM-DD, today or yesterday."
TOO_DEEP: Final = "More than {most} brackets or NOTs are inside one another: say it in fewer."
UNKNOWN_SOURCE: Final = "No source is called {name} . The nearest is {near} ."
NO_SOURCE: Final = "No source is called {name} : `mediawatch sources list` names them all."
COMPLAINTS: Final = (
    *(OPEN_QUOTE, OPEN_BRACKET, STRAY_BRACKET, MISSING, UNKNOWN_FIELD, NO_FIELD, NO_WORD, NO_DAY, TOO_DEEP),
    *(UNKNOWN_SOURCE, NO_SOURCE),
)
SEARCH: Final = "search"
"""Their context in the catalogues."""
_NEGATIONS: Final = re.compile(r"\bNOT\b|[-−–](?=[-−–(])")
_QUOTES: Final = '"“”「」『』'


def parse_query(query: str, aliases: Aliases = NO_ALIASES, *, today: date) -> Query:
    """`query` as it is understood; `Every(())` for one without words.

    A word that is or holds a name of `aliases` may be there in any spelling of it, a phrase stands as it was typed.
    `today` is what `since:yesterday` goes by.  Raises BadQuery.
    """
    from lark.exceptions import UnexpectedInput, UnexpectedToken

    typed = query[:LONGEST_QUERY]
    _look_at_depth(typed)
    try:
        tree = _parser().parse(typed)
    except UnexpectedInput as error:
        is_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        raise _complaint(typed, len(typed) if is_end else error.pos_in_stream or 0) from None
    read = _Reader(aliases, today).query(tree)
    if read == Every(()) and typed.strip():
        raise BadQuery(NO_WORD, query=typed.strip())
    return read


def any_form(forms: Iterable[str]) -> Query:
    """Articles with a word in one of its `forms`, each as it stands: for a word that is known, not typed."""
    folded = (fold(form).strip() for form in forms)
    return Either(tuple(Text(Term(text=text, is_phrase=False)) for text in folded if has_letters(text)))


def terms_of(query: Query) -> tuple[Term, ...]:
    """The words and phrases that an article found by `query` may hold, each once; none that is left out."""
    return tuple(dict.fromkeys(_terms(query)))


def _terms(query: Query) -> Iterator[Term]:
    if isinstance(query, Text):
        yield query.term
    elif isinstance(query, Every | Either):
        for part in query.parts:
            yield from _terms(part)


def named_in(query: Query, field: NameField) -> Iterator[str]:
    """The values that `query` names of `field`, those that are left out too."""
    if isinstance(query, Named):
        yield from (query.value,) if query.field == field else ()
    elif isinstance(query, Without):
        yield from named_in(query.part, field)
    elif isinstance(query, Every | Either):
        for part in query.parts:
            yield from named_in(part, field)


class _Reader:
    """The tree of one query, read."""

    def __init__(self, aliases: Aliases, today: date) -> None:
        self._aliases, self._today = aliases, today

    def query(self, tree: object) -> Query:
        """What `start` holds."""
        parts = [self._read(child) for child in getattr(tree, "children", ())]
        return parts[0] if parts and parts[0] is not None else Every(())

    def _read(self, node: object, field: str = "") -> Query | None:
        """A node; None for a word of signs only, which is nothing to look for."""
        kind, children = getattr(node, "data", ""), getattr(node, "children", [])
        nodes = [child for child in children if hasattr(child, "data")]
        if kind == "word":
            return self._word(children[0], field)
        if kind == "field":
            return self._read(nodes[0], self._field(children[0]))
        parts = [part for child in nodes if (part := self._read(child, field)) is not None]
        if kind == "without":
            return Without(parts[0]) if parts else None
        if len(parts) < 2:
            return parts[0] if parts else None
        return Either(tuple(parts)) if kind == "either" else Every(tuple(parts))

    def _field(self, token: Token) -> str:
        name = token[:-1].lower()
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, 1)
            raise BadQuery(UNKNOWN_FIELD, field=name, near=near[0]) if near else BadQuery(NO_FIELD, field=name)
        return name

    def _word(self, token: Token, field: str) -> Query | None:
        is_phrase = token[0] in _QUOTES
        text = token[1:-1] if is_phrase else str(token)
        if field in get_args(NameField):
            return _named(field, text.strip())
        if field in ("since", "until"):
            day = self._day(text.strip())
            return Days(first=day) if field == "since" else Days(last=day)
        folded = fold(text).strip()
        if not has_letters(folded):
            return None
        others = () if is_phrase else _others(folded, self._aliases)
        return Text(Term(text=folded, is_phrase=is_phrase, others=others), in_title=field == "title")

    def _day(self, text: str) -> date:
        try:
            return parse_day(text, self._today)
        except BadRequest:
            raise BadQuery(NO_DAY, day=text) from None


def _named(field: str, value: str) -> Named:
    for known in get_args(NameField):
        if known == field:
            return Named(known, value)
    raise AssertionError(field)


def _others(word: str, aliases: Aliases) -> tuple[str, ...]:
    """`word` with the name that it is, or the first one that it holds, in the other spellings."""
    forms = [fold(form) for form in aliases.forms(word)]
    if len(forms) == 1:
        held = aliases.occurrences(word)[:1]
        forms = [word[:start] + fold(form) + word[end:] for start, end, name in held for form in aliases.forms(name)]
    return tuple(form for form in dict.fromkeys(forms) if form != word)[:MOST_FORMS]


def _look_at_depth(typed: str) -> None:
    depth = deepest = 0
    for character in typed:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    if max(deepest, len(_NEGATIONS.findall(typed))) > DEEPEST:
        raise BadQuery(TOO_DEEP, most=str(DEEPEST))


def _complaint(typed: str, at: int) -> BadQuery:
    """What is wrong with `typed` at the character `at` (from 0), and the nearest right form."""
    rest = typed[at:]
    opened = typed.count("(") - typed.count(")")
    if rest[:1] and rest[0] in _QUOTES:
        return BadQuery(OPEN_QUOTE, near=_closed(typed, at))
    if rest.startswith(")") and opened < 0:
        return BadQuery(STRAY_BRACKET, near=(typed[:at] + typed[at + 1 :]).strip())
    if not rest.strip() and opened > 0:
        return BadQuery(OPEN_BRACKET, near=typed.strip() + ")" * opened)
    words = rest.split() or typed.split()[-1:]
    return BadQuery(MISSING, word=words[0])


def _closed(typed: str, at: int) -> str:
    closing = {"“": "”", "「": "」", "『": "』", '"': '"'}.get(typed[at])
    return typed[:at] + typed[at + 1 :] if closing is None else typed.rstrip() + closing


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="basic")
