"""A task that failed for good, as a notice in the words of the two languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from mediawatch.delivery.cleaning import clean, link
from mediawatch.delivery.message import MessageKind, Notice
from mediawatch.delivery.wording import day_words, template
from mediawatch.locale import Language, words_of

_USERINFO: Final = re.compile(r"://[^/\s@]+@")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFailure:
    """A task that failed with no try left, or, where `task` is empty, a run that is late.

    `label` tells instances of a mapped task apart, or names the run; `error` is the class of what was raised, `said`
    its words.
    """

    dag: str
    task: str
    label: str
    error: str
    said: str
    log_url: str


def compose_failure(failure: TaskFailure, day: date, language: Language) -> Notice:
    """The notice of a failure on the newsroom day `day`; all of one task and error on one day have the same id.

    What the error says is cut to one line, and loses what stands before the @ of an address: it may be a password.
    """
    say = words_of(language)
    said = clean(_USERINFO.sub("://…@", failure.said))
    label = clean(failure.label)
    task = f"{failure.task} ({label})" if label else failure.task
    kind = "failure" if failure.task else "late"
    title = say(f"message.{kind}", dag=failure.dag, task=failure.task, day=day_words(day, language))
    values = {
        "say": say,
        "language": say.tag,
        "title": title,
        "what": say(f"message.{kind}_what", dag=failure.dag, task=task, label=label),
        "error": failure.error + (say("message.colon") + said if said else ""),
        "remedy": say(f"message.{kind}_remedy", dag=failure.dag),
        "log": link(failure.log_url),
    }
    text = template("failure_text.txt", is_html=False).render(values).strip()
    return Notice(
        notice_id=f"failure/{day}/{failure.dag}/{failure.task}/{failure.error}",
        kind=MessageKind.FAILURES,
        day=day,
        title=title,
        text=text,
        html=template("failure_html.txt", is_html=True).render(values),
        rest=text.splitlines()[-1],
    )
