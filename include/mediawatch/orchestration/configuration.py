"""One configuration for all tasks of a run: noted by the first, compared by those that work with it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from mediawatch.context import Context

CONFIGURATION: Final = "configuration"
"""The XCom of the files that the run began with, with a digest of each."""

FIRST: Final = "plan"
"""The task that begins a run.  Clearing it clears its XCom, so that the run begins anew with the files of then."""

_LOG = logging.getLogger("mediawatch.progress")


class TaskInstance(Protocol):
    """The part of a running task that reads and writes XComs."""

    def xcom_push(self, key: str, value: Any) -> None: ...

    def xcom_pull(self, task_ids: str, *, key: str) -> Any: ...


def begun_with(ti: TaskInstance, context: Context) -> Context:
    """`context`, after its files were noted as those of the run."""
    from mediawatch.workflow.configuration import configuration_of

    begun = configuration_of(context.settings)
    _LOG.info("configuration %s: %d files on %s", begun.digest, len(begun.files), begun.host)
    ti.xcom_push(key=CONFIGURATION, value=begun.document())
    return context


def in_step(ti: TaskInstance, context: Context, *parts: str) -> Context:
    """`context`, when its files of `parts` (all unless told) are those that the run began with.

    Raises ConfigurationDrift.  Where the first task noted none, as when somebody marked it as done, there is nothing to
    compare.
    """
    from mediawatch.workflow.configuration import PARTS, Configuration, check_drift

    noted = ti.xcom_pull(FIRST, key=CONFIGURATION)
    if noted:
        check_drift(Configuration.from_document(noted), context.settings, *(parts or PARTS))
    else:
        _LOG.warning("configuration not compared: %s noted none", FIRST)
    return context
