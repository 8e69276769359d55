"""Candidates: the list of a campaign, and one candidate's card."""

from collections.abc import Callable, Iterable, Sequence

from conversation.script import Script
from conversation.state import State
from conversation.transcript import Interruption, Transcript
from conversation.words import Styled, normal
from handlers.console.candidate_search import button, campaign_named, campaigns, kept_button, one, within
from handlers.console.command_line import Line
from handlers.console.commands.candidates.claims import waiting
from handlers.console.context import Command, Refusal, Turn, Usage
from handlers.console.formatting import candidate_words, done, likely_cause, moment, named, quoted, state_name, why
from handlers.console.interview_reading import transcript_of
from handlers.members import Members
from handlers.next_steps import claim, decisions, next_steps
from handlers.notices import reachable, stages
from handlers.organisation.rights import HIRES, READS
from storage.ports import Campaign

PAGE = 10
_MOST_BREAKS = 5
_UNFINISHED = ("paused", "exited", "lapsed", "unreachable")
_FILTERS: dict[str, Callable[[State], bool]] = {
    "invited": lambda state: state.phase == "invited",
    "guided": lambda state: state.phase == "guided",
    "running": lambda state: state.phase == "running",
    "paused": lambda state: state.phase == "paused",
    "completed": lambda state: state.phase == "completed",
    "exited": lambda state: state.phase == "exited",
    "lapsed": lambda state: state.phase == "lapsed",
    "unreachable": lambda state: state.phase == "unreachable",
    "erased": lambda state: state.phase == "erased",
    "unfinished": lambda state: state.phase in _UNFINISHED,
    "undecided": lambda state: state.phase == "completed" and not state.decision,
    "yes": lambda state: state.decision == "yes",
    "hold": lambda state: state.decision == "hold",
    "no": lambda state: state.decision == "no",
}


# the list


async def candidates(turn: Turn, line: Line) -> None:
    """`/candidates CAMPAIGN [STATE] [NAME] [PAGE]`"""
    campaign, rest = await _campaign(turn, line.arguments)
    page = int(rest.pop()) if rest and rest[-1].isdecimal() and len(rest[-1]) <= 4 else 1
    state = _filter_named(turn, rest[0]) if rest else ""
    name = " ".join(rest[1:] if state else rest)
    found = await within(turn, turn.scope(READS), [campaign], _wanted(state, name))
    if not found.states:
        key = "staff.candidates.none" if rest else "staff.candidates.empty"
        turn.say(key, _whole(turn, campaign) if rest else (), campaign=campaign.id)
        return
    await _page(turn, campaign, [state, name], page, found)


async def _campaign(turn: Turn, arguments: Sequence[str]) -> tuple[Campaign, list[str]]:
    """The campaign that is meant, and the other arguments. The only one need not be named."""
    scope = turn.scope(READS)
    if arguments and (named_ := await campaign_named(turn, scope, arguments[0])):
        return named_, list(arguments[1:])
    known = await campaigns(turn, scope)
    if len(known) == 1 and (not arguments or _filter_named(turn, arguments[0])):
        return known[0], list(arguments)
    if not known:
        raise Refusal("staff.candidates.no_campaign")
    choices = [(button(turn, f"/candidates {each.id}"), each.id) for each in known[:PAGE]]
    if arguments:
        raise Refusal("staff.candidates.campaign.unknown", choices, campaign=arguments[0][:60])
    raise Refusal("staff.candidates.campaign.which", choices)


def _filter_named(turn: Turn, word: str) -> str:
    """The filter that a word names, in either language."""
    form = normal(word)
    for name in _FILTERS:
        typed = [turn.tools.words[each].text(f"staff.filter.{name}") for each in ("zh", "en")]
        if form == name or form in map(normal, "|".join(typed).split("|")):
            return name
    return ""


def _wanted(filter_: str, name: str) -> Callable[[State], bool]:
    part = normal(name)
    right = _FILTERS.get(filter_)
    return lambda state: (right is None or right(state)) and part in normal(state.name)


