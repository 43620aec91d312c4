"""What the pages of one story, article, publisher, author or source show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mediawatch.board import charts, listing, queries
from mediawatch.board.addresses import author_address
from mediawatch.board.article_page import ArticleDay, article_day
from mediawatch.board.local_index import BODY_DAYS
from mediawatch.board.operations_page import (
    days_table,
    figures_table,
    health_cell,
    health_table,
    operations,
    today_table,
    trace_table,
)
from mediawatch.board.pages import PageView, word_chart
from mediawatch.board.profile_page import Kind, profile
from mediawatch.board.searching import LONGEST_QUERY
from mediawatch.board.source_page import source_day
from mediawatch.board.story_page import story_day
from mediawatch.board.tables import CellPage, ShownTable
from mediawatch.quality.decisions import decide
from mediawatch.records import Alert, Article
from mediawatch.records.alert import QUIET_DAYS
from mediawatch.search.grammar import NameField
from mediawatch.search.names import own_publisher
from mediawatch.workflow.quarantine import held_on
from mediawatch.workflow.revisions import changes
from mediawatch.workflow.source_health import findings_of, health_on, last_judged
from mediawatch.workflow.tracing import TRACED_DAYS, trace


def story_page(view: PageView, story_id: str, day: date) -> dict[str, Any] | None:
    """A story and its copies; None where no day from `day` on has it."""
    told = story_day(view.state.context.store, view.state.counts, story_id, day)
    if told is None:
        return None
    csv = view.csv("copies", q=story_id, day=day)
    return {
        "told": told,
        "copies": listing.copies(told.copies, view.state.names, csv=csv),
        "alerts": _alerts(view, told.alerts),
    }


def operations_page(view: PageView) -> dict[str, Any]:
    """Every day with what it lacks, sources that are not well, and the quarantine."""
    found = operations(view.state.context)
    return {
        "found": found,
        "days": days_table(found.days, view.say),
        "today": today_table(found.today.behind, view.say) if found.today else None,
        "health": health_table(found.ill, found.findings, view.say),
        "rule_title": listing.rule_title,
    }


def trace_page(view: PageView, url: str) -> dict[str, Any]:
    """What became of `url`; without one the form alone."""
    found, complaint = None, ""
    try:
        found = trace(view.state.context, url) if url else None
    except ValueError:
        complaint = view.say("trace.no_address")
    return {
        "url": url,
        "days": TRACED_DAYS,
        "complaint": complaint,
        "found": found,
        "table": trace_table(found, view.say, ZoneInfo(view.state.context.settings.timezone)) if found else None,
        "changes": list(changes(found.revisions)) if found else [],
        "alerts": _alerts(view, found.alerts) if found and found.alerts else None,
    }


def decide_held(view: PageView, asked: tuple[date, str, str, str], why: str, by: str) -> bool:
    """Keep a decision about what is (day, scope, name), with its word; whether there is such a thing.

    The next build of the day takes it into account.  Raises Undecided without a reason.
    """
    day, scope, name, word = asked
    context = view.state.context
    held = next((one for one in held_on(context, day) if (one.scope, one.name) == (scope, name)), None)
    if held is None or word not in ("released", "rejected"):
        return False
    decide(context, day, held.scope, held.name, word="released" if word == "released" else "rejected", why=why, by=by)
    return True


def stop_page(view: PageView, alert: Alert, token: str) -> dict[str, Any]:
    """What somebody is asked who follows a message's link to stop alerts like `alert`."""
    dismissal = view.state.counts.dismissals().get(alert.alert_id)
    return {"alert": alert, "token": token, "dismissal": dismissal, "quiet_days": QUIET_DAYS}


def article_page(view: PageView, article_id: str, day: date) -> dict[str, Any] | None:
    """An article and what is known of it; None where no day from the one before `day` on has it."""
    told = article_day(view.state.context.store, view.state.counts, article_id, day)
    if told is None:
        return None
    article, names = told.article, view.state.names
    return {
        "told": told,
        "article": article,
        "publisher": article.original_publisher or names.get(article.publisher_id or article.source, article.site),
        "publisher_key": own_publisher(article),
        "newest": told.editions[-1][0] if told.editions else told.day,
        "fields": _fields(view, told),
        "credits": [credit.partition(":")[::2] for credit in article.credits if not credit.startswith("writer:")],
        "copies": listing.copies(told.story.copies, names) if told.story else None,
        "editions": listing.editions(told.editions),
        "alerts": _alerts(view, told.alerts),
    }


