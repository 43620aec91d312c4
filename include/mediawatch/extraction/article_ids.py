"""Which article a page is: ids minted once, revisions counted, copies under another address recognised.

Pure: pages of one batch and what was minted before -> identities.  The order of the pages does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mediawatch.records import Reason
from mediawatch.tables.extraction import Identity


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
    title: str = ""


def assign(drafts: Iterable[Draft], minted: Sequence[Identity], *, day: date, batch: str) -> list[Identity]:
    """One identity for each draft, given what this and earlier batches `minted` (and kept) before.

    An id is that of the link that brought the article first.  An address shared by different texts is not trusted:
    each text then gets its own link's id.  One text at several addresses of a source on one day is one article.
    """
    own = {i.link_id: i for i in minted if (i.day, i.batch) == (day, batch)}
    known = _Known.of(minted, own)
    found = []
    for draft in sorted(drafts, key=lambda d: (not d.is_own, d.link_id)):
        identity = own.get(draft.link_id)
        if identity is None:
            decision = _decide(draft, known, day)
            identity = Identity(
                link_id=draft.link_id,
                article_id=decision.article_id,
                revision=decision.revision,
                source=draft.source,
                address=draft.address,
                text_digest=draft.text_digest,
                day=day,
                batch=batch,
                counted_on=decision.counted_on or day,
                reason=decision.reason,
                title=draft.title,
                title_before=_title_before(draft, known.articles[decision.article_id]),
            )
            known.add(identity)
        found.append(identity)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What was given out, oldest first: by link (of earlier batches), by address, by text, by article (its revisions).

    A text is known by its source, the day that brought it, and its digest.
    """

    links: defaultdict[str, list[Identity]]
    addresses: defaultdict[str, list[Identity]]
    texts: dict[tuple[str, date, str], Identity]
    articles: defaultdict[str, list[Identity]]

    @classmethod
    def of(cls, minted: Iterable[Identity], own: Container[str]) -> _Known:
        known = cls(defaultdict(list), defaultdict(list), {}, defaultdict(list))
        for identity in sorted(minted, key=lambda i: (i.day, i.batch, i.revision, i.link_id)):
            if identity.link_id not in own:
                known.links[identity.link_id].append(identity)
            known.add(identity)
        return known

    def add(self, identity: Identity) -> None:
        if identity.reason is None:
            self.addresses[identity.address].append(identity)
            if identity.address:  # else it was forgotten, and takes nobody in
                self.texts.setdefault((identity.source, identity.day, identity.text_digest), identity)
            self.articles[identity.article_id].append(identity)


def _title_before(draft: Draft, revisions: Sequence[Identity]) -> str:
    """The title that the article had before it got the one that it has; "" where it always had that."""
    if not revisions:
        return ""
    newest = max(revisions, key=lambda i: i.revision)
    return newest.title if _is_retitled(draft, newest) else newest.title_before


def _is_retitled(draft: Draft, before: Identity) -> bool:
    """Whether the title is another one; what was registered before there were titles has none."""
    return bool(draft.title and before.title) and draft.title != before.title


@dataclass(frozen=True, slots=True)
class _Decision:
    """`counted_on` None means: today."""

    article_id: str
    revision: int
    counted_on: date | None
    reason: Reason | None


def _decide(draft: Draft, known: _Known, day: date) -> _Decision:
    before = known.links[draft.link_id]
    if before and not _has_parted(draft, before[-1], known):
        return _again(draft, before[-1], known)
    twin = next((i for i in known.addresses[draft.address] if i.text_digest == draft.text_digest), None)
    twin = twin or known.texts.get((draft.source, day, draft.text_digest))
    if twin is not None:
        return _Decision(twin.article_id, twin.revision, twin.counted_on, Reason.COPY_OF_LINK)
    return _Decision(draft.link_id, 1, None, None)


def _has_parted(draft: Draft, last: Identity, known: _Known) -> bool:
    """Whether the link was a copy for its text alone and now has another text: then it is an article of its own."""
    is_copy = last.reason is Reason.COPY_OF_LINK and last.article_id != draft.link_id
    if not is_copy or last.text_digest == draft.text_digest:
        return False
    return all(identity.address != draft.address for identity in known.articles[last.article_id])


def _again(draft: Draft, last: Identity, known: _Known) -> _Decision:
    """A link that came before: `last` as it was, or a new revision of its article, which other links may share."""
    if last.text_digest == draft.text_digest and not _is_retitled(draft, last):
        return _Decision(last.article_id, last.revision, last.counted_on, Reason.UNCHANGED)
    newest = max(known.articles[last.article_id], key=lambda i: i.revision)
    if newest.text_digest == draft.text_digest and not _is_retitled(draft, newest):
        return _Decision(last.article_id, newest.revision, last.counted_on, Reason.COPY_OF_LINK)
    return _Decision(last.article_id, newest.revision + 1, last.counted_on, None)
