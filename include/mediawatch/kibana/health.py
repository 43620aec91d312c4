"""Pipeline health, for operators: is anything late, silent, blocked or lost, and where."""

from __future__ import annotations

from typing import Final

from mediawatch.kibana import views
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.charts import Chart, heat_map, number, series, table
from mediawatch.kibana.colours import AMBER, BAD_TO_GOOD, BLUE, MORE, SKY, VERMILION, steps
from mediawatch.kibana.columns import COUNTED_AT, DURATION, PERCENT, Cases, Constant, Measure, Ratio, Terms, Times
from mediawatch.kibana.navigation import HEALTH, OVERVIEW, line, opens, title
from mediawatch.kibana.panels import ChartPanel, Row, SearchPanel
from mediawatch.kibana.saved_objects import Control, Dashboard, Search

LAG_LIMIT_SECONDS: Final = 46_800
"""13 hours: harvests are 12 hours apart by default and take up to one, so a page that waits longer was missed once."""

RULE_RESULTS: Final = "mw-search-quality"
SOURCE_STATES: Final = "mw-search-health"
SILENT_DAYS: Final = 90
"""How far back a source's last success is looked for, whatever the dashboard shows."""

NOT_WELL: Final = 'not state : ("live" or "unknown")'
FAULTS: Final = 'reason_class : "fault"'
INDEXED: Final = 'stage : "index" and passed > 0'


def health(say: Say) -> Dashboard:
    """The dashboard."""
    return Dashboard(
        id=HEALTH,
        title=title(say, HEALTH),
        description=say(
            "Is anything late, silent, blocked or lost, and where: for operators.",
        ),
        days=14,
        controls=[
            Control(id="source", view=views.LEDGER, field="source", title=say("Source")),
            Control(id="reason", view=views.LEDGER, field="reason", title=say("Reason")),
            Control(id="rule", view=views.QUALITY, field="rule", title=say("Rule")),
        ],
        rows=[
            line(say, _legend(say)),
            _numbers(say),
            Row(height=13, panels=[_funnel(say), _losses(say)]),
            Row(height=14, panels=[_losses_by_source(say), _left_out(say)]),
            Row(height=14, panels=[_silence(say), _admitted(say)]),
            Row(height=13, panels=[_states(say), _not_well(say)]),
            Row(height=13, panels=[_expected(say), _unusual(say)]),
            Row(height=13, panels=[_rules(say), _quarantined(say)]),
            Row(height=13, panels=[_lag(say), _runs(say)]),
            _results(say),
        ],
    )


def admitted_share(say: Say) -> Chart:
    """The audit's pass rate as a large number."""
    label = say("Passed the audit")
    passed, received = (Measure(label=label, operation="sum", field=field) for field in ("passed", "received"))
    ratio = Ratio(label=label, of=passed, to=received, form=PERCENT)
    return number(
        views.LEDGER, ratio, palette=steps(BAD_TO_GOOD, [0.8, 0.95], most=1), query='stage : "audit" and kind : "stage"'
    )


def _legend(say: Say) -> str:
    return say(
        "At each stage: received = passed + lost + pending + skipped by policy. *Lost* counts errors only; what to "
        "do about a reason is in the operating guide.",
    )


def _numbers(say: Say) -> Row:
    return Row(height=6, panels=[*_link_counts(say), *_page_numbers(say)])


def _link_counts(say: Say) -> list[ChartPanel]:
    return [
        _count(
            say,
            "announced",
            Measure(
                label=say("Links found"),
                operation="sum",
                field="received",
                where='stage : "discover"',
            ),
            say("How many links were found on the sites?"),
        ),
        _count(
            say,
            "indexed",
            Measure(label=say("Indexed"), operation="sum", field="passed", where='stage : "index"'),
            say("How many articles reached the index?"),
        ),
        _count(
            say,
            "lost",
            Measure(label=say("Lost"), operation="sum", field="lost", where=FAULTS),
            say("How many links were lost to errors?"),
        ),
        _count(
            say,
            "waiting",
            Measure(label=say("Pending"), operation="sum", field="waiting"),
            say(
                "How many links are tried again in later runs? One that waits for days counts on each.",
            ),
        ),
    ]


