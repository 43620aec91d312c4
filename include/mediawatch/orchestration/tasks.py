"""Airflow's decorator `task`, with types that fit how tasks are called.

Airflow types a task as the function below the decorator.  But a DAG passes the results of other tasks where the
function takes values, and leaves out what Airflow itself fills in (`params`, `ti`, `dag_run`, `outlet_events`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, cast, overload

import airflow.sdk

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
