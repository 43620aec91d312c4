"""KQL as query strings, and charts as searches."""

from __future__ import annotations

import pytest

from mediawatch.kibana import saved_objects
from mediawatch.kibana.panel_searches import ChartSearch, blank_values, chart_searches, lucene


@pytest.mark.parametrize(
    ("kql", "query"),
    [
        ("watchlists : *", "_exists_:watchlists"),
        ("not best_rank : *", "NOT _exists_:best_rank"),
        ("not publishers > 1", "NOT publishers:{1 TO *]"),
        ("sites >= 3 and sites <= 5", "sites:[3 TO *] AND sites:[* TO 5]"),
        ("is_repost : false", "is_repost:false"),
        ('day >= "now-3d/d"', 'day:["now-3d/d" TO *]'),
        ('reason_class : ("fault" or "retryable")', 'reason_class:("fault" OR "retryable")'),
        ('rule : "this and that : *"', 'rule:"this and that : *"'),
    ],
)
def test_kql_is_rewritten(kql: str, query: str) -> None:
    assert lucene(kql) == query


def found(place: str) -> ChartSearch:
    return next(search for search in chart_searches(saved_objects("en")) if search.place == place)


def test_breakdowns_nest_in_the_order_of_the_columns() -> None:
    body = found("mw-overview/mentions").body

    terms = body["aggregations"]["split"]
    assert terms["terms"]["order"] == {"articles": "desc"}
    assert set(terms["aggs"]) == {"x", "articles"}
    assert terms["aggs"]["x"]["date_histogram"]["calendar_interval"] == "1d"
    assert {"query_string": {"query": "_exists_:watchlists"}} in body["query"]["bool"]["filter"]


def test_a_filtered_number_orders_by_what_is_inside() -> None:
    body = found("mw-health/silence").body

    assert body["aggregations"]["source"]["terms"]["order"] == {"last>inner": "asc"}
    assert {"range": {"counted_at": {"gte": "now-89d/d", "lte": "now/d"}}} in body["query"]["bool"]["filter"]


def test_a_formula_asks_for_its_parts() -> None:
    search = found("mw-stories/copied")

    assert search.values == ("valueX0", "valueX1")
    assert search.body["aggregations"] == {"valueX0": {"filter": {"query_string": {"query": "is_repost:true"}}}}


def test_numbers_that_no_bucket_has_are_blank() -> None:
    search = found("mw-keywords/kinds-by-day")
    day = {"doc_count": 2, "new": {"doc_count": 2, "inner": {"value": 2}}}
    none = {kind: {"doc_count": 0, "inner": {"value": 0}} for kind in ("back", "rising", "watch")}
    answer = {"hits": {"total": {"value": 2}}, "aggregations": {"x": {"buckets": [{**day, **none}]}}}

    assert blank_values(search, answer) == ["Back", "Rising", "Watch"]
    assert blank_values(search, {"hits": {"total": {"value": 0}}}) == ["New", "Back", "Rising", "Watch"]
