"""The data views, dashboards and searches of `dashboards.yaml`, in one language.

The file says what stands where, over which fields, and which question each panel answers.  Its sentences are English
and looked up for the other language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from mediawatch.kibana import charts
from mediawatch.kibana.bilingual import Json, Say
from mediawatch.kibana.charts import Chart
from mediawatch.kibana.colours import COLOURS, STEPS, steps
from mediawatch.kibana.columns import COUNTED_AT, FORMS, Breakdown, Cases, Constant, Measure, Ratio, Terms, Times
from mediawatch.kibana.lookups import NO_LABELS, Labels, lookups
from mediawatch.kibana.navigation import line, opens, title
from mediawatch.kibana.panels import ChartPanel, Panel, Row, SearchPanel
from mediawatch.kibana.saved_objects import Control, Dashboard, DataView, Search

_FORMATS: Final[Mapping[str, Json]] = {
    "link": {"id": "url"},
    "day": {"id": "date", "params": {"pattern": "YYYY-MM-DD"}},
    "minute": {"id": "date", "params": {"pattern": "YYYY-MM-DD HH:mm"}},
    "duration": FORMS["duration"],
    "percent": FORMS["percent"],
}
"""Of fields, by the names that the file has for them; `words` are looked up."""
_OPERATIONS: Final = {"distinct": "unique_count", **{name: name for name in ("sum", "average", "min", "max", "median")}}
"""What a measure does with its field, which stands behind it; documents are counted without one."""
CHARTS: Final[Mapping[str, Callable[..., Chart]]] = {
    "number": charts.number,
    "series": charts.series,
    "shares": charts.shares,
    "table": charts.table,
    "heat_map": charts.heat_map,
    "cloud": charts.cloud,
}


def views(say: Say, labels: Labels = NO_LABELS) -> list[DataView]:
    """A data view over each kind of index; `labels` are the words for values that the newsroom itself has.

    Their time is the day that counts a document, not when it was published: some pages do not say.
    """
    return [_view(say, kind, told, labels) for kind, told in _declared()["views"].items()]


def dashboards(say: Say) -> list[Dashboard]:
    """The dashboards."""
    reading = _Reading(say)
    return [reading.dashboard(f"mw-{name}", told) for name, told in _declared()["dashboards"].items()]


def searches(say: Say) -> list[Search]:
    """The saved searches: rows of single documents."""
    return [
        Search(
            id=name,
            title=say(told["title"]),
            description=say(told["about"]),
            view=_view_of(told["of"]),
            columns=tuple(told["columns"]),
            order=tuple((field, direction) for field, direction in told["order"]),
            query=told.get("query", ""),
        )
        for name, told in _declared()["searches"].items()
    ]


@cache
def _declared() -> Json:
    found: Json = yaml.safe_load((files("mediawatch.kibana") / "dashboards.yaml").read_text(encoding="utf-8"))
    return found


def _view_of(kind: str) -> str:
    return f"mw-data-{kind}"


def _view(say: Say, kind: str, told: Json, labels: Labels) -> DataView:
    by_format = {name: fields.split() for name, fields in told["formats"].items()}
    formats = lookups(say, by_format.pop("words", []), labels)
    formats |= {field: _FORMATS[name] for name, fields in by_format.items() for field in fields}
    named = {field: say.field(field) for field in told["labels"].split()}
    return DataView(
        id=_view_of(kind),
        kind=kind,
        name=say(told["name"]),
        time_field=COUNTED_AT,
        formats=formats,
        labels={field: label for field, label in named.items() if label != field},
    )


class _Reading:
    """Makes objects of what the file says, in the words of `say`."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.numbers: Json = _declared()["numbers"]
        self.arguments: Mapping[str, Callable[[Any], object]] = {
            "value": self._value,
            "values": lambda told: {name: self._value(one) for name, one in told.items()},
            "beside": self._value,
            "x": self._breakdown,
            "y": self._breakdown,
            "rows": lambda told: {name: self._breakdown(one) for name, one in told.items()},
            "split": self._breakdown,
            "group": self._breakdown,
            "terms": self._breakdown,
            "subtitle": self.text,
            "line": lambda told: Constant(label=self.text(told["label"]), value=told["value"]),
            "colours": lambda told: {name: COLOURS[one] for name, one in told.items()},
            "palette": lambda told: steps(STEPS[told["colours"]], told["limits"], most=told["most"]),
        }
        """What becomes of an argument of a chart; others stand as they are."""

    def text(self, english: str) -> str:
        """A sentence, with the numbers that it names."""
        return self.say(english, **self.numbers) if english else ""

    def dashboard(self, name: str, told: Json) -> Dashboard:
        """One dashboard."""
        controls = [
            Control(id=key, view=_view_of(one["of"]), field=one["field"], title=self.text(one["title"]))
            for key, one in told["controls"].items()
        ]
        rows = [
            Row(height=row["height"], panels=[self._panel(key, one) for key, one in row["panels"].items()])
            for row in told["rows"]
        ]
        return Dashboard(
            id=name,
            title=title(self.say, name),
            description=self.text(told["about"]),
            days=told["days"],
            controls=controls,
            rows=[line(self.say, self.text(told["legend"])), *rows],
        )

    def _panel(self, name: str, told: Json) -> Panel:
        about, heading = self.text(told["about"]), self.text(told.get("title", ""))
        if "search" in told:
            return SearchPanel(id=name, width=told["width"], title=heading, description=about, search=told["search"])
        return ChartPanel(
            id=name,
            width=told["width"],
            title=heading,
            description=about,
            chart=self._chart(told),
            opens=opens(self.say, told["opens"]) if "opens" in told else None,
            days=told.get("days", 0),
        )

    def _chart(self, told: Json) -> Chart:
        [kind] = told.keys() & CHARTS.keys()
        drawn = {key: self.arguments.get(key, _as_it_is)(one) for key, one in told[kind].items() if key != "of"}
        return CHARTS[kind](_view_of(told[kind]["of"]), **drawn)

    def _value(self, told: Json) -> Measure | Ratio:
        label = self.text(told.get("label", ""))
        if "part" in told:
            of, to = self._measure("", told["part"]), self._measure("", told["of"])
            return Ratio(label=label, of=of, to=to, form=FORMS[told["form"]])
        return self._measure(label, told)

    def _measure(self, label: str, told: Json) -> Measure:
        asked: Json = {key: one for key, one in told.items() if key in ("where", "shift", "is_date")}
        for name, operation in _OPERATIONS.items():
            if name in told:
                asked |= {"operation": operation, "field": told[name]}
        if "percentile" in told:
            percentile, field = told["percentile"]
            label = label or f"p{percentile}"
            asked |= {"operation": "percentile", "percentile": percentile, "field": field}
        return Measure(label=label, form=FORMS[told["form"]] if "form" in told else None, **asked)

    def _breakdown(self, told: Json | str) -> Breakdown:
        if isinstance(told, str):
            return Times(label=self.text("Day"), field=COUNTED_AT)
        label = self.text(told["label"])
        if "cases" in told:
            return Cases(label=label, cases=tuple((self.text(name), query) for name, query in told["cases"].items()))
        if "times" in told:
            return Times(label=label, field=told["times"], interval=told["interval"])
        left = {key: one for key, one in told.items() if key not in ("label", "terms")}
        return Terms(label=label, field=told["terms"], **left)


def _as_it_is(told: Any) -> object:
    return told
