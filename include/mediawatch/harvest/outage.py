"""Whether a harvest met sites at all: one that most of them did not answer is red, after everything was sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from mediawatch.context import Context
from mediawatch.errors import Outage
from mediawatch.harvest.visits import answers, visits_of
from mediawatch.lake.batches import BatchManifest, read_batch_rows
from mediawatch.lake.store import Store
from mediawatch.records import Reason
from mediawatch.records.ledger import Outcome
from mediawatch.tables.harvest import CANDIDATES, FETCHED
from mediawatch.tables.ledger import Visit

UNANSWERED: Final = frozenset(
    {
        Reason.FORBIDDEN,
        Reason.HOST_GIVEN_UP,
        Reason.RATE_LIMITED,
        Reason.ROBOTS_UNREACHABLE,
        Reason.SERVER_ERROR,
        Reason.TOO_SLOW,
        Reason.UNREACHABLE,
    }
)
"""Why a link was not handed over that its source had announced minutes before: trouble of the network or the site."""

_NOT_KNOWN: Final = frozenset({Reason.SHARD_MISSING, Reason.DAMAGED})


def check_answers(context: Context, manifest: BatchManifest, *, chosen: Sequence[str] = ()) -> None:
    """Raise Outage when most of a sealed harvest failed, or a source that was `chosen` by name failed entirely.

    Most means: more than half of its seeds; or, when these still answered, more than half of what was asked of
    more than half of its sources.  Links carried over from earlier runs do not count: theirs is an older trouble.
    """
    said = outage_of(context.store, manifest)
    found = answers(visits_of(context.store, manifest))
    silent = [name for name in chosen if name in found and found[name].is_failed]
    if not said and silent:
        said = f"no seed of {', '.join(silent)} could be read"
    if said:
        raise Outage(
            f"{said}. What came is sealed in {manifest.key.path}, and the next harvest takes up the rest; "
            f"`mediawatch ledger --day {manifest.day} --lost` lists it once the day is built."
        )


def outage_of(store: Store, manifest: BatchManifest) -> str:
    """Why the batch shows that most sites were out of reach; "" when it does not.

    A shard that ended early never asked its sites, and a damaged record says nothing of them: these are other
    failures, and told as such.
    """
    visits = [visit for visit in visits_of(store, manifest) if visit.reason not in _NOT_KNOWN]
    failed = [visit for visit in visits if visit.result == "failed"]
    if 2 * len(failed) > len(visits):
        return f"{len(failed)} of {len(visits)} seeds failed ({_counted(visit.reason for visit in failed)})"
    return cut_off(visits, _new_links(store, manifest))


def _new_links(store: Store, manifest: BatchManifest) -> list[Outcome]:
    """What became of the links that this run was the first to try."""
    candidates = read_batch_rows(store, manifest, CANDIDATES)
    carried = {row.link_id for row in candidates if row.is_carried}
    return [row for row in read_batch_rows(store, manifest, FETCHED) if row.link_id not in carried]


def cut_off(visits: Sequence[Visit], links: Sequence[Outcome]) -> str:
    """Why visits and new links together show it, source by source; "" when they do not."""
    asked = Counter([*(visit.source for visit in visits), *(link.source for link in links)])
    lost = [link for link in links if link.reason in UNANSWERED]
    failed = Counter([*(v.source for v in visits if v.result == "failed"), *(link.source for link in lost)])
    out = [source for source, count in failed.items() if 2 * count > asked[source]]
    if not lost or 2 * len(out) <= len(asked):
        return ""
    return (
        f"most of what was asked of {len(out)} of {len(asked)} sources was not answered: "
        f"{len(lost)} of {len(links)} new links are missing ({_counted(link.reason for link in lost)})"
    )


def _counted(reasons: Iterable[Reason | None]) -> str:
    counts = Counter(reason.value for reason in reasons if reason)
    return ", ".join(f"{word} {counts[word]}" for word in sorted(counts, key=lambda word: (-counts[word], word)))
