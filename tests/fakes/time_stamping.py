"""A time-stamping authority of the test's own, with a CA, written from RFC 3161 and RFC 5652.

It can make every mistake that an authority, or somebody on the way, can make.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from cryptography.x509.oid import NameOID

SHA256_ID, SHA512_ID = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3"
_ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
_SIGNED_DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"
_POLICY = "1.3.6.1.4.1.99999.1"
_INTEGER, _OCTETS, _OID, _TIME, _UTF8, _SEQUENCE, _SET = 0x02, 0x04, 0x06, 0x18, 0x0C, 0x30, 0x31
GRANTED, WITH_CHANGES, REJECTED = 0, 1, 2
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)


class Certified(NamedTuple):
    """A key with its certificate."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


class Request(NamedTuple):
    """What a request asks for."""

    algorithm: bytes
    digest: bytes
    nonce: bytes
    wants_certificate: bool


def ca(name: str, by: Certified | None = None) -> Certified:
    """Return a new CA, which has signed itself or was certified by another one."""
    return _certified(name, by, [(x509.BasicConstraints(ca=True, path_length=None), True)])


def signer(
    name: str,
    by: Certified,
    usage: x509.ObjectIdentifier | None = Usage.TIME_STAMPING,
    until: datetime = _UNTIL,
    number: int | None = None,
) -> Certified:
    """Return a new certificate for signing time stamps, or for another usage, or for all.

    `until` is when it expires, `number` its serial number if that matters.
    """
    return _certified(name, by, [(x509.ExtendedKeyUsage([usage]), True)] if usage else [], until, number)


def _certified(
    name: str,
    by: Certified | None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]],
    until: datetime = _UNTIL,
    number: int | None = None,
) -> Certified:
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(number or x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(until)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return Certified(builder.sign(by.key if by else key, SHA256()), key)


@dataclass
class Authority:
    """Answers requests. Change a field to have it make a mistake.

    - `by`: who signs; none: a certificate that the root has signed.
    - `sends`: the certificates that are sent, in this order; none given: the signer's.
    - `at`: the time that is stamped.
    - `digest`, `algorithm`, `nonce`: what is stamped instead of what was asked for. An empty `nonce`: none.
    - `signed_instead`: the content that is signed in place of the one that is sent.
    """

    root: Certified = field(default_factory=lambda: ca("Example Root"))
    by: Certified | None = None
    sends: Sequence[Certified] | None = None
    at: datetime = datetime(2026, 9, 22, 8, 0, 7, tzinfo=UTC)
    status: int = GRANTED
    digest: bytes | None = None
    algorithm: bytes | None = None
    nonce: bytes | None = None
    signed_instead: bytes | None = None

    def __post_init__(self) -> None:
        self.signer = self.by or signer("Example TSA", self.root)

    def answer(self, request: bytes) -> bytes:
        """Return the response to an encoded request."""
        status = _sequence(_tagged(_INTEGER, bytes([self.status])))
        if self.status not in (GRANTED, WITH_CHANGES):
            said = _sequence(_tagged(_UTF8, b"the request is\nnot for us"))
            return _sequence(_sequence(_tagged(_INTEGER, bytes([self.status])), said))
        return _sequence(status, self.token(read_request(request)))

    def stamped(self, data: bytes) -> bytes:
        """Return the response to a request for this data, without a nonce."""
        asked = Request(algorithm(SHA256_ID), hashlib.sha256(data).digest(), b"", wants_certificate=True)
        return _sequence(_sequence(_tagged(_INTEGER, bytes([GRANTED]))), self.token(asked))

    def token(self, asked: Request) -> bytes:
        imprint = _sequence(self.algorithm or asked.algorithm, _tagged(_OCTETS, self.digest or asked.digest))
        nonce = asked.nonce if self.nonce is None else self.nonce
        info = _sequence(
            _tagged(_INTEGER, b"\x01"),
            _oid(_POLICY),
            imprint,
            _tagged(_INTEGER, b"\x05"),
            _tagged(_TIME, f"{self.at.astimezone(UTC):%Y%m%d%H%M%S}Z".encode()),
            _tagged(_INTEGER, nonce) if nonce else b"",
        )
        sent = [self.signer] if self.sends is None else self.sends
        certificates = _tagged(0xA0, *(each.der for each in sent)) if sent and asked.wants_certificate else b""
        signed_data = _sequence(
            _tagged(_INTEGER, b"\x03"),
            _tagged(_SET, algorithm(SHA256_ID)),
            _sequence(_oid(_TST_INFO), _tagged(0xA0, _tagged(_OCTETS, info))),
            certificates,
            _tagged(_SET, self._signature(self.signed_instead or info)),
        )
        return _sequence(_oid(_SIGNED_DATA), _tagged(0xA0, signed_data))

    def _signature(self, content: bytes) -> bytes:
        identity = _sequence(_sequence(_sequence(_tagged(_OCTETS, hashlib.sha256(self.signer.der).digest()))))
        attributes = sorted(
            _sequence(_oid(name), _tagged(_SET, value))
            for name, value in (
                (_CONTENT_TYPE, _oid(_TST_INFO)),
                (_MESSAGE_DIGEST, _tagged(_OCTETS, hashlib.sha256(content).digest())),
                (_SIGNING_CERTIFICATE, identity),
            )
        )
        certificate = self.signer.certificate
        serial = certificate.serial_number
        return _sequence(
            _tagged(_INTEGER, b"\x01"),
            _sequence(
                certificate.issuer.public_bytes(), _tagged(_INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1))
            ),
            algorithm(SHA256_ID),
            _tagged(0xA0, *attributes),
            _sequence(_oid(_ECDSA_WITH_SHA256)),
            _tagged(_OCTETS, self.signer.key.sign(_tagged(_SET, *attributes), ECDSA(SHA256()))),
        )


def read_request(data: bytes) -> Request:
    """Return what a TimeStampReq asks for. It must be one for a SHA-256, without a policy and extensions."""
    ((_, whole),) = _read(data)
    version, imprint, *rest = _read(whole)
    assert version == (_INTEGER, b"\x01")
    (algorithm_tag, algorithm), (digest_tag, digest) = _read(imprint[1])
    assert (imprint[0], algorithm_tag, digest_tag) == (_SEQUENCE, _SEQUENCE, _OCTETS)
    fields = dict(rest)
    assert fields.keys() <= {_INTEGER, 0x01}
    return Request(
        _tagged(_SEQUENCE, algorithm), digest, fields.get(_INTEGER, b""), fields.get(0x01, b"\x00") == b"\xff"
    )


def _read(data: bytes) -> list[tuple[int, bytes]]:
    """Return the tags and contents of encoded values that follow each other."""
    found = []
    while data:
        tag, size, data = data[0], data[1], data[2:]
        if size & 0x80:
            size, data = int.from_bytes(data[: size & 0x7F]), data[size & 0x7F :]
        found.append((tag, data[:size]))
        data = data[size:]
    return found


def _tagged(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size)]) + size + content


def _sequence(*parts: bytes) -> bytes:
    return _tagged(_SEQUENCE, *parts)


def algorithm(name: str) -> bytes:
    """Return the encoded identifier of a hash algorithm."""
    return _sequence(_oid(name), b"\x05\x00")


def _oid(name: str) -> bytes:
    first, second, *rest = map(int, name.split("."))
    return _tagged(_OID, b"".join(_base_128(each) for each in (first * 40 + second, *rest)))


def _base_128(number: int) -> bytes:
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(0x80 | number & 0x7F)
    return bytes(reversed(parts))
