"""What is secret is said nowhere: not in logs of any level, errors, answers of commands, messages or the lake.

Every secret has at least one line in the table: something real is done with it that goes wrong, and everything that
was said on the way is searched for it, in the forms in which it is written, meant and sent.
"""

from __future__ import annotations

import ast
import json
import logging
import re
import threading
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mediawatch.context import Context
from mediawatch.delivery import KINDS, OutgoingMessage, check, compose, kind_of, send
from mediawatch.delivery.composing import MessageStyle
from mediawatch.delivery.deliver import deliver
from mediawatch.errors import BadConfiguration
from mediawatch.harvest.fetching import Crawler, Job, user_agent
from mediawatch.lake.batches import BatchManifest, seal
from mediawatch.lake.opening import open_store
from mediawatch.logs import Format, logger, use_format
from mediawatch.orchestration.failures import failure_of
from mediawatch.orchestration.history import clean_history
from mediawatch.orchestration.notes import note, note_failure
from mediawatch.records import now
from mediawatch.redaction import HIDDEN, redacted
from mediawatch.search.connection import connect
from mediawatch.settings import PREFIX, SECRETS, read_settings
from mediawatch.workflow.backing_up import back_up
from mediawatch.workflow.checkup import everything
from mediawatch.workflow.dashboards import kibana_of, kibana_version
from mediawatch.workflow.freshness import send_heartbeat
from tests.support.alerting import a_recipient, an_alert
from tests.support.lakes import a_context
from tests.support.papers import ROOT
from tests.support.sinks import HttpSink
from tests.support.sites import Heard, Reply, Site, redirect, reply, without_proxies
from tests.unit.delivery.test_channels import TOKENS, filled

pytestmark = pytest.mark.slow

CANARY = "c4n4ry/pass:w@rd-0123456789"
"""What no library may see as harmless; it has to be written in percents in an address."""
KEY = "c4n4ry0123456789" * 3
CLOSED = "http://127.0.0.1:9"


@dataclass(slots=True)
class Heap:
    """All that was said while something went wrong."""

    folder: Path
    said: list[str] = field(default_factory=list)

    def tell(self, *what: object) -> None:
        """Keep what a person would be shown, and what a debugger would show."""
        self.said += [f"{each} {each!r}" for each in what]

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do it, and keep what came of it: the answer, or the error with all it was raised from."""
        try:
            self.tell(act())
        except Exception as error:  # noqa: BLE001 - whatever comes of it is shown to somebody
            self.tell(error, "".join(traceback.format_exception(error)))


def environ_of(**values: str) -> dict[str, str]:
    return {f"{PREFIX}{name.upper()}": value for name, value in values.items()}


def a_newsroom(heap: Heap, environ: dict[str, str]) -> Context:
    settings = read_settings({**environ, f"{PREFIX}LAKE_URL": str(heap.folder / "lake")})
    return a_context(heap.folder, **{name: getattr(settings, name) for name in settings.model_fields_set})


def punctual(context: Context) -> Context:
    """A newsroom in which nothing is late."""
    empty = BatchManifest(
        day=context.today,
        batch="20260429T090000Z",
        opened_at=context.clock(),
        expected_shards=0,
        missing_shards=(),
        shards=(),
        counts={},
        origin="live",
    )
    seal(context.store, empty)
    return context


def echo(heard: Heard) -> Reply:
    """A service that tells what it was told, as some proxies do."""
    told = heard.headers.get("authorization", "nothing").replace("\\", "").replace('"', "")
    body = f'{{"error": {{"reason": "no such login: {told} {heard.path}"}}, "status": 401}}'
    return reply(body, status=401, content_type="application/json", headers=[("X-Elastic-Product", "Elasticsearch")])


def ask_elasticsearch(heap: Heap, environ: dict[str, str]) -> None:
    """A doctor's visit and a search, of one that echoes and of one that is not there."""
    with Site() as site:
        for path in ("/_cluster/health", "/api/status"):
            site.says(path, echo)
        for url in (f"http://{site.host}", CLOSED):
            context = a_newsroom(heap, environ | environ_of(elasticsearch_url=url, kibana_url=url))
            heap.attempt(lambda context=context: connect(context.settings))
            heap.attempt(lambda context=context: list(everything(context)))
            heap.tell(kibana_of(context), context, context.settings.model_dump())
            heap.attempt(lambda context=context: kibana_version(kibana_of(context)))


def send_a_sign_of_life(heap: Heap, environ: dict[str, str]) -> None:
    """To one that is not there, or not what it should be, and to one that fails and leads elsewhere."""
    heap.attempt(lambda: send_heartbeat(punctual(a_newsroom(heap, environ)), heap.tell))
    with Site() as site:
        site.says(f"/ping/{KEY}", redirect(f"/moved/{KEY}"))
        heard = environ_of(heartbeat_url=site.url(f"/ping/{KEY}"))
        heap.attempt(lambda: send_heartbeat(punctual(a_newsroom(heap, heard)), heap.tell))
    heap.tell(f"{len(site.paths())} requests were answered")


