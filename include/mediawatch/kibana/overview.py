"""The overview, for analysts: how much, by whom, about what, and what is new."""

from __future__ import annotations

from mediawatch.kibana import views
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.charts import heat_map, number, series, shares, table
from mediawatch.kibana.colours import GOOD_TO_BAD, MORE, steps
from mediawatch.kibana.columns import DURATION, PERCENT, Measure, Terms, Times
from mediawatch.kibana.health import LAG_LIMIT_SECONDS, admitted_share
from mediawatch.kibana.navigation import HEALTH, KEYWORDS, OVERVIEW, STORIES, line, opens, title
from mediawatch.kibana.panels import ChartPanel, Row, SearchPanel
from mediawatch.kibana.saved_objects import Control, Dashboard, Search

NEWEST_ARTICLES = "mw-search-articles"
WATCHED = "watchlists : *"


def overview(say: Say) -> Dashboard:
    """The dashboard."""
    return Dashboard(
        id=OVERVIEW,
        title=title(say, OVERVIEW),
        description=say(
            "How much is written, by whom, about what, and what is new: for analysts.",
            "分析人员用：报道了多少、谁在说、说什么、有什么新词。",
        ),
        days=7,
        controls=_controls(say),
        rows=[
            line(say, OVERVIEW, _legend(say)),
            _numbers(say),
            _keywords(say),
            _publishers(say),
            _stories(say),
            *_rest(say),
        ],
    )


def _legend(say: Say) -> str:
    return say(
        "A *story* is one text, however many sites carry it. A *publisher* is who wrote it: thirty copies of one "
        "report are one publisher. Days are the newsroom's.",
        "一篇“报道”是同一文本，不论多少站点转载；“信源”是原作者：三十份转载只算一个信源。日期为编辑部日期。",
    )


def _controls(say: Say) -> list[Control]:
    return [
        Control(id="keyword", view=views.TERMS, field="term.raw", title=say("Keyword", "关键词")),
        Control(id="publisher", view=views.ARTICLES, field="publisher", title=say("Publisher", "信源")),
        Control(id="language", view=views.ARTICLES, field="language", title=say("Language", "语言")),
        Control(id="site", view=views.ARTICLES, field="site", title=say("Site", "站点")),
    ]


def _numbers(say: Say) -> Row:
    return Row(height=6, panels=[*_counts(say), *_qualities(say)])


def _counts(say: Say) -> list[ChartPanel]:
    articles = Measure(label=say("Articles", "文章"))
    before = Measure(label=say("the period a week earlier", "一周前同期"), shift="1w")
    return [
        ChartPanel(
            id="articles",
            width=8,
            title="",
            description=say(
                "How many articles were admitted, and how many in the same period a week earlier?",
                "收录了多少篇文章？一周前同期是多少？",
            ),
            chart=number(views.ARTICLES, articles, beside=before),
        ),
        ChartPanel(
            id="publishers",
            width=7,
            title="",
            description=say("How many publishers wrote them, copies left aside?", "不计转载，共有多少个信源？"),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Publishers", "信源"), operation="unique_count", field="publisher"),
                subtitle=say("who wrote it", "原作者"),
            ),
        ),
        ChartPanel(
            id="stories",
            width=7,
            title="",
            description=say("How many different texts are among them?", "其中有多少篇不同的报道？"),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Stories", "报道"), operation="unique_count", field="story_id"),
                subtitle=say("copies counted once", "转载只计一次"),
            ),
        ),
    ]


