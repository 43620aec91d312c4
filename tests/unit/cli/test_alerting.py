"""keywords, why, alerts, watch, backtest and rules over one lake: a new word found, explained, dismissed, tried."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from mediawatch.context import open_context
from mediawatch.delivery.deliver import deliver
from mediawatch.records import now
from mediawatch.settings import Settings
from mediawatch.sources.yaml_nodes import to_yaml
from mediawatch.workflow.watch import watch_day
from tests.support.alerting import a_notice, a_recipient
from tests.support.articles import source
from tests.support.chronicle import NEW, Told, about_the_new_word, quiet, write_day, write_quiet_days
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
TODAY = now().date()
OWN_WORDS = [
    Told(source=source, title=title, text=text)
    for source, title, text in (
        ("harbour", f"码头捞起{NEW}", f"收网的老渔民以为是普通的鱼，称重时才看出不对。{NEW}身长两米，鳞片泛着青光。"),
        ("valley", f"{NEW}从何而来", f"研究员取走了样本。{NEW}可能顺着春汛从上游游来，过去的图鉴里没有{NEW}。"),
        ("plateau", f"水族馆想要{NEW}", f"馆长打了三通电话，愿意为{NEW}腾出最大的展池，饲养员却担心{NEW}不吃饲料。"),
        ("island", f"渔会呼吁别捕{NEW}", f"渔会说，数量不明之前，遇到{NEW}请放回海里，市场上不应该出现{NEW}的标价。"),
    )
]
LISTS = [{"name": "rivers", "terms": ["河堤", "桥梁"], "min_publishers": 2}]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose lake has thirty quiet days and a new word today, watched."""
    home = tmp_path_factory.mktemp("home")
    for name in ("sources", "aliases", "watchlists"):
        (home / name).mkdir()
    (home / "sources/paper.yaml").write_text(to_yaml(source()), encoding="utf-8")
    (home / "watchlists/lists.yaml").write_text(yaml.safe_dump(LISTS, allow_unicode=True), encoding="utf-8")
    room = open_context(Settings.model_validate(settings_of(home)))
    write_quiet_days(room, TODAY, 30)
    write_day(room, TODAY, [*quiet(TODAY), *about_the_new_word()])
    watch_day(room, TODAY)
    return home


def settings_of(home: Path) -> dict[str, str]:
    return {
        "lake_url": str(home / "lake"),
        "catalog_dir": str(home / "sources"),
        "aliases_dir": str(home / "aliases"),
        "watchlists_dir": str(home / "watchlists"),
    }


