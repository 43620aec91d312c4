"""Killed while articles and ledger go into a real Elasticsearch, and run again: the same documents, each once."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from tests.kill.conftest import STEPS, Undisturbed, Yard

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

KINDS = ("articles", "rankings", "ledger", "quality", "runs")
LAST = STEPS[STEPS.index("extract") :]
_PREFIXES = (f"killed-{number}" for number in count(1))


def documents(url: str, prefix: str) -> dict[tuple[str, str], Any]:
    """{(kind, id): source} of everything in the index."""
    from elasticsearch import Elasticsearch
    from elasticsearch.helpers import scan

    with Elasticsearch(url) as client:
        return {(kind, hit["_id"]): hit["_source"] for kind in KINDS for hit in scan(client, index=f"{prefix}-{kind}")}


@pytest.mark.usefixtures("undisturbed")
def test_killed_between_writes_of_index_and_publish(yard: Yard, elasticsearch_url: str) -> None:
    def make(name: str, prefix: str) -> dict[str, tuple[str, ...]]:
        """Build on a copy of the harvest, as far as `index`; the writes of the steps that use the index."""
        yard.copy("before index", name)
        server = {"elasticsearch": elasticsearch_url, "index_prefix": prefix}
        return {step: yard.crews.run(yard.on(name, step, **server)).writes for step in ("index", "ledger", "publish")}

    def survive(death: tuple[str, int]) -> dict[tuple[str, str], Any]:
        step, at = death
        name, prefix = f"index {step} {at}", next(_PREFIXES)
        yard.copy("before index", name)
        server = {"elasticsearch": elasticsearch_url, "index_prefix": prefix}
        before = STEPS[STEPS.index("index") : STEPS.index(step)]
        if before:
            yard.crews.run(yard.on(name, *before, **server))
        yard.crews.run(yard.on(name, step, at=at, **server))
        yard.crews.run(yard.on(name, *LAST, **server))
        return documents(elasticsearch_url, prefix)

    prefix = next(_PREFIXES)
    writes = make("indexed", prefix)
    whole = documents(elasticsearch_url, prefix)
    assert {kind for kind, _ in whole} == set(KINDS)

    deaths = [(step, at + 1) for step in ("index", "publish") for at in range(1, len(writes[step]), 2)]
    assert len(deaths) > 4
    assert [
        death for death, found in zip(deaths, yard.crews.each(survive, deaths), strict=True) if found != whole
    ] == []


def test_the_index_holds_what_the_lake_says_is_admitted(
    yard: Yard, undisturbed: Undisturbed, elasticsearch_url: str
) -> None:
    prefix = next(_PREFIXES)
    yard.copy("before index", "admitted")
    server = {"elasticsearch": elasticsearch_url, "index_prefix": prefix}
    yard.crews.run(yard.on("admitted", *LAST, **server))

    found = documents(elasticsearch_url, prefix)
    assert len([kind for kind, _ in found if kind == "articles"]) == len(undisturbed.rows["documents"])
