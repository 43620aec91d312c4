"""Where the buttons of a task lead."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mediawatch.orchestration.links import LINKS, board_path

ROOT = Path(__file__).resolve().parents[3]
OVERVIEW = "https://kibana.example/app/dashboards#/view/mw-overview"


def links_of(given: dict[str, Any], planned: list[str] | None = None) -> list[str]:
    """The addresses for a task with the arguments `given`, in a run whose task `plan` returned `planned`."""
    ti: Any = SimpleNamespace(xcom_pull=lambda task_ids: planned if task_ids == "plan" else None)
    operator: Any = SimpleNamespace(op_kwargs=given)
    return [link.get_link(operator, ti_key=ti) for link in LINKS]


def pages(day: str) -> list[str]:
    return [f"/board/digest?day={day}", f"/board/?day={day}", f"/board/report?day={day}", ""]


def test_a_task_of_a_day_leads_to_that_day() -> None:
    assert links_of({"stage": "publish", "day": "2026-01-05"}, ["2026-01-09"]) == pages("2026-01-05")


def test_a_task_of_several_days_leads_to_the_newest() -> None:
    assert links_of({"days": ["2026-01-05", "2026-01-06", "2026-01-04"]}) == pages("2026-01-06")
    assert links_of({}, ["2026-01-05", "2026-01-06"]) == pages("2026-01-06")


@pytest.mark.parametrize(("given", "planned"), [({"days": []}, ["2026-01-05"]), ({}, []), ({}, None)])
def test_without_a_day_no_button_is_shown(given: dict[str, Any], planned: list[str] | None) -> None:
    assert links_of(given, planned) == ["", "", "", ""]


def test_kibana_has_its_button_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIAWATCH_KIBANA_URL", "https://kibana.example/")
    period = "_g=(time:(from:'2026-01-05T00:00:00.000Z',to:'2026-01-05T23:59:59.999Z'))"
    assert links_of({"day": "2026-01-05"})[-1] == f"{OVERVIEW}?{period}"


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("https://airflow.example", "/board/"),
        ("https://news.example/airflow/", "/airflow/board/"),
    ],
)
def test_the_board_is_below_airflows_own_path(base: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base)
    assert board_path() == path
    assert runpy.run_path(str(ROOT / "plugins" / "board.py"))["own_path"]() == path
