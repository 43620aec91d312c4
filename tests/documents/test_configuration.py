"""docs/configuration.md says what the models say: no setting, key or variable is missing, and no default is another."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from mediawatch.delivery import Recipient
from mediawatch.keywords import Rules
from mediawatch.keywords.published_rules import DetectionRule, Floor
from mediawatch.keywords.watching import WatchList
from mediawatch.records import Cadence, JsonFields, Limits, Pace, Seed, SiteRules, Source
from mediawatch.settings import FOR_TESTS, PREFIX, Settings
from tests.support.papers import DOCS, ROOT, bare, rows, section, text_of

PAGE = DOCS / "configuration.md"
READ_ELSEWHERE = {"PATH", "LANG", "LC_ALL", "TZ", "HOME"}
"""Variables of the system, passed on to child processes."""


def shown(default: Any) -> str:
    """A default as the page writes it."""
    if default is PydanticUndefined:
        return "required"
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default is None or default == ():
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    return str(default) or "empty"


def table_of(marker: str) -> list[list[str]]:
    """The rows of the first table after `marker` in the section on sources."""
    text = section(PAGE, "A source")
    return rows(text[text.index(marker) :].split("\n\n")[1])


def test_every_setting_is_there_with_its_default_and_meaning() -> None:
    listed = [(bare(name), bare(default), meaning) for name, default, meaning in rows(section(PAGE, "Settings"))]

    assert listed == [
        (f"{PREFIX}{name.upper()}", shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]


@pytest.mark.parametrize(
    ("marker", "model"),
    [
        ("Two sources never", Source),
        ("Each entry of `discovery`", Seed),
        ("`fields` names", JsonFields),
        ("`cadence`:", Cadence),
        ("`pace`:", Pace),
        ("`limits`:", Limits),
    ],
)
def test_every_key_of_a_source_is_there_with_its_default(marker: str, model: type[BaseModel]) -> None:
    listed = {bare(key): bare(default) for key, default, _ in table_of(marker)}
    summed_up = {"cadence": "6 h", "pace": "2 s", "limits": "as below"} if model is Source else {}

    assert listed == {name: shown(field.default) for name, field in model.model_fields.items()} | summed_up


def test_every_key_of_a_rule_is_there_with_its_default() -> None:
    own = section(PAGE, "A rule").partition("###")[0]
    listed = {bare(key): (bare(default), meaning) for key, default, meaning in rows(own)}

    assert list(listed) == list(DetectionRule.model_fields)
    assert listed["name"][0] == "required"
    assert all(f"`{key}`" in listed["floor"][1] for key in Floor.model_fields)


def test_every_value_of_a_rule_is_there_with_its_default() -> None:
    listed = {bare(name): bare(default) for name, default, _ in rows(section(PAGE, "Values of a rule"))}

    assert listed == {field.name: shown(field.default) for field in fields(Rules)}


def test_every_key_of_a_watch_list_and_a_recipient_is_on_the_page_of_alerts() -> None:
    page = DOCS / "alerts.md"
    lists, recipients = (
        {key for cell, *_ in rows(section(page, title)) for key in bare(cell).split(", ")}
        for title in ("Watch lists", "Recipients")
    )

    assert lists == {field.alias or name for name, field in WatchList.model_fields.items()}
    assert recipients == set(Recipient.model_fields)


def test_the_selectors_of_rules_are_those_of_the_model() -> None:
    sentence = next(line for line in text_of(PAGE).splitlines() if line.startswith("`rules` may hold"))

    assert re.findall(r"`(\w+)`", sentence)[1:] == list(SiteRules.model_fields)


def test_the_short_table_of_the_readme_agrees_with_the_page() -> None:
    full = {name: default for name, default, _ in rows(section(PAGE, "Settings"))}
    short = {name: default for name, default, _ in rows(section(ROOT / "README.md", "Configure"))}

    assert short.items() <= full.items()
    assert len(short) >= 5


def read_by(file: Path) -> set[str]:
    """The environment variables that a Python file asks for by name."""
    return set(re.findall(r"""environ(?:\.get\(|\[)["']([A-Z][A-Z_]+)["']""", file.read_text(encoding="utf-8")))


def test_every_other_variable_that_is_read_is_on_the_page() -> None:
    files = [
        file
        for folder in ("include", "demo", "launch", "devsites", "tests/support")
        for file in (ROOT / folder).rglob("*.py")
    ]
    read = {name for file in [*files, ROOT / "tests/conftest.py"] for name in read_by(file)} - READ_ELSEWHERE
    read |= set(re.findall(r"^(\w+) \?=", (ROOT / "Makefile").read_text(), re.MULTILINE)) | FOR_TESTS
    cells = [cell for cell, *_ in rows(section(PAGE, "Variables of `make`, the demo and CI"))]

    assert {"ONCE", "DAYS", "PORT", "PYTHON", "ELASTICSEARCH_URL"} <= read
    assert read <= {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
