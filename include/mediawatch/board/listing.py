"""What the pages list, as tables: rows of the lake to cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from mediawatch.board.addresses import (
    address,
    article_address,
    publisher_address,
    source_address,
    story_address,
    word_address,
)
from mediawatch.board.body_search import TitleHit
from mediawatch.board.counts import Fact
from mediawatch.board.queries import SOURCE_DAYS, ReasonSum, SourceState, StageSum
from mediawatch.board.source_page import SourceVolume
from mediawatch.board.story_page import Copy
from mediawatch.board.tables import CellLink, CellMessage, CellPage, ShownTable, columns
from mediawatch.board.watch_page import KnownLists
from mediawatch.harvest.visits import SeedDay
from mediawatch.keywords.published_rules import Scorecard
from mediawatch.keywords.watching import WatchList
from mediawatch.locale import Words, chance_words, times, words_of
from mediawatch.quality.suites import RULES
from mediawatch.records import Alert, DayCount, Headline, QualityResult, Ranking, Story
from mediawatch.tables.board import HeadlineRow
from mediawatch.tables.ledger import FinalOutcome

Names = Mapping[str, str]
"""What people call a source, a host or a publisher's id."""


def articles(
    rows: Iterable[tuple[date, HeadlineRow]], names: Names, say: Words, *, name: str = "articles", csv: str = ""
) -> ShownTable:
    """Articles in the given order, each with a day that lists it."""
    return ShownTable(
        name=name,
        columns=columns(
            "title", "publisher", "source", "language", "published_at", "seen",
            links=["title"], when=["published_at", "seen"],
        ),
        rows=[
            (
                title_of(a, day),
                publisher_cell(publisher_of(a, names), a.publisher),
                source_cell(a.source),
                language_of(a.language, say),
                a.published_at,
                a.first_seen_at,
            )
            for day, a in rows
        ],
        csv=csv,
    )  # fmt: skip


def publisher_cell(name: str, key: str = "") -> CellPage:
    """A publisher by the name that people call it, which leads to the page of `key`: its id, its name or its host."""
    return CellPage(text=name, address=publisher_address(key or name))


def language_of(tag: str, say: Words) -> CellMessage:
    """A language by its name."""
    return CellMessage(word=tag, label=say.get(f"languages.{tag}", tag))


def publisher_of(article: HeadlineRow, names: Names) -> str:
    """Who wrote it as printed, else what people call the source."""
    return article.original_publisher or names.get(article.source, article.site)


def source_cell(name: str) -> CellPage:
    """A source of the catalogue, which leads to its page."""
    return CellPage(text=name, address=source_address(name))


def hits(found: Iterable[TitleHit], names: Names, say: Words, *, name: str = "search", csv: str = "") -> ShownTable:
    """Articles found."""
    return articles(((hit.day, hit.article) for hit in found), names, say, name=name, csv=csv)


def title_of(article: HeadlineRow, day: date) -> CellLink:
    """The title as a link, the English one beside it where it is another, and the article's page."""
    note = "" if article.title_en == article.title else article.title_en
    about = article_address(article.article_id, day)
    return CellLink(text=article.title, url=article.url, language=article.language, note=note, about=about)


def copies(found: Iterable[Copy], names: Names, *, csv: str = "") -> ShownTable:
    """The articles of a story, the earliest first."""
    return ShownTable(
        name="copies",
        columns=columns(
            "title", "publisher", "site", "published_at", "day", links=["title"], when=["published_at", "day"]
        ),
        rows=[
            (
                CellLink(text=c.title, url=c.url, language=c.language, about=article_address(c.article_id, c.day)),
                publisher_cell(names.get(c.publisher, c.publisher), c.publisher),
                publisher_cell(names.get(c.site, c.site), c.site),
                c.at,
                c.day,
            )
            for c in found
        ],
        csv=csv,
    )


def label_of(watchlist: WatchList, say: Words) -> str:
    """What people call a watch list in the reader's language."""
    return (watchlist.label.zh if say.language == "zh" else watchlist.label.en) or watchlist.name


def watchlists(known: KnownLists, say: Words) -> ShownTable:
    """The watch lists: what each asks for, what a day needs, and whom it tells."""
    return ShownTable(
        name="watchlists",
        columns=columns("watchlist", "asks", "needs", "recipients"),
        rows=[
            (
                CellPage(text=label_of(each, say), address=address("/watch", list=each.name)),
                say("error.comma").join((*each.terms, *each.all_of, *each.any_of, *each.regex)),
                say(
                    "count.pair",
                    articles=say.plural("count.articles", each.min_articles),
                    publishers=say.plural("count.publishers", each.min_publishers),
                ),
                say("error.comma").join(known.told(each)),
            )
            for each in known.lists
        ],
    )