def _page_numbers(say: Say) -> list[ChartPanel]:
    return [
        ChartPanel(
            id="passed",
            width=8,
            title="",
            description=say("Of the extracted articles, how many did the audit admit?"),
            chart=admitted_share(say),
        ),
        ChartPanel(
            id="last-fetch",
            width=12,
            title="",
            description=say("When was a page last read?"),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Last page read"), operation="max", field="fetched_at", is_date=True),
            ),
        ),
    ]


def _count(say: Say, name: str, measure: Measure, description: str) -> ChartPanel:
    return ChartPanel(id=name, width=7, title="", description=description, chart=number(views.LEDGER, measure))


def _funnel(say: Say) -> ChartPanel:
    stages = (
        (say("discover"), 'stage : "discover"'),
        (say("fetch"), 'stage : "fetch"'),
        (say("extract"), 'stage : "extract"'),
        (say("audit"), 'stage : "audit"'),
        (say("index"), 'stage : "index"'),
    )
    return ChartPanel(
        id="funnel",
        width=24,
        title=say("From link to index"),
        description=say("At which stage do articles stay behind?"),
        chart=series(
            views.LEDGER,
            "bar",
            Cases(label=say("Stage"), cases=stages),
            {
                "received": Measure(label=say("Received"), operation="sum", field="received"),
                "passed": Measure(label=say("Passed"), operation="sum", field="passed"),
                "lost": Measure(label=say("Lost"), operation="sum", field="lost", where=FAULTS),
                "pending": Measure(label=say("Pending"), operation="sum", field="pending"),
            },
            colours={"received": SKY, "passed": BLUE, "lost": VERMILION, "pending": AMBER},
        ),
    )


def _losses(say: Say) -> ChartPanel:
    return ChartPanel(
        id="losses",
        width=24,
        title=say("Losses by reason"),
        description=say("Which error grows?"),
        chart=series(
            views.LEDGER,
            "bar_stacked",
            Times(label=say("Day"), field=COUNTED_AT),
            {"lost": Measure(label=say("Lost"), operation="sum", field="lost")},
            split=Terms(label=say("Reason"), field="reason", size=10, by="lost"),
            query=FAULTS,
        ),
    )


def _losses_by_source(say: Say) -> ChartPanel:
    return ChartPanel(
        id="losses-by-source",
        width=28,
        title=say("Lost and pending by source and reason"),
        description=say(
            "Which source loses articles, and why? A click opens what that source brought.",
        ),
        chart=table(
            views.LEDGER,
            {
                "source": Terms(label=say("Source"), field="source", size=20, by="lost"),
                "reason": Terms(label=say("Reason"), field="reason", size=5, by="lost"),
                "class": Terms(label=say("Class"), field="reason_class", size=1, by="lost"),
            },
            {
                "lost": Measure(label=say("Lost"), operation="sum", field="lost"),
                "waiting": Measure(label=say("Pending"), operation="sum", field="waiting"),
            },
            query='reason_class : ("fault" or "retryable")',
        ),
        opens=opens(say, OVERVIEW),
    )


def _left_out(say: Say) -> ChartPanel:
    return ChartPanel(
        id="left-out",
        width=20,
        title=say("Skipped by policy"),
        description=say("What was not taken, although nothing is wrong?"),
        chart=series(
            views.LEDGER,
            "bar_horizontal",
            Terms(label=say("Reason"), field="reason", size=10, by="links"),
            {"links": Measure(label=say("Links"), operation="sum", field="lost")},
            colours={"links": SKY},
            query='reason_class : "policy"',
        ),
    )


