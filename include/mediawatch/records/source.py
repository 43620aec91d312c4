"""A source: one site of the catalogue, where it announces articles, and how to treat it."""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import SchemaError, SchemaValidator, core_schema

from mediawatch.records.address_template import AddressTemplate
from mediawatch.records.times import timezone_name


class AddressPattern:
    """A regular expression searched in addresses that a site chooses: its time is linear in them, whatever it says.

    The engine is Rust's, which comes with pydantic; it knows no look-around and no back-references.  Raises
    ValueError in words for what is no regular expression or needs more than that.
    """

    def __init__(self, text: str) -> None:
        try:
            re.compile(text)
            self._found = SchemaValidator(core_schema.str_schema(pattern=text, regex_engine="rust-regex"))
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        except SchemaError as error:
            what = str(error).splitlines()[-1].strip().removeprefix("error: ").removeprefix("SchemaError: ")
            raise ValueError(f"cannot be searched in linear time: {what}") from error

    def is_in(self, address: str) -> bool:
        """Whether it is found in `address`."""
        return self._found.isinstance_python(address)


def _http_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http(s) URL with a host")
    return text


def _host(name: str) -> str:
    if name != name.lower() or "/" in name or not name:
        raise ValueError("must be a lower-case host name, with a port only where it is not the usual one")
    return name


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text))


def _pattern(text: str) -> str:
    AddressPattern(text)
    return text


