"""docs/dashboards.md says of every panel what it answers, in the words of the panel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mediawatch.kibana import saved_objects
from mediawatch.kibana.checks.packed import panels_of

PAPER = Path(__file__).parents[3] / "docs/dashboards.md"


def shown_title(panel: dict[str, Any]) -> str:
    """The panel's title, or what a large number is called."""
    if panel["title"]:
        return str(panel["title"])
    layers = panel["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
    return str(layers["main"]["columns"]["value"]["label"])


def test_every_panel_and_nothing_else_is_in_the_tables() -> None:
    said = [line for line in PAPER.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "?" in line]
    wanted = [
        f"| {shown_title(panel)} | {panel['embeddableConfig']['description']} |"
        for saved in saved_objects("en")
        if saved["type"] == "dashboard"
        for panel in panels_of(saved)
        if panel["type"] not in ("visualization", "links")
    ]

    assert [line for line in said if line.count("|") == 3] == [line for line in wanted if "?" in line]
    assert set(wanted) <= set(PAPER.read_text(encoding="utf-8").splitlines())


def test_every_dashboard_is_in_the_first_table() -> None:
    text = PAPER.read_text(encoding="utf-8")

    for saved in saved_objects("en"):
        if saved["type"] == "dashboard":
            assert f"`{saved['id']}`" in text
            assert f"\n## {saved['attributes']['title'].removeprefix('[Media] ')}\n" in text
