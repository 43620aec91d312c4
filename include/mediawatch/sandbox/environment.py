"""The environment of the processes that read untrusted markup."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

_KEPT = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"})
_KEPT_PREFIXES = ("LC_", "PYTHON")


def reading_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """What of `environ` the children are given: names that Python and the system's libraries need, nothing else.

    No setting, address, key or password reaches them.  They find the same modules as this process, and use one thread.
    """
    kept = {name: value for name, value in environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    return kept | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
