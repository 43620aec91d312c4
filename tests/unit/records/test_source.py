"""What a catalogue entry may say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mediawatch.records import Pace, Seed, Source
from tests.support.announcing import a_source


def faults_of(**changes: object) -> str:
    with pytest.raises(ValidationError) as refused:
        a_source(**changes)  # type: ignore[arg-type]
    return "\n".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in refused.value.errors())


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"titel": "x"}, "titel: Extra inputs are not permitted"),
        ({"name": "The Paper"}, "name: String should match pattern"),
        ({"name": ""}, "name: String should match pattern"),
        ({"title": ""}, "title: String should have at least 1 character"),
        ({"hosts": ("WWW.paper.example",)}, "hosts.0: Value error, must be a lower-case host name"),
        ({"hosts": ("www.paper.example/news",)}, "hosts.0: Value error, must be a lower-case host name"),
        ({"hosts": ()}, "hosts: Tuple should have at least 1 item"),
        ({"hosts": ("m.paper.example",)}, "Value error, hosts must name the home's host 'www.paper.example'"),
        ({"timezone": "Asia/Atlantis"}, "timezone: Value error, must be an IANA time zone such as Asia/Taipei"),
        ({"timezone": "+08:00"}, "timezone: Value error, must be an IANA time zone"),
        ({"languages": ()}, "languages: Tuple should have at least 1 item"),
        ({"country": "cn"}, "country: String should match pattern"),
        ({"discovery": ()}, "discovery: Tuple should have at least 1 item"),
        ({"allow_addresses": ("10.0.0.1/8",)}, "allow_addresses.0: Value error, 10.0.0.1/8 has host bits set"),
        ({"status": "seen"}, "status: Input should be 'verified' or 'unverified'"),
        ({"pace": {"delay_seconds": -1}}, "pace.delay_seconds: Input should be greater than or equal to 0"),
        ({"pace": {"delay": 1}}, "pace.delay: Extra inputs are not permitted"),
        ({"limits": {"max_age_days": 0}}, "limits.max_age_days: Input should be greater than 0"),
        ({"limits": {"links_per_run": 0}}, "limits.links_per_run: Input should be greater than or equal to 1"),
        ({"rules": {"headline": "h1"}}, "rules.headline: Extra inputs are not permitted"),
    ],
)
def test_what_is_refused(changes: dict[str, object], fault: str) -> None:
    assert fault in faults_of(**changes)


@pytest.mark.parametrize("home", ["ftp://www.paper.example/", "www.paper.example", "https:///news", "//paper.example/"])
def test_a_home_that_is_no_web_address_is_refused(home: str) -> None:
    with pytest.raises(ValidationError, match=r"must be an http\(s\) URL with a host"):
        Source.model_validate({**a_source().model_dump(), "home": home})


def test_a_link_pattern_has_to_be_a_regular_expression() -> None:
    with pytest.raises(ValidationError, match="is not a regular expression: missing \\), unterminated"):
        Seed(kind="list_page", url="https://www.paper.example/", link_pattern="(/a/")


@pytest.mark.parametrize(
    ("home", "host"),
    [
        ("https://www.paper.example/zh/", "www.paper.example"),
        ("https://WWW.Paper.example/", "www.paper.example"),
        ("http://user:secret@www.paper.example:8080/", "www.paper.example:8080"),
    ],
)
def test_the_homes_host_is_that_of_its_links(home: str, host: str) -> None:
    assert a_source(home=home, hosts=(host,)).home_host == host


def test_a_network_is_kept_in_its_usual_form() -> None:
    assert a_source(allow_addresses=("127.0.0.1", "::1/128")).allow_addresses == ("127.0.0.1/32", "::1/128")


def test_a_source_survives_the_way_through_json() -> None:
    source = a_source(pace=Pace(delay_seconds=0.5), rules={"drop": ["aside"]}, enabled=False)
    assert Source.model_validate(source.model_dump(mode="json")) == source


def test_a_source_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        a_source().enabled = False  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": "feed", "fields": {"link": "{url}"}}, "fields is for kind json"),
        ({"kind": "json", "fields": {"link": "/a/"}}, "must name a member of the entry in braces"),
        ({"kind": "json", "fields": {"link": "/a/{id"}}, "must name a member of the entry in braces"),
        ({"kind": "json", "fields": {"link": "{url}", "items": "a..b"}}, "fields.items\n"),
        ({"kind": "list_page", "has_full_text": True}, "has_full_text is for feeds"),
        ({"kind": "feed", "exclude_pattern": "(?=a)"}, "cannot be searched in linear time"),
    ],
)
def test_a_seed_has_what_its_kind_needs(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Seed.model_validate({"url": "https://www.paper.example/", **changes})
    assert fault in str(refused.value)
