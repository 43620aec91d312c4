"""A certificate authority for one machine: it signs the certificates of its servers at once, and nothing else.

Its key is thrown away after each signing: nobody can make further certificates with what is kept.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from launch.secret_files import write_secret

DAYS = 398
"""No longer than browsers accept."""
RENEWED_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files: a server's certificate and its key, and the authority to verify it by."""

    certificate: Path
    key: Path
    authority: Path


def certificate_for(folder: Path, name: str) -> Certificate:
    """The certificate of the server `name` on 127.0.0.1 in `folder`, made anew when there is none or it ends soon."""
    return certificates_for(folder, [name], authority=f"{name}-ca.crt")[name]


def certificates_for(folder: Path, names: Sequence[str], authority: str = "ca.crt") -> dict[str, Certificate]:
    """The certificates of the servers `names`, which are reached by these names and on 127.0.0.1, by one authority.

    All are made anew when one is missing, ends soon, cannot be read or is of another authority.
    """
    found = {
        name: Certificate(certificate=folder / f"{name}.crt", key=folder / f"{name}.key", authority=folder / authority)
        for name in names
    }
    files = {path for each in found.values() for path in (each.certificate, each.key, each.authority)}
    if not all(path.exists() for path in files) or any(map(_is_stale, found.values())):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(folder / authority, found)
    return found


def _is_stale(found: Certificate) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        own, authority = (
            x509.load_pem_x509_certificate(file.read_bytes()) for file in (found.certificate, found.authority)
        )
        own.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):  # as when the last signing was broken off
        return True
    return own.not_valid_after_utc - datetime.now(UTC) < RENEWED_BEFORE


def _make(kept: Path, servers: Mapping[str, Certificate]) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    authority_key = ec.generate_private_key(ec.SECP256R1())
    title = "Mediawatch on this machine" + (f": {next(iter(servers))}" if len(servers) == 1 else "")
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])

    def begun(whose: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        begins = datetime.now(UTC) - timedelta(minutes=5)
        return (
            x509.CertificateBuilder()
            .subject_name(whose)
            .issuer_name(authority)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + timedelta(days=DAYS))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
            )
        )

    usage = {
        "content_commitment": False,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "crl_sign": False,
        "encipher_only": False,
        "decipher_only": False,
    }
    own = (
        begun(authority, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=False, key_cert_sign=True, **usage), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    _put(kept, own.public_bytes(pem))
    for name, made in servers.items():
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(name), x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        leaf = (
            begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=False, **usage), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(authority_key, hashes.SHA256())
        )
        _put(made.certificate, leaf.public_bytes(pem))
        write_secret(made.key, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode())


def _put(file: Path, content: bytes) -> None:
    """Put `content` into `file`, in place of one that its owner may only read, as those of Docker Compose are."""
    file.unlink(missing_ok=True)
    file.write_bytes(content)
