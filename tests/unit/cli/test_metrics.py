"""`mediawatch metrics`: what Prometheus parses, printed, into a file and served to the loopback only."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from mediawatch.cli.metrics import KEPT_SECONDS, app_of, exposition, kept
from mediawatch.monitoring.metrics import METRICS, REASONS, SOURCE_LINKS, Sample
from mediawatch.records import now
from tests.support.gazette import Gazette
from tests.unit.cli.conftest import Command


def parsed(text: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    """What Prometheus's own parser reads, by metric."""
    return {
        family.name: [(sample.labels, sample.value) for sample in family.samples]
        for family in text_string_to_metric_families(text)
    }


@pytest.mark.slow
def test_what_is_printed_and_written_is_parsed(command: Command, paper: Gazette, home: Path) -> None:
    paper.publish("/1", at=now())
    command("harvest")
    command("build", "--day", "today")
    said, file = command("metrics"), home / "mediawatch.prom"
    command("metrics", "--write", str(file))

    assert said.code == 0
    found, written = parsed(said.out), parsed(file.read_text())
    assert found.keys() == written.keys() <= {metric.name for metric in METRICS}
    assert ({"source": "paper", "outcome": "admitted"}, 1) in found["mediawatch_source_links"]
    assert found["mediawatch_part_readable"] == written["mediawatch_part_readable"]
    assert [path.name for path in home.glob("*.prom*")] == ["mediawatch.prom"]


def test_a_file_that_cannot_be_written_is_named(command: Command, home: Path) -> None:
    said = command("metrics", "--write", str(home / "nowhere" / "x.prom"))
    assert said.code == 2
    assert "x.prom cannot be written" in said.err


def test_a_name_with_any_characters_stays_one_label() -> None:
    names = ('a"b', "c\\d", "e\nf", "新闻")
    text = exposition(Sample(metric=SOURCE_LINKS, labels=(name, "lost"), value=1) for name in names)
    assert [labels["source"] for labels, _ in parsed(text)["mediawatch_source_links"]] == list(names)


def test_the_samples_of_a_metric_stand_together() -> None:
    one, other = (
        Sample(metric=SOURCE_LINKS, labels=("a", "lost"), value=1),
        Sample(metric=REASONS, labels=("today", "fetch", "gone", "fault"), value=2),
    )
    text = exposition([one, other, Sample(metric=SOURCE_LINKS, labels=("b", "lost"), value=3)])
    assert text.count("# TYPE mediawatch_source_links gauge") == 1
    assert len(parsed(text)["mediawatch_source_links"]) == 2


def test_it_answers_who_asks_by_a_name_of_the_loopback() -> None:
    app = app_of(lambda: "mediawatch_late 1\n", ["monitor.example"])
    for host, status in (("127.0.0.1:9108", 200), ("localhost", 200), ("monitor.example", 200), ("evil.example", 400)):
        answer = TestClient(app).get("/metrics", headers={"Host": host})
        assert (host, answer.status_code) == (host, status)
    assert TestClient(app, base_url="http://127.0.0.1").get("/").status_code == 404
    assert TestClient(app, base_url="http://127.0.0.1").post("/metrics").status_code == 405


def test_the_lake_is_read_once_a_minute_however_often_it_is_asked() -> None:
    now, read = [0.0], []
    answer = kept(lambda: read.append(1) or str(len(read)), clock=lambda: now[0])
    assert [answer(), answer()] == ["1", "1"]
    now[0] = KEPT_SECONDS
    assert answer() == "2"


def test_what_fails_is_asked_for_again() -> None:
    answers = iter([OSError("away"), "well"])

    def read() -> str:
        found = next(answers)
        if isinstance(found, OSError):
            raise found
        return found

    answer = kept(read)
    with pytest.raises(OSError, match="away"):
        answer()
    assert answer() == "well"
