"""Any change to a record breaks its chain at the changed entry."""

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.errors import ChainBroken
from conversation.events import Entry, NotTaken, PartReceived
from conversation.record.audit import HASH_BYTES, genesis, link, seal, verify
from tests.properties.values import TEXTS


class Chain(NamedTuple):
    interview: str
    entries: list[Entry]
    stored: list[bytes]

    @property
    def head(self) -> bytes:
        return self.stored[-1][:HASH_BYTES] if self.stored else genesis(self.interview)

    def broken(self, stored: list[bytes]) -> int:
        """Return the number of the entry at which `stored` is reported as broken."""
        with pytest.raises(ChainBroken) as broken:
            verify(self.interview, stored, len(self.stored), self.head)
        assert broken.value.__cause__ is None
        said = str(broken.value).split(" is broken at entry ")[1]
        return int(said.partition(":")[0])


def sealed(interview: str, texts: list[str]) -> Chain:
    previous = genesis(interview)
    entries, stored = [], []
    for number, text in enumerate(texts, start=1):
        events = (PartReceived("about", text, f"{number}", "telegram"), NotTaken("sticker"))
        entry = Entry(number, 1_000 * number, "candidate", f"tg:{number}", events)
        blob, previous = seal(previous, entry)
        entries.append(entry)
        stored.append(blob)
    return Chain(interview, entries, stored)


def chains(min_size: int = 1) -> st.SearchStrategy[Chain]:
    return st.builds(sealed, TEXTS, st.lists(TEXTS, min_size=min_size, max_size=6))


@given(chain=chains(0))
def test_an_untouched_record_holds(chain: Chain) -> None:
    assert verify(chain.interview, chain.stored, len(chain.stored), chain.head) == chain.entries


@given(chain=chains(), data=st.data())
@settings(max_examples=300)
def test_any_byte_altered(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain.stored) - 1))
    entry = bytearray(chain.stored[at])
    entry[data.draw(st.integers(0, len(entry) - 1))] ^= data.draw(st.integers(1, 255))
    assert chain.broken([*chain.stored[:at], bytes(entry), *chain.stored[at + 1 :]]) == at + 1


@given(chain=chains(), data=st.data())
def test_any_entry_cut_short_or_prolonged(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain.stored) - 1))
    entry = chain.stored[at]
    cut = data.draw(st.integers(0, len(entry) - 1))
    for altered in (entry[:cut], entry + b" ", b""):
        assert chain.broken([*chain.stored[:at], altered, *chain.stored[at + 1 :]]) == at + 1


@given(chain=chains(), data=st.data())
def test_any_entry_removed(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain.stored) - 1))
    assert chain.broken(chain.stored[:at] + chain.stored[at + 1 :]) == at + 1


@given(chain=chains(2), data=st.data())
def test_the_last_entries_removed(chain: Chain, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(chain.stored) - 1))
    assert chain.broken(chain.stored[:kept]) == kept + 1


@given(chain=chains(), text=TEXTS, data=st.data())
def test_an_entry_inserted(chain: Chain, text: str, data: st.DataObject) -> None:
    """If the inserted entry's own hash is right, the next one is wrong, or there is one entry too many."""
    at = data.draw(st.integers(0, len(chain.stored)))
    previous = chain.stored[at - 1][:HASH_BYTES] if at else genesis(chain.interview)
    fits, _ = seal(previous, Entry(at + 1, 5, "candidate", "forged", (NotTaken("sticker", text),)))
    alien, _ = seal(b"\1" * 32, Entry(at + 1, 5, "candidate", "forged", (NotTaken("sticker", text),)))
    assert chain.broken([*chain.stored[:at], alien, *chain.stored[at:]]) == at + 1
    assert chain.broken([*chain.stored[:at], fits, *chain.stored[at:]]) == at + 2 - (at == len(chain.stored))


@given(chain=chains(), data=st.data())
def test_an_entry_duplicated(chain: Chain, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain.stored) - 1))
    to = data.draw(st.integers(at + 1, len(chain.stored)))
    assert chain.broken([*chain.stored[:to], chain.stored[at], *chain.stored[to:]]) == to + 1


@given(chain=chains(2), data=st.data())
def test_two_entries_swapped(chain: Chain, data: st.DataObject) -> None:
    one = data.draw(st.integers(0, len(chain.stored) - 2))
    other = data.draw(st.integers(one + 1, len(chain.stored) - 1))
    stored = list(chain.stored)
    stored[one], stored[other] = stored[other], stored[one]
    assert chain.broken(stored) == one + 1


@given(chain=chains(2), text=TEXTS, data=st.data())
def test_a_tail_forged_with_all_its_hashes(chain: Chain, text: str, data: st.DataObject) -> None:
    """Even if the whole log is rewritten, its last hash differs from the one in the state."""
    at = data.draw(st.integers(0, len(chain.stored) - 1))
    forged = sealed(chain.interview, [entry.events[0].text for entry in chain.entries[:at]] + [f"{text}!"] * 9)  # type: ignore[union-attr] # they are all PartReceived
    stored = forged.stored[: len(chain.stored)]
    if stored != chain.stored:
        assert chain.broken(stored) == len(chain.stored)


@given(chain=chains())
def test_a_record_of_another_interview(chain: Chain) -> None:
    with pytest.raises(ChainBroken, match="broken at entry 1:"):
        verify(f"{chain.interview}+", chain.stored, len(chain.stored), chain.head)


def test_an_entry_with_a_wrong_number() -> None:
    blob, head = seal(genesis("i"), Entry(2, 5, "candidate", "x", ()))
    with pytest.raises(ChainBroken, match="entry 1: it says that it is entry 2"):
        verify("i", [blob], 1, head)


def test_an_entry_that_cannot_be_read() -> None:
    payload = b'{"n":1'
    blob = link(genesis("i"), payload) + payload
    with pytest.raises(ChainBroken, match="entry 1: it cannot be read"):
        verify("i", [blob], 1, blob[:HASH_BYTES])