def _fields(view: PageView, told: ArticleDay) -> list[tuple[str, str]]:
    """What the page was read to say, and how sure that is, as (label, value); what is unknown is left out."""
    say, article = view.say, told.article
    found = {
        "published": _published(view, article),
        "publisher": say("field.sure", share=f"{article.provenance_confidence:.0%}")
        if article.original_publisher
        else "",
        "section": article.section,
        "canonical": article.canonical_url,
        "pages": str(article.pages) if article.pages > 1 else "",
        "length": f"{article.text_length:,}",
        "boilerplate": f"{article.boilerplate_share:.0%}" if article.boilerplate_share else "",
        "extracted": article.extracted_by,
        "revision": str(article.revision),
        "link": article.link_id,
    }
    return [(say(f"field.{name}"), value) for name, value in found.items() if value]


def _published(view: PageView, article: Article) -> str:
    if not article.published_origin:
        return ""
    return view.say(
        "field.read_from",
        origin=view.say(f"origin.{article.published_origin}"),
        precision=view.say(f"precision.{article.published_precision}"),
        share=f"{article.published_confidence:.0%}",
    )


def profile_page(view: PageView, kind: Kind, name: str, day: date) -> dict[str, Any]:
    """A publisher or an author: articles, their numbers day by day, and where they stood."""
    told, names = profile(view.state, kind, name, day), view.state.names
    chart = word_chart(view.say, told.shown_name, told.series, kind)
    fits = len(told.query) <= LONGEST_QUERY
    return {
        "told": told,
        "day": day,
        "days": BODY_DAYS,
        "chart": chart,
        "series": listing.days([(each.day, each.articles if each.is_covered else None) for each in told.series]),
        "shares": [_shares(view, field, counts) for field, counts in told.shares if counts],
        "articles": listing.hits(
            told.articles,
            names,
            view.say,
            name="profile_articles",
            csv=view.csv("search", q=told.query) if fits else "",
        ),
        "search": view.turned("/search", q=told.query) if fits else "",
        "stories": None if told.stories is None else listing.stories(told.stories, names),
        "alerts": _alerts(view, told.first_with),
    }


def _shares(view: PageView, field: NameField, counts: Iterable[tuple[str, int]]) -> ShownTable:
    if field == "author":
        authors = ((CellPage(text=name, address=author_address(name)), count) for name, count in counts)
        return listing.shares(authors, name="by_author", of=field)
    named = ((listing.publisher_cell(view.state.counts.publisher(name), name), count) for name, count in counts)
    return listing.shares(named, name="by_site" if field == "site" else "by_publisher", of=field)


def source_page(view: PageView, name: str, day: date) -> dict[str, Any] | None:
    """A source: volume, losses, feeds and articles; None for one that is not in the catalogue."""
    told = source_day(view.state, name, day)
    if told is None:
        return None
    say = view.say
    before, after = view.state.neighbours(day)
    points = [(f"{volume.day:%m-%d}", volume.admitted) for volume in told.volumes]
    title = say.plural("source.volume_title", len(points), source=told.source.title, day=day)
    return {
        "told": told,
        "day": day,
        "before": before,
        "after": after,
        "silence": listing.silence(told.state, say),
        "answered": listing.answered(told.state, say),
        "trouble": listing.reason(told.state.trouble, say),
        "chart": charts.columns(points, name="volume", title=title, width=charts.WIDE),
        "volumes": listing.volumes(reversed(told.volumes), csv=view.csv("volumes", q=name, day=day)),
        "reasons": listing.reasons(queries.reason_sums(told.ledger or ()), say),
        "seeds": None if told.seeds is None else listing.seeds(told.seeds, say),
        "losses": listing.losses(told.losses, say),
        "quality": listing.quality(told.failed_rules, say),
        **_health(view, name, day),
        "articles": listing.hits(
            told.articles, view.state.names, say, name="source_articles", csv=view.csv("search", q=f"source:{name}")
        ),
        "search": view.turned("/search", q=f"source:{name}"),
    }


def _health(view: PageView, source: str, day: date) -> dict[str, Any]:
    """How a source is by its own history, as of the last judged day up to `day`, and its figures with their bounds."""
    store = view.state.context.store
    judged = last_judged(store, day)
    mine = [row for row in health_on(store, judged) if row.source == source] if judged else []
    found = findings_of(store, judged, source) if judged else []
    return {
        "judged": judged,
        "health": health_cell(mine[0], view.say) if mine else None,
        "since": mine[0].since if mine else None,
        "figures": figures_table(found, view.say),
    }


def _alerts(view: PageView, found: Iterable[Alert] | None) -> ShownTable | None:
    return None if found is None else listing.words(found, view.say)
