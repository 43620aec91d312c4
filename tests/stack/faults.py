"""Accidents: a process of the stack killed, or cut off for a while, at a moment of the day's work."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from devsites import Newsroom
from launch.airflow_components import name_of
from launch.stack import Stack

POLL_SECONDS = 0.2
LOST_SECONDS = 100.0
"""Longer than a task may be silent before Airflow counts it as lost (60 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happens: once `dag` runs one of `tasks`, and the sites were asked `requests` times."""

    text: str
    dag: str
    tasks: tuple[str, ...]
    requests: int = 0


FETCHING = Moment(text="while pages are fetched", dag="harvest_news", tasks=("fetch_shard",), requests=25)
SEALING = Moment(text="when a batch is sealed", dag="harvest_news", tasks=("seal",))
BUILDING = Moment(text="while a day is built", dag="build_day", tasks=("read", "each.extract", "each.analyse"))
INDEXING = Moment(text="before articles are indexed", dag="build_day", tasks=("each.audit", "each.cluster"))
WATCHING = Moment(text="while alerts are looked for", dag="watch_keywords", tasks=("terms", "detect", "announce"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one process: killed, or stopped for `seconds` so that nothing comes from it."""

    name: str
    process: str
    moments: tuple[Moment, ...]
    seconds: float = 0.0

    @property
    def how(self) -> str:
        """In words."""
        return f"cut off for {self.seconds:.0f} s" if self.seconds else "killed"

    @property
    def said(self) -> str:
        """What happens, and when, in words."""
        return f"{self.how} {' and '.join(moment.text for moment in self.moments)}"


FAULTS = (
    Fault(name="worker", process=name_of("worker-1"), moments=(FETCHING, BUILDING)),
    Fault(name="scheduler", process=name_of("scheduler"), moments=(FETCHING, BUILDING)),
    Fault(name="redis", process="Redis", moments=(FETCHING, BUILDING)),
    Fault(name="postgres", process="Postgres", moments=(FETCHING, BUILDING)),
    Fault(name="elasticsearch", process="Elasticsearch", moments=(INDEXING, WATCHING)),
    Fault(name="s3", process="The S3 server", moments=(FETCHING, BUILDING)),
    Fault(name="task-api", process=name_of("task-api"), moments=(FETCHING, BUILDING)),
    Fault(name="parser", process="The parser", moments=(FETCHING, BUILDING)),
    Fault(name="worker-away", process=name_of("worker-1"), moments=(FETCHING,), seconds=LOST_SECONDS),
    Fault(name="s3-away", process="The S3 server", moments=(FETCHING, INDEXING), seconds=20.0),
    Fault(name="redis-away", process="Redis", moments=(FETCHING, INDEXING), seconds=20.0),
    Fault(name="elasticsearch-away", process="Elasticsearch", moments=(INDEXING,), seconds=60.0),
    Fault(name="postgres-away", process="Postgres", moments=(FETCHING, INDEXING), seconds=20.0),
    Fault(name="parser-away", process="The parser", moments=(FETCHING, BUILDING), seconds=20.0),
)


@dataclass(kw_only=True)
class Accident:
    """One fault on its way, in a thread of its own, so that whoever waits for the runs goes on waiting."""

    fault: Fault
    stack: Stack
    sites: Newsroom
    say: Callable[[str], None]
    done: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._happen, name=f"fault {self.fault.name}", daemon=True)

    def __enter__(self) -> Accident:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _happen(self) -> None:
        try:
            for moment in self.fault.moments:
                if self._wait_for(moment):
                    self._strike(moment)
        except Exception as error:  # noqa: BLE001 - the main thread says it
            self.errors.append(f"{type(error).__name__}: {error}")

    def _wait_for(self, moment: Moment) -> bool:
        api = self.stack.airflow.api
        while not self._is_over.wait(POLL_SECONDS):
            if sum(site.requests for site in self.sites.traffic().values()) < moment.requests:
                continue
            for run in api.active_runs(moment.dag):
                if run.run_id.startswith("scheduled"):  # the hour's own, which may have nothing to do
                    continue
                running = {task.task_id for task in api.tasks(moment.dag, run.run_id) if task.state == "running"}
                if running.intersection(moment.tasks):
                    return True
        return False

    def _strike(self, moment: Moment) -> None:
        leader = next(part.leader for part in self.stack.components() if part.name == self.fault.process)
        self.say(f"  {self.fault.process} is {self.fault.how} {moment.text}")
        if not self.fault.seconds:
            send(leader, signal.SIGKILL)
        else:
            stopped = send(leader, signal.SIGSTOP)
            time.sleep(self.fault.seconds)
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        self.done.append(moment.text)


def send(leader: int, number: signal.Signals) -> list[int]:
    """Send the signal to a process and all that came from it; which they were."""
    process = psutil.Process(leader)
    found = [process.pid, *(child.pid for child in process.children(recursive=True))]
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    return found
