"""What a day has become: its ledger, index, alerts and messages, as values that two runs can be compared by."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mediawatch.keywords.detect_stage import alerts_of
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES
from tests.support.sinks import Posted

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

Documents = dict[str, dict[str, dict[str, Any]]]
"""Index -> id -> document."""

PREFIX = "mediawatch-"
OF_THE_RUN = frozenset({"batch", "run_key", "evaluation", "detail", "lag_seconds", "duration_seconds"})
"""Fields that name the run, or count from it: no two runs have them in common."""
OF_THE_ORDER = {"rankings": {"link_id", "title", "url", "publishers"}, "stories": {"best_rank"}}
"""Fields that depend on the order in which pages came: of several pages that carry a list the one fetched last counts,
and those of the newsroom show it as it was when they were published."""
AGES = frozenset({"not_absurdly_old", "not_published_after_fetch", "recent"})
"""Rules whose figures are ages at the hour of the run."""
HOUR = re.compile(r"(?<= )\d\d:\d\d(?=\)$)", re.MULTILINE)
"""In a message: when an article was published, which for one without a date is when it was seen."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*")
PAGE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What became of a day; each part is sorted lines."""

    batches: int
    ledger: tuple[str, ...]
    index: tuple[str, ...]
    alerts: tuple[str, ...]
    messages: tuple[str, ...]

    def differences(self, other: Day) -> dict[str, list[str]]:
        """Part -> the lines that only one of the two has, those of `other` with a plus."""
        found = {}
        for part in ("ledger", "index", "alerts", "messages"):
            mine, theirs = Counter(getattr(self, part)), Counter(getattr(other, part))
            found[part] = [f"- {line}" for line in (mine - theirs).elements()]
            found[part] += [f"+ {line}" for line in (theirs - mine).elements()]
        if self.batches != other.batches:
            found["ledger"].append(f"{other.batches} batches instead of {self.batches}")
        return found


def day_in(store: Store, moment: datetime, documents: Documents, messages: Iterable[Posted]) -> Day:
    """The day of `moment` as the lake has it, the documents that the index has more than before it, and what was sent.

    The sites are seen from `moment`: whatever is later is the hour of a run.
    """
    day = moment.date()

    def lines(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
        plain = (_without_the_run(json.loads(json.dumps(row, default=str)), moment) for row in rows)
        return tuple(sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in plain))

    return Day(
        batches=len(sealed_batches(store, day)),
        ledger=lines(asdict(row) for table in (FINAL_OUTCOMES, BOUNDARIES) for row in _rows(store, day, table)),
        index=lines(_each(documents, day)),
        alerts=lines(asdict(alert) for alert in alerts_of(store, day)),
        messages=lines(message.document for message in messages),
    )


def _rows(store: Store, day: date, table: Any) -> Iterable[Any]:
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    return read_rows(store, receipt, table) if receipt else ()


def _each(documents: Documents, day: date) -> Iterable[dict[str, Any]]:
    """The documents that are not about days before `day`: what was left to do for those is not what is tried here."""
    for index, found in documents.items():
        left_out = {field for kind, fields in OF_THE_ORDER.items() if kind in index for field in fields}
        for document in found.values():
            if document.get("day", "9") < day.isoformat():
                continue
            of_the_hour = {"observed"} if document.get("rule") in AGES else set()
            kept = {key: value for key, value in document.items() if key not in left_out | of_the_hour}
            yield {"index": index, **kept}


def _without_the_run(value: Any, moment: datetime) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_the_run(inner, moment) for key, inner in value.items() if key not in OF_THE_RUN}
    if isinstance(value, list):
        return [_without_the_run(inner, moment) for inner in value]
    if isinstance(value, str) and INSTANT.fullmatch(value) and _is_later(value, moment):
        return "in the run"
    if isinstance(value, str) and "\n" in value:
        return HOUR.sub(lambda hour: "in the run" if hour[0] >= f"{moment:%H:%M}" else hour[0], value)
    # As time goes on, what was known already also becomes too old: which of the two is said first is a matter of hours.
    return "known_already" if value == "too_old" else value


def _is_later(text: str, moment: datetime) -> bool:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:  # a text that begins like an instant
        return False
    return found.tzinfo is not None and found > moment


# -- the index


def documents_in(client: Elasticsearch) -> Documents:
    """Everything that our indices hold."""
    client.indices.refresh(index=f"{PREFIX}*")
    names = sorted(client.indices.get(index=f"{PREFIX}*"))
    return {name: _all_of(client, name) for name in names}


def _all_of(client: Elasticsearch, index: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    view = client.open_point_in_time(index=index, keep_alive="2m")["id"]
    after: list[Any] | None = None
    while True:
        page = client.search(pit={"id": view}, size=PAGE, sort=[{"_shard_doc": "asc"}], search_after=after)
        hits = page["hits"]["hits"]
        found |= {hit["_id"]: hit["_source"] for hit in hits}
        if len(hits) < PAGE:
            client.close_point_in_time(id=view)
            return found
        after = hits[-1]["sort"]


def added(before: Documents, after: Documents) -> Documents:
    """The documents of `after` that are not in `before`, or say something else there."""
    return {
        index: {key: source for key, source in found.items() if before.get(index, {}).get(key) != source}
        for index, found in after.items()
    }


def put_back(client: Elasticsearch, before: Documents) -> None:
    """Let our indices hold what they held `before`, and nothing else."""
    after = documents_in(client)
    operations: list[dict[str, Any]] = []
    removals: list[dict[str, Any]] = []
    for index, found in after.items():
        kept = before.get(index, {})
        removals += [{"delete": {"_index": index, "_id": key}} for key in found.keys() - kept.keys()]
        for key, source in kept.items():
            if found.get(key) != source:
                operations += [{"index": {"_index": index, "_id": key}}, source]
    for some in (operations, removals):
        for start in range(0, len(some), PAGE):  # even, so that no document is parted from its name
            if client.bulk(operations=some[start : start + PAGE], refresh=True)["errors"]:
                raise AssertionError("the index could not be put back as it was")


# -- the lake


def copy_lake(source: Store, target: Store) -> int:
    """Let `target` hold what `source` holds, and nothing else; how many objects."""
    for folder in target.folders(""):
        target.delete_all(folder)
    keys = [key for key in source.list("") if not key.startswith("leases/")]
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda key: target.put(key, source.read(key)), keys))
    return len(keys)
