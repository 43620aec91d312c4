"""The overview, for analysts: how much, by whom, about what, and what is new."""

from __future__ import annotations

from mediawatch.kibana import views
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.charts import heat_map, number, series, shares, table
from mediawatch.kibana.colours import GOOD_TO_BAD, MORE, steps
from mediawatch.kibana.columns import COUNTED_AT, DURATION, PERCENT, Measure, Terms, Times
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
        ),
        days=7,
        controls=_controls(say),
        rows=[
            line(say, _legend(say)),
            _numbers(say),
            Row(height=13, panels=[_alerts(say)]),
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
    )


def _controls(say: Say) -> list[Control]:
    return [
        Control(id="keyword", view=views.TERMS, field="term.raw", title=say("Keyword")),
        Control(id="publisher", view=views.ARTICLES, field="publisher", title=say("Publisher")),
        Control(id="language", view=views.ARTICLES, field="language", title=say("Language")),
        Control(id="site", view=views.ARTICLES, field="site", title=say("Site")),
    ]


def _numbers(say: Say) -> Row:
    return Row(height=6, panels=[*_counts(say), *_qualities(say)])


def _counts(say: Say) -> list[ChartPanel]:
    articles = Measure(label=say("Articles"))
    before = Measure(label=say("the period a week earlier"), shift="1w")
    return [
        ChartPanel(
            id="articles",
            width=8,
            title="",
            description=say(
                "How many articles were admitted, and how many in the same period a week earlier?",
            ),
            chart=number(views.ARTICLES, articles, beside=before),
        ),
        ChartPanel(
            id="publishers",
            width=7,
            title="",
            description=say("How many publishers wrote them, copies left aside?"),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Publishers"), operation="unique_count", field="publisher"),
                subtitle=say("who wrote it"),
            ),
        ),
        ChartPanel(
            id="stories",
            width=7,
            title="",
            description=say("How many different texts are among them?"),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Stories"), operation="unique_count", field="story_id"),
                subtitle=say("copies counted once"),
            ),
        ),
    ]


def _qualities(say: Say) -> list[ChartPanel]:
    return [
        ChartPanel(
            id="newest",
            width=12,
            title="",
            description=say("When was the newest article published?"),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Newest published"), operation="max", field="published_at", is_date=True),
            ),
        ),
        ChartPanel(
            id="lag",
            width=7,
            title="",
            description=say(
                "How long after publication is an article read, half of the time at most?",
            ),
            chart=number(
                views.ARTICLES,
                Measure(label=say("Median lag"), operation="median", field="lag_seconds", form=DURATION),
                palette=steps(GOOD_TO_BAD, [LAG_LIMIT_SECONDS / 2, LAG_LIMIT_SECONDS], most=10 * LAG_LIMIT_SECONDS),
            ),
        ),
        ChartPanel(
            id="passed",
            width=7,
            title="",
            description=say(
                "Of the articles that were extracted, how many did the audit admit?",
            ),
            chart=admitted_share(say),
        ),
    ]


def _keywords(say: Say) -> Row:
    return Row(height=12, panels=[*_mentions(say), *_attention(say)])


def _mentions(say: Say) -> list[ChartPanel]:
    word = say("Keyword")
    return [
        ChartPanel(
            id="mentions",
            width=24,
            title=say("Mentions over time by watched keyword"),
            description=say(
                "How many articles a day mention the words of the watch lists? A click opens the word.",
            ),
            chart=series(
                views.TERMS,
                "bar_stacked",
                Times(label=say("Day"), field=COUNTED_AT),
                {"articles": Measure(label=say("Articles"), operation="sum", field="articles")},
                split=Terms(label=word, field="term.raw", size=8, by="articles"),
                query=WATCHED,
            ),
            opens=opens(say, KEYWORDS),
        ),
    ]


