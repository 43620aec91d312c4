"""`make secrets`: every secret is made up once, kept, and for its owner alone."""

from __future__ import annotations

import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from dotenv import dotenv_values

from launch.compose_secrets import ROOT, main, write_env
from mediawatch.errors import BadConfiguration

CONTACT = "MEDIAWATCH_USER_AGENT_CONTACT"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / ".env.example", tmp_path)
    return tmp_path


def values(folder: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Z]\w*)=(.*)$", (folder / ".env").read_text(), re.MULTILINE))


def test_every_secret_is_made_up_and_another(folder: Path) -> None:
    assert write_env(folder) == (CONTACT,)
    secrets = {name: value for name, value in values(folder).items() if name != CONTACT}
    assert len(secrets) >= 9
    assert len(set(secrets.values())) == len(secrets)
    Fernet(secrets.pop("AIRFLOW_FERNET_KEY"))
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in secrets.values())
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600


def test_what_is_filled_in_stays_and_what_is_new_comes_behind_it(folder: Path) -> None:
    old = "# ours\nKIBANA_PASSWORD=of-old\nELASTIC_PASSWORD=\nMEDIAWATCH_TIMEZONE=Asia/Taipei\n"
    (folder / ".env").write_text(old + f"{CONTACT}=desk@paper.example\n")
    assert write_env(folder) == ()
    first = (folder / ".env").read_text()
    assert first.startswith("# ours\nKIBANA_PASSWORD=of-old\nELASTIC_PASSWORD=")
    kept = values(folder)
    assert (kept["KIBANA_PASSWORD"], kept["MEDIAWATCH_TIMEZONE"], kept[CONTACT]) == (
        *("of-old", "Asia/Taipei"),
        "desk@paper.example",
    )
    assert len(kept["SEARCH_PASSWORD"]) == 64
    write_env(folder)
    assert (folder / ".env").read_text() == first


FILLED = """\
export POSTGRES_PASSWORD=mine
ELASTIC_PASSWORD = mine2
SEARCH_PASSWORD='quoted # whole'
"""


def test_what_is_filled_in_another_way_stays(folder: Path) -> None:
    """A second line would win, and the database keep the old password."""
    (folder / ".env").write_text(FILLED)
    write_env(folder)
    text = (folder / ".env").read_text()
    assert text.startswith(FILLED)
    found = dotenv_values(stream=StringIO(text))
    assert [found[f"{name}_PASSWORD"] for name in ("POSTGRES", "ELASTIC", "SEARCH")] == [
        *("mine", "mine2"),
        "quoted # whole",
    ]
    assert [text.count(f"{name}_PASSWORD") for name in ("POSTGRES", "ELASTIC", "SEARCH")] == [1, 1, 1]


def test_what_is_empty_in_another_way_is_filled(folder: Path) -> None:
    (folder / ".env").write_text("KIBANA_PASSWORD=\"\"\nexport AIRFLOW_SECRET_KEY= # todo\nMEDIAWATCH_LINK_KEY=''\n")
    write_env(folder)
    first, second, third = (folder / ".env").read_text().splitlines()[:3]
    assert re.fullmatch("KIBANA_PASSWORD=[0-9a-f]{64}", first)
    assert re.fullmatch("export AIRFLOW_SECRET_KEY=[0-9a-f]{64} # todo", second)
    assert re.fullmatch("MEDIAWATCH_LINK_KEY=[0-9a-f]{64}", third)


@pytest.mark.parametrize("line", ["KIBANA_PASSWORD: of-old", "KIBANA_PASSWORD='of-old"])
def test_a_line_that_cannot_be_read_is_named_and_nothing_changed(folder: Path, line: str) -> None:
    """Compose reads the first of these: made up again behind it, the password would be another."""
    (folder / ".env").write_text(f"# ours\n{line}\n")
    with pytest.raises(BadConfiguration, match=r"^\.env:2: write this line as NAME=value"):
        write_env(folder)
    assert (folder / ".env").read_text() == f"# ours\n{line}\n"


def test_a_file_that_others_could_read_is_closed(folder: Path) -> None:
    (folder / ".env").write_text("KIBANA_PASSWORD=of-old\n")
    (folder / ".env").chmod(0o644)
    write_env(folder)
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600


def test_it_shows_no_secret(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(folder)
    said = capsys.readouterr().out
    assert f"fill in {CONTACT}" in said
    assert not [value for value in values(folder).values() if value and value in said]
