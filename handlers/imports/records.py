"""What is kept of imports: people, pairs of people who may be the same, and who was decided to be the same."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from hashlib import sha256

import msgspec

from handlers.contacts import national
from handlers.imports.model import Evidence, ImportedPerson, Likeness
from handlers.organisation.import_events import Verdict
from handlers.organisation.state import Organisation
from storage.ports import Store

_ID_LENGTH = 16
_encode = msgspec.json.Encoder().encode
_person = msgspec.json.Decoder(ImportedPerson).decode
_link = msgspec.json.Decoder(tuple[str, ...]).decode


class Pair(msgspec.Struct, frozen=True, omit_defaults=True):
    """Two people who may be the same: `other` was imported with `source`, `one` before it or in the same file.

    - `live`: `one` is a candidate's interview.
    - `verdict`: what was decided, by the person `by`, at `at_ms` (epoch); empty: nothing yet.
    """

    id: str
    one: str
    other: str
    source: str
    evidence: tuple[Evidence, ...]
    score: int
    live: bool = False
    verdict: Verdict = ""
    by: str = ""
    at_ms: int = 0


_pair = msgspec.json.Decoder(Pair).decode


def pair_of(likeness: Likeness, source: str, live: Collection[str]) -> Pair:
    """Return the pair for a likeness found in an import. `live` are the interviews among those compared."""
    one, other = likeness.one, likeness.other
    name = sha256(f"{one}|{other}".encode()).hexdigest()[:_ID_LENGTH]
    return Pair(name, one, other, source, likeness.evidence, likeness.score, one in live)


def names_of(each: ImportedPerson) -> tuple[str, ...]:
    """Return what colleagues call the person by, or may have looked for: name, phone number, e-mail address."""
    return tuple(filter(None, (each.name, each.phone, national(each.phone), each.email)))


async def put_people(store: Store, people: Iterable[ImportedPerson]) -> None:
    await store.imports.put("person", {each.id: _encode(each) for each in people})


async def put_pairs(store: Store, pairs: Iterable[Pair]) -> None:
    await store.imports.put("pair", {each.id: _encode(each) for each in pairs})


async def put_new_pairs(store: Store, pairs: Sequence[Pair]) -> None:
    """Store pairs, except those that are there already: somebody may have decided about them."""
    there = await store.imports.get("pair", [each.id for each in pairs])
    await put_pairs(store, [each for each in pairs if each.id not in there])


async def person(store: Store, organisation: Organisation, name: str) -> ImportedPerson | None:
    """Return the person with this id, if their import was not undone."""
    found = await people(store, organisation, [name])
    return found[0] if found else None


async def people(store: Store, organisation: Organisation, names: Sequence[str]) -> list[ImportedPerson]:
    """Return those of the people who exist, in this order."""
    return [each for each in await kept(store, names) if each.source in organisation.imports]


async def kept(store: Store, names: Sequence[str]) -> list[ImportedPerson]:
    """Return those of the people who are stored, in this order, also if their import broke off."""
    blobs = await store.imports.get("person", names)
    return [_person(blobs[name]) for name in names if name in blobs]


async def all_people(store: Store, organisation: Organisation) -> AsyncIterator[ImportedPerson]:
    """Yield everybody who was imported, in no order."""
    async for _, blob in store.imports.scan("person"):
        found = _person(blob)
        if found.source in organisation.imports:
            yield found


async def pair(store: Store, name: str) -> Pair | None:
    found = await store.imports.get("pair", [name])
    return _pair(found[name]) if found else None


async def all_pairs(store: Store) -> AsyncIterator[Pair]:
    """Yield all pairs, in no order."""
    async for _, blob in store.imports.scan("pair"):
        yield _pair(blob)


# who is the same as whom


async def same_as(store: Store, name: str) -> list[str]:
    """Return everybody who was decided to be the same as this person or interview, also by way of others."""
    met, waiting = {name: None}, [name]
    while waiting:
        found = await store.imports.get("link", waiting)
        new = [each for blob in found.values() for each in _link(blob) if each not in met]
        met |= dict.fromkeys(new)
        waiting = list(dict.fromkeys(new))
    return [each for each in met if each != name]


async def link(store: Store, one: str, other: str) -> None:
    for name, to in ((one, other), (other, one)):
        before = await _links(store, name)
        await store.imports.put("link", {name: _encode(tuple(dict.fromkeys((*before, to))))})


async def unlink(store: Store, one: str, other: str) -> None:
    for name, to in ((one, other), (other, one)):
        left = tuple(each for each in await _links(store, name) if each != to)
        if left:
            await store.imports.put("link", {name: _encode(left)})
        else:
            await store.imports.drop("link", [name])


async def _links(store: Store, name: str) -> tuple[str, ...]:
    found = await store.imports.get("link", [name])
    return _link(found[name]) if found else ()


async def drop(store: Store, names: Collection[str]) -> int:
    """Delete people, and all that was found and decided about them. Return how many decisions that were. `names`
    may be interviews, too: then only what was found and decided about them is deleted."""
    gone, decided = [], 0
    async for each in all_pairs(store):
        if each.one in names or each.other in names:
            gone.append(each)
            decided += each.verdict in ("same", "different")
    for each in gone:
        if each.verdict == "same":
            await unlink(store, each.one, each.other)
    await store.imports.drop("pair", [each.id for each in gone])
    await store.imports.drop("person", list(names))
    return decided
