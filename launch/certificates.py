"""A certificate authority for one machine: it signs the certificates of servers on the loopback, and nothing else.

Its key is thrown away after each signing: nobody can make further certificates with what is kept.
"""

from __future__ import annotations

import ipaddress
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
    found = Certificate(
        certificate=folder / f"{name}.crt", key=folder / f"{name}.key", authority=folder / f"{name}-ca.crt"
    )
    if not all(path.exists() for path in (found.certificate, found.key, found.authority)) or _ends_soon(found):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(found, name)
    return found


def _ends_soon(found: Certificate) -> bool:
    from cryptography import x509

    ends = x509.load_pem_x509_certificate(found.certificate.read_bytes()).not_valid_after_utc
    return ends - datetime.now(UTC) < RENEWED_BEFORE


def _make(made: Certificate, name: str) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Mediawatch on this machine: {name}")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

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
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])
    leaf = (
        begun(subject, server_key)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=False, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    made.authority.write_bytes(own.public_bytes(pem))
    made.certificate.write_bytes(leaf.public_bytes(pem))
    plain = serialization.NoEncryption()
    write_secret(made.key, server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode())
