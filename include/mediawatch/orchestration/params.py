"""What a person may fill in when triggering a run."""

from __future__ import annotations

from airflow.sdk import Param


def only_sources() -> Param:
    """The sources that a run is about."""
    return Param(
        [],
        type="array",
        items={"type": "string"},
        title="Sources",
        description="Names from the catalogue, one a line; none means every enabled source.",
    )
