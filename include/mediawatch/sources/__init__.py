"""The catalogue of sources, the identity of addresses, and how sources are dealt out to workers."""

from mediawatch.sources.catalogue import Catalogue, read_catalogue
from mediawatch.sources.shards import deal
from mediawatch.sources.urls import host_of, link_id, normalise

__all__ = ["Catalogue", "deal", "host_of", "link_id", "normalise", "read_catalogue"]
