"""Airflow's REST interface, as far as the demo and the tests drive it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

from launch.airflow_login import Login
from mediawatch.errors import Unavailable

FINAL = frozenset({"success", "failed"})
COMPONENTS = ("metadatabase", "scheduler", "dag_processor")
ATTEMPT_SECONDS = 60.0
SILENCE_SECONDS = 900.0
"""How long no answer at all is put up with.  A server that has ended is said sooner, by `check`."""
BUSY = frozenset({429, 500, 502, 503, 504})
"""Statuses after which nothing was done: on SQLite a locked database is a 500.  A longer wait for the lock is no
remedy: who holds it may be waiting for this very server."""
BUSY_TRIES = 8
NO_ANSWER = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


def _direct_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy of the environment has no business with the loopback
    return session


def nothing_is_wrong() -> None:
    """The check of a client that knows nothing of its server's process."""


def backoff() -> Iterator[float]:
    """Seconds to wait before each further try: half a second, doubled up to 15."""
    wait = 0.5
    while True:
        yield wait
        wait = min(2 * wait, 15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task instance; `map_index` is -1 for a task that is not mapped, or not yet."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    attempt: int
    state: str

    @property
    def label(self) -> str:
        """`fetch_shard[2]`, or the bare name of a task that is not mapped."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a DAG that is not over; `asked_at` is the instant from which it counts."""

    dag_id: str
    run_id: str
    state: str
    asked_at: datetime

    def __str__(self) -> str:
        return f"{self.dag_id} {self.run_id} ({self.state})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A client for a server on the loopback, with a `login` unless that counts everyone as an admin.

    What gets no answer, or that of a busy server, is asked again, later and later; every call can be repeated without
    harm.  `check` raises when that is hopeless.  Every call raises Unavailable, with Airflow's own words, when the
    server refuses or has been silent for `silence_seconds`.
    """

    url: str
    login: Login | None = None
    check: Callable[[], None] = nothing_is_wrong
    silence_seconds: float = SILENCE_SECONDS
    session: requests.Session = field(default_factory=_direct_session)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def health(self) -> Mapping[str, str]:
        """Component -> `healthy`, or what is wrong with it; `no answer` while the server cannot be reached."""
        report = self.health_report()
        if report is None:
            return dict.fromkeys(COMPONENTS, "no answer")
        return {name: (report.get(name) or {}).get("status") or "not running" for name in COMPONENTS}

    def health_report(self, seconds: float = 15.0) -> Mapping[str, Any] | None:
        """What Airflow says of its components, last heartbeats included; None when it does not answer at once."""
        try:
            response = self.session.get(f"{self.url}/api/v2/monitor/health", timeout=seconds)
            return dict(response.json()) if response.ok else None
        except (requests.RequestException, ValueError):
            return None

    def import_errors(self) -> Mapping[str, str]:
        """DAG file -> what its import raised."""
        found = self._call("GET", "importErrors")["import_errors"]
        return {error["filename"]: error["stack_trace"] for error in found}

    def has_dag(self, dag_id: str) -> bool:
        """Whether Airflow knows this DAG yet."""
        return self._request("GET", f"dags/{dag_id}").ok

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler run this DAG."""
        self._call("PATCH", f"dags/{dag_id}", json={"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Let no further run of this DAG begin."""
        self._call("PATCH", f"dags/{dag_id}", json={"is_paused": True})

    def ensure_pool(self, name: str, pool: Mapping[str, object]) -> None:
        """Make the pool unless there is one; then it keeps the slots somebody gave it."""
        if not self._request("GET", f"pools/{name}").ok:
            self._create("pools", {"name": name, **pool})

    def trigger(self, dag_id: str, conf: Mapping[str, object], *, logical_date: str | None = None) -> str:
        """Start a run now, with `conf` as its params, for `logical_date` if given; returns the run id."""
        # The id is ours: asked for again, because an answer was lost, it cannot become a second run.
        run_id = f"manual__{datetime.now(UTC).isoformat()}_{secrets.token_hex(4)}"
        self._create(f"dags/{dag_id}/dagRuns", {"dag_run_id": run_id, "logical_date": logical_date, "conf": dict(conf)})
        return run_id

    def active_runs(self, dag_id: str = "~") -> list[Run]:
        """The runs of `dag_id` (of all DAGs unless told) that are queued or running, oldest first."""
        params = {"state": ["queued", "running"], "order_by": "run_after", "limit": 100}
        return [_run(item) for item in self._call("GET", f"dags/{dag_id}/dagRuns", params=params)["dag_runs"]]

    def fail(self, run: Run) -> None:
        """Put an end to a run: it and what of it is not over count as failed.  One that is over already stays."""
        self._request("PATCH", f"dags/{run.dag_id}/dagRuns/{run.run_id}", json={"state": "failed"})

    def state(self, dag_id: str, run_id: str) -> str:
        """`queued`, `running`, `success` or `failed`."""
        return str(self._call("GET", f"dags/{dag_id}/dagRuns/{run_id}")["state"])

    def note(self, dag_id: str, run_id: str) -> str:
        """The note on a run; empty when it has none."""
        return str(self._call("GET", f"dags/{dag_id}/dagRuns/{run_id}")["note"] or "")

    def write_note(self, dag_id: str, run_id: str, text: str) -> None:
        """Put a person's note on a run."""
        self._call("PATCH", f"dags/{dag_id}/dagRuns/{run_id}", json={"note": text})

    def links(self, task: Task) -> Mapping[str, str | None]:
        """Label -> address of the buttons that a task has, None for one that is not shown."""
        path = f"dags/{task.dag_id}/dagRuns/{task.run_id}/taskInstances/{task.task_id}/links"
        return dict(self._call("GET", path, params={"map_index": task.map_index})["extra_links"])

    def created_at(self, dag_id: str, run_id: str) -> str:
        """The instant the run was asked for, in ISO 8601."""
        return str(self._call("GET", f"dags/{dag_id}/dagRuns/{run_id}")["queued_at"])

    def tasks(self, dag_id: str, run_id: str) -> list[Task]:
        """The task instances of a run; one without a state yet counts as `waiting`."""
        return [_task(item) for item in self.task_instances(dag_id, run_id)]

    def task_instances(self, dag_id: str, run_id: str) -> list[Mapping[str, Any]]:
        """The same as Airflow has them, with all their fields; it gives no more than a hundred at a time."""
        path, found, total = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances", list[Mapping[str, Any]](), 1
        while len(found) < total:
            params = {"limit": 100, "offset": len(found), "order_by": "id"}
            page = self._call("GET", path, params=params)
            if not page["task_instances"]:
                break
            found += page["task_instances"]
            total = page["total_entries"]
        return found

    def task_states(self, dag_id: str, run_id: str) -> Mapping[str, str]:
        """Label -> state of every task instance of a run."""
        return {task.label: task.state for task in self.tasks(dag_id, run_id)}

    def log(self, task: Task) -> str:
        """What the task's last try wrote, one event a line, an error with its type and message."""
        path = f"dags/{task.dag_id}/dagRuns/{task.run_id}/taskInstances/{task.task_id}/logs/{max(task.attempt, 1)}"
        content = self._call("GET", path, params={"map_index": task.map_index, "full_content": True})["content"]
        lines = (_log_line(event) for event in content)
        return "\n".join(line for line in lines if not line.startswith("::"))

    def asset_runs(self, dag_id: str, *, since: str) -> list[str]:
        """Runs of `dag_id` that an asset event started at or after the instant `since`, oldest first.

        (/assets/events would name the event's runs, but answers 500 while one of them is still queued: seen in 3.3.2.)
        """
        params = {"run_type": "asset_triggered", "run_after_gte": since, "order_by": "run_after"}
        return [run["dag_run_id"] for run in self._call("GET", f"dags/{dag_id}/dagRuns", params=params)["dag_runs"]]

    def asset_facts(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """What the run `run_id` of `dag_id` said with its asset event, once all runs that this started are over."""
        events = self._call("GET", "assets/events", params={"source_dag_id": dag_id, "source_run_id": run_id})
        return dict(events["asset_events"][0]["extra"])

    def _call(self, method: str, path: str, **options: Any) -> Any:
        return _checked(self._request(method, path, **options)).json()

    def _create(self, path: str, body: Mapping[str, Any]) -> None:
        """Make what `body` names; that it is there already means that an earlier answer was lost."""
        response = self._request("POST", path, json=body)
        if response.status_code != requests.codes.conflict:
            _checked(response)

    def _request(self, method: str, path: str, **options: Any) -> requests.Response:
        began, busy, is_fresh = self.clock(), 0, False
        for wait in backoff():
            try:
                response = self._ask(method, f"api/v2/{path}", **options)
            except NO_ANSWER as error:
                silent = self.clock() - began
                if silent + wait > self.silence_seconds:
                    raise Unavailable(
                        f"Airflow at {self.url} has not answered {method} {path} for {silent:.0f} s: {error}"
                    ) from error
            else:
                began, busy = self.clock(), busy + 1
                if response.status_code == requests.codes.unauthorized and self.login and not is_fresh:
                    is_fresh = self._log_in(self.login)
                    continue
                if response.status_code not in BUSY or busy >= BUSY_TRIES:
                    return response
            self.check()
            self.sleep(wait)
        raise AssertionError("unreachable")

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            return self.session.request(method, f"{self.url}/{path}", timeout=ATTEMPT_SECONDS, **options)
        except NO_ANSWER:
            raise
        except requests.RequestException as error:
            raise Unavailable(f"Airflow at {self.url} cannot be asked: {error}") from error

    def _log_in(self, login: Login) -> bool:
        """Have a new token, which is good for a day.  True; False when the server is busy just now."""
        body = {"username": login.username, "password": login.password}
        response = self._ask("POST", "auth/token", json=body)
        if response.status_code in BUSY:
            return False
        if not response.ok:
            raise Unavailable(
                f"Airflow at {self.url} refuses the password of {login.username} in {login.file} "
                f"({response.status_code}): {response.text}"
            )
        self.session.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
        return True


def summary(states: Mapping[str, str]) -> str:
    """`5 success; running fetch_shard[0] fetch_shard[1]`: names for what is under way or in trouble, else numbers."""
    groups: dict[str, list[str]] = {}
    for label, state in states.items():
        groups.setdefault(state, []).append(label)
    quiet = ("success", "waiting", "skipped", "upstream_failed")
    counted = [f"{len(groups[state])} {state}" for state in quiet if state in groups]
    named = [f"{state} {' '.join(sorted(groups[state]))}" for state in sorted(groups.keys() - set(quiet))]
    return "; ".join([", ".join(counted)] * bool(counted) + named)


def _checked(response: requests.Response) -> requests.Response:
    if not response.ok:
        request = response.request
        raise Unavailable(f"Airflow answered {response.status_code} to {request.method} {request.url}: {response.text}")
    return response


def _run(item: Mapping[str, Any]) -> Run:
    asked_at = item["queued_at"] or item["start_date"] or item["run_after"]
    return Run(
        dag_id=item["dag_id"],
        run_id=item["dag_run_id"],
        state=item["state"],
        asked_at=datetime.fromisoformat(asked_at),
    )


def _task(item: Mapping[str, Any]) -> Task:
    return Task(
        dag_id=item["dag_id"],
        run_id=item["dag_run_id"],
        task_id=item["task_id"],
        map_index=item["map_index"],
        attempt=item["try_number"],
        state=item["state"] or "waiting",
    )


def _log_line(event: str | Mapping[str, Any]) -> str:
    if isinstance(event, str):
        return event
    errors = [f"{error['exc_type']}: {error['exc_value']}" for error in event.get("error_detail") or []]
    return "  ".join([str(event.get("event", "")), *errors])
