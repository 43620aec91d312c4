"""Provisioning a real server: idempotent, safe at once, and honest about what it cannot change."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mediawatch.errors import Unavailable
from mediawatch.search import KINDS, choose_way, is_provisioned, live_generation, provision, server_modules
from mediawatch.search.analysis import with_analyzers
from mediawatch.workflow.serving import open_target, target_name
from tests.support.index import Index
from tests.support.lakes import a_context

pytest_plugins = ("tests.support.index_fixtures",)
pytestmark = pytest.mark.server


def test_every_kind_gets_a_first_generation_behind_its_alias(bare_index: Index) -> None:
    report = provision(bare_index.client, bare_index.settings)

    prefix = bare_index.settings.index_prefix
    assert report.created == tuple(f"{prefix}-{kind.name}-g000001" for kind in KINDS)
    assert report.way == choose_way(server_modules(bare_index.client))
    assert not report.warnings
    for kind in KINDS:
        assert list(bare_index.client.indices.get_alias(name=f"{prefix}-{kind.name}")) == [
            f"{prefix}-{kind.name}-g000001"
        ]


def test_provisioning_again_changes_nothing(bare_index: Index) -> None:
    first = provision(bare_index.client, bare_index.settings)
    second = provision(bare_index.client, bare_index.settings)

    assert second.kept == first.created
    assert (second.created, second.extended, second.warnings) == ((), (), ())


def test_many_may_provision_at_once(bare_index: Index) -> None:
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda _: provision(bare_index.client, bare_index.settings), range(6)))

    created = [name for report in reports for name in report.created]
    assert sorted(created) == sorted(f"{bare_index.settings.index_prefix}-{kind.name}-g000001" for kind in KINDS)
    assert not any(report.warnings for report in reports)


def test_whether_all_is_as_it_should_be_is_known(bare_index: Index) -> None:
    client, prefix = bare_index.client, bare_index.settings.index_prefix
    assert not is_provisioned(client, prefix)
    provision(client, bare_index.settings)
    assert is_provisioned(client, prefix)
    client.indices.put_mapping(index=f"{prefix}-runs", meta={"mapping_digest": "of an older version"})
    assert not is_provisioned(client, prefix)
    client.indices.delete(index=f"{prefix}-runs-g000001")
    assert not is_provisioned(client, prefix)
    provision(client, bare_index.settings)
    assert is_provisioned(client, prefix)


def test_who_needs_the_index_prepares_it_whenever_it_is_there(bare_index: Index, tmp_path: Path) -> None:
    """At the first start without anybody's waiting, and after an upgrade."""
    settings = bare_index.settings.model_dump(exclude={"lake_url"})
    away = a_context(tmp_path, **{**settings, "elasticsearch_url": "http://127.0.0.1:9"})
    assert target_name(away) == ""
    with pytest.raises(Unavailable):
        open_target(away)
    there = a_context(tmp_path, **settings)
    target = open_target(there)
    assert target.generation.anchor == f"{bare_index.settings.index_prefix}-articles-g000001"
    index = target.generation.anchor
    recorded = target.client.indices.get_mapping(index=index)[index]["mappings"]["_meta"]
    target.client.indices.put_mapping(index=index, meta={**recorded, "mapping_digest": "of an older version"})
    open_target(there)
    assert is_provisioned(target.client, bare_index.settings.index_prefix)


def test_indices_hold_the_mappings_of_the_code(index: Index) -> None:
    way = choose_way(server_modules(index.client))
    for kind in KINDS:
        alias = f"{index.settings.index_prefix}-{kind.name}"
        (held,) = index.client.indices.get_mapping(index=alias).body.values()
        assert held["mappings"]["dynamic"] == "strict"
        assert set(held["mappings"]["properties"]) == set(kind.mapping["properties"])
        _agrees(with_analyzers(kind.mapping["properties"], way), held["mappings"]["properties"])


def _agrees(wanted: dict[str, Any], held: dict[str, Any]) -> None:
    for name, field in wanted.items():
        for key, value in field.items():
            if key == "fields":
                _agrees(value, held[name]["fields"])
            # The server does not repeat a search analyzer that is the index analyzer.
            elif not (key == "search_analyzer" and value == field["analyzer"]):
                assert held[name][key] == value, (name, key)


