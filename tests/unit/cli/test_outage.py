"""The network goes away in the middle of a harvest: red, one message, nothing lost, all caught up when it is back."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from mediawatch.records import now
from mediawatch.records.ledger import STAGES
from mediawatch.sources.yaml_nodes import to_yaml
from tests.support.gazette import Gazette, open_gazettes, page
from tests.support.sinks import HttpSink
from tests.support.sites import Heard, Reply, reply
from tests.unit.cli.conftest import Command, Said

pytestmark = pytest.mark.slow

NAMES = ("alpha", "beta", "gamma")
LINKS = 6
PUBLISHED = now() - timedelta(hours=3)


@pytest.fixture
def papers() -> Iterator[list[Gazette]]:
    """Three sites with six articles each."""
    with open_gazettes(*NAMES) as opened:
        for paper in opened:
            paper.publish(*(f"/{paper.name}/{number}" for number in range(LINKS)), at=PUBLISHED)
        yield opened


@pytest.fixture
def ops() -> Iterator[HttpSink]:
    """Where failures are told."""
    with HttpSink() as opened:
        yield opened


@pytest.fixture
def deployment(papers: list[Gazette], ops: HttpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A newsroom of the three, in which one person is told of failures."""
    folder, lists = tmp_path / "sources", tmp_path / "watchlists"
    folder.mkdir()
    lists.mkdir()
    for paper in papers:
        (folder / f"{paper.name}.yaml").write_text(to_yaml(paper.source()), encoding="utf-8")
    recipient = {
        "name": "ops",
        "language": "en",
        "messages": ["failures"],
        "channels": [{"name": "hook", "url": ops.url}],
    }
    (lists / "recipients.yaml").write_text(yaml.safe_dump([recipient]), encoding="utf-8")
    for name, value in {
        "CATALOG_DIR": folder,
        "WATCHLISTS_DIR": lists,
        "LAKE_URL": tmp_path / "lake",
        "HOST_FAILURES": 2,
        "SHARDS": 2,
    }.items():
        monkeypatch.setenv(f"MEDIAWATCH_{name}", str(value))
    return tmp_path


def sentence(said: Said) -> str:
    """What the command said on stderr, on one line."""
    assert "Traceback" not in said.err
    return " ".join(said.err.split())


def ledger(command: Command) -> dict[str, dict[str, object]]:
    """Today's ledger by source, after a build."""
    said = command("build", "--day", "today", "--index", "none", "--json")
    assert said.code == 0, said.err
    return {row["source"]: row for row in json.loads(said.out)["sources"]}


def cut_after(papers: list[Gazette], pages: int) -> None:
    """After so many pages of articles, of whichever site, all sites are out of reach.

    No page is given before every site was asked for its feed: the shards begin one a little after the other.
    """
    given: list[str] = []

    def speaker(path: str, answer: Reply) -> object:
        def speak(heard: Heard) -> Reply:
            until = time.monotonic() + 60
            while not all_asked() and time.monotonic() < until:
                time.sleep(0.02)
            given.append(path)
            if len(given) <= pages:
                return answer
            for paper in papers:
                paper.site.cut()
            return Reply((), is_last=True)

        return speak

    def all_asked() -> bool:
        return all(any(heard.path == "/feed.xml" for heard in paper.site.heard) for paper in papers)

    for paper in papers:
        for path in paper.entries:
            paper.site.says(path, speaker(path, page(f"标题 {path}", f"这是{path}的独家报道。", PUBLISHED)))  # type: ignore[arg-type]


def fix(papers: list[Gazette]) -> None:
    """All sites are there again, with what they had."""
    for paper in papers:
        paper.site.come_back()
        paper.publish(*paper.entries, at=PUBLISHED)


def test_a_network_cut_half_way_is_red_told_once_and_caught_up(
    command: Command, deployment: Path, papers: list[Gazette], ops: HttpSink
) -> None:
    cut_after(papers, 3)
    first = command("harvest")
    assert first.code == 69
    assert "3 of 3 seeds answered." in first.err
    # Which sites gave the three pages is a matter of who was faster: one that gave all three answered half.
    assert re.search(
        r"Outage: most of what was asked of [23] of 3 sources was not answered: 15 of 18 new links", sentence(first)
    )
    (message,) = ops.received
    assert message.document["title"].startswith("harvest_news: sites_answered failed")
    assert "Outage: most of what was asked" in message.document["message"]
    found = ledger(command)["all sources"]
    assert (found["announced"], found["fetched"], found["lost"]) == (3 * LINKS, 3, 0)

    second = command("harvest")
    assert second.code == 69
    assert "Outage: 3 of 3 seeds failed (robots_unreachable 3)" in sentence(second)
    assert second.err.count("\nfailed: ") == 3
    assert len(ops.received) == 1, "the outage of a day is told once"

    fix(papers)
    third = command("harvest")
    assert third.code == 0, third.err
    assert len(ops.received) == 1
    sources = ledger(command)
    for name in NAMES:
        line = sources[name]
        assert (line["announced"], line["admitted"], line["lost"]) == (LINKS, LINKS, 0)
        assert (line["visits"], line["failed"]) == (3, 1)
    assert balances(command)


def balances(command: Command) -> bool:
    """Whether nothing is lost or pending but what waits for an index, and the failed visits are still named."""
    rows = json.loads(command("ledger", "--day", "today", "--lost", "--json").out)
    assert {row["stage"] for row in rows}.isdisjoint(STAGES)
    return sorted(row["source"] for row in rows) == sorted(NAMES)


def test_one_dead_site_of_three_is_named_and_not_red(
    command: Command, deployment: Path, papers: list[Gazette], ops: HttpSink
) -> None:
    papers[0].site.says("/feed.xml", reply(status=404))
    said = command("harvest", "--json")
    assert said.code == 0
    assert f"failed: alpha gone: status 404 ({papers[0].url('/feed.xml')})" in said.err
    (row,) = json.loads(said.out)
    assert (row["seeds"], row["seeds_failed"], row["fetched"]) == (3, 1, 2 * LINKS)
    assert [(each["source"], each["reason"]) for each in row["failed"]] == [("alpha", "gone")]
    assert ops.received == []
    assert ledger(command)["alpha"]["why"] == "seeds: gone 1"
    assert command("doctor").code == 1


def test_a_source_asked_for_by_name_that_does_not_answer_ends_with_69_and_tells_nobody(
    command: Command, deployment: Path, papers: list[Gazette], ops: HttpSink
) -> None:
    papers[0].site.says("/feed.xml", reply(status=410))
    said = command("harvest", "--sources", "alpha,beta,gamma")
    assert said.code == 69
    assert "Outage: no seed of alpha could be read" in sentence(said)
    assert ops.received == []


def test_a_link_that_was_pending_before_does_not_make_a_quiet_hour_red(
    command: Command, deployment: Path, papers: list[Gazette]
) -> None:
    """One page that never comes is no outage, run after run."""
    assert command("harvest").code == 0
    papers[0].publish("/alpha/never", at=PUBLISHED, answer=reply(status=503))
    assert [command("harvest").code for _ in range(2)] == [0, 0]


def test_a_faulty_file_of_recipients_does_not_hide_the_outage(
    command: Command, deployment: Path, papers: list[Gazette]
) -> None:
    (deployment / "watchlists/recipients.yaml").write_text("- name: ops\n", encoding="utf-8")
    for paper in papers:
        paper.site.says("/feed.xml", reply(status=404))
    said = command("harvest")
    assert said.code == 69
    assert "messages about this failure: not told: " in said.err
    assert "Outage: 3 of 3 seeds failed (gone 3)" in sentence(said)
