"""Notices about candidates who ask for help: their messages, and how the request ends."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage, Topic
from conversation.outcome import Notice
from conversation.script import Script
from conversation.state import State
from conversation.words import Styled, Vocabulary, Words
from handlers.notices.next_steps import Step, card, next_steps
from handlers.notices.readers import Reader, open_to

Places = Mapping[Address, str]
"""Addresses of staff, each with its language."""
_MOST_TITLE = 110  # characters, without the number; Telegram allows 128 for a topic's name
_ASKS = ("support", "support_overdue")
OF_HELP = (*_ASKS, "support_answered", "support_over", "support_lost", "support_undelivered", "answered")
"""The kinds of notices that are written here."""


class OnDuty(NamedTuple):
    """Who is on duty for a unit's candidates.

    - `now`: private chats of those on duty, whose `names` are given.
    - `further`: who else is notified if they do not answer.
    - `leads`: the nearest admins, at any hour.
    """

    now: Places
    further: Places
    names: tuple[str, ...]
    leads: Places


NOBODY = OnDuty({}, {}, (), {})
DutyOf = Callable[[str, int], OnDuty]
"""Return who is on duty for a unit at a time (epoch milliseconds)."""


def nobody(_unit: str, _at_ms: int) -> OnDuty:
    return NOBODY


class HelpNotices:
    """Writes notices about help. `staff` returns the console's vocabulary, if there is a console."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        staff: Callable[[], Vocabulary] | None,
        on_duty: DutyOf,
        reader_at: Callable[[Address, str], Reader],
        name_of: Callable[[str], str],
    ) -> None:
        self._vocabulary = vocabulary
        self._staff = staff
        self._on_duty = on_duty
        self._reader_at = reader_at
        self._name_of = name_of

    def write(
        self, notice: Notice, state: State, script: Script, fixed: Places, of_unit: Places
    ) -> tuple[OutboundMessage, ...]:
        """Build the notices to the `fixed` places, to the unit's places, and to those on duty.

        A notice that concerns one colleague's message goes only to where they wrote it; what they answered, to the
        others who were told of the call.
        """
        if notice.writer:
            places: Places = {notice.writer.address: notice.writer.language}
            return tuple(self._message(to, language, notice, state, script, ()) for to, language in places.items())
        called = notice.kind in (*_ASKS, "support_answered", "answered")
        duty = self._on_duty(state.unit, notice.at_ms) if called else NOBODY
        places = {**_called(notice, duty, alone=not of_unit), **of_unit, **fixed}
        places = {to: language for to, language in places.items() if not self._knows(to, notice, state)}
        names = duty.names if notice.first else ()
        return tuple(self._message(to, language, notice, state, script, names) for to, language in places.items())

    def _knows(self, to: Address, notice: Notice, state: State) -> bool:
        """Whether a chat shows already what the notice says, or is that of the colleague who did it."""
        seen = notice.seen_at is not None and _whole(to) == _whole(notice.seen_at)
        return seen or (bool(notice.by) and self._reader_at(to, state.unit).person == notice.by)

    def _message(
        self, to: Address, language: str, notice: Notice, state: State, script: Script, names: tuple[str, ...]
    ) -> OutboundMessage:
        language = language or state.language
        words = self._vocabulary[language]
        by = self._name_of(notice.by) if notice.by else ""
        styled = _composed(notice, state, script, words, names, by)
        return OutboundMessage(
            to,
            styled.text,
            self._choices(to, notice, state, language),
            styled.bold,
            prompted=False,
            interview=state.interview,
            file=notice.file,
            topic=None if notice.writer else self._topic(notice, state, words, language),
        )

    def _topic(self, notice: Notice, state: State, words: Words, language: str) -> Topic:
        title = f"{_name(state, words)[:_MOST_TITLE]} · {state.interview[:6].upper()}"
        hint = self._staff()[language].text("staff.topic.hint") if self._staff else ""
        return Topic(title, hint, closes=notice.kind == "support_over")

    def _choices(self, to: Address, notice: Notice, state: State, language: str) -> tuple[Choice, ...]:
        if self._staff is None:
            return ()
        words = self._staff()[language]
        steps = open_to(self._reader_at(to, state.unit).roles, _steps(notice, state))
        return tuple(Choice(line, words.text(label)) for line, label in steps)


def _called(notice: Notice, duty: OnDuty, *, alone: bool) -> Places:
    """Return who is notified in private.

    Those on duty are told of a new request, and of everything if the unit has no chat (`alone`). If nobody has
    answered, further people are told too. An answer to a colleague is not announced again: if the unit
    has no chat and nobody is on duty, the nearest admins are told.
    """
    if notice.kind == "answered":
        return (duty.now or duty.leads) if alone else {}
    if notice.kind == "support_overdue" or (notice.kind == "support_answered" and notice.again):
        return {**duty.further, **duty.now}
    if notice.kind == "support_answered":
        return duty.now
    return duty.now if notice.first or alone else {}


def _whole(address: Address) -> str:
    """Return the chat of an address, which may be that of a thread in it."""
    return str(address).partition("/")[0]


def _composed(
    notice: Notice, state: State, script: Script, words: Words, names: tuple[str, ...], by: str
) -> Styled:
    lines: list[Styled | str] = [
        words.say(
            f"notice.{notice.kind}",
            name=_name(state, words),
            title=script.title.in_(words.language),
            at=min(max(state.index, 0) + 1, len(script.steps)),
            by=by,
            trouble=words.text(f"notice.trouble.{notice.why}") if notice.kind in _TROUBLES else "",
            ended=words.text(f"notice.ended.{notice.why}") if notice.kind == "support_over" else "",
        )
    ]
    if notice.text:
        lines.append(words.say("notice.said", text=notice.text))
    if names:
        lines.append(words.say("notice.duty", names=words.text("shift.joint").join(names)))
    if notice.kind in (*_ASKS, "support_lost", "answered"):
        lines.append(words.say("notice.reply", id=state.interview))
    return Styled.join(lines)


_TROUBLES = ("support_lost", "support_undelivered")


def _name(state: State, words: Words) -> str:
    return state.name or words.plain("notice.nameless", number=state.interview[:6].upper())


def _steps(notice: Notice, state: State) -> tuple[Step, ...]:
    if notice.kind in ("support_over", "answered"):
        return (card(state.interview),)
    if notice.kind == "support_undelivered":
        steps = next_steps(state) if notice.why == "unreachable" else ()
        return (*steps, card(state.interview))
    return ((f"/done {state.interview}", "staff.choice.done"), card(state.interview))
