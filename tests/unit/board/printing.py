"""Days printed straight into a lake, as if extracted, audited and accounted for, and what is counted of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from mediawatch.board.counts import Fact, LakeCounts, RuleVerdict
from mediawatch.board.local_index import refresh
from mediawatch.board.state import BoardState, open_board
from mediawatch.context import Context
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.records import (
    Alert,
    AlertKind,
    Article,
    DayCount,
    Headline,
    QualityResult,
    Ranking,
    Reason,
    Seed,
    Source,
    Story,
    Tally,
)
from mediawatch.records.ledger import ledger_rows
from mediawatch.stories.publishers import told
from mediawatch.tables.extraction import ARTICLES, IDENTITIES, RANKINGS, Identity
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES, VISITS, FinalOutcome, Visit
from mediawatch.tables.quality import RULE_RESULTS, VERDICTS, Verdict
from mediawatch.tables.stories import CLUSTERED, EARLIER, MERGES, STORIES, Clustered
from tests.support.lakes import a_context, seal_by_hand

DAY = date(2026, 4, 29)
NOON = datetime(2026, 4, 29, 12, 0, tzinfo=UTC)
CANARY = '<script>document.title="caught"</script><img src=x onerror=alert(1)>"\'&'
BATCH = "20260429T120000Z"


def a_source(name: str = "paper", title: str = "The Paper", **changes: object) -> Source:
    """A source at a host of its own."""
    host = f"www.{name}.example"
    values: dict[str, object] = {
        "name": name,
        "title": title,
        "home": f"https://{host}/",
        "hosts": (host,),
        "timezone": "UTC",
        "languages": ("zh-Hans",),
        "country": "CN",
        "discovery": (Seed(kind="auto", url=f"https://{host}/"),),
    }
    return Source.model_validate({**values, **changes})


def an_article(title: str, text: str = "", *, day: date = DAY, source: str = "paper", **changes: object) -> Article:
    """An article of `source`, seen at noon of `day` unless `changes` say otherwise."""
    name = sha256(f"{source} {day} {title}".encode()).hexdigest()[:32]
    seen = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    values: dict[str, object] = {
        "article_id": name,
        "revision": 1,
        "link_id": name,
        "url": f"https://www.{source}.example/{name[:8]}.html",
        "canonical_url": "",
        "source": source,
        "site": f"www.{source}.example",
        "title": title,
        "title_en": "",
        "text": text,
        "body_zh": text,
        "body_en": "",
        "language": "zh-Hans",
        "languages": (changes.get("language", "zh-Hans"),),
        "byline": "",
        "section": "",
        "original_publisher": "",
        "published_at": seen - timedelta(hours=1),
        "published_on": day,
        "announced_at": None,
        "first_seen_at": seen,
        "fetched_at": seen,
        "counted_on": day,
        "title_length": len(title),
        "text_length": len(text),
        "han_share": 1.0,
        "text_digest": name,
        "extracted_by": "test",
    }
    return Article(**{**values, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What a day is to hold; `copies` are those of its articles that are one story, None where it is not clustered."""

    day: date = DAY
    articles: Sequence[Article] = ()
    tallies: Sequence[Tally] = ()
    fates: Sequence[FinalOutcome] = ()
    quality: Sequence[QualityResult] = ()
    copies: Sequence[Sequence[Article]] | None = None
    rankings: Sequence[Ranking] = ()
    visits: Sequence[Visit] | None = None
    edition: str = "1"


