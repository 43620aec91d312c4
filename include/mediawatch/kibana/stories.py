"""Stories: who said it first, who copied it, how it spread, and what readers chose to read."""

from __future__ import annotations

from mediawatch.kibana import views
from mediawatch.kibana.bilingual import Say
from mediawatch.kibana.charts import heat_map, number, series, shares, table
from mediawatch.kibana.colours import AMBER, BLUE, FEWER, steps
from mediawatch.kibana.columns import PERCENT, Cases, Measure, Ratio, Terms, Times
from mediawatch.kibana.navigation import KEYWORDS, OVERVIEW, STORIES, line, opens, title
from mediawatch.kibana.panels import ChartPanel, Row, SearchPanel
from mediawatch.kibana.saved_objects import Control, Dashboard, Search

STORY_LIST = "mw-search-stories"
OWN, COPIED = "is_repost : false", "is_repost : true"


def stories(say: Say) -> Dashboard:
    """The dashboard."""
    return Dashboard(
        id=STORIES,
        title=title(say, STORIES),
        description=say(
            "Who said it first, who copied it, how it spread, and what readers chose to read.",
            "谁最先报道、谁转载、如何传播、读者在读什么。",
        ),
        days=7,
        controls=[
            Control(id="publisher", view=views.STORIES, field="publisher", title=say("Publisher", "信源")),
            Control(id="language", view=views.STORIES, field="language", title=say("Language", "语言")),
            Control(id="site", view=views.ARTICLES, field="site", title=say("Site", "站点")),
        ],
        rows=[
            line(say, STORIES, _legend(say)),
            _numbers(say),
            Row(height=15, panels=[_clusters(say)]),
            Row(height=13, panels=[_first(say), _by_day(say), _by_site(say)]),
            Row(height=13, panels=[_spread(say), _sizes(say), _languages(say)]),
            Row(height=15, panels=[_ranks(say), _most_read(say)]),
            Row(height=14, panels=[_read_only(say), _unread(say)]),
            _list(say),
        ],
    )


def _legend(say: Say) -> str:
    return say(
        "To follow one story through all panels, choose its id in the table (the plus sign of the cell). Rankings are "
        "what sites show as most read.",
        "要在所有图表中追踪一篇报道，请在表中点击其编号旁的加号。阅读榜为各站点公布的热读列表。",
    )


def _numbers(say: Say) -> Row:
    return Row(height=6, panels=[*_story_counts(say), *_copy_numbers(say)])


def _story_counts(say: Say) -> list[ChartPanel]:
    story = Measure(label=say("Stories", "报道"), operation="unique_count", field="story_id")
    shared = Measure(
        label=say("Told by several publishers", "多信源报道"),
        operation="unique_count",
        field="story_id",
        where="publishers > 1",
    )
    return [
        ChartPanel(
            id="stories",
            width=12,
            title="",
            description=say("How many different texts were there?", "有多少篇不同的报道？"),
            chart=number(views.STORIES, story, subtitle=say("copies counted once", "转载只计一次")),
        ),
        ChartPanel(
            id="shared",
            width=12,
            title="",
            description=say("How many stories name more than one publisher?", "多少报道有一个以上的信源？"),
            chart=number(views.STORIES, shared),
        ),
    ]


def _copy_numbers(say: Say) -> list[ChartPanel]:
    copies = Ratio(
        label=say("Copies", "转载比例"),
        of=Measure(label="", where=COPIED),
        to=Measure(label=""),
        form=PERCENT,
    )
    return [
        ChartPanel(
            id="widest",
            width=12,
            title="",
            description=say("On how many sites is the most copied story?", "转载最广的报道出现在多少个站点？"),
            chart=number(
                views.STORIES,
                Measure(label=say("Most sites for one story", "单篇最多站点"), operation="max", field="sites"),
            ),
        ),
        ChartPanel(
            id="copied",
            width=12,
            title="",
            description=say("Which share of the articles was written elsewhere?", "多少文章转自他处？"),
            chart=number(views.ARTICLES, copies, subtitle=say("of all articles", "占全部文章")),
        ),
    ]


