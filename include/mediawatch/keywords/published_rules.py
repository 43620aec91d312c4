"""Rules: the values that the detector runs with, tried before they alert anybody, and published by decision.

    rules/<name>/NNNNNN.json     each publication of the rule: its values, its scorecard, whether it was forced
    cards/<name>/<digest>.json   the scorecard of these values: the last backtest over own history
    weeks/<monday>.json          the scorecard of the rule that alerted in that week

Until a rule is published, the one that comes along is used with the values of its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mediawatch.context import Context
from mediawatch.errors import BadConfiguration, BadRequest
from mediawatch.keywords import VERSION, Rules
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import digest_of, dump_at, load
from mediawatch.lake.pointers import Pointer
from mediawatch.lake.store import Store
from mediawatch.records.former import with_names_of_today
from mediawatch.sources.yaml_entries import read_entries

WEEKS: Final = "weeks"
FOLDER: Final = "rules"
"""Below the folder of the watch lists."""

_LOUDER: Final = 1.25
"""Alerts a day of a rule that finds no more may be so many times those of the other."""

_KEYS: Final = frozenset(each.name for each in fields(Rules))


class Floor(BaseModel):
    """What a scorecard must reach: the least recall, the most alerts a day, the largest share of duplicates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recall: float = Field(default=0.0, ge=0, le=1)
    alerts_a_day: float = Field(default=float("inf"), gt=0)
    duplicates: float = Field(default=1.0, ge=0, le=1)


