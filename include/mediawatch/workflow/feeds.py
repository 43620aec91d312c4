"""Atom feeds of what was found in the last days, for the command line and the board."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from mediawatch.context import Context
from mediawatch.delivery import MessageStyle, watchlist_feed, word_feed
from mediawatch.delivery.recipients import Language
from mediawatch.errors import BadRequest
from mediawatch.keywords.detect_stage import alerts_since, watchlists_of

FEED_DAYS: Final = timedelta(days=30)
"""What a feed goes back; readers keep what they have seen."""


def feed_of(
    context: Context, *, watchlist: str = "", word: str = "", language: Language, authority: str, self_url: str = ""
) -> bytes:
    """The feed of a watch list or of a word in any spelling; `authority`, a host name, owns the ids of its entries.

    Raises BadRequest for a list that there is not, and unless exactly one of both is asked for.
    """
    if bool(watchlist) == bool(word):
        raise BadRequest("A feed is that of a watch list, or that of a word: say which, and one only.")
    lists = watchlists_of(context)
    if watchlist and watchlist not in {each.name for each in lists}:
        raise BadRequest(f"{watchlist} is no watch list: there are {', '.join(each.name for each in lists) or 'none'}.")
    labels = {each.name: getattr(each.label, language) for each in lists}
    look = MessageStyle(language=language, timezone=context.settings.timezone, labels=labels)
    found = list(alerts_since(context.store, context.today - FEED_DAYS))
    if watchlist:
        return watchlist_feed(found, watchlist, authority=authority, look=look, self_url=self_url)
    return word_feed(found, word, authority=authority, look=look, self_url=self_url)