async def _page(turn: Turn, campaign: Campaign, filters: list[str], page: int, found: Members) -> None:
    states = sorted(found.states, key=lambda state: (-state.last_ms, state.name, state.interview))
    pages = (len(states) + PAGE - 1) // PAGE
    page = min(max(page, 1), pages)
    shown = states[(page - 1) * PAGE : page * PAGE]
    scripts = [await turn.tools.intake.script(state.script) for state in shown]
    first = (page - 1) * PAGE + 1
    of_pages = turn.words.plain("staff.candidates.page", page=page, pages=pages) if pages > 1 else ""
    parts: list[Styled | str] = [
        turn.words.say("staff.candidates.title", campaign=campaign.id, n=len(states), page=of_pages),
        _summary(turn, states),
        *(_row(turn, first + at, *pair) for at, pair in enumerate(zip(shown, scripts, strict=True))),
    ]
    if not found.complete:
        parts.append(turn.words.say("staff.candidates.more"))
    people = [
        (f"/candidate {each.interview}", f"{first + at} {named(turn, each)}") for at, each in enumerate(shown)
    ]
    turn.send(Styled.join(parts), (*people, *await _ways(turn, campaign, filters, page, pages)))


def _summary(turn: Turn, states: Iterable[State]) -> str:
    """How many are in which state."""
    counts: dict[str, int] = {}
    for state in states:
        counts[state.phase] = counts.get(state.phase, 0) + 1
    return " · ".join(
        f"{turn.words.text(f'staff.state.{each}')} {counts[each]}" for each in _FILTERS if each in counts
    )


def _row(turn: Turn, number: int, state: State, script: Script) -> Styled:
    more = [moment(turn, state.last_ms)] if state.last_ms else []
    if state.phase == "exited":
        more.append(turn.words.plain("staff.card.reason", reason=why(turn, state, script)))
    if state.decision:
        more.append(turn.words.text(f"staff.decision.{state.decision}"))
    if state.proposed:
        proposed = turn.words.text(f"staff.decision.{state.proposed.decision}")
        more.append(turn.words.plain("staff.card.proposed", decision=proposed))
    return turn.words.say(
        "staff.candidates.row",
        number=number,
        name=named(turn, state),
        state=state_name(turn, state),
        done=done(state),
        total=len(script.steps),
        more="".join(f" · {each}" for each in more),
    )


async def _ways(
    turn: Turn, campaign: Campaign, filters: list[str], page: int, pages: int
) -> list[tuple[str, str]]:
    line = " ".join(
        ["/candidates", campaign.id, *(f'"{each}"' if " " in each else each for each in filters if each)]
    )
    ways = []
    if page > 1:
        ways.append((await kept_button(turn, f"{line} {page - 1}"), "staff.choice.previous"))
    if page < pages:
        ways.append((await kept_button(turn, f"{line} {page + 1}"), "staff.choice.next"))
    if any(filters):
        return [*ways, *_whole(turn, campaign)]
    return [
        *ways,
        (button(turn, f"/candidates {campaign.id} unfinished"), "staff.choice.unfinished"),
        (button(turn, f"/candidates {campaign.id} undecided"), "staff.choice.undecided"),
    ]


def _whole(turn: Turn, campaign: Campaign) -> tuple[tuple[str, str], ...]:
    return ((button(turn, f"/candidates {campaign.id}"), "staff.choice.everybody"),)


# the card


async def candidate(turn: Turn, line: Line) -> None:
    """`/candidate NAME|ID`"""
    name = " ".join(line.arguments)
    if not name:
        raise Usage
    state = await one(turn, READS, name, lambda number: f"/candidate {number}")
    script = await turn.tools.intake.script(state.script)
    transcript = await transcript_of(turn, state, script)
    turn.send(Styled.join([*_card(turn, state, script), *history(turn, script, transcript)]), _steps(turn, state))


def _steps(turn: Turn, state: State) -> tuple[tuple[str, str], ...]:
    if not turn.scope(HIRES).covers(state.unit):
        return next_steps(state)[:1] if state.started_ms else ()
    steps = (*claim(state), *next_steps(state))
    unfinished = state.phase not in ("completed", "erased")
    return (*steps, *decisions(state)) if unfinished and state.started_ms else steps


