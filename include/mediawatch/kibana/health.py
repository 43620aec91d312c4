"""Pipeline health, for operators: is anything late, silent, blocked or lost, and where."""

from __future__ import annotations

from typing import Final

from mediawatch.kibana import views
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.charts import Chart, heat_map, number, series, table
from mediawatch.kibana.colours import AMBER, BAD_TO_GOOD, BLUE, MORE, SKY, VERMILION, steps
from mediawatch.kibana.columns import DURATION, PERCENT, Cases, Constant, Measure, Ratio, Terms, Times
from mediawatch.kibana.navigation import HEALTH, OVERVIEW, line, opens, title
from mediawatch.kibana.panels import ChartPanel, Row, SearchPanel
from mediawatch.kibana.saved_objects import Control, Dashboard, Search

LAG_LIMIT_SECONDS: Final = 46_800
"""13 hours: harvests are 12 hours apart by default and take up to one, so a page that waits longer was missed once."""

RULE_RESULTS: Final = "mw-search-quality"
SILENT_DAYS: Final = 90
"""How far back a source's last success is looked for, whatever the dashboard shows."""

FAULTS: Final = 'reason_class : "fault"'
INDEXED: Final = 'stage : "index" and passed > 0'


def health(say: Say) -> Dashboard:
    """The dashboard."""
    return Dashboard(
        id=HEALTH,
        title=title(say, HEALTH),
        description=say(
            "Is anything late, silent, blocked or lost, and where: for operators.",
            "运维人员用：哪里延迟、中断、受阻或丢失。",
        ),
        days=14,
        controls=[
            Control(id="source", view=views.LEDGER, field="source", title=say("Source", "采集源")),
            Control(id="reason", view=views.LEDGER, field="reason", title=say("Reason", "原因")),
            Control(id="rule", view=views.QUALITY, field="rule", title=say("Rule", "规则")),
        ],
        rows=[
            line(say, HEALTH, _legend(say)),
            _numbers(say),
            Row(height=13, panels=[_funnel(say), _losses(say)]),
            Row(height=14, panels=[_losses_by_source(say), _left_out(say)]),
            Row(height=14, panels=[_silence(say), _admitted(say)]),
            Row(height=13, panels=[_rules(say), _quarantined(say)]),
            Row(height=13, panels=[_lag(say), _runs(say)]),
            _results(say),
        ],
    )


def admitted_share(say: Say) -> Chart:
    """The audit's pass rate as a large number."""
    label = say("Passed the audit", "审核通过率")
    passed, received = (Measure(label=label, operation="sum", field=field) for field in ("passed", "received"))
    ratio = Ratio(label=label, of=passed, to=received, form=PERCENT)
    return number(
        views.LEDGER, ratio, palette=steps(BAD_TO_GOOD, [0.8, 0.95], most=1), query='stage : "audit" and kind : "stage"'
    )


def _legend(say: Say) -> str:
    return say(
        "At each stage: received = passed + lost + waiting + left out on purpose. *Lost* counts faults only; what to "
        "do about a reason is in the operating guide.",
        "每个环节：收到 = 通过 + 损失 + 等待 + 有意排除。“损失”只计故障；各原因的处理办法见运维手册。",
    )


def _numbers(say: Say) -> Row:
    return Row(height=6, panels=[*_link_counts(say), *_page_numbers(say)])


def _link_counts(say: Say) -> list[ChartPanel]:
    return [
        _count(
            say,
            "announced",
            Measure(
                label=say("Links announced", "发现链接"),
                operation="sum",
                field="received",
                where='stage : "discover"',
            ),
            say("How many links did the sites announce?", "各站点公布了多少链接？"),
        ),
        _count(
            say,
            "indexed",
            Measure(label=say("Indexed", "已入库"), operation="sum", field="passed", where='stage : "index"'),
            say("How many articles reached the index?", "多少文章进入了索引？"),
        ),
        _count(
            say,
            "lost",
            Measure(label=say("Lost", "损失"), operation="sum", field="lost", where=FAULTS),
            say("How many links ended in a fault?", "多少链接因故障丢失？"),
        ),
        _count(
            say,
            "waiting",
            Measure(label=say("Waiting", "等待"), operation="sum", field="waiting"),
            say(
                "How many links are tried again in later runs? One that waits for days counts on each.",
                "多少链接将在之后的运行中重试？等待多日的链接每天各计一次。",
            ),
        ),
    ]


