"""The command that shows one candidate's card, and lines of it that the report has, too."""

from collections.abc import Iterator, Sequence

from conversation.contact import Contact
from conversation.decide.results.telling import OUTCOMES
from conversation.timing.schedule import TOLD_IN
from conversation.words import Styled
from handlers.actions.context import Channel
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.commands.candidates import earlier
from handlers.console.context import Command, CommandContext, Refusal, Usage
from handlers.console.formatting import candidate_words, moment, named, quoted, slot_words, state_name, why
from handlers.console.refusals import spoken
from handlers.likely_causes import likely_cause
from handlers.notices.next_steps import Step, claim_steps, decisions, next_steps, unopened
from handlers.notices.notices import reachable_until, reason_label, stages
from handlers.organisation.rights import HIRES, READS
from handlers.queries.interviews import Absence, CandidateCard, History, InterviewView, Member, ShowCandidate

_MOST_BREAKS = 5
_MOST_NOTES = 10
_MOST_DETAILS = 1_000


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


COMMANDS = (Command("candidate", READS, candidate, personal=True),)
