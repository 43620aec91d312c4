"""The serving index as the stages see it: reached when it is there, provisioned when needed, swapped when rebuilt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mediawatch import logs
from mediawatch.context import Context, Report, silent
from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.keywords.detect_stage import name_of
from mediawatch.lake.partitions import partition_days
from mediawatch.pipeline.admitted import Admission, placed_articles
from mediawatch.records import Article
from mediawatch.search import (
    abandon,
    begin_generation,
    connect,
    drop_generations,
    is_provisioned,
    is_usable,
    live_generation,
    placed_document,
    put_roles,
    swap,
    write_placed,
)
from mediawatch.search import provision as provision_index
from mediawatch.search.connection import answering
from mediawatch.search.roles import role_name

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from mediawatch.search import Generation, IndexDocument, Provisioned
    from mediawatch.settings import Settings


_LOG = logs.logger(__name__)
_told: set[str] = set()
"""Prefixes of indices that this process may not change, and has said so: every stage asks for its target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where articles are written: a client, the live generation, and a name that changes when the index is another."""

    client: Elasticsearch
    generation: Generation
    name: str


def open_target(context: Context) -> Target:
    """The live index, provisioned first when it is not there, or has not the fields of today.

    So nobody has to wait for Elasticsearch at a start or after an upgrade: who needs it prepares it.
    Raises Unavailable and BadConfiguration.
    """
    client = connect(context.settings)
    prefix = context.settings.index_prefix
    if not is_provisioned(client, prefix):
        _prepare(client, context.settings)
    live = live_generation(client, prefix)
    if live is None:
        raise Unavailable("Elasticsearch was provisioned and shows no live index yet.")
    return target_of(client, live)


def _prepare(client: Elasticsearch, settings: Settings) -> None:
    """Provision; who may not goes on with the index as it is, where there is one.  Raises BadConfiguration."""
    try:
        warnings = provision_index(client, settings).warnings
    except BadConfiguration as refused:
        who = f"`mediawatch provision` by a user with the role {role_name(settings.index_prefix, 'provisioner')}"
        if not is_usable(client, settings.index_prefix):
            raise BadConfiguration(f"The index is not there, and this user may not make it: run {who}.") from refused
        warnings = (f"The index is of another version, and this user may not change it: run {who}.",)
        if settings.index_prefix in _told:
            return
        _told.add(settings.index_prefix)
    for warning in warnings:
        _LOG.warning(warning)


def target_of(client: Elasticsearch, generation: Generation) -> Target:
    """`generation` as a target."""

    with answering():
        answer = client.indices.get_settings(index=generation.anchor, name="index.uuid")
    return Target(
        client=client,
        generation=generation,
        name=f"{generation.anchor} {answer[generation.anchor]['settings']['index']['uuid']}",
    )


def target_name(context: Context) -> str:
    """The live index's name for receipts; empty when none is configured or it does not answer now."""
    if not context.settings.elasticsearch_url:
        return ""
    try:
        return open_target(context).name
    except Unavailable:
        return ""


def provision(context: Context) -> Provisioned:
    """Give Elasticsearch its templates and live generations.  Raises as `connect` does."""

    return provision_index(connect(context.settings), context.settings)


def make_roles(context: Context) -> tuple[str, ...]:
    """Make the roles of our users in Elasticsearch; their names.  Raises as `connect` and `put_roles` do."""
    return put_roles(connect(context.settings), context.settings.index_prefix)


def documents_of(
    context: Context, articles: Iterable[tuple[Article, Admission]], generation: Generation
) -> Iterator[tuple[Article, IndexDocument]]:
    """Admitted articles and the documents that they are in `generation`, with story and publisher as people call it."""

    for article, admission in articles:
        publisher = name_of(context, admission.place.publisher) if admission.place else ""
        document = placed_document(
            article,
            generation,
            story_id=admission.story_id,
            publisher=publisher,
            title_before=admission.title_before,
        )
        yield article, document


def fingerprint(document: IndexDocument) -> str:
    """A digest of what a document says."""
    return sha256(repr(sorted((document.source or {}).items())).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def reindex(context: Context, report: Report = silent) -> dict[str, Any]:
    """Build a new generation of the articles from the lake and swap the alias to it, without a gap.

    Newer days come last, so that of an article's revisions the newest stays.  On an error the unfinished generation is
    removed and searches keep the old one.
    """

    client = connect(context.settings)
    provision_index(client, context.settings)
    prefix = context.settings.index_prefix
    generation = begin_generation(client, prefix)
    counted, refused = 0, 0
    try:
        for day in partition_days(context.store, "audit"):
            documents = (
                document for _, document in documents_of(context, placed_articles(context.store, day), generation)
            )
            result = write_placed(client, generation, documents)
            counted, refused = counted + len(result.indexed), refused + len(result.refused)
            report(f"{day}: {len(result.indexed)} documents")
    except BaseException:
        abandon(client, generation)
        raise
    swap(client, generation)
    dropped = drop_generations(client, prefix)
    return {"generation": generation.anchor, "documents": counted, "refused": refused, "dropped": dropped}
