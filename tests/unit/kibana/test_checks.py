"""Each fault that Kibana would swallow is found, and called by its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mediawatch.kibana import file_name, render, saved_objects, write_files
from mediawatch.kibana.checks import check, check_files, fields_of
from mediawatch.kibana.checks.queries import check_query, named_fields
from mediawatch.kibana.saved_objects import packed
from tests.support.mappings import own_mappings

Objects = list[dict[str, Any]]
Fault = Callable[[Objects], None]


def written(objects: Objects) -> bytes:
    return "".join(f"{packed(saved)}\n" for saved in objects).encode()


def faults_of(content: bytes) -> set[str]:
    return {finding.fault for finding in check(content, own_mappings())}


def the(objects: Objects, name: str) -> dict[str, Any]:
    return next(saved for saved in objects if saved["id"] == name)


def in_panel(dashboard: str, panel: str, change: Callable[[dict[str, Any]], object]) -> Fault:
    """A fault in one panel."""

    def plant(objects: Objects) -> None:
        attributes = the(objects, dashboard)["attributes"]
        panels = json.loads(attributes["panelsJSON"])
        change(next(found for found in panels if found["panelIndex"].endswith(f"-{panel}")))
        attributes["panelsJSON"] = packed(panels)

    return plant


def in_state(dashboard: str, panel: str, change: Callable[[dict[str, Any]], object]) -> Fault:
    """A fault in the state of one chart."""
    return in_panel(dashboard, panel, lambda p: change(p["embeddableConfig"]["attributes"]["state"]))


def in_layer(dashboard: str, panel: str, change: Callable[[dict[str, Any]], object]) -> Fault:
    """A fault in the main layer of one chart."""
    return in_state(dashboard, panel, lambda s: change(s["datasourceStates"]["formBased"]["layers"]["main"]))


def in_link(change: Callable[[dict[str, Any]], object]) -> Fault:
    """A fault in the first link of the line."""
    return in_panel("mw-stories", "navigation", lambda p: change(p["embeddableConfig"]["attributes"]["links"][0]))


def in_object(name: str, change: Callable[[dict[str, Any]], object]) -> Fault:
    """A fault in one object."""

    def plant(objects: Objects) -> None:
        change(the(objects, name))

    return plant


def setting(*path: str, to: Any) -> Callable[[dict[str, Any]], None]:
    """Sets what stands at `path`."""

    def change(value: dict[str, Any]) -> None:
        for key in path[:-1]:
            value = value[key]
        value[path[-1]] = to

    return change


def renumbered(layer: dict[str, Any]) -> None:
    layer["columnOrder"] = [layer["columnOrder"][-1], *layer["columnOrder"][:-1]]


def misdirected(saved: dict[str, Any]) -> None:
    saved["references"][0]["id"] = "mw-data-runs"


def also_referring(saved: dict[str, Any]) -> None:
    saved["references"].append({"type": "index-pattern", "id": "mw-data-runs", "name": "gone:old"})


FAULTS: list[tuple[str, Fault]] = [
    ("id-twice", lambda objects: objects.append(dict(objects[0]))),
    ("foreign-id", in_object("mw-tag", setting("id", to="tag"))),
    ("unknown-type", in_object("mw-tag", setting("type", to="lens"))),
    ("wrong-level", in_object("mw-overview", setting("typeMigrationVersion", to="10.2.0"))),
    ("wrong-level", in_object("mw-data-terms", setting("coreMigrationVersion", to="8.7.0"))),
    ("wrong-level", in_panel("mw-overview", "publishers", setting("version", to="9.0.0"))),
    ("unknown-attribute", in_object("mw-overview", setting("attributes", "sections", to=[]))),
    ("wrong-attribute-type", in_object("mw-overview", setting("attributes", "version", to="1"))),
    ("missing-attribute", in_object("mw-overview", lambda saved: saved["attributes"].pop("optionsJSON"))),
    ("unparsable-string", in_object("mw-overview", setting("attributes", "panelsJSON", to="[{]"))),
    ("unsorted-string", in_object("mw-overview", setting("attributes", "optionsJSON", to='{"b": 1, "a": 2}'))),
    ("dangling-reference", lambda objects: objects.remove(the(objects, "mw-data-alerts"))),
    ("dangling-reference", lambda objects: objects.remove(the(objects, "mw-search-articles"))),
    ("missing-reference", in_object("mw-health", lambda saved: saved["references"].pop(0))),
    ("left-over-reference", in_object("mw-health", also_referring)),
    ("reference-twice", in_object("mw-health", lambda saved: saved["references"].append(saved["references"][0]))),
    ("wrong-reference", in_object("mw-health", misdirected)),
    (
        "unknown-chart",
        in_panel(
            "mw-overview", "languages", setting("embeddableConfig", "attributes", "visualizationType", to="lnsTreemap")
        ),
    ),
    ("unknown-panel", in_panel("mw-overview", "languages", setting("type", to="vis"))),
    (
        "unknown-panel",
        in_panel("mw-overview", "legend", setting("embeddableConfig", "savedVis", "type", to="timelion")),
    ),
    ("library-item", in_panel("mw-overview", "navigation", lambda p: p["embeddableConfig"].pop("attributes"))),
    ("drops-period", in_link(lambda link: link["options"].update(useCurrentDateRange=False))),
    ("drops-period", in_link(lambda link: link.pop("options"))),
    ("no-title", in_link(lambda link: link.update(label=""))),
    ("missing-reference", in_link(lambda link: link.update(destinationRefName="link_gone_dashboard"))),
    ("wrong-reference", in_link(lambda link: link.update(id="mw-health"))),
    ("library-item", in_panel("mw-overview", "languages", lambda p: p["embeddableConfig"].pop("attributes"))),
    (
        "paid-feature",
        in_panel(
            "mw-overview",
            "mentions",
            lambda p: p["embeddableConfig"]["enhancements"]["dynamicActions"]["events"][0]["action"].update(
                factoryId="URL_DRILLDOWN"
            ),
        ),
    ),
    ("no-description", in_panel("mw-overview", "languages", setting("embeddableConfig", "description", to=""))),
    ("no-title", in_panel("mw-overview", "languages", setting("title", to=""))),
    ("title-twice", in_panel("mw-overview", "publishers", setting("title", to="Publishers"))),
    ("too-narrow", in_panel("mw-overview", "newest", setting("gridData", "w", to=11))),
    ("too-narrow", in_panel("mw-overview", "new-words", setting("gridData", "w", to=23))),
    (
        "missing-field",
        in_layer("mw-overview", "publishers", setting("columns", "value", "sourceField", to="publishers")),
    ),
    ("unfit-field", in_layer("mw-overview", "languages", setting("columns", "group", "sourceField", to="title"))),
    ("unfit-field", in_layer("mw-overview", "coverage", setting("columns", "x", "sourceField", to="language"))),
    ("unfit-field", in_layer("mw-overview", "newest", setting("columns", "value", "sourceField", to="lag_seconds"))),
    ("unfit-field", in_layer("mw-overview", "lag", setting("columns", "value", "sourceField", to="publisher"))),
    (
        "unknown-operation",
        in_layer("mw-overview", "newest", setting("columns", "value", "operationType", to="last_value")),
    ),
    (
        "several-fields",
        in_layer("mw-overview", "languages", setting("columns", "group", "params", "secondaryFields", to=["site"])),
    ),
    ("column-order", in_layer("mw-overview", "coverage", renumbered)),
    ("column-order", in_layer("mw-overview", "coverage", lambda layer: layer["columnOrder"].pop())),
    ("missing-column", in_state("mw-overview", "publishers", setting("visualization", "metricAccessor", to="other"))),
    ("wrong-role", in_state("mw-overview", "coverage", setting("visualization", "valueAccessor", to="x"))),
    (
        "column-not-drawn",
        in_state("mw-overview", "articles", lambda state: state["visualization"].pop("secondaryMetricAccessor")),
    ),
    ("layers-disagree", in_state("mw-overview", "publishers", setting("visualization", "layerId", to="other"))),
    (
        "unfit-order",
        in_layer("mw-overview", "languages", setting("columns", "group", "params", "orderBy", "columnId", to="gone")),
    ),
    ("shift-beside-terms", in_layer("mw-overview", "top-stories", setting("columns", "copies", "timeShift", to="1w"))),
    (
        "wrong-nesting",
        in_layer("mw-overview", "publisher-trend", setting("columnOrder", to=["x", "split", "articles"])),
    ),
    ("no-steps", in_state("mw-overview", "coverage", setting("visualization", "palette", "params", "stops", to=[]))),
    ("false-zeros", in_state("mw-health", "lag", setting("visualization", "fittingFunction", to="Zero"))),
    (
        "unsupported",
        in_state(
            "mw-health",
            "lag",
            setting("datasourceStates", "textBased", "layers", to={"a": {"query": {"esql": "FROM x"}}}),
        ),
    ),
    ("outside-grid", in_panel("mw-overview", "languages", setting("gridData", "w", to=15))),
    ("overlap", in_panel("mw-overview", "languages", setting("gridData", "x", to=33))),
    ("hole", in_panel("mw-overview", "languages", setting("gridData", "h", to=12))),
    ("panel-index", in_panel("mw-overview", "languages", setting("gridData", "i", to="tongues"))),
    ("query-field", in_state("mw-health", "losses", setting("query", "query", to='class : "fault"'))),
    ("query-field", in_layer("mw-health", "lost", setting("columns", "value", "filter", "query", to="kind > 3"))),
    (
        "query-field",
        in_layer(
            "mw-health",
            "funnel",
            lambda layer: layer["columns"]["x"]["params"]["filters"][0]["input"].update(query='step : "discover"'),
        ),
    ),
    ("broken-query", in_state("mw-health", "losses", setting("query", "query", to='(reason_class : "fault"'))),
    ("query-without-field", in_state("mw-health", "losses", setting("query", "query", to="fault"))),
    ("unknown-index", in_object("mw-data-terms", setting("attributes", "title", to="mediawatch-words"))),
    ("unfit-field", in_object("mw-data-terms", setting("attributes", "timeFieldName", to="term"))),
    ("missing-field", in_object("mw-data-terms", setting("attributes", "fieldFormatMap", to='{"when":{"id":"date"}}'))),
    ("unsupported", in_object("mw-data-terms", setting("attributes", "runtimeFieldMap", to='{"lag":{"type":"long"}}'))),
    ("missing-field", in_object("mw-search-articles", setting("attributes", "columns", to=["headline"]))),
    ("unfit-field", in_object("mw-search-articles", setting("attributes", "sort", to=[["title", "desc"]]))),
]


def test_what_is_generated_is_without_fault() -> None:
    assert faults_of(render("en")) == faults_of(render("zh")) == set()


@pytest.mark.parametrize(("name", "plant"), FAULTS, ids=[f"{n}-{name}" for n, (name, _) in enumerate(FAULTS)])
def test_a_planted_fault_is_found(name: str, plant: Fault) -> None:
    objects = saved_objects("en")
    plant(objects)

    assert name in faults_of(written(objects))


def test_a_control_over_a_field_that_is_not_there_is_found() -> None:
    objects = saved_objects("en")
    group = the(objects, "mw-overview")["attributes"]["controlGroupInput"]
    controls = json.loads(group["panelsJSON"])
    controls["site"]["explicitInput"]["fieldName"] = "host"
    controls["language"]["explicitInput"]["fieldName"] = "title"
    group["panelsJSON"] = packed(controls)

    assert faults_of(written(objects)) == {"missing-field", "unfit-field"}


def test_lines_that_are_no_saved_objects_are_found() -> None:
    assert faults_of(b'{"id": 1\n{"id": 1}\n[]\n') == {"not-json", "no-saved-object"}


def test_a_file_that_was_edited_by_hand_is_found(tmp_path: Path) -> None:
    write_files(tmp_path)
    path = tmp_path / file_name("zh")
    path.write_bytes(path.read_bytes().replace("总览".encode(), "概览".encode()))

    (finding,) = check_files(tmp_path, own_mappings())

    assert (finding.place, finding.fault) == (path.name, "drift")


def test_a_file_that_is_not_there_is_found(tmp_path: Path) -> None:
    assert [finding.fault for finding in check_files(tmp_path, own_mappings())] == ["drift", "drift"]


def test_a_field_that_the_index_loses_is_found_wherever_it_is_used() -> None:
    mappings = dict(own_mappings())
    properties = {name: field for name, field in mappings["articles"]["properties"].items() if name != "publisher"}
    mappings["articles"] = {**mappings["articles"], "properties": properties}

    findings = check(render("en"), mappings)

    assert {finding.fault for finding in findings} == {"missing-field"}
    assert {finding.place.split("/")[1] for finding in findings if "/" in finding.place} >= {
        "mw-overview-publishers",
        "mw-overview-publisher-share",
    }


def test_sub_fields_have_names_and_nested_ones_are_marked() -> None:
    mapping = {
        "properties": {
            "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
            "series": {"type": "nested", "properties": {"day": {"type": "date"}}},
        }
    }

    assert fields_of(mapping) == {
        "title": "text",
        "title.raw": "keyword",
        "series": "nested",
        "series.day": "nested",
    }


def test_words_inside_quotes_are_not_fields() -> None:
    assert named_fields('rule : "a : b" and not (passed >= 3 or title.raw : *)') == {"rule", "passed", "title.raw"}


def test_a_nested_field_cannot_be_queried_in_a_chart() -> None:
    (finding,) = check_query("here", "series.day : *", {"series.day": "nested"})

    assert finding.fault == "query-field"
