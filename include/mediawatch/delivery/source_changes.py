"""Sources that changed their state, in words: what they are now, what says so, and what helps; and as one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from mediawatch.delivery.cleaning import clean
from mediawatch.delivery.message import MessageKind, Notice
from mediawatch.delivery.wording import day_words, template
from mediawatch.locale import Language, Words, words_of
from mediawatch.tables.health import SourceFinding, SourceHealth

Findings = Mapping[tuple[str, str], SourceFinding]
"""{(source, metric): the finding}."""

_AS_SHARES: Final = "share_"


def state_words(say: Words, health: SourceHealth) -> str:
    """What the source is."""
    return say(f"health.{health.state}")


def metric_words(say: Words, metric: str) -> str:
    """What a figure counts: `articles`, `articles until 09:00`, `share of links lost: not there any more`."""
    name, _, part = metric.partition(":")
    if not part:
        return say(f"metric.{name}")
    if part.isdigit():
        return say(f"metric.{name}", hour=part)
    return say("metric.by_reason", metric=say(f"metric.{name}"), reason=say(f"reason.{part}.name"))


def evidence_words(say: Words, health: SourceHealth, findings: Findings) -> str:
    """What says so: a figure with what was usual, or what failed and how often; "" for a source that is well."""
    if health.state == "unknown":
        return say("health.known_days", days=health.detail)
    if health.state == "certificate":
        return say("health.until", day=health.detail)
    finding = findings.get((health.source, health.metric))
    if finding is None or finding.low is None or finding.high is None:
        return _reasons(say, health.detail) if health.state != "live" else ""
    figure = say(
        "health.evidence",
        metric=metric_words(say, finding.metric),
        observed=_number(finding.metric, finding.observed),
        low=_number(finding.metric, max(finding.low, 0.0)),
        high=_number(finding.metric, finding.high),
    )
    return f"{figure}{say('message.and')}{_reasons(say, health.detail)}" if health.detail else figure


def _reasons(say: Words, detail: str) -> str:
    """`gone 3, no_text 1` in the reader's words."""
    counted = (part.rpartition(" ") for part in detail.split(", ") if part)
    return say("message.comma").join(f"{say.get(f'reason.{name}.name', name)} {count}" for name, _, count in counted)


def remedy_words(say: Words, health: SourceHealth) -> str:
    """What helps; "" for a source that is well or not known yet."""
    if health.state in ("live", "unknown"):
        return ""
    return say(f"health.{health.state}.remedy", source=health.source, day=health.day)


def _number(metric: str, value: float) -> str:
    return f"{100 * min(value, 1.0):.0f}%" if metric.startswith(_AS_SHARES) else f"{value:,.0f}"


def compose_changes(
    changed: Sequence[SourceHealth], findings: Findings, titles: Mapping[str, str], day: date, language: Language
) -> Notice:
    """One message about the sources that `changed` on `day`; `titles` are what people call them."""
    say = words_of(language)
    title = say.plural("message.sources", len(changed), day=day_words(day, language))
    entries = [
        {
            "name": clean(titles.get(health.source, health.source)),
            "state": state_words(say, health),
            "evidence": evidence_words(say, health, findings),
            "remedy": remedy_words(say, health),
        }
        for health in changed
    ]
    values = {"say": say, "language": say.tag, "title": title, "entries": entries}
    text = template("sources_text.txt", is_html=False).render(values).strip()
    return Notice(
        notice_id=f"sources/{day}",
        kind=MessageKind.SOURCES,
        day=day,
        title=title,
        text=text,
        html=template("sources_html.txt", is_html=True).render(values),
        rest=say("message.rest"),
    )
