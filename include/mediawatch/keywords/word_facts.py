"""The facts of one word on one day, from the lake alone: what the board shows of it."""

from __future__ import annotations

from datetime import date, timedelta

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.keywords import Explanation, Mention, WordFacts, explain, facts_of, strings_of
from mediawatch.keywords.detect_stage import Judge, last_evaluation
from mediawatch.keywords.lake_history import LakeHistory, mentions_in
from mediawatch.keywords.published_rules import current_rule
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import PartitionKey, Receipt, current


def explained(context: Context, word: str, day: date) -> Explanation:
    """Why `word`, in any spelling, made an alert at the last evaluation of `day`, or why not.

    Raises BadRequest for a day without articles, and for a word without letters.
    """
    if not sealed_batches(context.store, day):
        raise BadRequest(f"Nothing was harvested on {day}.")
    if not any(character.isalnum() for character in word):
        raise BadRequest(f"{word!r} is no word.")
    judge = Judge(context=context, day=day, rule=current_rule(context))
    detection = judge.detection(last_evaluation(context.store, day))
    return explain(word, detection, judge.history, judge.rule.rules, context.aliases)


def word_facts(context: Context, word: str, day: date) -> WordFacts | None:
    """What is known of `word`, in any spelling, on `day`; None before its words are counted, and for what is no one
    string: a word with punctuation or a plain number inside.

    Writes nothing, so that readers may ask; a month that is not rolled up is not known beyond `REACH_DAYS`.
    """
    term = context.aliases.rewrite(context.aliases.canonical(word))
    rules, strings = current_rule(context).rules, strings_of(term)
    days = [day - timedelta(days=back) for back in range(rules.window_days - 1, -1, -1)]
    counted = {on: receipt for on in days if (receipt := _counted(context, on)) is not None}
    if not strings or day not in counted:
        return None
    mentions: list[Mention] = []
    for on, receipt in counted.items():
        mentions += mentions_in(context.store, receipt, on, strings)
    return facts_of(
        {term: strings},
        mentions={term: mentions},
        covered=[on for on, receipt in counted.items() if receipt.tables["strings"].rows],
        history=LakeHistory(context.store, day, is_reader=True),
        day=day,
        rules=rules,
    )[term]


def _counted(context: Context, day: date) -> Receipt | None:
    return current(context.store, PartitionKey(stage="terms", day=day))
