"""`mediawatch doctor`: 0 when all is well, 1 when not, and which."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.gazette import Gazette
from tests.support.sites import Site, reply
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.slow


@pytest.fixture
def busy(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody harvests every minute, as far as the schedule goes."""
    monkeypatch.setenv("MEDIAWATCH_HARVEST_SCHEDULE", "* * * * *")


def test_an_empty_lake_is_stale(command: Command, home: Path) -> None:
    said = command("doctor", "--freshness", "--json")
    assert said.code == 1
    found = {row["check"]: row for row in json.loads(said.out)}
    assert list(found) == ["last harvest", "last build", "last close", "last evaluation", "last message"]
    assert found["last harvest"]["seen"] == "never"
    assert found["last harvest"]["trouble"].startswith("a harvest was due at ")
    assert "Something is late." in said.err


def test_after_a_harvest_it_is_fresh(command: Command, busy: None, paper: Gazette) -> None:
    assert command("harvest").code == 0
    said = command("doctor", "--freshness")
    assert said.code == 0
    assert "last harvest" in said.out
    assert said.err == ""


def test_a_source_that_did_not_answer_is_trouble_but_not_late(command: Command, busy: None, paper: Gazette) -> None:
    paper.site.says("/feed.xml", reply(status=404))
    command("harvest")
    said = command("doctor", "--json")
    assert said.code == 1
    (row,) = [row for row in json.loads(said.out) if row["check"] == "seeds"]
    assert row["trouble"] == "not reached: paper"
    assert row["seen"].startswith("0 of 1 seeds answered; failed: paper gone: status 404")
    assert command("doctor", "--freshness").code == 0


def test_an_index_that_does_not_answer_is_trouble(
    command: Command, busy: None, paper: Gazette, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("harvest")
    assert command("doctor").code == 0
    monkeypatch.setenv("MEDIAWATCH_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    said = command("doctor", "--json")
    assert said.code == 1
    assert [row["check"] for row in json.loads(said.out) if row["trouble"]] == ["index"]


def test_closing_a_day_gives_the_sign_of_life(
    command: Command, home: Path, paper: Gazette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while today's harvest is missing, and never in words that hold the address."""
    command("harvest", "--today", "2026-04-29")
    with Site() as monitor:
        monkeypatch.setenv("MEDIAWATCH_HEARTBEAT_URL", monitor.url("/ping/5ec2e7"))
        said = command("close", "--day", "2026-04-29", "--index", "none")
        assert said.code == 0
        assert "no sign of life is sent while something is late: harvest: " in said.err
        assert monitor.heard == []

        monkeypatch.setenv("MEDIAWATCH_HARVEST_SCHEDULE", "* * * * *")
        command("harvest")
        monitor.says("/ping/5ec2e7", reply("OK"))
        said = command("close", "--day", "2026-04-29", "--index", "none")
        assert said.code == 0
        assert "sign of life: 127.0.0.1 was told" in said.err
        assert [heard.path for heard in monitor.heard] == ["/ping/5ec2e7"]
        assert "5ec2e7" not in said.err + said.out
