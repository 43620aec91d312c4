"""Which words the texts of a source begin with on a day: by these it is known again, or not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final

from mediawatch.language import fold
from mediawatch.tables.extraction import PageLines, SourceWords

_HEAD: Final = 200
"""Characters of a text that are looked at: the beginning of a report says what it is about."""
MOST: Final = 300
"""The most frequent words of a source and day, which are kept; rarer ones are names of the day."""
_WORD: Final = re.compile(r"[\u3400-\u9fff]+|[a-z]+|[^\W\d_a-z\u3400-\u9fff]+")


def words_by_source(pages: Iterable[PageLines]) -> list[SourceWords]:
    """The MOST frequent words of each source with how often they stand in the beginnings of its texts, sources in
    order; a text that came twice counts once.

    A word is a pair of Han characters, whichever script they are written in, or a run of other letters.
    """
    # Only a digest of a text and how it begins is kept: all lines of a day are more than fits into memory.
    texts: defaultdict[str, dict[bytes, str]] = defaultdict(dict)
    for page in pages:
        if page.keys:
            text = blake2b("\n".join(page.keys).encode(), digest_size=16).digest()
            texts[page.source][text] = "\n".join(page.examples)[:_HEAD]
    return [_words_of(source, found.values()) for source, found in sorted(texts.items())]


def _words_of(source: str, texts: Iterable[str]) -> SourceWords:
    texts = list(texts)
    counts = Counter(word for text in texts for word in _words(text))
    kept = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    return SourceWords(
        source=source,
        texts=len(texts),
        words=tuple(word for word, _ in kept),
        counts=tuple(count for _, count in kept),
    )


def _words(text: str) -> Iterator[str]:
    for run in _WORD.findall(fold(text)):
        if "\u3400" <= run[0] <= "\u9fff":
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        else:
            yield run
