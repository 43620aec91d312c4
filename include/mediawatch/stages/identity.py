"""Which article a page is: ids minted once, revisions counted, copies under another address recognised.

Pure: pages of one batch and what was minted before -> identities.  The order of the pages does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
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
    known = _Known.of(minted, own)
    found = []
    for draft in sorted(drafts, key=lambda d: (not d.is_own, d.link_id)):
        identity = own.get(draft.link_id)
        if identity is None:
            identity = replace(_decide(draft, known), day=day, batch=batch)
            known.add(identity)
        found.append(identity)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What was given out, oldest first: by link (of earlier batches), by address, by article (its revisions)."""

    links: defaultdict[str, list[Identity]]
    addresses: defaultdict[str, list[Identity]]
    articles: defaultdict[str, list[Identity]]

    @classmethod
    def of(cls, minted: Iterable[Identity], own: Container[str]) -> _Known:
        known = cls(defaultdict(list), defaultdict(list), defaultdict(list))
        for identity in sorted(minted, key=lambda i: (i.day, i.batch, i.revision, i.link_id)):
            if identity.link_id not in own:
                known.links[identity.link_id].append(identity)
            known.add(identity)
        return known

    def add(self, identity: Identity) -> None:
        if identity.reason is None:
            self.addresses[identity.address].append(identity)
            self.articles[identity.article_id].append(identity)


def _decide(draft: Draft, known: _Known) -> Identity:
    if known.links[draft.link_id]:
        return _again(draft, known.links[draft.link_id][-1], known)
    twin = next((i for i in known.addresses[draft.address] if i.text_digest == draft.text_digest), None)
    if twin is not None:
        return _identity(draft, twin.article_id, twin.revision, Reason.COPY_OF_LINK)
    return _identity(draft, draft.link_id, 1, None)


def _again(draft: Draft, last: Identity, known: _Known) -> Identity:
    """A link that came before: `last` as it was, or a new revision of its article, which other links may share."""
    if last.text_digest == draft.text_digest:
        return _identity(draft, last.article_id, last.revision, Reason.UNCHANGED)
    newest = max(known.articles[last.article_id], key=lambda i: i.revision)
    if newest.text_digest == draft.text_digest:
        return _identity(draft, last.article_id, newest.revision, Reason.COPY_OF_LINK)
    return _identity(draft, last.article_id, newest.revision + 1, None)


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
