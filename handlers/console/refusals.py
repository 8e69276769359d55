"""Wording of refused actions, of the values in results and refusals, and of what can be done instead."""

from collections.abc import Callable, Sequence

from conversation.state import State
from handlers.actions.context import Candidate, Channel, Moment, Refused, Right, Term, Unit
from handlers.console.commands.system.general import offered, unit_title
from handlers.console.context import CommandContext
from handlers.console.formatting import candidate_words, moment
from handlers.notices.next_steps import Step, card, claim, decisions, extend, next_steps

_MOST_LISTED = 500
"""Most characters of a list of values."""


def spoken(context: CommandContext, value: object) -> object:
    """Return a value of a result or refusal in the person's language. Plain values are returned unchanged."""
    match value:
        case Candidate(interview, name):
            return name or candidate_words(context).plain("notice.nameless", number=interview[:6].upper())
        case Moment(ms):
            return moment(context, ms) if ms else ""
        case Unit(name):
            return unit_title(context, name)
        case Right(role, unit):
            return f"{context.words.text(f'staff.role.{role}')} {unit_title(context, unit)}"
        case Channel(name):
            return candidate_words(context).channel(name) if name else ""
        case Term(kind, word):
            return context.words.text(f"staff.{kind}.{word}")
        case tuple():
            joint = context.words.text("staff.list.joint")
            return joint.join(str(spoken(context, each)) for each in value)[:_MOST_LISTED]
        case _:
            return value


def refuse(context: CommandContext, refused: Refused, meant: Sequence[Step] = ()) -> None:
    """Answer why the action cannot be done, with buttons for what was probably `meant` and what can be done
    instead."""
    values = {name: spoken(context, value) for name, value in refused.values.items()}
    context.say(f"staff.{refused.reason}", (*meant, *_instead(context, refused)), **values)


def _instead(context: CommandContext, refused: Refused) -> Sequence[Step]:
    reason, about = refused.reason, refused.about
    if isinstance(about, State):
        return _about_interview(reason, about)
    if way := _WAYS.get(reason):
        line, label = way(refused)
        return offered(context, (line, label))
    return ()


_WAYS: dict[str, Callable[[Refused], Step]] = {
    "campaigns.unknown": lambda _: ("/campaigns", "staff.campaigns.choice.list"),
    "close.already": lambda refused: (f"/open {refused.values['campaign']}", "staff.campaigns.choice.reopen"),
    "invite.closed": lambda refused: (f"/open {refused.values['campaign']}", "staff.campaigns.choice.reopen"),
    "blind.gone": lambda refused: (f"/blind {refused.values['campaign']}", "staff.choice.rate"),
    "open.same": lambda refused: (f"/campaigns {refused.values['campaign']}", "staff.campaigns.choice.card"),
    "bot.there": lambda _: ("/bots", "staff.bot.choice.bots"),
    "bot.unknown": lambda _: ("/bots", "staff.bot.choice.bots"),
    "bot.paused.already": lambda refused: (f"/bot resume {refused.values['account']}", "staff.bot.choice.resume"),
}
"""The next step offered for a refusal that is not about an interview, by its reason."""


def _about_interview(reason: str, state: State) -> Sequence[Step]:
    group = reason.partition(".")[0]
    match group:
        case "extend" | "handover":
            return (card(state.interview),)
        case "reopen":
            return (extend(state),)
        case "remind":
            over = reason in ("remind.not.completed", "remind.not.over")
            steps = tuple(step for step in next_steps(state) if not step[0].startswith("/remind"))
            return steps if over else (card(state.interview),)
        case "decide":
            return (*next_steps(state), *decisions(state)[1:])
        case "slots":
            told = (f"/tell {state.interview} yes", "staff.choice.tell.yes")
            return (
                (told, card(state.interview))
                if reason == "slots.not.untold"
                else _about_result(reason[10:], state)
            )
        case "tell":
            return _about_result(reason.rpartition(".")[2], state)
        case "confirm":
            return claim(state) if reason == "confirm.another" else (card(state.interview),)
        case "elsewhere":
            return next_steps(state) if reason == "elsewhere.over" else (card(state.interview),)
        case "compare":
            return ((f"/rate {state.interview}", "staff.choice.rate"),)
        case "rate":
            again = ((f"/rate {state.interview}", "staff.choice.rate"),)
            return again if reason == "rate.nobody" else next_steps(state)
        case _:
            return ()


def _about_result(why: str, state: State) -> Sequence[Step]:
    """Return what has to be done before the candidate can be told a result."""
    if why == "undecided":
        return decisions(state)
    if why == "proposed" and state.proposed:
        decision = state.proposed.decision
        return (
            (f"/decide {state.interview} {decision}", f"staff.choice.decide.{decision}"),
            card(state.interview),
        )
    if why == "other":
        told = (f"/tell {state.interview} {state.decision}", f"staff.choice.tell.{state.decision}")
        return (told, *decisions(state))
    return (card(state.interview),)
