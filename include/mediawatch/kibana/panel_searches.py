"""What each chart asks Elasticsearch, and what of it stays blank: panels tried without a Kibana.

The searches are those that Lens makes of these columns, as far as a panel's being empty depends on them: same filters,
same breakdowns, same numbers; a moved period is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mediawatch.kibana.bilingual import Json
from mediawatch.kibana.checks.packed import panels_of

AUTO_INTERVAL: Final = "3h"
"""What Kibana takes for `auto` over a week."""

_PLAIN: Final = {"unique_count": "cardinality", "sum": "sum", "average": "avg", "min": "min", "max": "max"}
_WORD: Final = re.compile(
    r'(?P<text>(?<!\\)"(?:[^"\\]|\\.)*+")|(?<![\w.])(?:(?P<exists>[\w.]++)\s*+:\s*+\*'
    r'|(?P<ranged>[\w.]++)\s*+(?P<sign>[<>]=?)\s*+(?P<limit>"[^"]*"|[\d.]+)|(?P<field>[\w.]++)\s*+:\s*+)'
    r"|\b(?P<joint>and|or|not)\b"
)
_RANGES: Final = {">": "{%s TO *]", ">=": "[%s TO *]", "<": "[* TO %s}", "<=": "[* TO %s]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSearch:
    """The search behind the main layer of one panel."""

    dashboard: str
    panel: str
    index: str
    columns: Mapping[str, Json]
    breakdowns: tuple[str, ...]
    body: Json

    @property
    def place(self) -> str:
        """Dashboard and panel."""
        return f"{self.dashboard}/{self.panel}"

    @property
    def values(self) -> tuple[str, ...]:
        """The numbers that are asked for; formulas are made of them."""
        return tuple(name for name, column in self.columns.items() if _is_asked(column))


def chart_searches(objects: list[Json]) -> Iterator[ChartSearch]:
    """The searches of all charts of an import file's objects."""
    views = {saved["id"]: saved["attributes"] for saved in objects if saved["type"] == "index-pattern"}
    for saved in objects:
        for panel in panels_of(saved) if saved["type"] == "dashboard" else []:
            if panel["type"] == "lens":
                attributes = panel["embeddableConfig"]["attributes"]
                shown = {"from": saved["attributes"]["timeFrom"], "to": saved["attributes"]["timeTo"]}
                period = panel["embeddableConfig"].get("timeRange", shown)
                name = panel["panelIndex"].removeprefix(f"{saved['id']}-")
                yield _search(saved["id"], name, attributes, views, period)


def _search(dashboard: str, panel: str, attributes: Json, views: Mapping[str, Json], period: Json) -> ChartSearch:
    state = attributes["state"]
    layer = state["datasourceStates"]["formBased"]["layers"]["main"]
    (view,) = (r["id"] for r in attributes["references"] if r["name"].endswith("-main"))
    columns = {name: layer["columns"][name] for name in layer["columnOrder"]}
    breakdowns = tuple(name for name, column in columns.items() if column["isBucketed"])
    times = [c["sourceField"] for c in columns.values() if c["operationType"] == "date_histogram"]
    field = times[0] if times else views[view]["timeFieldName"]
    within = {"range": {field: {"gte": period["from"], "lte": period["to"]}}}
    body = {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": [within, *_filters(state["query"]["query"])]}},
        "aggregations": _aggregations(columns, breakdowns),
    }
    return ChartSearch(
        dashboard=dashboard,
        panel=panel,
        index=views[view]["title"],
        columns=columns,
        breakdowns=breakdowns,
        body=body,
    )


def lucene(kql: str) -> str:
    """The part of KQL that the dashboards use, as a query string of Elasticsearch."""
    return _WORD.sub(_rewritten, kql)


def _rewritten(word: re.Match[str]) -> str:
    if word["exists"]:
        return f"_exists_:{word['exists']}"
    if word["ranged"]:
        return f"{word['ranged']}:{_RANGES[word['sign']] % word['limit']}"
    if word["field"]:
        return f"{word['field']}:"
    return word["joint"].upper() if word["joint"] else word[0]


