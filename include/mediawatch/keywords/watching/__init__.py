"""Watching: the lists of words that people asked for, read and matched."""

from mediawatch.keywords.watching.exclusions import Exclusion, Exclusions, read_exclusions
from mediawatch.keywords.watching.matching import Matcher, WatchMatch
from mediawatch.keywords.watching.quoting import Marked, mark, quote
from mediawatch.keywords.watching.trying import Find, Trial, try_watchlists
from mediawatch.keywords.watching.watchlist import (
    ListName,
    WatchList,
    enabled,
    read_watchlist_entries,
    read_watchlist_files,
    read_watchlists,
    watchlist_files,
)

__all__ = [
    "Exclusion",
    "Exclusions",
    "Find",
    "ListName",
    "Marked",
    "Matcher",
    "Trial",
    "WatchList",
    "WatchMatch",
    "enabled",
    "mark",
    "quote",
    "read_exclusions",
    "read_watchlist_entries",
    "read_watchlist_files",
    "read_watchlists",
    "try_watchlists",
    "watchlist_files",
]
