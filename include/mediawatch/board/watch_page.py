"""What the page of watch lists shows: the lists there are, and one tried on the last days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import yaml
from pydantic import ValidationError

from mediawatch.context import Context
from mediawatch.delivery import Recipient, recipient_entries
from mediawatch.errors import BadConfiguration
from mediawatch.keywords.watching import WatchList, read_watchlist_entries, watchlist_files
from mediawatch.keywords.watching.watchlist import RECIPIENTS, enabled
from mediawatch.workflow.rehearsing import Rehearsal, rehearse

MOST_WORDS: Final = 40
"""Words that can be tried at once."""
SHOWN: Final = 20
"""Articles that are shown of what a list finds."""
TRIED: Final = "tried"
"""Name of the list that a reader's words make."""
_BETWEEN = re.compile(r"[,;\n\r，、；]+")
_ONE_AT_A_TIME = Lock()
"""A trial reads every text of its days: two readers' wait for one another, so that other pages stay quick."""


class BadWord(ValueError):
    """A word that no watch list can have; `word` is empty where there are too many or none."""

    def __init__(self, word: str = "") -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLists:
    """The lists that are switched on, whom they may be for, and what is wrong with their files."""

    lists: Sequence[WatchList] = ()
    recipients: Sequence[Recipient] = ()
    faults: str = ""

    def named(self, name: str) -> WatchList | None:
        """The list `name`; None where there is none."""
        return next((each for each in self.lists if each.name == name), None)

    def told(self, watchlist: WatchList) -> list[str]:
        """Who gets the list's matches."""
        asked_for = {each.name: each.recipients for each in self.lists}
        return [one.name for one in self.recipients if one.gets(watchlist.name, asked_for)]


def known_lists(context: Context) -> KnownLists:
    """The newsroom's lists; faults of their files are told, and keep nobody from trying words."""
    folder = context.settings.watchlists_dir
    try:
        lists = enabled(read_watchlist_entries(watchlist_files(folder)))
        recipients = [entry.value for entry in recipient_entries(folder / RECIPIENTS) if entry.value.enabled]
    except BadConfiguration as error:
        return KnownLists(faults=str(error))
    return KnownLists(lists=lists, recipients=recipients)


def list_of(words: str, articles: int, publishers: int) -> WatchList:
    """The list that `words` make, separated by commas or lines.  Raises BadWord."""
    terms = tuple(dict.fromkeys(filter(None, (part.strip() for part in _BETWEEN.split(words)))))
    if not 0 < len(terms) <= MOST_WORDS:
        raise BadWord
    for term in terms:
        try:
            WatchList(name=TRIED, terms=(term,))
        except ValidationError:
            raise BadWord(term) from None
    return WatchList(name=TRIED, terms=terms, min_articles=articles, min_publishers=publishers)


def written(watchlist: WatchList) -> str:
    """The list as a file of watch lists has it."""
    entry = {
        "name": "my-list",
        "terms": list(watchlist.terms),
        "min_articles": watchlist.min_articles,
        "min_publishers": watchlist.min_publishers,
    }
    text: str = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=100)
    return text


def tried(context: Context, watchlist: WatchList, known: KnownLists, days: int) -> Rehearsal:
    """What the list would have found and sent in the last `days` days."""
    with _ONE_AT_A_TIME:
        return rehearse(context, [watchlist], known.recipients, days=days, shown=SHOWN)[0]
