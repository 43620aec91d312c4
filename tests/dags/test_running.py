"""The DAGs in a real Airflow, over the demo newsroom and a real Elasticsearch."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from demo.replay import Replay, replay
from mediawatch.keywords.evaluations import evaluations_of
from mediawatch.lake.batches import BatchManifest, sealed_batches, sealed_days
from mediawatch.lake.opening import open_store
from mediawatch.records import now
from tests.support.airflow import AirflowAtWork
from tests.support.index import asked

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]


def batches(at_work: AirflowAtWork) -> list[BatchManifest]:
    store = open_store(at_work.settings.lake_url)
    return [manifest for day in sealed_days(store) for manifest in sealed_batches(store, day)]


def found(at_work: AirflowAtWork, query: str) -> list[str]:
    from mediawatch.search import connect, search

    client = connect(at_work.settings)
    return [hit.title for hit in search(client, at_work.settings, asked(query), size=5)]


def buttons(at_work: AirflowAtWork, dag_id: str, run_id: str, label: str) -> dict[str, str | None]:
    """What the buttons of the task `label` lead to."""
    (task,) = [task for task in at_work.airflow.api.tasks(dag_id, run_id) if task.label == label]
    return dict(at_work.airflow.api.links(task))


def told(at_work: AirflowAtWork, title: str) -> list[str]:
    """What messages said whose title begins so."""
    documents = [posted.document for posted in at_work.failures.received]
    return [document["message"] for document in documents if document["title"].startswith(title)]


def test_a_harvest_is_sealed_and_wakes_the_build_that_indexes_it(airflow_at_work: AirflowAtWork) -> None:
    airflow = airflow_at_work.airflow
    before = {manifest.batch for manifest in batches(airflow_at_work)}
    harvest = airflow.trigger("harvest_news")
    assert airflow.wait("harvest_news", harvest, ceiling=300) == "success", airflow.complaints("harvest_news", harvest)
    states = airflow.task_states("harvest_news", harvest)
    assert set(states) == {
        *("open_batch", "list_shards", "seal", "some_shard_fetched", "sites_answered"),
        *(f"fetch_shard[{number}]" for number in range(3)),
    }
    assert set(states.values()) == {"success"}
    (sealed,) = [manifest for manifest in batches(airflow_at_work) if manifest.batch not in before]
    assert sealed.missing_shards == ()
    assert sealed.counts["fetched"] > 0

    build = airflow.await_woken("build_day", by=("harvest_news", harvest))
    assert airflow.wait("build_day", build, ceiling=300) == "success", airflow.complaints("build_day", build)
    states = airflow.task_states("build_day", build)
    assert {states[task] for task in ("read[0]", "each.publish[0]", "announce", "every_day_built")} == {"success"}
    assert found(airflow_at_work, "天文台")

    watch = airflow.await_woken("watch_keywords", by=("build_day", build))
    assert airflow.wait("watch_keywords", watch, ceiling=300) == "success", airflow.complaints("watch_keywords", watch)
    states = airflow.task_states("watch_keywords", watch)
    assert states == dict.fromkeys(
        ("plan", "terms", "detect", "announce", "tell", "show", "tell_digest", "every_day_watched"), "success"
    )
    store = open_store(airflow_at_work.settings.lake_url)
    assert [evaluation.is_live for evaluation in evaluations_of(store, sealed.day)] == [True]
    assert store.exists(f"digests/day={sealed.day}/zh.html")
    day = sealed.day.isoformat()
    told = airflow.api.asset_facts("harvest_news", harvest)
    assert told["fetched"] == sealed.counts["fetched"]
    assert {"lost", "pending"} <= told.keys()
    sums = airflow.api.asset_facts("build_day", build)[day]
    assert sums["admitted"] > 0

    assert f"sealed {sealed.key.path}: " in airflow.api.note("harvest_news", harvest)
    assert f"{sealed.counts['fetched']} fetched, " in airflow.api.note("harvest_news", harvest)
    assert f"- {day}: {sums['announced']} announced, {sums['admitted']} admitted, " in airflow.api.note(
        "build_day", build
    )
    assert re.search(rf"- {day}: alerts \d+.*\n- \d+ sent, ", airflow.api.note("watch_keywords", watch))

    pages = {
        "Digest of the day": f"/board/digest?day={day}",
        "The day on the board": f"/board/?day={day}",
        "Quality of the day": f"/board/report?day={day}",
    }
    for dag_id, run, label in (
        ("build_day", build, "each.publish[0]"),
        ("build_day", build, "announce"),
        ("watch_keywords", watch, "announce"),
        ("watch_keywords", watch, "tell"),
        ("watch_keywords", watch, "show"),
    ):
        assert buttons(airflow_at_work, dag_id, run, label) == pages | {"The day in Kibana": None}
    assert buttons(airflow_at_work, "watch_keywords", watch, "detect") == {}
    for page in pages.values():
        answer = airflow.api.session.get(f"{airflow.url}{page}", timeout=30)
        assert (answer.status_code, day in answer.text) == (200, True)


def test_a_harvest_of_another_day_is_refused_at_once_and_seals_nothing(airflow_at_work: AirflowAtWork) -> None:
    airflow = airflow_at_work.airflow
    airflow.await_dag("harvest_news")
    before = batches(airflow_at_work)
    run = airflow.api.trigger("harvest_news", {}, logical_date="2025-12-24T12:00:00Z")
    assert airflow.wait("harvest_news", run, ceiling=120) == "failed"
    tasks = {task.label: task for task in airflow.api.tasks("harvest_news", run)}
    assert (tasks["open_batch"].state, tasks["open_batch"].attempt) == ("failed", 1)
    assert "2025-12-24" in airflow.api.log(tasks["open_batch"])
    assert tasks["seal"].state == "failed"
    assert "No batch was opened" in airflow.api.log(tasks["seal"])
    assert "- open_batch failed: BadRequest: " in airflow.api.note("harvest_news", run)
    assert "- seal failed: BadRequest: No batch was opened" in airflow.api.note("harvest_news", run)
    assert batches(airflow_at_work) == before
    [message] = told(airflow_at_work, "harvest_news: open_batch failed")
    assert "The task open_batch of harvest_news failed and is not tried again.\nBadRequest: " in message
    assert "2025-12-24" in message
    assert f"Log: {airflow.url}/dags/harvest_news/runs/" in message


def test_an_unknown_source_is_refused_by_name(airflow_at_work: AirflowAtWork) -> None:
    airflow = airflow_at_work.airflow
    run = airflow.trigger("harvest_news", {"sources": ["no-such-paper"]})
    airflow.api.write_note("harvest_news", run, "A try of mine.")
    assert airflow.wait("harvest_news", run, ceiling=120) == "failed"
    assert "no-such-paper" in airflow.complaints("harvest_news", run)
    assert airflow.api.note("harvest_news", run) == "A try of mine."
    titles = [posted.document["title"] for posted in airflow_at_work.failures.received]
    assert len(set(titles)) == len(titles), "the same error of a task is told once a day"


def test_a_day_can_be_built_again_on_request(airflow_at_work: AirflowAtWork) -> None:
    airflow = airflow_at_work.airflow
    days = {manifest.day for manifest in batches(airflow_at_work)}
    if not days:
        pytest.skip("nothing has been harvested: run the whole module")
    day = max(days)
    run = airflow.trigger("build_day", {"day": day.isoformat()})
    assert airflow.wait("build_day", run, ceiling=300) == "success", airflow.complaints("build_day", run)
    assert airflow.task_states("build_day", run)["each.publish[0]"] == "success"


@pytest.mark.parametrize(
    ("dag_id", "note"),
    [
        ("close_day", "no day is to be closed"),
        ("provision_search", "Indices: created "),
        ("check_sources", " sources: "),
        ("verify_lake", "MB checked: all is well"),
        ("evaluate_rule", "days were counted, and a scorecard needs"),
        ("housekeeping", "old leases: "),
    ],
)
def test_the_other_dags_run_and_say_what_they_did(airflow_at_work: AirflowAtWork, dag_id: str, note: str) -> None:
    airflow = airflow_at_work.airflow
    run = airflow.trigger(dag_id)
    assert airflow.wait(dag_id, run, ceiling=200) == "success", airflow.complaints(dag_id, run)
    assert note in airflow.api.note(dag_id, run)


def test_a_replay_of_a_day_that_is_not_over_is_refused(airflow_at_work: AirflowAtWork) -> None:
    airflow = airflow_at_work.airflow
    today = now().astimezone(ZoneInfo(airflow_at_work.settings.timezone)).date().isoformat()
    run = airflow.trigger("replay_days", {"from": today, "to": today})
    assert airflow.wait("replay_days", run, ceiling=200) == "failed"
    assert "is not over" in airflow.complaints("replay_days", run)


def test_a_past_day_is_replayed_and_comes_out_the_same(airflow_at_work: AirflowAtWork) -> None:
    airflow, settings = airflow_at_work.airflow, airflow_at_work.settings
    past = Replay(settings=settings, sites=airflow_at_work.sites, progress=lambda line: None, check=lambda: None)
    replay(past, days=1)
    yesterday = sealed_days(open_store(settings.lake_url))[0].isoformat()
    run = airflow.trigger("replay_days", {"from": yesterday, "to": yesterday})
    assert airflow.wait("replay_days", run, ceiling=300) == "success", airflow.complaints("replay_days", run)
    assert re.search(rf"{yesterday}: \d+ rows of \d+ tables identical$", airflow.api.note("replay_days", run))
