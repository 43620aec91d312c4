"""Each DAG is as it was drawn: its tasks, their order, what starts it, what it announces."""

from __future__ import annotations

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, DeadlineReference, TriggerRule
from airflow.sdk.definitions.callback import SyncCallback

from mediawatch.orchestration.configuration import FIRST
from mediawatch.orchestration.failures import ByErrorTree, FailureNotifier
from mediawatch.orchestration.notes import note_failure
from mediawatch.workflow.replaying import STARTS

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(file.stem for file in (ROOT / "dags").glob("*.py"))

BUILD = ("extract", "analyse", "audit", "cluster", "index", "ledger", "publish")
DRAWN = {
    "harvest_news": {
        "open_batch": {"list_shards", "fetch_shard", "seal", "sites_answered"},
        "list_shards": {"fetch_shard"},
        "fetch_shard": {"seal", "some_shard_fetched"},
        "seal": {"sites_answered"},
        "some_shard_fetched": set(),
        "sites_answered": set(),
    },
    "build_day": {
        "plan": {"share", *(f"each.{stage}" for stage in BUILD)},
        "share": {"read"},
        "read": {"each.extract"},
        "each.extract": {"each.analyse"},
        "each.analyse": {"each.audit"},
        "each.audit": {"each.cluster"},
        "each.cluster": {"each.index"},
        "each.index": {"each.ledger"},
        "each.ledger": {"each.publish"},
        "each.publish": {"announce", "every_day_built"},
        "announce": set(),
        "every_day_built": set(),
    },
    "watch_keywords": {
        "plan": {"terms"},
        "terms": {"detect", "every_day_watched"},
        "detect": {"announce", "tell", "show", "every_day_watched"},
        "announce": {"every_day_watched"},
        "tell": set(),
        "show": {"tell_digest"},
        "tell_digest": set(),
        "every_day_watched": set(),
    },
    "close_day": {"plan": {"close"}, "close": {"heartbeat"}, "heartbeat": set()},
    "provision_search": {"provision": set()},
    "check_sources": {"check": set()},
    "verify_lake": {"verify": set()},
    "evaluate_rule": {"evaluate": set()},
    "replay_days": {"replay": set()},
    "housekeeping": {"keep_house": set(), "clean_history": set()},
}
RULES = {
    ("harvest_news", "seal"): TriggerRule.ALL_DONE,
    ("harvest_news", "some_shard_fetched"): TriggerRule.ONE_SUCCESS,
    ("build_day", "each.extract"): TriggerRule.ALL_DONE,
    ("build_day", "announce"): TriggerRule.ALL_DONE_MIN_ONE_SUCCESS,
    **{("watch_keywords", task): TriggerRule.ALL_DONE for task in ("terms", "detect", "announce", "tell", "show")},
    ("close_day", "heartbeat"): TriggerRule.NONE_FAILED,
}
OUTLETS = {("harvest_news", "seal"): ["raw"], ("build_day", "announce"): ["articles"]}
MAPPED = {
    ("harvest_news", "fetch_shard"),
    ("build_day", "read"),
    *(("build_day", f"each.{stage}") for stage in BUILD),
    ("close_day", "close"),
}
LINKED = {
    *(("build_day", task) for task in ("each.publish", "announce")),
    *(("watch_keywords", task) for task in ("announce", "tell", "show")),
}


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(ROOT / "dags")