def test_a_field_that_is_new_in_the_code_is_added_in_place(bare_index: Index) -> None:
    _provision_older(bare_index, leave_out="byline")

    report = provision(bare_index.client, bare_index.settings)

    alias = f"{bare_index.settings.index_prefix}-articles"
    assert report.extended == (f"{alias}-g000001",)
    (held,) = bare_index.client.indices.get_mapping(index=alias).body.values()
    assert held["mappings"]["properties"]["byline"]["type"] == "keyword"
    assert not provision(bare_index.client, bare_index.settings).extended


def test_a_field_that_cannot_change_in_place_is_a_warning(bare_index: Index) -> None:
    _provision_older(bare_index, byline={"type": "long"})

    report = provision(bare_index.client, bare_index.settings)

    (warning,) = report.warnings
    assert "articles-g000001" in warning
    assert "byline" in warning
    assert "mediawatch reindex" in warning
    assert is_provisioned(bare_index.client, bare_index.settings.index_prefix), "it is not asked at every call"
    assert provision(bare_index.client, bare_index.settings).warnings == (warning,)


def test_an_index_with_other_analysis_is_a_warning(bare_index: Index) -> None:
    provision(bare_index.client, bare_index.settings)
    name = f"{bare_index.settings.index_prefix}-articles-g000001"
    bare_index.client.indices.put_mapping(index=name, meta={"analysis": "another"})

    (warning,) = provision(bare_index.client, bare_index.settings).warnings

    assert name in warning
    assert "another" in warning
    assert "mediawatch reindex" in warning


def test_other_analysis_is_told_by_a_provisioning_and_keeps_nobody_waiting(
    bare_index: Index, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After a move to another server each index is of another analysis, and an upgrade asks for further fields."""
    client, prefix = bare_index.client, bare_index.settings.index_prefix
    _provision_older(bare_index, leave_out="byline")
    for kind in KINDS:
        older = {"analysis": choose_way(server_modules(client)), "analysis_digest": "older", "mapping_digest": "older"}
        client.indices.put_mapping(index=f"{prefix}-{kind.name}", meta=older)
    context = a_context(tmp_path, **bare_index.settings.model_dump(exclude={"lake_url"}))

    assert target_name(context)
    told = caplog.text
    assert told.count("was built with other analysis") == 6, "the kinds without text have no analysis"
    assert f"{prefix}-stories-g000001" in told
    assert "delete it, then `mediawatch reindex` makes and fills it anew" in told
    assert is_provisioned(client, prefix)
    (held,) = client.indices.get_mapping(index=f"{prefix}-articles").body.values()
    assert "byline" in held["mappings"]["properties"]
    caplog.clear()
    assert target_name(context)
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert len(provision(client, bare_index.settings).warnings) == 6


def test_replicas_come_from_the_settings(bare_index: Index) -> None:
    settings = bare_index.settings.model_copy(update={"index_replicas": 1})
    provision(bare_index.client, settings)

    (held,) = bare_index.client.indices.get_settings(index=f"{settings.index_prefix}-ledger").body.values()
    assert held["settings"]["index"]["number_of_replicas"] == "1"


def test_before_provisioning_nothing_is_live(bare_index: Index) -> None:
    assert live_generation(bare_index.client, bare_index.settings.index_prefix) is None


def _provision_older(bare: Index, leave_out: str = "", **other: dict[str, str]) -> None:
    """The state an earlier release left: an articles index whose mapping differs in a field."""
    provision(bare.client, bare.settings)
    name = f"{bare.settings.index_prefix}-articles-g000001"
    held = bare.client.indices.get_mapping(index=name).body[name]["mappings"]
    held["properties"].pop(leave_out, None)
    held["properties"].update(other)
    held["_meta"]["mapping_digest"] = "of an earlier release"
    bare.client.indices.delete(index=name)
    bare.client.indices.delete_index_template(name=f"{bare.settings.index_prefix}-articles")
    analysis = bare.client.cluster.get_component_template(name=f"{bare.settings.index_prefix}-settings").body
    (template,) = analysis["component_templates"]
    bare.client.indices.create(
        index=name,
        settings=template["component_template"]["template"]["settings"],
        mappings=held,
        aliases={f"{bare.settings.index_prefix}-articles": {}},
    )
