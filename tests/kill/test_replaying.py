"""Killed at any write of a replay that publishes, a day has every row; run again, it is as its facts have it."""

from __future__ import annotations

import pytest

from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.tables.quality import RULE_RESULTS, VERDICTS
from tests.kill.conftest import Undisturbed, Yard
from tests.support.lakes import DAY, rows_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SAMPLED = 3


def age(store: Store) -> None:
    """Make the day's audit what an older version had made: it admitted one article fewer."""
    key = PartitionKey(stage="audit", day=DAY)
    receipt = current(store, key)
    assert receipt is not None
    writer = PartitionWriter(store, key, inputs=receipt.inputs, version="older", settings=receipt.settings)
    writer.append(VERDICTS, list(read_rows(store, receipt, VERDICTS))[1:])
    writer.append(RULE_RESULTS, list(read_rows(store, receipt, RULE_RESULTS)))
    writer.publish()


def test_killed_at_any_write_nothing_is_lost_and_run_again_it_is_whole(
    yard: Yard, undisturbed: Undisturbed, is_every_write: bool
) -> None:
    yard.copy("undisturbed", "aged")
    age(yard.store("aged"))
    articles = len(rows_of(yard.store("aged"), VERDICTS))
    yard.copy("aged", "replayed whole")
    writes = yard.crews.run(yard.on("replayed whole", f"replay {yard.folder}/place")).writes
    assert {write.split()[1].partition("/")[0] for write in writes} >= {"audit", "leases"}
    assert yard.rows("replayed whole") == undisturbed.rows

    def survive(at: int) -> str:
        name = f"replayed {at}"
        yard.copy("aged", name)
        step = f"replay {yard.folder}/place {at}"
        yard.crews.run(yard.on(name, step, at=at))
        left = len(rows_of(yard.store(name), VERDICTS))
        yard.crews.run(yard.on(name, step))
        is_whole = yard.rows(name) == undisturbed.rows
        return "" if is_whole and left >= articles else f"killed at {at}, {writes[at - 1]}: {left} verdicts"

    every = 1 if is_every_write else SAMPLED
    deaths = [at for at in range(1, len(writes) + 1) if at % every == 0 or writes[at - 1].startswith("create audit")]
    assert len(deaths) > 3
    assert [said for said in yard.crews.each(survive, deaths) if said] == []