def volumes(found: Iterable[SourceVolume], *, csv: str = "") -> ShownTable:
    """A source day by day."""
    return ShownTable(
        name="volumes",
        columns=columns(
            "day", "announced", "admitted", "lost", "pending",
            numbers=["announced", "admitted", "lost", "pending"], when=["day"],
        ),
        rows=[(v.day, v.announced, v.admitted, v.lost, v.pending) for v in found],
        csv=csv,
    )  # fmt: skip


def editions(found: Iterable[tuple[date, HeadlineRow]]) -> ShownTable:
    """The revisions of an article by the days that list them."""
    return ShownTable(
        name="editions",
        columns=columns("day", "title", "published_at", when=["day", "published_at"], links=["title"]),
        rows=[(day, title_of(row, day), row.published_at) for day, row in found],
    )


def shares(counts: Iterable[tuple[CellPage, int]], *, name: str, of: str) -> ShownTable:
    """How many articles fall on each of several publishers, authors or sites: what `of` says."""
    return ShownTable(
        name=name, columns=columns(of, "articles", numbers=["articles"]), rows=[(cell, n) for cell, n in counts]
    )


def stories(found: Iterable[Story], names: Names, *, csv: str = "") -> ShownTable:
    """Stories in the given order."""
    return ShownTable(
        name="stories",
        columns=columns(
            "title",
            "first_publisher",
            "publishers",
            "articles",
            "sites",
            "first_on",
            links=["title"],
            numbers=["publishers", "articles", "sites"],
            when=["first_on"],
        ),
        rows=[
            (
                CellLink(text=s.title, url=s.url, language=s.language, about=story_address(s.story_id, s.day)),
                publisher_cell(names.get(s.publisher, s.publisher), s.publisher),
                s.publishers,
                s.articles,
                s.sites,
                s.first_on,
            )
            for s in found
        ],
        csv=csv,
    )


def words(found: Iterable[Alert], say: Words, *, csv: str = "") -> ShownTable:
    """Alerts as one line a word."""
    return ShownTable(
        name="words",
        columns=columns(
            "word", "kind", "title", "publishers", "articles", "stories", "ratio", "first_seen_on", "day",
            numbers=["publishers", "articles", "stories", "ratio"], when=["first_seen_on", "day"], links=["title"],
        ),
        rows=[
            (
                CellPage(text=a.term, address=word_address(a.term, a.day), is_word=True),
                kind_of(a, say),
                _article(a.headlines[0], a.day) if a.headlines else None,
                a.publishers,
                a.articles,
                a.stories,
                a.ratio,
                a.first_seen_on,
                a.day,
            )
            for a in found
        ],
        csv=csv,
    )  # fmt: skip


def _article(headline: Headline, day: date, note: str = "") -> CellLink:
    """An article that speaks for an alert of `day`."""
    about = article_address(headline.article_id, day)
    return CellLink(text=headline.title, url=headline.url, language=headline.language, note=note, about=about)


def kind_of(alert: Alert, say: Words) -> CellMessage:
    """Why the alert is one."""
    return CellMessage(word=alert.kind.value, label=say(f"kind.{alert.kind.value}"), tone=alert.kind.value)


def headlines(found: Iterable[Headline], names: Names, day: date) -> ShownTable:
    """The articles that speak for an alert of `day`."""
    return ShownTable(
        name="evidence",
        columns=columns("title", "publisher", "published_at", links=["title"], when=["published_at"]),
        rows=[
            (
                _article(h, day, quoted(h)),
                publisher_cell(names.get(h.publisher, h.publisher), h.publisher),
                h.published_at,
            )
            for h in found
        ],
    )


def quoted(headline: Headline) -> str:
    """The sentence that answers a watch list, what was found in brackets; empty without one."""
    if not headline.quote:
        return ""
    before, found, after = headline.quote
    return f"{before}【{found}】{after}"


def series(found: Iterable[DayCount], say: Words, *, name: str = "word_series", csv: str = "") -> ShownTable:
    """A word's days."""
    return ShownTable(
        name=name,
        columns=columns("day", "articles", "publishers", "covered", numbers=["articles", "publishers"], when=["day"]),
        rows=[(d.day, d.articles, d.publishers, _flag(d.is_covered, say)) for d in found],
        csv=csv,
    )


def _flag(is_so: bool, say: Words) -> CellMessage:
    return CellMessage(word="yes" if is_so else "no", label=say("yes" if is_so else "no"), tone="" if is_so else "off")


def rankings(lists: Iterable[Sequence[Ranking]], *, csv: str = "") -> ShownTable:
    """All lists below one another."""
    return ShownTable(
        name="rankings",
        columns=columns("site", "heading", "rank", "title", numbers=["rank"], links=["title"]),
        rows=[(r.site, r.heading, r.rank, CellLink(text=r.title, url=r.url)) for lines in lists for r in lines],
        csv=csv,
    )


