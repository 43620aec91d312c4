"""Alerts as messages that explain themselves, in Chinese and English, as plain text and as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import quote

from mediawatch.delivery.channels import Dialect
from mediawatch.delivery.cleaning import clean, clean_piece, link
from mediawatch.delivery.message import Message
from mediawatch.delivery.preferences import Preferences
from mediawatch.delivery.routing import is_one_topic
from mediawatch.delivery.wording import (
    day_words,
    digit_line,
    kind_word,
    moment_words,
    short_day,
    sparkline,
    template,
)
from mediawatch.locale import Language, Words, chance_words, counted, ratio_words, words_of
from mediawatch.records import Alert, AlertKind, DayCount, Headline

_COLOURS: Final = {
    AlertKind.NEW: "#b3261e",
    AlertKind.BACK: "#8a5000",
    AlertKind.RISING: "#0b57a4",
    AlertKind.WATCH: "#2e6b34",
}
_PUBLISHERS_NAMED: Final = 8
_FORMS_SHOWN: Final = 8
_WORDS_SHOWN: Final = 10
_DAYS_SHOWN: Final = 28
_RECENT_DAYS: Final = 7
_BAR_PIXELS: Final = 40
_TITLE_CHARACTERS: Final = 80
"""Of the headline in a title: as much as the list of a mail program or the screen of a phone shows."""
_DOUBLED: Final = 2
_WINDOW_DAYS: Final = 4
"""Days that NEW and BACK look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStyle:
    """How a message is to look: its reader's language and time zone, and how its channel shows text.

    `labels` are the names of watch lists for people.  `kibana` is an address in which `{term}` stands for the word,
    `board` the address of the board, which ends in a slash; both empty for no links.  `has_digits` writes the series
    as numbers instead of bars.  `quiet_days` is how long a dismissed word is silent, 0 where it is not said;
    `preferences` what its reader thinks of such alerts.  `stop` gives the address where its reader stops an alert, ""
    where there is none.
    """

    language: Language = "zh"
    timezone: str = "UTC"
    dialect: Dialect = "plain"
    labels: Mapping[str, str] | None = None
    kibana: str = ""
    board: str = ""
    has_digits: bool = False
    quiet_days: int = 0
    preferences: Preferences | None = None
    stop: Callable[[Alert], str] = lambda _: ""


def compose(groups: Sequence[Sequence[Alert]], look: MessageStyle) -> Message:
    """One message about `groups` of alerts, one topic each with the alert to be told in full first.

    One group makes an alert, several a digest.  All text of articles is escaped; links are http(s) or left out.
    """
    say = words_of(look.language)
    cards = [_card(group, look, say) for group in groups]
    is_digest = len(cards) > 1
    title = _digest_title(groups, look, say) if is_digest else _title(groups[0][0], look, say)
    # For HTML the text is escaped by the template, so that no dialect's marks may be in it.
    plain = cards if look.dialect == "plain" else [_card(g, _plain(look), say) for g in groups]
    why = say("message.digest_why", topics=_topics(groups, say)) + say("message.stop")
    values = {"say": say, "why": why, "language": say.tag}
    text = template("digest_text.txt" if is_digest else "message_text.txt", is_html=False)
    return Message(
        title=clean(title),
        text=text.render(cards=cards, **values).strip(),
        html=template("message_html.txt", is_html=True).render(cards=plain, title=clean(title), **values),
    )


def title_of(alert: Alert, language: Language) -> str:
    """What an alert says in one line of plain text: its word, how many have it, and the headline that says it best."""
    return _title(alert, MessageStyle(language=language), words_of(language))


def _title(alert: Alert, look: MessageStyle, say: Words) -> str:
    line = _headline(alert, say, clean(alert.term, look.dialect))
    headline = clean(next((each.title for each in alert.headlines), ""))
    cut = headline if len(headline) <= _TITLE_CHARACTERS else headline[: _TITLE_CHARACTERS - 1] + "…"
    return " · ".join(filter(None, (line, clean(cut, look.dialect))))


def kibana_link(template: str, term: str) -> str:
    """The address that `template` makes of `term`; "" unless it is http(s)."""
    return link(template.replace("{term}", quote(term, safe="", errors="replace")))