def _clusters(say: Say) -> ChartPanel:
    def most(field: str, label: str) -> Measure:
        return Measure(label=label, operation="max", field=field)

    return ChartPanel(
        id="clusters",
        width=48,
        title=say("Stories: who said it first, and how far it went", "报道：谁最先发布、传播多广"),
        description=say(
            "Which texts were carried most, who wrote them, and when did they begin and end?",
            "哪些文本传播最广、出自谁、何时开始与结束？",
        ),
        chart=table(
            views.STORIES,
            {
                "title": Terms(label=say("Headline", "标题"), field="title.raw", size=25, by="sites"),
                "publisher": Terms(label=say("First publisher", "最先报道者"), field="publisher", size=1, by="sites"),
                "url": Terms(label=say("Link", "链接"), field="url", size=1, by="sites"),
                "id": Terms(label=say("Story", "报道编号"), field="story_id", size=1, by="sites"),
            },
            {
                "publishers": most("publishers", say("Publishers", "信源")),
                "sites": most("sites", say("Sites", "站点")),
                "articles": most("articles", say("Copies", "篇数")),
                "first": Measure(label=say("First", "最早"), operation="min", field="earliest_at", is_date=True),
                "newest": Measure(label=say("Newest", "最近"), operation="max", field="newest_at", is_date=True),
            },
            sort="sites",
        ),
        opens=opens(say, OVERVIEW),
    )


def _first(say: Say) -> ChartPanel:
    return ChartPanel(
        id="first-publishers",
        width=16,
        title=say("Who said it first", "谁最先报道"),
        description=say("Which publishers begin the stories?", "哪些信源最先发布报道？"),
        chart=series(
            views.STORIES,
            "bar_horizontal",
            Terms(label=say("Publisher", "信源"), field="publisher", size=12, by="stories"),
            {"stories": Measure(label=say("Stories", "报道"), operation="unique_count", field="story_id")},
            colours={"stories": BLUE},
        ),
        opens=opens(say, OVERVIEW),
    )


def _own_and_copied(say: Say) -> dict[str, Measure]:
    return {
        "own": Measure(label=say("Own reports", "自采"), where=OWN),
        "copied": Measure(label=say("Copies", "转载"), where=COPIED),
    }


def _by_day(say: Say) -> ChartPanel:
    return ChartPanel(
        id="copies-by-day",
        width=16,
        title=say("Copies and own reports by day", "每日转载与自采"),
        description=say("Is more copied than written?", "转载多还是自采多？"),
        chart=series(
            views.ARTICLES,
            "bar_stacked",
            Times(label=say("Day", "日期"), field="counted_on"),
            _own_and_copied(say),
            colours={"own": BLUE, "copied": AMBER},
        ),
    )


def _by_site(say: Say) -> ChartPanel:
    return ChartPanel(
        id="copies-by-site",
        width=16,
        title=say("Copies and own reports by site", "各站点转载与自采"),
        description=say("Which sites write, and which copy?", "哪些站点自采，哪些站点转载？"),
        chart=series(
            views.ARTICLES,
            "bar_horizontal_stacked",
            Terms(label=say("Site", "站点"), field="site", size=12),
            _own_and_copied(say),
            colours={"own": BLUE, "copied": AMBER},
        ),
    )


def _spread(say: Say) -> ChartPanel:
    return ChartPanel(
        id="spread",
        width=24,
        title=say("Spread over time", "传播过程"),
        description=say(
            "When did which site carry it? Choose a story in the table above to see that story's path.",
            "哪个站点何时刊载？先在上表选定一篇报道，即可看到它的传播过程。",
        ),
        chart=series(
            views.ARTICLES,
            "bar_stacked",
            Times(label=say("Published", "发布时间"), field="published_at", interval="auto"),
            {"articles": Measure(label=say("Articles", "文章"))},
            split=Terms(label=say("Site", "站点"), field="site", size=10, by="articles", has_others=True),
        ),
    )


def _sizes(say: Say) -> ChartPanel:
    cases = (
        (say("1 site", "1 个站点"), "sites <= 1"),
        (say("2 sites", "2 个站点"), "sites : 2"),
        (say("3 to 5", "3–5 个"), "sites >= 3 and sites <= 5"),
        (say("6 and more", "6 个以上"), "sites >= 6"),
    )
    return ChartPanel(
        id="sizes",
        width=12,
        title=say("How far stories go", "报道的传播广度"),
        description=say("On how many sites does a story appear?", "一篇报道出现在多少个站点？"),
        chart=series(
            views.STORIES,
            "bar",
            Cases(label=say("Sites", "站点数"), cases=cases),
            {"stories": Measure(label=say("Stories", "报道"), operation="unique_count", field="story_id")},
            colours={"stories": BLUE},
        ),
    )


def _languages(say: Say) -> ChartPanel:
    return ChartPanel(
        id="languages",
        width=12,
        title=say("Languages of stories", "报道的语言"),
        description=say("In which language does a story begin?", "报道最初使用哪种语言？"),
        chart=shares(
            views.STORIES,
            "donut",
            Terms(label=say("Language", "语言"), field="language", size=8, by="value", has_others=True),
            Measure(label=say("Stories", "报道"), operation="unique_count", field="story_id"),
        ),
    )