def sources(states: Iterable[SourceState], say: Words, *, name: str = "sources", csv: str = "") -> ShownTable:
    """Sources in the given order."""
    return ShownTable(
        name=name,
        columns=columns(
            "name", "silent_days", "last_day", "admitted", "week", "announced", "lost", "pending", "trouble",
            "seeds",
            links=["name"], numbers=["admitted", "week", "announced", "lost", "pending"], when=["last_day"],
        ),
        rows=[
            (
                CellLink(text=s.title, url=s.home, note=s.name, about=source_address(s.name)),
                silence(s, say),
                s.last_day,
                s.admitted,
                s.week,
                s.announced,
                s.lost,
                s.pending,
                reason(s.trouble, say),
                answered(s, say),
            )
            for s in states
        ],
        csv=csv,
    )  # fmt: skip


def silence(state: SourceState, say: Words) -> CellMessage:
    """How long a source has brought nothing."""
    days = state.silent_days
    if not state.is_enabled:
        return CellMessage(word="disabled", label=say("sources.disabled"), tone="off")
    if days is None:
        return CellMessage(
            word=f">{SOURCE_DAYS}", label=say("sources.never", days=say.plural("count.days", SOURCE_DAYS)), tone="bad"
        )
    if days <= 1:
        return CellMessage(word=str(days), label=say(("sources.today", "sources.yesterday")[days]), tone="good")
    return CellMessage(word=str(days), label=say.plural("sources.silent", days), tone="bad")


def answered(state: SourceState, say: Words) -> CellMessage | None:
    """How many of a source's visits to its seeds were answered; None where nobody knows or nobody went."""
    if not state.visits or state.failed is None:
        return None
    count = state.visits - state.failed
    if state.is_failed:
        return CellMessage(word="failed", label=say.plural("sources.failed", state.visits, answered=count), tone="bad")
    return CellMessage(
        word=f"{count} of {state.visits}",
        label=say.plural("sources.answered", state.visits, answered=count),
        tone="off" if state.failed else "good",
    )


def rule_weeks(cards: Mapping[date, Scorecard], current: str, say: Words) -> ShownTable:
    """The weekly cards of the rules, newest first; `current` is the digest of the rule that alerts now."""
    return ShownTable(
        name="rule_weeks",
        columns=columns(
            "monday", "rule", "is_current", "injected", "recall", "lag_days", "alerts_a_day", "duplicates",
            numbers=["injected", "recall", "lag_days", "alerts_a_day", "duplicates"], when=["monday"],
        ),
        rows=[
            (
                monday,
                card.rule,
                _flag(card.digest == current, say),
                card.injected,
                card.recall,
                card.lag_days,
                card.alerts_a_day,
                card.duplicates,
            )
            for monday, card in sorted(cards.items(), reverse=True)
        ],
    )  # fmt: skip


def seeds(found: Iterable[SeedDay], say: Words, *, csv: str = "") -> ShownTable:
    """Feeds, sitemaps and list pages of the day, and how their visits ended."""
    return ShownTable(
        name="seeds",
        columns=columns(
            "seed", "source", "visits", "visited", "unchanged", "failures", "items", "reason", "detail",
            links=["seed"], numbers=["visits", "visited", "unchanged", "failures", "items"],
        ),
        rows=[
            (
                CellLink(text=each.url, url=each.url),
                source_cell(each.source),
                each.visits,
                each.visited,
                each.unchanged,
                each.failed,
                each.items,
                reason(each.reason.value if each.reason else "", say),
                each.detail,
            )
            for each in found
        ],
        csv=csv,
    )  # fmt: skip


def reason(word: str, say: Words) -> CellMessage | None:
    """A reason of the ledger; None for no word."""
    if not word:
        return None
    return CellMessage(word=word, label=say(f"reason.{word}.name"), meaning=say(f"reason.{word}.meaning"))


def stages(sums: Iterable[StageSum], say: Words, *, csv: str = "") -> ShownTable:
    """The funnel."""
    return ShownTable(
        name="stages",
        columns=columns(
            "stage", "received", "passed", "faults", "policy", "pending",
            numbers=["received", "passed", "faults", "policy", "pending"],
        ),
        rows=[
            (
                CellMessage(word=s.stage, label=say(f"stage.{s.stage}")),
                s.received, s.passed, s.faults, s.policy, s.pending,
            )
            for s in sums
        ],
        csv=csv,
    )  # fmt: skip


