"""Keywords: what is new, back or rising, how a word went, who said it first, and how the rules do."""

from __future__ import annotations

from mediawatch.kibana import views
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.charts import cloud, number, series, table
from mediawatch.kibana.colours import AMBER, BLUE, GREY, VERMILION
from mediawatch.kibana.columns import ONE_DECIMAL, PERCENT, Measure, Ratio, Terms, Times
from mediawatch.kibana.navigation import KEYWORDS, OVERVIEW, STORIES, line, opens, title
from mediawatch.kibana.panels import ChartPanel, Row, SearchPanel
from mediawatch.kibana.saved_objects import Control, Dashboard, Search

EVIDENCE = "mw-search-alerts"
KIND_COLOURS = {"new": VERMILION, "back": AMBER, "rising": BLUE, "watch": GREY}


def keywords(say: Say) -> Dashboard:
    """The dashboard."""
    return Dashboard(
        id=KEYWORDS,
        title=title(say, KEYWORDS),
        description=say(
            "What is new, back or rising, how a word went, who said it first, and how the rules do.",
            "新词、重现与升温的词，词的走势，谁最先说，规则表现如何。",
        ),
        days=28,
        controls=[
            Control(id="keyword", view=views.TERMS, field="term.raw", title=say("Keyword", "关键词")),
            Control(id="publisher", view=views.ALERTS, field="publisher_names", title=say("Publisher", "信源")),
            Control(id="language", view=views.TERMS, field="language", title=say("Language", "语言")),
            Control(id="watchlist", view=views.ALERTS, field="watchlists", title=say("Watch list", "关注列表")),
        ],
        rows=[
            line(say, KEYWORDS, _legend(say)),
            _numbers(say),
            Row(height=14, panels=[_by_day(say), _alerts(say)]),
            Row(height=13, panels=[_series(say), _share(say)]),
            Row(height=13, panels=[_forms(say), _co_terms(say), _topics(say)]),
            Row(height=13, panels=[_first(say), _publishers(say)]),
            Row(height=12, panels=[_rules(say), _lists(say)]),
            _evidence(say),
        ],
    )


def _legend(say: Say) -> str:
    return say(
        "*New*: never seen before. *Back*: silent for four weeks. *Rising*: at least twice its usual rate. Choose a "
        "word above to see its series, forms and neighbours.",
        "“新词”此前从未出现；“重现”沉寂四周后再现；“升温”至少为平时两倍。在上方选择一个词，可看其走势、写法与共现词。",
    )


def _kinds(say: Say) -> dict[str, Measure]:
    words = {
        "new": say("New", "新词"),
        "back": say("Back", "重现"),
        "rising": say("Rising", "升温"),
        "watch": say("Watch", "关注"),
    }
    return {
        kind: Measure(label=word, operation="unique_count", field="alert_id", where=f'kind : "{kind}"')
        for kind, word in words.items()
    }


def _numbers(say: Say) -> Row:
    questions = {
        "new": say("How many words were never seen before?", "有多少词此前从未出现？"),
        "back": say("How many words came back after four silent weeks?", "有多少词沉寂四周后重现？"),
        "rising": say("How many words at least doubled?", "有多少词至少翻倍？"),
        "watch": say("How many alerts did the watch lists ask for?", "关注列表触发了多少预警？"),
    }
    return Row(
        height=6,
        panels=[
            ChartPanel(
                id=f"count-{kind}",
                width=12,
                title="",
                description=questions[kind],
                chart=number(views.ALERTS, measure, subtitle=say("topics", "个话题")),
            )
            for kind, measure in _kinds(say).items()
        ],
    )


def _by_day(say: Say) -> ChartPanel:
    return ChartPanel(
        id="kinds-by-day",
        width=20,
        title=say("New, back and rising by day", "每日新词、重现与升温"),
        description=say("How many topics raised an alert on each day?", "每天有多少话题触发预警？"),
        chart=series(
            views.ALERTS,
            "bar_stacked",
            Times(label=say("Day", "日期"), field="day"),
            _kinds(say),
            colours=KIND_COLOURS,
        ),
    )


