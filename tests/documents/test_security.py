"""docs/security.md counts what is tried."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.hostile.answers import BROKEN, COOKIES, REDIRECTS, ROBOTS, SLOW, TOO_MUCH, UNASKED, WAITING
from tests.hostile.documents import PAGES, SEEDS
from tests.support.papers import DOCS, ROOT, rows, section

WAYS = 2
"""What is said unasked is said plainly and in TLS."""
CIRCLES = 3
"""Whole harvests of sites that lead in a circle or inwards, counted with the feeds, sitemaps and lists."""


def test_every_hostile_case_is_counted() -> None:
    """Each line by its table, that of TLS by what is left of the tests that pytest finds."""
    *answers, tls, announced, pages = [
        int(number) for _, number in rows(section(DOCS / "security.md", "Hostile sites that are tried"))
    ]
    tables = [SLOW, TOO_MUCH, BROKEN, WAYS * [*UNASKED], WAITING, COOKIES, REDIRECTS, ROBOTS]
    assert answers == [len(table) for table in tables]
    assert (announced, pages) == (len(SEEDS) + CIRCLES, len(PAGES))
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/hostile", "--collect-only"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found = re.search(r"(\d+) tests collected", listed.stdout)
    assert found
    assert int(found[1]) == sum(answers) + tls + announced + pages
