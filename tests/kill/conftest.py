"""`pytest tests/kill --every-write` kills at every single write; without it at a sample that has each kind of write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from devsites import Newsroom as Sites
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from tests.support.days import Rows, day_as_rows
from tests.support.kill import Crews, Task
from tests.support.lakes import DAY
from tests.support.newsroom import NOON, open_newsroom

SITES = ("baichuan", "harrow", "wutong")
"""Two feeds, three sitemaps, an item announced twice, one of another host, and pages that are no article."""

BUILD = ("extract", "analyse", "audit", "cluster", "index", "ledger", "publish")
STEPS = ("open", "shard 0", "shard 1", "seal", *BUILD, "close")


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """Half a day of three sites, the crews to harvest it, and a folder for their lakes."""

    sites: Sites
    crews: Crews
    folder: Path
    task: Task

    def lake(self, name: str) -> str:
        """A lake's place."""
        return str(self.folder / name)

    def store(self, name: str) -> Store:
        """The lake, opened."""
        return open_store(self.lake(name))

    def rows(self, name: str) -> Rows:
        """What the lake says of the day."""
        return day_as_rows(self.store(name), DAY)

    def copy(self, name: str, to: str) -> None:
        """Another lake with the same content."""
        copytree(self.lake(name), self.lake(to))

    def on(self, name: str, *steps: str, **changes: object) -> Task:
        """`steps` on the lake `name`."""
        return replace(self.task, **{"lake": self.lake(name), "steps": steps, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """A run without accidents: its rows, and the writes of each step."""

    rows: Rows
    writes: dict[str, tuple[str, ...]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-write", action="store_true", help="kill at every write (tests/kill only; slow)")


@pytest.fixture(scope="session")
def is_every_write(request: pytest.FixtureRequest) -> bool:
    """Whether to leave no write out."""
    return bool(request.config.getoption("--every-write", default=False))


@pytest.fixture(scope="package")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """The sites and the crews, kept for these tests."""
    folder = tmp_path_factory.mktemp("yard")
    with open_newsroom(NOON) as sites, Crews() as crews:
        for path in sites.catalogue(folder / "sources"):
            _keep(path)
        task = Task(
            lake="", catalogue=str(folder / "sources"), moment=NOON.isoformat(), batch="20260429T120000Z", steps=()
        )
        yield Yard(sites=sites, crews=crews, folder=folder, task=task)


def _keep(path: Path) -> None:
    """Make the day small: three sites, and only what is at most half a day old."""
    if path.stem not in SITES:
        path.unlink()
        return
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    entry["limits"]["max_age_days"] = 0.5
    path.write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="package")
def undisturbed(yard: Yard) -> Undisturbed:
    """The day as it should be, with a copy of the lake as it stood before each step."""
    writes = {}
    for step in STEPS:
        if Path(yard.lake("undisturbed")).exists():
            yard.copy("undisturbed", f"before {step}")
        writes[step] = yard.crews.run(yard.on("undisturbed", step)).writes
    return Undisturbed(rows=yard.rows("undisturbed"), writes=writes)
