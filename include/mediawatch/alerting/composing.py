"""Alerts as messages that explain themselves, in Chinese and English, as plain text and as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mediawatch.alerting.channels import Dialect
from mediawatch.alerting.cleaning import clean, link
from mediawatch.alerting.message import Message
from mediawatch.alerting.phrases import Words, template, words_of
from mediawatch.alerting.recipients import Language
from mediawatch.alerting.wording import (
    chance_words,
    day_words,
    kind_word,
    moment_words,
    ratio_words,
    short_day,
    sparkline,
)
from mediawatch.records import Alert, AlertKind, DayCount, Headline

_COLOURS: Final = {
    AlertKind.NEW: "#b3261e",
    AlertKind.BACK: "#8a5000",
    AlertKind.RISING: "#0b57a4",
    AlertKind.WATCH: "#2e6b34",
}
_VOICES_NAMED: Final = 8
_FORMS_SHOWN: Final = 8
_WORDS_SHOWN: Final = 10
_DAYS_SHOWN: Final = 28
_RECENT_DAYS: Final = 7
_BAR_PIXELS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a message is to look: its reader's language and time zone, and how its channel shows text.

    `labels` are the names of watch lists for people.  `kibana` is an address in which `{term}` stands for the word.
    """

    language: Language = "zh"
    timezone: str = "UTC"
    dialect: Dialect = "plain"
    labels: Mapping[str, str] | None = None
    kibana: str = ""


def compose(groups: Sequence[Sequence[Alert]], look: Look) -> Message:
    """One message about `groups` of alerts, one topic each with the alert to be told in full first.

    One group makes an alert, several a digest.  All text of articles is escaped; links are http(s) or left out.
    """
    words = words_of(look.language)
    cards = [_card(group, look, words) for group in groups]
    title = cards[0]["title"] if len(cards) == 1 else _digest_title(groups, look, words)
    # For HTML the text is escaped by the template, so that no dialect's marks may be in it.
    plain = cards if look.dialect == "plain" else [_card(g, _plain(look), words) for g in groups]
    why = words["digest_why"].format(count=_number(len(cards), "topic", look.language)) + words["stop"]
    values = {"words": words, "why": why, "language": "zh-Hans" if look.language == "zh" else "en"}
    text = template("digest_text.txt" if len(cards) > 1 else "message_text.txt", is_html=False)
    return Message(
        title=clean(title),
        text=text.render(cards=cards, **values).strip(),
        html=template("message_html.txt", is_html=True).render(cards=plain, title=clean(title), **values),
    )


def headline_of(alert: Alert, language: Language) -> str:
    """What an alert says in one line of plain text."""
    words = words_of(language)
    return _headline(alert, words, language, clean(alert.term))


def kibana_link(template: str, term: str) -> str:
    """The address that `template` makes of `term`; "" unless it is http(s)."""
    return link(template.replace("{term}", quote(term, safe="", errors="replace")))


def _card(group: Sequence[Alert], look: Look, words: Words) -> dict[str, Any]:
    alert, language = group[0], look.language

    def shown(text: str) -> str:
        return clean(text, look.dialect)

    series = alert.series[-_DAYS_SHOWN:]
    return {
        "title": _headline(alert, words, language, shown(alert.term)),
        "kind": kind_word(alert.kind, language) + (words["update"] if alert.step else ""),
        "colour": _COLOURS[alert.kind],
        "term": shown(alert.term),
        "what": _what(alert, words, language, shown),
        "facts": list(_facts(group, words, language, shown)),
        "headlines": [_headline_line(each, look) for each in alert.headlines[:3]],
        "series": _series(series, words, language),
        "spark": sparkline(series),
        "recent": _recent(series, words, language),
        "span": _span(series, words, language),
        "bars": _bars(series, words, language),
        "has_gaps": any(not count.is_covered for count in series),
        "kibana": kibana_link(look.kibana, alert.term) if look.kibana else "",
        "why": _why(group, look, words, shown),
        "dismiss": f'mediawatch alerts dismiss {_id(alert)} --why "…"',
    }


def _headline(alert: Alert, words: Words, language: Language, term: str) -> str:
    return words["headline"].format(
        kind=kind_word(alert.kind, language),
        update=words["update"] if alert.step else "",
        term=term,
        articles=_number(alert.articles, "article", language),
        voices=_number(alert.voices, "voice", language),
    )


def _digest_title(groups: Sequence[Sequence[Alert]], look: Look, words: Words) -> str:
    day = max(alert.day for group in groups for alert in group)
    return words["digest"].format(count=_number(len(groups), "topic", look.language), day=day_words(day, look.language))


