from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.sdk import RetryAction

from mediawatch import errors
from mediawatch.delivery import TaskFailure
from mediawatch.orchestration.failures import (
    GONE,
    TASK_DEFAULTS,
    ByErrorTree,
    FailureNotifier,
    failure_of,
    late_after,
    lateness_of,
    tell_late,
)
from mediawatch.settings import Settings
from tests.support.sinks import HttpSink

LOG = "http://127.0.0.1:8080/dags/build_day/runs/r1/tasks/plan"
TREE = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.MediawatchError)]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("try_number", [1, 3])
def test_an_error_of_the_tree_decides_by_its_own_word(kind: type[errors.MediawatchError], try_number: int) -> None:
    decision = ByErrorTree().evaluate(kind("why"), try_number=try_number, max_tries=4)
    assert decision.action is (RetryAction.DEFAULT if kind.can_retry else RetryAction.FAIL)


def test_any_other_error_gets_one_more_try() -> None:
    decisions = [ByErrorTree().evaluate(KeyError("x"), try_number=number, max_tries=4) for number in (1, 2)]
    assert [decision.action for decision in decisions] == [RetryAction.DEFAULT, RetryAction.FAIL]


def test_a_failed_decision_says_why() -> None:
    assert "GateClosed" in (ByErrorTree().evaluate(errors.GateClosed(), try_number=1, max_tries=4).reason or "")


def test_the_policy_survives_serialisation() -> None:
    assert isinstance(ByErrorTree.deserialize(ByErrorTree().serialize()), ByErrorTree)


def test_the_retries_outlast_a_lease_whose_holder_died() -> None:
    first, factor = TASK_DEFAULTS["retry_delay"].total_seconds(), TASK_DEFAULTS["retry_exponential_backoff"]
    waited = sum(first * factor**number for number in range(TASK_DEFAULTS["retries"]))
    assert waited >= Settings().lease_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """What Airflow hands over as `ti`, as far as it is read."""

    dag_id: str = "build_day"
    task_id: str = "plan"
    map_index: int | None = -1
    rendered_map_index: str | None = None
    log_url: str = LOG


def test_a_context_says_what_failed_and_why() -> None:
    context = {"ti": Instance(), "exception": errors.Unavailable("no answer"), "params": {"day": None}}
    assert failure_of(context) == TaskFailure(
        dag="build_day", task="plan", label="", error="Unavailable", said="no answer", log_url=LOG
    )


@pytest.mark.parametrize(
    ("instance", "params", "label"),
    [
        (Instance(map_index=3), {"day": "2026-04-29"}, "3"),
        (Instance(map_index=0, rendered_map_index="shard 0"), {}, "shard 0"),
        (Instance(), {"day": "2026-04-29"}, "2026-04-29"),
        (Instance(map_index=None), {}, ""),
    ],
)
def test_an_instance_is_told_by_its_label_or_the_day_asked_for(
    instance: Instance, params: dict[str, str], label: str
) -> None:
    assert failure_of({"ti": instance, "exception": KeyError("x"), "params": params}).label == label


def test_a_process_that_is_gone_has_no_exception() -> None:
    assert (failure_of({"ti": Instance()}).error, failure_of({"ti": Instance()}).said) == ("Killed", GONE)


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment by the environment, whose recipients stand in the folder that is given back."""
    monkeypatch.setenv("MEDIAWATCH_LAKE_URL", str(tmp_path / "lake"))
    monkeypatch.setenv("MEDIAWATCH_WATCHLISTS_DIR", str(tmp_path))
    return tmp_path


def test_people_are_told_though_the_catalogue_is_what_failed(
    deployed: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MEDIAWATCH_CATALOG_DIR", str(deployed / "nowhere"))
    with HttpSink() as sink, caplog.at_level(logging.INFO, "mediawatch.failures"):
        recipient = f"- name: ops\n  messages: [failures]\n  channels: [{{name: hook, url: '{sink.url}'}}]\n"
        (deployed / "recipients.yaml").write_text(recipient, encoding="utf-8")
        FailureNotifier().notify({"ti": Instance(), "exception": errors.BadCatalogue("paper.yaml:3: hosts: missing")})

    [posted] = sink.received
    assert "BadCatalogue：paper.yaml:3: hosts: missing" in posted.document["message"]
    assert f"日志：{LOG}" in posted.document["message"]
    assert "1 sent" in caplog.text


@pytest.mark.parametrize("recipients", ["- name: ops\n", "{{{"])
def test_its_own_trouble_is_logged_loudly_and_goes_no_further(
    deployed: Path, caplog: pytest.LogCaptureFixture, recipients: str
) -> None:
    (deployed / "recipients.yaml").write_text(recipients, encoding="utf-8")
    FailureNotifier().notify({"ti": Instance(), "exception": errors.GateClosed("held back")})
    [line] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "TELLING OF THIS FAILURE FAILED" in line.getMessage()
    assert line.exc_info is not None


def test_a_context_that_is_not_what_it_was_is_logged_too(deployed: Path, caplog: pytest.LogCaptureFixture) -> None:
    FailureNotifier().notify({})
    assert "TELLING OF THIS FAILURE FAILED" in caplog.text


RUN = {
    "dag_id": "harvest_news",
    "dag_run_id": "scheduled__2026-04-29T06:00:00+00:00",
    "queued_at": "2026-04-29T06:00:00Z",
    "state": "running",
}
"""A run as Airflow hands it to the callback of a deadline."""


def test_a_late_run_is_told_as_one_that_goes_on(deployed: Path) -> None:
    with HttpSink() as sink:
        recipient = (
            f"- name: ops\n  language: en\n  messages: [failures]\n  channels: [{{name: hook, url: '{sink.url}'}}]\n"
        )
        (deployed / "recipients.yaml").write_text(recipient, encoding="utf-8")
        for _ in range(2):
            tell_late({"dag_run": RUN}, minutes=120)

    [posted] = sink.received
    assert "harvest_news is late" in posted.document["title"]
    assert f"A run of harvest_news ({RUN['dag_run_id']}) did not finish in time." in posted.document["message"]
    assert "Late: not done 120 minutes after it was queued at 2026-04-29T06:00:00Z" in posted.document["message"]


@pytest.mark.parametrize(
    ("executors", "is_told"),
    [
        ("LocalExecutor", True),
        ("CeleryExecutor", True),
        ("KubernetesExecutor", False),
        ("airflow.providers.cncf.kubernetes.executors.kubernetes_executor.KubernetesExecutor", False),
        ("KubernetesExecutor,LocalExecutor", False),
        ("LocalExecutor,KubernetesExecutor", True),
    ],
)
def test_a_run_has_a_deadline_only_where_the_executor_can_call_us(
    executors: str, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another the scheduler raises NotImplementedError, ends, and does so again whenever it is started."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executors)
    assert (late_after(timedelta(hours=1)) is not None) == is_told


def test_lateness_has_no_task_and_no_log() -> None:
    late = lateness_of(RUN, 90)

    assert (late.task, late.log_url, late.error) == ("", "", "Late")
