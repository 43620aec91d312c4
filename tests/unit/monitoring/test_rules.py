"""The alert rules and the dashboard: PromQL that parses, over series that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import promql_parser
import pytest
import yaml

from mediawatch.monitoring.grafana import expressions
from mediawatch.monitoring.metrics import METRICS, PUSHED
from mediawatch.monitoring.rules import HEAD, ROOM, RULES, SHARE_ADMITTED, rules_file
from mediawatch.records import ReasonClass
from mediawatch.settings import Settings
from mediawatch.workflow.day_states import Lack
from mediawatch.workflow.punctuality import ADMITTED_WITHIN, TOLD_WITHIN, Told
from tests.support.papers import DOCS, command_table, rows, section

DECLARED = {metric.name: set(metric.labels) for metric in (*METRICS, *PUSHED)}
EXPRESSIONS = [*(rule.expression for rule in RULES), *expressions()]
CHOICES = {
    ("mediawatch_links_due", "outcome"): {"due", "admitted"},
    ("mediawatch_alerts", "outcome"): set(get_args(Told)),
    ("mediawatch_lacking", "lack"): set(get_args(Lack)),
    ("mediawatch_links", "day"): {"today", "yesterday"},
    ("mediawatch_links", "outcome"): {"received", "passed", "pending", "lost"},
    ("mediawatch_links_stopped", "day"): {"today", "yesterday"},
    ("mediawatch_links_stopped", "class"): {each.value for each in ReasonClass},
    ("mediawatch_source_links", "outcome"): {"admitted", "lost"},
    ("mediawatch_source_visits", "outcome"): {"visits", "failed"},
    ("mediawatch_stage_partitions_total", "outcome"): {"made", "failed"},
    ("mediawatch_outbox_messages", "status"): {"sent"},
    ("mediawatch_outbox_oldest_timestamp_seconds", "status"): {"waiting", "retrying", "sending"},
}
"""What a label that is asked for can be."""


def selectors(node: Any) -> Iterator[Any]:
    """Every selection of series in a parsed expression."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        if (inner := getattr(node, name, None)) is not None:
            yield from selectors(inner)
    for argument in getattr(node, "args", None) or ():
        yield from selectors(argument)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_parses_and_asks_for_series_that_exist(expression: str) -> None:
    found = list(selectors(promql_parser.parse(expression)))

    assert found
    for selector in found:
        labels = {matcher.name for matcher in selector.matchers.matchers}
        assert labels <= DECLARED[selector.name]
        for matcher in selector.matchers.matchers:
            assert set(matcher.value.split("|")) <= CHOICES[selector.name, matcher.name]


@pytest.mark.parametrize("expression", ["sum(mediawatch_links", "mediawatch_links{day=today}", "rate(up)"])
def test_what_is_no_promql_is_noticed(expression: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        promql_parser.parse(expression)


def test_every_metric_is_on_the_dashboard_but_the_release() -> None:
    shown = {selector.name for each in expressions() for selector in selectors(promql_parser.parse(each))}

    assert shown == DECLARED.keys() - {"mediawatch_build_info"}


def test_the_file_is_what_prometheus_reads() -> None:
    text = rules_file()
    (group,) = yaml.safe_load(text)["groups"]

    assert text.startswith(HEAD)
    assert [rule["alert"] for rule in group["rules"]] == [rule.name for rule in RULES]
    for rule in group["rules"]:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert promql_parser.parse_duration(rule["for"]).total_seconds() >= 300


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_helps_is_a_command(rule: Any) -> None:
    program, *words = rule.helps.split()
    assert program in ("mediawatch", "df")
    assert program == "df" or words[0] in command_table()


def test_the_rules_are_explained() -> None:
    explained = {name.strip("`") for name, _ in rows(section(DOCS / "monitoring.md", "Promises and alert rules"))}

    assert explained == {rule.name for rule in RULES}


def test_the_metrics_are_explained_with_their_labels() -> None:
    explained = {
        name.strip("`"): set(labels.split(", ")) - {""}
        for name, labels, _ in rows(section(DOCS / "monitoring.md", "The figures for Prometheus"))
    }
    pushed = rows(section(DOCS / "monitoring.md", "OpenTelemetry"))

    assert explained == {metric.name: set(metric.labels) for metric in METRICS}
    assert {name.strip("`") for _, name, _ in pushed} >= {metric.name for metric in PUSHED}


def test_a_promise_has_one_bound() -> None:
    said = {rule.name: rule.summary for rule in RULES}

    assert f"{SHARE_ADMITTED:.0%}".replace("%", " %") in said["MediawatchLinksNotAdmittedInTime"]
    assert ADMITTED_WITHIN.total_seconds() == 2 * 3600
    assert f"{TOLD_WITHIN.total_seconds() / 60:.0f} minutes" in said["MediawatchAlertsLate"]
    assert Settings.model_fields["low_space_bytes"].default == ROOM