def print_day(store: Store, printed: Printed) -> None:
    """Publish the day as its stages would."""
    day = printed.day
    batch = BatchKey(day=day, batch=BATCH)
    seal_by_hand(store, batch)
    identities = [_identity(article, day) for article in printed.articles]
    verdicts = [_verdict(article) for article in printed.articles]
    with_batch = PartitionKey(stage="extract", day=day, batch=BATCH)
    writer = _writer(store, with_batch, printed.edition)
    writer.append(ARTICLES, printed.articles)
    writer.append(IDENTITIES, identities)
    writer.append(RANKINGS, printed.rankings)
    extract = writer.publish()
    writer = PartitionWriter(
        store, PartitionKey(stage="audit", day=day), inputs={BATCH: extract.digest}, version="1", settings={}
    )
    writer.append(VERDICTS, verdicts)
    writer.append(RULE_RESULTS, printed.quality)
    writer.publish()
    if printed.copies is not None:
        _print_stories(store, printed, printed.copies)
    if printed.tallies:
        writer = _writer(store, PartitionKey(stage="ledger", day=day), printed.edition)
        writer.append(BOUNDARIES, ledger_rows(day, printed.tallies))
        writer.append(FINAL_OUTCOMES, printed.fates)
        if printed.visits is not None:
            writer.append(VISITS, printed.visits)
        writer.publish()


def _print_stories(store: Store, printed: Printed, copies: Sequence[Sequence[Article]]) -> None:
    """The day's stories: each of `copies`, and every other article for itself."""
    joined = {article.article_id for group in copies for article in group}
    alone = [[article] for article in printed.articles if article.article_id not in joined]
    writer = _writer(store, PartitionKey(stage="cluster", day=printed.day), printed.edition)
    rows, stories = [], []
    for group in [*copies, *alone]:
        publishers = {a.article_id: a.original_publisher or a.site for a in group}
        members = [_member(article, printed.day, group[0].article_id) for article in group]
        rows += [replace(member, publisher=publishers[member.article_id]) for member in members]
        stories.append(told(group[0].article_id, members, publishers, printed.day))
    own = {row.story_id for row in rows}
    writer.append(CLUSTERED, rows)
    writer.append(EARLIER, [row for row in _clustered_before(store, printed.day) if row.story_id in own])
    writer.append(STORIES, stories)
    writer.append(MERGES, [])
    writer.publish()


def _clustered_before(store: Store, day: date) -> list[Clustered]:
    receipt = current(store, PartitionKey(stage="cluster", day=day - timedelta(days=1)))
    return [] if receipt is None else list(read_rows(store, receipt, CLUSTERED))


def _member(article: Article, day: date, story_id: str) -> Clustered:
    return Clustered(
        article_id=article.article_id,
        batch=BATCH,
        day=day,
        at=article.published_at or article.first_seen_at,
        named_publisher=article.original_publisher,
        site=article.site,
        signature=b"",
        title=article.title,
        url=article.url,
        language=article.language,
        story_id=story_id,
    )


def _writer(store: Store, key: PartitionKey, edition: str) -> PartitionWriter:
    return PartitionWriter(store, key, inputs={"edition": edition}, version="1", settings={})


def _identity(article: Article, day: date) -> Identity:
    return Identity(
        link_id=article.link_id,
        article_id=article.article_id,
        revision=article.revision,
        source=article.source,
        address=article.url,
        text_digest=article.text_digest,
        day=day,
        batch=BATCH,
        counted_on=article.counted_on,
        reason=None,
    )


def _verdict(article: Article) -> Verdict:
    return Verdict(
        link_id=article.link_id,
        article_id=article.article_id,
        revision=article.revision,
        source=article.source,
        batch=BATCH,
        reason=None,
        detail="",
    )


def tallies(source: str = "paper", *, announced: int = 10, admitted: int = 6) -> list[Tally]:
    """A day of a source: one link gone, one pending, one out by robots, the rest admitted and waiting for an index."""
    fetched = announced - 3
    lost = {Reason.BELOW_STANDARD: fetched - admitted} if fetched > admitted else {}
    return [
        Tally(stage="discover", source=source, received=announced, passed=announced),
        Tally(
            stage="fetch",
            source=source,
            received=announced,
            passed=fetched,
            lost={Reason.GONE: 1, Reason.ROBOTS: 1},
            pending={Reason.TOO_SLOW: 1},
        ),
        Tally(stage="extract", source=source, received=fetched, passed=fetched),
        Tally(stage="audit", source=source, received=fetched, passed=admitted, lost=lost),
        Tally(stage="index", source=source, received=admitted, passed=0, pending={Reason.NOT_INDEXED_YET: admitted}),
    ]


