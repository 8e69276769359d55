"""Requests and responses of the Time-Stamp Protocol (RFC 3161), read and verified with rfc3161-client.

The library is an optional dependency (`bot.time_stamps.library`) and belongs to this module. Import the module
where it is needed only: loading it takes a tenth of a second.
"""

import hashlib
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import (
    Certificate,
    DuplicateExtension,
    InvalidVersion,
    UnsupportedGeneralNameType,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.oid import ObjectIdentifier
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from bot.time_stamps.certificate_order import with_sorted_certificates
from handlers.maintenance.anchor_stamps import Stamp, StampWrong

MOST_BYTES = 64 * 1024
"""The most that a response may take. With all certificates, it usually takes 2 to 8 KiB."""
_SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_REASON = re.compile(r'.*Verify error: ?([a-z -]+)|.*?reason: "([a-z -]+)"')
"""What OpenSSL says about a signature, in the library's rendering of its errors."""
_UNREADABLE = (ValueError, OverflowError, DuplicateExtension, InvalidVersion, UnsupportedGeneralNameType)
"""What the library and `cryptography` raise for something malformed."""


class Request(NamedTuple):
    """An encoded request, and the nonce that its answer must repeat."""

    encoded: bytes
    nonce: int


def roots_in(bundle: Path) -> list[Certificate]:
    """Return the certificates in a PEM file. Raises ValueError if no root's is among them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", CryptographyDeprecationWarning
            )  # a root of a system's bundle may be odd
            found = load_pem_x509_certificates(bundle.read_bytes())
    except OSError as error:
        raise ValueError(f"the file cannot be read ({error.strerror})") from None
    except ValueError:
        raise ValueError("the file has no certificates in PEM") from None
    if not any(each.issuer == each.subject for each in found):
        raise ValueError("the file has no root certificate, which is one that has signed itself")
    return found


def request_for(note: bytes) -> Request:
    """Return a request to stamp a note, by its SHA-256, with the certificates in the answer."""
    made = TimestampRequestBuilder(note, HashAlgorithm.SHA256, nonce=True, cert_req=True).build()
    assert made.nonce is not None
    return Request(made.as_bytes(), made.nonce)


class TokenReader:
    """Reads time stamps.

    With root certificates, their signatures must lead to one of these, as of the time that was stamped. Without,
    only what was stamped is compared.
    """

    def __init__(self, roots: Sequence[Certificate]) -> None:
        self._roots = list(roots)

    def __call__(self, stamp: bytes, note: bytes) -> Stamp:
        """Return what a response says about a note. Raises StampWrong."""
        return self._read(stamp, note, None)

    def answer(self, response: bytes, request: Request, note: bytes) -> Stamp:
        """Return what the response to a request says about a note. Raises StampWrong."""
        return self._read(response, note, request.nonce)

    def _read(self, response: bytes, note: bytes, nonce: int | None) -> Stamp:
        found = _decoded(response)
        digest = hashlib.sha256(note).digest()
        try:
            info = found.tst_info
            if (info.message_imprint.hash_algorithm, info.message_imprint.message) != (_SHA256, digest):
                raise StampWrong("it is of something else than this anchor's note")
            if nonce is not None and info.nonce != nonce:
                raise StampWrong("it does not answer our request")
            return Stamp(info.gen_time, self._verified(found, digest) if self._roots else "")
        except _UNREADABLE:
            raise StampWrong("it is no time stamp that can be read") from None

    def _verified(self, response: TimeStampResponse, digest: bytes) -> str:
        """Verify the signature and return who made it. Raises StampWrong, or one of `_UNREADABLE`."""
        try:
            VerifierBuilder(roots=self._roots).build().verify(response, digest)
        except VerificationError as error:
            reason = _REASON.match(str(error))
            why = (reason[1] or reason[2]) if reason else str(error).partition(":")[0]
            raise StampWrong(f"its signature cannot be verified ({why})") from None
        (signer,) = response.signed_data.signer_infos
        sent = map(load_der_x509_certificate, response.signed_data.certificates)
        named = [
            each for each in sent if (each.issuer, each.serial_number) == (signer.issuer, signer.serial_number)
        ]
        if len(named) != 1:  # no signature covers the list of certificates: anybody can add one
            raise StampWrong("its signature cannot be verified (several certificates have the signer's number)")
        return named[0].subject.rfc4514_string() or f"serial number {signer.serial_number:x}"


def _decoded(response: bytes) -> TimeStampResponse:
    """Return a response with a time stamp in it. Raises StampWrong."""
    if len(response) > MOST_BYTES:
        raise StampWrong(f"it has more than {MOST_BYTES // 1024} KiB")
    try:
        found = decode_timestamp_response(with_sorted_certificates(response))
        status = PKIStatus(found.status)
    except ValueError:
        raise StampWrong("it is no time stamp that can be read") from None
    if status is not PKIStatus.GRANTED:
        raise StampWrong(f"the authority has answered: {status.name.lower().replace('_', ' ')}")
    return found