def test_every_file_is_one_dag_of_its_own_name(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert sorted(bag.dags) == NAMES == sorted(DRAWN)


@pytest.mark.parametrize("name", NAMES)
def test_tasks_and_their_order(bag: DagBag, name: str) -> None:
    assert {task.task_id: task.downstream_task_ids for task in bag.dags[name].tasks} == DRAWN[name]


@pytest.mark.parametrize("name", NAMES)
def test_trigger_rules_outlets_and_mapping(bag: DagBag, name: str) -> None:
    for task in bag.dags[name].tasks:
        place = (name, task.task_id)
        assert task.trigger_rule == RULES.get(place, TriggerRule.ALL_SUCCESS), place
        assert [asset.name for asset in task.outlets] == OUTLETS.get(place, []), place
        assert bool(task.is_mapped or task.get_closest_mapped_task_group()) == (place in MAPPED), place


@pytest.mark.parametrize("name", NAMES)
def test_every_task_has_an_owner_a_deadline_retries_the_translation_of_failures_and_tells_of_them(
    bag: DagBag, name: str
) -> None:
    for task in bag.dags[name].tasks:
        assert task.owner == "newsroom"
        assert timedelta() < task.execution_timeout <= timedelta(hours=3)
        assert task.retries > 0
        assert isinstance(task.retry_policy, ByErrorTree)
        first, second = task.on_failure_callback
        assert first is note_failure
        assert isinstance(second, FailureNotifier)


@pytest.mark.parametrize("name", NAMES)
def test_tasks_that_finish_a_day_lead_to_its_pages(bag: DagBag, name: str) -> None:
    for task in bag.dags[name].tasks:
        labels = ["Digest of the day", "The day on the board", "Quality of the day", "The day in Kibana"]
        assert [link.name for link in task.operator_extra_links] == (labels if (name, task.task_id) in LINKED else [])


@pytest.mark.parametrize("name", NAMES)
def test_a_map_label_only_names_arguments_that_the_task_is_given(bag: DagBag, name: str) -> None:
    for task in bag.dags[name].tasks:
        given = (
            {**task.partial_kwargs["op_kwargs"], **task.op_kwargs_expand_input.value}
            if task.is_mapped
            else (getattr(task, "op_kwargs", {}))
        )
        assert set(re.findall(r"op_kwargs\['(\w+)'\]", task.map_index_template or "")) <= set(given)


@pytest.mark.parametrize("name", NAMES)
def test_every_pool_is_one_that_is_made(bag: DagBag, name: str) -> None:
    made = json.loads((ROOT / "dags" / "pools.json").read_text())
    assert {task.pool for task in bag.dags[name].tasks} <= {"default_pool", *made}


@pytest.mark.parametrize("name", NAMES)
def test_one_run_at_a_time_and_none_for_the_past(bag: DagBag, name: str) -> None:
    assert bag.dags[name].max_active_runs == 1
    assert bag.dags[name].catchup is False


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_what_to_do_when_it_fails(bag: DagBag, name: str) -> None:
    page = bag.dags[name].doc_md
    about, heading, advice = page.partition("### What to do when it fails\n")
    assert heading
    assert len(about.split()) >= 15
    assert advice.count("\n- ") + advice.startswith("- ") >= 2
    assert "mediawatch" in bag.dags[name].tags


def test_what_starts_each(bag: DagBag) -> None:
    crons = {
        name: dag.timetable.expression
        for name, dag in bag.dags.items()
        if isinstance(dag.timetable, CronTriggerTimetable)
    }
    assert crons == {
        "harvest_news": "5,35 * * * *",
        "close_day": "30 4 * * *",
        "check_sources": "40 4 * * 1",
        "verify_lake": "50 4 * * 0",
        "evaluate_rule": "20 5 * * 1",
        "housekeeping": "50 5 * * 6",
    }
    assert bag.dags["provision_search"].schedule == "@once"
    for name, cron, asset in (("build_day", "15 * * * *", "raw"), ("watch_keywords", "35 * * * *", "articles")):
        woken = bag.dags[name].timetable
        assert isinstance(woken, AssetOrTimeSchedule)
        assert woken.timetable.expression == cron
        assert [each.name for each in woken.asset_condition.objects] == [asset]


def test_the_forms_ask_for_sources_and_for_a_day(bag: DagBag) -> None:
    forms = {name: dict(dag.params.dump()) for name, dag in bag.dags.items()}
    assert forms == {
        "harvest_news": {"sources": []},
        "check_sources": {"sources": []},
        "build_day": {"day": None},
        "watch_keywords": {"day": None},
        "close_day": {},
        "provision_search": {},
        "verify_lake": {"day": None, "deep": False},
        "evaluate_rule": {},
        "replay_days": {"from": None, "to": None, "from_stage": "extract", "keep": False},
        "housekeeping": {},
    }


def test_a_replay_may_begin_with_every_stage_that_the_command_knows(bag: DagBag) -> None:
    param = bag.dags["replay_days"].params.get_param("from_stage")
    assert param.schema["enum"] == list(STARTS)


@pytest.mark.parametrize(("name", "hours"), [("harvest_news", 2.0), ("build_day", 3.0), ("watch_keywords", 3.0)])
def test_people_hear_of_a_run_that_is_late(bag: DagBag, name: str, hours: float) -> None:
    [alert] = bag.dags[name].deadline

    assert alert.reference is DeadlineReference.DAGRUN_QUEUED_AT
    assert alert.interval == timedelta(hours=hours)
    assert alert.callback.path == "mediawatch.orchestration.failures.tell_late"
    assert alert.callback.kwargs == {"minutes": hours * 60}


UNCOMPARED = {
    # The batch's plan in the lake has what its shards read.
    *(("harvest_news", name) for name in ("open_batch", "list_shards", "fetch_shard", "seal", "sites_answered")),
    # They sum up what is in the lake, and give a sign of life.
    ("build_day", "announce"),
    ("close_day", "heartbeat"),
}
"""Tasks of several that work with no file of configuration."""


def opening(name: str) -> dict[str, set[str]]:
    """The tasks of a DAG by how they open the newsroom."""
    tree = ast.parse((ROOT / f"dags/{name}.py").read_text())
    found: dict[str, set[str]] = {}
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        source = ast.unparse(function)
        if "open_context()" in source or "opened(ti)" in source:
            how = next((each for each in ("begun_with(", "in_step(", "opened(") if each in source), "alone")
            found.setdefault(how, set()).add(function.name)
    return found


@pytest.mark.parametrize("name", [name for name, tasks in DRAWN.items() if len(tasks) > 2])
def test_the_tasks_of_a_run_work_with_the_files_that_it_began_with(name: str) -> None:
    found = opening(name)
    assert found.get("alone", set()) == {task for dag, task in UNCOMPARED if dag == name}
    if name != "harvest_news":
        assert found["begun_with("] == {FIRST}
        assert found["in_step("]
        assert name == "watch_keywords" or "CATALOGUE" in (ROOT / f"dags/{name}.py").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_waits_in_a_triggerer(bag: DagBag, name: str) -> None:
    """docker-compose.yml and launch/kubernetes have none."""
    dag = bag.dags[name]
    assert not [task.task_id for task in dag.tasks if task.start_from_trigger or getattr(task, "deferrable", False)]
    deadlines = dag.deadline or []
    assert all(isinstance(each.callback, SyncCallback) for each in deadlines)
    source = (ROOT / f"dags/{name}.py").read_text()
    assert not re.search("defer|watchers=|AsyncCallback", source)