def a_fate(
    reason: Reason, *, title: str = "Where it went", url: str = "https://www.paper.example/gone"
) -> FinalOutcome:
    """A link of the paper that ended at fetching."""
    link = sha256(f"{reason} {url}".encode()).hexdigest()[:32]
    return FinalOutcome(
        day=DAY, link_id=link, source="paper", url=url, title=title, stage="fetch", reason=reason, detail="status 404"
    )


def a_visit(source: str = "paper", reason: Reason | None = None, *, path: str = "feed", detail: str = "") -> Visit:
    """A harvest's visit to an address of the source."""
    return Visit(
        day=DAY,
        batch=BATCH,
        source=source,
        url=f"https://www.{source}.example/{path}",
        kind="feed",
        at=NOON,
        reason=reason,
        detail=detail,
        items=0 if reason else 10,
        is_pointer=False,
    )


def a_story(title: str, *, publishers: int = 1, day: date = DAY, url: str = "https://www.paper.example/s") -> Story:
    """A story with as many copies as publishers."""
    return Story(
        story_id=sha256(title.encode()).hexdigest()[:32],
        day=day,
        first_on=day,
        title=title,
        url=url,
        language="zh-Hans",
        publisher="www.paper.example",
        articles=publishers,
        sites=publishers,
        publishers=publishers,
        earliest_at=NOON,
        newest_at=NOON,
    )


EVIDENCE = an_article("市场等待关税结果").article_id
"""An article of the front page, for which alerts speak."""