def sign_a_link(heap: Heap, environ: dict[str, str]) -> None:
    context = a_newsroom(heap, environ | environ_of(board_url="https://board.example/"))
    with HttpSink() as sink:
        deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)])
    heap.tell(*(posted.body for posted in sink.received))
    heap.attempt(lambda: list(everything(context)))


def clean_airflow(heap: Heap, environ: dict[str, str]) -> None:
    context = a_newsroom(heap, environ)
    heap.attempt(lambda: clean_history(context.settings, datetime(2026, 5, 4, tzinfo=UTC)))


def open_a_bucket(heap: Heap, environ: dict[str, str]) -> None:
    heap.attempt(lambda: open_store("s3://bucket/lake").read("a"))
    heap.attempt(lambda: open_store("s3://bucket/lake").list(""))


def crawl(heap: Heap, environ: dict[str, str]) -> None:
    """Through the proxy of the environment, http and https."""
    crawler = Crawler(user_agent(), concurrency=1, host_failures=1, time_box_seconds=20, clock=now)
    with Site() as site, crawler:
        site.says("http://paper.example/robots.txt", reply("log in", status=407))
        wanted = site.source(hosts=("paper.example",))
        for url in ("http://paper.example/1", "https://paper.example/1"):
            job = Job(key=url, url=url, source=wanted, kind="article")
            heap.attempt(lambda job=job: list(crawler.crawl([job])))


def tell_channels(heap: Heap, environ: dict[str, str]) -> None:
    """An alert by every kind of channel, which nobody answers; then what the outbox and a backup keep."""
    context = a_newsroom(heap, {})
    recipients = [a_recipient(name.lower(), url=f"${{{name}}}") for name in environ if name.startswith(PREFIX)]
    heap.attempt(lambda: deliver(context, [an_alert()], recipients=recipients, environ=environ))
    heap.attempt(lambda: deliver(context, [], recipients=recipients, environ=environ))
    back_up(context.store, open_store(heap.folder / "backup"), now)


def refuse_channels(heap: Heap, environ: dict[str, str]) -> None:
    """Addresses that are wrong in one way or another."""
    for name, address in environ.items():
        heap.attempt(lambda address=address: check(f"x{address}"))
        heap.attempt(lambda address=address: check(address.replace("://", ":///", 1)))
        wrong = environ | {name: address.replace("://", ";//")}
        recipients = [a_recipient(url=f"${{{name}}}")]
        heap.attempt(partial(deliver, a_newsroom(heap, {}), [an_alert()], recipients=recipients, environ=wrong))


def send_by_hand(heap: Heap, environ: dict[str, str]) -> None:
    outgoing = OutgoingMessage(message=compose([[an_alert()]], MessageStyle()), key="k" * 32)
    for address in environ.values():
        heap.attempt(lambda address=address: send(address, kind_of(address), outgoing, seconds=3))


def let_a_task_fail(heap: Heap, environ: dict[str, str]) -> None:
    """An error of somebody else's that quotes everything, in the task's log, note and message."""

    class Task:
        dag_id, task_id, map_index, log_url = "harvest_news", "harvest", -1, ""

        def xcom_push(self, key: str, value: Any) -> None:
            heap.tell(key, value)

    quoted = " ".join(environ.values())
    task = Task()
    heap.tell(failure_of({"ti": task, "exception": ValueError(quoted)}), str(BadConfiguration(quoted)))
    note_failure({"ti": task, "exception": ValueError(quoted)})
    note(task, f"told {quoted}")
    logger("mediawatch.trial").warning("told", by=quoted)


CHANNELS = {
    f"MEDIAWATCH_CHANNEL_{number}": filled(kind.example).replace("robin:pass@", f"robin:{quote(CANARY, safe='')}@")
    for number, kind in enumerate(KINDS)
}
TOKENS_OF_CHANNELS = [
    CANARY,
    *(value for word, value in TOKENS.items() if word not in ("USER", "PASSWORD", "TOPIC", "CHAT_ID")),
]
PROXY = f"http://robin:{quote(CANARY, safe='')}@127.0.0.1:9"
SENDING_SECONDS = 120.0
Act = Callable[[Heap, dict[str, str]], None]

