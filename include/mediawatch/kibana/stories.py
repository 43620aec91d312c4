"""Stories: who said it first, who copied it, how it spread, and what readers chose to read."""

from __future__ import annotations

from mediawatch.kibana import views
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.charts import heat_map, number, series, shares, table
from mediawatch.kibana.colours import AMBER, BLUE, FEWER, steps
from mediawatch.kibana.columns import COUNTED_AT, PERCENT, Cases, Measure, Ratio, Terms, Times
from mediawatch.kibana.navigation import KEYWORDS, OVERVIEW, STORIES, line, opens, title
from mediawatch.kibana.panels import ChartPanel, Row, SearchPanel
from mediawatch.kibana.saved_objects import Control, Dashboard, Search

STORY_LIST = "mw-search-stories"
OWN, COPIED = "is_repost : false", "is_repost : true"
RETITLED = "is_retitled : true"


def stories(say: Say) -> Dashboard:
    """The dashboard."""
    return Dashboard(
        id=STORIES,
        title=title(say, STORIES),
        description=say(
            "Who said it first, who copied it, how it spread, and what readers chose to read.",
        ),
        days=7,
        controls=[
            Control(id="publisher", view=views.STORIES, field="publisher", title=say("Publisher")),
            Control(id="language", view=views.STORIES, field="language", title=say("Language")),
            Control(id="site", view=views.ARTICLES, field="site", title=say("Site")),
        ],
        rows=[
            line(say, _legend(say)),
            _numbers(say),
            Row(height=15, panels=[_clusters(say)]),
            Row(height=13, panels=[_first(say), _by_day(say), _by_site(say)]),
            Row(height=13, panels=[_spread(say), _sizes(say), _languages(say)]),
            Row(height=15, panels=[_ranks(say), _most_read(say)]),
            Row(height=14, panels=[_read_only(say), _unread(say)]),
            Row(height=13, panels=[_retitled(say), _retitled_by_site(say)]),
            _list(say),
        ],
    )


def _legend(say: Say) -> str:
    return say(
        "To follow one story through all panels, choose its id in the table (the plus sign of the cell). Rankings are "
        "what sites show as most read.",
    )


def _numbers(say: Say) -> Row:
    return Row(height=6, panels=[*_story_counts(say), *_copy_numbers(say)])


def _story_counts(say: Say) -> list[ChartPanel]:
    story = Measure(label=say("Stories"), operation="unique_count", field="story_id")
    shared = Measure(
        label=say("Told by several publishers"),
        operation="unique_count",
        field="story_id",
        where="publishers > 1",
    )
    return [
        ChartPanel(
            id="stories",
            width=12,
            title="",
            description=say("How many different texts were there?"),
            chart=number(views.STORIES, story, subtitle=say("copies counted once")),
        ),
        ChartPanel(
            id="shared",
            width=12,
            title="",
            description=say("How many stories name more than one publisher?"),
            chart=number(views.STORIES, shared),
        ),
    ]


def _copy_numbers(say: Say) -> list[ChartPanel]:
    copies = Ratio(
        label=say("Share of copies"),
        of=Measure(label="", where=COPIED),
        to=Measure(label=""),
        form=PERCENT,
    )
    return [
        ChartPanel(
            id="widest",
            width=12,
            title="",
            description=say("On how many sites is the most copied story?"),
            chart=number(
                views.STORIES,
                Measure(label=say("Most sites for one story"), operation="max", field="sites"),
            ),
        ),
        ChartPanel(
            id="copied",
            width=12,
            title="",
            description=say("Which share of the articles was written elsewhere?"),
            chart=number(views.ARTICLES, copies, subtitle=say("of all articles")),
        ),
    ]


def _clusters(say: Say) -> ChartPanel:
    def most(field: str, label: str) -> Measure:
        return Measure(label=label, operation="max", field=field)

    return ChartPanel(
        id="clusters",
        width=48,
        title=say("Stories: who said it first, and how far it went"),
        description=say(
            "Which texts were carried most, who wrote them, and when did they begin and end?",
        ),
        chart=table(
            views.STORIES,
            {
                "title": Terms(label=say("Headline"), field="title.raw", size=25, by="sites"),
                "publisher": Terms(label=say("First publisher"), field="publisher", size=1, by="sites"),
                "url": Terms(label=say("Link"), field="url", size=1, by="sites"),
                "id": Terms(label=say("Story"), field="story_id", size=1, by="sites"),
            },
            {
                "publishers": most("publishers", say("Publishers")),
                "sites": most("sites", say("Sites")),
                "articles": most("articles", say("Articles")),
                "first": Measure(label=say("First"), operation="min", field="earliest_at", is_date=True),
                "newest": Measure(label=say("Newest"), operation="max", field="newest_at", is_date=True),
            },
            sort="sites",
        ),
        opens=opens(say, OVERVIEW),
    )


