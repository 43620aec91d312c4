"""The dashboards: brought into a Kibana over its HTTP interface, and tried over the indices without one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mediawatch.context import Context, Report, silent
from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.kibana import KEYWORDS, OVERVIEW, Language, file_name, render, saved_objects, stale_rules
from mediawatch.kibana.lookups import Labels
from mediawatch.kibana.panel_searches import blank_values, chart_searches
from mediawatch.locale import words_of
from mediawatch.quality.suites import RULES
from mediawatch.search.connection import answering
from mediawatch.settings import Settings

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch
    from requests import Response, Session

REQUEST_SECONDS: Final = 60
"""An import of 17 objects is one request; a Kibana that has only just started takes its time for the first."""

OLDEST: Final = (8, 12)
"""The level that the objects are written at; older ones refuse them."""

PREFERENCES: Final[Mapping[str, object]] = {
    # A control filters the panels whose index has its field; otherwise it would empty all the others.
    "courier:ignoreFilterIfFieldNotInIndex": True,
    # Days are kept as midnight UTC: west of Greenwich they would be drawn a day early.
    "dateFormat:tz": "UTC",
}
"""Advanced settings of the space that the dashboards need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kibana:
    """Where the dashboards go.  An empty `space` is the default one; `api_key` wins over user and password.

    `labels` are the words for the values of fields that the newsroom itself has.
    """

    url: str
    space: str = ""
    language: Language = "en"
    prefix: str = "mediawatch"
    api_key: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    ca_certs: str = ""
    labels: Labels = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedObjects:
    """What an import did; `warnings` are sentences for people."""

    version: str
    objects: int
    rules: int
    warnings: tuple[str, ...]


def kibana_of(context: Context) -> Kibana:
    """The newsroom's Kibana; it knows the users and keys of its Elasticsearch, and what people call its sources."""
    settings = context.settings
    words = words_of(settings.kibana_language)
    return Kibana(
        url=settings.kibana_url,
        space=settings.kibana_space,
        language=settings.kibana_language,
        prefix=settings.index_prefix,
        api_key=settings.elasticsearch_api_key.get_secret_value(),
        username=settings.elasticsearch_username,
        password=settings.elasticsearch_password.get_secret_value(),
        ca_certs=settings.elasticsearch_ca_certs,
        labels={
            "source": {source.name: source.title for source in context.catalogue.sources},
            "rule": {name: words.sentence("quality", rule.title) for name, rule in RULES.items()},
        },
    )


def provision_dashboards(context: Context, report: Report = silent) -> tuple[str, ...]:
    """Bring the dashboards into the newsroom's Kibana, if it has one; warnings for people.

    Raises as `import_dashboards` does.
    """
    if not context.settings.kibana_url:
        return ()
    done = import_dashboards(kibana_of(context), with_rules=context.settings.kibana_rules, report=report)
    report(f"{done.objects} objects in Kibana {done.version}, {done.rules} rules")
    return done.warnings


def word_link(settings: Settings) -> str:
    """An address in which `{term}` stands for a word: the dashboard of words, filtered by it; empty without Kibana."""
    if not settings.kibana_url:
        return ""
    return f"{_dashboard(settings, KEYWORDS)}?_a=(query:(language:kuery,query:'term:%22{{term}}%22'))"


def day_link(settings: Settings, day: date) -> str:
    """The address of the overview of `day`; empty without Kibana."""
    if not settings.kibana_url:
        return ""
    # Days are kept as midnight UTC, whatever the newsroom's zone.
    return f"{_dashboard(settings, OVERVIEW)}?_g=(time:(from:'{day}T00:00:00.000Z',to:'{day}T23:59:59.999Z'))"


def _dashboard(settings: Settings, dashboard: str) -> str:
    space = f"/s/{settings.kibana_space}" if settings.kibana_space else ""
    return f"{settings.kibana_url.rstrip('/')}{space}/app/dashboards#/view/{dashboard}"


