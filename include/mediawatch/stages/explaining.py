"""Explaining: a day judged again for one word."""

from __future__ import annotations

from datetime import date

from mediawatch.errors import BadRequest
from mediawatch.keywords import Explanation, explain
from mediawatch.lake.batches import sealed_batches
from mediawatch.stages.detect import Judge, last_look
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.rules import current_rule


def explained(newsroom: Newsroom, word: str, day: date) -> Explanation:
    """Why `word`, in any spelling, made an alert at the last look at `day`, or why not.

    Raises BadRequest for a day without articles, and for a word without letters.
    """
    if not sealed_batches(newsroom.store, day):
        raise BadRequest(f"Nothing was harvested on {day}.")
    if not any(character.isalnum() for character in word):
        raise BadRequest(f"{word!r} is no word.")
    judge = Judge(newsroom=newsroom, day=day, rule=current_rule(newsroom))
    detection = judge.detection(last_look(newsroom.store, day))
    return explain(word, detection, judge.history, judge.rule.rules, newsroom.aliases)
