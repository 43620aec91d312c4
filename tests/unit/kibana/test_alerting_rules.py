"""Rules for data that stays away: what the free licence takes, over fields that exist."""

from __future__ import annotations

from uuid import UUID

from mediawatch.kibana import LANGUAGES, stale_rules
from mediawatch.kibana.checks import fields_of
from tests.support.mappings import own_mappings


def test_each_rule_counts_documents_by_a_date_of_its_index() -> None:
    for rule in stale_rules("en", "gazette"):
        params = rule.body()["params"]
        (index,) = params["index"]

        assert fields_of(own_mappings()[index.removeprefix("gazette-")])[params["timeField"]] == "date"
        assert (params["threshold"], params["thresholdComparator"], params["aggType"]) == ([1], "<", "count")


def test_no_rule_needs_a_connector() -> None:
    assert [rule.body()["actions"] for rule in stale_rules("zh", "mediawatch")] == [[], []]


def test_ids_stay_and_differ_by_rule_and_space() -> None:
    ids = [rule.id(space) for space in ("", "news") for language in LANGUAGES for rule in stale_rules(language, "m")]

    assert len(ids) == 8
    assert len(set(ids)) == 4
    assert all(str(UUID(found)) == found for found in ids)
