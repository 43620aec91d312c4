"""Who we say we are."""

from __future__ import annotations

import pytest

from mediawatch import __version__
from mediawatch.errors import BadConfiguration
from mediawatch.harvest.fetching import user_agent


@pytest.mark.parametrize("contact", ["desk@paper.example", "https://paper.example/bot?x=1;y"])
def test_the_user_agent_names_product_version_and_contact(contact: str) -> None:
    assert user_agent(f" {contact} ") == f"mediawatch/{__version__} (+{contact})"


def test_without_a_contact_it_says_what_it_is() -> None:
    assert user_agent() == f"mediawatch/{__version__} (news monitor)"


@pytest.mark.parametrize("contact", ["编辑部", "a\r\nX-Evil: 1", "me (at) paper", "back\\slash", "tab\tbed"])
def test_a_contact_that_cannot_stand_in_a_header_is_refused(contact: str) -> None:
    with pytest.raises(BadConfiguration, match="contact"):
        user_agent(contact)
