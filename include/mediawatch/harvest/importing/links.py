"""What became of the links of one archive file: the best answer of each link and day, on local disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from mediawatch.records import Reason, ReasonClass

_REASONS: dict[str | None, Reason | None] = {None: None, **{reason.value: reason for reason in Reason}}
_COLUMNS = "day, link, reason, detail, url, source, site, at, target"
_GRADES = {ReasonClass.FAULT: 4, ReasonClass.POLICY: 5, ReasonClass.RETRYABLE: 6}
_LEFT_OUT = frozenset({Reason.OFF_SITE, Reason.FORGOTTEN, Reason.KNOWN_ALREADY})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLink:
    """One link on one day: `reason` None when its page was taken, `target` where its answer is a redirect to."""

    day: date
    link_id: str
    url: str
    source: str
    site: str
    at: datetime
    reason: Reason | None
    detail: str = ""
    target: str = ""

    @property
    def is_left_out(self) -> bool:
        """Whether no answer would change it: the link was not to be taken at all."""
        return self.reason in _LEFT_OUT

    @property
    def grade(self) -> int:
        """Lower is better: a page; what no answer would change; a redirect, which may lead to one; a failure."""
        if self.reason is None:
            return 0
        if self.is_left_out:
            return 1
        return 2 if self.target else _GRADES[self.reason.kind]


class ImportedLinks:
    """The links of the file being read; `clear` begins another."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(
            "CREATE TABLE links (day INTEGER, link TEXT, grade INTEGER, reason TEXT, detail TEXT, url TEXT, "
            "source TEXT, site TEXT, at TEXT, target TEXT, PRIMARY KEY (link, day)) WITHOUT ROWID"
        )
        database.execute("CREATE INDEX of_day ON links (day, link)")

    def clear(self) -> None:
        """Forget everything."""
        self._database.execute("DELETE FROM links")

    def grade_of(self, link_id: str, day: date) -> int | None:
        """The grade of what the link came to on that day so far; None when it was not seen."""
        sql = "SELECT grade FROM links WHERE link = ? AND day = ?"
        row = self._database.execute(sql, (link_id, day.toordinal())).fetchone()
        return None if row is None else int(row[0])

    def put(self, link: ImportedLink) -> None:
        """Keep `link` in place of what there was."""
        values = (
            link.day.toordinal(),
            link.link_id,
            link.grade,
            None if link.reason is None else link.reason.value,
            link.detail,
            link.url,
            link.source,
            link.site,
            link.at.isoformat(),
            link.target,
        )
        self._database.execute("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def best(self, link_id: str) -> ImportedLink | None:
        """The best the link came to on any day, None when the file does not have it."""
        sql = f"SELECT {_COLUMNS} FROM links WHERE link = ? ORDER BY grade, day LIMIT 1"  # noqa: S608 - constant columns
        row = self._database.execute(sql, (link_id,)).fetchone()
        return None if row is None else _link(row)

    def days(self) -> list[date]:
        """The days that have links, ascending."""
        rows = self._database.execute("SELECT DISTINCT day FROM links ORDER BY day").fetchall()
        return [date.fromordinal(row[0]) for row in rows]

    def of_day(self, day: date) -> Iterator[ImportedLink]:
        """The day's links, ordered by id."""
        sql = f"SELECT {_COLUMNS} FROM links WHERE day = ? ORDER BY link"  # noqa: S608 - constant columns
        return map(_link, self._database.execute(sql, (day.toordinal(),)))


def _link(row: tuple[int, str, str | None, str, str, str, str, str, str]) -> ImportedLink:
    day, link_id, reason, detail, url, source, site, at, target = row
    return ImportedLink(
        day=date.fromordinal(day),
        link_id=link_id,
        url=url,
        source=source,
        site=site,
        at=datetime.fromisoformat(at),
        reason=_REASONS[reason],
        detail=detail,
        target=target,
    )
