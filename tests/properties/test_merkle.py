"""Merkle trees are those of RFC 9162, and a proof shows exactly that a leaf is at its place."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from conversation.record.merkle import includes, inclusion_proof, leaf_hash, root

HASHES = st.lists(st.binary(max_size=4).map(leaf_hash), min_size=1, max_size=70)
# The test vectors of Certificate Transparency's reference implementations.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(leaves: list[bytes]) -> bytes:
    """Return the root as section 2.1.1 defines it: the left part is the largest power of two below the size."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_definition(leaves[:left]) + by_definition(leaves[left:])).digest()


def test_the_known_roots() -> None:
    hashes = [leaf_hash(each) for each in LEAVES]
    assert {size: root(hashes[:size]).hex() for size in ROOTS} == ROOTS


@given(leaves=HASHES)
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert root(leaves) == by_definition(leaves)


@given(leaves=HASHES, data=st.data())
def test_every_leaf_has_a_proof_for_its_place_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, top, size = inclusion_proof(leaves, index), root(leaves), len(leaves)
    assert len(proof) <= size.bit_length()
    assert includes(leaves[index], index, size, proof, top)
    for wrong in {-1, size, *range(size)} - {index}:
        distinct = not 0 <= wrong < size or leaves[wrong] != leaves[index]
        assert not (distinct and includes(leaves[index], wrong, size, proof, top))
    assert not includes(leaf_hash(b"another leaf"), index, size, proof, top)
    assert not includes(leaves[index], index, size, proof, hashlib.sha256(top).digest())


@given(leaves=HASHES, data=st.data())
def test_no_changed_proof_holds(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, top, size = inclusion_proof(leaves, index), root(leaves), len(leaves)
    assert not includes(leaves[index], index, size, [*proof, top], top)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not includes(leaves[index], index, size, proof[:at] + proof[at + 1 :], top)
        assert not includes(leaves[index], index, size, [*proof[:at], leaf_hash(b"x"), *proof[at + 1 :]], top)