def _what(alert: Alert, words: Words, language: Language, shown: Callable[[str], str]) -> str:
    key = alert.kind.value
    if alert.kind is AlertKind.BACK and alert.last_seen_on is None:
        key = "back_unknown"
    last = day_words(alert.last_seen_on, language) if alert.last_seen_on else ""
    return words[key].format(term=shown(alert.term), days=alert.baseline_days, last=last)


def _facts(
    group: Sequence[Alert], words: Words, language: Language, shown: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    alert, comma = group[0], words["comma"]
    yield (
        words["counts"],
        words["counts_value"].format(
            articles=_number(alert.articles, "article", language),
            stories=_number(alert.stories, "story", language),
            voices=_number(alert.voices, "voice", language),
        ),
    )
    if alert.voice_names:
        yield words["voices"], comma.join(_some(alert.voice_names, _VOICES_NAMED, shown))
    if set(alert.forms) - {alert.term}:
        yield words["forms"], comma.join(_some(alert.forms, _FORMS_SHOWN, shown))
    if ratio := ratio_words(alert.ratio, language):
        yield words["ratio"], words["ratio_value"].format(ratio=ratio, days=alert.baseline_days)
    if chance := chance_words(alert.p_value, language):
        yield words["chance"], chance
    if alert.first_seen_on:
        yield words["first_seen"], day_words(alert.first_seen_on, language)
    if alert.also:
        yield words["also"], comma.join(_some(alert.also, _WORDS_SHOWN, shown))
    if alert.co_terms:
        yield words["co_terms"], comma.join(_some(alert.co_terms, _WORDS_SHOWN, shown))
    if others := [_headline(other, words, language, shown(other.term)) for other in group[1:]]:
        yield words["others"], words["and"].join(others)


def _headline_line(headline: Headline, look: Look) -> dict[str, str]:
    about = [clean(headline.publisher, look.dialect), moment_words(headline.published_at, look.timezone, look.language)]
    url = link(headline.url)
    return {
        "title": clean(headline.title, look.dialect) or url,
        "about": " · ".join(filter(None, about)),
        "url": f"<{url}>" if url and look.dialect == "markdown" else url,
    }


def _series(series: Sequence[DayCount], words: Words, language: Language) -> str:
    if not series:
        return ""
    return words["series_value"].format(
        line=sparkline(series),
        first=short_day(series[0].day, language),
        last=short_day(series[-1].day, language),
        highest=max(count.articles for count in series),
    )


def _recent(series: Sequence[DayCount], words: Words, language: Language) -> str:
    return words["comma"].join(_day_count(count, words, language) for count in series[-_RECENT_DAYS:])


def _day_count(count: DayCount, words: Words, language: Language) -> str:
    if not count.is_covered:
        return f"{short_day(count.day, language)} {words['no_data']}"
    return words["day_articles"].format(day=short_day(count.day, language), articles=count.articles)


def _span(series: Sequence[DayCount], words: Words, language: Language) -> str:
    if not series:
        return ""
    return f"{short_day(series[0].day, language)} – {short_day(series[-1].day, language)}"


def _bars(series: Sequence[DayCount], words: Words, language: Language) -> list[dict[str, Any]]:
    highest = max((count.articles for count in series), default=0) or 1
    return [
        {
            "articles": count.articles,
            "is_covered": count.is_covered,
            "height": max(1, round(_BAR_PIXELS * count.articles / highest)),
            "title": _day_count(count, words, language),
        }
        for count in series
    ]


def _why(group: Sequence[Alert], look: Look, words: Words, shown: Callable[[str], str]) -> str:
    labels = look.labels or {}
    rules = dict.fromkeys((a.rule, a.day) for a in group if a.kind is not AlertKind.WATCH)
    reasons = [words["why_rule"].format(rule=shown(r), day=day_words(d, look.language)) for r, d in rules]
    if lists := dict.fromkeys(name for alert in group for name in alert.watchlists):
        named = words["comma"].join(shown(labels.get(name) or name) for name in lists)
        reasons.append(words["why_watch"].format(lists=named))
    return words["and"].join(reasons) + words["stop"]


def _number(count: int, what: str, language: Language) -> str:
    if language == "zh":
        return str(count)
    plural = "stories" if what == "story" else f"{what}s"
    return f"{count:,} {what if count == 1 else plural}"


def _some(texts: Sequence[str], most: int, shown: Callable[[str], str]) -> list[str]:
    return [shown(text) for text in texts[:most]] + (["…"] if len(texts) > most else [])


def _id(alert: Alert) -> str:
    """The alert's id, of letters that no shell or chat takes for something else."""
    return "".join(c for c in alert.alert_id if c.isascii() and (c.isalnum() or c in "-_.:"))[:80]


def _plain(look: Look) -> Look:
    return Look(language=look.language, timezone=look.timezone, labels=look.labels, kibana=look.kibana)