def _page_numbers(say: Say) -> list[ChartPanel]:
    return [
        ChartPanel(
            id="passed",
            width=8,
            title="",
            description=say("Of the extracted articles, how many did the audit admit?", "已提取的文章有多少通过审核？"),
            chart=admitted_share(say),
        ),
        ChartPanel(
            id="last-fetch",
            width=12,
            title="",
            description=say("When was a page last read?", "最近一次抓取页面是什么时候？"),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Last page read", "最近抓取"), operation="max", field="fetched_at", is_date=True),
            ),
        ),
    ]


def _count(say: Say, name: str, measure: Measure, description: str) -> ChartPanel:
    return ChartPanel(id=name, width=7, title="", description=description, chart=number(views.LEDGER, measure))


def _funnel(say: Say) -> ChartPanel:
    stages = (
        (say("discover", "发现"), 'stage : "discover"'),
        (say("fetch", "抓取"), 'stage : "fetch"'),
        (say("extract", "提取"), 'stage : "extract"'),
        (say("audit", "审核"), 'stage : "audit"'),
        (say("index", "入库"), 'stage : "index"'),
    )
    return ChartPanel(
        id="funnel",
        width=24,
        title=say("From link to index", "从链接到入库"),
        description=say("At which stage do articles stay behind?", "文章在哪个环节减少？"),
        chart=series(
            views.LEDGER,
            "bar",
            Cases(label=say("Stage", "环节"), cases=stages),
            {
                "received": Measure(label=say("Received", "收到"), operation="sum", field="received"),
                "passed": Measure(label=say("Passed", "通过"), operation="sum", field="passed"),
                "lost": Measure(label=say("Lost", "损失"), operation="sum", field="lost", where=FAULTS),
                "pending": Measure(label=say("Waiting", "等待"), operation="sum", field="pending"),
            },
            colours={"received": SKY, "passed": BLUE, "lost": VERMILION, "pending": AMBER},
        ),
    )


def _losses(say: Say) -> ChartPanel:
    return ChartPanel(
        id="losses",
        width=24,
        title=say("Losses by reason", "各原因的损失"),
        description=say("Which fault grows?", "哪种故障在增多？"),
        chart=series(
            views.LEDGER,
            "bar_stacked",
            Times(label=say("Day", "日期"), field="day"),
            {"lost": Measure(label=say("Lost", "损失"), operation="sum", field="lost")},
            split=Terms(label=say("Reason", "原因"), field="reason", size=10, by="lost"),
            query=FAULTS,
        ),
    )


def _losses_by_source(say: Say) -> ChartPanel:
    return ChartPanel(
        id="losses-by-source",
        width=28,
        title=say("Lost and waiting by source and reason", "各采集源的损失与等待"),
        description=say(
            "Which source loses articles, and why? A click opens what that source brought.",
            "哪个采集源丢失文章，原因是什么？点击可查看该来源的内容。",
        ),
        chart=table(
            views.LEDGER,
            {
                "source": Terms(label=say("Source", "采集源"), field="source", size=20, by="lost"),
                "reason": Terms(label=say("Reason", "原因"), field="reason", size=5, by="lost"),
                "class": Terms(label=say("Class", "类别"), field="reason_class", size=1, by="lost"),
            },
            {
                "lost": Measure(label=say("Lost", "损失"), operation="sum", field="lost"),
                "waiting": Measure(label=say("Waiting", "等待"), operation="sum", field="waiting"),
            },
            query='reason_class : ("fault" or "retryable")',
        ),
        opens=opens(say, OVERVIEW),
    )


def _left_out(say: Say) -> ChartPanel:
    return ChartPanel(
        id="left-out",
        width=20,
        title=say("Left out on purpose", "有意排除"),
        description=say("What was not taken, although nothing is wrong?", "哪些链接按规则未收录（并非故障）？"),
        chart=series(
            views.LEDGER,
            "bar_horizontal",
            Terms(label=say("Reason", "原因"), field="reason", size=10, by="links"),
            {"links": Measure(label=say("Links", "链接"), operation="sum", field="lost")},
            colours={"links": SKY},
            query='reason_class : "policy"',
        ),
    )