def _alerts(say: Say) -> ChartPanel:
    def most(field: str, label: str, is_date: bool = False) -> Measure:
        return Measure(label=label, operation="max", field=field, is_date=is_date)

    return ChartPanel(
        id="alerts",
        width=28,
        title=say("Words that stand out", "突出的词"),
        description=say(
            "Which words, why, told by how many publishers, and how much more than usual? A click opens the overview.",
            "哪些词、为何、多少信源、比平时多多少？点击可在总览中查看。",
        ),
        chart=table(
            views.ALERTS,
            {
                "term": Terms(label=say("Keyword", "关键词"), field="term.raw", size=25, by="score"),
                "kind": Terms(label=say("Kind", "类型"), field="kind", size=4, by="score"),
            },
            {
                "score": most("score", say("Score", "得分")),
                "articles": most("articles", say("Articles", "文章")),
                "stories": most("stories", say("Stories", "报道")),
                "publishers": most("publishers", say("Publishers", "信源")),
                "ratio": Measure(label=say("Times usual", "倍数"), operation="max", field="ratio", form=ONE_DECIMAL),
                "day": most("day", say("Last day", "最近"), is_date=True),
            },
        ),
        opens=opens(say, OVERVIEW),
    )


def _series(say: Say) -> ChartPanel:
    return ChartPanel(
        id="word-series",
        width=24,
        title=say("A word in all its forms, by day", "词的每日走势（含各种写法）"),
        description=say(
            "In how many articles did a word stand, whichever script or alias it was written in? Without a choice "
            "above: the most frequent words.",
            "不论繁简或别名，一个词每天出现在多少篇文章里？未选择时显示最常见的词。",
        ),
        chart=series(
            views.TERMS,
            "bar_stacked",
            Times(label=say("Day", "日期"), field="day"),
            {"articles": Measure(label=say("Articles", "文章"), operation="sum", field="articles")},
            split=Terms(label=say("Keyword", "关键词"), field="term.raw", size=6, by="articles"),
        ),
        opens=opens(say, OVERVIEW),
    )


def _share(say: Say) -> ChartPanel:
    return ChartPanel(
        id="word-publishers",
        width=24,
        title=say("Publishers that say the word, by day", "每日提及该词的信源"),
        description=say("Do more publishers say it, or one more often?", "是更多信源在说，还是同一信源说得更多？"),
        chart=series(
            views.TERMS,
            "bar",
            Times(label=say("Day", "日期"), field="day"),
            {"publishers": Measure(label=say("Publishers", "信源"), operation="max", field="publishers")},
            split=Terms(label=say("Keyword", "关键词"), field="term.raw", size=5, by="publishers"),
        ),
        opens=opens(say, STORIES),
    )


def _forms(say: Say) -> ChartPanel:
    return ChartPanel(
        id="forms",
        width=16,
        title=say("How it is written", "写法"),
        description=say("Under which spellings is a word counted?", "一个词合并了哪些写法？"),
        chart=table(
            views.TERMS,
            {
                "term": Terms(label=say("Keyword", "关键词"), field="term.raw", size=15, by="articles"),
                "form": Terms(label=say("Form", "写法"), field="forms.raw", size=5),
            },
            {
                "articles": Measure(label=say("Articles", "文章"), operation="sum", field="articles"),
                "stories": Measure(label=say("Stories", "报道"), operation="sum", field="stories"),
            },
        ),
    )


def _co_terms(say: Say) -> ChartPanel:
    return ChartPanel(
        id="co-terms",
        width=16,
        title=say("Said beside it", "共现词"),
        description=say("Which words stand in the same articles?", "哪些词出现在同样的文章里？"),
        chart=cloud(
            views.ALERTS,
            Terms(label=say("Word", "词"), field="co_terms", size=40, by="value"),
            Measure(label=say("Topics", "话题"), operation="unique_count", field="alert_id"),
        ),
    )


def _topics(say: Say) -> ChartPanel:
    return ChartPanel(
        id="topics",
        width=16,
        title=say("Words of one topic", "同一话题的词"),
        description=say("Which other words belong to the same topic?", "还有哪些词属于同一话题？"),
        chart=table(
            views.ALERTS,
            {
                "term": Terms(label=say("Keyword", "关键词"), field="term.raw", size=15, by="score"),
                "also": Terms(label=say("Also", "同时"), field="also.raw", size=5, by="score"),
            },
            {"score": Measure(label=say("Score", "得分"), operation="max", field="score")},
        ),
    )


