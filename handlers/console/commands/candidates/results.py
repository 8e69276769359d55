"""`/tell`: telling candidates the result that was decided, after a look at the whole message."""

from collections.abc import Sequence

from conversation.decide.results.telling import OUTCOMES
from conversation.state import State
from conversation.words import Styled
from handlers.actions.many import LeftOut
from handlers.actions.results.drafts import Draft
from handlers.actions.results.telling import Recipient, ResultPreview, ResultsGiven, TellResult
from handlers.console.candidate_search import one
from handlers.console.command_line import Line, after_words
from handlers.console.commands.candidates.quotes import offer, picked
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.formatting import moment, named
from handlers.console.refusals import spoken
from handlers.console.vocabulary import meant
from handlers.notices.next_steps import card, decisions
from handlers.organisation.rights import HIRES
from handlers.queries.answers import ListSentences
from handlers.queries.campaigns import campaign_seen

_NAMED = 10
_LATER = ("morning", "writes", "resumed")


async def tell(context: CommandContext, line: Line) -> TellResult | None:
    """`/tell NAME|ID|CAMPAIGN yes|hold|no [quote [N…]] [TEXT]`. Without an outcome, offer what was decided; with
    `quote` alone, the sentences that the message can quote."""
    name, outcome, text = _read(context, line)
    campaign = await campaign_seen(context, name, HIRES)
    if campaign and outcome:
        return TellResult(outcome, campaign=campaign.id, text=text)
    if campaign:
        steps = [(f"/tell {campaign.id} {each}", f"staff.choice.tell.{each}") for each in OUTCOMES]
        context.say("staff.tell.ask.campaign", steps, campaign=campaign.id)
        return None
    state = await one(
        context, HIRES, name, lambda number: f"/tell {number} {outcome} {text}".strip(), acts=bool(outcome)
    )
    if outcome:
        return await _with_quotes(context, state, outcome, text)
    if state.decision in OUTCOMES:
        told = f"/tell {state.interview} {state.decision}"
        step = (told, f"staff.choice.tell.{state.decision}")
        quote = (f"{told} quote", "staff.choice.tell.quote")
        decision = context.words.text(f"staff.decision.{state.decision}")
        context.say(
            "staff.tell.ask", (step, quote, card(state.interview)), name=named(context, state), decision=decision
        )
    else:
        context.say("staff.tell.ask.undecided", decisions(state), name=named(context, state))
    return None


def _read(context: CommandContext, line: Line) -> tuple[str, str, str]:
    """Split the line into (name, outcome, text) at the first word after the name that is an outcome.

    The text is as it was typed. Raises Usage.
    """
    if not line.arguments:
        raise Usage
    for at, word in enumerate(line.arguments[1:], start=1):
        if outcome := meant(context, word, OUTCOMES, "staff.filter"):
            return " ".join(line.arguments[:at]), outcome, after_words(line.rest, at + 1)
    return " ".join(line.arguments), "", ""


async def _with_quotes(context: CommandContext, state: State, outcome: str, text: str) -> TellResult | None:
    """Return the action with the sentences that the text names by number, or offer the sentences."""
    asked = picked(text)
    if asked is None:
        return TellResult(outcome, (state.interview,), text=text)
    found = (await ListSentences(state.interview).answer(context)).sentences
    known = {each.number: each.text for each in found}
    numbers = tuple(each for each in asked.numbers if each in known)
    if asked.page or numbers != asked.numbers or not numbers:
        await offer(context, state, outcome, found, asked._replace(numbers=numbers))
        return None
    return TellResult(outcome, (state.interview,), text=asked.text, quotes=tuple(known[each] for each in numbers))


# in words


async def _shown(context: CommandContext, preview: ResultPreview) -> Styled:
    words, n = context.words, len(preview.recipients)
    outcome = words.text(f"staff.decision.{preview.outcome}")
    people = words.say("staff.tell.preview", n=n, decision=outcome, names=_names(context, preview.recipients))
    parts: list[Styled | str] = [people, *_warnings(context, preview)]
    parts += [_draft(context, each, alone=len(preview.drafts) == 1 and n == 1) for each in preview.drafts]
    if preview.times:
        parts.append(words.say("staff.tell.times", n=preview.times))
    parts += _when(context, preview.recipients, preview.at_ms)
    parts += _others(context, preview)
    return Styled.join(parts, "\n\n")