def _silence(say: Say) -> ChartPanel:
    def within(days: int, label: str) -> Measure:
        since = f'{INDEXED} and day >= "now-{days}d/d"'
        return Measure(label=label, operation="sum", field="passed", where=since)

    last = Measure(label=say("Last success", "最近成功"), operation="max", field="day", where=INDEXED, is_date=True)
    return ChartPanel(
        id="silence",
        width=24,
        title=say("Since each source's last success", "各采集源距上次成功"),
        description=say(
            f"Which source has brought nothing for how long? The longest silence first, looking back {SILENT_DAYS} "
            "days; the numbers are articles indexed within the last 1, 3, 7 and 30 days.",
            f"哪个采集源多久没有内容了？最久的在前，回溯 {SILENT_DAYS} 天；数字为最近 1、3、7、30 天入库的文章数。",
        ),
        chart=table(
            views.LEDGER,
            {"source": Terms(label=say("Source", "采集源"), field="source", size=50, by="last", is_ascending=True)},
            {
                "last": last,
                "d1": within(1, say("1 d", "1 天")),
                "d3": within(3, say("3 d", "3 天")),
                "d7": within(7, say("7 d", "7 天")),
                "d30": within(30, say("30 d", "30 天")),
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
        title=say("Indexed by source and day", "各采集源每日入库"),
        description=say(
            "On which days did a source bring nothing? A white cell has no article in the index.",
            "哪个采集源在哪天没有内容？空白格表示当天没有文章入库。",
        ),
        chart=heat_map(
            views.LEDGER,
            Times(label=say("Day", "日期"), field="day"),
            Terms(label=say("Source", "采集源"), field="source", size=25),
            Measure(label=say("Indexed", "入库"), operation="sum", field="passed"),
            steps(MORE, [5, 20, 50, 200], most=1000),
            query=INDEXED,
        ),
    )


def _rules(say: Say) -> ChartPanel:
    return ChartPanel(
        id="rules",
        width=24,
        title=say("Quality by rule over time", "各质量规则的达标情况"),
        description=say(
            "Which rule is not met, by which share of the sources it was put to?",
            "哪条规则未达标？以采集源达标比例计。",
        ),
        chart=heat_map(
            views.QUALITY,
            Times(label=say("Day", "日期"), field="day"),
            Terms(label=say("Rule", "规则"), field="rule", size=25),
            Measure(label=say("Met", "达标"), operation="average", field="passed", form=PERCENT),
            steps(BAD_TO_GOOD, [0.8, 0.95], most=1),
        ),
    )


def _quarantined(say: Say) -> ChartPanel:
    return ChartPanel(
        id="quarantined",
        width=24,
        title=say("Quarantined by rule", "各规则隔离的文章"),
        description=say("Which rule keeps how many articles out of the index?", "每条规则拦下了多少文章？"),
        chart=series(
            views.QUALITY,
            "bar_horizontal",
            Terms(label=say("Rule", "规则"), field="rule", size=12, by="failed"),
            {"failed": Measure(label=say("Articles", "文章"), operation="sum", field="failed")},
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
        title=say("Lag from publication to reading", "发布到抓取的延迟"),
        description=say(
            f"How long after publication are articles read? The line is the promise of {hours} hours.",
            f"文章发布后多久被抓取？虚线为 {hours} 小时的服务目标。",
        ),
        chart=series(
            views.ARTICLES,
            "line",
            Times(label=say("Day", "日期"), field="counted_on"),
            {"p50": lag(50), "p90": lag(90), "p95": lag(95)},
            colours={"p50": BLUE, "p90": AMBER, "p95": VERMILION},
            line=Constant(label=say(f"SLA {hours} h", f"目标 {hours} 小时"), value=LAG_LIMIT_SECONDS),
        ),
    )


def _runs(say: Say) -> ChartPanel:
    def least(field: str, label: str) -> Measure:
        return Measure(label=label, operation="min", field=field)

    return ChartPanel(
        id="runs",
        width=24,
        title=say("Runs", "运行记录"),
        description=say(
            "Which harvests ran, how long, and did all of their parts finish?",
            "哪些采集运行过、用时多久、是否全部完成？",
        ),
        chart=table(
            views.RUNS,
            {"run": Terms(label=say("Run", "运行"), field="run_key", size=30, by="started")},
            {
                "started": Measure(label=say("Started", "开始"), operation="max", field="started_at", is_date=True),
                "seconds": Measure(label=say("Took", "用时"), operation="max", field="duration_seconds", form=DURATION),
                "received": least("received", say("Links", "链接")),
                "delivered": least("delivered", say("Pages", "页面")),
                "whole": Measure(label=say("Whole", "完整"), operation="min", field="passed", form=PERCENT),
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
                title=say("What the rules found", "规则检查结果"),
                description=say(
                    "What exactly was found and what is asked for, the worst first?",
                    "具体发现了什么、要求是什么？最差的在前。",
                ),
                search=RULE_RESULTS,
            )
        ],
    )


def results_search(say: Say) -> Search:
    """What the rules found, the worst first."""
    return Search(
        id=RULE_RESULTS,
        title=say("[Media] What the rules found", "[媒体] 规则检查结果"),
        description=say("Audit results, those with most failures first.", "审核结果，未达标最多的在前。"),
        view=views.QUALITY,
        columns=("rule", "source", "severity", "is_passed", "observed", "expected", "checked", "failed"),
        order=(("failed", "desc"), ("day", "desc")),
    )