def import_dashboards(kibana: Kibana, *, with_rules: bool = False, report: Report = silent) -> ImportedObjects:
    """Put data views, searches and dashboards into the space, which is made when it is not there.

    Idempotent: what is there under the same ids is overwritten, so that changes belong into a copy.  Preferences are
    set where nobody has chosen.  Raises Unavailable, and BadConfiguration where a person must change something.
    """
    connection = _Connection(kibana)
    version = connection.version()
    connection.ensure_space()
    content = render(kibana.language, kibana.prefix, kibana.labels)
    answer = connection.send(
        "POST",
        "/api/saved_objects/_import",
        params={"overwrite": "true"},
        files={"file": (file_name(kibana.language), content, "application/ndjson")},
    )
    warnings = _judge(answer, expected=content.count(b"\n"))
    report(f"{answer['successCount']} objects in Kibana {version}")
    warnings += connection.prefer(PREFERENCES)
    rules = connection.put_rules() if with_rules else 0
    return ImportedObjects(version=version, objects=answer["successCount"], rules=rules, warnings=tuple(warnings))


def kibana_version(kibana: Kibana) -> str:
    """The version of a Kibana that answers.  Raises Unavailable, and BadConfiguration for one that is too old."""
    return _Connection(kibana).version()


def blank_panels(client: Elasticsearch, prefix: str) -> dict[str, list[str]]:
    """Which numbers of which charts find nothing in the indices now: {dashboard/panel: labels}.

    Each chart's search is run as Kibana would run it, over the period that its dashboard shows.  Raises Unavailable,
    and the client's own error for a search that the server refuses.
    """

    blank = {}
    for search in chart_searches(saved_objects("en", prefix)):
        with answering():
            answer = client.search(index=search.index, **search.body)
        if labels := blank_values(search, answer.body):
            blank[search.place] = labels
    return blank


def _judge(answer: Mapping[str, Any], expected: int) -> list[str]:
    """Raise for what was refused; warn of what got another id, as happens beside another space's dashboards."""
    errors = [_error(error) for error in answer.get("errors", [])]
    if errors or answer.get("successCount") != expected:
        raise BadConfiguration(
            f"Kibana took {answer.get('successCount')} of {expected} dashboard objects: {'; '.join(errors)[:1000]}"
        )
    moved = sorted(result["id"] for result in answer.get("successResults", []) if "destinationId" in result)
    if not moved:
        return []
    return [
        f"Another space of this Kibana holds {', '.join(moved)}: here they got other ids, and the line of links at the "
        "top of each dashboard leads nowhere. Keep the dashboards in one space."
    ]


def _error(error: Mapping[str, Any]) -> str:
    fault = error.get("error", {})
    return f"{error.get('type')} {error.get('id')}: {fault.get('type')} {fault.get('message', '')}".strip()


