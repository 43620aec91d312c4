"""What does not belong into papers that others read: machines, work orders, promises, and lines nobody can read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.papers import PAPERS, ROOT, text_of

FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(work|root|home|Users)/",
    "how the work was organised": r"(?i)\b(issues?|tickets?|sprints?|milestones?|agents?|helpers?|session|brief)\b",
    "a promise": r"(?i)\b(coming soon|will be (added|supported|available)|planned|roadmap|TODO|FIXME|TBD|WIP)\b",
    "praise": r"(?i)\b(blazing|powerful|seamless(ly)?|robust|cutting.edge|state.of.the.art|easy|easily|simply|just)\b",
}
OTHERS = [
    ROOT / name
    for name in (
        "Makefile",
        "NOTICE",
        ".env.example",
        "docker-compose.yml",
        "Dockerfile",
        ".ci/run",
        ".github/workflows/ci.yml",
        ".pre-commit-config.yaml",
    )
]


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("paper", [*PAPERS, *OTHERS], ids=lambda path: path.name)
def test_it_is_free_of(paper: Path, what: str) -> None:
    words = text_of(paper).replace("User-Agent", "").replace("user_agent", "").replace("USER_AGENT", "")
    assert [found[0] for found in re.finditer(FORBIDDEN[what], words)] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_its_lines_fit_a_screen(paper: Path) -> None:
    lines = [line for line in text_of(paper).splitlines() if not line.startswith(("|", "!["))]

    assert max(map(len, lines)) <= 120
    assert all(line == line.rstrip() for line in lines)
    assert [line for line in lines if line.replace("```", "").count("`") % 2] == []


@pytest.mark.parametrize("paper", [*PAPERS, *OTHERS], ids=lambda path: path.name)
def test_it_names_no_host_but_invented_ones_and_those_of_two_conventions(paper: Path) -> None:
    hosts = set(re.findall(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|co)\b", text_of(paper)))

    assert hosts <= {"example.org", "keepachangelog.com", "semver.org"}
