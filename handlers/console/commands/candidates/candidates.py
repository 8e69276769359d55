"""Commands that list the candidates of a campaign and show one candidate's card."""

import re
from collections.abc import Iterator, Sequence

from conversation.contact import Contact
from conversation.decide.results.telling import OUTCOMES
from conversation.timing.schedule import TOLD_IN
from conversation.words import Styled
from handlers.actions.base import command_line
from handlers.actions.context import Channel
from handlers.console.candidate_search import button, kept_button, one
from handlers.console.command_line import Line
from handlers.console.commands.candidates import earlier
from handlers.console.context import Command, CommandContext, Refusal, Usage
from handlers.console.formatting import candidate_words, moment, named, quoted, slot_words, state_name, why
from handlers.console.refusals import spoken
from handlers.console.vocabulary import meant
from handlers.likely_causes import likely_cause
from handlers.notices.next_steps import Step, claim_steps, decisions, next_steps, unopened
from handlers.notices.notices import reachable_until, reason_label, stages
from handlers.organisation.rights import HIRES, READS
from handlers.organisation.state import ROOT
from handlers.queries.campaigns import campaign_seen, visible_campaigns
from handlers.queries.candidates import FILTERS, PAGE, CandidatePage, CandidateSummary, ListCandidates
from handlers.queries.interviews import Absence, CandidateCard, History, InterviewView, Member, ShowCandidate
from handlers.queries.news import Span
from handlers.queries.search import find_candidates

_MOST_BREAKS = 5
_MOST_NOTES = 10
_MOST_ELSEWHERE = 3
_SPAN = re.compile(r"(\d{8})\+(\d{1,6})")
_MOST_DETAILS = 1_000


# the list


async def candidates(context: CommandContext, line: Line) -> None:
    """`/candidates [CAMPAIGN] [STATE] [NAME] [PAGE]` lists the candidates of a campaign.

    Without a campaign, a state lists those of all campaigns, in a chat that gets a unit's notices those of the
    unit. The digest's buttons add a time (see `happened_in`).
    """
    campaign, rest = await campaign_meant(context, line.arguments)
    ended = _span(rest)
    page = int(rest.pop()) if rest and rest[-1].isdecimal() and len(rest[-1]) <= 4 else 1
    state = (meant(context, rest[0], FILTERS, "staff.filter") or "") if rest else ""
    name = " ".join(rest[1:] if state else rest)
    wanted = ListCandidates(campaign, state, name, page, ROOT if campaign else context.unit_here, ended)
    found = await wanted.answer(context)
    if not found.total:
        await _nobody(context, wanted)
        return
    await _page(context, wanted, found)


def happened_in(span: Span) -> str:
    """Return a time as an argument of `/candidates`: MINUTE+MINUTES, since the epoch."""
    return f"{span.since}+{span.until - span.since}"


def _span(rest: list[str]) -> Span | None:
    """Remove a time from the arguments and return it."""
    for argument in rest:
        if found := _SPAN.fullmatch(argument):
            rest.remove(argument)
            return Span(int(found[1]), int(found[1]) + int(found[2]))
    return None