def board_link(board: str, alert: Alert) -> str:
    """Where the board at `board` shows the alert's word on its day; of a pattern, the alert itself."""
    if alert.kind is AlertKind.WATCH and not alert.series:
        return link(f"{board}alerts?day={alert.day}&days=1#{_id(alert)}")
    return link(f"{board}word?w={quote(alert.term, safe='', errors='replace')}&day={alert.day}")


def _card(group: Sequence[Alert], look: MessageStyle, say: Words) -> dict[str, Any]:
    alert, language = group[0], look.language

    def shown(text: str) -> str:
        return clean(text, look.dialect)

    series = alert.series[-_DAYS_SHOWN:]
    return {
        "title": _headline(alert, say, shown(alert.term)),
        "kind": kind_word(alert.kind, language) + (say("message.update") if alert.step else ""),
        "colour": _COLOURS[alert.kind],
        "term": shown(alert.term),
        "what": _what(alert, say, shown),
        "facts": list(_facts(group, look, say, shown)),
        "headlines": [_headline_line(each, look) for each in alert.headlines[:3]],
        "series": _series(series, look, say),
        "spark": digit_line(series) if look.has_digits else sparkline(series),
        "recent": _recent(series, say),
        "span": _span(series, say),
        "bars": _bars(series, say),
        "has_gaps": any(not count.is_covered for count in series),
        "kibana": kibana_link(look.kibana, alert.term) if look.kibana else "",
        "board": board_link(look.board, alert) if look.board else "",
        "why": _why(group, look, say, shown),
        "to_dismiss": _to_dismiss(alert, look, say, shown),
        "stop": _shown_link(look.stop(alert), look),
        "dismiss": f'mediawatch alerts dismiss {_id(alert)} --why "…"',
    }


def _headline(alert: Alert, say: Words, term: str) -> str:
    return say(
        "message.headline",
        kind=kind_word(alert.kind, say.language),
        update=say("message.update") if alert.step else "",
        term=term,
        articles=say.plural("count.articles", alert.articles),
        publishers=say.plural("count.publishers", alert.publishers),
    )


def _digest_title(groups: Sequence[Sequence[Alert]], look: MessageStyle, say: Words) -> str:
    day = max(alert.day for group in groups for alert in group)
    return say("message.digest", topics=_topics(groups, say), day=day_words(day, look.language))


def _topics(groups: Sequence[Sequence[Alert]], say: Words) -> str:
    """How many topics `groups` have: what two days say of one counts once."""
    leads: list[Alert] = []
    for group in groups:
        if not any(is_one_topic(lead, group[0]) for lead in leads):
            leads.append(group[0])
    return say.plural("count.topics", len(leads))


def _what(alert: Alert, say: Words, shown: Callable[[str], str]) -> str:
    """What the alert is, in a sentence that its facts bear out."""

    def day(value: date | None) -> str:
        return day_words(value, say.language) if value else ""

    return say(
        f"message.{_sentence(alert)}",
        term=shown(alert.term),
        days=say.plural("count.days", alert.baseline_days),
        first=day(alert.first_seen_on),
        last=day(_seen_before(alert)),
        day=day(alert.day),
    )


def _sentence(alert: Alert) -> str:
    """The key of the sentence that says what the alert is."""
    if alert.kind is AlertKind.NEW and alert.usual:
        # An episode that goes on for days has its own first days before it.
        return "new_since" if alert.first_seen_on else "new_known"
    if alert.kind is AlertKind.NEW and not alert.baseline_days:
        return "new_known"
    if alert.kind is AlertKind.BACK and _seen_before(alert) is None:
        return "back_unknown"
    if alert.kind is AlertKind.RISING and alert.ratio is not None and alert.ratio < _DOUBLED:
        return "rising_some"
    return alert.kind.value


def _seen_before(alert: Alert) -> date | None:
    """The last day with the word before the alert's episode, where that is known."""
    if alert.counted_from is not None:
        return alert.seen_before_on
    # As alerts were kept before they told the days that they counted: the last day may be their own.
    last = alert.last_seen_on
    return last if last is not None and last < alert.episode_on - timedelta(days=_WINDOW_DAYS) else None


