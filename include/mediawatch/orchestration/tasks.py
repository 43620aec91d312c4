"""Airflow's decorator `task`, with types that fit how tasks are called.

Airflow types a task as the function below the decorator.  But a DAG passes the results of other tasks where the
function takes values, and leaves out what Airflow itself fills in (`params`, `ti`, `dag_run`, `outlet_events`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, cast, overload

import airflow.sdk
from airflow.sdk import Asset, Param

from mediawatch.settings import Settings

if TYPE_CHECKING:
    from airflow.sdk.definitions.xcom_arg import PlainXComArg


class Task(Protocol):
    """A decorated function.  Calling it in a DAG adds the task and returns what stands for its result."""

    def __call__(self, *args: Any, **kwargs: Any) -> PlainXComArg: ...

    def override(self, **options: Any) -> Task: ...

    def partial(self, **kwargs: Any) -> Task: ...

    def expand(self, **kwargs: Any) -> PlainXComArg: ...


class Decorator(Protocol):
    """`@task`, or `@task(pool="fetching")` with the options of an operator."""

    @overload
    def __call__(self, function: Callable[..., Any], /) -> Task: ...
    @overload
    def __call__(self, **options: Any) -> Callable[[Callable[..., Any]], Task]: ...


task = cast(Decorator, airflow.sdk.task)


RAW = Asset("raw", group="mediawatch")
"""A harvest was sealed: there are pages that no build has read yet."""

ARTICLES = Asset("articles", group="mediawatch")
"""A build published: admitted articles, their ledger and their index moved."""


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


QUICK = timedelta(minutes=10)
"""Planning, sealing, provisioning: work on listings and manifests, seconds when all is well."""

STAGE = timedelta(hours=3)
"""One stage over one day.  A day of 100,000 pages takes about half an hour to extract on two processors."""

VERIFYING = timedelta(hours=3)
"""Reading the whole lake once: 1 TB at 100 MB/s."""

CHECKING = timedelta(hours=2)
"""One polite visit to every source."""

EVALUATING = timedelta(hours=2)
"""Reading four months and judging four weeks: about ten minutes for 1,000 articles a day."""


LATE = timedelta(hours=1)
"""How much later than its time box a harvest may be before people hear of it: shards wait for one another."""


def fetching(settings: Settings) -> timedelta:
    """The time box, and a margin for the transfers under way when it ends and for closing the last segment."""
    return timedelta(seconds=settings.time_box_seconds) + QUICK