@pytest.fixture
def home(watched: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, named by the environment."""
    own = tmp_path / "home"
    shutil.copytree(watched, own)
    for name, value in settings_of(own).items():
        monkeypatch.setenv(f"MEDIAWATCH_{name.upper()}", value)
    return own


def test_the_words_of_a_day_with_their_gates(command: Command, home: Path) -> None:
    rows = json.loads(command("keywords", "--json").out)
    assert next(row for row in rows if row["term"] == NEW) | {"ratio": 0, "p_value": 0, "score": 0} == {
        "term": NEW,
        "kind": "new",
        "articles": 4,
        "stories": 4,
        "publishers": 4,
        "usual": 0.0,
        "ratio": 0,
        "p_value": 0,
        "score": 0,
        "gate": "passed",
    }
    assert NEW in command("keywords", "--csv").out


def test_without_enough_days_the_words_are_said_to_need_more(command: Command, home: Path) -> None:
    long_ago = (TODAY - timedelta(days=25)).isoformat()
    assert command("watch", "run", "--day", long_ago).code == 0
    said = command("keywords", "--day", long_ago)
    assert "5 days were collected" in said.err
    assert "import-warc" in said.err


def test_a_day_that_nobody_looked_at_is_said_to_be_one(command: Command, home: Path) -> None:
    said = command("keywords", "--day", "2020-01-01")
    assert said.code == 2
    assert "mediawatch watch run --day 2020-01-01" in said.err


def test_why_a_word_fired_and_why_another_did_not(command: Command, home: Path) -> None:
    assert "It passed every gate." in command("why", NEW).out
    found = json.loads(command("why", "河堤", "--json").out)
    assert found["gate"] != "passed"
    assert (found["articles"], found["window_counts"]["articles"]) == (4, 16)
    assert sum(found["publishers"].values()) == found["stories"]


def test_alerts_as_a_table_as_csv_and_with_all_evidence(command: Command, home: Path) -> None:
    assert NEW in command("alerts").out
    rows = list(csv.DictReader(io.StringIO(command("alerts", "--csv").out)))
    assert {row["kind"] for row in rows} == {"new", "watch"}
    [new] = [row for row in json.loads(command("alerts", "--json").out) if row["kind"] == "new"]
    assert (new["term"], new["publishers"], new["deliveries"]) == (NEW, 4, [])
    assert len(new["headlines"]) == 3


def test_digests_and_failures_are_shown_with_what_became_of_them(command: Command, home: Path) -> None:
    room = open_context(Settings.model_validate(settings_of(home)))
    recipient = a_recipient(url="json://127.0.0.1:1/x", messages=["digest"])
    deliver(room, [], recipients=[recipient], notices={"zh": [a_notice(day=TODAY, title="日报")]}, environ={})

    [row] = json.loads(command("alerts", "--notices", "--json").out)
    assert (row["kind"], row["title"], row["status"], row["letter"]) == ("digest", "日报", "retrying", "desk/chat/1")
    assert row["reason"] == "no connection"
    assert "日报" in command("alerts").out
    assert "日报" in command("alerts", "--notices", "--csv").out
    assert "日报" not in command("alerts", "--csv").out
    assert "none" in command("alerts", "--notices", "--day", "2020-01-01").err


def test_a_dismissed_alert_is_listed_with_its_reason_and_gone_from_the_day(command: Command, home: Path) -> None:
    [new] = [row for row in json.loads(command("alerts", "--json").out) if row["kind"] == "new"]

    assert command("alerts", "dismiss", new["alert_id"][:8], "--why", "a kind of fish").code == 0
    assert command("watch", "run").code == 0

    assert {row["kind"] for row in json.loads(command("alerts", "--json").out)} == {"watch"}
    assert "a kind of fish" in command("alerts", "--dismissed").out
    assert json.loads(command("rules", "list", "--json").out)[0]["dismissed"] == 1


def test_an_opinion_of_one_recipient_moves_his_order_alone_and_is_taken_back(command: Command, home: Path) -> None:
    desk = [{"name": "desk", "channels": [{"name": "chat", "url": "json://127.0.0.1:9/x"}]}]
    (home / "watchlists/recipients.yaml").write_text(yaml.safe_dump(desk), encoding="utf-8")
    [new] = [row for row in json.loads(command("alerts", "--json").out) if row["kind"] == "new"]
    name = new["alert_id"]

    def order() -> dict[str, dict[str, object]]:
        rows = json.loads(command("alerts", "order", "--for", "desk", "--json").out)
        return {row["alert_id"]: row for row in rows}

    assert "is no recipient: there are desk" in command("alerts", "bookmark", name, "--for", "chief").err
    before = order()[name]
    said = command("alerts", "dismiss", name, "--for", "desk", "--why", "seen")
    assert f"mediawatch alerts undo --for desk {name}" in " ".join(said.err.split())
    assert "word" in str(order()[name]["because"])
    assert order()[name]["own_score"] < before["own_score"]
    assert command("alerts", "bookmark", name, "--for", "desk").code == 0
    assert order()[name]["own_score"] > before["own_score"]
    assert [row["opinion"] for row in json.loads(command("alerts", "opinions", "--json").out)] == ["bookmarked"]
    assert command("watch", "run").code == 0
    assert NEW in command("alerts").out
    assert command("alerts", "undo", "--for", "desk").code == 0
    assert order()[name] == before


def test_a_dismissed_match_of_a_list_is_muted_in_that_list_alone(command: Command, home: Path) -> None:
    lists = [*LISTS, {"name": "works", "terms": ["河堤", "操场"]}]
    (home / "watchlists/lists.yaml").write_text(yaml.safe_dump(lists, allow_unicode=True), encoding="utf-8")
    assert command("watch", "run").code == 0
    found = {row["rule"]: row for row in json.loads(command("alerts", "--day", "today", "--json").out)}
    assert {row["term"] for row in found.values() if row["kind"] == "watch"} == {"河堤"} or "操场" in str(found)

    said = command("alerts", "dismiss", found["watch:rivers"]["alert_id"], "--why", "seen enough of it")
    assert "河堤 of the watch list rivers makes no alert until" in said.err
    assert command("watch", "run").code == 0

    after = {row["rule"]: row for row in json.loads(command("alerts", "--day", "today", "--json").out)}
    assert "watch:rivers" not in after
    assert {"watch:works", "keywords"} <= after.keys()
    assert json.loads(command("why", "河堤", "--json").out)["gate"] != "excluded"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("alerts", "dismiss", "ffff", "--why", "x"), "'ffff' names no alert"),
        (("alerts", "settle", "desk", "--why", "x"), "'desk' names no letter"),
        (("alerts", "settle", "desk/chat/1", "--why", "x"), "is not unknown"),
        (("alerts", "--day", "today", "--since", "today"), "Say either --day DAY or --since DAY"),
        (("watch", "test", "nowhere.yaml"), "nowhere.yaml: no such file"),
        (("backtest",), "Say either --stream FILE"),
        (("backtest", "--stream", "a.jsonl"), "--out FILE goes with --stream FILE"),
        (("rules", "publish", "nowhere.yaml"), "nowhere.yaml: no such file"),
        (("why", "…"), "is no word"),
    ],
)
def test_a_wrong_request_is_one_sentence(command: Command, home: Path, words: tuple[str, ...], sentence: str) -> None:
    said = command(*words)
    assert said.code == 2
    assert sentence in " ".join(said.err.split())


def test_the_feed_of_a_word_and_of_a_watch_list(command: Command, home: Path, tmp_path: Path) -> None:
    for name, of in (("word", NEW), ("watchlist", "rivers")):
        file = tmp_path / f"{name}.xml"
        assert command("alerts", "feed", str(file), f"--{name}", of, "--authority", "paper.example").code == 0
        entries = ElementTree.fromstring(file.read_bytes()).findall("{http://www.w3.org/2005/Atom}entry")  # noqa: S314 - our own
        assert len(entries) == 1
    assert "is no watch list: there are rivers" in command("alerts", "feed", "x.xml", "--watchlist", "lakes").err


def test_a_watch_list_is_tried_on_the_last_days(command: Command, home: Path) -> None:
    [trial] = json.loads(command("watch", "test", str(home / "watchlists/lists.yaml"), "--days", "2", "--json").out)
    assert (trial["articles"], trial["publishers"], trial["would_alert"]) == (8, 4, True)
    assert trial["silent"] == ["桥梁"]
    assert "河堤" in command("watch", "test", str(home / "watchlists/lists.yaml")).out


REFERENCES = """\
- name: trade
  terms: [河堤]
  recipients: [nobody]
  languages: [chinese]
  sources:
    - dailly
  not_sources: [bbc]
"""


def test_what_a_list_refers_to_has_to_be_there(command: Command, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(REFERENCES, encoding="utf-8")
    desk = {"name": "newsdesk", "channels": [{"name": "chat", "url": "json://127.0.0.1:9/x"}]}
    (home / "watchlists/recipients.yaml").write_text(yaml.safe_dump([desk]), encoding="utf-8")
    said = command("watch", "test", str(file))
    assert said.code == 2
    told = " ".join(said.err.split())
    for fault in (
        "mine.yaml:3: recipients: 'nobody' is no recipient of recipients.yaml",
        "mine.yaml:4: languages: 'chinese' is no code of a language (did you mean 'zh'?)",
        "mine.yaml:6: sources: 'dailly' is no source of the catalogue (did you mean 'daily'?)",
        "mine.yaml:7: not_sources: 'bbc' is no source of the catalogue",
    ):
        assert fault in told


def test_what_a_recipient_refers_to_has_to_be_there(command: Command, home: Path) -> None:
    channel = {"name": "chat", "url": "json://127.0.0.1:9/x"}
    desk = {"name": "desk", "channels": [channel], "watchlists": ["river"], "rules": ["keyword"]}
    file = home / "watchlists/recipients.yaml"
    file.write_text(yaml.safe_dump([desk], sort_keys=False), encoding="utf-8")
    said = command("watch", "test", str(file))
    told = " ".join(said.err.split())
    assert said.code == 2
    assert "watchlists: 'river' is no watch list (did you mean 'rivers'?)" in told
    assert "rules: 'keyword' is no rule (did you mean 'keywords'?)" in told
    # A run goes on, and says that nobody is told.
    assert "'river' is no watch list" in command("watch", "run").err


def test_the_messages_that_a_list_would_have_sent_are_told_with_their_days(command: Command, home: Path) -> None:
    file = home / "watchlists/lists.yaml"
    days = [(TODAY - timedelta(days=back)).isoformat() for back in (2, 1, 0)]
    said = " ".join(command("watch", "test", str(file), "--days", "3").out.split())
    assert f"would have sent 3 messages, on {', '.join(days)}, but no recipient asks for it" in said
    desk = {"name": "desk", "channels": [{"name": "chat", "url": "json://127.0.0.1:9/x"}]}
    (home / "watchlists/recipients.yaml").write_text(yaml.safe_dump([desk]), encoding="utf-8")
    [trial] = json.loads(command("watch", "test", str(file), "--days", "3", "--json").out)
    assert (trial["would_send"], trial["recipients"]) == (3, ["desk"])
    assert [row["day"] for row in trial["messages"]] == days
    file.write_text(yaml.safe_dump([{**LISTS[0], "min_publishers": 9}], allow_unicode=True), encoding="utf-8")
    said = " ".join(command("watch", "test", str(file)).out.split())
    assert "would not have sent a message: a day needs 1 articles of 9 publishers, the best had 4 of 4" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "holds no watch list;"), ("- {name: x, terms: [y], enabled: false}", "no watch list that is switched on")],
)
def test_a_file_without_a_list_says_so(command: Command, home: Path, text: str, sentence: str) -> None:
    file = home / "empty.yaml"
    file.write_text(text, encoding="utf-8")
    said = command("watch", "test", str(file))
    assert said.code == 2
    assert sentence in " ".join(said.err.split())


def test_a_rule_is_published_only_with_a_card_above_its_floor(command: Command, home: Path) -> None:
    file = home / "strict.yaml"
    file.write_text("name: strict\nvalues: {least_score: 4}\nfloor: {recall: 1.0, alerts_a_day: 0.01}\n")
    missing = command("rules", "publish", str(file))
    assert (missing.code, "has no scorecard" in missing.err) == (2, True)

    assert command("backtest", "--lake", str(home / "lake"), "--rule", str(file)).code == 0
    below = command("rules", "publish", str(file))
    assert (below.code, "below its floor" in " ".join(below.err.split())) == (2, True)
    assert command("rules", "publish", str(file), "--force").code == 0

    rows = {row["name"]: row for row in json.loads(command("rules", "list", "--json").out)}
    assert rows["strict"]["state"] == "alerts"
    assert 0 <= rows["strict"]["recall"] <= 1
    assert "rivers" in rows["strict"]["watchlists"]


def test_a_week_is_evaluated_once_and_shown_beside_the_week_before(command: Command, home: Path) -> None:
    from mediawatch.keywords.published_rules import DetectionRule, Scorecard, keep_week
    from mediawatch.lake.opening import open_store

    monday = TODAY - timedelta(days=TODAY.weekday())
    digest = DetectionRule(name="keywords").digest
    before = Scorecard(
        rule="old", digest=digest, days=9, injected=60, recall=1.0, lag_days=0, alerts_a_day=0.01, duplicates=0
    )
    store = open_store(str(home / "lake"))
    keep_week(store, monday - timedelta(days=7), before)
    first = command("rules", "evaluate", "--json")
    assert [row["week"] for row in json.loads(first.out)] == [str(monday - timedelta(days=7)), str(monday)]
    assert f"The week of {monday} is worse" in " ".join(first.err.split())
    [*_, key] = sorted(store.list("weeks"))
    at = store.read(key)
    assert command("rules", "evaluate").code == 0
    assert store.read(key) == at


def test_a_faulty_rule_is_told_with_its_line(command: Command, home: Path) -> None:
    file = home / "faulty.yaml"
    file.write_text("name: faulty\nvalues: {least_scores: 4}\n")
    said = command("rules", "publish", str(file))
    assert said.code == 2
    assert f"{file}:2" in said.err.replace("\n", "")
    assert "least_scores: no such value" in " ".join(said.err.split())


def stream_of_forty_days() -> list[str]:
    """Lines of a stream with a new word on the last day but one."""
    lines = []
    for number in range(40):
        day = date(2026, 1, 1) + timedelta(days=number)
        told = [*quiet(day), *(OWN_WORDS if number == 38 else [])]
        lines += [
            json.dumps(
                {
                    "id": f"{day}-{place}",
                    "day": day.isoformat(),
                    "published_at": f"{day}T12:00:00+00:00",
                    "source": f"{each.source}.example",
                    "original_publisher": None,
                    "language": "zh-Hans",
                    "title": each.title,
                    "text": each.text,
                },
                ensure_ascii=False,
            )
            for place, each in enumerate(told)
        ]
    return lines


def test_an_interrupted_backtest_keeps_what_it_found(command: Command, home: Path, tmp_path: Path) -> None:
    stream, out = tmp_path / "pipe", tmp_path / "alerts.jsonl"
    os.mkfifo(stream)
    run = subprocess.Popen(
        [sys.executable, "-m", "mediawatch.cli.main", "backtest", "--stream", stream, "--out", out],
        env={**os.environ, "PYTHONPATH": str(ROOT / "include")},
        stderr=subprocess.PIPE,
        text=True,
    )
    with stream.open("w", encoding="utf-8") as pipe:
        pipe.write("\n".join(stream_of_forty_days()) + "\n")
        pipe.flush()
        while run.poll() is None and not (out.exists() and out.read_bytes()):
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=20)
    assert run.returncode == 130
    assert "alerts.jsonl has the alerts of 39 days".replace(" ", "") in "".join(err.split())
    assert [json.loads(line)["term"] for line in out.read_text(encoding="utf-8").splitlines()] == [NEW]


def test_a_stream_is_judged_day_by_day(command: Command, home: Path, tmp_path: Path) -> None:
    stream, out = tmp_path / "stream.jsonl", tmp_path / "alerts.jsonl"
    lines = stream_of_forty_days()
    stream.write_text("\n".join([lines[0], "not json", *lines[1:]]) + "\n", encoding="utf-8")

    said = command("backtest", "--stream", str(stream), "--out", str(out))

    assert said.code == 0
    assert "stream.jsonl:2" in said.err
    assert "1 faulty lines" in said.err
    alerts = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(alert["day"], alert["kind"], alert["term"]) for alert in alerts] == [("2026-02-08", "new", NEW)]