def _silence(say: Say) -> ChartPanel:
    def within(days: int, label: str) -> Measure:
        since = f'{INDEXED} and day >= "now-{days - 1}d/d"'
        return Measure(label=label, operation="sum", field="passed", where=since)

    last = Measure(label=say("Last success"), operation="max", field="day", where=INDEXED, is_date=True)
    return ChartPanel(
        id="silence",
        width=24,
        title=say("Since each source's last success"),
        description=say(
            "Which source has brought nothing for how long? The longest silence first, looking back {days} days; the "
            "numbers are articles indexed within the last 1, 3, 7 and 30 days.",
            days=SILENT_DAYS,
        ),
        chart=table(
            views.LEDGER,
            {"source": Terms(label=say("Source"), field="source", size=50, by="last", is_ascending=True)},
            {
                "last": last,
                "d1": within(1, say("1 d")),
                "d3": within(3, say("3 d")),
                "d7": within(7, say("7 d")),
                "d30": within(30, say("30 d")),
            },
            is_ascending=True,
            query='kind : "stage"',
        ),
        opens=opens(say, OVERVIEW),
        days=SILENT_DAYS,
    )


def _admitted(say: Say) -> ChartPanel:
    return ChartPanel(
        id="admitted",
        width=24,
        title=say("Indexed by source and day"),
        description=say(
            "On which days did a source bring nothing? A white cell has no article in the index.",
        ),
        chart=heat_map(
            views.LEDGER,
            Times(label=say("Day"), field=COUNTED_AT),
            Terms(label=say("Source"), field="source", size=25),
            Measure(label=say("Indexed"), operation="sum", field="passed"),
            steps(MORE, [5, 20, 50, 200], most=1000),
            query=INDEXED,
        ),
    )


def _states(say: Say) -> ChartPanel:
    return ChartPanel(
        id="states",
        width=20,
        title=say("How the sources are"),
        description=say("How many sources are live, silent, blocked and so on, by day? Judged when a day is closed."),
        chart=series(
            views.HEALTH,
            "bar_stacked",
            Times(label=say("Day"), field=COUNTED_AT),
            {"sources": Measure(label=say("Sources"), operation="unique_count", field="source")},
            split=Terms(label=say("State"), field="state", size=13, by="sources"),
        ),
    )


def _not_well(say: Say) -> SearchPanel:
    return SearchPanel(
        id="not-well",
        width=28,
        title=say("Sources that are not well"),
        description=say("Which source is silent, blocked or otherwise off, since when, and what was seen of it?"),
        search=SOURCE_STATES,
    )


def _expected(say: Say) -> ChartPanel:
    def at(field: str, label: str) -> Measure:
        return Measure(label=label, operation="sum", field=field)

    return ChartPanel(
        id="expected",
        width=28,
        title=say("Articles a day against the expected range"),
        description=say(
            "Does a source bring as much as it usually does on such a day? Choose one above; of several the sums are "
            "drawn. There is no range while fewer than 14 days are known.",
        ),
        chart=series(
            views.FIGURES,
            "line",
            Times(label=say("Day"), field=COUNTED_AT),
            {
                "observed": at("observed", say("Articles")),
                "low": at("low", say("At least expected")),
                "high": at("high", say("At most expected")),
            },
            colours={"observed": BLUE, "low": AMBER, "high": AMBER},
            query='metric : "admitted"',
        ),
    )


def _unusual(say: Say) -> ChartPanel:
    return ChartPanel(
        id="unusual",
        width=20,
        title=say("Figures outside their range"),
        description=say("Which figure of which source is off, and on how many days?"),
        chart=table(
            views.FIGURES,
            {
                "source": Terms(label=say("Source"), field="source", size=20, by="days"),
                "metric": Terms(label=say("Figure"), field="metric", size=5, by="days"),
                "standing": Terms(label=say("State"), field="standing", size=2, by="days"),
            },
            {"days": Measure(label=say("Days"), operation="unique_count", field="day")},
            query="standing : *",
        ),
        opens=opens(say, OVERVIEW),
    )


