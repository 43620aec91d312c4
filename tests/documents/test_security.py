"""docs/security.md counts what is tried."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_the_bill_of_materials_names_the_lock(tmp_path: Path) -> None:
    """By the command of `make sbom`, where what it needs is installed."""
    program = Path(sys.executable).with_name("cyclonedx-py")
    if not program.exists():
        pytest.skip("needs the packages of requirements-bench.txt")
    recipe = re.search(r"cyclonedx-py (.+) --output-file", (ROOT / "Makefile").read_text("utf-8"))
    assert recipe
    made = tmp_path / "sbom.json"
    subprocess.run([program, *recipe[1].split(), "--output-file", made], cwd=ROOT, timeout=120, check=True)
    listed = {f"{part['name']}=={part['version']}" for part in json.loads(made.read_text())["components"]}
    locked = set(re.findall(r"^[\w.-]+==[^ ;\n]+", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE))
    assert listed == locked