def _template(text: str) -> str:
    AddressTemplate(text)
    return text


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Host = Annotated[str, AfterValidator(_host)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Pattern = Annotated[str, AfterValidator(_pattern)]
FieldPath = Annotated[str, Field(pattern=r"^[^.{}]+(\.[^.{}]+)*$", max_length=200)]
"""Names of members of JSON objects, one inside the other, with dots between them; a number takes one of a list."""

HOLE = re.compile(r"\{([^{}]{1,200})\}")
"""Where a member of an entry stands in the `link` of a JSON list."""


def _link(text: str) -> str:
    if not HOLE.search(text) or {"{", "}"} & set(HOLE.sub("", text)):
        raise ValueError("must name a member of the entry in braces, such as {url} or https://paper.example/a/{id}")
    return text


class JsonFields(_Strict):
    """Where a JSON list has its entries, and where an entry has what is needed of it.

    `items` leads to a list of entries, or to an object whose members they are; without it the answer is one itself.
    `link` is the address of an article with members of the entry in braces.
    """

    items: FieldPath | None = None
    link: Annotated[str, AfterValidator(_link)]
    title: FieldPath | None = None
    date: FieldPath | None = None


class Seed(_Strict):
    """One place where a source announces its articles.

    `kind` says how to read `url`; `auto` (url: the home page) finds feeds and sitemaps by itself.  Patterns are regular
    expressions searched in absolute addresses, in time linear in them: without look-around and back-references.  What
    an address must hold to be an article is `link_pattern`, what it must not hold `exclude_pattern`; without the former
    a heuristic decides on list pages, and everything counts elsewhere.  `follow_pattern` is what a further sitemap of
    an index or a robots.txt must hold.  `has_full_text` says that the feed's own text may stand for a page that is
    refused.
    """

    kind: Literal["feed", "news_sitemap", "list_page", "json", "auto"]
    url: HttpUrl
    link_pattern: Pattern | None = None
    exclude_pattern: Pattern | None = None
    follow_pattern: Pattern | None = None
    fields: JsonFields | None = None
    has_full_text: bool = False

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Seed:
        if self.fields is not None and self.kind != "json":
            raise ValueError("fields is for kind json: where a JSON list has its entries")
        if self.has_full_text and self.kind not in ("feed", "auto"):
            raise ValueError("has_full_text is for feeds")
        return self


class Pace(_Strict):
    """Manners towards one origin: seconds between requests (robots' Crawl-delay wins when longer) and its ceiling."""

    delay_seconds: float = Field(default=2.0, ge=0, le=600)
    jitter: float = Field(default=0.25, ge=0, le=1, description="share of the delay added or taken at random")
    max_delay_seconds: float = Field(
        default=60.0, ge=0, description="a longer Crawl-delay means: fetch less, not faster"
    )


class Cadence(_Strict):
    """How often a source is visited: at first, and the bounds of what its visits make of that, in hours."""

    interval_hours: float = Field(default=6.0, gt=0, le=168, description="until it is known how much is new")
    least_hours: float = Field(default=2.0, gt=0, le=168, description="however much is new")
    most_hours: float = Field(default=24.0, gt=0, le=168, description="however little is new")

    @model_validator(mode="after")
    def _in_order(self) -> Cadence:
        if not self.least_hours <= self.interval_hours <= self.most_hours:
            raise ValueError("must have least_hours <= interval_hours <= most_hours")
        return self


class Limits(_Strict):
    """Bounds for one source and run."""

    links_per_run: int = Field(default=300, ge=1)
    max_age_days: float = Field(default=3.0, gt=0, description="announced longer ago is too old")
    page_bytes: int = Field(default=10_000_000, ge=1_000, description="decompressed bytes of one page")
    redirects: int = Field(default=5, ge=0, le=20)
    connect_seconds: float = Field(default=10.0, gt=0)
    read_seconds: float = Field(default=20.0, gt=0)
    transfer_seconds: float = Field(default=60.0, gt=0, description="the whole transfer, redirects not included")
    sitemaps: int = Field(default=20, ge=1, description="child sitemaps read of one index")
    items: int = Field(default=100_000, ge=1, description="announced items taken in, over all seeds")


class SiteRules(_Strict):
    """CSS or XPath selectors for pages of this site, as data, tried before the generic path."""

    body: str | None = None
    title: str | None = None
    date: str | None = None
    byline: str | None = None
    source: str | None = None
    ranking: str | None = None
    drop: tuple[str, ...] = ()


class Seen(_Strict):
    """Where and when others saw a source alive: no visit of ours, but more than nothing.

    `what` is what they saw: an `address` of its discovery that answered, the `site` by another address, or an address
    of its discovery that was only `listed`.
    """

    on: Annotated[str, BeforeValidator(str)] = Field(
        pattern=r"^20\d\d(-\d\d(-\d\d)?)?$", description="a year, a month or a day"
    )
    what: Literal["address", "site", "listed"]
    where: str = Field(min_length=1, description="who says so")


class Checked(_Strict):
    """The last visit of `sources check --write` that found the source alive, with the article that it extracted."""

    on: date
    sample: HttpUrl


class Source(_Strict):
    """One catalogue entry.  Unknown keys are refused; `name` is its stable id in the ledger and the index."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    title: str = Field(min_length=1, description="the name that people read")
    home: HttpUrl
    hosts: tuple[Host, ...] = Field(min_length=1, description="hosts whose articles are this source's")
    timezone: Annotated[str, AfterValidator(timezone_name)]
    languages: tuple[str, ...] = Field(min_length=1, description="BCP 47, the main one first")
    country: str = Field(pattern=r"^[A-Z]{2}$")
    discovery: tuple[Seed, ...] = Field(min_length=1)
    article_id: tuple[Annotated[str, AfterValidator(_template)], ...] = Field(
        default=(), description="forms of article addresses, such as /news/*/{id}: the number says which article"
    )
    cadence: Cadence = Cadence()
    pace: Pace = Pace()
    limits: Limits = Limits()
    contact: str = Field(default="", description="whom to ask at the site, where known")
    allow_addresses: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        default=(), description="networks that this source may lead to although they are not public"
    )
    rules: SiteRules | None = None
    enabled: bool = True
    status: Literal["verified", "unverified"] = "unverified"
    checked: Checked | None = None
    seen: Seen | None = None

    @model_validator(mode="after")
    def _home_is_a_host(self) -> Source:
        if self.home_host not in self.hosts:
            raise ValueError(f"hosts must name the home's host {self.home_host!r}")
        return self

    @model_validator(mode="after")
    def _verified_by_a_check(self) -> Source:
        if self.checked and self.status != "verified":
            raise ValueError("checked is for status: verified")
        return self

    @property
    def standing(self) -> str:
        """In a few words, what speaks for the source being alive: verified, seen by others, or unseen."""
        if self.status == "verified":
            return f"verified {self.checked.on}" if self.checked else "verified"
        return f"seen {self.seen.on} ({self.seen.what})" if self.seen else "unseen"

    @property
    def home_host(self) -> str:
        """The host of `home`, with its port where one is written."""
        return urlsplit(self.home).netloc.lower().rpartition("@")[2]
