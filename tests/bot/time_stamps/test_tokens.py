"""Time stamps are what they should be: of this note, in answer to this request, and signed below a known root."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.time_stamps.tokens import MOST_BYTES, TokenReader, request_for, roots_in
from handlers.maintenance.anchor_stamps import Stamp, StampWrong
from tests.fakes.time_stamping import (
    REJECTED,
    SHA256_ID,
    SHA512_ID,
    WITH_CHANGES,
    Authority,
    Certified,
    algorithm,
    ca,
    read_request,
    signer,
)

NOTE = "xumian/anchors\n…\n".encode()
ROOT, OTHER_ROOT = ca("Example Root"), ca("Another Root")
BETWEEN = ca("Example CA", ROOT)
BELOW = signer("Example TSA", BETWEEN)
AT = Authority.at


def read(authority: Authority, *roots: Certified, note: bytes = NOTE) -> Stamp:
    """Return what an authority's answer to a request says, with these roots."""
    request = request_for(NOTE)
    reader = TokenReader([each.certificate for each in roots])
    return reader.answer(authority.answer(request.encoded), request, note)


def wrong(authority: Authority, *roots: Certified, note: bytes = NOTE) -> str:
    with pytest.raises(StampWrong) as found:
        read(authority, *roots, note=note)
    return str(found.value)


def test_a_request_has_a_fresh_nonce_and_asks_for_certificates() -> None:
    first, second = request_for(NOTE), request_for(NOTE)
    asked = read_request(first.encoded)
    assert (asked.algorithm, asked.wants_certificate) == (algorithm(SHA256_ID), True)
    assert int.from_bytes(asked.nonce) == first.nonce != second.nonce
    assert read_request(second.encoded).digest == asked.digest != read_request(request_for(b"x").encoded).digest


def test_a_time_stamp_says_when_and_by_whom() -> None:
    assert read(Authority(ROOT), ROOT) == Stamp(AT, "CN=Example TSA")
    assert read(Authority(ROOT), OTHER_ROOT, ROOT) == Stamp(AT, "CN=Example TSA")


def test_it_can_be_read_again_later() -> None:
    request = request_for(NOTE)
    response = Authority(ROOT).answer(request.encoded)
    reader = TokenReader([ROOT.certificate])
    assert reader(response, NOTE) == reader.answer(response, request, NOTE)


@pytest.mark.parametrize("order", list(permutations([BELOW, BETWEEN, ROOT])))
def test_certificates_may_come_in_any_order(order: tuple[Certified, ...]) -> None:
    """Whatever DER says, authorities send them as they like."""
    authority = Authority(ROOT, by=BELOW, sends=order)
    assert read(authority, ROOT) == read(Authority(ROOT, by=BELOW, sends=[BELOW, BETWEEN]), ROOT, BETWEEN)


def test_without_roots_only_what_was_stamped_is_compared() -> None:
    assert read(Authority(OTHER_ROOT)) == Stamp(AT)
    assert read(Authority(ROOT, signed_instead=b"something else")) == Stamp(AT)
    assert wrong(Authority(ROOT), note=b"another note") == "it is of something else than this anchor's note"


