"""Index names."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from mediawatch.search import KINDS, Generation
from mediawatch.search.analysis import analysis, choose_way, mapping_rules, with_analyzers
from mediawatch.search.catalog import kind_named, number_in

ARTICLES = Generation(prefix="mediawatch", name="articles", number=12, period="month")


def test_articles_go_to_the_month_of_their_first_day() -> None:
    assert ARTICLES.index_for(date(2026, 3, 1)) == "mediawatch-articles-g000012-2026.03"
    assert ARTICLES.alias == "mediawatch-articles"


def test_small_indices_are_not_cut() -> None:
    ledger = Generation(prefix="mediawatch", name="ledger", number=1)
    assert ledger.index_for(date(2026, 3, 1)) == ledger.anchor == "mediawatch-ledger-g000001"


@pytest.mark.parametrize(
    ("index", "number"),
    [
        ("mediawatch-articles-g000012", 12),
        ("mediawatch-articles-g000012-2026.03", 12),
        ("mediawatch-articles-g1000000", 1_000_000),
        ("mediawatch-articles-garden", None),
        ("mediawatch-articles-g000012-extra", None),
        ("mediawatch-ledger-g000012", None),
    ],
)
def test_reading_a_generation_from_a_name(index: str, number: int | None) -> None:
    assert number_in(index, "mediawatch-articles") == number


def test_the_kinds_of_the_design() -> None:
    assert [kind.name for kind in KINDS] == [
        *("articles", "stories", "terms", "alerts", "evidence", "rankings"),
        *("ledger", "quality", "health", "figures", "runs"),
    ]
    with pytest.raises(KeyError):
        kind_named("dreams")


def test_the_server_decides_the_analysis() -> None:
    assert choose_way(frozenset({"analysis-common", "reindex"})) == "full"
    assert choose_way(frozenset({"x-pack-core"})) == "trimmed"


def test_rules_of_the_character_filter_are_safe_for_any_character() -> None:
    assert mapping_rules({"關": "关", "=": ">", "\\": " "}) == ["\\u003d=>\\u003e", "\\u005c=>\\u0020", "關=>关"]


@pytest.mark.parametrize("way", ["full", "trimmed"])
def test_every_analyzer_that_a_mapping_names_exists(way: str) -> None:
    held = set(analysis(way)["analyzer"]) | {"simple"}  # type: ignore[arg-type]
    for kind in KINDS:
        assert _analyzers(with_analyzers(kind.mapping, way)) <= held  # type: ignore[arg-type]


def _analyzers(mapping: dict[str, object]) -> set[str]:
    found: set[str] = set()
    for key, value in mapping.items():
        if key in ("analyzer", "search_analyzer"):
            found.add(str(value))
        elif isinstance(value, dict):
            found |= _analyzers(value)
    return found


def test_importing_the_package_leaves_the_client_library_alone() -> None:
    code = "import sys, mediawatch.search; sys.exit('elasticsearch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
