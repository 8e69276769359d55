"""Certificates are put in the order of DER, and nothing else is touched."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.time_stamps.certificate_order import with_sorted_certificates
from tests.fakes.time_stamping import REJECTED, Authority, Certified, ca, signer

ROOT = ca("Example Root")
BETWEEN = ca("A CA whose certificate is longer than the others", ROOT)
BELOW = signer("Example TSA", BETWEEN)
NOTE = b"a note"


def test_every_order_becomes_the_same() -> None:
    authority = Authority(ROOT, by=BELOW)
    right = b"".join(sorted(each.der for each in (BELOW, BETWEEN, ROOT)))
    for order in permutations([BELOW, BETWEEN, ROOT]):
        authority.sends = order
        sent = authority.stamped(NOTE)
        before, _, after = sent.partition(b"".join(each.der for each in order))
        assert after
        assert with_sorted_certificates(sent) == before + right + after


@pytest.mark.parametrize("sends", [[], [BELOW]])
def test_where_there_is_nothing_to_sort_nothing_changes(sends: list[Certified]) -> None:
    response = Authority(ROOT, by=BELOW, sends=sends).stamped(NOTE)
    assert with_sorted_certificates(response) == response


def test_what_is_no_time_stamp_stays_as_it_is() -> None:
    whole = Authority(ROOT, by=BELOW, sends=[ROOT, BETWEEN, BELOW]).stamped(NOTE)
    for cut in range(len(whole)):
        assert with_sorted_certificates(whole[:cut]) == whole[:cut]
    assert with_sorted_certificates(whole + b"\0") == whole + b"\0"
    refused = Authority(ROOT, status=REJECTED).answer(b"")
    assert with_sorted_certificates(refused) == refused


@given(st.binary(max_size=60), st.integers(0, 2000), st.integers(0, 12))
def test_whatever_comes_has_the_same_bytes_in_the_end(data: bytes, at: int, gone: int) -> None:
    whole = Authority(ROOT, by=BELOW, sends=[ROOT, BELOW]).stamped(NOTE)
    changed = whole[:at] + data + whole[at + gone :]
    assert sorted(with_sorted_certificates(changed)) == sorted(changed)
