"""Inbound events that are delivered again, late, and to several processes at once."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import msgspec
from hypothesis import strategies as st

from conversation import inbound as i
from conversation.events import Entry
from storage.ports import Store
from tests.fakes.scene import Scene

_DONE: list[i.What] = [
    i.ChoicePressed("agree@-1"),
    i.ChoicePressed("submit@0"),
    i.ChoicePressed("submit"),
    i.ChoicePressed("redo@0"),
    i.ChoicePressed("option.1@2"),
    i.TextReceived("submit"),
    i.TextReceived("7"),
    i.TextReceived("I was born in Qingdao"),
    i.TextReceived("and I like numbers"),
    i.CommandReceived("exit"),
    i.ChoicePressed("pause"),
    i.ChoicePressed("exit"),
    i.ChoicePressed("reason.network"),
    i.ChoicePressed("continue"),
    i.CommandReceived("help"),
    i.CommandReceived("export"),
    i.CommandReceived("switch"),
    i.OtherReceived("sticker"),
]
SEQUENCES = st.lists(st.sampled_from(_DONE), min_size=1, max_size=12)


class Rehearsal(msgspec.Struct):
    """A scene with an invited candidate, and their inbound events in order."""

    scene: Scene
    interview: str
    inbounds: list[i.Inbound]


async def rehearse(store: Store, whats: Sequence[i.What]) -> Rehearsal:
    """Prepare events of a candidate. Only the opening of the invitation is delivered."""
    scene = Scene(store)
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    await anna.opens(token)
    inbounds = []
    for what in whats:
        scene.clock.forward(1_000)
        inbounds.append(anna.brings(what, sent_ms=scene.clock.now))
    return Rehearsal(scene, interview, inbounds)


async def one_by_one(store: Store, whats: Sequence[i.What]) -> list[Entry]:
    """Deliver all events once, in order, to one process. Returns the record."""
    rehearsal = await rehearse(store, whats)
    for inbound in rehearsal.inbounds:
        await rehearsal.scene.intake.receive(inbound)
    return await rehearsal.scene.entries(rehearsal.interview)


async def at_two_processes(store: Store, whats: Sequence[i.What], again: Sequence[int]) -> list[Entry]:
    """Deliver all events in order to two processes at once. Returns the record.

    After each event, one of those delivered so far, chosen by `again`, is delivered again to both.
    """
    rehearsal = await rehearse(store, whats)
    processes = [rehearsal.scene.intake, rehearsal.scene.process()]
    for number, inbound in enumerate(rehearsal.inbounds):
        await asyncio.gather(*(process.receive(inbound) for process in processes))
        old = rehearsal.inbounds[again[number % len(again)] % (number + 1)]
        await asyncio.gather(*(process.receive(old) for process in processes))
    return await rehearsal.scene.entries(rehearsal.interview)


async def in_any_order(store: Store, whats: Sequence[i.What], order: Sequence[tuple[int, int]]) -> Rehearsal:
    """Deliver all events in this order of (event, process), in batches of four at once.

    Then every event is delivered once more.
    """
    rehearsal = await rehearse(store, whats)
    processes = [rehearsal.scene.intake, rehearsal.scene.process()]
    plan = [(event % len(whats), process) for event, process in order]
    plan += [(event, event % 2) for event in range(len(whats))]
    for start in range(0, len(plan), 4):
        batch = plan[start : start + 4]
        await asyncio.gather(*(processes[process].receive(rehearsal.inbounds[event]) for event, process in batch))
    return rehearsal


def causes(entries: Sequence[Entry]) -> Counter[str]:
    return Counter(entry.cause for entry in entries)


def told(entries: Sequence[Entry]) -> list[tuple[str, list[object]]]:
    """Return the record's events, without resume codes and times, which vary."""
    return [(entry.cause, [_plain(event) for event in entry.events]) for entry in entries]


def _plain(event: object) -> object:
    fields = msgspec.to_builtins(event)
    return {key: value for key, value in fields.items() if key not in ("code_sha256", "until_ms")}