def _qualities(say: Say) -> list[ChartPanel]:
    return [
        ChartPanel(
            id="newest",
            width=12,
            title="",
            description=say("When was the newest article published?", "最新一篇文章何时发布？"),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Newest published", "最新发布"), operation="max", field="published_at", is_date=True),
            ),
        ),
        ChartPanel(
            id="lag",
            width=7,
            title="",
            description=say(
                "How long after publication is an article read, half of the time at most?",
                "文章发布后多久被抓取（中位数）？",
            ),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Median lag", "延迟中位数"), operation="median", field="lag_seconds", form=DURATION),
                palette=steps(GOOD_TO_BAD, [LAG_LIMIT_SECONDS / 2, LAG_LIMIT_SECONDS], most=10 * LAG_LIMIT_SECONDS),
            ),
        ),
        ChartPanel(
            id="passed",
            width=7,
            title="",
            description=say(
                "Of the articles that were extracted, how many did the audit admit?",
                "已提取的文章中，有多少通过了审核？",
            ),
            chart=admitted_share(say),
        ),
    ]


def _keywords(say: Say) -> Row:
    return Row(height=12, panels=[*_mentions(say), *_attention(say)])


def _mentions(say: Say) -> list[ChartPanel]:
    word = say("Keyword", "关键词")
    return [
        ChartPanel(
            id="mentions",
            width=24,
            title=say("Mentions over time by watched keyword", "关注词每日提及"),
            description=say(
                "How many articles a day mention the words of the watch lists? A click opens the word.",
                "关注列表中的词每天出现在多少篇文章里？点击可查看该词。",
            ),
            chart=series(
                views.TERMS,
                "bar_stacked",
                Times(label=say("Day", "日期"), field="day"),
                {"articles": Measure(label=say("Articles", "文章"), operation="sum", field="articles")},
                split=Terms(label=word, field="term.raw", size=8, by="articles"),
                query=WATCHED,
            ),
            opens=opens(say, KEYWORDS),
        ),
    ]


def _attention(say: Say) -> list[ChartPanel]:
    word = say("Keyword", "关键词")
    return [
        ChartPanel(
            id="attention",
            width=24,
            title=say("Attention: share of all stories", "关注度：占全部报道的比例"),
            description=say(
                "Which share of the day's stories mentions a watched word? It does not grow because more is read.",
                "当天有多大比例的报道提到关注词？不受抓取量变化影响。",
            ),
            chart=series(
                views.TERMS,
                "bar",
                Times(label=say("Day", "日期"), field="day"),
                {
                    "share": Measure(
                        label=say("Share of the day's stories", "占当天报道"),
                        operation="sum",
                        field="share",
                        form=PERCENT,
                    )
                },
                split=Terms(label=word, field="term.raw", size=5, by="share"),
                query=WATCHED,
            ),
            opens=opens(say, KEYWORDS),
        ),
    ]


def _publishers(say: Say) -> Row:
    articles = Measure(label=say("Articles", "文章"))
    publisher = say("Publisher", "信源")
    return Row(
        height=12,
        panels=[
            ChartPanel(
                id="publisher-share",
                width=16,
                title=say("Share of coverage by original publisher", "各信源占比"),
                description=say(
                    "Who wrote what is read, whichever site carries it? A click opens the publisher's stories.",
                    "不论由哪个站点刊载，内容出自谁？点击可查看该信源的报道。",
                ),
                chart=shares(
                    views.ARTICLES,
                    "donut",
                    Terms(label=publisher, field="publisher", size=8, by="value", has_others=True),
                    articles,
                ),
                opens=opens(say, STORIES),
            ),
            ChartPanel(
                id="publisher-trend",
                width=32,
                title=say("Share of coverage over time", "信源占比变化"),
                description=say(
                    "Does one publisher say more than before, measured against all?", "某个信源的占比是否在上升？"
                ),
                chart=series(
                    views.ARTICLES,
                    "bar_percentage_stacked",
                    Times(label=say("Day", "日期"), field="counted_on"),
                    {"articles": articles},
                    split=Terms(label=publisher, field="publisher", size=6, by="articles", has_others=True),
                ),
                opens=opens(say, STORIES),
            ),
        ],
    )


