"""Two ways to analyse Chinese, one layout of fields: the server's modules decide which.

*full* (module analysis-common): the server folds traditional to simplified by itself, so that 關稅 typed anywhere finds
关税.  *trimmed* (without it): the same pairs of characters from a shingle filter, which pairs English words too and
takes newspaper for "news paper"; texts and queries are folded by the program before they are sent.  Single characters
are indexed but never searched for beside pairs: with them a bare 关税 would mean 关 OR 税.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from mediawatch.language import character_map
from mediawatch.search.connection import answering

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

Way = Literal["full", "trimmed"]

CHINESE = {"type": "text", "analyzer": "mw_chinese", "search_analyzer": "mw_chinese_search"}
ENGLISH = {"type": "text", "analyzer": "mw_english", "search_analyzer": "mw_english_search"}

_BUILT_IN: dict[Way, dict[str, str]] = {
    "full": {"mw_english_search": "mw_english"},
    # `standard` would cut a bare 关税 into 关 OR 税; `simple` keeps it whole, so that it finds nothing in English.
    "trimmed": {"mw_english_search": "simple"},
}


def server_modules(client: Elasticsearch) -> frozenset[str]:
    """The names of the modules that every node of the cluster has.  Raises Unavailable."""
    with answering():
        nodes = client.nodes.info(metric="plugins")["nodes"].values()
    installed = [{module["name"] for module in node["modules"]} for node in nodes]
    return frozenset(set.intersection(*installed)) if installed else frozenset()


def choose_way(modules: frozenset[str]) -> Way:
    """The better analysis that a server with these modules can do."""
    return "full" if "analysis-common" in modules else "trimmed"


def analysis(way: Way) -> dict[str, Any]:
    """The `analysis` section of the index settings."""
    return _full() if way == "full" else _trimmed()


def with_analyzers(mapping: Mapping[str, Any], way: Way) -> dict[str, Any]:
    """`mapping` with the analyzers that have another name on a server of this kind."""
    renamed = _BUILT_IN[way]
    return {
        key: with_analyzers(value, way) if isinstance(value, Mapping) else renamed.get(value, value)
        for key, value in mapping.items()
    }


def mapping_rules(characters: Mapping[str, str]) -> list[str]:
    """Rules of a `mapping` char filter that folds each of `characters`."""
    return [f"{_escaped(written)}=>{_escaped(folded)}" for written, folded in sorted(characters.items())]


def _escaped(text: str) -> str:
    return "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in text)


def _full() -> dict[str, Any]:
    english = ["cjk_width", "lowercase", "mw_possessive", "mw_pairs", "mw_stop", "mw_stem"]
    return {
        "char_filter": {"mw_simplified": {"type": "mapping", "mappings": mapping_rules(character_map())}},
        "filter": {
            "mw_pairs_and_singles": {"type": "cjk_bigram", "output_unigrams": True},
            "mw_pairs": {"type": "cjk_bigram"},
            "mw_possessive": {"type": "stemmer", "language": "possessive_english"},
            "mw_stop": {"type": "stop", "stopwords": "_english_"},
            "mw_stem": {"type": "stemmer", "language": "english"},
        },
        "analyzer": {
            "mw_chinese": _analyzer("cjk_width", "lowercase", "mw_pairs_and_singles", char_filter=["mw_simplified"]),
            "mw_chinese_search": _analyzer("cjk_width", "lowercase", "mw_pairs", char_filter=["mw_simplified"]),
            "mw_english": _analyzer(*english, char_filter=["mw_simplified"]),
        },
    }


def _trimmed() -> dict[str, Any]:
    pairs = {"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 2, "token_separator": ""}
    return {
        "filter": {
            "mw_pairs_and_singles": {**pairs, "output_unigrams": True},
            "mw_pairs": {**pairs, "output_unigrams": False, "output_unigrams_if_no_shingles": True},
        },
        "analyzer": {
            "mw_chinese": _analyzer("lowercase", "mw_pairs_and_singles"),
            "mw_chinese_search": _analyzer("lowercase", "mw_pairs"),
            "mw_english": {"type": "standard"},
        },
    }


def _analyzer(*filters: str, char_filter: list[str] | None = None) -> dict[str, Any]:
    return {"type": "custom", "tokenizer": "standard", "filter": list(filters), "char_filter": char_filter or []}
