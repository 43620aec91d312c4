"""Killed at any write of a backup, the copy names nothing that it has not got; the next one makes it whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediawatch.lake.folders import FACTS
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.workflow.verifying.lake import verify
from tests.kill.conftest import Undisturbed, Yard
from tests.support.lakes import a_context

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SAMPLED = 3


def facts(store: Store) -> dict[str, bytes]:
    return {key: store.read(key) for folder in FACTS for key in store.list(folder)}


def test_killed_at_any_write_it_holds_whole_batches_and_goes_on(
    yard: Yard, undisturbed: Undisturbed, is_every_write: bool
) -> None:
    del undisturbed  # makes the lake of that name
    whole = facts(yard.store("undisturbed"))

    def back_up(name: str, at: int = 0) -> tuple[str, ...]:
        return yard.crews.run(yard.on("undisturbed", f"backup {yard.lake(name)}", at=at)).writes

    writes = back_up("backup whole")
    assert facts(yard.store("backup whole")) == whole

    def survive(at: int) -> str:
        name = f"backup {at}"
        back_up(name, at)
        store = open_store(yard.lake(name))
        found = verify(replace(a_context(yard.folder / f"verified {at}"), store=store), is_deep=True)
        wrong = [finding.what for finding in found.findings if finding.kind == "damaged"]
        copied = len(facts(store))
        again = [write for write in back_up(name) if not write.split()[1].startswith("leases/")]
        wrong += [] if facts(store) == whole else ["not whole"]
        wrong += [] if len(again) == len(whole) - copied else [f"{len(again)} writes for {len(whole) - copied}"]
        return f"killed at {at}, {writes[at - 1]}: {wrong}" if wrong else ""

    deaths = range(1, len(writes) + 1, 1 if is_every_write else SAMPLED)
    assert len(deaths) > 3
    assert [said for said in yard.crews.each(survive, deaths) if said] == []
