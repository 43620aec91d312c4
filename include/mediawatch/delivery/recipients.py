"""Who gets alerts: through which channels, when, in which language, and about what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mediawatch.delivery.channels import ChannelKind, checked_template, resolved, value_of, variables_in
from mediawatch.delivery.hours import QuietHours, instant_of, quiet_hours, time_of_day
from mediawatch.delivery.message import MessageKind
from mediawatch.errors import BadConfiguration
from mediawatch.locale import Language
from mediawatch.records import Alert, AlertKind, timezone_name
from mediawatch.sources.yaml_entries import YamlEntry, read_entries

AT_ONCE: Final = "at once"


def _hours(text: str) -> str:
    quiet_hours(text)
    return text


def _delivery(text: str) -> str:
    if text != AT_ONCE:
        time_of_day(text)
    return text


def _mute(value: object) -> object:
    """A date or a date with a time, as people write it; kept as text, because the zone is another key."""
    text = str(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("must be a day such as 2026-05-01, or one with a time: 2026-05-01 08:00") from error
    if moment.tzinfo is not None:
        raise ValueError("is read in the recipient's time zone; leave the offset out")
    return text


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]


class Channel(BaseModel):
    """One way to reach a recipient.

    `url` is an address as Apprise writes it; what is secret stands as `${MEDIAWATCH_CHANNEL_NAME}`, and comes from the
    environment when a message is sent.  `idempotent` says, for a webhook, that the receiver drops a repeated
    `Idempotency-Key`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    url: Annotated[str, AfterValidator(checked_template)]
    idempotent: bool = False

    def address(self, environ: Mapping[str, str]) -> str:
        """The address with its secrets.  Raises BadConfiguration that names a missing variable."""
        return resolved(self.url, environ)

    def is_idempotent(self, kind: ChannelKind) -> bool:
        """Whether a message of this channel, which is of `kind`, can be sent twice and arrive once."""
        return kind.drops_repeats == "always" or (kind.drops_repeats == "declared" and self.idempotent)


class Recipient(BaseModel):
    """A person or a group.

    `messages` says which are wanted: `alerts`, the `digest` of each day, `failures` of tasks, `sources` that
    changed their state.  `quiet` (22:00-07:00)
    holds messages back, `deliver` is "at once" or the time of day of a digest, both in `timezone`.  Until `mute_until`
    nothing is sent and nothing is kept for later.  `kinds` (new, back, rising, watch), `rules` and `watchlists` limit
    what is wanted of alerts; empty means all.  `min_score` leaves out alerts of a lower score, and `at_most` all but so
    many topics of a day, the best; watch matches excepted: those were asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    channels: tuple[Channel, ...] = Field(min_length=1)
    language: Language = "zh"
    timezone: Annotated[str, AfterValidator(timezone_name)] = "UTC"
    messages: tuple[MessageKind, ...] = Field(default=(MessageKind.ALERTS,), min_length=1)
    quiet: Annotated[str, AfterValidator(_hours)] | None = None
    deliver: Annotated[str, AfterValidator(_delivery)] = AT_ONCE
    mute_until: Annotated[str, AfterValidator(_mute)] | None = None
    kinds: tuple[AlertKind, ...] = ()
    rules: tuple[str, ...] = ()
    watchlists: tuple[str, ...] = ()
    min_score: float = 0.0
    at_most: Annotated[int, Field(ge=1)] | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def _names_its_channels_apart(self) -> Recipient:
        names = [channel.name for channel in self.channels]
        if len(set(names)) < len(names):
            raise ValueError("channels: two have the same name")
        return self

    @property
    def quiet_hours(self) -> QuietHours | None:
        """The quiet hours, or None."""
        return quiet_hours(self.quiet) if self.quiet else None

    @property
    def digest_at(self) -> time | None:
        """The time of day of the digest, or None where messages go at once."""
        return None if self.deliver == AT_ONCE else time_of_day(self.deliver)

    def is_muted(self, moment: datetime) -> bool:
        """Whether nothing is sent at `moment`."""
        if self.mute_until is None:
            return False
        until = datetime.fromisoformat(self.mute_until)
        return moment < instant_of(until.date(), until.time(), self.timezone)

    def is_held(self, moment: datetime) -> bool:
        """Whether nothing that is ready may go at `moment`: muted, or in quiet hours that no digest overrides."""
        quiet = self.quiet_hours if self.digest_at is None else None
        return self.is_muted(moment) or bool(quiet and quiet.holds(moment, self.timezone))

    def wants(self, alert: Alert, asked_for: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether the alert is for this recipient.

        `asked_for` gives the recipients that each watch list names.  A list that names some is for them alone; whoever
        is named gets its matches whatever else the recipient wants, other messages than alerts included.
        """
        if alert.watchlists and any(self.name in asked_for.get(name, ()) for name in alert.watchlists):
            return True
        return MessageKind.ALERTS in self.messages and self._chooses(alert, asked_for)

    def gets(self, watchlist: str, asked_for: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether the matches of `watchlist` are for this recipient; `asked_for` as `wants` has it."""
        if named := asked_for.get(watchlist):
            return self.name in named
        return (
            MessageKind.ALERTS in self.messages
            and (not self.kinds or AlertKind.WATCH in self.kinds)
            and (not self.rules or f"watch:{watchlist}" in self.rules)
            and (not self.watchlists or watchlist in self.watchlists)
        )

    def _chooses(self, alert: Alert, asked_for: Mapping[str, tuple[str, ...]]) -> bool:
        if alert.kind is AlertKind.WATCH and not self._may_watch(alert, asked_for):
            return False
        if self.kinds and alert.kind not in self.kinds:
            return False
        if self.rules and alert.rule not in self.rules:
            return False
        if alert.kind is AlertKind.WATCH:
            return True
        return alert.score >= self.min_score

    def _may_watch(self, alert: Alert, asked_for: Mapping[str, tuple[str, ...]]) -> bool:
        if not alert.watchlists:
            return not self.watchlists
        common = [name for name in alert.watchlists if not asked_for.get(name)]
        return any(not self.watchlists or name in self.watchlists for name in common)


def read_recipients(path: Path) -> tuple[Recipient, ...]:
    """The enabled recipients of a YAML file, by name; none when there is no such file.

    Addresses keep their `${...}`: no secret is read here.  Raises BadConfiguration with one line "file:line: key: what"
    for each fault.
    """
    return tuple(sorted((e.value for e in recipient_entries(path) if e.value.enabled), key=lambda each: each.name))


def recipient_entries(path: Path) -> list[YamlEntry[Recipient]]:
    """Every recipient of a YAML file, those that are switched off too, with its place; none when there is no such file.

    Raises BadConfiguration as `read_recipients` does.
    """
    if not path.is_file():
        return []
    faults: list[str] = []
    entries = read_entries([path], Recipient, faults, {"channels": Channel})
    faults += _twice(entries)
    if faults:
        raise BadConfiguration("\n".join(faults))
    return entries


def missing_variables(recipients: tuple[Recipient, ...], environ: Mapping[str, str]) -> tuple[str, ...]:
    """The environment variables that channels need and that are not set."""
    needed = (name for each in recipients for channel in each.channels for name in variables_in(channel.url))
    return tuple(sorted({name for name in needed if not value_of(name, environ)}))


def _twice(entries: list[YamlEntry[Recipient]]) -> Iterator[str]:
    taken: dict[str, YamlEntry[Recipient]] = {}
    for entry in entries:
        first = taken.setdefault(entry.value.name, entry)
        if first is not entry:
            yield f"{entry.file}:{entry.line}: name: {entry.value.name} is taken at {first.file}:{first.line}"
