"""Scorecards: a rule tried over own history, with invented words injected where they can be found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Final

from mediawatch.context import Context, Report, silent
from mediawatch.errors import BadRequest
from mediawatch.keywords import TextDocument
from mediawatch.keywords.detect_stage import exclusions_of, watchlists_of
from mediawatch.keywords.published_rules import (
    DetectionRule,
    Scorecard,
    current_rule,
    keep_scorecard,
    keep_week,
    weeks,
)
from mediawatch.keywords.terms_stage import documents_of
from mediawatch.lake.partitions import partition_days
from mediawatch.records import Alert
from mediawatch.workflow.backtesting import Backtest, DaySpan

EVALUATED_DAYS: Final = 28
"""Days that the evaluation of a week judges: sixty words in them are two a day."""
PLANTED: Final = 60
"""Words injected in a run: one more or less found moves recall by less than .02."""
SEED: Final = 1
GRACE_DAYS: Final = 3
"""An alert this long after a word's last article still counts as finding it."""
_FEWEST, _MOST = 3, 8
_PUBLISHERS: Final = (2, 3, 4)
_DAYS: Final = (1, 1, 2, 3)
_HEADS: Final = "瀚霁澜曜翊沅璟昀屹琮湜暻骁骞溯煜泓淙铎锴"
_TAILS: Final = ("岭", "屿", "舸", "麒", "昙", "鸢", "骊", "螭", "鲟", "鹭", "科技", "行动", "条例", "热", "号", "大桥")
_SENTENCES: Final = (
    "据多方消息，{word}成为当天的话题，{word}的后续仍在进行。",
    "关于{word}，有关方面表示还需要时间确认，不过{word}已经引起注意。",
    "记者在现场看到{word}的资料，负责人拒绝就{word}回答更多问题。",
    "{word}一事传出后，居民反应不一，有人认为{word}影响不大。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """A word that stands in `articles`, on `days`; `due_on` is the first day by which two publishers and three articles
    have it."""

    word: str
    articles: frozenset[str]
    due_on: date
    last_on: date

    def is_found_by(self, alert: Alert) -> bool:
        """Whether the alert is about it: it or a word of the topic is the injected one."""
        words = (alert.topic, alert.term, *alert.also)
        return alert.day <= self.last_on + timedelta(days=GRACE_DAYS) and self.word in words


def make_scorecard(
    context: Context, rule: DetectionRule, *, span: DaySpan | None = None, report: Report = silent
) -> Scorecard:
    """The card of `rule` over the newsroom's counted days.

    Raises BadRequest when these are too few: the first weeks teach what is usual and can hold no word.
    """
    span = span or DaySpan()
    if missing := missing_days(context, rule, span):
        raise BadRequest(missing)
    days, judged = _counted(context, rule, span)
    injections, changed = inject_words(context, judged)
    backtest = Backtest(
        rules=rule.rules,
        aliases=context.aliases,
        publishers=context.publishers,
        exclusions=exclusions_of(context, judged[-1]),
        watchlists=watchlists_of(context),
    )
    alerts = list(backtest.judged(_days(context, days, changed), span=span, report=report))
    return _scorecard(rule, judged, injections, [alert for alert in alerts if alert.day >= judged[0]])


def missing_days(context: Context, rule: DetectionRule, span: DaySpan | None = None) -> str:
    """Why the newsroom has too few counted days for a card of `rule`, in a sentence; "" when it has enough."""
    days, judged = _counted(context, rule, span or DaySpan())
    needed = rule.rules.covered_days + rule.rules.window_days + 1
    return "" if judged else f"{len(days)} days were counted, and a scorecard needs {needed}: import or wait."


def _counted(context: Context, rule: DetectionRule, span: DaySpan) -> tuple[list[date], list[date]]:
    """The days to read, and those of them to judge.

    Of those before the first that `span` wants as many are read as the detector looks back, so that a card takes no
    longer for an old newsroom.
    """
    counted = partition_days(context.store, "terms")
    reach = timedelta(days=rule.rules.reach_days)
    days = [day for day in counted if not span.is_before(day) and (span.first is None or day >= span.first - reach)]
    return days, [day for day in days[rule.rules.covered_days + rule.rules.window_days :] if span.holds(day)]


def evaluation_lines(context: Context, report: Report = silent) -> list[str]:
    """Make this week's card of the rule that alerts, unless it is there, and say in lines what it found.

    A newsroom with too few counted days makes none, and the line says so.
    """
    span = DaySpan(first=context.today - timedelta(days=EVALUATED_DAYS))
    if missing := missing_days(context, current_rule(context), span):
        return [missing]
    monday, card, worse = evaluate_week(context, report=report)
    return [
        f"{card.rule}, week of {monday}: {card.recall:.0%} of {card.injected} words found, "
        f"{card.alerts_a_day:g} alerts a day over {card.days} days",
        *(f"worse than the week before: {line}" for line in worse),
    ]


def evaluate_week(
    context: Context, *, days: int = EVALUATED_DAYS, report: Report = silent
) -> tuple[date, Scorecard, list[str]]:
    """The card of the rule that alerts over the last counted days, kept as this week's: (monday, card, what is worse).

    `days` are those judged; as many as the detector looks back are read before them.  What is worse is said beside the
    last week evaluated before.  A week is evaluated once for each rule: a card that is there is told again.  Raises
    BadRequest as `make_scorecard` does.
    """
    rule, monday = current_rule(context), context.today - timedelta(days=context.today.weekday())
    held = weeks(context.store)
    before = [card for day, card in held.items() if day < monday]
    found = held.get(monday)
    if found is None or found.digest != rule.digest:
        found = make_scorecard(context, rule, span=DaySpan(first=context.today - timedelta(days=days)), report=report)
        keep_week(context.store, monday, found)
        keep_scorecard(context.store, found)
    return monday, found, found.lowers(before[-1]) if before else []


def inject_words(context: Context, days: Sequence[date]) -> tuple[list[Injection], dict[str, TextDocument]]:
    """Words put into articles of `days` by seed: the words, and {article id: the article with its word}."""
    random = Random(SEED)  # noqa: S311 - the same words in every run
    injections: list[Injection] = []
    changed: dict[str, TextDocument] = {}
    for number in range(PLANTED):
        first = random.randrange(len(days))
        spread = days[first : first + random.choice(_DAYS)]
        chosen = _chosen(context, spread, random, frozenset(changed))
        word = _HEADS[number % len(_HEADS)] + random.choice(_HEADS) + random.choice(_TAILS)
        publishers = {document.publisher for document in chosen}
        if len(chosen) >= _FEWEST and len(publishers) >= min(_PUBLISHERS):
            injections.append(_injection(word, chosen))
            changed |= {each.article_id: _with(each, word, random) for each in chosen}
    return injections, changed


def _chosen(context: Context, days: Sequence[date], random: Random, taken: frozenset[str]) -> list[TextDocument]:
    """Chinese articles of a few publishers, each a story of its own."""
    free = [d for day in days for d in documents_of(context.store, day) if d.article_id not in taken]
    own = [d for d in free if d.language.startswith("zh") and d.story == d.article_id]
    publishers = sorted({document.publisher for document in own})
    wanted = set(random.sample(publishers, min(len(publishers), random.choice(_PUBLISHERS))))
    candidates = [document for document in own if document.publisher in wanted]
    picked = random.sample(candidates, min(len(candidates), random.randint(_FEWEST, _MOST)))
    return sorted(picked, key=lambda document: (document.day, document.at, document.article_id))


def _injection(word: str, chosen: Sequence[TextDocument]) -> Injection:
    seen: list[TextDocument] = []
    due = chosen[-1].day
    for document in chosen:
        seen.append(document)
        if len(seen) >= _FEWEST and len({each.publisher for each in seen}) >= min(_PUBLISHERS):
            due = document.day
            break
    ids = frozenset(document.article_id for document in chosen)
    return Injection(word=word, articles=ids, due_on=due, last_on=chosen[-1].day)


def _with(document: TextDocument, word: str, random: Random) -> TextDocument:
    lines = random.sample(_SENTENCES, 2)
    text = "\n".join((document.text, *(line.format(word=word) for line in lines)))
    title = f"{document.title} {word}" if random.random() < 0.5 else document.title
    return replace(document, title=title, text=text)


def _days(
    context: Context, days: Sequence[date], changed: Mapping[str, TextDocument]
) -> Iterator[tuple[date, list[TextDocument]]]:
    for day in days:
        yield day, [changed.get(each.article_id, each) for each in documents_of(context.store, day)]


def _scorecard(
    rule: DetectionRule, days: Sequence[date], injections: Sequence[Injection], alerts: Sequence[Alert]
) -> Scorecard:
    asked_for = Counter(name for alert in alerts for name in alert.watchlists)
    alerts = [alert for alert in alerts if not alert.watchlists]
    found = {injection.word: [alert for alert in alerts if injection.is_found_by(alert)] for injection in injections}
    right = {word: hits for word, hits in found.items() if hits}
    lags = [(min(h.day for h in right[each.word]) - each.due_on).days for each in injections if each.word in right]
    again = sum(len(hits) - 1 for hits in right.values())
    return Scorecard(
        rule=rule.name,
        digest=rule.digest,
        days=len(days),
        injected=len(injections),
        recall=round(len(right) / len(injections), 3) if injections else 0.0,
        lag_days=float(median(lags)) if lags else 0.0,
        alerts_a_day=round(len(alerts) / len(days), 2),
        duplicates=round(again / (len(right) + again), 3) if right else 0.0,
        watchlists={name: round(count / len(days), 2) for name, count in sorted(asked_for.items())},
    )
