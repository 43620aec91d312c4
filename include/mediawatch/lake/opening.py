"""Which store an address means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from mediawatch.errors import BadConfiguration
from mediawatch.lake.disk import DiskStore
from mediawatch.lake.s3 import S3Store
from mediawatch.lake.store import Store


def open_store(url: str | Path) -> Store:
    """The store at `url`: a folder (made on first use), `file://` or `s3://bucket/prefix`.

    S3 is reached as boto does it: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_REGION` and so on.
    Raises BadConfiguration for any other scheme.
    """

    scheme, separator, rest = str(url).partition("://")
    if not separator:
        return DiskStore(Path(url))
    if scheme == "s3":
        return S3Store(rest)
    if scheme == "file":
        return DiskStore(Path(unquote(urlsplit(str(url)).path)))
    raise BadConfiguration(f"the lake cannot live at {url}: give a folder or an s3:// URL")