TABLE: list[tuple[str, dict[str, str], list[str], Act]] = [
    (
        "elasticsearch_password",
        environ_of(elasticsearch_username="robin", elasticsearch_password=CANARY),
        [CANARY],
        ask_elasticsearch,
    ),
    ("elasticsearch_api_key", environ_of(elasticsearch_api_key=KEY), [KEY], ask_elasticsearch),
    ("elasticsearch_api_key of two lines", environ_of(elasticsearch_api_key=f"{KEY}\n{KEY}"), [KEY], ask_elasticsearch),
    ("heartbeat_url", environ_of(heartbeat_url=f"{CLOSED}/ping/{KEY}"), [KEY], send_a_sign_of_life),
    ("heartbeat_url with a login", environ_of(heartbeat_url=f"{PROXY}/{KEY}"), [KEY, CANARY], send_a_sign_of_life),
    ("heartbeat_url that is none", environ_of(heartbeat_url=f"ftp://{KEY}"), [KEY], send_a_sign_of_life),
    ("link_key", environ_of(link_key=KEY), [KEY], sign_a_link),
    ("link_key that is short", environ_of(link_key="c4n4ry-short"), ["c4n4ry-short"], sign_a_link),
    (
        "airflow_database_url",
        environ_of(airflow_database_url=f"postgresql+psycopg2://airflow:{KEY}@127.0.0.1:9/airflow"),
        [KEY],
        clean_airflow,
    ),
    (
        "S3",
        {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": KEY, "AWS_ENDPOINT_URL": CLOSED, "AWS_REGION": "eu",
         "AWS_MAX_ATTEMPTS": "1"},
        [KEY],
        open_a_bucket,
    ),
    ("proxy", {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY}, [CANARY], crawl),
    ("proxy of an unknown kind", {"HTTP_PROXY": PROXY.replace("http", "socks9"), "HTTPS_PROXY": "x"}, [CANARY], crawl),
    ("channels", {**CHANNELS, "HTTPS_PROXY": CLOSED, "HTTP_PROXY": CLOSED}, TOKENS_OF_CHANNELS, tell_channels),
    ("channels that are wrong", CHANNELS, TOKENS_OF_CHANNELS, refuse_channels),
    ("channels by hand", {**CHANNELS, "HTTPS_PROXY": CLOSED, "HTTP_PROXY": CLOSED}, TOKENS_OF_CHANNELS, send_by_hand),
    (
        "an error that quotes all",
        {
            **environ_of(elasticsearch_password=CANARY, elasticsearch_api_key=KEY, heartbeat_url=f"https://x.example/{KEY}"),
            **{"AWS_SECRET_ACCESS_KEY": KEY[:40], "HTTPS_PROXY": PROXY, "AIRFLOW__CORE__FERNET_KEY": KEY[:44]},
            **CHANNELS,
        },
        [CANARY, KEY, KEY[:40], *CHANNELS.values()],
        let_a_task_fail,
    ),
]  # fmt: skip


def spellings(secret: str) -> set[str]:
    """`secret` as it is written, in an address, and in a header, alone or behind the name that goes with it."""
    sent = {b64encode(f"{who}{secret}".encode()).decode() for who in ("", "robin:")}
    return {secret, quote(secret, safe=""), quote(secret), repr(secret)[1:-1], *sent}


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    for each in logging.root.manager.loggerDict.values():
        if isinstance(each, logging.Logger):  # Airflow's configuration disables those that were there before it
            each.disabled, each.propagate = False, True
    with ExitStack() as undo:
        # Below INFO it writes whole answers, of which only a proxy that echoes holds more than data.
        undo.enter_context(caplog.at_level(logging.INFO, logger="elastic_transport"))
        for name in ("mediawatch", "urllib3", "requests", "apprise", "botocore", "boto3", ""):
            undo.enter_context(caplog.at_level(logging.DEBUG, logger=name or None))
        yield


def await_what_was_given_up() -> None:
    """Return once no thread is left that sends: it may still say something, and would go out without our proxy."""
    for thread in threading.enumerate():
        if thread.name == "send":
            thread.join(SENDING_SECONDS)
            assert not thread.is_alive(), "what was given up goes on"