class _Connection:
    """Requests to one Kibana, its answers as values or errors of ours."""

    def __init__(self, kibana: Kibana) -> None:
        if not kibana.url:
            raise BadConfiguration("No Kibana is configured: set MEDIAWATCH_KIBANA_URL.")
        self._kibana = kibana
        self._session = _session(kibana)

    def version(self) -> str:
        """The server's version, once it is known to be recent enough."""
        answer = self.send("GET", "/api/status", in_space=False)
        number = str(answer.get("version", {}).get("number", ""))
        parts = tuple(int(part) for part in number.split(".")[:2] if part.isdigit())
        if len(parts) == 2 and parts < OLDEST:
            raise BadConfiguration(f"Kibana {number} is too old for the dashboards: they need 8.12 or later.")
        return number

    def ensure_space(self) -> None:
        """Make the space when it is not there."""
        space = self._kibana.space
        if not space or self.send("GET", f"/api/spaces/space/{space}", in_space=False, missing=404):
            return
        body = {"id": space, "name": space, "disabledFeatures": []}
        # 409: another provisioning made it between the two requests.
        self.send("POST", "/api/spaces/space", in_space=False, json=body, missing=409)

    def prefer(self, preferences: Mapping[str, object]) -> list[str]:
        """Set what nobody has chosen; where a person chose otherwise, say what follows."""
        held = self.send("GET", "/internal/kibana/settings").get("settings", {})
        chosen = {name: held[name]["userValue"] for name in preferences if "userValue" in held.get(name, {})}
        changes = {name: value for name, value in preferences.items() if name not in chosen}
        if changes:
            self.send("POST", "/internal/kibana/settings", json={"changes": changes})
        return [
            f"Kibana's setting {name} is {chosen[name]}; the dashboards are made for {preferences[name]}."
            for name in sorted(chosen)
            if chosen[name] != preferences[name]
        ]

    def put_rules(self) -> int:
        """Create or change the rules for data that stays away; how many there are."""
        rules = stale_rules(self._kibana.language, self._kibana.prefix)
        for rule in rules:
            path, body = f"/api/alerting/rule/{rule.id(self._kibana.space)}", dict(rule.body())
            if self.send("GET", path, missing=404):
                del body["rule_type_id"], body["consumer"]
                self.send("PUT", path, json=body)
            else:
                self.send("POST", path, json=body)
        return len(rules)

    def send(
        self, method: str, path: str, *, in_space: bool = True, missing: int = 0, **request: Any
    ) -> dict[str, Any]:
        """The answer's JSON; an empty one for the status `missing`.  Raises Unavailable and BadConfiguration."""
        import requests

        space = f"/s/{self._kibana.space}" if in_space and self._kibana.space else ""
        url = f"{self._kibana.url.rstrip('/')}{space}{path}"
        try:
            # A redirect leads to a login page or to a base path: neither is what was asked for.
            response = self._session.request(method, url, timeout=REQUEST_SECONDS, allow_redirects=False, **request)
        except requests.exceptions.SSLError as error:
            raise BadConfiguration(f"Kibana's certificate at {self._kibana.url} is not trusted: {error}") from error
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, OSError) as error:
            raise _unreached(self._kibana.url, error) from error
        return {} if response.status_code == missing else _answer(response, f"{method} {path}")


def _session(kibana: Kibana) -> Session:
    import requests

    session = requests.Session()
    # The second is asked for by 9.x on paths that it calls internal.
    session.headers.update({"kbn-xsrf": "mediawatch", "x-elastic-internal-origin": "mediawatch"})
    if kibana.api_key:
        session.headers["Authorization"] = f"ApiKey {kibana.api_key}"
    elif kibana.username:
        session.auth = (kibana.username, kibana.password)
    if kibana.ca_certs:
        session.verify = kibana.ca_certs
    return session


def _unreached(url: str, error: OSError) -> Unavailable | BadConfiguration:
    if isinstance(error, ValueError):
        return BadConfiguration(f"MEDIAWATCH_KIBANA_URL is not an address: {url} ({error})")
    return Unavailable(f"Kibana at {url} does not answer: {error}")


def _answer(response: Response, what: str) -> dict[str, Any]:
    status = response.status_code
    if status in (408, 429, 502, 503, 504):
        raise Unavailable(f"Kibana is busy or not ready ({status}): {what}")
    if status in (401, 403):
        raise BadConfiguration(f"Kibana refuses our credentials ({status}): {what}: {_reason(response)}")
    if status >= 300:
        raise BadConfiguration(f"Kibana answers {status} to {what}: {_reason(response)}")
    try:
        found = response.json()
    except ValueError as error:
        raise BadConfiguration(f"What answers {what} is not Kibana: no JSON came back.") from error
    return found if isinstance(found, dict) else {}


def _reason(response: Response) -> str:
    if response.is_redirect:
        return f"it leads to {response.headers.get('Location')}; MEDIAWATCH_KIBANA_URL has to name the base path"
    try:
        return str(json.loads(response.content).get("message", ""))[:500]
    except (ValueError, AttributeError):
        return response.text[:200]
