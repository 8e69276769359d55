"""What counts of the model's outputs: levels with quotes that are found, and that the quotes alone show again."""

import re
from collections.abc import Mapping, Sequence

from conversation.assessment.answer_text import AnswerText
from conversation.assessment.level_words import speaks_of_levels
from conversation.assessment.output import MOST_QUOTES, MOST_REASON, Levels, Proposal, Proposals
from conversation.assessment.prompt import WHOLE
from conversation.assessment.quotes import Span, find, normal
from conversation.inbound import Finding

_OUT_OF_BOUNDS = re.compile(
    r"\b(?:accents?|dialect|fluency|fluently|disfluen\w+|filler words?|hesita\w+|spelling|misspel\w+|typos?"
    r"|(?:speech )?recognition errors?|transcription errors?|(?:poor|good|correct|broken|bad) grammar"
    r"|grammatical (?:errors?|mistakes?)|speaking (?:speed|pace|rate)|speaks? (?:too )?(?:fast|quickly|slowly)"
    r"|tone of voice|(?:sounds?|seems?|appears?) (?:nervous|anxious|confident|calm|emotional|enthusiastic))\b"
    r"|口音|方言|语速|語速|流利|流畅度|口头禅|口頭禪|错别字|錯別字|拼写|拼寫|错字|语法错误|标点|识别错误|轉寫錯誤|转写错误|语气词"
    r"|(?:说话|说得|讲话|表达)(?:太|很|较)?(?:快|慢|结巴|吞吐)|(?:候选人|应聘者|考生|说话者|其)(?:的)?(?:情绪|语气|声音)",
    re.IGNORECASE,
)
"""Reasons that judge how something was said."""
_QUOTED = re.compile(r"“([^”]+)”|「([^」]+)」|『([^』]+)』|\"([^\"]+)\"|(?<!\w)'([^']{4,})'(?!\w)")


def checked(
    proposals: Proposals, wanted: Sequence[str], answer: AnswerText, addressed: Sequence[Span]
) -> tuple[Finding, ...]:
    """Return a finding for each competency that was `wanted`, in that order: the level with the quotes that are
    found in the answer outside of what is `addressed` to the rater and do not speak of levels themselves, or why
    there is no level."""
    first: dict[str, Proposal] = {}
    for each in proposals.assessments:
        first.setdefault(each.competency, each)
    return tuple(_checked(name, first.get(name), answer, addressed) for name in wanted)


def _checked(name: str, proposal: Proposal | None, answer: AnswerText, addressed: Sequence[Span]) -> Finding:
    competency = "" if name == WHOLE else name
    if proposal is None:
        return Finding(competency, why="missing")
    if proposal.level is None:
        return Finding(competency, why="declined")
    if _OUT_OF_BOUNDS.search(proposal.reason):
        return Finding(competency, why="out_of_bounds")
    found = (find(each, answer, addressed) for each in proposal.quotes[:MOST_QUOTES])
    quotes = tuple(dict.fromkeys(each for each in found if each and not speaks_of_levels(each.text)))
    if not quotes:
        return Finding(competency, why="no_quote")
    return Finding(competency, proposal.level, _reason(proposal.reason, answer), quotes)


def _reason(reason: str, answer: AnswerText) -> str:
    """Return the reason on one line; empty if it quotes what is not in the answer."""
    quoted = ("".join(each) for each in _QUOTED.findall(reason))
    texts = [normal(each.text) for each in answer.passages]
    if all(any(normal(each) in text for text in texts) for each in quoted):
        return " ".join(reason.split())[:MOST_REASON]
    return ""


def quotes_of(findings: Sequence[Finding]) -> dict[str, tuple[str, ...]]:
    """Return what the second pass sees: the quotes of each competency that has a level."""
    return {
        each.competency or WHOLE: tuple(quote.text for quote in each.quotes)
        for each in findings
        if each.level is not None
    }


def confirmed(findings: Sequence[Finding], levels: Levels) -> tuple[Finding, ...]:
    """Return the findings of which only those keep their level to which the second pass gave the same one."""
    again: Mapping[str, int | None] = {each.competency: each.level for each in reversed(levels.levels)}
    return tuple(
        each
        if each.level is None or again.get(each.competency or WHOLE) == each.level
        else Finding(each.competency, why="differs")
        for each in findings
    )
