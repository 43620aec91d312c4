"""What a day built anew has otherwise than the day that stood: rows gained, lost and changed, and where that came from.

Tables are compared by the digests that their receipts have; only tables that differ are read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final

from mediawatch.lake.documents import load
from mediawatch.lake.partitions import Receipt, read_rows
from mediawatch.lake.store import Store
from mediawatch.tables import TABLES
from mediawatch.tables.declaration import Table

MOST_EXAMPLES: Final = 5
"""Rows of a table that are shown, however many differ."""
_SHOWN: Final = 80
"""Characters of a value that are shown."""

NAMES: Final = {"extract.articles": "articles", "cluster.stories": "stories", "detect.alerts": "alerts"}
"""What people call a table; the others go by their titles."""

_BY: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "extract.articles": (("link_id",), "url"),
    "extract.identities": (("link_id",), "link_id"),
    "extract.outcomes": (("link_id",), "link_id"),
    "analyse.signatures": (("link_id",), "url"),
    "audit.verdicts": (("link_id", "batch"), "link_id"),
    "audit.quality": (("suite", "rule", "source"), "rule"),
    "cluster.clustered": (("article_id",), "url"),
    "cluster.earlier": (("article_id", "day"), "url"),
    "cluster.stories": (("story_id",), "title"),
    "ledger.final_outcomes": (("link_id",), "url"),
    "ledger.rows": (("stage", "source", "kind", "reason"), "source"),
    "terms.terms": (("term", "publisher"), "term"),
    "terms.exposures": (("publisher",), "publisher"),
    "detect.alerts": (("alert_id", "step", "evaluation"), "topic"),
    "detect.candidates": (("term",), "term"),
    "detect.episodes": (("alert_id",), "topic"),
}
"""{table: (what tells which row is which, what people know it by)}; rows of all others are the same or not."""


@dataclass(slots=True, kw_only=True)
class Changes:
    """What differs of one table, over all days: `fields` counts changed rows by field, `examples` are for people."""

    table: str
    gained: int = 0
    lost: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def show(self, line: str) -> None:
        """Add an example, while there are few."""
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(line)

    def line(self) -> str:
        """`articles: 2 gained, 1 lost, 10 changed (title 4, text 10)`."""
        counts = ", ".join(
            f"{number} {name}"
            for name, number in (("gained", self.gained), ("lost", self.lost), ("changed", self.changed))
            if number
        )
        which = ", ".join(f"{name} {number}" for name, number in self.fields.most_common())
        return f"{NAMES.get(self.table, self.table)}: {counts}" + (f" ({which})" if which else "")


@dataclass(slots=True, kw_only=True)
class Comparison:
    """Days built anew beside the days that stood.

    `rows` of `tables` are identical; `changes` are the tables that differ, by title; `causes` say of each stage from
    what else it was made than then, with the number of its partitions.
    """

    tables: int = 0
    rows: int = 0
    changes: dict[str, Changes] = field(default_factory=dict)
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def is_identical(self) -> bool:
        """Whether every row is what it was."""
        return not self.changes

    def lines(self) -> Iterator[str]:
        """For people: how much is identical, then what differs, with examples, then why."""
        yield f"{self.rows} rows of {self.tables} tables identical" + (
            f"; {len(self.changes)} kinds of tables differ" if self.changes else ""
        )
        for each in sorted(self.changes.values(), key=lambda each: (each.table not in NAMES, each.table)):
            yield each.line()
            yield from (f"  {example}" for example in each.examples)
        for cause, count in sorted(self.causes.items()):
            yield f"why: {cause}" + (f" ({count} partitions)" if count > 1 else "")


def compare(
    done: Comparison, before: tuple[Store, Receipt | None], after: tuple[Store, Receipt | None], day: date, stage: str
) -> None:
    """Add to `done` what one partition has otherwise; a store and the receipt in it, None where nothing was made."""
    (old_store, old), (new_store, new) = before, after
    differs = False
    for table in (table for table in TABLES if table.stage == stage):
        held, made = _info(old, table), _info(new, table)
        if held and made and held.digest == made.digest:
            done.tables += 1
            done.rows += made.rows
            continue
        was, now = (
            list(_shown(read_rows(store, receipt, table), table)) if receipt and info else []
            for store, receipt, info in ((old_store, old, held), (new_store, new, made))
        )
        if sorted(map(repr, was)) == sorted(map(repr, now)):
            done.tables += 1 if held or made else 0
            done.rows += len(now)
        else:
            differs = True
            _add(done.changes.setdefault(table.title, Changes(table=table.title)), was, now, day)
    if differs:
        done.causes.update([_cause(stage, old, new)])


def _info(receipt: Receipt | None, table: Table[Any]) -> Any:
    """What a receipt says of the table, under its name of today or of before."""
    return (receipt.tables.get(table.name) or receipt.tables.get(table.formerly)) if receipt else None


def _cause(stage: str, old: Receipt | None, new: Receipt | None) -> str:
    if old is None or new is None:
        return f"{stage} was not made {'before' if old is None else 'now'}"
    if old.version != new.version:
        return f"{stage}: version {old.version} then, {new.version} now"
    if changed := _differing(old.settings, new.settings):
        return f"{stage}: other settings ({', '.join(changed)})"
    if changed := _differing(old.inputs, new.inputs):
        return f"{stage}: made of other {', '.join(sorted({name.split()[0] for name in changed}))}"
    return f"{stage}: made of the same by the same version, and not the same: a fault of the program"


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _shown(rows: Iterable[Any], table: Table[Any]) -> Iterator[dict[str, Any]]:
    """Rows as they are compared: what only Elasticsearch decided is left out, as a replay has none."""
    adapt = _ADAPTED.get(table.title, lambda row: row)
    for row in rows:
        adapted = adapt(row)
        if adapted is None:
            continue
        values = {each.name: getattr(adapted, each.name) for each in fields(adapted)}
        if table.title == "detect.alerts":  # the alert itself is a document in one column
            values |= load(values.pop("document").encode(), table.title)
        yield values


def _without_index(row: Any) -> Any:
    return None if row.stage == "index" else row


def _without_indexing(row: Any) -> Any:
    return replace(row, reason=None, detail="") if row.stage == "index" else row


_ADAPTED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "ledger.rows": _without_index,
    "ledger.final_outcomes": _without_indexing,
}


def _add(done: Changes, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], day: date) -> None:
    if done.table not in _BY:
        _add_whole_rows(done, old, new)
        return
    names, label = _BY[done.table]
    before, after = _by(names, old), _by(names, new)
    for key in sorted({*before, *after}, key=repr):
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            done.gained += was is None
            done.lost += now is None
            done.show(f"{day} {'gained' if was is None else 'lost'}: {_cut((now or was or {}).get(label, ''))}")
        elif differing := [name for name in {**was, **now} if was.get(name) != now.get(name)]:
            done.changed += 1
            done.fields.update(differing)
            first = differing[0]
            done.show(f"{day} {_cut(now.get(label, ''))}: {first} {_apart(was.get(first), now.get(first))}")


def _add_whole_rows(done: Changes, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> None:
    before, after = Counter(map(repr, old)), Counter(map(repr, new))
    done.gained += (after - before).total()
    done.lost += (before - after).total()


def _by(names: Sequence[str], rows: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows by what tells them apart; of several alike also by their number."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    alike: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    for row in sorted(rows, key=repr):
        key = tuple(str(row[name]) for name in names)
        found[(*key, alike[key])] = row
        alike[key] += 1
    return found


def _apart(was: Any, now: Any) -> str:
    """Two values from where they begin to differ: long texts often do so late."""
    old, new = (value if isinstance(value, str) else repr(value) for value in (was, now))
    same = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(same - 20, 0)
    dots = "..." if start else ""
    return f"{dots}{_cut(old[start:])!r} -> {dots}{_cut(new[start:])!r}"


def _cut(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
