"""Winning candidates back: more time, for one or for a campaign, and a reminder."""

import re

from conversation.inbound import DeadlineMoved, Inbound, ReminderAsked
from conversation.schedule import quiet
from conversation.stages.staff import REMIND_AGAIN_MS, obstacle
from conversation.state import State
from conversation.words import Styled
from handlers.next_steps import card, extend, next_steps
from handlers.staff.finding import MOST_READ, Found, campaign_named, has_happened, one, within
from handlers.staff.lines import Line
from handlers.staff.rights import HIRES
from handlers.staff.telling import candidate_words, moment, named, state_name
from handlers.staff.turn import Command, Reach, Refusal, Turn, Usage
from storage.ports import Campaign

USUAL_H = 48
MOST_H = 30 * 24
_DURATION = re.compile(r"([0-9]{1,4})\s*(\D*)")
_UNDER_WAY = ("guided", "running", "paused")
_MOVABLE = (*_UNDER_WAY, "exited", "lapsed", "unreachable")


# more time


async def preview_extend(turn: Turn, line: Line) -> Styled | None:
    """What it would do to a campaign; for one candidate it is simply done."""
    name, hours = _read(turn, line)
    campaign = await campaign_named(turn, turn.scope(HIRES), name)
    if campaign is None:
        return None
    turn.found = f"{campaign.id} {hours}h"
    found = await _under_way(turn, campaign)
    turn.reach = Reach(campaign.unit, len(found.states))
    lapsed = await within(turn, turn.scope(HIRES), [campaign], lambda state: state.phase == "lapsed")
    return turn.words.say(
        "staff.extend.preview",
        campaign=campaign.id,
        n=len(found.states),
        hours=hours,
        lapsed=turn.words.plain("staff.extend.lapsed", n=len(lapsed.states)) if lapsed.states else "",
    )


async def extend_(turn: Turn, line: Line) -> None:
    """`/extend NAME|ID|CAMPAIGN [48h]`"""
    name, hours = _read(turn, line)
    if campaign := await campaign_named(turn, turn.scope(HIRES), name):
        turn.found = f"{campaign.id} {hours}h"
        await _extend_all(turn, campaign, hours)
        return
    state = await one(turn, HIRES, name, lambda number: f"/extend {number} {hours}h")
    turn.found = f"{state.interview} {hours}h"
    if state.phase not in _MOVABLE:
        raise Refusal(f"staff.extend.not.{state.phase}", (card(state),), name=named(turn, state))
    await _move(turn, state, hours)
    await _say_moved(turn, state)


async def _extend_all(turn: Turn, campaign: Campaign, hours: int) -> None:
    found = await _under_way(turn, campaign)
    for state in found.states:
        await _move(turn, state, hours)
    turn.say("staff.extend.all", campaign=campaign.id, n=len(found.states), hours=hours)


async def _under_way(turn: Turn, campaign: Campaign) -> Found:
    """Whoever has begun and not ended. Refusal: there are none, or too many for a command."""
    found = await within(turn, turn.scope(HIRES), [campaign], lambda state: state.phase in _UNDER_WAY)
    if not found.complete:
        raise Refusal("staff.extend.many", most=MOST_READ)
    if not found.states:
        raise Refusal("staff.extend.nobody", campaign=campaign.id)
    return found


async def _move(turn: Turn, state: State, hours: int) -> None:
    """From the deadline on, or from now where that is over. The same command, run again, changes nothing."""
    until = max(state.deadline_ms, turn.now) + hours * 3600_000
    inbound = Inbound(f"{turn.inbound.id}:extend:{state.interview}", DeadlineMoved(until))
    await turn.tools.intake.apply(state.interview, inbound)


async def _say_moved(turn: Turn, before: State) -> None:
    record = await turn.tools.store.interviews.load(before.interview)
    state = record.state if record else before
    if before.phase == "unreachable":
        told = "unreachable"
    else:
        told = "morning" if quiet(turn.now, turn.tools.zone) else "now"
    turn.say(
        "staff.extend.done",
        (card(state),),
        name=named(turn, state),
        deadline=moment(turn, state.deadline_ms),
        told=turn.words.text(f"staff.extend.told.{told}"),
    )


def _read(turn: Turn, line: Line) -> tuple[str, int]:
    """(who, hours)"""
    arguments = list(line.arguments)
    hours = USUAL_H
    if len(arguments) > 1 and (wanted := _hours(turn, arguments[-1])):
        hours = wanted
        arguments.pop()
    if not arguments:
        raise Usage
    if not 1 <= hours <= MOST_H:
        raise Refusal("staff.extend.hours", most=MOST_H // 24)
    return " ".join(arguments), hours


def _hours(turn: Turn, word: str) -> int:
    """How many hours are meant by `48h`, `2d`; 0: it is no duration."""
    found = _DURATION.fullmatch(word.strip())
    if found is None:
        return 0
    for unit, hours in (("hours", 1), ("days", 24)):
        typed = [turn.tools.words[each].text(f"staff.{unit}") for each in ("zh", "en")]
        if found[2].strip().casefold() in "|".join(typed).split("|"):
            return int(found[1]) * hours or -1
    return 0


async def reopen(turn: Turn, line: Line) -> None:
    """`/reopen NAME|ID [48h]`: from now on."""
    name, hours = _read(turn, line)
    state = await one(turn, HIRES, name, lambda number: f"/reopen {number} {hours}h")
    again = await has_happened(turn, state.interview, f"{turn.inbound.id}:extend:{state.interview}")
    if not again:
        _check_over(turn, state)
        await _move(turn, state, hours)
    await _say_moved(turn, state)


def _check_over(turn: Turn, state: State) -> None:
    if state.phase not in _MOVABLE:
        raise Refusal(f"staff.extend.not.{state.phase}", (card(state),), name=named(turn, state))
    if turn.now < state.deadline_ms:
        raise Refusal(
            "staff.reopen.open",
            (extend(state),),
            name=named(turn, state),
            state=state_name(turn, state),
            deadline=moment(turn, state.deadline_ms),
        )


# a reminder


async def remind(turn: Turn, line: Line) -> None:
    """`/remind NAME|ID`: one message, now."""
    name = " ".join(line.arguments)
    if not name:
        raise Usage
    state = await one(turn, HIRES, name, lambda number: f"/remind {number}")
    if state.address and turn.office.is_paused(state.address):
        raise Refusal("staff.remind.not.halted", (card(state),), name=named(turn, state))
    cause = f"{turn.inbound.id}:remind"
    result = await turn.tools.intake.apply(state.interview, Inbound(cause, ReminderAsked()))
    if result not in ("committed", "duplicate") and not await has_happened(turn, state.interview, cause):
        raise _not_reminded(turn, state)
    channel = candidate_words(turn).channel(state.address.channel) if state.address else ""
    turn.say("staff.remind.done", (card(state),), name=named(turn, state), channel=channel)


def _not_reminded(turn: Turn, state: State) -> Refusal:
    why = obstacle(state, turn.now, night=quiet(turn.now, turn.tools.zone)) or "lately"
    steps = [step for step in next_steps(state) if not step[0].startswith("/remind")]
    return Refusal(
        f"staff.remind.not.{why}",
        steps if why in ("completed", "over") else (card(state),),
        name=named(turn, state),
        at=moment(turn, state.reminded_ms) if state.reminded_ms else "",
        again=moment(turn, state.reminded_ms + REMIND_AGAIN_MS),
    )


COMMANDS = (
    Command("extend", HIRES, extend_, preview_extend, personal=True),
    Command("reopen", HIRES, reopen, personal=True),
    Command("remind", HIRES, remind, personal=True),
)
