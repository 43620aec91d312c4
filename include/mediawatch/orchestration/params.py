"""What a person may fill in when triggering a run."""

from __future__ import annotations

from airflow.sdk import Param


def one_day(description: str) -> Param:
    """A day that the run is about; empty by default."""
    return Param(None, type=["null", "string"], format="date", title="Day", description=description)


def only_sources() -> Param:
    """The sources that a run is about."""
    return Param(
        [],
        type="array",
        items={"type": "string"},
        title="Sources",
        description="Names from the catalogue, one a line; none means every enabled source.",
    )
