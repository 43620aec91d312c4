"""`make secrets`: every secret is made up once, kept, and for its owner alone."""

from __future__ import annotations

import re
import shutil
import ssl
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from dotenv import dotenv_values

from launch.compose_secrets import CHANNELS, FOLDER, ROOT, SECRETS, SERVERS, main, write_secrets
from launch.secret_files import write_secret
from mediawatch.errors import BadConfiguration
from mediawatch.settings import read_settings

CONTACT = "MEDIAWATCH_USER_AGENT_CONTACT"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / ".env.example", tmp_path)
    return tmp_path


def made(folder: Path) -> dict[str, str]:
    return {name: (folder / FOLDER / name).read_text() for name in SECRETS}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_every_secret_is_made_up_and_another(folder: Path) -> None:
    assert write_secrets(folder) == (CONTACT,)
    secrets = made(folder)
    assert len(set(secrets.values())) == len(secrets) >= 12
    Fernet(secrets.pop("airflow-fernet-key"))
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in secrets.values())
    assert not [value for value in secrets.values() if value in (folder / ".env").read_text()]


def test_nobody_else_gets_to_the_files_which_each_container_can_read(folder: Path) -> None:
    """Docker mounts a file as it is, and every container has a user of its own."""
    write_secrets(folder)
    assert mode(folder / FOLDER) == 0o700
    assert mode(folder / ".env") == 0o600
    files = [path for path in (folder / FOLDER).iterdir() if path.is_file()]
    assert {mode(path) for path in files} == {0o444}
    assert mode(folder / FOLDER / CHANNELS) == 0o755


def test_a_folder_that_others_could_enter_is_closed(folder: Path) -> None:
    write_secrets(folder)
    (folder / FOLDER).chmod(0o755)
    (folder / ".env").chmod(0o644)
    write_secrets(folder)
    assert (mode(folder / FOLDER), mode(folder / ".env")) == (0o700, 0o600)


def test_all_stays_when_it_is_run_again(folder: Path) -> None:
    write_secrets(folder)

    def state() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    first = state()
    assert len(first) > 18
    write_secrets(folder)
    assert state() == first
    (folder / FOLDER / "link-key").unlink()
    write_secrets(folder)
    assert {name for name, content in state().items() if content != first[name]} == {"link-key"}


def test_the_servers_have_certificates_of_one_authority(folder: Path) -> None:
    write_secrets(folder)
    secrets = folder / FOLDER
    for name in SERVERS:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(secrets / f"{name}.crt", secrets / f"{name}.key")
    assert ssl.create_default_context(cafile=secrets / "ca.crt").cert_store_stats()["x509_ca"] == 1


OF_BEFORE = """\
# ours
export POSTGRES_PASSWORD=mine
ELASTIC_PASSWORD = mine2
SEARCH_PASSWORD='quoted # whole'
KIBANA_PASSWORD=
MEDIAWATCH_TIMEZONE=Asia/Taipei
MEDIAWATCH_USER_AGENT_CONTACT=desk@paper.example
"""


def test_secrets_of_an_env_of_before_become_files_and_its_other_lines_stay(folder: Path) -> None:
    """The databases were made with them."""
    (folder / ".env").write_text(OF_BEFORE)
    assert write_secrets(folder) == ()
    secrets = made(folder)
    assert (secrets["postgres-password"], secrets["elastic-password"]) == ("mine", "mine2")
    assert secrets["search-password"] == "quoted # whole"
    assert len(secrets["kibana-password"]) == 64
    assert (folder / ".env").read_text() == "# ours\n" + "".join(OF_BEFORE.splitlines(keepends=True)[-2:])


def test_the_address_of_the_monitor_becomes_a_file_that_channels_name(folder: Path) -> None:
    (folder / ".env").write_text(f"{CONTACT}=a@b.example\nMEDIAWATCH_HEARTBEAT_URL=https://monitor.example/ping/1\n")
    (folder / "channels.env").write_text("MEDIAWATCH_CHANNEL_DESK=json://chat.example/x\n")
    write_secrets(folder)
    write_secrets(folder)
    lines = dotenv_values(stream=StringIO((folder / "channels.env").read_text()))
    assert list(lines) == ["MEDIAWATCH_CHANNEL_DESK", "MEDIAWATCH_HEARTBEAT_URL_FILE"]
    inside = str(lines["MEDIAWATCH_HEARTBEAT_URL_FILE"])
    here = inside.replace("/run/channels", str(folder / FOLDER / CHANNELS))
    settings = read_settings({"MEDIAWATCH_HEARTBEAT_URL_FILE": here})
    assert settings.heartbeat_url.get_secret_value() == "https://monitor.example/ping/1"
    assert "HEARTBEAT" not in (folder / ".env").read_text()


def test_a_secret_that_is_not_what_its_file_says_is_named_and_nothing_changed(folder: Path) -> None:
    write_secrets(folder)
    secrets = made(folder)
    text = (folder / ".env").read_text() + "KIBANA_PASSWORD=another\n"
    (folder / ".env").write_text(text)
    with pytest.raises(BadConfiguration, match=r"^KIBANA_PASSWORD of \.env is not what secrets/kibana-password holds"):
        write_secrets(folder)
    assert ((folder / ".env").read_text(), made(folder)) == (text, secrets)


@pytest.mark.parametrize("line", ["KIBANA_PASSWORD: of-old", "KIBANA_PASSWORD='of-old"])
def test_a_line_that_cannot_be_read_is_named_and_nothing_changed(folder: Path, line: str) -> None:
    """It may be a password that a database was made with."""
    (folder / ".env").write_text(f"# ours\n{line}\n")
    with pytest.raises(BadConfiguration, match=r"^\.env:2: write this line as NAME=value"):
        write_secrets(folder)
    assert (folder / ".env").read_text() == f"# ours\n{line}\n"
    assert not (folder / FOLDER).exists()


def test_it_shows_no_secret(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(folder)
    said = capsys.readouterr().out
    assert f"fill in {CONTACT}" in said
    assert not [value for value in made(folder).values() if value in said]


def test_an_empty_file_is_no_secret(folder: Path) -> None:
    write_secrets(folder)
    for name in ("link-key", "elastic-password"):
        write_secret(folder / "secrets" / name, "")
    env = folder / ".env"
    env.write_text(f"{env.read_text()}ELASTIC_PASSWORD=of-old\n")
    write_secrets(folder)
    assert made(folder)["elastic-password"] == "of-old"
    assert len(made(folder)["link-key"]) == 64


def test_a_folder_in_place_of_a_secret_is_named(folder: Path) -> None:
    write_secrets(folder)
    (folder / "secrets" / "link-key").unlink()
    (folder / "secrets" / "link-key").mkdir()
    with pytest.raises(BadConfiguration, match="secrets/link-key is a folder"):
        write_secrets(folder)


def test_channels_name_the_address_of_the_monitor_once(folder: Path) -> None:
    for _ in range(2):
        write_secrets(folder)
        env = folder / ".env"
        env.write_text(f"{env.read_text()}MEDIAWATCH_HEARTBEAT_URL=https://monitor.example/1\n")
    write_secrets(folder)
    write_secrets(folder)
    assert (folder / "channels.env").read_text().count("MEDIAWATCH_HEARTBEAT_URL_FILE") == 1
