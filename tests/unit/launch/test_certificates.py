"""Certificates of this machine's servers: clients verify them by their authority, and by no other."""

from __future__ import annotations

import socket
import ssl
import stat
from pathlib import Path
from threading import Thread

import pytest

from launch.certificates import Certificate, certificate_for, certificates_for


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
    assert stat.S_IMODE(ours.key.stat().st_mode) == 0o600
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


def test_servers_of_one_authority_are_reached_by_their_own_names(tmp_path: Path) -> None:
    made = certificates_for(tmp_path, ["postgres", "kibana"])
    assert made["postgres"].authority == made["kibana"].authority == tmp_path / "ca.crt"
    assert greeting(made["postgres"], tmp_path / "ca.crt", "postgres") == b"hello"
    assert greeting(made["kibana"], tmp_path / "ca.crt", "kibana") == b"hello"
    with pytest.raises(ssl.SSLCertVerificationError):
        greeting(made["postgres"], tmp_path / "ca.crt", "kibana")


def test_a_further_server_makes_all_anew_since_the_key_of_the_authority_is_gone(tmp_path: Path) -> None:
    first = certificates_for(tmp_path, ["postgres"])["postgres"].certificate.read_bytes()
    made = certificates_for(tmp_path, ["postgres", "kibana"])
    assert made["postgres"].certificate.read_bytes() != first
    assert greeting(made["postgres"], made["kibana"].authority, "postgres") == b"hello"


def test_certificates_that_cannot_be_read_or_are_of_another_authority_are_made_anew(tmp_path: Path) -> None:
    names = ["postgres", "kibana"]
    first = certificates_for(tmp_path, names)["postgres"].certificate.read_bytes()
    (tmp_path / "kibana.crt").unlink()
    (tmp_path / "kibana.crt").write_text("")
    second = certificates_for(tmp_path, names)["postgres"].certificate.read_bytes()
    # What is left where signing was broken off after the first of them.
    (tmp_path / "kibana.crt").write_bytes(
        certificates_for(tmp_path / "other", names)["kibana"].certificate.read_bytes()
    )
    third = certificates_for(tmp_path, names)["postgres"].certificate.read_bytes()
    assert len({first, second, third}) == 3


def test_files_that_their_owner_may_only_read_are_replaced(tmp_path: Path) -> None:
    """Root may write into any: whether a file was replaced is seen by a second name of the old one."""
    before = certificates_for(tmp_path, ["postgres"])["postgres"]
    for number, file in enumerate((before.authority, before.certificate, before.key)):
        file.chmod(0o444)
        (tmp_path / f"old {number}").hardlink_to(file)
    held = [(tmp_path / f"old {number}").read_bytes() for number in range(3)]
    certificates_for(tmp_path, ["postgres", "kibana"])
    assert [(tmp_path / f"old {number}").read_bytes() for number in range(3)] == held
    assert before.authority.read_bytes() != held[0]
