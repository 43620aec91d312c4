"""Keywords: what is new, back or rising, how a word went, who said it first, and how the rules do."""

from __future__ import annotations

from mediawatch.kibana import views
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.charts import cloud, number, series, table
from mediawatch.kibana.colours import AMBER, BLUE, GREY, VERMILION
from mediawatch.kibana.columns import COUNTED_AT, ONE_DECIMAL, PERCENT, Measure, Ratio, Terms, Times
from mediawatch.kibana.navigation import KEYWORDS, OVERVIEW, STORIES, line, opens, title
from mediawatch.kibana.panels import ChartPanel, Row, SearchPanel
from mediawatch.kibana.saved_objects import Control, Dashboard, Search

EVIDENCE = "mw-search-alerts"
BEHIND = "mw-search-evidence"
KIND_COLOURS = {"new": VERMILION, "back": AMBER, "rising": BLUE, "watch": GREY}


def keywords(say: Say) -> Dashboard:
    """The dashboard."""
    return Dashboard(
        id=KEYWORDS,
        title=title(say, KEYWORDS),
        description=say(
            "What is new, back or rising, how a word went, who said it first, and how the rules do.",
        ),
        days=28,
        controls=[
            Control(id="keyword", view=views.TERMS, field="term.raw", title=say("Keyword")),
            Control(id="publisher", view=views.ALERTS, field="publisher_names", title=say("Publisher")),
            Control(id="language", view=views.TERMS, field="language", title=say("Language")),
            Control(id="watchlist", view=views.ALERTS, field="watchlists", title=say("Watch list")),
        ],
        rows=[
            line(say, _legend(say)),
            _numbers(say),
            Row(height=14, panels=[_by_day(say), _alerts(say)]),
            Row(height=13, panels=[_series(say), _share(say)]),
            Row(height=13, panels=[_forms(say), _co_terms(say), _topics(say)]),
            Row(height=13, panels=[_first(say), _publishers(say)]),
            Row(height=12, panels=[_rules(say), _lists(say)]),
            _behind(say),
            _evidence(say),
        ],
    )


def _legend(say: Say) -> str:
    return say(
        "*New*: never seen before. *Back*: silent for four weeks. *Rising*: at least twice its usual rate. Choose a "
        "word above to see its series, forms and neighbours.",
    )


def _kinds(say: Say) -> dict[str, Measure]:
    words = {
        "new": say("New"),
        "back": say("Back"),
        "rising": say("Rising"),
        "watch": say("Watch"),
    }
    return {
        kind: Measure(
            label=word, operation="unique_count", field="alert_id", where=f'kind : "{kind}" and is_first : true'
        )
        for kind, word in words.items()
    }


def _numbers(say: Say) -> Row:
    questions = {
        "new": say("How many words were never seen before?"),
        "back": say("How many words came back after four silent weeks?"),
        "rising": say("How many words at least doubled?"),
        "watch": say("How many alerts did the watch lists ask for?"),
    }
    return Row(
        height=6,
        panels=[
            ChartPanel(
                id=f"count-{kind}",
                width=12,
                title="",
                description=questions[kind],
                chart=number(views.ALERTS, measure, subtitle=say("topics")),
            )
            for kind, measure in _kinds(say).items()
        ],
    )