def _card(turn: Turn, state: State, script: Script) -> list[Styled | str]:
    say = turn.words.plain
    title = script.title.in_(turn.language)
    lines: list[Styled | str] = [
        turn.words.say("staff.card.title", name=named(turn, state), title=title, campaign=state.campaign),
        state_line(turn, state, script),
        say("staff.card.progress", done=done(state), total=len(script.steps)),
        stages(state, script, turn.language),
        _times(turn, state),
    ]
    if state.address:
        channel = say("staff.card.channel", channel=candidate_words(turn).channel(state.address.channel))
        voices = say("staff.card.voices", n=state.voices, unheard=state.unheard) if state.voices else ""
        lines.append(" · ".join(each for each in (channel, _reachable(turn, state), voices) if each))
    if claimed := waiting(turn, state):
        lines.append(claimed)
    if state.deadline_ms and state.phase != "completed":
        over = "over" if turn.now >= state.deadline_ms else "open"
        lines.append(say(f"staff.card.deadline.{over}", deadline=moment(turn, state.deadline_ms)))
    lines.append(say("staff.card.id", interview=state.interview))
    return lines


def _reachable(turn: Turn, state: State) -> str:
    if state.phase in ("unreachable", "erased"):
        return ""
    return reachable(state, turn.now, turn.tools.zone, candidate_words(turn))


def state_line(turn: Turn, state: State, script: Script) -> str:
    said = turn.words.plain("staff.card.state", state=state_name(turn, state))
    reason = why(turn, state, script)
    return f"{said} · {turn.words.plain('staff.card.reason', reason=reason)}" if reason else said


def _times(turn: Turn, state: State) -> str:
    times = (("opened", state.opened_ms), ("started", state.started_ms), ("last", state.last_ms))
    said = [turn.words.plain(f"staff.card.{name}", at=moment(turn, ms)) for name, ms in times if ms]
    if state.active_ms:
        said.append(turn.words.plain("staff.card.active", n=max(1, round(state.active_ms / 60_000))))
    return " · ".join(said)


# what happened to it, on the card and in the report


def history(turn: Turn, script: Script, transcript: Transcript) -> list[Styled | str]:
    """Interruptions with their reasons, and what was decided."""
    breaks = transcript.interruptions
    lines: list[Styled | str] = []
    if breaks:
        lines.append(turn.words.say("staff.card.breaks", n=len(breaks)))
        lines += [f" · {_break(turn, script, each)}" for each in breaks[-_MOST_BREAKS:]]
    for index, decision in enumerate(reversed(transcript.decisions[-_MOST_BREAKS:])):
        by = [turn.office.people.get(each) for each in (decision.first, decision.by) if each]
        lines.append(
            turn.words.say(
                "staff.card.decided" if not index else "staff.card.decided.before",
                decision=turn.words.text(f"staff.decision.{decision.decision}"),
                by=turn.words.text("staff.list.joint").join(each.name for each in by if each) or decision.by,
                at=moment(turn, decision.at_ms),
                note=quoted(turn, decision.note),
            )
        )
    return lines


def _break(turn: Turn, script: Script, each: Interruption) -> str:
    until = moment(turn, each.returned_ms) if each.returned_ms else turn.words.text("staff.card.break.open")
    times = moment(turn, each.at_ms) if each.kind == "outage" else f"{moment(turn, each.at_ms)} – {until}"
    said = [times, turn.words.text(f"staff.break.{each.kind}")]
    if each.reason:
        known = script.reason(each.reason)
        own = known.label.in_(turn.language) if known and known.label else ""
        said.append(own or candidate_words(turn).text(f"choice.reason.{each.reason}"))
    if likely := likely_cause(turn.words, each):
        said.append(likely)
    return " · ".join(said) + quoted(turn, each.said[:200])


COMMANDS = (
    Command("candidates", READS, candidates, personal=True),
    Command("candidate", READS, candidate, personal=True),
)
