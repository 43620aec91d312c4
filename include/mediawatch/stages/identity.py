"""Which article a page is: ids minted once, revisions counted, copies under another address recognised.

Pure: pages of one batch and what was minted before -> identities.  The order of the pages does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mediawatch.records import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What decides the identity of an extracted page.

    `address` is the accepted canonical address, else the page's own, normalised; `is_own` says that the link itself
    has that address.
    """

    link_id: str
    source: str
    address: str
    is_own: bool
    text_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A link's article: minted here (`reason` None), or why not (`copy_of_link`, `unchanged`)."""

    link_id: str
    article_id: str
    revision: int
    source: str
    address: str
    text_digest: str
    day: date
    batch: str
    reason: Reason | None


def assign(drafts: Iterable[Draft], minted: Sequence[Identity], *, day: date, batch: str) -> list[Identity]:
    """One identity for each draft, given what this and earlier batches `minted` (and kept) before.

    An id is that of the link that brought the article first.  An address shared by different texts is not trusted:
    each text then gets its own link's id.
    """
    own = {i.link_id: i for i in minted if (i.day, i.batch) == (day, batch)}
    before: defaultdict[str, list[Identity]] = defaultdict(list)
    by_address: defaultdict[str, list[Identity]] = defaultdict(list)
    for identity in sorted(minted, key=lambda i: (i.day, i.batch, i.link_id)):
        by_address[identity.address].append(identity)
        if identity.link_id not in own:
            before[identity.link_id].append(identity)
    found = []
    for draft in sorted(drafts, key=lambda d: (not d.is_own, d.link_id)):
        kept = own.get(draft.link_id)
        identity = kept or replace(
            _decide(draft, before[draft.link_id], by_address[draft.address]), day=day, batch=batch
        )
        if kept is None and identity.reason is None:
            by_address[draft.address].append(identity)
        found.append(identity)
    return found


def _decide(draft: Draft, before: list[Identity], same_address: list[Identity]) -> Identity:
    if before:
        last = max(before, key=lambda i: i.revision)
        if last.text_digest == draft.text_digest:
            return _identity(draft, last.article_id, last.revision, Reason.UNCHANGED)
        return _identity(draft, last.article_id, last.revision + 1, None)
    twin = next((i for i in same_address if i.text_digest == draft.text_digest and i.link_id != draft.link_id), None)
    if twin is not None:
        return _identity(draft, twin.article_id, twin.revision, Reason.COPY_OF_LINK)
    return _identity(draft, draft.link_id, 1, None)


def _identity(draft: Draft, article_id: str, revision: int, reason: Reason | None) -> Identity:
    """An identity whose day and batch the caller fills in."""
    return Identity(
        link_id=draft.link_id,
        article_id=article_id,
        revision=revision,
        source=draft.source,
        address=draft.address,
        text_digest=draft.text_digest,
        day=date.min,
        batch="",
        reason=reason,
    )
