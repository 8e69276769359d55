"""Comparing records with the anchors: whatever was anchored must still be there, unchanged."""

import asyncio
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from conversation.errors import ChainBroken
from conversation.record import merkle
from conversation.record.anchors import Anchor, AnchorWrong, Leaf, decoded, digest, parse, read_list
from conversation.record.audit import HASH_BYTES
from conversation.record.signed_notes import NoteUnverified, PublicKey, Verifier, verified
from handlers.maintenance.anchors import NOTE, Files, list_name
from storage.ports import Store


class Note(NamedTuple):
    """A note to be verified: its name for messages, its content, and the folder that it came from, where its list
    may be. None: the archive."""

    name: str
    text: str
    folder: Files | None = None


class SignedAnchor(NamedTuple):
    """An anchor whose signature is right. `key` has signed it."""

    note: Note
    anchor: Anchor
    key: PublicKey

    def __str__(self) -> str:
        return f"anchor {self.anchor.number} of {self.anchor.made:%Y-%m-%d}"


class Anchored(NamedTuple):
    """How far a record had come according to an anchor: its number of entries and the hash of the last one.

    `place` is that of the record's leaf in the anchor's tree, from 0.
    """

    version: int
    head: bytes
    by: SignedAnchor
    place: int


class AnchoredHeads:
    """What the anchors say about records, and what is wrong with the anchors themselves (`faults`).

    Of an anchor, only what differs from the one before is kept: memory grows with the changes, not with the days.
    """

    def __init__(self) -> None:
        self.anchors: list[SignedAnchor] = []
        self.faults: list[str] = []
        self._heads: dict[str, list[Anchored]] = {}
        self._latest: Set[bytes] = frozenset()

    def of(self, record: str) -> list[Anchored]:
        return self._heads.get(record, [])

    @property
    def records(self) -> Iterable[str]:
        """The ids of all records that were ever anchored."""
        return self._heads.keys()

    def add(self, signed: SignedAnchor, leaves: Sequence[bytes], only: str) -> None:
        """Add an anchor's encoded leaves. Raises AnchorWrong."""
        for place, encoded in enumerate(leaves):
            if encoded in self._latest or not encoded.startswith(f"{only} ".encode() if only else b""):
                continue
            leaf = decoded(encoded)
            self._heads.setdefault(leaf.record, []).append(Anchored(leaf.version, leaf.head, signed, place))
        self._latest = set(leaves)


async def notes_in(files: Files) -> list[Note]:
    """Return the notes in the archive."""
    names = [name for name in await files.names() if name.endswith(NOTE)]
    return [Note(name, (await files.read(name) or b"").decode(errors="replace")) for name in names]


async def anchored_heads(
    files: Files, notes: Iterable[Note], keys: Sequence[PublicKey], verify: Verifier, only: str = ""
) -> AnchoredHeads:
    """Verify notes, which may come from anywhere, and return what they say, or what they say about the record
    `only`. A list that is not in its note's folder is read from the archive."""
    heads = AnchoredHeads()
    for note in notes:
        try:
            text, key = verified(note.text, keys, verify)
            heads.anchors.append(SignedAnchor(note, parse(text), key))
        except (NoteUnverified, AnchorWrong) as error:
            heads.faults.append(f"the note {note.name} does not hold: {error}")
    once = {digest(each.note.text): each for each in heads.anchors}
    heads.anchors = sorted(once.values(), key=lambda each: each.anchor.number)
    heads.faults += _sequence_faults(heads.anchors)
    for signed in heads.anchors:
        try:
            heads.add(signed, await _leaves(files, signed), only)
        except AnchorWrong as error:
            heads.faults.append(f"{signed} does not hold: {error}")
    return heads


async def _leaves(files: Files, signed: SignedAnchor) -> list[bytes]:
    """Return the anchor's encoded leaves. Raises AnchorWrong."""
    for folder in (signed.note.folder, files):
        if folder and (file := await folder.read(list_name(signed.anchor))) is not None:
            return read_list(file, signed.anchor)
    raise AnchorWrong("its list of records is gone")


def _sequence_faults(anchors: Sequence[SignedAnchor]) -> Iterator[str]:
    """Yield what is wrong with the sequence of anchors, in which each names the one before it."""
    by_number: dict[int, SignedAnchor] = {}
    for each in anchors:
        number = each.anchor.number
        if number in by_number:
            yield f"there are two of {each}: {by_number[number].note.name} and {each.note.name}"
            continue
        by_number[number] = each
        before = by_number.get(number - 1)
        if number > 1 and before is None:
            yield f"anchor {number - 1} is missing: {each} names it"
        elif each.anchor.previous != (digest(before.note.text) if before else b""):
            yield f"{each} does not follow from the one before it"


async def compare(store: Store, record: str, anchored: Sequence[Anchored]) -> None:
    """Check that a record, whose chain holds, is one that has grown from what was anchored.

    Raises ChainBroken with the first entry that differs, as far as the anchors show.
    """
    if not anchored:
        return
    hashes = [entry[:HASH_BYTES] for entry in await store.interviews.entries(record)]
    for version, head, by, _ in sorted(anchored, key=lambda each: each.version):
        if not 0 < version <= len(hashes):
            raise ChainBroken(record, len(hashes) + 1, f"{by} has {version} entries, {len(hashes)} are there")
        if hashes[version - 1] != head:
            raise ChainBroken(record, version, f"it, or one before it, is not the one in {by}")


async def proofs(files: Files, anchored: Sequence[Anchored]) -> list[tuple[Anchored, int]]:
    """Return, for each anchored state of a record, how many hashes prove that the anchor's tree includes it.

    Raises AnchorWrong if one does not.
    """
    found = []
    for each in anchored:
        anchor = each.by.anchor
        leaves = [merkle.leaf_hash(leaf) for leaf in await _leaves(files, each.by)]
        proof = merkle.inclusion_proof(leaves, each.place)
        if not merkle.includes(leaves[each.place], each.place, anchor.size, proof, anchor.root):
            raise AnchorWrong(f"{each.by} does not include the record")
        found.append((each, len(proof)))
    return found


class Proof(NamedTuple):
    """That a note's tree includes how far a record had come. `place` is the leaf's, from 0; `hashes` lead from it
    to the root. `note` is as signed."""

    day: str
    note: str
    anchor: Anchor
    leaf: Leaf
    place: int
    hashes: list[bytes]


async def proof_of(files: Files, record: str, day: str = "") -> Proof | None:
    """Return the proof by a day's note, or by the last one. None if there is no such note, or no record in it.

    The signature is not verified: that is for whoever is shown the proof. Raises AnchorWrong.
    """
    names = [name for name in await files.names() if name.endswith(NOTE)]
    name = f"{day}{NOTE}" if day else max(names, default="")
    note = (await files.read(name)) if name in names else None
    if note is None:
        return None
    text = note.decode(errors="replace")
    anchor = parse(f"{text.rpartition(chr(10) * 2)[0]}\n")
    file = await files.read(list_name(anchor)) or b""
    return await asyncio.to_thread(_proof, name.removesuffix(NOTE), text, anchor, file, record)


def _proof(day: str, note: str, anchor: Anchor, file: bytes, record: str) -> Proof | None:
    leaves, start = read_list(file, anchor), f"{record} ".encode()
    place = bisect_left(leaves, start)
    if place == len(leaves) or not leaves[place].startswith(start):
        return None
    hashes = merkle.inclusion_proof([merkle.leaf_hash(each) for each in leaves], place)
    return Proof(day, note, anchor, decoded(leaves[place]), place, hashes)
