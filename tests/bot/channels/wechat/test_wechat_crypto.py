"""Signing and encryption, checked against an npm package and the tests' own implementation."""

import pytest

from bot.channels.wechat_api.callback import Callback, Query, signature
from bot.channels.wechat_api.elements import elements
from tests.fakes.wechat_crypto import Box, by_npm, npm_there, signed
from tests.payloads import listed

Vector = dict[str, str]
_OF_PLAIN = ("token", "key", "id", "timestamp", "nonce", "plain")
SAID = "您好 ]]> 👋"


def frozen() -> list[Vector]:
    return listed("wechat", "encrypted")


def nonce() -> list[Vector]:
    """Return the same messages, newly encrypted by the npm package. Empty if it is not installed."""
    asked = [{name: each[name] for name in _OF_PLAIN} for each in frozen()]
    return [{**each, **made} for each, made in zip(asked, by_npm(asked), strict=True)] if npm_there() else []


def receiver(vector: Vector, *keys: str) -> Callback:
    return Callback(vector["token"], vector["id"], keys or (vector["key"],), lambda: float(vector["timestamp"]))


def query(vector: Vector) -> Query:
    return Query(msg_signature=vector["signature"], timestamp=vector["timestamp"], nonce=vector["nonce"])


def envelope(encrypted: str) -> bytes:
    return f"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def sealed(vector: Vector) -> dict[str, str]:
    """Return the fields of our encrypted reply to this message."""
    opened = receiver(vector).open(query(vector), envelope(vector["encrypted"]))
    assert opened.seal is not None
    return {name: str(value) for name, value in elements(opened.seal(SAID).encode()).items()}


def test_what_another_implementation_encrypts_we_open() -> None:
    for vector in (*frozen(), *nonce()):
        body = envelope(vector["encrypted"])
        assert receiver(vector).open(query(vector), body).fields == elements(vector["plain"].encode())
        assert receiver(vector).open(query(vector), body).xml.decode() == vector["plain"]


@pytest.mark.parametrize("vector", frozen()[:10])
def test_what_we_seal_others_open(vector: Vector) -> None:
    """The reply is encrypted with the key of the message it answers."""
    said = sealed(vector)
    box = Box(vector["token"], vector["key"], vector["id"])
    assert box.open(said["Encrypt"]) == (SAID, vector["id"])
    wanted = signed(vector["token"], said["TimeStamp"], said["Nonce"], said["Encrypt"])
    assert said["MsgSignature"] == wanted


def test_what_we_seal_the_package_opens() -> None:
    made = [(vector, sealed(vector)) for vector in (frozen() if npm_there() else [])]
    asked = [{**vector, "encrypted": said["Encrypt"]} for vector, said in made]
    for opened, (vector, said) in zip(by_npm(asked) if asked else [], made, strict=True):
        assert opened == {"plain": SAID, "id": vector["id"], "signature": said["MsgSignature"]}


@pytest.mark.parametrize("vector", frozen()[:10])
def test_the_tests_own_implementation_does_as_the_package(vector: Vector) -> None:
    box = Box(vector["token"], vector["key"], vector["id"])
    assert box.open(vector["encrypted"]) == (vector["plain"], vector["id"])
    assert box.open(box.seal(vector["plain"])) == (vector["plain"], vector["id"])
    parts = vector["token"], vector["timestamp"], vector["nonce"], vector["encrypted"]
    assert signed(*parts) == vector["signature"] == signature(*parts)


def test_while_keys_change_both_open_and_the_answer_has_the_questions_key() -> None:
    first, second = frozen()[:2]
    assert first["key"] != second["key"]
    both = [first["key"], second["key"]]
    for vector in (first, second):
        opened = receiver(vector, *both).open(query(vector), envelope(vector["encrypted"]))
        assert opened.fields == elements(vector["plain"].encode())
        assert opened.seal is not None
        said = str(elements(opened.seal(SAID).encode())["Encrypt"])
        assert Box(vector["token"], vector["key"], vector["id"]).open(said)[0] == SAID


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 42, "x" * 44, "!" * 43, "密" * 43, "abcdefghijklmnopqrstuvwxyz0123456789ABCDE=="]
)
def test_a_key_of_a_wrong_form_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        Callback("token", "wx", [key], lambda: 0)
