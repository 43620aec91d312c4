"""What can go wrong with a *run*.  (What goes wrong with one article is a value: `records.Loss`.)

MediawatchError
├── BadConfiguration      a person must change something; retrying cannot help
│   └── BadCatalogue      ... in a catalogue file, named with its line
├── BadRequest            the call itself makes no sense (a day that is not today, an unknown source)
├── GateClosed            quality says no: nothing is published, people are told; retrying cannot help
├── Corrupt               stored bytes are not what their manifest says; retrying cannot help
├── Contended             somebody else holds the lease or moved the pointer first; a retry can help
├── NotReady              what comes before has not been made yet, or changed meanwhile; a retry can help
├── ConfigurationDrift    this worker's files are not those that the run began with; a retry can help
├── Outage                most sites did not answer a harvest: what came is sealed, the next one takes up the rest
└── Unavailable           a service did not answer (Elasticsearch, object storage); a retry can help
"""

from __future__ import annotations

from traceback import walk_tb

from mediawatch.redaction import redacted


class MediawatchError(Exception):
    """Root of the tree.  `can_retry` tells an orchestrator whether running again unchanged may succeed."""

    can_retry: bool = False
    exit_code: int = 1

    def __init__(self, *said: object) -> None:
        """Say what is wrong, without any secret of the environment: it may quote what a service or library said."""
        super().__init__(*(redacted(each) if isinstance(each, str) else each for each in said))


class BadConfiguration(MediawatchError):
    """A setting, file or environment variable that a person has to fix."""

    exit_code = 2


class BadCatalogue(BadConfiguration):
    """A catalogue file that cannot be read as sources; the message names file and line."""


class BadRequest(MediawatchError):
    """A request that makes no sense as it stands: an unknown source, a harvest of a past day."""

    exit_code = 2


class GateClosed(MediawatchError):
    """The audit holds the day back; what is out stays out until a person decides."""

    exit_code = 3


class Corrupt(MediawatchError):
    """A stored object is missing or differs from the digest its manifest records; `key` names it, "" where unknown."""

    exit_code = 4

    def __init__(self, message: str = "", key: str = "") -> None:
        super().__init__(message)
        self.key = key


class Contended(MediawatchError):
    """Another worker holds the lease on this work or has published a newer result."""

    can_retry = True
    exit_code = 75


class NotReady(MediawatchError):
    """What a stage needs has not been made yet, or changed while it was at work; making it first helps."""

    can_retry = True
    exit_code = 75


class ConfigurationDrift(MediawatchError):
    """The catalogue, names, watch lists or rules of this worker are not those that the run began with."""

    can_retry = True
    exit_code = 75


class Outage(MediawatchError):
    """Most of what a harvest asked for was not answered.

    Trying the same batch again cannot help: it is sealed, so that nothing that came is lost.
    """

    exit_code = 69


class Unavailable(MediawatchError):
    """A service that the run needs does not answer now."""

    can_retry = True
    exit_code = 69


def in_short(error: BaseException) -> str:
    """The error's type and the module of ours that it came from last.

    Unlike its message that is equal for equal input, and so may stand in a table.
    """
    modules = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__)]
    ours = [module for module in modules if module.startswith("mediawatch.")]
    return type(error).__name__ + (f" in {ours[-1]}" if ours else "")
