"""`mediawatch quality judge`: figures from a file, findings as lines."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mediawatch.cli.main import app
from mediawatch.errors import BadRequest

HEAD = "day,source,metric,value\n"


def counts(folder: Path, *more: str) -> Path:
    """Forty days of two sources, of which one falls silent, and further lines."""
    days = [date(2026, 3, 1) + timedelta(days=at) for at in range(40)]
    lines = [
        f"{day},paper,articles,{100 + at % 7}\n{day},wire,articles,{0 if at >= 38 else 60 + at % 5}\n"
        for at, day in enumerate(days)
    ]
    path = folder / "counts.csv"
    path.write_text(HEAD + "".join([*lines, *more]), encoding="utf-8")
    return path


def run(*words: str) -> str:
    answer = CliRunner().invoke(app, ["quality", "judge", *words], catch_exceptions=False)
    assert answer.exit_code == 0
    return answer.stdout


def test_findings_are_lines_with_their_bounds(tmp_path: Path) -> None:
    out = tmp_path / "findings.jsonl"
    run("--history", str(counts(tmp_path)), "--out", str(out))
    (found,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (found["day"], found["source"], found["metric"]) == ("2026-04-08", "wire", "articles")
    assert (found["verdict"], found["observed"], found["days_known"]) == ("silent", 0.0, 38)
    assert 0 < found["low"] < 60 < found["high"]
    assert found["severity"] == "warn"


def test_all_lines_say_what_was_not_judged(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in run("--history", str(counts(tmp_path)), "--out", "-", "--all").splitlines()]
    assert len(lines) == 80
    assert [line["verdict"] for line in lines[:28]] == ["unknown"] * 28
    assert lines[0]["low"] is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026-13-01,paper,articles,3\n", "counts.csv:82: needs a day"),
        ("2026-05-01,paper,articles,many\n", "counts.csv:82: needs a day"),
        ("2026-05-01,,articles,3\n", "counts.csv:82: needs a day"),
        ("2026-05-01,paper,articles,inf\n", "counts.csv:82: needs a day"),
        ("2026-03-01,paper,articles,3\n", "counts.csv:82: a second value of articles on 2026-03-01"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        run("--history", str(counts(tmp_path, line)), "--out", "-")


def test_findings_are_not_written_over_what_is_read(tmp_path: Path) -> None:
    history = counts(tmp_path)
    before = history.read_bytes()
    (tmp_path / "same.csv").symlink_to(history)
    for out in (history, tmp_path / "same.csv"):
        with pytest.raises(BadRequest, match="is what is read"):
            run("--history", str(history), "--out", str(out))
    assert history.read_bytes() == before


def test_a_file_without_a_column_says_which(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("day,source,value\n", encoding="utf-8")
    with pytest.raises(BadRequest, match="no column metric"):
        run("--history", str(path), "--out", "-")
    with pytest.raises(BadRequest, match="cannot be read"):
        run("--history", str(tmp_path / "nothing.csv"), "--out", "-")
    with pytest.raises(BadRequest, match="cannot be written"):
        run("--history", str(counts(tmp_path)), "--out", str(tmp_path / "no/folder"))
