"""Provisioning: templates, first generations, and what differs on a server that was provisioned before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

from mediawatch.search.analysis import Way, analysis, choose_way, server_modules, with_analyzers
from mediawatch.search.catalog import KINDS, Generation, Kind
from mediawatch.search.connection import answering, reason_of
from mediawatch.search.generations import all_numbers, generation_indices, live_generation

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from mediawatch.settings import Settings

_ANALYSIS: Final = ("analysis", "analysis_digest")
_REFUSED: Final = "refused_mapping_digest"
"""In an index: the fields that it was asked to take and could not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What a provisioning found and did; `warnings` are sentences for people."""

    way: Way
    created: tuple[str, ...]
    extended: tuple[str, ...]
    kept: tuple[str, ...]
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        """For people, in one line without the warnings."""
        counts = f"created {len(self.created)}, extended {len(self.extended)}, kept {len(self.kept)}"
        return f"Indices: {counts}; analysis: {self.way}."


def provision(client: Elasticsearch, settings: Settings) -> Provisioned:
    """Put the templates and make sure that every kind has a live generation.

    Idempotent, and safe when two do it at once.  New fields are added to existing indices; what cannot be changed in
    place becomes a warning that asks for `mediawatch reindex`.  Raises Unavailable.
    """
    way = choose_way(server_modules(client))
    _put_settings(client, settings, way)
    created: list[str] = []
    extended: list[str] = []
    kept: list[str] = []
    warnings: list[str] = []
    for kind in KINDS:
        _put_template(client, settings.index_prefix, kind, way)
        live, is_new = _ensure_live(client, settings.index_prefix, kind)
        if is_new:
            created.append(live.anchor)
            continue
        for index, meta in _recorded(client, live).items():
            if meta == _meta(kind, way):
                kept.append(index)
            elif trouble := _trouble(client, index, meta, kind, way):
                warnings.append(trouble)
            else:
                extended.append(index)
    return Provisioned(
        way=way, created=tuple(created), extended=tuple(extended), kept=tuple(kept), warnings=tuple(warnings)
    )


def is_provisioned(client: Elasticsearch, prefix: str) -> bool:
    """Whether every kind has a live generation that a provisioning brought as near to the fields of today as it could.

    By one request.  Raises Unavailable.
    """
    return _held(client, prefix) == {f"{prefix}-{kind.name}": {mapping_digest(kind)} for kind in KINDS}


def is_usable(client: Elasticsearch, prefix: str) -> bool:
    """Whether every kind has a live generation, be its fields those of another version.  Raises Unavailable."""
    return _held(client, prefix).keys() == {f"{prefix}-{kind.name}" for kind in KINDS}


def _held(client: Elasticsearch, prefix: str) -> dict[str, set[str]]:
    """{alias: digests of the fields that its indices were made for, or asked to take}."""
    with answering():
        found = client.indices.get_mapping(index=[f"{prefix}-{kind.name}" for kind in KINDS], ignore_unavailable=True)
    held: dict[str, set[str]] = {}
    for index, answer in found.items():
        meta = answer["mappings"].get("_meta", {})
        digest = meta.get(_REFUSED) or meta.get("mapping_digest", "")
        held.setdefault(index.rpartition("-g")[0], set()).add(digest)
    return held


def mapping_digest(kind: Kind) -> str:
    """What tells the fields of `kind` from those of another version; each index keeps its own."""
    return _digest(dict(kind.mapping))


def _put_settings(client: Elasticsearch, settings: Settings, way: Way) -> None:
    index = {
        "number_of_shards": 1,
        "number_of_replicas": settings.index_replicas,
        "refresh_interval": "5s",
        "analysis": analysis(way),
    }
    with answering():
        client.cluster.put_component_template(
            name=f"{settings.index_prefix}-settings", template={"settings": {"index": index}}
        )


def _put_template(client: Elasticsearch, prefix: str, kind: Kind, way: Way) -> None:
    mappings = {**with_analyzers(kind.mapping, way), "_meta": _meta(kind, way)}
    with answering():
        client.indices.put_index_template(
            name=f"{prefix}-{kind.name}",
            index_patterns=[f"{prefix}-{kind.name}-g*"],
            composed_of=[f"{prefix}-settings"],
            template={"mappings": mappings},
            priority=500,
            # A bulk request must not make an index that no alias points to.
            allow_auto_create=False,
        )


def _ensure_live(client: Elasticsearch, prefix: str, kind: Kind) -> tuple[Generation, bool]:
    """The live generation of `kind`, and whether it was made just now, here."""
    from elasticsearch import BadRequestError

    while True:
        # The numbers before the live one: whoever makes a generation in between takes the name that is tried here.
        number = 1 + max(all_numbers(client, prefix, kind.name), default=0)
        live = live_generation(client, prefix, kind.name)
        if live is not None:
            return live, False
        first = Generation(prefix=prefix, name=kind.name, number=number, period=kind.period)
        try:
            with answering():
                client.indices.create(index=first.anchor, aliases={first.alias: {}})
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
        else:
            return first, True


def _recorded(client: Elasticsearch, generation: Generation) -> dict[str, dict[str, Any]]:
    """What each index of `generation` says about how it was built."""
    with answering():
        found = client.indices.get_mapping(index=generation_indices(client, generation))
    return {index: dict(answer["mappings"].get("_meta", {})) for index, answer in found.items()}


def _trouble(client: Elasticsearch, index: str, meta: dict[str, Any], kind: Kind, way: Way) -> str:
    """Bring `index` up to date in place as far as that can be done; what cannot, as a sentence.

    An index keeps its analysis, and takes new fields by the names that this analysis has for its analyzers.  What it
    does not take is noted in it: asked again it would answer the same.
    """
    from elasticsearch import BadRequestError

    today = _meta(kind, way)
    is_other = _has_text(kind) and any(meta.get(key) != today[key] for key in _ANALYSIS)
    own: Way = meta["analysis"] if is_other and meta.get("analysis") in get_args(Way) else way
    noted = today if not is_other else {**meta, "mapping_digest": today["mapping_digest"]}
    noted.pop(_REFUSED, None)
    try:
        with answering():
            client.indices.put_mapping(
                index=index, properties=with_analyzers(kind.mapping["properties"], own), meta=noted
            )
    except BadRequestError as error:
        with answering():
            client.indices.put_mapping(index=index, meta={**meta, _REFUSED: today["mapping_digest"]})
        return f"{index} has fields that cannot change in place ({reason_of(error)}): {_remedy(kind)}."
    if not is_other:
        return ""
    was = meta.get("analysis", "unknown")
    return f"{index} was built with other analysis ({was}) than this server's ({way}): {_remedy(kind)}."


def _remedy(kind: Kind) -> str:
    """What builds an index of this kind anew: only articles have a generation beside the live one."""
    if kind.name == "articles":
        return "`mediawatch reindex` builds it anew"
    return "delete it, then `mediawatch reindex` makes and fills it anew"


def _has_text(kind: Kind) -> bool:
    return '"analyzer"' in json.dumps(dict(kind.mapping))


def _meta(kind: Kind, way: Way) -> dict[str, Any]:
    return {
        "analysis": way,
        "analysis_digest": _digest(analysis(way)),
        "mapping_digest": mapping_digest(kind),
        "period": kind.period,
    }


def _digest(value: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
