"""The history in a report: its timeline with interruptions, decisions with everyone who made them, notes, and
interviews before this system."""

from collections.abc import Iterator

from conversation.timing.slots import said
from conversation.views.answers import Interruption
from conversation.views.milestones import Milestone
from handlers.imports.model import EarlierInterview
from handlers.likely_causes import likely_cause
from handlers.notices.notices import reason_label
from handlers.organisation.state import NOBODY
from handlers.report_pages.model import (
    DecisionView,
    EarlierView,
    Fact,
    HappeningView,
    NoteView,
    ProposalView,
    Term,
)
from handlers.report_pages.phrases import Phrases, literal


def timeline_of(phrases: Phrases) -> tuple[HappeningView, ...]:
    """Return steps and interruptions by their time."""
    steps = [(each.at_ms, _step(phrases, each)) for each in phrases.source.milestones]
    breaks = [(each.at_ms, _interruption(phrases, each)) for each in phrases.source.transcript.interruptions]
    return tuple(each for _, each in sorted([*steps, *breaks], key=lambda item: item[0]))


def _step(phrases: Phrases, step: Milestone) -> HappeningView:
    text = [phrases.text(f"staff.timeline.{step.kind}"), *_details(phrases, step)]
    at = phrases.moment(step.at_ms)
    note = literal(step.note) if phrases.source.private else ""
    return HappeningView(step.kind, at, at.text, " · ".join(text), said=note)


def _details(phrases: Phrases, step: Milestone) -> Iterator[str]:
    match step.kind:
        case "opened" | "moved" if step.about:
            yield phrases.candidates.channel(step.about)
        case "consented" if step.about:
            yield phrases.plain("staff.timeline.version", version=literal(step.about))
        case "stage_completed" if step.about:
            titles = {stage.id: stage.title for stage in phrases.source.script.stages}
            yield literal(titles[step.about].in_(phrases.language)) if step.about in titles else step.about
        case "extended" if step.until_ms:
            yield phrases.plain("staff.timeline.until", until=phrases.moment(step.until_ms).text)
        case "result_withdrawn" if step.about:
            yield phrases.text(f"staff.decision.{step.about}")
        case "decision_proposed" | "decided" | "result_released" | "result_told" if step.about:
            yield phrases.text(f"staff.decision.{step.about}")
            if names := phrases.names(step.first, step.by):
                yield names
        case "slots_offered" if step.times:
            yield phrases.plain("staff.timeline.times", n=step.times)
            if names := phrases.names(step.by):
                yield names
        case "slot_booked" | "slot_moved" | "slot_cancelled" | "slot_withdrawn" if step.slot:
            yield literal(said(phrases.candidates, step.slot, phrases.zone).text)
        case "erased" if step.by:
            yield phrases.text(f"staff.audit.by_{step.by}") if step.by in NOBODY else phrases.name(step.by)
        case _:
            pass


def _interruption(phrases: Phrases, each: Interruption) -> HappeningView:
    reason = cause = None
    if each.reason:
        known = phrases.source.script.reason(each.reason)
        label = reason_label(each.reason, known.label if known else None, phrases.candidates)
        reason = Term(each.reason, literal(label))
    if likely := likely_cause(phrases.staff, each.cause, each.rule):
        cause = Term(each.cause, likely)
    at, until = phrases.moment(each.at_ms), phrases.when(each.returned_ms)
    when = f"{at.text} – {until.text if until else phrases.text('staff.card.break.open')}"
    if each.kind == "outage":
        when, until = at.text, None
    text = [phrases.text(f"staff.break.{each.kind}"), *(term.text for term in (reason, cause) if term)]
    return HappeningView(each.kind, at, when, " · ".join(text), until, reason, cause, literal(each.said))


def decisions_of(phrases: Phrases) -> Iterator[DecisionView]:
    """Yield the decisions, latest first, each with everyone who made it."""
    for index, each in enumerate(reversed(phrases.source.transcript.decisions)):
        yield DecisionView(
            phrases.term("decision", each.decision),
            phrases.names(each.first, each.by),
            phrases.moment(each.at_ms),
            literal(each.note) if phrases.source.private else "",
            last=not index,
        )


def proposal_of(phrases: Phrases) -> ProposalView | None:
    """Return the decision that still needs a second person, or None."""
    proposed = phrases.source.transcript.proposal
    if proposed is None:
        return None
    decision, by = phrases.term("decision", proposed.decision), phrases.name(proposed.by)
    seconds = phrases.joined(*(literal(each.name) for each in phrases.source.seconds))
    key = "staff.card.proposed" if seconds else "staff.card.proposed.nobody"
    text = phrases.plain(key, decision=decision.text, by=by, seconds=seconds)
    note = literal(proposed.note) if phrases.source.private else ""
    return ProposalView(decision, text, by, phrases.moment(proposed.at_ms), note)


def notes_of(phrases: Phrases) -> tuple[NoteView, ...]:
    """Return the notes that the reader may see."""
    return tuple(
        NoteView(literal(each.text), phrases.name(each.by), phrases.moment(each.at_ms))
        for each in phrases.source.notes.shown
    )


def notes_later(phrases: Phrases) -> str:
    """Return how many notes the reader sees once they have rated. A group is told nothing of them."""
    withheld = phrases.source.notes.withheld if phrases.source.private else 0
    return phrases.plain("staff.card.notes.later", n=withheld) if withheld else ""


def earlier_of(phrases: Phrases) -> Iterator[EarlierView]:
    """Yield the earlier interviews that were imported, by date."""
    for each in phrases.source.earlier:
        imported, by = phrases.moment(each.imported_ms), phrases.name(each.by)
        known = {"at": imported.text, "by": by, "source": each.source, "row": each.row}
        origin = phrases.plain("staff.page.earlier.origin", **known)
        facts = tuple(_earlier_facts(phrases, each.interview))
        yield EarlierView(facts, origin, imported, by, each.source, each.row, each.file_sha256)


def _earlier_facts(phrases: Phrases, one: EarlierInterview) -> Iterator[Fact]:
    for name in ("date", "position", "interviewer", "result", "score", "notes"):
        if value := getattr(one, name):
            yield Fact(name, phrases.text(f"staff.page.earlier.{name}"), literal(value))
    for question, answer in one.answers:
        yield Fact("", literal(question), literal(answer))
    if one.author or one.recorded:
        recorded = " · ".join(literal(each) for each in (one.author, one.recorded) if each)
        yield Fact("recorded", phrases.text("staff.page.earlier.recorded"), recorded)