def _rules(say: Say) -> ChartPanel:
    return ChartPanel(
        id="rules",
        width=24,
        title=say("Quality by rule over time"),
        description=say(
            "Which rule is not met, by which share of the sources it was put to?",
        ),
        chart=heat_map(
            views.QUALITY,
            Times(label=say("Day"), field=COUNTED_AT),
            Terms(label=say("Rule"), field="rule", size=25),
            Measure(label=say("Met"), operation="average", field="passed", form=PERCENT),
            steps(BAD_TO_GOOD, [0.8, 0.95], most=1),
        ),
    )


def _quarantined(say: Say) -> ChartPanel:
    return ChartPanel(
        id="quarantined",
        width=24,
        title=say("Quarantined by rule"),
        description=say("Which rule keeps how many articles out of the index?"),
        chart=series(
            views.QUALITY,
            "bar_horizontal",
            Terms(label=say("Rule"), field="rule", size=12, by="failed"),
            {"failed": Measure(label=say("Articles"), operation="sum", field="failed")},
            colours={"failed": VERMILION},
            query='suite : "articles" and severity : "error"',
        ),
    )


def _lag(say: Say) -> ChartPanel:
    def lag(percentile: int) -> Measure:
        return Measure(
            label=f"p{percentile}",
            operation="percentile",
            field="lag_seconds",
            percentile=percentile,
            form=DURATION,
        )

    hours = LAG_LIMIT_SECONDS // 3600
    return ChartPanel(
        id="lag",
        width=24,
        title=say("Lag from publication to reading"),
        description=say(
            "How long after publication are articles read? The line is the promise of {hours} hours.",
            hours=hours,
        ),
        chart=series(
            views.ARTICLES,
            "line",
            Times(label=say("Day"), field=COUNTED_AT),
            {"p50": lag(50), "p90": lag(90), "p95": lag(95)},
            colours={"p50": BLUE, "p90": AMBER, "p95": VERMILION},
            line=Constant(label=say("SLA {hours} h", hours=hours), value=LAG_LIMIT_SECONDS),
        ),
    )


def _runs(say: Say) -> ChartPanel:
    def least(field: str, label: str) -> Measure:
        return Measure(label=label, operation="min", field=field)

    return ChartPanel(
        id="runs",
        width=24,
        title=say("Runs"),
        description=say(
            "Which harvests ran, how long, and did all of their parts finish?",
        ),
        chart=table(
            views.RUNS,
            {"run": Terms(label=say("Run"), field="run_key", size=30, by="started")},
            {
                "started": Measure(label=say("Started"), operation="max", field="started_at", is_date=True),
                "seconds": Measure(label=say("Took"), operation="max", field="duration_seconds", form=DURATION),
                "received": least("received", say("Links")),
                "delivered": least("delivered", say("Pages")),
                "whole": Measure(label=say("Whole"), operation="min", field="passed", form=PERCENT),
            },
        ),
    )


def _results(say: Say) -> Row:
    return Row(
        height=13,
        panels=[
            SearchPanel(
                id="results",
                width=48,
                title=say("What the rules found"),
                description=say(
                    "What exactly was found and what is asked for, the worst first?",
                ),
                search=RULE_RESULTS,
            )
        ],
    )


def results_search(say: Say) -> Search:
    """What the rules found, the worst first."""
    return Search(
        id=RULE_RESULTS,
        title=say("[Media] What the rules found"),
        description=say("Audit results, those with most failures first."),
        view=views.QUALITY,
        columns=("rule", "source", "severity", "is_passed", "observed", "expected", "checked", "failed"),
        order=(("failed", "desc"), ("day", "desc")),
    )


def states_search(say: Say) -> Search:
    """The sources that are not well, the newest day first."""
    return Search(
        id=SOURCE_STATES,
        title=say("[Media] Sources that are not well"),
        description=say("Sources that are not well, the newest day first."),
        view=views.HEALTH,
        columns=("source", "state", "since_on", "was", "metric", "detail"),
        order=(("day", "desc"), ("source", "asc")),
        query=NOT_WELL,
    )
