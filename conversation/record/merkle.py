"""Merkle trees with the hashing of RFC 9162 (section 2.1, the same as in RFC 6962), and proofs of inclusion.

A tree is given by the hashes of its leaves, in order. Source: rfc-editor.org/rfc/rfc9162 (read 2026-11).
"""

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(_LEAF + data).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree."""
    level = list(leaves)
    if not level:
        return hashlib.sha256().digest()
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from the leaf at `index` (from 0) to the root. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level, proof = list(leaves), list[bytes]()
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            proof.append(level[beside])
        level, index = _next_level(level), index // 2
    return proof


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Return whether the proof shows that the tree of `size` leaves with this root has `leaf` at `index`."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for each in proof:
        if not last:
            return False
        if at % 2 or at == last:
            found = _node_hash(each, found)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            found = _node_hash(found, each)
        at, last = at // 2, last // 2
    return not last and found == expected_root


def _next_level(level: list[bytes]) -> list[bytes]:
    """Hash the nodes of a level in pairs. A last node without a partner moves up unchanged."""
    paired = [_node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*paired, level[-1]] if len(level) % 2 else paired
