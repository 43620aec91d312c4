from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mediawatch.cli.main import app
from tests.golden.shapes import CAPTIONS, OTHERS, TITLE, ZH, aggregator
from tests.support.articles import html

pytestmark = pytest.mark.slow

KEYS = [
    "id",
    "text",
    "title",
    "date",
    "author",
    "credits",
    "source",
    "language",
    "body_zh",
    "body_en",
    "captions",
    "ranking",
    "cpu",
]
CATALOG = str(Path("include/sources").resolve())


def answers(lines: list[str]) -> tuple[list[dict[str, Any]], str]:
    done = CliRunner().invoke(app, ["extract", "--jsonl", "--catalog", CATALOG], input="\n".join(lines))
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def ask(identity: str, file: Path, url: str | None = None) -> str:
    return json.dumps({"id": identity, "url": url, "html_path": str(file)})


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    markup = aggregator().markup
    (tmp_path / "plain.html").write_text(markup, encoding="utf-8")
    (tmp_path / "packed.html.gz").write_bytes(gzip.compress(markup.encode()))
    (tmp_path / "gbk.html").write_bytes(markup.replace("utf-8", "gbk").encode("gbk", "xmlcharrefreplace"))
    (tmp_path / "broken.html.gz").write_bytes(gzip.compress(markup.encode())[:200])
    (tmp_path / "empty.html").write_bytes(b"")
    return tmp_path


def test_a_line_has_the_fields_of_the_protocol(pages: Path) -> None:
    (found,), _ = answers([ask("a", pages / "plain.html", aggregator().url)])
    assert list(found) == KEYS
    assert (found["id"], found["title"], found["text"]) == ("a", TITLE, "\n".join(ZH))
    # Nothing tells the zone, so the time stays as printed.
    assert (found["date"], found["source"], found["author"]) == ("2026-03-04T02:25:19", "临江晚报", None)
    assert (found["language"], found["body_zh"], found["body_en"]) == ("zh-Hans", "\n".join(ZH), "")
    assert found["captions"] == list(CAPTIONS)
    assert found["ranking"][0] == {"rank": 1, "title": OTHERS[0], "url": "https://news.example/2026/03/03/1.html"}
    assert 0 < found["cpu"] < 60


def test_a_line_names_people_with_their_roles(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(html(top="<p>记者 秦望舒 摄影 沈知微</p>"), encoding="utf-8")
    (found,), _ = answers([ask("a", tmp_path / "a.html")])
    assert found["author"] == "秦望舒"
    assert found["credits"] == [{"role": "writer", "name": "秦望舒"}, {"role": "photographer", "name": "沈知微"}]


def test_gzipped_plain_and_old_encodings_give_the_same(pages: Path) -> None:
    found, _ = answers([ask(name, pages / name) for name in ("plain.html", "packed.html.gz", "gbk.html")])
    alike = [{key: value for key, value in line.items() if key not in ("id", "cpu")} for line in found]
    assert alike[0] == alike[1] == alike[2]


def test_what_cannot_be_read_has_a_line_of_nulls_and_is_told(pages: Path) -> None:
    lines = [
        ask("gone", pages / "gone.html"),
        ask("broken", pages / "broken.html.gz"),
        ask("folder", pages),
        '{"id": "no path"}',
        "no json at all",
        "[1]",
        ask("good", pages / "plain.html"),
    ]
    found, told = answers(lines)
    assert [line["id"] for line in found] == ["gone", "broken", "folder", "no path", None, None, "good"]
    assert all(line[key] is None for line in found[:-1] for key in KEYS[1:-1])
    assert found[-1]["title"] == TITLE
    assert told.count("error: line") == 6


def test_an_empty_page_says_nothing(pages: Path) -> None:
    (found,), _ = answers([ask("e", pages / "empty.html")])
    assert not found["text"]
    assert found["title"] is None


def test_answers_keep_the_order_and_do_not_depend_on_it(pages: Path) -> None:
    lines = [ask(str(n), pages / "plain.html", f"https://news.example/{n}.html") for n in range(4)]
    there, _ = answers(lines)
    back, _ = answers(lines[::-1])
    assert [line["id"] for line in there] == ["0", "1", "2", "3"]
    assert [{**line, "cpu": 0} for line in there] == [{**line, "cpu": 0} for line in back[::-1]]


def test_each_line_is_flushed_before_the_next_is_asked(pages: Path) -> None:
    command = [sys.executable, "-m", "mediawatch.cli.main", "extract", "--jsonl", "--catalog", CATALOG]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin
        assert running.stdout
        for name in ("plain.html", "packed.html.gz"):
            running.stdin.write(ask(name, pages / name) + "\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == name
        running.stdin.close()
        assert running.wait(30) == 0


def test_the_report_tells_fields_places_and_cuts(pages: Path) -> None:
    done = CliRunner().invoke(app, ["extract", str(pages / "plain.html"), "--catalog", CATALOG])
    assert done.exit_code == 0, done.output
    shown = " ".join(done.stdout.split())
    for words in (
        TITLE,
        "临江晚报 (来源 beside the headline",
        CAPTIONS[0],
        "24小时新闻排行榜 1. " + OTHERS[0],
        f"caption {CAPTIONS[0]}",
    ):
        assert words in shown


def test_the_report_as_json(pages: Path) -> None:
    done = CliRunner().invoke(app, ["extract", str(pages / "plain.html"), "--json", "--catalog", CATALOG])
    found = json.loads(done.stdout)
    assert found["title"] == {"value": TITLE, "from": "<h1>"}
    assert [line["text"] for line in found["lines"] if line["label"] == "body"] == list(ZH)


@pytest.mark.parametrize("arguments", [[], ["a.html", "--jsonl"], ["/nonexistent.html"]])
def test_a_request_that_cannot_be_met_is_refused(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["extract", *arguments, "--catalog", CATALOG])
    assert type(done.exception).__name__ == "BadRequest"


def test_names_of_publishers_are_known_wherever_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = html(top="<div>Reuters, HARBOUR CITY</div>")
    (tmp_path / "wire.html").write_text(page, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(
        app, ["extract", "--jsonl"], input=ask("a", tmp_path / "wire.html", "https://x.example/1")
    )
    assert json.loads(done.stdout)["source"] == "Reuters"
