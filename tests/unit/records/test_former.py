"""What an older version stored under other names can still be read, and keeps its digest."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mediawatch.keywords.watching.watchlist import WatchList
from mediawatch.lake.disk import DiskStore
from mediawatch.lake.history import query
from mediawatch.lake.objects import ObjectInfo, put_object
from mediawatch.lake.store import Store
from mediawatch.lake.tables import from_parquet, read_table, renamed_columns, rows_digest, to_parquet
from mediawatch.records import Alert
from mediawatch.records.alert import alert_document, alert_from
from mediawatch.records.former import FORMERLY, with_names_of_today
from tests.support.alerting import an_alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    site: str
    publisher: str
    voice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """`publisher` is a new name for one field, and was the name of another."""

    site: str
    named: str = field(metadata={FORMERLY: "publisher"})
    publisher: str = field(metadata={FORMERLY: "voice"})


OLD = Older(site="bay", publisher="wire", voice="agency")
NEW = Today(site="bay", named="wire", publisher="agency")


def _stored(store: Store, name: str, rows: list[Older] | list[Today], row: type[Older] | type[Today]) -> ObjectInfo:
    data = to_parquet(rows, row)  # type: ignore[type-var, arg-type]
    return put_object(store, f"{name}.parquet", data)


def test_rows_come_under_the_names_of_today_whichever_they_were_stored_under() -> None:
    assert from_parquet(to_parquet([OLD], Older), Today) == [NEW]
    assert from_parquet(to_parquet([NEW], Today), Today) == [NEW]


def test_single_columns_do_too() -> None:
    table = read_table(to_parquet([OLD], Older), ["publisher"], renamed_columns(Today))

    assert table.to_pylist() == [{"publisher": "agency"}]


def test_a_digest_is_what_it_was_under_the_first_names() -> None:
    assert rows_digest([NEW]) == rows_digest([OLD])


def test_objects_of_both_times_are_asked_together(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    parts = [_stored(store, "old", [OLD], Older), _stored(store, "new", [NEW], Today)]

    for some in (parts, parts[:1], parts[1:]):
        rows = query(store, some, "SELECT site, named, publisher FROM rows", row=Today)
        assert rows == [("bay", "wire", "agency")] * len(some)


def test_an_alert_told_by_an_older_version_is_read() -> None:
    alert: Alert = an_alert()
    document = alert_document(alert)
    renamed = {"publishers": "voices", "publisher_names": "voice_names", "first_publisher": "first_voice"}
    older = {renamed.get(key, key): value for key, value in document.items()}
    older["series"] = [{renamed.get(key, key): value for key, value in day.items()} for day in document["series"]]

    assert "voices" in older
    assert alert_from(older) == alert


def test_what_has_no_former_names_stays_as_it_is() -> None:
    assert with_names_of_today({"a": [1, {"b": None}]}) == {"a": [1, {"b": None}]}


def test_a_watch_list_may_still_ask_for_voices() -> None:
    written = {"name": "tariffs", "terms": ["关税"], "min_voices": 3}

    assert WatchList.model_validate(written).min_publishers == 3
