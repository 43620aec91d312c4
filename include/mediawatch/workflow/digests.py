"""The digest of a day as a message: when the day is complete, and what was kept of it.

digests/day=D/<language>.html, .txt      as composed last: the day may grow until it is closed
digests/day=D/made.json                  the evaluation it was composed after, whether the day was closed then, and the
                                         SHA-256 of each file
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from mediawatch.context import Context
from mediawatch.delivery import MessageKind, MessageStyle, Notice, watchlist_feed, word_feed
from mediawatch.delivery.source_changes import compose_changes
from mediawatch.errors import BadRequest, Corrupt
from mediawatch.keywords.detect_stage import alerts_since, watchlists_of
from mediawatch.keywords.evaluations import evaluations_of
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.objects import put_object
from mediawatch.lake.store import Store
from mediawatch.locale import LANGUAGES, Language, words_of
from mediawatch.pipeline.closed import is_closed
from mediawatch.records.former import with_names_of_today
from mediawatch.settings import Settings
from mediawatch.workflow.source_health import changes_on, findings_of

KINDS: Final = ("html", "txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a day has come: the number of its last evaluation, and whether it is closed."""

    evaluation: int
    is_closed: bool


def folder_of(day: date) -> str:
    """Where the digests of `day` are kept in the lake."""
    return f"digests/day={day}"


def board_page(settings: Settings, day: date) -> str:
    """The page of `day` on the board; "" when nobody said where the board is."""
    return f"{settings.board_url}?day={day}" if settings.board_url else ""


def state_of(store: Store, day: date) -> State:
    """How far `day` has come by now."""
    return State(evaluation=len(evaluations_of(store, day)), is_closed=is_closed(store, day))


def keep(store: Store, day: date, state: State, pages: dict[str, tuple[str, str]]) -> None:
    """Keep the digests of `day` (HTML and text by language), composed of what there was when it was in `state`."""
    files = {
        f"{language}.{kind}": text for language, both in pages.items() for kind, text in zip(KINDS, both, strict=True)
    }
    digests = {
        name: put_object(store, f"{folder_of(day)}/{name}", text.encode()).digest for name, text in files.items()
    }
    key = f"{folder_of(day)}/made.json"
    store.put(key, dump_at(key, {**asdict(state), "files": digests}))


def files_of(store: Store, day: date) -> dict[str, str]:
    """{key: SHA-256} of the digests that were kept of `day`.  Raises Corrupt."""
    key = f"{folder_of(day)}/made.json"
    with reading(key):
        made = load(store.read(key), key)
        return {f"{folder_of(day)}/{name}": str(digest) for name, digest in made.get("files", {}).items()}


def complete_day(context: Context) -> date | None:
    """Yesterday, when it is closed and a live evaluation has closed it; else None: an older day is no news any more."""
    day = context.today - timedelta(days=1)
    evaluations = evaluations_of(context.store, day)
    is_over = bool(evaluations) and evaluations[-1].is_closing and evaluations[-1].is_live
    return day if is_over and is_closed(context.store, day) else None


def is_kept(store: Store, day: date) -> bool:
    """Whether the digest that is kept of `day`, and undamaged, was composed of the day as it is now."""
    folder = folder_of(day)
    key = f"{folder}/made.json"
    try:
        made = with_names_of_today(load(store.read(key), key))
        files = made.pop("files", {})
        found = {name: sha256(store.read(f"{folder}/{name}")).hexdigest() for name in files}
    except Corrupt:
        return False
    return bool(files) and found == files and made == asdict(state_of(store, day))


def digest_notices(context: Context) -> dict[Language, list[Notice]]:
    """The digest of the complete day as a notice in each language; none until it is kept."""
    day = complete_day(context)
    if day is None or not is_kept(context.store, day):
        return {}
    return {language: [_notice(context, day, language)] for language in LANGUAGES}


def source_notices(context: Context) -> dict[Language, list[Notice]]:
    """What changed with the sources yesterday as a notice in each language; none until it is judged, or for nothing."""
    day = context.today - timedelta(days=1)
    changed = changes_on(context.store, day)
    if not changed:
        return {}
    findings = {(f.source, f.metric): f for name in changed for f in findings_of(context.store, day, name.source)}
    titles = {source.name: source.title for source in context.catalogue.sources}
    return {language: [compose_changes(changed, findings, titles, day, language)] for language in LANGUAGES}


def _notice(context: Context, day: date, language: Language) -> Notice:
    html, text = (context.store.read(f"{folder_of(day)}/{language}.{kind}").decode() for kind in KINDS)
    title, _, body = text.partition("\n")
    # What a text that a channel takes only in part ends with.
    rest = words_of(language)("message.rest")
    return Notice(
        notice_id=f"digest/{day}",
        kind=MessageKind.DIGEST,
        day=day,
        title=title,
        text=body,
        html=html,
        rest=f"{rest} {board_page(context.settings, day)}".strip(),
    )


FEED_DAYS: Final = timedelta(days=30)
"""What a feed goes back; readers keep what they have seen."""


def feed_of(
    context: Context, *, watchlist: str = "", word: str = "", language: Language, authority: str, self_url: str = ""
) -> bytes:
    """The feed of a watch list or of a word in any spelling; `authority`, a host name, owns the ids of its entries.

    Raises BadRequest for a list that there is not, and unless exactly one of both is asked for.
    """
    if bool(watchlist) == bool(word):
        raise BadRequest("A feed is that of a watch list, or that of a word: say which, and one only.")
    lists = watchlists_of(context)
    if watchlist and watchlist not in {each.name for each in lists}:
        raise BadRequest(f"{watchlist} is no watch list: there are {', '.join(each.name for each in lists) or 'none'}.")
    labels = {each.name: getattr(each.label, language) for each in lists}
    look = MessageStyle(language=language, timezone=context.settings.timezone, labels=labels)
    found = list(alerts_since(context.store, context.today - FEED_DAYS))
    if watchlist:
        return watchlist_feed(found, watchlist, authority=authority, look=look, self_url=self_url)
    return word_feed(found, word, authority=authority, look=look, self_url=self_url)
