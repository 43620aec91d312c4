"""Keywords: which words are new, back or rising, and the episodes they make.  Pure: no clock, no files, no lake.

The walk of a day, the same over the lake and over a stream:

    readings = [read(document, aliases) for document in documents]     # each article once; text without template lines
    table = count_terms(readings_of_the_day)                           # the day's compact rows: TermCount, Exposure
    codes = codes_of_day(day, readings_of_the_day)                     # the day's strings, as units
    detection = detect(day, readings_of_the_window, history, rules)    # `day` and the days of its window before it
    progress = advance(open_episodes, detection, history, rules, evaluation=Glance(), aliases=aliases)

`History` gives earlier days: counts by word, day and publisher; first and last days; units to search strings
in. `MemoryHistory` holds it for a stream.  `explain` says why a word made an alert or not.
"""

from mediawatch.keywords.candidates import Candidate
from mediawatch.keywords.detection import Detection, detect
from mediawatch.keywords.episodes import RULE, Glance, Originals, Progress, advance, alert_id_of
from mediawatch.keywords.explaining import Explanation, explain
from mediawatch.keywords.facts import Count, Mention, WordFacts, facts_in, facts_of, strings_of
from mediawatch.keywords.history import DayCodes, History, MemoryHistory, Span, WordTally, codes_of_day
from mediawatch.keywords.reading import Reading, TextDocument, Units, codes_of, read, uncut
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.keywords.topics import Topic
from mediawatch.keywords.vocabulary import DayTerms, count_terms

VERSION = "11"
"""Changes when the same readings would make other candidates, topics or episodes."""

__all__ = [
    "RULE",
    "VERSION",
    "Candidate",
    "Count",
    "DayCodes",
    "DayTerms",
    "Detection",
    "Explanation",
    "Gate",
    "Glance",
    "History",
    "MemoryHistory",
    "Mention",
    "Originals",
    "Progress",
    "Reading",
    "Rules",
    "Span",
    "TextDocument",
    "Topic",
    "Units",
    "WordFacts",
    "WordTally",
    "advance",
    "alert_id_of",
    "codes_of",
    "codes_of_day",
    "count_terms",
    "detect",
    "explain",
    "facts_in",
    "facts_of",
    "read",
    "strings_of",
    "uncut",
]
