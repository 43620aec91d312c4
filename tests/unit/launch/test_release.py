"""A release is the commit and nothing else, and says what is missing before anything is built."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from launch.release import (
    BILLS,
    NotReleasable,
    bills_in,
    dated,
    digest,
    image_of,
    left_out,
    release,
    run,
    uncommitted,
    write_sums,
)
from mediawatch import __version__
from tests.support.papers import ROOT

DONE = "# Changelog\n\n## [1.2.0] - 2026-11-30\n\n### Added\n\n## [1.1.0] - unreleased\n"


def test_a_version_has_a_section_with_a_day() -> None:
    assert dated(DONE, "1.2.0") == "2026-11-30"
    with pytest.raises(NotReleasable, match=r"CHANGELOG.md:7: 1.1.0 is unreleased; put the day"):
        dated(DONE, "1.1.0")
    with pytest.raises(NotReleasable, match=r"no section `## \[2.0.0\] - DAY`"):
        dated(DONE, "2.0.0")


def test_what_is_not_committed_is_named(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    assert uncommitted(tmp_path) == []
    (tmp_path / "note.txt").write_text("not committed")
    assert uncommitted(tmp_path) == ["?? note.txt"]


def test_a_file_that_is_not_packed_is_named(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "__pycache__").mkdir(parents=True)
    for name in ("code.py", "data.bin", "__pycache__/code.pyc"):
        (package / name).write_text("")
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        wheel.writestr("package/code.py", "")
    assert left_out(tmp_path / "a.whl", package) == ["package/data.bin"]


def test_a_command_that_fails_is_said_with_what_it_complained_of(tmp_path: Path) -> None:
    with pytest.raises(NotReleasable, match=r"git log ended with 128: fatal: not a git repository"):
        run(["git", "log"], tmp_path)


def test_the_bills_of_materials_are_a_part_of_it(tmp_path: Path) -> None:
    assert bills_in(tmp_path, is_rehearsal=True) == []
    bills = [tmp_path / name for name in BILLS]
    for bill in bills:
        with pytest.raises(NotReleasable, match=rf"There is no .*/{bill.name}: `make sbom` writes it"):
            bills_in(tmp_path, is_rehearsal=False)
        bill.write_text("{}")
    assert bills_in(tmp_path, is_rehearsal=False) == bills
    sums = "".join(f"{digest(bill)}  {bill.name}\n" for bill in bills)
    assert write_sums(tmp_path, bills) == sums == (tmp_path / "SHA256SUMS").read_text()


def test_the_image_is_of_the_commit_which_has_all_that_it_is_made_of() -> None:
    assert image_of("1.2.0") == "git archive v1.2.0 | docker build --tag mediawatch:1.2.0 -"
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: there is no commit to release")
    committed = {name.split("/")[0] for name in run(["git", "ls-files"], ROOT).splitlines()}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {"Dockerfile", *" ".join(copied).split()} <= committed


@pytest.mark.slow
def test_a_rehearsal_builds_twice_alike_and_uses_what_it_installed(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: there is no commit to release")
    for name in BILLS:
        (tmp_path / name).write_text("{}")
    wheel = release(tmp_path, is_rehearsal=True)

    assert wheel.name == f"mediawatch-{__version__}-py3-none-any.whl"
    sums = (tmp_path / "SHA256SUMS").read_text().split()
    made = [wheel, tmp_path / "requirements.txt", *(tmp_path / name for name in BILLS)]
    assert sums == [each for file in made for each in (digest(file), file.name)]
