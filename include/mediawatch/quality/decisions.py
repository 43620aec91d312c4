"""What people decided about the quarantine: facts, each with who said it and why.

    decisions/day=D/NNNN.json      an article, source or day released or rejected

A later word on the same thing replaces an earlier one.  The audit takes them into account, so that a day that is built
again ends as it was decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from mediawatch.context import Context
from mediawatch.errors import BadRequest, Contended
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.names import key_of, numbers_in
from mediawatch.lake.partitions import PartitionKey
from mediawatch.lake.store import Store
from mediawatch.records import as_utc

FOLDER: Final = "decisions"
SETTING: Final = "decisions"
"""What the audit's receipts call the decisions that they were made with."""

_TRIES: Final = 50
"""Numbers that are tried while others decide at the same moment."""

Scope = Literal["article", "source", "day"]
Word = Literal["released", "rejected"]


class Undecided(BadRequest):
    """A decision does not say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's `word` about an article (by its link id), a source (by its name) or the day (`name` "")."""

    day: date
    scope: Scope
    name: str
    word: Word
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The last word on each article, on each source, and on the day (None where nobody decided)."""

    articles: Mapping[str, Word] = field(default_factory=dict)
    sources: Mapping[str, Word] = field(default_factory=dict)
    day: Word | None = None


def decide(context: Context, day: date, scope: Scope, name: str, *, word: Word, why: str, by: str) -> Decision:
    """Keep a decision.  Raises Undecided without a reason, Contended when somebody else decides at this moment."""
    if not why.strip():
        raise Undecided("A decision needs a reason: --why says it.")
    made = Decision(day=day, scope=scope, name=name, word=word, why=why.strip(), by=by, at=context.clock())
    folder = _folder(day)
    document = {
        "scope": made.scope,
        "name": made.name,
        "word": made.word,
        "why": made.why,
        "by": made.by,
        "at": as_utc(made.at).isoformat(),
    }
    for _ in range(_TRIES):
        key = key_of(folder, max(numbers_in(context.store, folder), default=0) + 1)
        if context.store.create(key, dump_at(key, document)):
            return made
    raise Contended(f"others decide about {day} at this moment: run the command again")


def decisions_of(store: Store, day: date) -> list[Decision]:
    """All decisions about `day`, the oldest first.  Raises Missing for one that is gone before a later one."""
    folder = _folder(day)
    newest = max(numbers_in(store, folder), default=0)
    return [read_decision(store, key_of(folder, number), day) for number in range(1, newest + 1)]


def last_words(decisions: Iterable[Decision]) -> dict[tuple[Scope, str], Decision]:
    """{(scope, name): the last decision about it}."""
    return {(decision.scope, decision.name): decision for decision in decisions}


def setting_of(context: Context, key: PartitionKey) -> dict[str, str]:
    """The decisions that hold, as the audit's receipt keeps them; nothing where nobody decided."""
    held = last_words(decisions_of(context.store, key.day))
    rows = sorted((scope, name, decision.word) for (scope, name), decision in held.items())
    return {SETTING: json.dumps(rows, ensure_ascii=False)} if rows else {}


def decided(settings: Mapping[str, str]) -> Decided:
    """Back from `setting_of`."""
    rows: list[tuple[Scope, str, Word]] = json.loads(settings.get(SETTING, "[]"))

    def about(wanted: Scope) -> dict[str, Word]:
        return {name: word for scope, name, word in rows if scope == wanted}

    return Decided(articles=about("article"), sources=about("source"), day=about("day").get(""))


def is_heeded(context: Context, day: date, settings: Mapping[str, str]) -> bool:
    """Whether an audit that was made with `settings` took into account all that was decided about `day`."""
    return setting_of(context, PartitionKey(stage="audit", day=day)).get(SETTING) == settings.get(SETTING)


def _folder(day: date) -> str:
    return f"{FOLDER}/day={day.isoformat()}"


def read_decision(store: Store, key: str, day: date) -> Decision:
    """The decision that lies at `key`.  Raises Corrupt."""
    document = load(store.read(key), key)
    with reading(key):
        return Decision(
            day=day,
            scope=document["scope"],
            name=document["name"],
            word=document["word"],
            why=document["why"],
            by=document["by"],
            at=datetime.fromisoformat(document["at"]),
        )
