"""How each field type of a record is kept: its Arrow type, its way in, its way out, its bytes for a digest.

Text in Parquet is valid UTF-8.  A web page can hold what is not (a lone surrogate from a broken escape), so text is
*fixed* on its way in: surrogate pairs are joined, a lone surrogate becomes U+FFFD.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from mediawatch.records.former import FORMERLY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INSTANT = pa.timestamp("us", tz="UTC")
_SAMPLE = 512
"""Values that are looked at to tell whether they repeat ..."""
_REPEATED = 4
"""... so many times each."""

Encoder = Callable[[Any], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field of a record.  `encode` gives canonical bytes of a value that is not None.

    `first_name` is what the field was called when its rows were first written: digests go by it, so that a new name
    makes no partition anew.
    """

    name: str
    first_name: str
    arrow: pa.DataType
    is_optional: bool
    has_default: bool
    encode: Encoder
    into: Callable[[Sequence[Any]], Sequence[Any]] | None
    out: Callable[[pa.Array], list[Any]]

    def default(self, field: Field[Any]) -> Any:
        """What a row written before the field existed holds."""
        return field.default if field.default_factory is MISSING else field.default_factory()


def columns_of(record_type: Any) -> tuple[Column, ...]:
    """The columns of a dataclass.  Raises TypeError naming a field whose type the lake does not keep."""
    return _columns_of(record_type)


@cache
def _columns_of(record_type: Hashable) -> tuple[Column, ...]:
    if not (isinstance(record_type, type) and is_dataclass(record_type)):
        raise TypeError(f"{record_type!r} is not a dataclass")
    hints = get_type_hints(record_type)
    return tuple(_column(record_type, field, hints[field.name]) for field in fields(record_type))


def fixed(text: str) -> str:
    """`text` as valid Unicode: surrogate pairs joined, lone surrogates replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _column(record_type: type[Any], field: Field[Any], hint: Any) -> Column:
    bare, is_optional = _without_none(hint)
    kept = _kept(bare)
    if kept is None:
        raise TypeError(f"{record_type.__name__}.{field.name}: the lake does not keep {hint!r}")
    arrow, encode, into, out = kept
    has_default = field.default is not MISSING or field.default_factory is not MISSING
    return Column(
        name=field.name,
        first_name=field.metadata.get(FORMERLY, field.name),
        arrow=arrow,
        is_optional=is_optional,
        has_default=has_default,
        encode=encode,
        into=into,
        out=out,
    )


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) not in {Union, UnionType}:
        return hint, False
    rest = [arg for arg in get_args(hint) if arg is not NoneType]
    return (rest[0] if len(rest) == 1 else hint), NoneType in get_args(hint)


_Kept = tuple[pa.DataType, Encoder, Callable[[Sequence[Any]], Sequence[Any]] | None, Callable[[pa.Array], list[Any]]]


def _kept(hint: Any) -> _Kept | None:
    """Arrow type, digest bytes, way in and way out of a bare type; None when the lake does not keep it."""
    if get_origin(hint) is Literal and all(isinstance(arg, str) for arg in get_args(hint)):
        return _SCALARS[str]
    if get_origin(hint) is tuple and get_args(hint)[1:] == (Ellipsis,):
        return _listed(get_args(hint)[0])
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return pa.string(), _encode_text, _words, lambda array: _members(array, hint)
    return _SCALARS.get(hint)


def _listed(item: Any) -> _Kept | None:
    kept = _kept(item) if item in {str, int, float} else None
    if kept is None:
        return None
    arrow, encode, _, _ = kept

    def encode_all(values: Sequence[Any]) -> bytes:
        return b"".join(len(part).to_bytes(8, "big") + part for part in map(encode, values))

    return pa.list_(arrow), encode_all, None, _tuples


def _encode_text(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return fixed(text).encode()


def _encode_float(value: float) -> bytes:
    # Equal numbers get equal bytes: -0.0 as 0.0, and one NaN.
    return b"nan" if value != value else struct.pack(">d", value + 0.0)  # noqa: PLR0124 -- true for NaN only


def _encode_instant(value: datetime) -> bytes:
    return struct.pack(">q", _microseconds(value))


def _microseconds(value: datetime) -> int:
    if value.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {value!r}")
    return (value - EPOCH) // _MICROSECOND


def _instants(values: Sequence[datetime | None]) -> list[int | None]:
    return [None if value is None else _microseconds(value) for value in values]


def _from_instants(array: pa.Array) -> list[datetime | None]:
    counts = array.cast(pa.int64()).to_pylist()
    return [None if count is None else EPOCH + count * _MICROSECOND for count in counts]


def _words(values: Sequence[StrEnum | None]) -> list[str | None]:
    return [None if value is None else str(value.value) for value in values]


def _members(array: pa.Array, enum: type[StrEnum]) -> list[StrEnum | None]:
    known = {word: None if word is None else enum(word) for word in array.unique().to_pylist()}
    return [known[word] for word in array.to_pylist()]


def _tuples(array: pa.Array) -> list[tuple[Any, ...] | None]:
    return [None if items is None else tuple(items) for items in array.to_pylist()]


def _shared(array: pa.Array) -> list[Any]:
    """The values, one object for equal ones where these repeat: the source of a million rows is one of some hundred
    words.
    """
    if len(array.slice(0, _SAMPLE).unique()) * _REPEATED > min(_SAMPLE, len(array)):
        return _plain(array)
    encoded = array.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    return [None if code is None else values[code] for code in encoded.indices.to_pylist()]


def _plain(array: pa.Array) -> list[Any]:
    return array.to_pylist()  # type: ignore[no-any-return]


_SCALARS: dict[Any, _Kept] = {
    str: (pa.string(), _encode_text, None, _shared),
    int: (pa.int64(), lambda value: struct.pack(">q", value), None, _plain),
    float: (pa.float64(), _encode_float, None, _plain),
    bool: (pa.bool_(), lambda value: b"\x01" if value else b"\x00", None, _plain),
    bytes: (pa.binary(), bytes, None, _plain),
    date: (pa.date32(), lambda value: struct.pack(">q", value.toordinal()), None, _shared),
    datetime: (_INSTANT, _encode_instant, _instants, _from_instants),
}