def _warnings(context: CommandContext, preview: ResultPreview) -> list[Styled]:
    words, lines = context.words, list[Styled]()
    if preview.told:
        at, outcome = moment(context, preview.told.at_ms), words.text(f"staff.decision.{preview.told.outcome}")
        lines.append(words.say("staff.tell.before", at=at, decision=outcome))
    elif preview.waits:
        lines.append(words.say("staff.tell.replaces", decision=words.text(f"staff.decision.{preview.waits}")))
    if preview.misquoted:
        quotes = " ".join(words.plain("staff.tell.quote", text=each) for each in preview.misquoted)
        lines.append(words.say("staff.tell.misquoted", n=len(preview.misquoted), quotes=quotes))
    return lines


def _draft(context: CommandContext, draft: Draft, *, alone: bool) -> Styled:
    """Return the whole message, with a line on whom it is for if there are several."""
    if alone:
        return Styled.join([_source(context, draft), context.words.say("staff.tell.draft"), draft.text])
    title = context.words.say(
        "staff.tell.draft.like",
        name=spoken(context, draft.name),
        n=draft.number,
        language=context.words.text(f"staff.tell.language.{draft.language}"),
    )
    return Styled.join([_source(context, draft), title, draft.text])


def _source(context: CommandContext, draft: Draft) -> Styled:
    """Return whose words the message has, or nothing if they are the bot's own."""
    if draft.source == "bot":
        return Styled("")
    hidden = draft.source == "unit" and draft.unit is None
    unit = spoken(context, draft.unit) if draft.unit else ""
    return context.words.say(f"staff.tell.source.{'above' if hidden else draft.source}", unit=unit)


def _when(context: CommandContext, recipients: Sequence[Recipient], at_ms: int) -> list[Styled]:
    """Return who is not told now but later, and when."""
    lines = []
    for when in _LATER:
        later = [each for each in recipients if each.when == when]
        if later:
            names, at = _names(context, later, channels=True), moment(context, at_ms)
            lines.append(context.words.say(f"staff.tell.later.{when}", n=len(later), names=names, at=at))
    return lines


def _others(context: CommandContext, preview: ResultPreview) -> list[Styled]:
    """Return who is not told, and why."""
    lines = [_left_out(context, preview.left_out)] if preview.left_out else []
    counted = {"told": preview.before, "undecided": preview.undecided, "more": preview.more}
    return lines + [context.words.say(f"staff.tell.count.{key}", n=n) for key, n in counted.items() if n]


def _left_out(context: CommandContext, left_out: Sequence[LeftOut]) -> Styled:
    words = context.words
    said = [
        words.plain(
            "staff.many.one", name=spoken(context, each.candidate), why=words.text(f"staff.tell.why.{each.why}")
        )
        for each in left_out[:_NAMED]
    ]
    return words.say("staff.tell.left_out", n=len(left_out), who=_joined(context, said, len(left_out)))


def _names(context: CommandContext, recipients: Sequence[Recipient], *, channels: bool = False) -> str:
    names = [str(spoken(context, each.candidate)) for each in recipients[:_NAMED]]
    if channels:
        names = [
            context.words.plain("staff.many.one", name=name, why=spoken(context, each.channel))
            for name, each in zip(names, recipients, strict=False)
        ]
    return _joined(context, names, len(recipients))


def _joined(context: CommandContext, names: Sequence[str], total: int) -> str:
    left = total - len(names)
    more = context.words.plain("staff.digest.more_names", n=left) if left else ""
    return context.words.text("staff.list.joint").join(names) + more


async def _given(context: CommandContext, result: ResultsGiven) -> None:
    words = context.words
    now = [each for each in result.recipients if each.when == "now"]
    parts: list[Styled | str] = []
    if now:
        decision = words.text(f"staff.decision.{result.outcome}")
        parts.append(words.say("staff.tell.done", n=len(now), names=_names(context, now), decision=decision))
    parts += _when(context, result.recipients, result.at_ms)
    if result.left_out:
        parts.append(_left_out(context, result.left_out))
    steps = (card(result.recipients[0].candidate.interview),) if len(result.recipients) == 1 else ()
    context.send(Styled.join(parts), steps)


COMMANDS = (Command("tell", HIRES, tell, personal=True),)
FORMS: Forms = {TellResult: Form(_given, _shown)}