def _stories(say: Say) -> Row:
    return Row(
        height=13,
        panels=[
            ChartPanel(
                id="top-stories",
                width=34,
                title=say("Top stories by publishers", "信源最多的报道"),
                description=say(
                    "Which stories do most independent publishers tell? Copies stand beside and do not count.",
                    "哪些报道有最多独立信源？转载数另列，不计入排序。",
                ),
                chart=table(
                    views.STORIES,
                    {
                        "title": Terms(label=say("Headline", "标题"), field="title.raw", size=15, by="publishers"),
                        "url": Terms(label=say("Link", "链接"), field="url", size=1, by="publishers"),
                    },
                    {
                        "publishers": Measure(label=say("Publishers", "信源"), operation="max", field="publishers"),
                        "copies": Measure(label=say("Copies", "篇数"), operation="max", field="articles"),
                        "first": Measure(
                            label=say("First published", "最早发布"), operation="min", field="earliest_at", is_date=True
                        ),
                    },
                ),
                opens=opens(say, STORIES),
            ),
            ChartPanel(
                id="languages",
                width=14,
                title=say("Languages", "语言"),
                description=say("In which languages are the articles?", "文章使用哪些语言？"),
                chart=shares(
                    views.ARTICLES,
                    "treemap",
                    Terms(label=say("Language", "语言"), field="language", size=8, by="value", has_others=True),
                    Measure(label=say("Articles", "文章")),
                ),
            ),
        ],
    )


def _rest(say: Say) -> list[Row]:
    return [
        Row(height=13, panels=[_alerts(say), _coverage(say)]),
        Row(
            height=15,
            panels=[
                SearchPanel(
                    id="newest-articles",
                    width=48,
                    title=say("Newest articles", "最新文章"),
                    description=say("What came last, with links to the pages?", "最新的文章及原文链接。"),
                    search=NEWEST_ARTICLES,
                )
            ],
        ),
    ]


def _alerts(say: Say) -> ChartPanel:
    return ChartPanel(
        id="new-words",
        width=24,
        title=say("New-keyword alerts", "新词预警"),
        description=say(
            "Which words are new, back after a silence, or rising? A click opens the word.",
            "哪些词是新出现、沉寂后重现或正在升温？点击可查看该词。",
        ),
        chart=table(
            views.ALERTS,
            {
                "term": Terms(label=say("Keyword", "关键词"), field="term.raw", size=15, by="score"),
                "kind": Terms(label=say("Kind", "类型"), field="kind", size=4, by="score"),
            },
            {
                "score": Measure(label=say("Score", "得分"), operation="max", field="score"),
                "publishers": Measure(label=say("Publishers", "信源"), operation="max", field="publishers"),
                "day": Measure(label=say("Last day", "最近日期"), operation="max", field="day", is_date=True),
            },
        ),
        opens=opens(say, KEYWORDS),
    )


def _coverage(say: Say) -> ChartPanel:
    return ChartPanel(
        id="coverage",
        width=24,
        title=say("Coverage by source and day", "各采集源每日收录"),
        description=say(
            "Which source was silent, and on which day? A white cell has no article.",
            "哪个采集源在哪天没有内容？空白格表示当天没有文章。",
        ),
        chart=heat_map(
            views.ARTICLES,
            Times(label=say("Day", "日期"), field="counted_on"),
            Terms(label=say("Source", "采集源"), field="source", size=20, by="value"),
            Measure(label=say("Articles", "文章")),
            steps(MORE, [5, 20, 50, 200], most=1000),
        ),
        opens=opens(say, HEALTH),
    )


def articles_search(say: Say) -> Search:
    """The newest articles with their links."""
    return Search(
        id=NEWEST_ARTICLES,
        title=say("[Media] Newest articles", "[媒体] 最新文章"),
        description=say("Articles, the newest first, with links to the pages.", "文章列表，最新在前，附原文链接。"),
        view=views.ARTICLES,
        columns=("published_at", "publisher", "site", "title", "language", "url"),
        order=(("counted_on", "desc"), ("published_at", "desc")),
    )
