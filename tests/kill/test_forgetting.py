"""Killed at any write of `forget` and run again, nothing of the page is left, and everything else is whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mediawatch.workflow.verifying.lake import verify
from tests.support.gazette import open_gazettes
from tests.support.kill import Crews, Task
from tests.support.lakes import a_context, copy_of
from tests.support.town import CANARIES, SLUG, Town, live_through, open_town
from tests.support.whole_lake import holders

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town without an index, whose day was told."""
    folder = tmp_path_factory.mktemp("town")
    with open_gazettes("paper") as [paper]:
        context = a_context(folder, paper.source(), shards=1)
        yield live_through(open_town(context, paper, folder, elasticsearch_url="", indexed=dict))


@pytest.fixture(scope="module")
def crews() -> Iterator[Crews]:
    with Crews() as crews:
        yield crews


def catalogue_of(town: Town, folder: Path) -> Path:
    """The town's only source as a file."""
    folder.mkdir()
    (source,) = town.context.catalogue.sources
    entry = source.model_dump(mode="json", exclude_defaults=True)
    (folder / "paper.yaml").write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")
    return folder


def test_killed_at_any_write_and_run_again_nothing_is_left(
    town: Town, crews: Crews, tmp_path: Path, is_every_write: bool
) -> None:
    catalogue = catalogue_of(town, tmp_path / "sources")
    address = town.paper.url(f"/a/{SLUG}")

    def task(lake: Path, at: int = 0, *, is_after: bool = False) -> Task:
        return Task(
            lake=str(lake),
            catalogue=str(catalogue),
            moment=town.context.clock().isoformat(),
            batch="20260430T090000Z",
            steps=(f"forget {address}",),
            at=at,
            is_after=is_after,
        )

    def survive(death: tuple[int, bool]) -> str:
        """What is left, or damaged, after the second run."""
        at, is_after = death
        room = copy_of(town.context, tmp_path / f"lake {at} {is_after}")
        lake = Path(room.settings.lake_url)
        crews.run(task(lake, at, is_after=is_after))
        crews.run(task(lake))
        wrong = [*holders(lake, *CANARIES), *(finding.what for finding in verify(room, is_deep=True).findings)]
        shutil.rmtree(lake)
        return f"{death}: {wrong}" if wrong else ""

    copy_of(town.context, tmp_path / "whole")
    writes = crews.run(task(tmp_path / "whole")).writes
    assert holders(tmp_path / "whole", *CANARIES) == []
    assert {write.split()[1].partition("/")[0] for write in writes} >= {"tombstones", "outbox", "harvest", "detect"}
    deaths = [(at, False) for at in range(1, len(writes) + 1)]
    deaths += [(at, True) for at in range(1, len(writes) + 1)] if is_every_write else []
    assert [said for said in crews.each(survive, deaths) if said] == []