SIGNATURES: dict[str, Callable[[], Authority]] = {
    "unable to get local issuer certificate": lambda: Authority(OTHER_ROOT),
    "unsuitable certificate purpose": lambda: Authority(
        ROOT, by=signer("Web", ROOT, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    ),
    "digest failure": lambda: Authority(ROOT, signed_instead=b"something else"),
    "signer certificate not found": lambda: Authority(ROOT, sends=[]),
    "certificate has expired": lambda: Authority(ROOT, at=datetime(2061, 1, 1, tzinfo=UTC)),
    "certificate is not yet valid": lambda: Authority(ROOT, at=datetime(2019, 1, 1, tzinfo=UTC)),
}


@pytest.mark.parametrize("why", SIGNATURES)
def test_a_signature_that_does_not_lead_to_a_root_is_wrong(why: str) -> None:
    assert f"its signature cannot be verified ({why}" in wrong(SIGNATURES[why](), ROOT)


def test_nobody_can_put_another_name_to_a_signature() -> None:
    """A certificate with the same issuer and number, which anybody can make, is not taken for the signer's."""
    right = signer("Example TSA", ROOT)
    for name in ("A", "Somebody else", "Z"):
        forged = signer(name, Certified(ROOT.certificate, OTHER_ROOT.key), number=right.certificate.serial_number)
        for sends in ([right, forged], [forged, right]):
            assert "its signature cannot be verified" in wrong(Authority(ROOT, by=right, sends=sends), ROOT)


def test_an_intermediate_certificate_is_no_root() -> None:
    authority = Authority(ROOT, by=BELOW, sends=[BELOW])
    assert "unable to get issuer certificate" in wrong(authority, BETWEEN)
    assert read(authority, BETWEEN, ROOT).at == AT


def test_a_certificate_that_allows_everything_does_not_do() -> None:
    assert "unsuitable certificate purpose" in wrong(Authority(ROOT, by=signer("Any", ROOT, usage=None)), ROOT)


def test_a_certificate_that_has_expired_since_then_does_no_harm() -> None:
    old = signer("Old TSA", ROOT, until=AT + timedelta(days=1))
    assert read(Authority(ROOT, by=old), ROOT).authority == "CN=Old TSA"
    assert "expired" in wrong(Authority(ROOT, by=old, at=AT + timedelta(days=2)), ROOT)


@pytest.mark.parametrize("roots", [(), (ROOT,)], ids=["unverified", "verified"])
@pytest.mark.parametrize(
    ("authority", "why"),
    [
        (Authority(ROOT, digest=bytes(32)), "it is of something else than this anchor's note"),
        (Authority(ROOT, algorithm=algorithm(SHA512_ID)), "it is of something else than this anchor's note"),
        (Authority(ROOT, nonce=b"\x07"), "it does not answer our request"),
        (Authority(ROOT, nonce=b""), "it does not answer our request"),
        (Authority(ROOT, status=REJECTED), "the authority has answered: rejection"),
        (Authority(ROOT, status=WITH_CHANGES), "the authority has answered: granted with mods"),
    ],
)
def test_another_answer_than_the_one_asked_for_is_wrong(
    authority: Authority, why: str, roots: tuple[Certified, ...]
) -> None:
    assert wrong(authority, *roots) == why


@pytest.mark.parametrize("cut", [0, 1, 40, 400, -1])
def test_what_cannot_be_read_is_wrong(cut: int) -> None:
    response = Authority(ROOT).stamped(NOTE)
    for reader in (TokenReader([]), TokenReader([ROOT.certificate])):
        assert reader(response, NOTE).at == AT
        for garbage in (response[:cut], response + b"\0", b"<html>", bytes(1000)):
            with pytest.raises(StampWrong, match="no time stamp that can be read"):
                reader(garbage, NOTE)
        with pytest.raises(StampWrong, match="more than 64 KiB"):
            reader(bytes(MOST_BYTES + 1), NOTE)


@pytest.mark.parametrize("bit", [0, 5])
def test_no_changed_bit_changes_what_it_says(bit: int) -> None:
    """A few bits may be changed, such as those that say how something is encoded; then it says the same."""
    response = Authority(ROOT).stamped(NOTE)
    reader = TokenReader([ROOT.certificate])
    said = reader(response, NOTE)
    held = 0
    for place in range(len(response)):
        changed = bytearray(response)
        changed[place] ^= 1 << bit
        with suppress(StampWrong):
            assert reader(bytes(changed), NOTE) == said, place
            held += 1
    assert held < len(response) / 20


def test_roots_are_read_from_a_file(tmp_path: Path) -> None:
    bundle = tmp_path / "tsa.pem"
    bundle.write_bytes(b"# comment\n" + BETWEEN.pem + ROOT.pem)
    assert roots_in(bundle) == [BETWEEN.certificate, ROOT.certificate]
    for content, why in ((BETWEEN.pem, "no root certificate"), (b"", "no certificates"), (b"\xff\0", "no certif")):
        bundle.write_bytes(content)
        with pytest.raises(ValueError, match=why):
            roots_in(bundle)
    with pytest.raises(ValueError, match=r"cannot be read \(No such file"):
        roots_in(tmp_path / "nowhere.pem")
    with pytest.raises(ValueError, match="cannot be read"):
        roots_in(tmp_path)
