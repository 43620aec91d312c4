"""What changed between two revisions of an article: its title, and the paragraphs that came and went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from mediawatch.records import Article

MOST_PARAGRAPHS: Final = 2_000
"""Paragraphs of either revision that are compared: what is longer is compared as far as that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionChange:
    """From one revision to the next: both titles, and the paragraphs that are only in the one or the other."""

    revision: int
    title_before: str
    title: str
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def has_new_title(self) -> bool:
        """Whether the title is another one: few sites say so."""
        return self.title != self.title_before


def change(before: Article, after: Article) -> RevisionChange:
    """What became of `before` in `after`."""
    old, new = _paragraphs(before), _paragraphs(after)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [block for block in blocks if block[0] != "equal"]
    return RevisionChange(
        revision=after.revision,
        title_before=before.title,
        title=after.title,
        added=tuple(line for _, _, _, start, end in changed for line in new[start:end]),
        removed=tuple(line for _, start, end, _, _ in changed for line in old[start:end]),
    )


def changes(revisions: Sequence[Article]) -> Iterator[RevisionChange]:
    """From each of the `revisions`, the oldest first, to the next."""
    return (change(before, after) for before, after in pairwise(revisions))


def _paragraphs(article: Article) -> list[str]:
    return article.text.splitlines()[:MOST_PARAGRAPHS]
