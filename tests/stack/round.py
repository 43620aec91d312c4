"""A round of the DAGs on the stack in FOLDER, by whichever version the path leads to; `tests.stack.upgrade` starts it.

    python -P tests/stack/round.py FOLDER --until INSTANT --out FILE [--from-past] [--restore DIR] [--backup DIR]

Earlier versions run this very file: it may call only what they have as well.  Starts the stack and the newsroom, shows
the sites' news until INSTANT, and runs harvest, build and watch once; then FILE says what the lake and the index hold.
`--from-past` begins with lake and index as replayed, `--restore` with what the backup in DIR holds, `--backup` makes
one at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from launch.console import leave, teller
from mediawatch.keywords.detect_stage import alerts_of
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.search import connect
from mediawatch.tables.ledger import FINAL_OUTCOMES
from tests.stack.__main__ import DAGS, Trial, await_well, live_through, opened
from tests.stack.day import documents_in

PAST_DAYS = 20
"""Fewer make no alert."""
SEALED = ("harvest", "register")
"""Folders whose objects never change once they are there."""


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--until", type=datetime.fromisoformat, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from-past", action="store_true")
    parser.add_argument("--restore", type=Path)
    parser.add_argument("--backup", type=Path)
    leave(lambda: run(parser.parse_args()))


def run(asked: argparse.Namespace) -> int:
    """The round; the exit code."""
    commands: dict[str, str] = {}
    with ExitStack() as stack:
        trial = opened(stack, asked.folder.resolve(), PAST_DAYS, teller())
        if asked.from_past:
            trial.put_back(trial.settings.lake_url)
        if asked.restore:
            lake = open_store(trial.settings.lake_url)
            for folder in lake.folders(""):
                lake.delete_all(folder)
            said(trial, commands, "restore", str(asked.restore), trial.settings.lake_url)
        trial.sites.set_now(asked.until)
        airflow = trial.stack.airflow
        states = {"provision_search": airflow.wait("provision_search", airflow.trigger("provision_search"))}
        states |= live_through(trial, [], DAGS)
        await_well(trial)
        if asked.restore:
            said(trial, commands, "reindex")
        said(trial, commands, "verify")
        if asked.backup:
            said(trial, commands, "backup", str(asked.backup))
        asked.out.write_text(json.dumps(found(trial, states, commands), ensure_ascii=False), encoding="utf-8")
    return 0


def said(trial: Trial, commands: dict[str, str], *command: str) -> None:
    """Run a command of the product, and keep what it said if it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "mediawatch.cli.main", *command],
        env=os.environ | trial.stack.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    commands[command[0]] = f"ended with {done.returncode}: {done.stderr[-500:]}" if done.returncode else ""


def found(trial: Trial, states: Mapping[str, str], commands: Mapping[str, str]) -> dict[str, Any]:
    """What there is after the round."""
    store, today = open_store(trial.settings.lake_url), trial.moment.date()
    outcomes: dict[str, str] = {}
    for day in (today - timedelta(days=1), today):
        receipt = current(store, PartitionKey(stage="ledger", day=day))
        for row in read_rows(store, receipt, FINAL_OUTCOMES) if receipt else ():
            outcomes[f"{day} {row.link_id}"] = row.reason.value if row.reason else "admitted"
    client = connect(trial.settings)
    documents = {index: sorted(held) for index, held in documents_in(client).items()}
    client.close()
    return {
        "states": states,
        "commands": commands,
        "facts": {key: sha256(store.read(key)).hexdigest() for folder in SEALED for key in store.list(folder)},
        "outcomes": outcomes,
        "documents": documents,
        "alerts": {alert.alert_id: f"{alert.kind.value} {alert.term}" for alert in alerts_of(store, today)},
        "messages": [message.document for message in trial.sink.received],
    }


if __name__ == "__main__":
    main()