def _by_day(say: Say) -> ChartPanel:
    return ChartPanel(
        id="kinds-by-day",
        width=20,
        title=say("New, back and rising by day"),
        description=say("How many topics raised an alert on each day?"),
        chart=series(
            views.ALERTS,
            "bar_stacked",
            Times(label=say("Day"), field=COUNTED_AT),
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
        title=say("Words that stand out"),
        description=say(
            "Which words, why, told by how many publishers, and how much more than usual? A click opens the overview.",
        ),
        chart=table(
            views.ALERTS,
            {
                "term": Terms(label=say("Keyword"), field="term.raw", size=25, by="score"),
                "kind": Terms(label=say("Kind"), field="kind", size=4, by="score"),
            },
            {
                "score": most("score", say("Score")),
                "articles": most("articles", say("Articles")),
                "stories": most("stories", say("Stories")),
                "publishers": most("publishers", say("Publishers")),
                "ratio": Measure(label=say("Times usual"), operation="max", field="ratio", form=ONE_DECIMAL),
                "day": most("day", say("Last day"), is_date=True),
            },
        ),
        opens=opens(say, OVERVIEW),
    )


def _series(say: Say) -> ChartPanel:
    return ChartPanel(
        id="word-series",
        width=24,
        title=say("A word in all its forms, by day"),
        description=say(
            "In how many articles did a word appear, whichever script or alias it was written in? Without a choice "
            "above: the most frequent words.",
        ),
        chart=series(
            views.TERMS,
            "bar_stacked",
            Times(label=say("Day"), field=COUNTED_AT),
            {"articles": Measure(label=say("Articles"), operation="sum", field="articles")},
            split=Terms(label=say("Keyword"), field="term.raw", size=6, by="articles"),
        ),
        opens=opens(say, OVERVIEW),
    )


def _share(say: Say) -> ChartPanel:
    return ChartPanel(
        id="word-publishers",
        width=24,
        title=say("Publishers that say the word, by day"),
        description=say("Do more publishers say it, or one more often?"),
        chart=series(
            views.TERMS,
            "bar",
            Times(label=say("Day"), field=COUNTED_AT),
            {"publishers": Measure(label=say("Publishers"), operation="max", field="publishers")},
            split=Terms(label=say("Keyword"), field="term.raw", size=5, by="publishers"),
        ),
        opens=opens(say, STORIES),
    )


def _forms(say: Say) -> ChartPanel:
    return ChartPanel(
        id="forms",
        width=16,
        title=say("How it is written"),
        description=say("Under which spellings is a word counted?"),
        chart=table(
            views.TERMS,
            {
                "term": Terms(label=say("Keyword"), field="term.raw", size=15, by="articles"),
                "form": Terms(label=say("Form"), field="forms.raw", size=5),
            },
            {
                "articles": Measure(label=say("Articles"), operation="sum", field="articles"),
                "stories": Measure(label=say("Stories"), operation="sum", field="stories"),
            },
        ),
    )


def _co_terms(say: Say) -> ChartPanel:
    return ChartPanel(
        id="co-terms",
        width=16,
        title=say("Also appears with"),
        description=say("Which words appear in the same articles?"),
        chart=cloud(
            views.ALERTS,
            Terms(label=say("Word"), field="co_terms", size=40, by="value"),
            Measure(label=say("Topics"), operation="unique_count", field="alert_id"),
        ),
    )


def _topics(say: Say) -> ChartPanel:
    return ChartPanel(
        id="topics",
        width=16,
        title=say("Same topic"),
        description=say("Which other words belong to the same topic?"),
        chart=table(
            views.ALERTS,
            {
                "term": Terms(label=say("Keyword"), field="term.raw", size=15, by="score"),
                "also": Terms(label=say("Same topic"), field="also.raw", size=5, by="score"),
            },
            {"score": Measure(label=say("Score"), operation="max", field="score")},
        ),
    )


def _first(say: Say) -> ChartPanel:
    return ChartPanel(
        id="first-said",
        width=24,
        title=say("Who said it first"),
        description=say("Which publisher used the word first, and on which day?"),
        chart=table(
            views.ALERTS,
            {
                "term": Terms(label=say("Keyword"), field="term.raw", size=20, by="score"),
                "publisher": Terms(label=say("First publisher"), field="first_publisher", size=1, by="score"),
            },
            {
                "first": Measure(label=say("First seen"), operation="min", field="first_seen_on", is_date=True),
                "score": Measure(label=say("Score"), operation="max", field="score"),
            },
            sort="score",
        ),
    )


def _publishers(say: Say) -> ChartPanel:
    return ChartPanel(
        id="who-says",
        width=24,
        title=say("Who says it"),
        description=say("Which publishers stand behind the topics?"),
        chart=series(
            views.ALERTS,
            "bar_horizontal",
            Terms(label=say("Publisher"), field="publisher_names", size=15, by="topics"),
            {"topics": Measure(label=say("Topics"), operation="unique_count", field="alert_id")},
            colours={"topics": BLUE},
        ),
    )


def _rules(say: Say) -> ChartPanel:
    alerts = Measure(label=say("Alerts"), operation="unique_count", field="alert_id")
    days = Measure(label=say("Days"), operation="unique_count", field="day")
    return ChartPanel(
        id="rules",
        width=28,
        title=say("Scorecards of the rules"),
        description=say(
            "How often does each rule speak, about how much, and how often does it have to follow up? Its precision "
            "and recall are on the card that `mediawatch backtest` prints.",
        ),
        chart=table(
            views.ALERTS,
            {"rule": Terms(label=say("Rule"), field="rule", size=20, by="alerts")},
            {
                "alerts": alerts,
                "rate": Ratio(label=say("On a day with alerts"), of=alerts, to=days, form=ONE_DECIMAL),
                "publishers": Measure(label=say("Median publishers"), operation="median", field="publishers"),
                "baseline": Measure(label=say("Baseline days"), operation="median", field="baseline_days"),
                "followed": Ratio(
                    label=say("Followed up"),
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
        title=say("Words of the watch lists"),
        description=say("Which watched words were said most, and by list?"),
        chart=table(
            views.TERMS,
            {
                "list": Terms(label=say("Watch list"), field="watchlists", size=15, by="articles"),
                "term": Terms(label=say("Keyword"), field="term.raw", size=5, by="articles"),
            },
            {
                "articles": Measure(label=say("Articles"), operation="sum", field="articles"),
                "share": Measure(label=say("Highest share"), operation="max", field="share", form=PERCENT),
            },
        ),
    )


def _behind(say: Say) -> Row:
    return Row(
        height=14,
        panels=[
            SearchPanel(
                id="behind",
                width=48,
                title=say("Articles behind the alerts"),
                description=say("Which articles does an alert rest on? Choose a word above for its own."),
                search=BEHIND,
            )
        ],
    )


def evidence_search(say: Say) -> Search:
    """The articles that alerts rest on, the newest first."""
    return Search(
        id=BEHIND,
        title=say("[Media] Articles behind the alerts"),
        description=say("Articles that alerts rest on, the newest first."),
        view=views.EVIDENCE,
        columns=("term", "kind", "published_at", "publisher", "site", "title", "url"),
        order=((COUNTED_AT, "desc"), ("published_at", "desc")),
    )


def _evidence(say: Say) -> Row:
    return Row(
        height=14,
        panels=[
            SearchPanel(
                id="evidence",
                width=48,
                title=say("Alerts with their evidence"),
                description=say(
                    "What is the evidence for each alert: who, how many, which headlines, with links?",
                ),
                search=EVIDENCE,
            )
        ],
    )


def alerts_search(say: Say) -> Search:
    """Alerts with their evidence, the newest and strongest first."""
    return Search(
        id=EVIDENCE,
        title=say("[Media] Alerts with their evidence"),
        description=say("Alerts, the newest and strongest first."),
        view=views.ALERTS,
        columns=("day", "term", "kind", "publisher_names", "headline_titles", "headline_urls", "first_seen_on"),
        order=(("day", "desc"), ("score", "desc")),
    )
