"""Verifying and decrypting callbacks. A body is not trusted before its signature is verified.

Source: developers.weixin.qq.com, "消息加解密说明" and "接入概述"; developer.work.weixin.qq.com, document 90968
(read 2026-11). A signature is the SHA-1 (hex) of token, timestamp and nonce, sorted and joined, and of the
ciphertext too where there is one; the plain `signature` of an encrypted POST says nothing of its body.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from wechatpy.crypto import PrpCrypto

from bot.channels.wechat_api.elements import Unreadable as Unreadable
from bot.channels.wechat_api.elements import elements
from conversation.errors import BotError

FRESH_S = 10 * 60
"""How far a callback's time may be in the past or future: three tries take fifteen seconds, and clocks differ."""
_AES_KEY_LENGTH = 43
_ENCRYPT = re.compile(rb"<Encrypt>\s*+(?:<!\[CDATA\[)?\s*+([A-Za-z0-9+/=]++)\s*+(?:\]\]>)?\s*+</Encrypt>")
_LONGEST = 256  # characters of a parameter


class Forged(BotError):
    """The signature is wrong, the callback is too old, or it is not for this account."""


class Query(NamedTuple):
    """The query parameters of a callback."""

    signature: str = ""
    msg_signature: str = ""
    timestamp: str = ""
    nonce: str = ""
    echostr: str = ""
    encrypt_type: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Query":
        """Return the known parameters. Values that are too long to be valid are left empty."""
        return cls(
            *(value if len(value := parameters.get(name, "")) <= _most(name) else "" for name in cls._fields)
        )


def _most(name: str) -> int:
    return 4096 if name == "echostr" else _LONGEST


class Callback:
    """Opens one account's callbacks.

    `receiver`: the id of the app or the corporation, which every ciphertext contains.
    `aes_keys`: the current key, then the previous one. If there are any, only encrypted callbacks are accepted.
    `now`: returns the time in epoch seconds.
    """

    def __init__(self, token: str, receiver: str, aes_keys: Sequence[str], now: Callable[[], float]) -> None:
        self._token = token
        self._receiver = receiver
        self._ciphers = [PrpCrypto(_key(each)) for each in aes_keys]
        self._now = now

    def echo(self, query: Query) -> str:
        """Return the text that the platform expects when it verifies the URL. Raises Forged, Unreadable."""
        if query.msg_signature:  # WeCom, where the text to be echoed is encrypted
            self._check(query.msg_signature, query, query.echostr)
            return self._decrypted(query.echostr)[0].decode(errors="replace")
        self._check(query.signature, query)
        return query.echostr

    def open(self, query: Query, body: bytes) -> "Opened":
        """Verify and decrypt the message in a POST. Raises Forged, and Unreadable if there is none in it."""
        if not self._ciphers:
            self._check(query.signature, query)
            return Opened(body, None)
        if not query.msg_signature:
            raise Forged("it is not encrypted, but this account's callbacks are")
        if query.signature:  # official accounts send this too; check it before reading the body
            self._check(query.signature, query)
        self._nonce(query)
        encrypted = _ciphertext(body)
        if not encrypted:
            raise Unreadable("there is no ciphertext in it") if query.signature else Forged("it is not signed")
        self._check(query.msg_signature, query, encrypted)
        xml, cipher = self._decrypted(encrypted)
        return Opened(xml, Seal(self._token, self._receiver, cipher, query))

    def _check(self, given: str, query: Query, *more: str) -> None:
        wanted = signature(self._token, query.timestamp, query.nonce, *more)
        if not hmac.compare_digest(wanted.encode(), given.encode()):
            raise Forged("the signature is not ours")
        self._nonce(query)

    def _nonce(self, query: Query) -> None:
        stamp = int(query.timestamp) if query.timestamp.isascii() and query.timestamp.isdigit() else 0
        if abs(self._now() - stamp) > FRESH_S:
            raise Forged("it is too old, or its clock is wrong")

    def _decrypted(self, encrypted: str) -> tuple[bytes, PrpCrypto]:
        foreign = False
        for cipher in self._ciphers:
            try:
                message, receiver = _message_in(cipher, encrypted)
            except (ValueError, IndexError):  # caused by a wrong key or invalid ciphertext
                continue
            if receiver == self._receiver:
                return message, cipher
            foreign = True  # for another account, or decrypted with the wrong key
        raise Forged("it is not for this account") if foreign else Unreadable("no key of ours opens it")


def _message_in(cipher: PrpCrypto, encrypted: str) -> tuple[bytes, str]:
    """Decrypt a message, and the id of the app or corporation that it is for. Raises ValueError, IndexError.

    wechatpy's own decryption refuses messages that are not valid UTF-8.
    """
    plain = cipher.cipher.decrypt(base64.b64decode(encrypted))
    content = plain[16 : -plain[-1]]
    end = 4 + int.from_bytes(content[:4])
    if end > len(content):
        raise ValueError("the length is wrong")
    return content[4:end], content[end:].decode()


class Opened(NamedTuple):
    """A callback's XML, and `seal`, which encrypts the response. None means that nothing is encrypted.

    Of unencrypted callbacks only the parameters are signed, so they may contain anything.
    """

    xml: bytes
    seal: "Seal | None"

    @property
    def fields(self) -> Mapping[str, object]:
        """The message's elements by name. Raises Damaged, Unreadable."""
        found = elements(self.xml)
        if self.seal is None and "Encrypt" in found and "FromUserName" not in found:
            raise Unreadable("it is encrypted, but no EncodingAESKey is set")
        return found

    @property
    def refusals(self) -> "tuple[type[Unreadable], ...]":
        """The errors of `fields` that refuse the callback, because it is not certainly the platform's."""
        return (Unreadable,) if self.seal is None else ()


class Seal(NamedTuple):
    """Encrypts and signs the response with the key that the callback used. Calling it returns the XML to send."""

    token: str
    receiver: str
    cipher: PrpCrypto
    query: Query

    def __call__(self, text: str) -> str:
        encrypted = self.cipher.encrypt(text, self.receiver).decode()
        stamp, nonce = self.query.timestamp, self.query.nonce
        signed = signature(self.token, stamp, nonce, encrypted)
        return (
            f"<xml><Encrypt>{cdata(encrypted)}</Encrypt><MsgSignature>{cdata(signed)}</MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
        )


def _ciphertext(body: bytes) -> str:
    """Return the content of the Encrypt element, or an empty string. The XML is not parsed: it is not verified."""
    found = _ENCRYPT.search(body)
    return found[1].decode("ascii") if found else ""


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def cdata(text: str) -> str:
    """Return text as an XML CDATA section. An end mark in the text is split over two sections."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _key(encoded: str) -> bytes:
    """Return the AES key of a 43-character EncodingAESKey, which is base64 without its last `=`.

    Raises ValueError.
    """
    try:
        key = base64.b64decode(encoded + "=", validate=True)
    except ValueError:  # includes binascii.Error
        key = b""
    if len(encoded) != _AES_KEY_LENGTH or len(key) != 32:
        raise ValueError(f"an EncodingAESKey has {_AES_KEY_LENGTH} letters and digits")
    return key