def _filters(kql: str) -> list[Json]:
    return [{"query_string": {"query": lucene(kql)}}] if kql.strip() else []


def _is_asked(column: Json) -> bool:
    return not column["isBucketed"] and column["operationType"] not in ("formula", "math", "static_value")


def _aggregations(columns: Mapping[str, Json], breakdowns: tuple[str, ...]) -> Json:
    values = {name: _value(column) for name, column in columns.items() if _is_asked(column)}
    asked = {name: value for name, value in values.items() if value}
    if not breakdowns:
        return asked
    name, rest = breakdowns[0], breakdowns[1:]
    inner = _aggregations(columns, rest)
    order = columns[name].get("params", {}).get("orderBy", {}).get("columnId")
    ordering = {order: asked[order]} if order in asked else {}
    return {name: {**_breakdown(name, columns), "aggs": {**inner, **ordering}}}


def _value(column: Json) -> Json:
    """One number; nothing for a count of all, which every bucket carries."""
    operation, field = column["operationType"], column["sourceField"]
    number: Json = {}
    if operation in _PLAIN:
        number = {_PLAIN[operation]: {"field": field}}
    elif operation in ("median", "percentile"):
        number = {"percentiles": {"field": field, "percents": [column["params"].get("percentile", 50)]}}
    if "filter" not in column:
        return number
    (where,) = _filters(column["filter"]["query"])
    return {"filter": where, "aggs": {"inner": number}} if number else {"filter": where}


def _breakdown(name: str, columns: Mapping[str, Json]) -> Json:
    column = columns[name]
    params = column["params"]
    if column["operationType"] == "date_histogram":
        if params["interval"] == "auto":
            return {"date_histogram": {"field": column["sourceField"], "fixed_interval": AUTO_INTERVAL}}
        return {"date_histogram": {"field": column["sourceField"], "calendar_interval": params["interval"]}}
    if column["operationType"] == "filters":
        cases = {
            case["label"]: {"query_string": {"query": lucene(case["input"]["query"])}} for case in params["filters"]
        }
        return {"filters": {"filters": cases}}
    return {"terms": {"field": column["sourceField"], "size": params["size"], "order": _order(params, columns)}}


def _order(params: Json, columns: Mapping[str, Json]) -> Json:
    by = params["orderBy"].get("columnId")
    if by is None:
        return {"_key": params["orderDirection"]}
    column = columns[by]
    path = "_count" if not _value(column) else f"{by}>inner" if "inner" in _value(column).get("aggs", {}) else by
    return {path: params["orderDirection"]}


def blank_values(search: ChartSearch, answer: Mapping[str, Any]) -> list[str]:
    """The numbers of a chart of which no bucket has any; all of them where nothing matched."""
    found: set[str] = set()
    if answer["hits"]["total"]["value"]:
        top = {**answer.get("aggregations", {}), "doc_count": answer["hits"]["total"]["value"]}
        _collect(top, search, search.breakdowns, found)
    return [search.columns[name]["label"] for name in search.values if name not in found]


def _collect(bucket: Mapping[str, Any], search: ChartSearch, rest: tuple[str, ...], found: set[str]) -> None:
    if rest:
        buckets = bucket.get(rest[0], {}).get("buckets", [])
        for inner in buckets.values() if isinstance(buckets, Mapping) else buckets:
            _collect(inner, search, rest[1:], found)
        return
    for name in search.values:
        if _has_value(bucket.get(name, {"doc_count": bucket["doc_count"]}), bucket["doc_count"]):
            found.add(name)


def _has_value(answer: Mapping[str, Any], documents: int) -> bool:
    """A sum or a number of kinds over no documents is 0 to Elasticsearch and blank to Kibana."""
    if "inner" in answer:
        return _has_value(answer["inner"], answer["doc_count"])
    if "values" in answer:
        return any(value is not None for value in answer["values"].values())
    if "value" in answer:
        return documents > 0 and answer["value"] is not None
    return bool(answer.get("doc_count"))
