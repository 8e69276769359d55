"""`/agreement`: how far raters agree on each question, over all candidates of a campaign."""

from collections.abc import Iterator

from conversation.question_kinds.base import shortened
from conversation.words import Styled
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Usage
from handlers.organisation.rights import READS
from handlers.queries.agreement import CampaignAgreement, QuestionAgreement, ShowAgreement
from handlers.rounding import percent, rounded

_MOST_ASKED = 40


async def agreement(context: CommandContext, line: Line) -> None:
    """`/agreement CAMPAIGN` shows the agreement on each question, in the private chat."""
    if len(line.arguments) != 1:
        raise Usage
    if not context.private:
        context.say("staff.agreement.apart", name=context.person.name)
        context.go_private()
    found = await ShowAgreement(line.arguments[0]).answer(context)
    title = found.title.in_(context.language)
    parts: list[Styled | str] = [context.words.say("staff.agreement.title", campaign=found.campaign, title=title)]
    parts += (_question(context, each, found.least) for each in found.questions)
    parts += _notes(context, found)
    context.send(Styled.join(parts), [])


def _question(context: CommandContext, each: QuestionAgreement, least: int) -> Styled:
    say = context.words.plain
    if each.answers:
        told = [
            say(f"staff.agreement.answers.{each.between}", n=each.answers),
            say("staff.agreement.same", percent=percent(each.same or 0, 1)),
            say("staff.agreement.adjacent", percent=percent(each.adjacent or 0, 1)),
            _kappa(context, each, least),
        ]
    elif each.withheld:
        told = [say("staff.agreement.hidden", n=each.withheld)]
    else:
        told = [context.words.text(f"staff.agreement.none.{each.between}")]
    if each.between == "assistant":
        return context.words.say("staff.agreement.assistant", told=" · ".join(told))
    return context.words.say(
        "staff.agreement.question",
        number=each.number,
        ask=shortened(each.ask.in_(context.language), _MOST_ASKED),
        told=" · ".join(told),
    )


def _kappa(context: CommandContext, each: QuestionAgreement, least: int) -> str:
    say = context.words.plain
    if each.kappa is None:
        return say("staff.agreement.few" if each.answers < least else "staff.agreement.alike", least=least)
    value = _number(each.kappa)
    if each.low is None or each.high is None:
        return say("staff.agreement.kappa.only", value=value)
    return say("staff.agreement.kappa", value=value, low=_number(each.low), high=_number(each.high))


def _number(number: float) -> str:
    return f"{rounded(number, 2):.2f}"


def _notes(context: CommandContext, found: CampaignAgreement) -> Iterator[str]:
    say = context.words.plain
    if withheld := sum(each.withheld for each in found.questions):
        yield say("staff.agreement.withheld", n=withheld, least=found.least)
    if not found.complete:
        yield say("staff.candidates.more")
    yield say("staff.agreement.note", least=found.least)


COMMANDS = (Command("agreement", READS, agreement),)