def _attention(say: Say) -> list[ChartPanel]:
    word = say("Keyword")
    return [
        ChartPanel(
            id="attention",
            width=24,
            title=say("Attention: share of all stories"),
            description=say(
                "Which share of the day's stories mentions a watched word? It does not grow because more is read.",
            ),
            chart=series(
                views.TERMS,
                "bar",
                Times(label=say("Day"), field=COUNTED_AT),
                {
                    "share": Measure(
                        label=say("Share of the day's stories"),
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
    articles = Measure(label=say("Articles"))
    publisher = say("Publisher")
    return Row(
        height=12,
        panels=[
            ChartPanel(
                id="publisher-share",
                width=16,
                title=say("Share of coverage by original publisher"),
                description=say(
                    "Who wrote what is read, whichever site carries it? A click opens the publisher's stories.",
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
                title=say("Share of coverage over time"),
                description=say("Does one publisher say more than before, measured against all?"),
                chart=series(
                    views.ARTICLES,
                    "bar_percentage_stacked",
                    Times(label=say("Day"), field=COUNTED_AT),
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
                title=say("Top stories by publishers"),
                description=say(
                    "Which stories do most publishers report? Copies are listed beside and do not count.",
                ),
                chart=table(
                    views.STORIES,
                    {
                        "title": Terms(label=say("Headline"), field="title.raw", size=15, by="publishers"),
                        "url": Terms(label=say("Link"), field="url", size=1, by="publishers"),
                    },
                    {
                        "publishers": Measure(label=say("Publishers"), operation="max", field="publishers"),
                        "copies": Measure(label=say("Articles"), operation="max", field="articles"),
                        "first": Measure(
                            label=say("First published"), operation="min", field="earliest_at", is_date=True
                        ),
                    },
                ),
                opens=opens(say, STORIES),
            ),
            ChartPanel(
                id="languages",
                width=14,
                title=say("Languages"),
                description=say("In which languages are the articles?"),
                chart=shares(
                    views.ARTICLES,
                    "treemap",
                    Terms(label=say("Language"), field="language", size=8, by="value", has_others=True),
                    Measure(label=say("Articles")),
                ),
            ),
        ],
    )


def _rest(say: Say) -> list[Row]:
    return [
        Row(height=13, panels=[_coverage(say)]),
        Row(
            height=15,
            panels=[
                SearchPanel(
                    id="newest-articles",
                    width=48,
                    title=say("Newest articles"),
                    description=say("What came last, with links to the pages?"),
                    search=NEWEST_ARTICLES,
                )
            ],
        ),
    ]


def _alerts(say: Say) -> ChartPanel:
    return ChartPanel(
        id="new-words",
        width=48,
        title=say("New, back and rising words"),
        description=say(
            "Which words are new, back after a silence, or rising, who had them first, and what is told? A click opens "
            "the word.",
        ),
        chart=table(
            views.ALERTS,
            {
                "term": Terms(label=say("Keyword"), field="term.raw", size=20, by="day"),
                "kind": Terms(label=say("Kind"), field="kind", size=4, by="day"),
                "publisher": Terms(label=say("First publisher"), field="first_publisher", size=1, by="day"),
                "headline": Terms(label=say("Headline"), field="headline_titles", size=1, by="day"),
            },
            {
                "day": Measure(label=say("Last day"), operation="max", field="day", is_date=True),
                "first": Measure(label=say("First seen"), operation="min", field="first_seen_on", is_date=True),
                "publishers": Measure(label=say("Publishers"), operation="max", field="publishers"),
            },
            query='kind : ("new" or "back" or "rising")',
        ),
        opens=opens(say, KEYWORDS),
    )


def _coverage(say: Say) -> ChartPanel:
    return ChartPanel(
        id="coverage",
        width=48,
        title=say("Coverage by source and day"),
        description=say(
            "Which source was silent, and on which day? A white cell has no article.",
        ),
        chart=heat_map(
            views.ARTICLES,
            Times(label=say("Day"), field=COUNTED_AT),
            Terms(label=say("Source"), field="source", size=20, by="value"),
            Measure(label=say("Articles")),
            steps(MORE, [5, 20, 50, 200], most=1000),
        ),
        opens=opens(say, HEALTH),
    )


def articles_search(say: Say) -> Search:
    """The newest articles with their links."""
    return Search(
        id=NEWEST_ARTICLES,
        title=say("[Media] Newest articles"),
        description=say("Articles, the newest first, with links to the pages."),
        view=views.ARTICLES,
        columns=("published_at", "publisher", "site", "title", "language", "url"),
        order=(("counted_on", "desc"), ("published_at", "desc")),
    )