def _first(say: Say) -> ChartPanel:
    return ChartPanel(
        id="first-said",
        width=24,
        title=say("Who said it first", "谁最先说"),
        description=say("Which publisher used the word first, and on which day?", "哪个信源在哪天最先使用这个词？"),
        chart=table(
            views.ALERTS,
            {
                "term": Terms(label=say("Keyword", "关键词"), field="term.raw", size=20, by="score"),
                "publisher": Terms(
                    label=say("First publisher", "最先报道者"), field="first_publisher", size=1, by="score"
                ),
            },
            {
                "first": Measure(
                    label=say("First seen", "首次出现"), operation="min", field="first_seen_on", is_date=True
                ),
                "score": Measure(label=say("Score", "得分"), operation="max", field="score"),
            },
            sort="score",
        ),
    )


def _publishers(say: Say) -> ChartPanel:
    return ChartPanel(
        id="who-says",
        width=24,
        title=say("Who says it", "谁在说"),
        description=say("Which publishers stand behind the topics?", "这些话题背后有哪些信源？"),
        chart=series(
            views.ALERTS,
            "bar_horizontal",
            Terms(label=say("Publisher", "信源"), field="publisher_names", size=15, by="topics"),
            {"topics": Measure(label=say("Topics", "话题"), operation="unique_count", field="alert_id")},
            colours={"topics": BLUE},
        ),
    )


def _rules(say: Say) -> ChartPanel:
    alerts = Measure(label=say("Alerts", "预警"), operation="unique_count", field="alert_id")
    days = Measure(label=say("Days", "天数"), operation="unique_count", field="day")
    return ChartPanel(
        id="rules",
        width=28,
        title=say("Scorecards of the rules", "规则成绩单"),
        description=say(
            "How often does each rule speak, about how much, and how often does it have to follow up? Its precision "
            "and recall are on the card that `mediawatch backtest` prints.",
            "每条规则多久触发一次、涉及多少、多少需要后续更新？准确率与召回率见 `mediawatch backtest` 的成绩单。",
        ),
        chart=table(
            views.ALERTS,
            {"rule": Terms(label=say("Rule", "规则"), field="rule", size=20, by="alerts")},
            {
                "alerts": alerts,
                "rate": Ratio(label=say("A day", "每天"), of=alerts, to=days, form=ONE_DECIMAL),
                "publishers": Measure(
                    label=say("Median publishers", "信源中位数"), operation="median", field="publishers"
                ),
                "baseline": Measure(label=say("Baseline days", "基线天数"), operation="median", field="baseline_days"),
                "followed": Ratio(
                    label=say("Followed up", "后续更新"),
                    of=Measure(label="", where="step > 0"),
                    to=Measure(label=""),
                    form=PERCENT,
                ),
            },
        ),
    )


def _lists(say: Say) -> ChartPanel:
    return ChartPanel(
        id="watch-lists",
        width=20,
        title=say("Words of the watch lists", "关注列表中的词"),
        description=say("Which watched words were said most, and by list?", "各关注列表中哪些词被提及最多？"),
        chart=table(
            views.TERMS,
            {
                "list": Terms(label=say("Watch list", "关注列表"), field="watchlists", size=15, by="articles"),
                "term": Terms(label=say("Keyword", "关键词"), field="term.raw", size=5, by="articles"),
            },
            {
                "articles": Measure(label=say("Articles", "文章"), operation="sum", field="articles"),
                "share": Measure(label=say("Highest share", "最高占比"), operation="max", field="share", form=PERCENT),
            },
        ),
    )


def _evidence(say: Say) -> Row:
    return Row(
        height=14,
        panels=[
            SearchPanel(
                id="evidence",
                width=48,
                title=say("Alerts with their evidence", "预警与证据"),
                description=say(
                    "What speaks for each alert: who, how many, which headlines, with links?",
                    "每条预警的依据：谁说的、多少、哪些标题，附链接。",
                ),
                search=EVIDENCE,
            )
        ],
    )


def alerts_search(say: Say) -> Search:
    """Alerts with their evidence, the newest and strongest first."""
    return Search(
        id=EVIDENCE,
        title=say("[Media] Alerts with their evidence", "[媒体] 预警与证据"),
        description=say("Alerts, the newest and strongest first.", "预警列表，最新且得分最高的在前。"),
        view=views.ALERTS,
        columns=("term", "kind", "publisher_names", "headline_titles", "headline_urls", "p_value", "first_seen_on"),
        order=(("day", "desc"), ("score", "desc")),
    )
