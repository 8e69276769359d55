"""Signatures against vectors computed by openssl.

Command: `printf '%s\\n%s' TIMESTAMP SECRET | openssl dgst -sha256 -hmac SECRET -binary | base64`
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channels.dingtalk.signature import Forged, check, signature

VECTORS = [
    ("this is a secret", "1577262236757", "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="),
    ("this is a secret", "1790000000000", "/37lu8w/F767VRIYuaBFzMLwR4lMISAIuxTbcEOlHTo="),
    ("SEC0123456789abcdef0123456789abcdef", "1577262236757", "YGw85b2LUFftHwoRE2Tu5e4uJcIick0Tb7RUa4Y4h94="),
    ("SEC0123456789abcdef0123456789abcdef", "1790000000000", "IoF4jFyu7y/ykcIW4Ulg8Iyv9FRyqIkoT3vU5r09yyk="),
    ("密钥-secret_9", "1577262236757", "m7D1JUTv36O52gMqOZF8blCxZ2RDa09DgEpLiAS6rKA="),
    ("密钥-secret_9", "1790000000000", "E5brROcEcrt0UjMITegxeqOO084QfXMItB4/zwD/RZ4="),
]
SECRET, STAMP, SIGN = VECTORS[1]
NOW = int(STAMP)


@pytest.mark.parametrize(("secret", "timestamp", "sign"), VECTORS)
def test_as_openssl_signs(secret: str, timestamp: str, sign: str) -> None:
    assert signature(timestamp, SecretStr(secret)) == sign
    check(timestamp, sign, SecretStr(secret), int(timestamp))


@pytest.mark.parametrize("off_ms", [-300_000, -1, 0, 1, 300_000])
def test_within_five_minutes_it_is_fresh(off_ms: int) -> None:
    check(STAMP, SIGN, SecretStr(SECRET), NOW + off_ms)


@pytest.mark.parametrize("off_ms", [-3_600_001, -300_001, 300_001, 3_600_001, 10**15])
def test_what_is_older_or_further_ahead_is_refused(off_ms: int) -> None:
    with pytest.raises(Forged, match="old"):
        check(STAMP, SIGN, SecretStr(SECRET), NOW + off_ms)


def test_the_settings_can_make_it_shorter_and_longer() -> None:
    check(STAMP, SIGN, SecretStr(SECRET), NOW + 3_600_000, 3600)
    with pytest.raises(Forged):
        check(STAMP, SIGN, SecretStr(SECRET), NOW + 11_000, 10)


@pytest.mark.parametrize(
    ("timestamp", "sign"),
    [
        ("", ""),
        (STAMP, ""),
        ("", SIGN),
        (STAMP, SIGN[:-1]),
        (STAMP, SIGN.lower()),
        (STAMP, f"{SIGN} "),
        (STAMP, SIGN.replace("=", "%3D")),
        (f" {STAMP}", SIGN),
        (f"-{STAMP}", SIGN),
        ("١٧٩٠٠٠٠٠٠٠٠٠٠", SIGN),
        ("9" * 5000, SIGN),
        (STAMP, "é" * 200),
        (STAMP, "x" * 100_000),
    ],
)
def test_what_is_not_ours_is_refused(timestamp: str, sign: str) -> None:
    with pytest.raises(Forged):
        check(timestamp, sign, SecretStr(SECRET), NOW)


@given(st.text(max_size=40), st.text(max_size=60))
def test_nothing_but_the_right_pair_passes(timestamp: str, sign: str) -> None:
    with pytest.raises(Forged):
        check(timestamp, sign, SecretStr("another secret"), NOW)