def an_alert(term: str = "量子渡轮", kind: AlertKind = AlertKind.NEW, *, day: date = DAY, **changes: object) -> Alert:
    """An alert with a series of four weeks, two days of which were not collected."""
    values: dict[str, object] = {
        "alert_id": sha256(f"{term} {kind}".encode()).hexdigest()[:16],
        "rule": "core",
        "kind": kind,
        "topic": term,
        "term": term,
        "forms": (term,),
        "also": (),
        "episode_on": day,
        "day": day,
        "step": 0,
        "score": 5.0,
        "articles": 6,
        "stories": 4,
        "publishers": 3,
        "publisher_names": ("The Paper", "Northern Wire"),
        "ratio": None if kind is AlertKind.NEW else 4.25,
        "p_value": 1e-8,
        "baseline_days": 28,
        "first_seen_on": day,
        "last_seen_on": None,
        "series": tuple(
            DayCount(day=day - timedelta(days=27 - n), articles=n // 5, publishers=n // 9, is_covered=n not in (3, 4))
            for n in range(28)
        ),
        "headlines": (
            Headline(
                article_id=EVIDENCE,
                title=f"{term}首航",
                url="https://www.paper.example/ferry",
                publisher="The Paper",
                language="zh-Hans",
                published_at=NOON,
            ),
        ),
        "co_terms": ("港口",),
        "article_ids": (EVIDENCE,),
        "watchlists": (),
        "evaluation": "1",
    }
    return Alert(**{**values, **changes})  # type: ignore[arg-type]


class SetCounts(LakeCounts):
    """Stories and alerts as a test wants them."""

    def __init__(
        self,
        context: Context,
        *,
        stories: Iterable[Story] | None = None,
        alerts: Iterable[Alert] = (),
        forms: Iterable[str] = (),
    ) -> None:
        super().__init__(context)
        self._stories = None if stories is None else list(stories)
        self._alerts, self._forms = list(alerts), tuple(forms)

    def stories(self, day: date) -> Sequence[Story] | None:
        """Those of the day; the lake's where a test wants none."""
        if self._stories is None:
            return super().stories(day)
        return [story for story in self._stories if story.day == day]

    def alerts(self, first: date, last: date) -> Sequence[Alert]:
        """Those of the days."""
        return [alert for alert in self._alerts if first <= alert.day <= last]

    def forms(self, word: str) -> Sequence[str]:
        """All forms when the word is one of them."""
        return self._forms if word in self._forms else (word,)

    def explanations(self, word: str, day: date) -> Sequence[RuleVerdict]:
        """Too few publishers."""
        facts = (Fact(name="publishers", value=1), Fact(name="ratio", value=1.25))
        return [RuleVerdict(rule="core", day=day, has_fired=False, gate="few publishers", facts=facts)]


@dataclass(slots=True)
class Front:
    """A newsroom of one day with its desk; `counts` None leaves stories and alerts uncounted."""

    folder: Path
    counts: SetCounts | None = None
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        sources = (a_source(), a_source("wire", "Northern Wire"), a_source("mute", "Silent Gazette"))
        self.context = a_context(self.folder, *sources, at=NOON)

    @property
    def store(self) -> Store:
        """The lake."""
        return self.context.store

    def print(self, *days: Printed) -> BoardState:
        """Print the days, put them on the shelf and open the desk."""
        for day in days:
            print_day(self.store, day)
        refresh(self.context)
        return open_board(self.context, self.counts)


def a_front_page(folder: Path) -> BoardState:
    """A week with everything on it: both scripts, a canary in a title, a ranking, losses, stories and alerts."""
    front = Front(folder)
    front.counts = SetCounts(
        front.context,
        alerts=[an_alert(), an_alert("关税", AlertKind.RISING, score=3.0), an_alert(CANARY, AlertKind.BACK, score=1.0)],
        forms=("关税", "tariff"),
    )
    past = [
        Printed(day=DAY - timedelta(days=back), articles=[_dated(f"旧闻第{back}则", back)], tallies=tallies())
        for back in range(7, 0, -1)
    ]
    return front.print(*past, today())


def _dated(title: str, back: int) -> Article:
    return an_article(title, "普通的一天，没有什么关税的消息。", day=DAY - timedelta(days=back))


def today() -> Printed:
    """The newest day of the front page."""
    told_twice = [
        an_article("市场等待关税结果", "分析人士说，关税谈判进展缓慢。港口照常运作。", authors=("周远",)),
        an_article("關稅談判再延期", "雙方就關稅問題交換了意見。", source="wire", language="zh-Hant"),
    ]
    return Printed(
        copies=[told_twice],
        articles=[
            *told_twice,
            an_article("Tariffs loom over harbour", "The harbour waits for the tariff talks.", language="en"),
            an_article(f"标题 {CANARY}", f"正文 {CANARY} 关税"),
            an_article("=HYPERLINK(\"http://evil.example\")", "公式"),
            an_article("坏链接", "正文", url="javascript:alert(1)"),
            replace(an_article("旧闻的修订", "修订后的正文"), counted_on=DAY - timedelta(days=1), revision=2),
        ],
        tallies=[*tallies(), *tallies("wire", announced=4, admitted=1)],
        fates=[a_fate(Reason.GONE), a_fate(Reason.TOO_SLOW, title=CANARY, url="https://www.paper.example/slow")],
        quality=[
            QualityResult(
                day=DAY, suite="articles", rule="title_length", source="paper", severity="error",
                observed="1 of 7 fail", expected="4 to 120 characters", checked=7, failed=1, is_passed=False,
            )
        ],
        visits=[
            a_visit(),
            a_visit(reason=Reason.GONE, path="old", detail="status 404"),
            a_visit("wire", Reason.UNCHANGED),
            a_visit("mute", Reason.UNREACHABLE, detail=f"no route to host {CANARY}"),
        ],
        rankings=[
            Ranking(
                source="paper", site="www.paper.example", day=DAY, heading="热点排行", rank=1, title=f"第一 {CANARY}",
                url="https://www.paper.example/1", link_id="1",
            )
        ],
    )  # fmt: skip
