"""Passwords and keys on one machine: made up once, readable by their owner alone; certificates that clients verify."""

from __future__ import annotations

import os
import socket
import ssl
import stat
from pathlib import Path
from threading import Thread

import pytest

from launch.certificates import Certificate, certificate_for
from launch.secret_files import secret_in, write_secret
from mediawatch.errors import BadConfiguration


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_secret_is_made_up_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = tmp_path / "secrets" / "redis"
        made = secret_in(file)
    finally:
        os.umask(before)
    assert (len(made), mode_of(file)) == (32, 0o600)
    assert mode_of(file.parent) == 0o700
    assert secret_in(file) == made
    assert secret_in(tmp_path / "secrets" / "other") != made


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "redis"
    file.write_text("known to all")
    file.chmod(0o644)
    with pytest.raises(BadConfiguration, match="chmod 600"):
        secret_in(file)


def test_a_secret_is_replaced_whole(tmp_path: Path) -> None:
    write_secret(tmp_path / "key", "one")
    write_secret(tmp_path / "key", "two")
    assert (tmp_path / "key").read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def greeting(served: Certificate, trusted: Path, name: str = "127.0.0.1") -> bytes:
    """What a client that trusts `trusted` hears from a server with the certificate `served`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(served.certificate, served.key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            raw, _ = listening.accept()
            try:
                with context.wrap_socket(raw, server_side=True) as spoken:
                    spoken.sendall(b"hello")
            except (ssl.SSLError, ConnectionError):
                raw.close()  # the client did not trust us

        thread = Thread(target=serve)
        thread.start()
        try:
            raw = socket.create_connection(listening.getsockname(), timeout=10)
            with ssl.create_default_context(cafile=trusted).wrap_socket(raw, server_hostname=name) as spoken:
                return spoken.recv(5)
        finally:
            thread.join()


def test_a_certificate_is_trusted_by_those_who_know_its_authority(tmp_path: Path) -> None:
    ours = certificate_for(tmp_path, "elasticsearch")
    other = certificate_for(tmp_path / "other", "elasticsearch")
    assert mode_of(ours.key) == 0o600
    assert greeting(ours, ours.authority) == greeting(ours, ours.authority, "localhost") == b"hello"
    with pytest.raises(ssl.SSLCertVerificationError):
        greeting(ours, other.authority)
    with pytest.raises(ssl.SSLCertVerificationError):
        greeting(ours, ours.authority, "elsewhere.example")


def test_a_certificate_is_kept_and_a_lost_key_makes_a_new_one(tmp_path: Path) -> None:
    first = certificate_for(tmp_path, "elasticsearch").certificate.read_bytes()
    assert certificate_for(tmp_path, "elasticsearch").certificate.read_bytes() == first
    (tmp_path / "elasticsearch.key").unlink()
    assert certificate_for(tmp_path, "elasticsearch").certificate.read_bytes() != first
