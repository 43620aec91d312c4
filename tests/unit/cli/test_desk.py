"""The operator's questions at the command line: days, trace, quarantine, and how the sources are."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.gazette import Gazette, page
from tests.support.lakes import MORNING
from tests.support.sites import reply
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.slow

DAY = "2026-04-29"


@pytest.fixture(name="harvested")
def _harvested(home: Path, paper: Gazette, command: Command) -> Gazette:
    """A past day with an article, one that says to be of another decade, and a dead link."""
    paper.publish("/a", title="水库放水开始")
    paper.publish("/old", title="旧桥重新开放", answer=page("旧桥重新开放", "旧闻。", MORNING - timedelta(days=4000)))
    paper.publish("/gone", answer=reply("no", status=404))
    assert command("harvest", "--today", DAY).code == 0
    return paper


def test_days_names_the_repair_and_does_it(command: Command, harvested: Gazette) -> None:
    said = command("days", "--last", "3660", "--json")
    last = json.loads(said.out)[-1]
    assert (said.code, last["day"], last["lacks"]) == (1, DAY, ["build", "close"])
    assert last["repair"] == f"mediawatch build --day {DAY}"
    command("days", "--last", "3660", "--repair")
    last = json.loads(command("days", "--last", "3660", "--json").out)[-1]
    assert (last["lacks"], last["admitted"], last["is_closed"]) == ([], 1, True)
    assert "complete" in command("days", "--last", "3660").out


def test_trace_tells_the_whole_way(command: Command, harvested: Gazette) -> None:
    command("build", "--day", DAY, "--index", "none")
    told = command("trace", harvested.url("/a"), "--days", "3660").out
    for said in ("announced by", "status 200", "水库放水开始", "admitted", "stories"):
        assert said in told
    found = json.loads(command("trace", harvested.url("/gone"), "--days", "3660", "--json").out)
    assert [step["reason"] for step in found["steps"]] == [None, "gone"]
    unknown = command("trace", "https://www.paper.example/never")
    assert (unknown.code, "--days looks further back" in unknown.err) == (0, True)
    assert command("trace", "nonsense").code == 2


def test_quarantine_is_listed_shown_and_decided(command: Command, harvested: Gazette) -> None:
    command("build", "--day", DAY, "--index", "none")
    [row] = json.loads(command("quarantine", "list", "--day", DAY, "--json").out)
    assert (row["what"], row["rules"], row["state"]) == ("article", "not_absurdly_old", "waiting")
    shown = command("quarantine", "show", row["id"][:8]).out
    assert "expected at most 10 years old" in shown
    assert "旧闻" in shown
    assert command("quarantine", "release", row["id"]).code == 2, "--why is asked for"
    done = command("quarantine", "release", row["id"][:8], "--why", "an anniversary", "--by", "ann")
    assert (done.code, "Released: 旧桥重新开放" in done.err) == (0, True)
    [row] = json.loads(command("quarantine", "list", "--json").out)
    assert (row["state"], row["by"], row["why"]) == ("released", "ann", "an anniversary")
    assert json.loads(command("quarantine", "list", "--waiting", "--json").out) == []
    assert command("quarantine", "reject", "--day", DAY, "--why", "x").code == 2, "the day is not held back"
    assert command("quarantine", "reject", "--source", "paper", "--why", "x").code == 2, "of which day?"
    assert command("quarantine", "reject", "--why", "x").code == 2


def test_sources_are_judged_once_a_day_is_closed(command: Command, harvested: Gazette) -> None:
    before = command("sources", "health")
    assert (before.code, "No day was judged yet" in before.err) == (0, True)
    command("close", "--day", DAY, "--index", "none")
    assert "All 1 sources were well" in command("sources", "health").err
    assert "Nothing of today is built" in command("sources", "health", "--today").err
    assert json.loads(command("sources", "health", "--today", "--json").out) == {
        "until": None,
        "judged": 0,
        "sources": [],
    }
    assert command("sources", "health", "--today", "--all").code == 2
    found = json.loads(command("sources", "health", "--all", "--json").out)
    assert (found["day"], found["sources"][0]["state"]) == (DAY, "live")