class DetectionRule(BaseModel):
    """One rule: its name, the values that differ from the defaults, and the floor of its scorecard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")
    description: str = ""
    values: dict[str, float | int] = {}
    floor: Floor = Floor()

    @field_validator("values")
    @classmethod
    def _are_known(cls, values: dict[str, float | int]) -> dict[str, float | int]:
        unknown = sorted(set(values) - _KEYS)
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no such value; there are {', '.join(sorted(_KEYS))}")
        return values

    @property
    def rules(self) -> Rules:
        """The values as the detector takes them."""
        return Rules(**self.values)  # type: ignore[arg-type]

    @property
    def digest(self) -> str:
        """A name of what this rule finds: of its values and the detector's version."""
        return digest_of({"version": VERSION, "values": asdict(self.rules)})[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A scorecard: how a rule did over `days` of own history with `injected` words put into it by seed.

    `recall` is the share of injected words found, `lag_days` the median days from the first day that one could be
    found; `duplicates` the share of alerts about words that were told before.  `watchlists` has the alerts a day of
    each watch list, which gets no injected words: what it finds is what was asked for.
    """

    rule: str
    digest: str
    days: int
    injected: int
    recall: float
    lag_days: float
    alerts_a_day: float
    duplicates: float
    watchlists: Mapping[str, float] = field(default_factory=dict)

    def faults(self, floor: Floor) -> list[str]:
        """Where the card is below the floor, in words."""
        found = []
        if self.recall < floor.recall:
            found.append(f"recall {self.recall:.2f} is below {floor.recall:.2f}")
        if self.alerts_a_day > floor.alerts_a_day:
            found.append(f"{self.alerts_a_day:.1f} alerts a day are more than {floor.alerts_a_day:g}")
        if self.duplicates > floor.duplicates:
            found.append(f"duplicates {self.duplicates:.3f} are more than {floor.duplicates:g}")
        return found

    def lowers(self, other: Scorecard) -> list[str]:
        """Where this card is below that of the rule that alerts now, in words; a word more or less is chance."""
        found = []
        if self.recall + 1.5 / max(1, min(self.injected, other.injected)) < other.recall:
            found.append(f"recall {self.recall:.2f} is below the {other.recall:.2f} of {other.rule}")
        if self.recall <= other.recall and self.alerts_a_day > _LOUDER * other.alerts_a_day:
            found.append(
                f"{self.alerts_a_day:.1f} alerts a day find no more than the {other.alerts_a_day:.1f} of {other.rule}"
            )
        return found


def read_rule(file: Path) -> DetectionRule:
    """The rule of a YAML file.  Raises BadConfiguration with one line "file:line: key: what" for each fault."""
    if not file.is_file():
        raise BadConfiguration(f"{file}: no such file")
    faults: list[str] = []
    entries = read_entries([file], DetectionRule, faults, {"floor": Floor})
    if not faults and len(entries) != 1:
        faults = [f"{file}:1: holds {len(entries)} rules; a file holds one"]
    if faults:
        raise BadConfiguration("\n".join(faults))
    return entries[0].value


def rule_files(context: Context) -> list[Path]:
    """The files of the rules that there are."""
    folder = context.settings.watchlists_dir / FOLDER
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []


def current_rule(context: Context) -> DetectionRule:
    """The rule that alerts: the one published last, else the first of the files, else the defaults."""
    found = [entry for name in context.store.folders(FOLDER) if (entry := _published(context.store, name).current())]
    if found:
        newest = max(found, key=lambda entry: str(entry.value["at"]))
        return DetectionRule.model_validate(with_names_of_today(newest.value["rule"]))
    files = rule_files(context)
    return read_rule(files[0]) if files else DetectionRule(name="keywords")


def publish_rule(context: Context, rule: DetectionRule, *, is_forced: bool = False) -> None:
    """Make `rule` the one that alerts.

    Raises BadRequest when its card is missing, below its floor or below the card of the rule that alerts now, unless
    forced.
    """
    scorecard, present = scorecard_of(context.store, rule), current_rule(context)
    now = scorecard_of(context.store, present) if present.digest != rule.digest else None
    if scorecard is None and not is_forced:
        raise BadRequest(
            f"{rule.name} has no scorecard for these values: `mediawatch backtest --lake` makes one, --force goes on "
            "without."
        )
    faults = scorecard.faults(rule.floor) if scorecard else ["no scorecard"]
    if faults and not is_forced:
        raise BadRequest(f"{rule.name} is below its floor: {'; '.join(faults)}. --force publishes it all the same.")
    lower = scorecard.lowers(now) if scorecard and now else []
    if lower and not is_forced:
        raise BadRequest(f"{rule.name} would find less: {'; '.join(lower)}. --force publishes it all the same.")
    pointer = _published(context.store, rule.name)
    value: Mapping[str, Any] = {
        "rule": rule.model_dump(mode="json", exclude_defaults=True) | {"name": rule.name},
        "at": context.clock().isoformat(),
        "card": asdict(scorecard) if scorecard else None,
        "forced": [*faults, *lower] if is_forced else [],
    }
    pointer.advance(pointer.current(), value)


def keep_scorecard(store: Store, scorecard: Scorecard) -> None:
    """Put the card where `rules list` and `rules publish` find it."""
    key = _scorecard_key(scorecard.rule, scorecard.digest)
    store.put(key, dump_at(key, asdict(scorecard)))


def scorecard_of(store: Store, rule: DetectionRule) -> Scorecard | None:
    """The scorecard of exactly this rule's values, if it has one."""
    key = _scorecard_key(rule.name, rule.digest)
    if not store.exists(key):
        return None
    with reading(key):
        return Scorecard(**with_names_of_today(load(store.read(key), key)))


def keep_week(store: Store, monday: date, scorecard: Scorecard) -> None:
    """Keep the card as that of the week that begins on `monday`."""
    key = f"{WEEKS}/{monday.isoformat()}.json"
    store.put(key, dump_at(key, asdict(scorecard)))


def weeks(store: Store) -> dict[date, Scorecard]:
    """{monday: card} of the weeks that were evaluated, oldest first."""
    found: dict[date, Scorecard] = {}
    for key in sorted(key for key in store.list(WEEKS) if key.endswith(".json")):
        with reading(key):
            monday = date.fromisoformat(key.removeprefix(f"{WEEKS}/").removesuffix(".json"))
            found[monday] = Scorecard(**with_names_of_today(load(store.read(key), key)))
    return found


def _published(store: Store, name: str) -> Pointer:
    return Pointer(store, f"{FOLDER}/{name}")


def _scorecard_key(name: str, digest: str) -> str:
    return f"cards/{name}/{digest}.json"
