"""docs/security.md counts what is tried."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from launch.release import BILLS
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


@pytest.mark.parametrize("bill", BILLS)
def test_a_bill_of_materials_names_all_of_its_lock(bill: str, tmp_path: Path) -> None:
    """By the command of `make sbom`, where what it needs is installed."""
    program = Path(sys.executable).with_name("cyclonedx-py")
    if not program.exists():
        pytest.skip("needs the packages of requirements-bench.txt")
    recipe = re.search(
        r"for part in (.+); do bill=dist/sbom\$\$part.cdx.json;.+\n.+cyclonedx-py (.+) --output-file \$\$bill",
        (ROOT / "Makefile").read_text("utf-8"),
    )
    assert recipe
    parts = [part.strip('"') for part in recipe[1].split()]
    assert [f"sbom{part}.cdx.json" for part in parts] == [*BILLS]
    part = parts[BILLS.index(bill)]
    lock = f"requirements{part}.txt"
    made = tmp_path / bill
    arguments = recipe[2].replace("$$part", part).split()
    subprocess.run([program, *arguments, "--output-file", made], cwd=ROOT, timeout=120, check=True)
    listed = {f"{part['name']}=={part['version']}" for part in json.loads(made.read_text())["components"]}
    locked = set(re.findall(r"^[\w.-]+==[^ ;\n]+", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
    assert listed == locked
