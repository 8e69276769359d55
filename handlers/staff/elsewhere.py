"""Another way to a candidate: a code with which they go on in another messenger."""

from conversation.inbound import CodeAsked, Inbound
from conversation.stages.switching import STAFF_CODE_LENGTH, STAFF_CODE_MS, code_from
from conversation.state import State
from handlers.next_steps import card, next_steps
from handlers.staff.campaigns import channel_title
from handlers.staff.finding import has_happened
from handlers.staff.telling import named
from handlers.staff.turn import Refusal, Turn

_HOURS = STAFF_CODE_MS // 3600_000


async def invite_elsewhere(turn: Turn, state: State) -> None:
    """`/invite NAME|ID`: who has begun goes on where the link is opened. Raises Refusal."""
    turn.recorded = f"/invite {state.interview}"
    fresh, cause = turn.fresh(), f"{turn.inbound.id}:elsewhere"
    asked = Inbound(cause, CodeAsked(turn.person.id), fresh=fresh)
    result = await turn.tools.intake.apply(state.interview, asked)
    if result not in ("committed", "duplicate") and not await has_happened(turn, state.interview, cause):
        key = "completed" if state.phase == "completed" else "over" if state.address else "unopened"
        steps = next_steps(state) if key == "over" else (card(state),)
        raise Refusal(f"staff.elsewhere.{key}", steps, name=named(turn, state))
    code = code_from(fresh, STAFF_CODE_LENGTH)
    shown = "-".join(code[at : at + 4] for at in range(0, len(code), 4))
    links = [f"{channel_title(turn, channel)}: {link}" for channel, link in turn.tools.links(code).items()]
    turn.say(
        "staff.elsewhere.done",
        (card(state),),
        name=named(turn, state),
        code=shown,
        links="\n".join(links),
        h=_HOURS,
    )
