"""Tests stand where the package says: `unit/stories/test_matching.py` is about `mediawatch/stories/matching.py`."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.support.papers import ROOT

UNIT = ROOT / "tests/unit"
FILES = sorted(file.relative_to(UNIT).with_suffix("").as_posix() for file in UNIT.rglob("test_*.py"))

ABOUT_MORE = {
    "board/test_command": "the board as a process, with its signals",
    "board/test_plugin": "plugins/board.py inside Airflow's app",
    "cli/test_alerting": "five commands over one lake",
    "cli/test_commands": "the commands in the order of a day",
    "cli/test_desk": "what an operator asks",
    "cli/test_exit_codes": "what all commands promise",
    "cli/test_help": "what all commands say of themselves",
    "cli/test_outage": "a harvest by hand while the network goes",
    "kibana/test_documented": "docs/dashboards.md against all panels",
    "kibana/test_fields": "all panels against the fields of the index",
    "demo/test_command": "the demo as a process",
    "harvest/discovery/test_bounds": "bounds that all readers keep",
    "harvest/discovery/test_failures": "failures that all readers tell",
    "extraction/test_demo_pages": "whole pages, over all modules",
    "search/test_documents": "the documents of every index against its mapping",
    "lake/test_warc_foreign": "WARC files of other programs, over all of lake/warc",
    "records/test_values": "what all records have in common",
    "sources/test_shipped_catalogue": "the data in include/sources",
    "sources/test_shipped_rules": "the selectors in include/sources",
    "records/ledger/test_tally": "the arithmetic of one tally",
    "workflow/test_log_lines": "what a whole run writes to the log",
    "workflow/test_hostile_damage": "every kind of object of a lake, damaged",
    "workflow/test_damage": "damage, for every stage that reads",
    "workflow/test_forgotten_everywhere": "a forgotten page, for everything that is kept",
    "delivery/test_slow_channels": "slow channels, from sending to the outbox",
}
"""Tests about more than one module, and about what."""


def module_of(test: str) -> Path:
    """The module that a test is about, without `.py`.  Some stand beside the package."""
    beside = test.partition("/")[0] in ("demo", "launch", "devsites")
    folder, _, name = f"{'' if beside else 'include/mediawatch/'}{test}".rpartition("/test_")
    return ROOT / folder / name


def is_named_after_a_module(test: str) -> bool:
    """Whether a module has the test's name, or the beginning of it: `test_feeds_dates` is about `feeds`."""
    module = module_of(test)
    words = module.name.split("_")
    names = ("_".join(words[:upto]) for upto in range(len(words), 0, -1))
    return module.is_dir() or any(module.with_name(f"{name}.py").is_file() for name in names)


@pytest.mark.parametrize("test", FILES)
def test_it_is_named_after_its_module_or_says_what_it_is_about(test: str) -> None:
    assert is_named_after_a_module(test) is (test not in ABOUT_MORE)


def test_no_exception_outlives_its_test() -> None:
    assert ABOUT_MORE.keys() <= set(FILES)


@pytest.mark.parametrize("body", [gzip.compress(b"news")])
def test_names_of_tests_are_the_same_in_every_process(request: pytest.FixtureRequest, body: bytes) -> None:
    """Gzip holds the second it was made in, and xdist refuses processes that collect different names."""
    assert body
    assert request.node.name.endswith("[body]")
