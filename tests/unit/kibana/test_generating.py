"""The import files: the same every time, alike in both languages, and what is committed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mediawatch.kibana import CORE_LEVEL, LANGUAGES, LEVELS, Language, file_name, render, saved_objects, write_files
from mediawatch.kibana.checks import check, check_files
from mediawatch.kibana.checks.packed import controls_of, panels_of
from mediawatch.records import AlertKind, Reason
from tests.support.mappings import own_mappings

KIBANA = Path(__file__).parents[3] / "include/kibana"
WORDS = {
    "title",
    "description",
    "label",
    "name",
    "subtitle",
    "markdown",
    "formula",
    "text",
    "max",
    "fieldAttrs",
    "value",
}
"""Keys whose values are wording, or the length of some."""


def objects_of(kind: str, language: Language = "en") -> dict[str, Any]:
    return {saved["id"]: saved for saved in saved_objects(language) if saved["type"] == kind}


def without_words(value: Any, key: str = "") -> Any:
    """`value` with all wording blanked."""
    if isinstance(value, dict):
        return {k: "" if k in WORDS else without_words(v, k) for k, v in sorted(value.items())}
    if isinstance(value, list):
        return [without_words(inner) for inner in value]
    if isinstance(value, str) and (key.endswith("JSON") or key == "fieldFormatMap"):
        return without_words(json.loads(value))
    return value


def test_the_committed_files_are_without_fault() -> None:
    assert [str(finding) for finding in check_files(KIBANA, own_mappings())] == []


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_files(tmp_path)]

    assert [path.read_bytes() for path in write_files(tmp_path)] == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(map(file_name, LANGUAGES))


def test_the_levels_are_those_of_kibana_8_12() -> None:
    assert CORE_LEVEL == "8.8.0"
    assert LEVELS == {"dashboard": "8.9.0", "index-pattern": "8.0.0", "search": "8.0.0", "tag": "8.0.0"}


def test_the_languages_differ_in_words_only() -> None:
    english, chinese = (without_words(saved_objects(language)) for language in ("en", "zh"))

    assert english == chinese


def test_the_chinese_file_is_in_chinese() -> None:
    for dashboard in objects_of("dashboard", "zh").values():
        for panel in panels_of(dashboard):
            said = [panel.get("title"), panel["embeddableConfig"].get("description")]
            assert all(re.search(r"[\u4e00-\u9fff]", words) for words in said if words), panel["panelIndex"]


def test_no_english_wording_is_left_in_chinese_labels() -> None:
    text = render("zh").decode()
    labels = set(re.findall(r'\\"(?:label|title|subtitle)\\":\\"([^"\\]+)\\"', text))

    assert {label for label in labels if not re.search(r"[\u4e00-\u9fff]", label)} == {"p50", "p90", "p95"}


def test_another_prefix_changes_only_what_is_read() -> None:
    ours, theirs = render("en").decode(), render("en", "gazette").decode()

    assert theirs == re.sub(r'"title":"mediawatch-(\w+)"', r'"title":"gazette-\1"', ours)
    assert check(render("en", "gazette"), own_mappings(), "gazette") == []


def test_data_views_name_the_alias_of_every_kind() -> None:
    titles = {saved["attributes"]["title"] for saved in objects_of("index-pattern").values()}

    assert titles == {f"mediawatch-{kind}" for kind in own_mappings()}


@pytest.mark.parametrize("dashboard", ["mw-overview", "mw-stories", "mw-keywords", "mw-health"])
def test_each_dashboard_leads_to_the_others_with_its_period_and_filters(dashboard: str) -> None:
    saved = objects_of("dashboard")[dashboard]
    (line,) = [panel for panel in panels_of(saved) if panel["type"] == "links"]
    links = line["embeddableConfig"]["attributes"]["links"]
    targets = {reference["name"]: reference["id"] for reference in saved["references"]}

    assert {targets[f"{line['panelIndex']}:{link['destinationRefName']}"] for link in links} == set(
        objects_of("dashboard")
    )
    assert all(link["options"]["useCurrentDateRange"] and link["options"]["useCurrentFilters"] for link in links)


def formats_of(name: str, content: bytes) -> dict[str, Any]:
    (view,) = [saved for saved in map(json.loads, content.splitlines()) if saved["id"] == name]
    return dict(json.loads(view["attributes"]["fieldFormatMap"]))


def words_for(name: str, field: str, content: bytes) -> dict[str, str]:
    entries = formats_of(name, content)[field]["params"]["lookupEntries"]
    return {entry["key"]: entry["value"] for entry in entries}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("view", "field", "values"),
    [
        ("mw-data-alerts", "kind", {kind.value for kind in AlertKind}),
        ("mw-data-ledger", "reason", {reason.value for reason in Reason}),
        ("mw-data-ledger", "stage", {"visit", "discover", "fetch", "extract", "audit", "index"}),
        ("mw-data-articles", "language", {"zh-Hans", "zh-Hant", "en", "ja", "ko", "und"}),
        ("mw-data-quality", "severity", {"error", "warning"}),
    ],
)
def test_values_are_shown_in_words(view: str, field: str, values: set[str], language: Language) -> None:
    words = words_for(view, field, render(language))

    assert set(words) == values
    assert all(bool(re.search(r"[\u4e00-\u9fff]", word)) is (language == "zh") for word in words.values())


def test_a_newsrooms_own_sources_and_rules_are_named() -> None:
    labels = {"source": {"paper": "The Paper"}, "rule": {"has_title": "Has a title"}}
    content = render("en", "gazette", labels)

    for view in ("mw-data-articles", "mw-data-rankings", "mw-data-ledger", "mw-data-quality"):
        assert words_for(view, "source", content) == {"paper": "The Paper"}
    assert words_for("mw-data-quality", "rule", content) == {"has_title": "Has a title"}
    assert "rule" not in formats_of("mw-data-quality", render("en", "gazette"))
    assert check(content, own_mappings(), "gazette") == []


def test_no_panel_has_the_id_of_another_dashboards() -> None:
    ids = [panel["panelIndex"] for saved in objects_of("dashboard").values() for panel in panels_of(saved)]

    assert len(ids) == len(set(ids))


def test_periods_are_whole_days_and_days_are_drawn_at_noon() -> None:
    for saved in objects_of("dashboard").values():
        assert re.fullmatch(r"now-\d+d/d", saved["attributes"]["timeFrom"])
        assert saved["attributes"]["timeTo"] == "now/d"
    views = objects_of("index-pattern").values()
    assert {view["attributes"]["timeFieldName"] for view in views} == {"counted_at"}


def test_every_dashboard_is_opened_by_a_click_on_another() -> None:
    opened = {
        (reference["id"], dashboard)
        for dashboard, saved in objects_of("dashboard").items()
        for reference in saved["references"]
        if reference["type"] == "dashboard"
    }

    assert {target for target, origin in opened if target != origin} == set(objects_of("dashboard"))


def test_keyword_publisher_language_and_site_can_be_chosen() -> None:
    titles = {
        control["explicitInput"]["title"]
        for saved in objects_of("dashboard").values()
        for control in controls_of(saved).values()
    }

    assert titles >= {"Keyword", "Publisher", "Language", "Site"}


def test_a_saved_search_that_no_dashboard_shows_does_not_exist() -> None:
    shown = {
        reference["id"]
        for saved in objects_of("dashboard").values()
        for reference in saved["references"]
        if reference["type"] == "search"
    }

    assert shown == set(objects_of("search"))


@pytest.mark.parametrize(("kind", "blank"), [("lnsMetric", False), ("lnsHeatmap", True)])
def test_a_large_number_shows_nothing_as_zero_and_a_heat_map_as_white(kind: str, blank: bool) -> None:
    panels = [panel for dashboard in objects_of("dashboard").values() for panel in panels_of(dashboard)]
    drawn = [panel["embeddableConfig"].get("attributes", {}) for panel in panels]
    values = [
        attributes["state"]["datasourceStates"]["formBased"]["layers"]["main"]["columns"]["value"]
        for attributes in drawn
        if attributes.get("visualizationType") == kind
    ]

    counts = [value for value in values if value["operationType"] in ("count", "unique_count", "sum")]
    assert counts
    assert {value["params"]["emptyAsNull"] for value in counts} == {blank}
