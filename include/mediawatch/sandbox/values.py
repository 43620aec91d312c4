"""What a child sends back is data: only values are made of it, never a call to whatever it names."""

from __future__ import annotations

import importlib
import io
import pickle
import pickletools
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum
from numbers import Integral, Real
from typing import Any

PACKAGE = "mediawatch"
_NUMBERED = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_PLAIN: dict[tuple[str, str], type] = {
    ("builtins", "str"): str,
    ("builtins", "int"): int,
    ("builtins", "float"): float,
    ("datetime", "date"): date,
    ("datetime", "datetime"): datetime,
    ("datetime", "time"): time,
    ("datetime", "timedelta"): timedelta,
    ("datetime", "timezone"): timezone,
}


def write_value(value: Any) -> bytes:
    """`value` as bytes; the strings and numbers of libraries become Python's own."""
    written = io.BytesIO()
    _Plain(written, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return written.getvalue()


class _Plain(pickle.Pickler):
    def reducer_override(self, value: Any, /) -> Any:
        """lxml's strings, which know their element, and numpy's numbers."""
        if isinstance(value, Enum | bool):
            return NotImplemented
        if isinstance(value, str):
            return str, (str(value),)
        if isinstance(value, Integral):
            return int, (int(value),)
        return (float, (float(value),)) if isinstance(value, Real) else NotImplemented


class _Values(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:
        """Dates, and the dataclasses, models and enumerations of this package; UnpicklingError for all else."""
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        found = getattr(importlib.import_module(module), name, None) if _is_ours(module) else None
        is_value = isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum) or _is_model(found))
        if not is_value or getattr(found, "__module__", "") != module:
            raise pickle.UnpicklingError(f"{module}.{name} is no value of ours")
        return found


def read_value(data: bytes) -> Any:
    """The value in `data`.  Raises pickle.UnpicklingError and whatever else damaged bytes lead to."""
    # `write_value` numbers nothing itself; a reader takes memory for the largest number that it is told.
    if any(operation.name in _NUMBERED for operation, _, _ in pickletools.genops(data)):
        raise pickle.UnpicklingError("a place in the memory of the reader is numbered")
    return _Values(io.BytesIO(data)).load()


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == PACKAGE


def _is_model(found: type) -> bool:
    from pydantic import BaseModel

    return issubclass(found, BaseModel)