@pytest.mark.parametrize("line", TABLE, ids=[name for name, *_ in TABLE])
def test_it_is_said_nowhere(
    line: tuple[str, dict[str, str], list[str], Act],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    _, environ, secrets, act = line
    without_proxies(monkeypatch)
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    heap = Heap(tmp_path)
    heap.attempt(lambda: act(heap, dict(environ)))
    await_what_was_given_up()
    logs = [record.getMessage() + str(record.exc_info or "") for record in caplog.records]
    shown = "\n".join([*heap.said, *logs, *capfd.readouterr()])
    kept = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(shown) > 100, "something was said"
    assert ("2 requests were answered" in shown) == (act is send_a_sign_of_life)
    for spelling in {each for secret in secrets for each in spellings(secret)}:
        at = shown.find(spelling)
        assert at < 0, f"said: ...{shown[max(0, at - 300) : at + 100]}"
        assert spelling.encode() not in kept


def test_every_secret_of_the_settings_is_tried() -> None:
    tried = {name.partition(" ")[0] for name, *_ in TABLE}
    assert set(SECRETS) <= tried
    assert len(SECRETS) >= 5


@pytest.mark.parametrize("field_name", SECRETS)
def test_the_last_net_knows_every_secret_of_the_settings(field_name: str) -> None:
    environ = environ_of(**{field_name: KEY})
    assert redacted(f"before {KEY} after", environ) == f"before {HIDDEN} after"


def test_a_secret_out_of_a_file_is_hidden_too(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("read-from-a-file-0\n")
    settings = read_settings({f"{PREFIX}ELASTICSEARCH_PASSWORD_FILE": str(file)})
    assert settings.elasticsearch_password.get_secret_value() == "read-from-a-file-0"
    assert str(BadConfiguration("not read-from-a-file-0, please")) == f"not {HIDDEN}, please"


def test_words_that_are_no_secrets_stay() -> None:
    environ = {
        "HTTPS_PROXY": "http://proxy.example:3128",
        f"{PREFIX}ELASTICSEARCH_USERNAME": "elastic",
        "PWD_TOKEN": "ab",
    }
    text = "elastic at http://proxy.example:80, about"
    assert redacted(text, environ) == text


def test_words_about_secrets_and_hosts_behind_a_login_stay() -> None:
    environ = {
        "AIRFLOW__SECRETS__BACKEND": "airflow.providers.hashicorp.secrets.vault.VaultBackend",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://airflow:{KEY}@postgres/airflow",
        "MEDIAWATCH_CHANNEL_ROOM": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/newsroom",
    }
    text = "airflow asks postgres, by airflow.providers.hashicorp.secrets.vault.VaultBackend, in the newsroom"
    assert redacted(text, environ) == text


def test_every_token_of_a_channel_is_hidden() -> None:
    environ = {"MEDIAWATCH_CHANNEL_ROOM": "slack://T1JJ3T3L2/B1BRTD4JD01/TIiajkdnlazkcOXrIdevi7FQ"}
    assert redacted("T1JJ3T3L2 B1BRTD4JD01 TIiajkdnlazkcOXrIdevi7FQ", environ) == " ".join([HIDDEN] * 3)


HARD = 'pä"ss\\w/ö rd'
"""Of letters that every notation escapes in its own way."""


@pytest.mark.parametrize(
    "sent",
    [
        quote(HARD),
        quote(HARD, safe=""),
        quote(HARD, safe="").lower(),
        json.dumps(HARD)[1:-1],
        repr(HARD)[1:-1],
        b64encode(HARD.encode()).decode(),
        b64encode(f"\0robin\0{HARD}".encode()).decode(),
        b64encode(f"robin:{HARD}".encode()).decode(),
    ],
)
@pytest.mark.parametrize(
    "environ",
    [
        {f"{PREFIX}ELASTICSEARCH_USERNAME": "robin", f"{PREFIX}ELASTICSEARCH_PASSWORD": HARD},
        {"MEDIAWATCH_CHANNEL_DESK": f"mailtos://robin:{quote(HARD, safe='')}@smtp.news.example?to=a@news.example"},
    ],
    ids=["settings", "mail"],
)
def test_it_is_known_as_it_is_sent(sent: str, environ: dict[str, str]) -> None:
    assert redacted(f"sent {sent} there", environ) == f"sent {HIDDEN} there"


@pytest.mark.parametrize("form", ["text", "json"])
def test_values_are_redacted_before_a_log_line_escapes_them(
    form: Format, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(f"{PREFIX}ELASTICSEARCH_PASSWORD", HARD)
    use_format(form)
    try:
        for value in (HARD, f'it\'s "{HARD}"', [HARD], {"a": {HARD}}, ValueError(HARD), Path(HARD)):
            logger("mediawatch.trial").warning("told", by=value)
    finally:
        use_format("text")
    assert caplog.text.count(HIDDEN) >= 6
    assert "ss" not in caplog.text.replace("test_secrets", "").replace("processors", "")


SECRET_NAMES = {"password", "api_key", "secret", "secret_key", "token", "auth", "credentials", "environ"}


def shown_fields(file: Path) -> Iterator[str]:
    """The fields of the file's classes that hold a secret and are a part of what a value looks like."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.ClassDef) or "repr=False" in " ".join(map(ast.unparse, node.decorator_list)):
            continue
        for part in node.body:
            is_secret = isinstance(part, ast.AnnAssign) and ast.unparse(part.target) in SECRET_NAMES
            if is_secret and not re.search("Secret|repr=False", ast.unparse(part)):
                yield f"{file.name}: {node.name}: {ast.unparse(part)}"


def test_no_value_shows_a_secret_of_its_own() -> None:
    """Tracebacks and debuggers print values."""
    files = [file for folder in ("include/mediawatch", "launch") for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 300
    assert [each for file in files for each in shown_fields(file)] == []
