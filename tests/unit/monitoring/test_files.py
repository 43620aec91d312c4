"""The files in include/monitoring are those that are made now."""

from __future__ import annotations

import json
from pathlib import Path

from mediawatch.monitoring.files import FILES, write_files
from tests.support.papers import ROOT

COMMITTED = ROOT / "include/monitoring"


def test_the_committed_files_are_what_is_made(tmp_path: Path) -> None:
    made = write_files(tmp_path / "new")

    assert {path.name for path in COMMITTED.iterdir()} == {path.name for path in made} == set(FILES)
    for path in made:
        assert path.read_bytes() == (COMMITTED / path.name).read_bytes(), "make dashboards"


def test_no_two_panels_share_an_id_or_a_place() -> None:
    panels = json.loads((COMMITTED / "grafana-dashboard.json").read_text())["panels"]
    cells = [
        (x, y)
        for at in (panel["gridPos"] for panel in panels)
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
