"""The order of the certificates in a time stamp.

DER sorts the members of a set. Many authorities (GlobalSign's, DigiCert's, and those that use OpenSSL) send their
certificates in another order, which rfc3161-client (1.0.9) refuses. The order has no meaning, and no signature
covers it.
"""

from typing import NamedTuple

_CERTIFICATES = 0xA0


class _Value(NamedTuple):
    """Where an encoded value is: its first byte, its content, and the byte behind it."""

    tag: int
    start: int
    content: int
    end: int


def with_sorted_certificates(response: bytes) -> bytes:
    """Return a TimeStampResp with its certificates sorted, or anything else unchanged."""
    try:
        (whole,) = _values(response, 0, len(response))
        _, token = _values(response, whole.content, whole.end)
        _, content = _values(response, token.content, token.end)
        (signed_data,) = _values(response, content.content, content.end)
        fields = _values(response, signed_data.content, signed_data.end)
        (certificates,) = (each for each in fields if each.tag == _CERTIFICATES)
        found = _values(response, certificates.content, certificates.end)
    except ValueError:
        return response
    ordered = b"".join(sorted(response[each.start : each.end] for each in found))
    return response[: certificates.content] + ordered + response[certificates.end :]


def _values(data: bytes, start: int, end: int) -> list[_Value]:
    """Return the encoded values in a part of `data`. Raises ValueError."""
    found = []
    while start < end:
        tag, length = data[start : start + 2].ljust(2, b"\0")
        content = start + 2
        if length & 0x80:
            content += length & 0x7F
            length = int.from_bytes(data[start + 2 : content])
        if content + length > end:
            raise ValueError("a value ends behind the one that contains it")
        found.append(_Value(tag, start, content, content + length))
        start = content + length
    return found
