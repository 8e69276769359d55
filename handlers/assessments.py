"""What the assistant found in an answer, as a value and in words. Only for staff who have rated that answer."""

from collections.abc import Iterator

import msgspec

from conversation.inbound import Assessment, Quote
from conversation.script import Script, Wording
from conversation.words import Words, length_of


class FindingView(msgspec.Struct, frozen=True):
    """What was found about one competency; None: about the whole answer. The other fields are as in
    `inbound.Finding`."""

    competency: Wording | None
    level: int | None
    reason: str
    quotes: tuple[Quote, ...]
    why: str


class AssessmentView(msgspec.Struct, frozen=True):
    """What the assistant found in an answer. The fields are as in `inbound.Assessment`."""

    findings: tuple[FindingView, ...]
    addressed: tuple[Quote, ...]
    why: str
    model: str
    prompt: str


def assessment_view(script: Script, found: Assessment) -> AssessmentView:
    findings = tuple(
        FindingView(script.competencies.get(each.competency), each.level, each.reason, each.quotes, each.why)
        for each in found.findings
    )
    return AssessmentView(findings, found.addressed, found.why, found.model, found.prompt)


def assessment_lines(words: Words, found: AssessmentView) -> Iterator[str]:
    """Yield what the assistant found, a line each."""
    if found.why:
        yield words.plain("staff.assistant.unread", why=words.text(f"staff.assistant.why.{found.why}"))
    else:
        yield words.plain("staff.assistant.title", model=found.model, prompt=found.prompt)
    for each in found.findings:
        yield from _finding(words, each)
    for quote in found.addressed:
        yield words.plain("staff.assistant.addressed", text=" ".join(quote.text.split()))


def _finding(words: Words, found: FindingView) -> Iterator[str]:
    title = found.competency.in_(words.language) if found.competency else words.text("staff.assistant.answer")
    if found.level is None:
        why = words.text(f"staff.assistant.why.{found.why}")
        yield words.plain("staff.assistant.none", competency=title, why=why)
        return
    reason = words.plain("staff.assistant.reason", reason=found.reason) if found.reason else ""
    yield words.plain("staff.assistant.level", competency=title, level=found.level) + reason
    for quote in found.quotes:
        at = length_of(quote.at_ms // 1000) if quote.at_ms > 0 else ""
        place = words.plain("staff.assistant.at", at=at) if at else ""
        yield words.plain("staff.assistant.quote", text=quote.text) + place
