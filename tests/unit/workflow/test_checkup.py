"""All that can be wrong is named, with the command that helps."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from mediawatch.context import Context
from mediawatch.lake.batches import BatchKey
from mediawatch.records import Reason
from mediawatch.workflow.checkup import CheckResult, airflow_trouble, everything
from tests.support.certificates import certificate
from tests.support.gazette import at
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, seal_by_hand
from tests.support.sites import Site, reply

pytestmark = pytest.mark.slow


def checked(context: Context) -> dict[str, CheckResult]:
    return {result.check: result for result in everything(context)}


def with_settings(context: Context, **changes: object) -> Context:
    return replace(context, settings=context.settings.model_copy(update=changes))


def test_every_trouble_names_a_command_of_ours_or_of_the_machine(context: Context, tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "lists.yaml").write_text("- name: a\n  terms: [关税]\n  recipients: [nobody]\n")
    then = with_settings(
        at(context, MORNING + timedelta(days=2)),
        watchlists_dir=tmp_path / "w",
        elasticsearch_url="http://127.0.0.1:9",
        kibana_url="http://127.0.0.1:9",
        airflow_url="http://127.0.0.1:9/",
        low_space_bytes=10**18,
        link_key=SecretStr("k" * 32),
    )
    seal_by_hand(context.store, BatchKey(day=DAY, batch="b1"), Shard(candidates=[a_candidate("https://a.example/1")]))
    troubled = {result.check: result for result in everything(then) if result.trouble}
    assert {"links", "disk", "last harvest", "last build", "days", "watch lists", "index", "kibana", "airflow"} <= set(
        troubled
    )
    assert all(result.helps for result in troubled.values())
    assert "nobody" in troubled["watch lists"].trouble
    assert troubled["days"].helps == "mediawatch days"


def test_a_clock_that_was_set_back_is_noticed(context: Context) -> None:
    seal_by_hand(context.store, BatchKey(day=DAY, batch="b1"), Shard(candidates=[]))
    assert not checked(context)["clock"].trouble
    behind = checked(at(context, MORNING - timedelta(hours=3)))["clock"]
    assert "3:00:00 in the future" in behind.trouble
    assert behind.helps


def test_a_day_that_is_being_collected_is_no_trouble_and_one_that_is_over_is(context: Context) -> None:
    lost = a_candidate("https://a.example/1")
    seal_by_hand(context.store, BatchKey(day=DAY, batch="b1"), Shard(candidates=[lost], fetched=[(lost, Reason.GONE)]))
    assert not checked(context)["days"].trouble
    assert f"{DAY} build" in checked(at(context, MORNING + timedelta(days=1)))["days"].trouble


def test_channels_without_an_address_are_named(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = "${MEDIAWATCH_CHANNEL_CHAT}"
    (tmp_path / "recipients.yaml").write_text(f"- name: desk\n  channels: [{{name: chat, url: '{channel}'}}]\n")
    here = with_settings(context, watchlists_dir=tmp_path)
    assert "MEDIAWATCH_CHANNEL_CHAT" in checked(here)["channels"].trouble
    assert shlex.split(checked(here)["channels"].helps)[0] == "export"
    monkeypatch.setenv("MEDIAWATCH_CHANNEL_CHAT", "json://127.0.0.1/x")
    assert not checked(here)["channels"].trouble


HEALTHY = {"metadatabase": {"status": "healthy"}, "scheduler": {"status": "healthy"}, "triggerer": {"status": None}}


@pytest.mark.parametrize(
    ("health", "trouble"),
    [
        (HEALTHY, ""),
        (HEALTHY | {"scheduler": {"status": "unhealthy"}}, "not healthy: scheduler"),
        ("<html>", "does not answer: JSONDecodeError"),
    ],
)
def test_airflow_is_asked_for_its_own_health(health: Any, trouble: str) -> None:
    with Site() as site:
        body = health if isinstance(health, str) else json.dumps(health)
        site.says("/api/v2/monitor/health", reply(body, content_type="application/json"))
        assert trouble in airflow_trouble(site.url("/"))
        assert bool(airflow_trouble(site.url("/"))) is bool(trouble)


def test_airflow_is_trusted_by_the_certificates_that_are_named(tmp_path: Path) -> None:
    file, served = certificate(tmp_path)
    with Site(context=served) as site:
        site.says("/api/v2/monitor/health", reply(json.dumps(HEALTHY), content_type="application/json"))
        assert airflow_trouble(site.url("/"), str(file)) == ""
        assert "does not answer: SSLError" in airflow_trouble(site.url("/"))
    assert "does not answer: OSError" in airflow_trouble("https://127.0.0.1:9/", str(tmp_path / "gone.pem"))
