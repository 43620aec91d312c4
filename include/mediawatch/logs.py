"""Logs: one line for each request, page, stage and message, with what it is about as `name=value`.

The lines go through Python's own `logging`, under `mediawatch`: a task's log in Airflow has them, and a command writes
them to stderr when MEDIAWATCH_LOG_LEVEL asks for it.  What is bound around a piece of work (day, batch, stage) stands
in each of its lines, and `link_id` or `url` wherever a line is about one link: grep follows it through a run.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from enum import Enum
from threading import Lock
from typing import Any, Literal, TextIO

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.stdlib import BoundLogger
from structlog.typing import EventDict, WrappedLogger

from mediawatch.redaction import redacted

Format = Literal["text", "json"]


class _ToStderr(logging.StreamHandler[TextIO]):
    """Writes to what sys.stderr is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """The present stderr."""
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None: ...


_ROOT = "mediawatch"
_BOUND = ("stage", "day", "batch", "shard")
"""What is bound stands behind what a line says itself, in this order."""
_as_json = structlog.processors.JSONRenderer(default=str)  # ASCII: a value cannot steer a terminal
_as_pairs = structlog.processors.KeyValueRenderer(sort_keys=False)
_form: dict[str, Format] = {"form": "text"}


def logger(name: str) -> BoundLogger:
    """The logger of the module `name`.  Nothing of structlog's global configuration is touched: Airflow owns that."""
    wrapped: BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[structlog.stdlib.filter_by_level, merge_contextvars, structlog.processors.format_exc_info, _render],
        wrapper_class=BoundLogger,
    )
    return wrapped


def bound(**about: Any) -> AbstractContextManager[None]:
    """A block in which every line says `about`."""
    return bound_contextvars(**{name: value for name, value in about.items() if value != ""})


def use_format(form: Format) -> None:
    """How lines are written from now on: as text for people, or as JSON for programs."""
    _form["form"] = form


def to_stderr(level: str, form: Format) -> None:
    """Write our lines from `level` on to stderr, each with its time; for a process that nobody else gives a log."""
    use_format(form)
    root = logging.getLogger(_ROOT)
    root.setLevel(level)
    handler = _ToStderr()
    plain = "%(asctime)s %(levelname)s %(message)s" if form == "text" else "%(message)s"
    handler.setFormatter(logging.Formatter(plain))
    root.handlers = [handler]


def _render(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """One line, whatever the values hold: line breaks and control characters are escaped, secrets are hidden."""
    return redacted(_rendered(logger, method, {name: _without_secrets(value) for name, value in event.items()}))


def _without_secrets(value: Any) -> Any:
    """`value` before it is written in a notation that escapes characters, in which no secret would be found."""
    if isinstance(value, Enum | bool | int | float | date):
        return value
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {_without_secrets(name): _without_secrets(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(each) for each in value]
    said = str(value)
    return value if redacted(said) == said else redacted(said)


def _rendered(logger: WrappedLogger, method: str, event: EventDict) -> str:
    found = _without_blanks(event)
    what = found.pop("event")
    if _form["form"] == "json":
        return str(_as_json(logger, method, {"event": what, "level": method, "logger": logger.name, **found}))
    return f"{what} {_as_pairs(logger, method, found)}".rstrip() if found else str(what)


def _without_blanks(event: Mapping[str, Any]) -> MutableMapping[str, Any]:
    """What the line has to say: empty values say nothing, and words of ours stand without their class."""
    ordered = [*(name for name in event if name not in _BOUND), *(name for name in _BOUND if name in event)]
    return {
        name: value.value if isinstance(value, Enum) else str(value) if isinstance(value, date) else value
        for name, value in ((name, event[name]) for name in ordered)
        if value not in ("", None)
    }


class Silence:
    """Keeps what the loggers `names` say, which holds secret addresses, from every log.

    The logger `heard` says everything to whoever listens to itself, and to nobody above.  Several threads may be inside
    at once: the first one in turns the loggers down, the last one out puts them back.
    """

    def __init__(self, *names: str, heard: str = "") -> None:
        self._levels = dict.fromkeys(names, logging.CRITICAL) | ({heard: logging.DEBUG} if heard else {})
        self._lock = Lock()
        self._inside = 0
        self._before: list[tuple[logging.Logger, int, bool, list[logging.Handler]]] = []

    @contextmanager
    def held(self) -> Iterator[None]:
        """Silence for the block."""
        with self._lock:
            if not self._inside:
                self._turn_down()
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if not self._inside:
                    self._put_back()

    def _turn_down(self) -> None:
        loggers = {logging.getLogger(name): level for name, level in self._levels.items()}
        self._before = [(each, each.level, each.propagate, each.handlers) for each in loggers]
        for each, level in loggers.items():
            each.setLevel(level)
            each.propagate, each.handlers = False, [logging.NullHandler()]

    def _put_back(self) -> None:
        for each, level, propagate, handlers in self._before:
            each.setLevel(level)
            each.propagate, each.handlers = propagate, handlers