def _ranks(say: Say) -> ChartPanel:
    return ChartPanel(
        id="ranks",
        width=24,
        title=say("Rank over time", "名次变化"),
        description=say(
            "Which headlines rise and fall in the readers' lists? Dark is the first place; white is off the list.",
            "哪些标题在阅读榜上升或下降？颜色越深名次越高，空白为未上榜。",
        ),
        chart=heat_map(
            views.RANKINGS,
            Times(label=say("Day", "日期"), field="day"),
            Terms(label=say("Headline", "标题"), field="title.raw", size=15, by="value", is_ascending=True),
            Measure(label=say("Best rank", "最高名次"), operation="min", field="rank"),
            steps(FEWER, [3, 6, 11, 21], most=100),
        ),
    )


def _rank_rows(say: Say, size: int) -> dict[str, Terms]:
    return {
        "title": Terms(label=say("Headline", "标题"), field="title.raw", size=size, by="rank", is_ascending=True),
        "url": Terms(label=say("Link", "链接"), field="url", size=1, by="rank", is_ascending=True),
    }


def _best_rank(say: Say) -> Measure:
    return Measure(label=say("Best rank", "最高名次"), operation="min", field="rank")


def _most_read(say: Say) -> ChartPanel:
    return ChartPanel(
        id="most-read",
        width=24,
        title=say("Most read, and its coverage", "热读与报道量"),
        description=say(
            "How many publishers tell what is read most, and in how many lists does it stand?",
            "读者最关注的内容有多少信源报道、登上几个榜单？",
        ),
        chart=table(
            views.RANKINGS,
            _rank_rows(say, 15),
            {
                "rank": _best_rank(say),
                "publishers": Measure(label=say("Publishers", "信源"), operation="max", field="publishers"),
                "lists": Measure(label=say("Lists", "榜单"), operation="unique_count", field="heading"),
                "days": Measure(label=say("Days", "天数"), operation="unique_count", field="day"),
            },
            is_ascending=True,
        ),
    )


def _read_only(say: Say) -> ChartPanel:
    return ChartPanel(
        id="read-not-told",
        width=24,
        title=say("Rising in the rankings, not in the news", "榜上热、新闻冷"),
        description=say(
            "What do readers choose that at most one publisher tells?", "哪些内容读者在读，却至多只有一个信源报道？"
        ),
        chart=table(
            views.RANKINGS,
            _rank_rows(say, 15),
            {
                "rank": _best_rank(say),
                "publishers": Measure(label=say("Publishers", "信源"), operation="max", field="publishers"),
                "day": Measure(label=say("Last day", "最近上榜"), operation="max", field="day", is_date=True),
            },
            is_ascending=True,
            query="not publishers > 1",
        ),
    )


def _unread(say: Say) -> ChartPanel:
    return ChartPanel(
        id="told-not-read",
        width=24,
        title=say("In the news, not in the rankings", "新闻热、榜上冷"),
        description=say(
            "What is carried by most sites and stands in no readers' list?", "哪些报道转载最广却未登上任何阅读榜？"
        ),
        chart=table(
            views.STORIES,
            {
                "title": Terms(label=say("Headline", "标题"), field="title.raw", size=15, by="sites"),
                "url": Terms(label=say("Link", "链接"), field="url", size=1, by="sites"),
            },
            {
                "sites": Measure(label=say("Sites", "站点"), operation="max", field="sites"),
                "publishers": Measure(label=say("Publishers", "信源"), operation="max", field="publishers"),
                "first": Measure(label=say("First", "最早"), operation="min", field="earliest_at", is_date=True),
            },
            query="not best_rank : *",
        ),
        opens=opens(say, KEYWORDS),
    )


def _list(say: Say) -> Row:
    return Row(
        height=14,
        panels=[
            SearchPanel(
                id="story-list",
                width=48,
                title=say("All stories", "全部报道"),
                description=say(
                    "Every story of the period, with its numbers and a link.", "本期全部报道及其数据与链接。"
                ),
                search=STORY_LIST,
            )
        ],
    )


def stories_search(say: Say) -> Search:
    """Every story, the most carried first."""
    return Search(
        id=STORY_LIST,
        title=say("[Media] Stories", "[媒体] 报道"),
        description=say("Stories, the most carried first, with links.", "报道列表，传播最广的在前，附链接。"),
        view=views.STORIES,
        columns=("title", "publisher", "publishers", "articles", "sites", "best_rank", "language", "first_on", "url"),
        order=(("sites", "desc"), ("publishers", "desc")),
    )
