"""A lake that an earlier version kept goes on with this one: nothing is lost, told twice, or made otherwise.

`tests/data/lake-of-2026-11-22.tar.xz` was written by the version of that day, before tables were declared and before
most names of today: three days of two sites of the invented newsroom, two of them closed, and a watch list that found
a word.
"""

from __future__ import annotations

import tarfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context, open_context
from mediawatch.keywords.detect_stage import alerts_of
from mediawatch.lake.format import FORMAT, format_of
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.pipeline.closed import is_closed
from mediawatch.settings import Settings
from mediawatch.workflow.backing_up import back_up
from mediawatch.workflow.backing_up_drill import drill
from mediawatch.workflow.closing import build_days, close_day, days_to_build
from mediawatch.workflow.ledger import visits_on
from mediawatch.workflow.reporting import day_summary
from mediawatch.workflow.verifying.lake import verify
from mediawatch.workflow.watch import watch_day
from tests.support.gazette import at
from tests.support.lakes import harvest

pytestmark = pytest.mark.slow

KEPT = Path(__file__).parents[1] / "data/lake-of-2026-11-22.tar.xz"
LAST = date(2026, 4, 29)
DAYS = tuple(LAST - timedelta(days=back) for back in (2, 1, 0))
NOON = datetime(2026, 4, 29, 12, tzinfo=UTC)


@pytest.fixture
def earlier(tmp_path: Path) -> Context:
    """The newsroom of that lake, at the noon of its last day."""
    with tarfile.open(KEPT) as archive:
        archive.extractall(tmp_path, filter="data")
    settings = Settings(
        lake_url=str(tmp_path / "lake"), catalog_dir=tmp_path / "sources", watchlists_dir=tmp_path / "watch"
    )
    return open_context(settings, lambda: NOON)


def admitted(context: Context) -> dict[date, set[tuple[str, str, str]]]:
    """{day: (article, its title, its publisher) of all that were admitted}."""
    return {
        day: {(a.article_id, a.title, a.original_publisher) for a in admitted_articles(context.store, day)}
        for day in DAYS
    }


def told(context: Context) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """The alerts of the last day."""
    return [(a.alert_id, a.kind.value, a.term, tuple(a.also)) for a in alerts_of(context.store, LAST)]


def test_everything_in_it_is_read_as_it_was_written(earlier: Context) -> None:
    assert verify(earlier).findings == []
    assert [day_summary(earlier, day)[-1].admitted for day in DAYS] == [23, 9, 10]
    assert [len(articles) for articles in admitted(earlier).values()] == [23, 9, 10]
    assert [(kind, term, also) for _, kind, term, also in told(earlier)] == [("watch", "关税", ("天文台",))]
    assert [is_closed(earlier.store, day) for day in DAYS] == [True, True, False]
    assert format_of(earlier.store) == 1


def test_the_open_day_is_built_anew_and_closed_days_stay_as_they_are(earlier: Context) -> None:
    before, alerts = admitted(earlier), told(earlier)
    closed = [current(earlier.store, PartitionKey(stage="audit", day=day)) for day in DAYS[:2]]
    assert days_to_build(earlier) == [LAST]
    assert build_days(earlier, [LAST]) == {}
    watch_day(earlier, LAST)
    assert admitted(earlier) == before
    assert told(earlier) == alerts, "an alert that was told is the same alert"
    assert [current(earlier.store, PartitionKey(stage="audit", day=day)) for day in DAYS[:2]] == closed


def test_the_next_day_joins_what_was_kept(earlier: Context) -> None:
    alerts = told(earlier)
    close_day(at(earlier, NOON + timedelta(days=1)), LAST)
    tomorrow = at(earlier, NOON + timedelta(days=1))
    harvest(tomorrow, "20260430T120000Z")  # its sites are gone: each has its outcome
    close_day(at(earlier, NOON + timedelta(days=2)), LAST + timedelta(days=1))
    watch_day(at(earlier, NOON + timedelta(days=2)), LAST + timedelta(days=1))
    assert {visit.result for visit in visits_on(earlier.store, LAST + timedelta(days=1)) or ()} == {"failed"}
    assert told(earlier) == alerts
    assert verify(tomorrow).findings == []
    assert earlier.store.list("format") != []
    assert format_of(earlier.store) == FORMAT


def test_a_backup_of_it_can_be_restored_and_built_from(earlier: Context, tmp_path: Path) -> None:
    backup = open_store(tmp_path / "backup")
    assert back_up(earlier.store, backup, earlier.clock).faults == []
    found = drill(earlier, backup)
    assert (found.restored.faults, found.unbuilt, found.lacking) == ([], [], [])
    assert found.days == [DAYS[1]]
