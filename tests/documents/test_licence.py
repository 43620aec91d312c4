"""Changelog, licence and notice agree with the package."""

from __future__ import annotations

import re
import tomllib

import mediawatch
from tests.support.papers import ROOT, text_of

CHANGELOG = ROOT / "CHANGELOG.md"
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Known limits"}


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    versions = re.findall(r"^## \[([\d.]+)\] - (\d{4}-\d\d-\d\d|unreleased)$", text_of(CHANGELOG), re.MULTILINE)

    assert versions[0][0] == mediawatch.__version__
    assert set(re.findall(r"^### (.+)$", text_of(CHANGELOG), re.MULTILINE)) <= KINDS


def test_the_licence_is_the_apache_licence_everywhere() -> None:
    licence = (ROOT / "LICENSE").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert licence.split("\n")[1].strip() == "Apache License"
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert project["license"] == "Apache-2.0"
    assert project["license-files"] == ["LICENSE"]


def test_the_notice_says_what_is_so() -> None:
    notice = " ".join((ROOT / "NOTICE").read_text().split())
    named = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.in").read_text(), re.MULTILINE))

    assert "named in requirements.in" in notice
    assert {"apache-airflow", "trafilatura", "great-expectations", "elasticsearch", "requests"} <= named
    assert not [path for pattern in ("*.jar", "*.war", "*.whl") for path in (ROOT / "demo").rglob(pattern)]
    assert not [path for pattern in ("*.jar", "*.war", "*.whl") for path in (ROOT / "include").rglob(pattern)]
