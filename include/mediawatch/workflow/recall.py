"""Recall: of the headlines that a site itself lists, or that somebody else has, how many were indexed; and why not."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.extraction.register import registered_on
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.history import query
from mediawatch.lake.names import days_in
from mediawatch.lake.partitions import PartitionKey, current, read_columns, read_rows
from mediawatch.lake.store import Store
from mediawatch.language import fold
from mediawatch.pipeline.admitted import admissions_of, extracted
from mediawatch.records import Ranking, Reason
from mediawatch.sources.urls import link_id
from mediawatch.tables.extraction import ARTICLES, RANKINGS
from mediawatch.tables.ledger import FINAL_OUTCOMES

LOOKED_BACK: Final = timedelta(days=7)
"""How long ago a headline's article may have come: readers' lists keep what is some days old."""
REGISTERED_WITHIN: Final = timedelta(days=92)
"""How long ago an article that is known already may have been read."""
ALIKE: Final = 88.0
"""Of 100: how alike two titles have to be (Levenshtein, as rapidfuzz has it) to be one."""
SHORTEST: Final = 8
"""Characters of a folded title that may be found as one that is only alike."""
LARGEST_LIST: Final = 20_000_000
"""Bytes of an outside list."""
NOT_ANNOUNCED: Final = "not_announced"
"""The reason of a headline whose address no harvest knew and whose title no article has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A headline that is expected to be found; `origin` is the list that has it."""

    source: str
    origin: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of a headline: `by` is `address`, `title` or `similar` where an article was found, else "".

    `reason` is that of its link, or NOT_ANNOUNCED; "" where it was found.  `article` is the title that was found.
    """

    headline: Headline
    by: str
    reason: str
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecall:
    """Of a source's headlines how many were `found`, and why the others were not."""

    source: str
    headlines: int
    found: int
    missed: Mapping[str, int]

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.found / self.headlines if self.headlines else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The week up to a day: the last outcome of each link (None for indexed), and the admitted titles, folded."""

    outcomes: Mapping[str, Reason | None]
    titles: Mapping[str, str]


def recall(context: Context, day: date, headlines: Iterable[Headline]) -> list[Found]:
    """What became of each of `headlines` as of `day`, each headline of a source once."""
    known = _known(context.store, day)
    once = {(one.source, fold(one.title)): one for one in headlines}
    return [_found(headline, known) for headline in once.values()]


def own_lists(store: Store, day: date) -> Iterator[Headline]:
    """The headlines of the readers' lists that were on the pages of `day`."""
    for manifest in sealed_batches(store, day):
        receipt = extracted(store, day, manifest.batch)
        rows: Iterable[Ranking] = read_rows(store, receipt, RANKINGS) if receipt else ()
        for row in rows:
            yield Headline(source=row.source, origin=row.heading, title=row.title, url=row.url)


def outside_list(path: Path) -> list[Headline]:
    """The headlines of a CSV file with a line of names, or of JSON lines: `title`, and `url` and `source` where known.

    Raises BadRequest that names file and line.
    """
    try:
        if path.stat().st_size > LARGEST_LIST:
            raise BadRequest(f"{path}: larger than {LARGEST_LIST:,} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path}: cannot be read as UTF-8 text: {error}") from error
    rows = _json_lines(path, text) if path.suffix in (".jsonl", ".ndjson", ".json") else _csv_rows(path, text)
    return [_headline(path, number, row) for number, row in rows]


def by_source(found: Iterable[Found]) -> list[SourceRecall]:
    """The sums, by source."""
    groups: defaultdict[str, list[Found]] = defaultdict(list)
    for one in found:
        groups[one.headline.source].append(one)
    return [
        SourceRecall(
            source=source,
            headlines=len(own),
            found=sum(bool(one.by) for one in own),
            missed=dict(Counter(one.reason for one in own if not one.by).most_common()),
        )
        for source, own in sorted(groups.items())
    ]


def _known(store: Store, day: date) -> _Known:
    outcomes: dict[str, Reason | None] = {}
    titles: dict[str, str] = {}
    for back in range(LOOKED_BACK.days, -1, -1):
        on = day - timedelta(days=back)
        ledger = current(store, PartitionKey(stage="ledger", day=on))
        for row in read_rows(store, ledger, FINAL_OUTCOMES) if ledger else ():
            if row.reason is not Reason.KNOWN_ALREADY or row.link_id not in outcomes:
                outcomes[row.link_id] = row.reason
        titles.update(_titles(store, on))
    known = [link for link, reason in outcomes.items() if reason is Reason.KNOWN_ALREADY]
    outcomes.update(dict.fromkeys(_registered(store, day, known)))
    return _Known(outcomes=outcomes, titles=titles)


def _registered(store: Store, day: date, links: Sequence[str]) -> list[str]:
    """Those of `links` that are articles of days before: known already, because they were read."""
    if not links:
        return []
    days = [on for on in days_in(store, "register", since=day - REGISTERED_WITHIN) if on <= day]
    objects = [info for on in days for info in registered_on(store, on)]
    sql = "SELECT DISTINCT link_id FROM rows WHERE reason IS NULL AND link_id IN (SELECT unnest(?))"
    return [link for (link,) in query(store, objects, sql, [list(links)])]


def _titles(store: Store, day: date) -> dict[str, str]:
    """{folded title: title} of the day's admitted articles, the English ones of bilingual articles too."""
    found: dict[str, str] = {}
    for batch, admitted in admissions_of(store, day).items():
        receipt = extracted(store, day, batch)
        rows = read_columns(store, receipt, ARTICLES, ["link_id", "title", "title_en"]).to_pylist() if receipt else []
        for row in rows:
            if row["link_id"] in admitted:
                found.update({fold(row[name]): row[name] for name in ("title", "title_en") if row[name]})
    return found


def _found(headline: Headline, known: _Known) -> Found:
    reason: Reason | str = NOT_ANNOUNCED
    link = _link(headline.url)
    if link in known.outcomes:
        outcome = known.outcomes[link]
        if outcome in (None, Reason.NOT_INDEXED_YET):
            return Found(headline=headline, by="address", reason="")
        reason = outcome or NOT_ANNOUNCED
    folded = fold(headline.title)
    if folded in known.titles:
        return Found(headline=headline, by="title", reason="", article=known.titles[folded])
    if len(folded) >= SHORTEST:
        best = process.extractOne(folded, known.titles.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if best is not None:
            return Found(headline=headline, by="similar", reason="", article=known.titles[best[0]])
    return Found(headline=headline, by="", reason=reason.value if isinstance(reason, Reason) else reason)


def _link(url: str) -> str:
    try:
        return link_id(url) if url else ""
    except ValueError:
        return ""


def _json_lines(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise BadRequest(f"{path}:{number}: not JSON: {error}") from error
            if not isinstance(row, dict):
                raise BadRequest(f"{path}:{number}: each line is an object with a title")
            yield number, row


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names: Sequence[str] = reader.fieldnames or ()
        if "title" not in names:
            raise BadRequest(f"{path}:1: the first line names the columns, one of them title; url and source help")
        for row in reader:
            yield reader.line_num, {name: value for name, value in row.items() if name}
    except csv.Error as error:
        raise BadRequest(f"{path}:{reader.line_num}: {error}") from error


def _headline(path: Path, number: int, row: Mapping[str, object]) -> Headline:
    values = {name: str(row.get(name) or "").strip() for name in ("source", "title", "url")}
    if not values["title"]:
        raise BadRequest(f"{path}:{number}: has no title")
    return Headline(origin=path.name, **values)
