"""What is installed is what was locked: an exact version of each package, and files whose hashes are known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.papers import ROOT

LOCKS = sorted(ROOT.glob("requirements*.txt"))
HASHED = re.compile(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==[^ ;]+( ; [^\\]+)? \\\n( {4}--hash=sha256:[0-9a-f]{64}( \\)?\n)+")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_has_a_version_and_hashes(lock: Path) -> None:
    text = lock.read_text()
    left = re.sub(r"^ {4}#.*\n", "", HASHED.sub("", text), flags=re.MULTILINE)
    assert left == ""
    assert len(HASHED.findall(text)) > 100


def test_there_is_a_lock_of_each_list_of_requirements() -> None:
    assert {lock.stem for lock in LOCKS} == {file.stem for file in ROOT.glob("requirements*.in")}


def test_nothing_is_installed_from_a_lock_without_its_hashes() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^LOCKED := --require-hashes --requirement$", makefile, re.MULTILINE)
    installed = re.findall(r"\$\(UV_INSTALL\) (.*)", makefile)
    images = re.findall(r"^COPY (requirements.*) /tmp/$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    in_image = {lock.name for lock in LOCKS if [lock.name in named.split() for named in images] == [True]}
    assert in_image == {"requirements.txt", "requirements-stack.txt", "requirements-kubernetes.txt"}
    here = {lock.name for lock in LOCKS} - {"requirements-kubernetes.txt"}
    assert set(installed) == {"-e .", *(f"$(LOCKED) {name}" for name in here)}
