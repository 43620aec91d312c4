"""Whatever happens to any file of a lake: a build heals it, names it, or records what it cost; it never passes over it.

Each file of a lake that was harvested, built, watched, told and closed is damaged in turn, in a copy of its own, and
the day is built and watched again as the commands do it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import yaml

from mediawatch import delivery
from mediawatch.board.digest import keep_digests
from mediawatch.board.local_index import refresh_day
from mediawatch.context import Context
from mediawatch.delivery.deliver import deliver
from mediawatch.delivery.preferences import give_opinion
from mediawatch.errors import MediawatchError
from mediawatch.harvest.harvesting import unsealed_batches
from mediawatch.keywords.detect_stage import alerts_of, watchlists_of
from mediawatch.keywords.dismissals import dismiss
from mediawatch.lake.folders import CLOSED, FACTS, SHELVED, WATCHED, is_fact
from mediawatch.quality.decisions import decide
from mediawatch.records import Reason
from mediawatch.tables.ledger import FINAL_OUTCOMES, VISITS
from mediawatch.tables.order import BUILDING
from mediawatch.workflow.closing import build_days, close_day
from mediawatch.workflow.digests import digest_notices
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.verifying.lake import verify
from mediawatch.workflow.watch import watch_day
from tests.support.alerting import a_recipient
from tests.support.articles import html, paragraphs
from tests.support.damage import damage
from tests.support.days import Rows, made_as_rows
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, EVENING, MORNING, a_context, copy_of, harvest, rows_of
from tests.support.sites import reply
from tests.unit.delivery.test_deliver import Post

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

BEFORE = DAY - timedelta(days=1)
KINDS = ("flip", "cut", "empty", "delete", "replace")
LEAST = 160
WORDS = {"water": "水库", "ferry": "渡船", "lamps": "路灯"}
STORIES = (
    (
        "东门渡船下月起改在清晨六点开出",
        "航运公司昨天贴出告示，东门渡船的头班提前一小时，末班仍在傍晚七点离岸。",
        "船工说，赶早市的菜农等这一天等了三年，过去他们只能绕行西边的旧桥。",
        "告示还写明，大风橙色预警期间渡船停航，已经买好的月票顺延。",
    ),
    (
        "旧城的路灯何时再亮：一百二十封来信",
        "编辑部本周收到一百二十封来信，其中大半谈的是旧城的路灯，有人附上了手绘的地图。",
        "住在巷口的退休教师写道，孩子放学时天已经黑了，希望把熄灭的几盏尽快修好。",
        "市政处回信说，零件已经订好，月底前会有人上门，届时每一盏都会编号登记。",
    ),
)
SEED = 7401


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """A newsroom that lived through two days, and what its lake says of the second one."""

    context: Context
    folder: Path
    rows: Rows

    @property
    def lake(self) -> Path:
        return Path(self.context.settings.lake_url)

    def objects(self) -> list[str]:
        """Every object, leases that were given back left out; in an order that digests in names do not change."""
        paths = (path.relative_to(self.lake).as_posix() for path in self.lake.rglob("*") if path.is_file())
        return sorted((key for key in paths if not key.startswith("leases/")), key=lambda key: (place_of(key), key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """One damage; `is_anew`: what is derived of the day goes before, so that everything is made of its facts again."""

    key: str
    kind: str
    other: str
    at: int
    is_anew: bool


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("hostile")
    with open_gazettes("paper") as [paper]:
        context = lived_in(folder, paper)
        yield Lived(context=context, folder=folder, rows=made_as_rows(context.store, DAY))


def test_undisturbed_it_comes_out_the_same(lived: Lived) -> None:
    """Or the other test would prove nothing."""
    room = copy_of(lived.context, lived.folder / "undisturbed")
    assert verify(room).findings == []
    drop_what_is_derived(room)
    build_and_watch(room)
    assert made_as_rows(room.store, DAY) == lived.rows
    assert {key.partition("/")[0] for key in lived.objects()} >= {
        *(*BUILDING, *WATCHED, *CLOSED, *SHELVED, *FACTS, "digests"),
    } - {"past", "rules"}
    assert lived.rows["detect alerts"]


def test_a_batch_whose_manifest_is_gone_is_one_that_a_crash_left_open(lived: Lived) -> None:
    room = copy_of(lived.context, lived.folder / "unsealed")
    drop_what_is_derived(room)
    [manifest] = (Path(room.settings.lake_url) / f"harvest/day={DAY}").glob("batch=*T220000Z/manifest.json")
    manifest.unlink()
    assert [batch.batch for batch in unsealed_batches(room, DAY)] == ["20260429T220000Z"]


def test_no_damage_changes_a_day_in_silence(lived: Lived) -> None:
    blows = blows_on(lived)
    assert len(blows) >= LEAST
    assert {blow.kind for blow in blows} == set(KINDS)
    room = copy_of(lived.context, lived.folder / "beaten")
    outcomes = [(blow, outcome_of(blow, lived, room)) for blow in blows]
    wrong = [f"{said}: {blow}" for blow, said in outcomes if said not in ("healed", "named", "lost")]
    assert not wrong, "\n".join(wrong)
    assert {said for _, said in outcomes} == {"healed", "named", "lost"}


def blows_on(lived: Lived) -> list[Blow]:
    """One on each fact and on an object of each kind, day and batch that is made of facts; two on the day's own facts,
    of which the second finds the day to be made anew."""
    random = Random(SEED)  # noqa: S311 - the same damages each time
    keys = lived.objects()
    of_a_kind = {shape_of(key): [each for each in keys if shape_of(each) == shape_of(key)] for key in keys}
    made = {place_of(key): key for key in keys if not is_fact(key)}
    turns = [(key, f"day={BEFORE}" in key and random.random() < 0.5) for key in made.values()]
    turns += [(key, True) for key in keys if is_fact(key)]
    turns += [(key, False) for key in keys if is_fact(key) and f"day={DAY}" in key]
    kinds = [KINDS[number % len(KINDS)] for number in range(len(turns))]
    random.shuffle(kinds)
    blows = []
    for (key, is_anew), kind in zip(turns, kinds, strict=True):
        others = [each for each in of_a_kind[shape_of(key)] if each != key] or [each for each in keys if each != key]
        at = random.randrange(10_000)
        blow = Blow(key=key, kind=kind, other=random.choice(others), at=at, is_anew=is_anew)
        blows += [] if is_named_by_nothing(blow) else [blow]
    return blows


def shape_of(key: str) -> str:
    """What kind of object it is: its folder, and its name without what tells it from its like."""
    return re.sub(r"[0-9a-f]{8,}|[0-9]+", "#", f"{key.partition('/')[0]}/{key.rpartition('/')[2]}")


def place_of(key: str) -> tuple[str, ...]:
    """The kind of an object with its day and batch."""
    return shape_of(key), *re.findall(r"(?:day|batch)=[^/]+", key)


def is_named_by_nothing(blow: Blow) -> bool:
    """What cannot be missed where it is gone, because nothing else says that it was ever there.

    A dismissal, an opinion or the newest decision; the newest letter; how an attempt ended, without which its end
    is not known; and the digest beside rows of the register, which has no content.  And the manifest of a
    batch of an open day, when nothing is derived of it: one without a manifest was left open by a crash, and is sealed
    when the day is closed.  Likewise the pointer to a day's frozen memory: without one it is frozen anew, as after a
    crash.  And the note of the format, which the next batch writes again.
    """
    is_end = "/letters/00000003/" in blow.key or blow.key.endswith((".sent.json", ".refused.json"))
    loose = ("dismissals/", "opinions/", "decisions/", "format/")
    is_gone = blow.kind == "delete" and (is_end or blow.key.startswith(loose))
    is_unsealed = blow.kind == "delete" and blow.is_anew and blow.key.endswith("/manifest.json")
    is_unfrozen = (
        blow.kind == "delete" and blow.is_anew and blow.key.startswith("boilerplate/") and "/current/" in blow.key
    )
    return is_gone or is_unsealed or is_unfrozen or blow.key.endswith(".sha256")


def outcome_of(blow: Blow, lived: Lived, room: Context) -> str:
    """How the damage ended: "healed", "named" by an error or by `verify`, "lost" with a reason; or what is wrong."""
    lake = Path(room.settings.lake_url)
    other = (lake / blow.other).read_bytes()
    if blow.is_anew:
        drop_what_is_derived(room)
    damage(lake / blow.key, blow.kind, other, at=blow.at)
    try:
        build_and_watch(room)
        return difference(room, blow, lived) or whether_noticed(room, blow, lived)
    except MediawatchError as error:
        return "named" if blow.key in str(error) else f"ends with {error!r}"
    except Exception as error:  # noqa: BLE001 - this is what must not happen
        return f"ends with a traceback: {error!r}"
    finally:
        restore(lake, lived.lake)


def restore(lake: Path, sound: Path) -> None:
    """Make `lake` the copy of `sound` that it was: files that nobody touched are the same ones still."""
    held = {path.relative_to(lake): path for path in lake.rglob("*") if path.is_file()}
    for path in sound.rglob("*"):
        own = held.pop(path.relative_to(sound), None)
        if path.is_file() and (own is None or not own.samefile(path)):
            own = lake / path.relative_to(sound)
            own.parent.mkdir(parents=True, exist_ok=True)
            own.unlink(missing_ok=True)
            os.link(path, own)
    for left in held.values():
        left.unlink()


def difference(room: Context, blow: Blow, lived: Lived) -> str:
    """ "" when the day came out the same, "lost" when the ledger says what the damaged file cost."""
    rows = made_as_rows(room.store, DAY)
    wrong = {name for name in rows.keys() | lived.rows.keys() if rows.get(name) != lived.rows.get(name)}
    ends = [*rows_of(room.store, FINAL_OUTCOMES), *rows_of(room.store, VISITS)]
    lost = [end for end in ends if end.reason is Reason.DAMAGED and end.detail.startswith(f"{blow.key}: ")]
    if wrong and not lost:
        return f"differs silently: {sorted(wrong)}"
    return "lost" if wrong else ""


def whether_noticed(room: Context, blow: Blow, lived: Lived) -> str:
    """ "named" when `verify` says what is wrong, "healed" when nothing is: a fact is as it was, the rest is whole.

    Of what is derived an older generation may be left that nothing names any more.
    """
    found = {finding.key: finding.kind for finding in verify(room).findings}
    if blow.key in found:
        return "named"
    if found and (is_fact(blow.key) or set(found.values()) != {"orphan"}):
        return f"verify names others: {found}"
    path = Path(room.settings.lake_url) / blow.key
    is_whole = not is_fact(blow.key) or (path.exists() and path.read_bytes() == (lived.lake / blow.key).read_bytes())
    return "healed" if is_whole else "verify passes over it"


def drop_what_is_derived(context: Context) -> None:
    for stage in (*BUILDING, *WATCHED):
        shutil.rmtree(Path(context.settings.lake_url) / stage / f"day={DAY}", ignore_errors=True)


def lived_in(folder: Path, paper: Gazette) -> Context:
    """Two days of a paper: the first closed, the second harvested twice and told; a page forgotten, a word muted."""
    (folder / "watchlists").mkdir()
    lists = [{"name": name, "terms": [word], "min_publishers": 1, "min_articles": 1} for name, word in WORDS.items()]
    (folder / "watchlists/lists.yaml").write_text(yaml.safe_dump(lists, allow_unicode=True), encoding="utf-8")
    room = a_context(folder, paper.source(), shards=1, watchlists_dir=folder / "watchlists")
    yesterday, evening = at(room, MORNING - timedelta(days=1)), at(room, EVENING)
    paper.publish("/a/1", "/a/2", at=yesterday.clock())
    harvest(yesterday, "20260428T090000Z")
    print_article(paper, 0, MORNING)
    paper.publish("/a/4")
    harvest(room, "20260429T090000Z")
    close_day(room, BEFORE)
    watch_day(room, BEFORE)
    build_and_watch(room)
    print_article(paper, 1, EVENING)
    paper.publish("/a/6", at=EVENING)
    harvest(evening, "20260429T220000Z")
    forget(evening, paper.url("/a/6"), why="asked for")
    build_and_watch(evening)
    tell(evening)
    [muted] = [alert for alert in alerts_of(evening.store, DAY) if alert.rule == "watch:ferry"]
    dismiss(evening, muted, "of no use")
    decide(evening, DAY, "source", "nobody", word="released", why="of no use", by="desk")
    give_opinion(evening.store, "desk", muted, is_useful=False, why="of no use", on=evening.today)
    refresh_day(evening, BEFORE)
    keep_digests(evening, [BEFORE])
    build_and_watch(evening)
    return evening


def print_article(paper: Gazette, number: int, when: datetime) -> None:
    """One that is like no other."""
    title, *texts = STORIES[number]
    head = f"<meta property='article:published_time' content='{when.isoformat()}'>"
    answer = reply(html(title=title, head=head, body=paragraphs(*texts)))
    paper.publish(f"/s/{number}", title=title, at=when, answer=answer)


def tell(context: Context) -> None:
    """Two letters, and something that waits."""
    for post in (Post(), Post([delivery.SendAttempt(result=delivery.SendResult.REFUSED, reason="closed")])):
        deliver(
            context,
            [alert for day in (BEFORE, DAY) for alert in alerts_of(context.store, day)],
            recipients=[a_recipient()],
            notices=digest_notices(context),
            watchlists=watchlists_of(context),
            live_days=[BEFORE, DAY],
            sending=post,
            environ={},
        )


def build_and_watch(context: Context) -> None:
    for error in build_days(context, [DAY]).values():
        raise error
    watch_day(context, DAY)
