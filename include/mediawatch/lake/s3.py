"""The lake in S3, or a server that speaks it, through s3fs.

An object appears with the end of its PUT (or multipart upload); exclusive creation is `If-None-Match: *`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediawatch.errors import BadConfiguration, BadRequest, Unavailable
from mediawatch.lake.store import Missing, Names, checked_key, folder_of, is_key, missing, process_id

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_DELETE_AT_ONCE = 1000
_CONFLICTS = 20
"""S3 answers 409 while two conditional writes of one key run; each round lets at least one of them finish."""


class S3Store:
    """A `Store` below `bucket/prefix`."""

    def __init__(self, place: str) -> None:
        self.bucket, _, prefix = place.strip("/").partition("/")
        if not self.bucket:
            raise BadConfiguration("an s3:// lake needs a bucket: s3://bucket/prefix")
        self._prefix = f"{prefix}/" if prefix else ""
        self._open: tuple[int, Any] = (0, None)

    def read(self, key: str) -> bytes:
        with self._translated(key):
            return bytes(self._fs.cat_file(self._path(key)))

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        if length <= 0:
            self.size(key)
            return b""
        with self._translated(key):
            try:
                return bytes(self._fs.cat_file(self._path(key), start=offset, end=offset + length))
            except OSError as error:
                if _code_of(error) in {"InvalidRange", "416"}:  # it begins past the object's end
                    return b""
                raise

    def put(self, key: str, data: bytes | Path) -> None:
        if isinstance(data, Path):
            data.open("rb").close()  # a local file that cannot be read is no fault of S3; s3fs passes over folders
            with self._translated(key):
                self._fs.put_file(str(data), self._path(key))
        else:
            with self._translated(key):
                self._fs.pipe_file(self._path(key), data)

    def create(self, key: str, data: bytes) -> bool:
        for _ in range(_CONFLICTS):
            code = self._put_new(key, data)
            if code is None:
                return True
            if code != "ConditionalRequestConflict":
                return False
        raise Unavailable(f"{self.url(key)}: S3 keeps answering 409 to an exclusive create")

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except Missing:
            return False
        return True

    def size(self, key: str) -> int:
        with self._translated(key):
            head = self._fs.call_s3("head_object", Bucket=self.bucket, Key=self._key(key))
        return int(head["ContentLength"])

    def list(self, prefix: str) -> Names:
        return list(self.sizes(prefix))

    def sizes(self, prefix: str) -> dict[str, int]:
        return {name: size for name, size in self._objects(prefix) if is_key(name)}

    def strays(self, prefix: str) -> Names:
        return [name for name, _ in self._objects(prefix) if not is_key(name)]

    def free_bytes(self) -> int | None:
        return None

    def folders(self, prefix: str) -> Names:
        below = self._prefix + folder_of(prefix)
        pages = self._pages(Prefix=below, Delimiter="/")
        found = (item["Prefix"][len(below) : -1] for page in pages for item in page.get("CommonPrefixes", ()))
        return sorted(filter(is_key, found))

    def delete(self, key: str) -> None:
        with self._translated(key):
            self._fs.call_s3("delete_object", Bucket=self.bucket, Key=self._key(key))

    def delete_all(self, prefix: str) -> None:
        if not folder_of(prefix):
            raise BadRequest("delete_all needs a folder below the root")
        keys = [{"Key": self._key(key)} for key in self.list(prefix)]
        for start in range(0, len(keys), _DELETE_AT_ONCE):
            some = {"Objects": keys[start : start + _DELETE_AT_ONCE], "Quiet": True}
            with self._translated(prefix):
                answer = self._fs.call_s3("delete_objects", Bucket=self.bucket, Delete=some)
            if refused := answer.get("Errors"):
                raise Unavailable(f"S3 did not delete {len(refused)} objects below {prefix}: {refused[0]}")

    def url(self, key: str) -> str:
        return f"s3://{self._path(key)}"

    def filesystem(self) -> AbstractFileSystem | None:
        return self._fs

    @property
    def _fs(self) -> Any:
        # s3fs keeps an event loop thread and sockets, neither of which survives a fork.
        if self._open[0] != process_id():
            from s3fs import S3FileSystem

            self._open = (process_id(), S3FileSystem(use_listings_cache=False, skip_instance_cache=True))
        return self._open[1]

    def _key(self, key: str) -> str:
        return self._prefix + checked_key(key)

    def _path(self, key: str) -> str:
        return f"{self.bucket}/{self._key(key)}"

    def _put_new(self, key: str, data: bytes) -> str | None:
        """The error code of a refused exclusive PUT, None when it was done."""
        with self._translated(key):
            try:
                self._fs.call_s3("put_object", Bucket=self.bucket, Key=self._key(key), Body=data, IfNoneMatch="*")
            except OSError as error:
                if (code := _code_of(error)) in {"PreconditionFailed", "412", "ConditionalRequestConflict"}:
                    return code
                raise
        return None

    def _objects(self, prefix: str) -> Iterable[tuple[str, int]]:
        """Every object below the folder, by its name below the root, with its length; sorted."""
        below = self._prefix + folder_of(prefix)
        items = (item for page in self._pages(Prefix=below) for item in page.get("Contents", ()))
        return sorted((item["Key"][len(self._prefix) :], int(item["Size"])) for item in items)

    def _pages(self, **request: Any) -> Iterator[dict[str, Any]]:
        """The answers of one listing, asked page by page, past every cache."""
        more: dict[str, Any] = {}
        while True:
            with self._translated(""):
                page = self._fs.call_s3("list_objects_v2", Bucket=self.bucket, **request, **more)
            yield page
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        """Storage errors as errors of a run."""
        from botocore.exceptions import BotoCoreError, NoCredentialsError

        place = f"s3://{self.bucket}/{self._prefix}{key}"
        try:
            yield
        except FileNotFoundError as error:
            if _code_of(error) == "NoSuchBucket":
                raise BadConfiguration(f"{place}: there is no such bucket") from error
            raise missing(key, f"s3://{self.bucket}/{self._prefix}") from error
        except (PermissionError, NoCredentialsError) as error:
            raise BadConfiguration(f"{place}: S3 refuses these credentials: {error}") from error
        except (OSError, BotoCoreError) as error:
            raise Unavailable(f"{place}: {error}") from error


def _code_of(error: BaseException) -> str:
    """The S3 error code behind what s3fs raised, "" when there is none."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
