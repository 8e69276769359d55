"""What staff may want to do next with an interview: command lines and the keys of their button labels."""

from typing import Protocol

from conversation.decide.claims import mark_of
from conversation.state import State

Step = tuple[str, str]


class Standing(Protocol):
    """Where an interview stands: its state, or what staff are shown of it."""

    @property
    def interview(self) -> str: ...
    @property
    def phase(self) -> str: ...
    @property
    def started_ms(self) -> int: ...
    @property
    def done(self) -> int: ...


def next_steps(state: Standing) -> tuple[Step, ...]:
    """Return the steps that fit the interview's phase."""
    number = state.interview
    read = ((f"/report {number}", "staff.choice.report"),) if state.started_ms else ()
    report: tuple[Step, ...] = (*read, *rate(state))
    match state.phase:
        case "completed":
            return (*report, *decisions(state))
        case "guided" | "running" | "paused" | "exited":
            return (*report, extend(state), (f"/remind {number}", "staff.choice.remind"))
        case "lapsed":
            return (*report, (f"/reopen {number}", "staff.choice.reopen"))
        case "unreachable":
            return (*report, (f"/invite {number}", "staff.choice.elsewhere"))
        case _:
            return report


def rate(state: Standing) -> tuple[Step, ...]:
    """Return the step to rate an interview that is over, completed or not, and has answers."""
    over = state.phase in ("completed", "exited", "lapsed") and state.done > 0
    return ((f"/rate {state.interview}", "staff.choice.rate"),) if over else ()


def unopened(state: Standing) -> tuple[Step, ...]:
    """Return the steps for an invitation that nobody has opened."""
    number = state.interview
    return (
        (f"/reissue {number}", "staff.invite.choice.reissue"),
        (f"/revoke {number}", "staff.invite.choice.revoke"),
    )


def extend(state: Standing) -> Step:
    return f"/extend {state.interview} 48h", "staff.choice.extend"


def card(interview: str) -> Step:
    return f"/candidate {interview}", "staff.choice.card"


def claim(state: State) -> tuple[Step, ...]:
    """Return the steps to accept or reject the pending claim. They do not apply to any later claim."""
    return claim_steps(state.interview, mark_of(state.claim)) if state.claim and state.claim.asked else ()


def claim_steps(interview: str, mark: str) -> tuple[Step, ...]:
    return (
        (f"/confirm {interview} yes {mark}", "staff.choice.claim.yes"),
        (f"/confirm {interview} no {mark}", "staff.choice.claim.no"),
    )


def forget(state: Standing) -> Step:
    return f"/forget {state.interview}", "staff.choice.forget"


def decisions(state: Standing) -> tuple[Step, ...]:
    """Return the decisions to offer. Whoever has not finished cannot be rejected, but may have withdrawn."""
    number = state.interview
    possible = (
        (f"/decide {number} yes", "staff.choice.decide.yes"),
        (f"/decide {number} hold", "staff.choice.decide.hold"),
    )
    last = "no" if state.phase == "completed" else "withdrew"
    return (*possible, (f"/decide {number} {last}", f"staff.choice.decide.{last}"))