def _first(say: Say) -> ChartPanel:
    return ChartPanel(
        id="first-publishers",
        width=16,
        title=say("Who said it first"),
        description=say("Which publishers begin the stories?"),
        chart=series(
            views.STORIES,
            "bar_horizontal",
            Terms(label=say("Publisher"), field="publisher", size=12, by="stories"),
            {"stories": Measure(label=say("Stories"), operation="unique_count", field="story_id")},
            colours={"stories": BLUE},
        ),
        opens=opens(say, OVERVIEW),
    )


def _own_and_copied(say: Say) -> dict[str, Measure]:
    return {
        "own": Measure(label=say("Own reports"), where=OWN),
        "copied": Measure(label=say("Copies"), where=COPIED),
    }


def _by_day(say: Say) -> ChartPanel:
    return ChartPanel(
        id="copies-by-day",
        width=16,
        title=say("Copies and own reports by day"),
        description=say("Is more copied than written?"),
        chart=series(
            views.ARTICLES,
            "bar_stacked",
            Times(label=say("Day"), field=COUNTED_AT),
            _own_and_copied(say),
            colours={"own": BLUE, "copied": AMBER},
        ),
    )


def _by_site(say: Say) -> ChartPanel:
    return ChartPanel(
        id="copies-by-site",
        width=16,
        title=say("Copies and own reports by site"),
        description=say("Which sites write, and which copy?"),
        chart=series(
            views.ARTICLES,
            "bar_horizontal_stacked",
            Terms(label=say("Site"), field="site", size=12),
            _own_and_copied(say),
            colours={"own": BLUE, "copied": AMBER},
        ),
    )


def _spread(say: Say) -> ChartPanel:
    return ChartPanel(
        id="spread",
        width=24,
        title=say("Spread over time"),
        description=say(
            "When did which site carry it? Choose a story in the table above to see that story's path.",
        ),
        chart=series(
            views.ARTICLES,
            "bar_stacked",
            Times(label=say("Published"), field="published_at", interval="auto"),
            {"articles": Measure(label=say("Articles"))},
            split=Terms(label=say("Site"), field="site", size=10, by="articles", has_others=True),
        ),
    )


def _sizes(say: Say) -> ChartPanel:
    cases = (
        (say("1 site"), "sites <= 1"),
        (say("2 sites"), "sites : 2"),
        (say("3 to 5"), "sites >= 3 and sites <= 5"),
        (say("6 and more"), "sites >= 6"),
    )
    return ChartPanel(
        id="sizes",
        width=12,
        title=say("How far stories go"),
        description=say("On how many sites does a story appear?"),
        chart=series(
            views.STORIES,
            "bar",
            Cases(label=say("Sites"), cases=cases),
            {"stories": Measure(label=say("Stories"), operation="unique_count", field="story_id")},
            colours={"stories": BLUE},
        ),
    )


def _languages(say: Say) -> ChartPanel:
    return ChartPanel(
        id="languages",
        width=12,
        title=say("Languages of stories"),
        description=say("In which language does a story begin?"),
        chart=shares(
            views.STORIES,
            "donut",
            Terms(label=say("Language"), field="language", size=8, by="value", has_others=True),
            Measure(label=say("Stories"), operation="unique_count", field="story_id"),
        ),
    )


def _ranks(say: Say) -> ChartPanel:
    return ChartPanel(
        id="ranks",
        width=24,
        title=say("Rank over time"),
        description=say(
            "Which headlines rise and fall in the readers' lists? Dark is the first place; white is off the list.",
        ),
        chart=heat_map(
            views.RANKINGS,
            Times(label=say("Day"), field=COUNTED_AT),
            Terms(label=say("Headline"), field="title.raw", size=15, by="value", is_ascending=True),
            Measure(label=say("Best rank"), operation="min", field="rank"),
            steps(FEWER, [3, 6, 11, 21], most=100),
        ),
    )