def reasons(sums: Iterable[ReasonSum], say: Words, *, csv: str = "") -> ShownTable:
    """Losses by reason, what the reason means beside it."""
    return ShownTable(
        name="reasons",
        columns=columns("reason", "class", "stage", "count", "top_sources", "meaning", numbers=["count"]),
        rows=[
            (
                CellMessage(word=s.reason.value, label=say(f"reason.{s.reason.value}.name")),
                CellMessage(
                    word=s.reason.kind.value, label=say(f"class.{s.reason.kind.value}"), tone=s.reason.kind.value
                ),
                CellMessage(word=s.stage, label=say(f"stage.{s.stage}")),
                s.count,
                ", ".join(f"{source} {count}" for source, count in s.sources),
                say(f"reason.{s.reason.value}.meaning"),
            )
            for s in sums
        ],
        csv=csv,
    )


def losses(found: Iterable[FinalOutcome], say: Words, *, csv: str = "") -> ShownTable:
    """Links that ended in a fault or wait."""
    return ShownTable(
        name="losses",
        columns=columns("link", "source", "stage", "reason", "detail", links=["link"]),
        rows=[
            (
                CellLink(text=outcome.title or outcome.url or outcome.link_id, url=outcome.url),
                source_cell(outcome.source),
                CellMessage(word=outcome.stage, label=say(f"stage.{outcome.stage}")),
                reason(outcome.reason.value if outcome.reason else "", say),
                outcome.detail,
            )
            for outcome in found
        ],
        csv=csv,
    )


def quality(found: Iterable[QualityResult], say: Words, *, csv: str = "") -> ShownTable:
    """Results of the audit's rules."""
    return ShownTable(
        name="quality",
        columns=columns(
            "rule", "source", "severity", "checked", "failed", "observed", "expected", "result",
            numbers=["checked", "failed"],
        ),
        rows=[
            (
                rule(q.rule, say),
                source_cell(q.source) if q.source else "",
                CellMessage(word=q.severity, label=say.get(f"severity.{q.severity}", q.severity)),
                q.checked,
                q.failed,
                CellMessage(word=q.observed, label=observed(q.observed, say)),
                CellMessage(word=q.expected, label=_expected(q, say)),
                CellMessage(
                    word="passed" if q.is_passed else "failed",
                    label=say(f"passed.{'yes' if q.is_passed else 'no'}"),
                    tone="good" if q.is_passed else "bad",
                ),
            )
            for q in found
        ],
        csv=csv,
    )  # fmt: skip


def rule(name: str, say: Words) -> CellMessage:
    """A rule of the audit in words, its name beside it."""
    return CellMessage(word=name, label=rule_title(name, say), meaning=name)


def rule_title(name: str, say: Words) -> str:
    """A rule of the audit in words; its name where there is no such rule any more."""
    try:
        return say.sentence(QUALITY, RULES[name].title) if name in RULES else name
    except KeyError:  # a rule of somebody's own, which nobody has translated
        return RULES[name].title


QUALITY = "quality"
"""The context of the words of rules in the catalogues."""
_OBSERVED = ("nothing", "failed", "quarantine", "admitted", "range")
"""What rules find is kept in English, in the form of these messages."""


def observed(kept: str, say: Words) -> str:
    """What a rule found, in the reader's language; as it is kept where it has no form that is known."""
    for name in _OBSERVED:
        english = re.split(r"\{(\w+)\}", words_of("en")(f"observed.{name}"))
        pattern = "".join(f"(?P<{part}>\\S{{1,40}})" if at % 2 else re.escape(part) for at, part in enumerate(english))
        if found := re.fullmatch(pattern, kept):
            return say(f"observed.{name}", **found.groupdict())
    return kept


def _expected(result: QualityResult, say: Words) -> str:
    """What a rule asks for; as it is kept where the rule of today asks for something else."""
    asked = RULES.get(result.rule)
    if asked is None or asked.expected != result.expected:
        return result.expected
    try:
        return say.sentence(QUALITY, result.expected)
    except KeyError:  # somebody has changed a bound, and translated nothing
        return result.expected


def facts(found: Iterable[Fact], say: Words) -> ShownTable:
    """The numbers that a rule judged by."""
    return ShownTable(
        name="facts",
        columns=columns("fact", "value", numbers=["value"]),
        rows=[(say(f"fact.{fact.name}"), _fact_value(fact, say)) for fact in found],
    )


def _fact_value(fact: Fact, say: Words) -> float | str | None:
    """A chance as one in so many; a ratio, and a rise counted in doublings, as so many times."""
    if fact.value is None or fact.name not in ("p_value", "ratio", "effect"):
        return fact.value
    if fact.name == "p_value":
        return chance_words(fact.value, say.language)
    return say("fact.times", times=times(fact.value if fact.name == "ratio" else 2**fact.value))


def days(found: Iterable[tuple[date, int | None]], *, csv: str = "") -> ShownTable:
    """Articles day by day."""
    return ShownTable(
        name="days", columns=columns("day", "articles", numbers=["articles"], when=["day"]), rows=list(found), csv=csv
    )