async def campaign_meant(context: CommandContext, arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the campaign's code and the remaining arguments. The campaign need not be named if there is only one
    or a state is. Raises Refusal if it is unknown or not clear which one is meant."""
    if arguments and (seen := await campaign_seen(context, arguments[0], READS)):
        return seen.id, list(arguments[1:])
    known = await visible_campaigns(context)
    if arguments and known and meant(context, arguments[0], FILTERS, "staff.filter"):
        return known[0].id if len(known) == 1 else "", list(arguments)
    if len(known) == 1 and not arguments:
        return known[0].id, []
    if not known:
        raise Refusal("staff.candidates.no_campaign")
    choices = [(button(context, f"/candidates {each.id}"), each.id) for each in known[:PAGE]]
    if arguments:
        raise Refusal("staff.candidates.campaign.unknown", choices, campaign=arguments[0][:60])
    raise Refusal("staff.candidates.campaign.which", choices)


async def _nobody(context: CommandContext, wanted: ListCandidates) -> None:
    """Say that nobody fits, and name those of the same name in other campaigns."""
    campaign = wanted.campaign or context.words.text("staff.candidates.all")
    if not (wanted.filter or wanted.name):
        context.say("staff.candidates.empty", campaign=campaign)
        return
    elsewhere = await find_candidates(context, READS, wanted.name) if wanted.name else []
    people = [
        (
            f"/candidate {each.interview}",
            f"{named(context, each)} · {each.campaign} · {state_name(context, each.phase)}",
        )
        for each in elsewhere[:_MOST_ELSEWHERE]
        if each.campaign != wanted.campaign or not wanted.filter
    ]
    people = people or await earlier.offered(context, wanted.name)
    key = "staff.candidates.elsewhere" if people else "staff.candidates.none"
    context.say(key, (*people, *_whole(context, wanted.campaign)), campaign=campaign)


async def _page(context: CommandContext, wanted: ListCandidates, found: CandidatePage) -> None:
    first = (found.page - 1) * PAGE + 1
    numbered = list(enumerate(found.candidates, first))
    page = ""
    if found.pages > 1:
        page = context.words.plain("staff.candidates.page", page=found.page, pages=found.pages)
    title = found.campaign or context.words.text("staff.candidates.all")
    parts: list[Styled | str] = [
        context.words.say("staff.candidates.title", campaign=title, n=found.total, page=page),
        _phases(context, found),
        *(_row(context, number, each, of_many=not found.campaign) for number, each in numbered),
    ]
    if not found.complete:
        parts.append(context.words.say("staff.candidates.more"))
    people = [(f"/candidate {each.interview}", f"{number} {named(context, each)}") for number, each in numbered]
    context.send(Styled.join(parts), (*people, *await _ways(context, wanted, found)))


def _phases(context: CommandContext, found: CandidatePage) -> str:
    """Return how many candidates are in each state."""
    return " · ".join(
        f"{context.words.text(f'staff.state.{each}')} {found.phases[each]}"
        for each in FILTERS
        if each in found.phases
    )


def _row(context: CommandContext, number: int, each: CandidateSummary, *, of_many: bool) -> Styled:
    more = [each.campaign] if of_many else []
    if each.last_ms:
        more.append(moment(context, each.last_ms))
    if each.phase == "exited":
        more.append(context.words.plain("staff.card.reason", reason=why(context, each.reason)))
    if each.decision:
        more.append(context.words.text(f"staff.decision.{each.decision}"))
    if each.proposed:
        more.append(proposed_line(context, each.proposed, each.proposed_by, each.seconds))
    return context.words.say(
        "staff.candidates.row",
        number=number,
        name=named(context, each),
        state=context.words.text(f"staff.state.{each.phase}"),
        done=each.done,
        total=each.total,
        more="".join(f" · {one}" for one in more),
    )


async def _ways(context: CommandContext, wanted: ListCandidates, found: CandidatePage) -> list[tuple[str, str]]:
    line = command_line("/candidates", wanted.campaign, wanted.filter, wanted.name)
    if wanted.ended:
        line += f" {happened_in(wanted.ended)}"
    ways = []
    if found.page > 1:
        ways.append((await kept_button(context, f"{line} {found.page - 1}"), "staff.choice.previous"))
    if found.page < found.pages:
        ways.append((await kept_button(context, f"{line} {found.page + 1}"), "staff.choice.next"))
    if found.total > 1 and context.scope(HIRES) and not (wanted.name or wanted.ended):
        tick = command_line("/tick", wanted.campaign, wanted.filter)
        ways.append((button(context, tick), "staff.tick.choice.open"))
    if wanted.filter or wanted.name:
        return [*ways, *_whole(context, wanted.campaign)]
    return [
        *ways,
        (button(context, f"/candidates {wanted.campaign} unfinished"), "staff.choice.unfinished"),
        (button(context, f"/candidates {wanted.campaign} undecided"), "staff.choice.undecided"),
    ]


def _whole(context: CommandContext, campaign: str) -> tuple[tuple[str, str], ...]:
    return ((button(context, f"/candidates {campaign}"), "staff.choice.everybody"),) if campaign else ()


# the card


async def candidate(context: CommandContext, line: Line) -> None:
    """`/candidate NAME|ID` shows a candidate's card."""
    name = " ".join(line.arguments)
    if not name:
        raise Usage
    try:
        state = await one(context, READS, name, earlier.card_line)
    except Refusal as refusal:
        await earlier.show(context, await earlier.only_imported(context, READS, name, earlier.card_line, refusal))
        return
    card = await ShowCandidate(state.interview).answer(context)
    context.send(
        Styled.join(
            [*_card(context, card.interview), *history(context, card.history), *await earlier.of(context, state)]
        ),
        (*_telling(context, card), *_steps(context, card.interview)),
    )


def _telling(context: CommandContext, card: CandidateCard) -> tuple[Step, ...]:
    """Return the step to tell the candidate what was decided, unless that is done."""
    shown, found = card.interview, card.history
    made = found.decisions[-1].decision if found.decisions and not found.proposal else ""
    may = shown.phase in TOLD_IN and context.scope(HIRES).covers(shown.unit)
    if not may or made not in OUTCOMES or made in (found.told, found.to_tell):
        return ()
    return ((f"/tell {shown.interview} {made}", f"staff.choice.tell.{made}"),)


def _steps(context: CommandContext, shown: InterviewView) -> tuple[Step, ...]:
    if not context.scope(HIRES).covers(shown.unit):
        return next_steps(shown)[:1] if shown.started_ms else ()
    if shown.phase == "invited":
        return unopened(shown)
    claimed = claim_steps(shown.interview, shown.claim.mark) if shown.claim else ()
    steps = (*claimed, *next_steps(shown))
    unfinished = shown.phase not in ("completed", "erased")
    return (*steps, *decisions(shown)) if unfinished and shown.started_ms else steps


def _card(context: CommandContext, shown: InterviewView) -> list[Styled | str]:
    say = context.words.plain
    title = shown.title.in_(context.language)
    lines: list[Styled | str] = [
        context.words.say("staff.card.title", name=named(context, shown), title=title, campaign=shown.campaign),
        state_line(context, shown),
        say("staff.card.progress", done=shown.done, total=shown.total),
        stages(shown.stages, context.language),
        _times(context, shown),
    ]
    lines += _contact(shown.contact)
    if shown.channel:
        channel = say("staff.card.channel", channel=candidate_words(context).channel(shown.channel))
        voices = say("staff.card.voices", n=shown.voices, unheard=shown.unheard) if shown.voices else ""
        lines.append(" · ".join(each for each in (channel, _reachable(context, shown), voices) if each))
    if shown.claim:
        lines.append(say("staff.card.claim", channel=spoken(context, Channel(shown.claim.channel))))
    if shown.deadline_ms and shown.phase != "completed":
        over = "over" if context.now >= shown.deadline_ms else "open"
        lines.append(say(f"staff.card.deadline.{over}", deadline=moment(context, shown.deadline_ms)))
    lines.append(say("staff.card.id", interview=shown.interview))
    return lines


def _contact(contact: Contact) -> list[Styled | str]:
    """Return a line with the phone number and e-mail address, and one with what else is known."""
    ways = " · ".join(filter(None, (contact.phone, contact.email)))
    details = " · ".join(f"{heading}: {value}" for heading, value in contact.details)
    return [line for line in (ways, details[:_MOST_DETAILS]) if line]


def _reachable(context: CommandContext, shown: InterviewView) -> str:
    if shown.writable_until_ms is None:
        return ""
    return reachable_until(shown.writable_until_ms, context.tools.zone, candidate_words(context))


def state_line(context: CommandContext, shown: InterviewView) -> str:
    said = context.words.plain("staff.card.state", state=state_name(context, shown.phase))
    reason = why(context, shown.reason)
    return f"{said} · {context.words.plain('staff.card.reason', reason=reason)}" if reason else said


def _times(context: CommandContext, shown: InterviewView) -> str:
    times = (("opened", shown.opened_ms), ("started", shown.started_ms), ("last", shown.last_ms))
    said = [context.words.plain(f"staff.card.{name}", at=moment(context, ms)) for name, ms in times if ms]
    if shown.active_ms:
        said.append(context.words.plain("staff.card.active", n=max(1, round(shown.active_ms / 60_000))))
    return " · ".join(said)


# history, on the card and in the report


def proposed_line(context: CommandContext, decision: str, by: Member | None, seconds: Sequence[Member]) -> str:
    """Return what is proposed, by whom, and who can confirm it."""
    return context.words.plain(
        "staff.card.proposed" if seconds else "staff.card.proposed.nobody",
        decision=context.words.text(f"staff.decision.{decision}"),
        by=(by.name or by.person) if by else "",
        seconds=context.words.text("staff.list.joint").join(each.name for each in seconds),
    )


def history(context: CommandContext, found: History) -> list[Styled | str]:
    """Return lines on the latest interruptions, with their reasons, and on the latest decisions and notes."""
    lines: list[Styled | str] = []
    if found.absences:
        lines.append(context.words.say("staff.card.breaks", n=len(found.absences)))
        lines += [f" · {_absence(context, each)}" for each in found.absences[-_MOST_BREAKS:]]
    if made := found.proposal:
        line = proposed_line(context, made.decision, made.by, made.seconds)
        lines.append(f"🖊 {line} · {moment(context, made.at_ms)}{quoted(context, made.note)}")
    joint = context.words.text("staff.list.joint")
    for index, decision in enumerate(reversed(found.decisions[-_MOST_BREAKS:])):
        lines.append(
            context.words.say(
                "staff.card.decided" if not index else "staff.card.decided.before",
                decision=context.words.text(f"staff.decision.{decision.decision}"),
                by=joint.join(each.name for each in decision.by if each.name) or decision.by[-1].person,
                at=moment(context, decision.at_ms),
                note=quoted(context, decision.note),
            )
        )
    return [*lines, *_told(context, found), *_notes(context, found)]


def _told(context: CommandContext, found: History) -> Iterator[Styled]:
    """Yield which result the candidate was told, which one is waiting, and the appointment that follows."""
    if found.told:
        told = context.words.text(f"staff.decision.{found.told}")
        yield context.words.say("staff.card.told", decision=told, at=moment(context, found.told_ms))
    if found.to_tell:
        waits = context.words.text(f"staff.decision.{found.to_tell}")
        yield context.words.say("staff.card.to_tell", decision=waits)
    if found.appointment:
        yield context.words.say("staff.card.appointment", slot=slot_words(context, found.appointment))
    elif found.times_offered:
        yield context.words.say("staff.card.times_offered", n=found.times_offered)


def _notes(context: CommandContext, found: History) -> Iterator[Styled | str]:
    """Yield the latest notes, and how many the reader sees only once they have rated."""
    if found.notes:
        yield context.words.say("staff.card.notes", n=len(found.notes))
    for each in found.notes[-_MOST_NOTES:]:
        by, at = each.by.name or each.by.person, moment(context, each.at_ms)
        yield f" · {by} · {at}{quoted(context, each.text)}"
    if found.notes_withheld and context.private:
        yield context.words.say("staff.card.notes.later", n=found.notes_withheld)


def _absence(context: CommandContext, each: Absence) -> str:
    until = moment(context, each.returned_ms) if each.returned_ms else context.words.text("staff.card.break.open")
    times = moment(context, each.at_ms) if each.kind == "outage" else f"{moment(context, each.at_ms)} – {until}"
    said = [times, context.words.text(f"staff.break.{each.kind}")]
    if each.reason:
        said.append(reason_label(each.reason.id, each.reason.label, candidate_words(context)))
    if likely := likely_cause(context.words, each.cause, each.rule):
        said.append(likely)
    return " · ".join(said) + quoted(context, each.said[:200])


COMMANDS = (
    Command("candidates", READS, candidates, personal=True),
    Command("candidate", READS, candidate, personal=True),
)