def _rank_rows(say: Say, size: int) -> dict[str, Terms]:
    return {
        "title": Terms(label=say("Headline"), field="title.raw", size=size, by="rank", is_ascending=True),
        "url": Terms(label=say("Link"), field="url", size=1, by="rank", is_ascending=True),
    }


def _best_rank(say: Say) -> Measure:
    return Measure(label=say("Best rank"), operation="min", field="rank")


def _most_read(say: Say) -> ChartPanel:
    return ChartPanel(
        id="most-read",
        width=24,
        title=say("Most read, and its coverage"),
        description=say(
            "How many publishers report what is read most, and in how many lists is it?",
        ),
        chart=table(
            views.RANKINGS,
            _rank_rows(say, 15),
            {
                "rank": _best_rank(say),
                "publishers": Measure(label=say("Publishers"), operation="max", field="publishers"),
                "lists": Measure(label=say("Lists"), operation="unique_count", field="heading"),
                "days": Measure(label=say("Days"), operation="unique_count", field="day"),
            },
            is_ascending=True,
        ),
    )


def _read_only(say: Say) -> ChartPanel:
    return ChartPanel(
        id="read-not-told",
        width=24,
        title=say("Rising in the rankings, not in the news"),
        description=say("What do readers choose that at most one publisher reports?"),
        chart=table(
            views.RANKINGS,
            _rank_rows(say, 15),
            {
                "rank": _best_rank(say),
                "publishers": Measure(label=say("Publishers"), operation="max", field="publishers"),
                "day": Measure(label=say("Last day"), operation="max", field="day", is_date=True),
            },
            is_ascending=True,
            query="not publishers > 1",
        ),
    )


def _unread(say: Say) -> ChartPanel:
    return ChartPanel(
        id="told-not-read",
        width=24,
        title=say("In the news, not in the rankings"),
        description=say("What is carried by most sites and is in no readers' list?"),
        chart=table(
            views.STORIES,
            {
                "title": Terms(label=say("Headline"), field="title.raw", size=15, by="sites"),
                "url": Terms(label=say("Link"), field="url", size=1, by="sites"),
            },
            {
                "sites": Measure(label=say("Sites"), operation="max", field="sites"),
                "publishers": Measure(label=say("Publishers"), operation="max", field="publishers"),
                "first": Measure(label=say("First"), operation="min", field="earliest_at", is_date=True),
            },
            query="not best_rank : *",
        ),
        opens=opens(say, KEYWORDS),
    )


def _retitled(say: Say) -> ChartPanel:
    return ChartPanel(
        id="retitled",
        width=32,
        title=say("Titles changed after publication"),
        description=say("Which article has another title now, and what did it say before? Few sites tell."),
        chart=table(
            views.ARTICLES,
            {
                "before": Terms(label=say("Title before"), field="title_before", size=15, by="day"),
                "title": Terms(label=say("Title now"), field="title.raw", size=2, by="day"),
                "site": Terms(label=say("Site"), field="site", size=1, by="day"),
            },
            {"day": Measure(label=say("Day"), operation="max", field=COUNTED_AT, is_date=True)},
            query=RETITLED,
        ),
    )


def _retitled_by_site(say: Say) -> ChartPanel:
    return ChartPanel(
        id="retitled-by-site",
        width=16,
        title=say("Changed titles by site"),
        description=say("Which site changes titles most often?"),
        chart=series(
            views.ARTICLES,
            "bar_horizontal",
            Terms(label=say("Site"), field="site", size=10, by="articles"),
            {"articles": Measure(label=say("Articles"))},
            query=RETITLED,
        ),
    )


def _list(say: Say) -> Row:
    return Row(
        height=14,
        panels=[
            SearchPanel(
                id="story-list",
                width=48,
                title=say("All stories"),
                description=say("Every story of the period, with its numbers and a link."),
                search=STORY_LIST,
            )
        ],
    )


def stories_search(say: Say) -> Search:
    """Every story, the most carried first."""
    return Search(
        id=STORY_LIST,
        title=say("[Media] Stories"),
        description=say("Stories, the most carried first, with links."),
        view=views.STORIES,
        columns=("title", "publisher", "publishers", "articles", "sites", "best_rank", "language", "first_on", "url"),
        order=(("sites", "desc"), ("publishers", "desc")),
    )
