"""Where the redirects of an archive lead, as far as the archive or the lake has it."""

from __future__ import annotations

from dataclasses import replace

from mediawatch.harvest.importing.answers import ArchivedAnswer, ImportSources
from mediawatch.harvest.importing.known_pages import KnownPages
from mediawatch.harvest.importing.links import ImportedLink, ImportedLinks
from mediawatch.records import Reason
from mediawatch.sources.urls import host_of, link_id

MOST = 10


def followed(link: ImportedLink, links: ImportedLinks, known: KnownPages, sources: ImportSources) -> ImportedLink:
    """The redirect with the outcome of what it leads to: `copy_of_link` (its id as detail) where that is a page."""
    at, seen = link, {link.link_id}
    for _ in range(MOST):
        step = _step(at.target, links, known, sources)
        if isinstance(step, ArchivedAnswer):
            detail = step.detail if step.reason is Reason.COPY_OF_LINK else f"{link.detail} to {step.detail}"
            return replace(link, reason=step.reason or link.reason, detail=detail)
        if step.link_id in seen:
            return replace(link, reason=Reason.REDIRECT_LOOP, detail=f"{link.detail} in a circle")
        seen.add(step.link_id)
        at = step
    return replace(link, reason=Reason.REDIRECT_LOOP, detail=f"more than {MOST} redirects")


def _step(
    address: str, links: ImportedLinks, known: KnownPages, sources: ImportSources
) -> ImportedLink | ArchivedAnswer:
    """The next redirect, or what is at the end."""
    try:
        target, host = link_id(address), host_of(address)
    except ValueError:
        return ArchivedAnswer(reason=Reason.REFUSED, detail="an address that cannot be used")
    if target in known:
        return ArchivedAnswer(reason=Reason.COPY_OF_LINK, detail=target)
    if sources.of_host(host) is None:
        return ArchivedAnswer(reason=Reason.LEFT_SITE, detail=host)
    found = links.best(target)
    if found is None:
        return ArchivedAnswer(reason=Reason.REFUSED, detail=f"{address[:200]}, which the file lacks")
    if found.target:
        return found
    return ArchivedAnswer(reason=found.reason, detail=f"{found.url[:200]}: {found.detail}")
