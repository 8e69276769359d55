"""What has to hold at the end of a schedule."""

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from conversation.record.audit import verify
from handlers.maintenance.recount import Recount, recount
from tests.interleavings.people import CAMPAIGN, Candidate, Sent
from tests.interleavings.process import ZONE
from tests.interleavings.server import Server, now

if TYPE_CHECKING:
    from tests.interleavings.world import World

_encode = msgspec.msgpack.encode


def wrong(world: "World") -> list[str]:
    """Return every violated guarantee, in words."""
    found = [f"dead letter: {kind}, {why}" for kind, why, _ in world.server.outbox.buried]
    erased = world.candidates[0] if world.erases else None
    for candidate in world.candidates:
        if candidate is not erased:
            found += _record(world.server, candidate)
        found += _messages(world, candidate.address)
    return found + _counters(world)


def _record(server: Server, candidate: Candidate) -> list[str]:
    """Check that every acknowledged event is in the record once and in order, and that the chain is whole."""
    interview = now(server.directory.who(candidate.where))
    record = now(server.interviews.load(interview)) if interview else None
    if interview is None or record is None:
        return [f"candidate {candidate.user} has no interview"]
    stored = now(server.interviews.entries(interview))
    entries = verify(interview, stored, record.version, record.head)
    found = []
    causes = Counter(each.cause for each in entries)
    if twice := [cause for cause, times in causes.items() if times > 1]:
        found.append(f"candidate {candidate.user}: handled twice: {twice}")
    own = [each.cause for each in entries if each.cause in set(candidate.brought)]
    if own != candidate.brought:
        found.append(f"candidate {candidate.user}: acknowledged {candidate.brought}, recorded {own}")
    for words in candidate.words[1:]:
        times = sum(words.encode() in each for each in stored)
        if times != 1:
            found.append(f"candidate {candidate.user}: {words!r} is {times} times in the record")
    if record.state.phase != "completed":
        found.append(f"candidate {candidate.user}: the interview is {record.state.phase}")
    return found


def _messages(world: "World", address: str) -> list[str]:
    """Check that each posted message arrived, in order, and repeated only by somebody's fault."""
    posted, found = world.server.outbox.posted[address], []
    sent = world.platform.sent.get(address, [])
    first: dict[str, Sent] = {}
    for each in sent:
        earlier = first.setdefault(each.key, each)
        if earlier is not each and not _explained(earlier, each):
            found.append(f"{each.key} came again at {each.at:.3f} after {earlier.at:.3f}, and nobody had died")
    optional, stolen = world.server.outbox.optional, world.weather.stolen
    expected = [each for each in posted if each in first or each not in optional]
    lost = [each for each in expected if each not in first]
    if lost or [each for each in first if each not in stolen] != [each for each in expected if each not in stolen]:
        found.append(f"{address}: posted {posted}, came {list(first)}")
    return found


def _explained(earlier: Sent, again: Sent) -> bool:
    """Return whether one of the senders died, stood still or lost the store before the other could know."""
    return any(
        since <= again.at and each.begun <= until
        for each in (earlier, again)
        for since, until in each.process.faults
    )


def _counters(world: "World") -> list[str]:
    async def last() -> Recount:
        return [each async for each in recount(world.server, CAMPAIGN, ZONE, world.now_ms())][-1]

    if differences := now(last()).differences():
        return [f"counters differ from a recount: {differences}"]
    return []


def residue(server: Server, interview: str, candidate: Candidate) -> list[str]:
    """Return where something of an erased candidate is left."""
    marks = [
        interview.encode(),
        *(each.encode() for each in candidate.words[1:]),
        f"answer-{candidate.user}".encode(),
    ]
    outbox, jobs, interviews = server.outbox, server.jobs, server.interviews
    places = {
        "the outbox": [each.raw for letters in outbox._letters.values() for each in letters.values()],
        "the dead letters": [payload for _, _, payload in outbox.buried],
        "the queues": [each.raw for each in jobs._entries.values()],
        "the jobs to be tried later": [_encode(job) for _, _, job in jobs._later],
        "held messages": interviews._held[interview],
    }
    found = [f"erased, but in {place}" for place, blobs in places.items() if _any_in(marks, blobs)]
    if _any_in(marks[1:], interviews._logs[interview]):
        found.append("erased, but in the record")
    if now(server.directory.who(candidate.where)):
        found.append("erased, but the address still leads to the interview")
    return found


def _any_in(marks: list[bytes], blobs: list[bytes]) -> bool:
    return any(mark in blob for mark in marks for blob in blobs)
