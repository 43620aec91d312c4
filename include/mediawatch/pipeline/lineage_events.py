"""Lineage: of which tables each partition was made, told to whoever receives OpenLineage events.

Nothing is sent, and the client is not loaded, unless one of the client's own variables names a receiver
(`OPENLINEAGE_URL`).  A receiver that does not answer costs a line in the log and no stage.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mediawatch import logs
from mediawatch.lake.receipts import Receipt
from mediawatch.pipeline.stage import Given, Stage
from mediawatch.tables.declaration import Table

if TYPE_CHECKING:
    from openlineage.client import OpenLineageClient
    from openlineage.client.event_v2 import InputDataset, OutputDataset

NAMESPACE: Final = "mediawatch"
PRODUCER: Final = "mediawatch"
_RECEIVERS: Final = ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG", "OPENLINEAGE__TRANSPORT__TYPE")
_LOG = logs.logger(__name__)
_unheard: set[str] = set()
"""Stages whose event could not be sent: with one of them this process sends no more, as the client tries for seconds.
"""


def is_wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment names a receiver."""
    is_off = environ.get("OPENLINEAGE_DISABLED", "").lower() == "true"
    return not is_off and any(environ.get(name) for name in _RECEIVERS)


@contextmanager
def lineage_of(stage: Stage, given: Given) -> Iterator[Callable[[Receipt], None]]:
    """A run of `stage` around the block, which is told of the receipt that it made; an error fails the run."""
    made: list[Receipt] = []
    if _unheard or not is_wanted():
        yield made.append
        return
    send = _sender(stage, given)
    send("START", None)
    try:
        yield made.append
    except BaseException:
        send("FAIL", None)
        raise
    send("COMPLETE", made[-1] if made else None)


def _sender(stage: Stage, given: Given) -> Callable[[str, Receipt | None], None]:
    """What sends the events of one run; whatever goes wrong is logged."""
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.facet_v2 import nominal_time_run
    from openlineage.client.uuid import generate_new_uuid

    nominal = nominal_time_run.NominalTimeRunFacet(nominalStartTime=f"{given.day}T00:00:00Z")
    run = Run(runId=str(generate_new_uuid()), facets={"nominalTime": nominal})
    job = Job(namespace=NAMESPACE, name=stage.name)
    root = given.context.settings.lake_url

    def send(state: str, receipt: Receipt | None) -> None:
        if _unheard:
            return
        try:
            event = RunEvent(
                eventType=RunState[state],
                eventTime=datetime.now(UTC).isoformat(),
                run=run,
                job=job,
                producer=PRODUCER,
                inputs=[_input(root, table) for read in stage.reads for table in read.tables],
                outputs=[_output(root, table, receipt) for table in stage.writes],
            )
            _client().emit(event)
        except Exception as error:  # noqa: BLE001 - whatever it is, the stage has nothing to do with it
            _unheard.add(stage.name)
            _LOG.warning("lineage not told, and no more of this process", stage=stage.name, error=type(error).__name__)

    return send


@cache
def _client() -> OpenLineageClient:
    from openlineage.client import OpenLineageClient

    return OpenLineageClient()


def _input(root: str, table: Table[Any]) -> InputDataset:
    from openlineage.client.event_v2 import InputDataset

    return InputDataset(namespace=root, name=table.title, facets={"schema": _schema(table)})


def _output(root: str, table: Table[Any], receipt: Receipt | None) -> OutputDataset:
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.facet_v2 import documentation_dataset, output_statistics_output_dataset

    facets = {
        "schema": _schema(table),
        "documentation": documentation_dataset.DocumentationDatasetFacet(description=table.about),
    }
    made = receipt.tables.get(table.name) if receipt else None
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet
    return OutputDataset(
        namespace=root,
        name=table.title,
        facets=facets,
        outputFacets={"outputStatistics": statistics(rowCount=made.rows)} if made else {},
    )


def _schema(table: Table[Any]) -> Any:
    from openlineage.client.facet_v2 import schema_dataset

    columns = [schema_dataset.SchemaDatasetFacetFields(name=one.name, type=str(one.type)) for one in fields(table.row)]
    return schema_dataset.SchemaDatasetFacet(fields=columns)
