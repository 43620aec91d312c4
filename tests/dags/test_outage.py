"""The leaf that makes a harvest red when most sites did not answer: at once, after the seal, and told once a day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.dag_processing.dagbag import DagBag

from mediawatch.context import Context, open_context
from mediawatch.errors import Outage
from mediawatch.lake.batches import BatchManifest, sealed_batches
from mediawatch.orchestration.batches import facts, packed
from mediawatch.orchestration.failures import ByErrorTree, FailureNotifier
from mediawatch.settings import read_settings
from mediawatch.sources.yaml_nodes import to_yaml
from mediawatch.workflow.reporting import fell_short
from tests.support.gazette import Gazette, open_gazettes
from tests.support.lakes import harvest
from tests.support.sinks import HttpSink
from tests.support.sites import reply

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def leaf() -> Callable[..., None]:
    """What the task does."""
    found: Callable[..., None] = DagBag(ROOT / "dags").dags["harvest_news"].get_task("sites_answered").python_callable
    return found


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, papers: list[Gazette], url: str) -> Context:
    """A newsroom of the papers, as the environment of a task describes it."""
    (folder / "sources").mkdir()
    (folder / "lists").mkdir()
    for paper in papers:
        (folder / "sources" / f"{paper.name}.yaml").write_text(to_yaml(paper.source()), encoding="utf-8")
    ops = {"name": "ops", "messages": ["failures"], "channels": [{"name": "hook", "url": url}]}
    (folder / "lists/recipients.yaml").write_text(yaml.safe_dump([ops]), encoding="utf-8")
    for name, value in {
        "LAKE_URL": folder / "lake",
        "CATALOG_DIR": folder / "sources",
        "WATCHLISTS_DIR": folder / "lists",
        "ELASTICSEARCH_URL": "http://127.0.0.1:9",
        "SHARDS": 1,
    }.items():
        monkeypatch.setenv(f"MEDIAWATCH_{name}", str(value))
    return open_context(read_settings())


def checked(leaf: Callable[..., None], manifest: BatchManifest, *sources: str) -> Outage:
    with pytest.raises(Outage) as raised:
        leaf(packed(manifest.key), {"sources": list(sources)})
    return raised.value


def airflow_context(error: Exception) -> dict[str, Any]:
    """What Airflow's callback is given after the last try."""
    task = SimpleNamespace(dag_id="harvest_news", task_id="sites_answered", map_index=-1, log_url="")
    return {"ti": task, "params": {"sources": []}, "exception": error}


def test_it_is_red_at_once_and_the_message_is_one(
    leaf: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_gazettes("alpha", "beta", "gamma") as papers, HttpSink() as sink:
        context = opened(tmp_path, monkeypatch, papers, sink.url)
        papers[0].site.says("/feed.xml", reply(status=404))
        manifest = harvest(context, "20260429T060000Z")
        leaf(packed(manifest.key), {"sources": []})
        assert "no seed of alpha" in str(checked(leaf, manifest, "alpha"))

        papers[1].site.says("/feed.xml", reply("", content_type="application/xml"))
        for key in ("20260429T070000Z", "20260429T080000Z"):
            manifest = harvest(context, key)
            error = checked(leaf, manifest)
            assert "2 of 3 seeds failed (empty_answer 1, gone 1)" in str(error)
            assert ByErrorTree().evaluate(error, 1, 4).action.name == "FAIL"
            FailureNotifier().notify(airflow_context(error))
        assert len(sink.received) == 1
        assert len(sealed_batches(context.store, context.today)) == 3
        assert facts(manifest, fell_short(context, manifest))["seeds_failed"] == 2