def _facts(
    group: Sequence[Alert], look: MessageStyle, say: Words, shown: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    alert, comma, language = group[0], say("message.comma"), look.language
    counts = (alert.articles, alert.stories, alert.publishers)
    yield say("message.counts"), say("message.counts_value", **counted(say, *counts)) + _counted_days(alert, say)
    if alert.matched and alert.matched != counts:
        yield say("message.matched"), say("message.counts_value", **counted(say, *alert.matched))
    if alert.publisher_names:
        yield say("message.publishers"), comma.join(_some(alert.publisher_names, _PUBLISHERS_NAMED, shown))
    if set(alert.forms) - {alert.term}:
        yield say("message.forms"), comma.join(_some(alert.forms, _FORMS_SHOWN, shown))
    yield from _comparisons(alert, say)
    if first := _first(alert, say, shown):
        yield say("message.first_seen"), first
    if alert.kind in (AlertKind.WATCH, AlertKind.RISING) and (last := _seen_before(alert)):
        yield say("message.seen_before"), day_words(last, language)
    for key, terms in _other_words(alert):
        yield say(f"message.{key}"), comma.join(_some(terms, _WORDS_SHOWN, shown))
    if look.preferences and (moved := _moved(alert, look.preferences, say, shown)):
        yield say("message.yours"), moved
    if others := [_headline(other, say, shown(other.term)) for other in group[1:]]:
        yield say("message.others"), say("message.and").join(others)


def _moved(alert: Alert, preferences: Preferences, say: Words, shown: Callable[[str], str]) -> str:
    """What moves the alert in its reader's own order, and the command that takes that back; "" where nothing does."""
    reasons = preferences.reasons(alert)
    told = (
        say(
            "message.yours_reason",
            what=kind_word(alert.kind, say.language) if reason.trait == "kind" else shown(reason.value),
            dismissed=reason.dismissed,
            bookmarked=reason.bookmarked,
        )
        for reason in reasons
    )
    points = sum(reason.points for reason in reasons)
    command = f"mediawatch alerts undo --for {preferences.recipient}"
    return (
        say("message.yours_value", points=f"{points:+.1f}", reasons=say("message.and").join(told), command=command)
        if reasons
        else ""
    )


def _comparisons(alert: Alert, say: Words) -> Iterator[tuple[str, str]]:
    """How many times the usual, or what was usual; and the odds of chance."""
    if ratio := ratio_words(alert.ratio, say.language):
        yield (
            say("message.ratio"),
            say("message.ratio_value", ratio=ratio, days=say.plural("count.days", alert.baseline_days)),
        )
    elif alert.kind is AlertKind.WATCH and alert.usual is not None and alert.baseline_days:
        usual = say.plural("count.articles", alert.usual)
        yield (
            say("message.ratio"),
            say("message.usual_value", articles=usual, days=say.plural("count.days", alert.baseline_days)),
        )
    if chance := chance_words(alert.p_value, say.language):
        yield say("message.chance"), chance


def _other_words(alert: Alert) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Key of the phrase, and the words: of one topic, or of one list."""
    if alert.kind is AlertKind.WATCH:
        found = [("other_words", (*alert.also, *alert.co_terms))]
    else:
        found = [("also", alert.also), ("co_terms", alert.co_terms)]
    yield from ((key, terms) for key, terms in found if terms)


def _counted_days(alert: Alert, say: Words) -> str:
    """The days that were counted, in brackets; nothing where they are not known."""
    if alert.counted_from is None:
        return ""
    first, last = short_day(alert.counted_from, say.language), short_day(alert.day, say.language)
    days = last if first == last else say("message.days_from_to", first=first, last=last)
    return say("message.in_brackets", text=days)


def _first(alert: Alert, say: Words, shown: Callable[[str], str]) -> str:
    """The first day, who had the word then, and since when that could be known."""
    if alert.first_seen_on is None:
        return ""
    notes = [shown(alert.first_publisher)] if alert.first_publisher else []
    if alert.recorded_since:
        notes.append(say("message.since", day=day_words(alert.recorded_since, say.language)))
    brackets = say("message.in_brackets", text=say("message.and").join(notes)) if notes else ""
    return day_words(alert.first_seen_on, say.language) + brackets


def _to_dismiss(alert: Alert, look: MessageStyle, say: Words, shown: Callable[[str], str]) -> str:
    """What the command stops, and for how long: of a list's match the word in that list, else the word."""
    days = say("message.for_days", days=say.plural("count.days", look.quiet_days)) if look.quiet_days else ""
    if alert.kind is not AlertKind.WATCH or not alert.watchlists:
        return say("message.dismiss") + days
    name = alert.watchlists[0]
    return (
        say("message.dismiss_watch", term=shown(alert.term), list=shown((look.labels or {}).get(name) or name)) + days
    )


def _headline_line(headline: Headline, look: MessageStyle) -> dict[str, str]:
    about = [clean(headline.publisher, look.dialect), moment_words(headline.published_at, look.timezone, look.language)]
    url = link(headline.url)
    return {
        "title": clean(headline.title, look.dialect) or url,
        "about": " · ".join(filter(None, about)),
        "url": _shown_link(url, look),
        **_quotation(headline, look),
    }


def _shown_link(url: str, look: MessageStyle) -> str:
    """The address as the channel takes it for one; "" stays."""
    return f"<{url}>" if url and look.dialect == "markdown" else url


def _quotation(headline: Headline, look: MessageStyle) -> dict[str, str]:
    """What is quoted of an article, in pieces; what was found is marked in the way of the channel."""
    before, found, after = (clean_piece(text, look.dialect) for text in headline.quote or ("", "", ""))
    mark = "**{}**" if look.dialect == "markdown" else "【{}】"
    # Marks of Markdown touch what they mark.
    marked = f"{found[: len(found) - len(found.lstrip())]}{mark.format(found.strip())}" if found else ""
    return {"before": before, "found": found, "after": after, "quote": f"{before}{marked}{after}".strip()}


def _series(series: Sequence[DayCount], look: MessageStyle, say: Words) -> str:
    if not series:
        return ""
    language = look.language
    return say(
        "message.series_value",
        line=digit_line(series) if look.has_digits else sparkline(series),
        first=short_day(series[0].day, language),
        last=short_day(series[-1].day, language),
        highest=max(count.articles for count in series),
    )


def _recent(series: Sequence[DayCount], say: Words) -> str:
    return say("message.comma").join(_day_count(count, say) for count in series[-_RECENT_DAYS:])


def _day_count(count: DayCount, say: Words) -> str:
    if not count.is_covered:
        return f"{short_day(count.day, say.language)} {say('message.no_data')}"
    return say("message.day_articles", day=short_day(count.day, say.language), number=count.articles)


def _span(series: Sequence[DayCount], say: Words) -> str:
    if not series:
        return ""
    return f"{short_day(series[0].day, say.language)} – {short_day(series[-1].day, say.language)}"


def _bars(series: Sequence[DayCount], say: Words) -> list[dict[str, Any]]:
    highest = max((count.articles for count in series), default=0) or 1
    return [
        {
            "articles": count.articles,
            "is_covered": count.is_covered,
            "height": max(1, round(_BAR_PIXELS * count.articles / highest)),
            "title": _day_count(count, say),
        }
        for count in series
    ]


def _why(group: Sequence[Alert], look: MessageStyle, say: Words, shown: Callable[[str], str]) -> str:
    labels = look.labels or {}
    rules = dict.fromkeys((a.rule, a.day) for a in group if a.kind is not AlertKind.WATCH)
    reasons = [say("message.why_rule", rule=shown(r), day=day_words(d, look.language)) for r, d in rules]
    if lists := dict.fromkeys(name for alert in group for name in alert.watchlists):
        named = say("message.comma").join(shown(labels.get(name) or name) for name in lists)
        reasons.append(say("message.why_watch", lists=named))
    return say("message.and").join(reasons) + say("message.stop")


def _some(texts: Sequence[str], most: int, shown: Callable[[str], str]) -> list[str]:
    return [shown(text) for text in texts[:most]] + (["…"] if len(texts) > most else [])


def _id(alert: Alert) -> str:
    """The alert's id, of letters that no shell or chat takes for something else."""
    return "".join(c for c in alert.alert_id if c.isascii() and (c.isalnum() or c in "-_.:"))[:80]


def _plain(look: MessageStyle) -> MessageStyle:
    return replace(look, dialect="plain")
