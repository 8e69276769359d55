"""What colleagues are told of candidates who ask for help: what these say and send, and how it ends."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage, Topic
from conversation.outcome import Notice
from conversation.script import Script
from conversation.state import State
from conversation.words import Styled, Vocabulary, Words
from handlers.notices.next_steps import Step, card, next_steps

Places = Mapping[Address, str]
"""Where people read, and in which language."""
_MOST_TITLE = 110  # characters, besides the number: Telegram's topics have names of at most 128
_ASKS = ("support", "support_overdue")


class OnDuty(NamedTuple):
    """Who is there for a unit's candidates: `now`, in their private chats, with their `names`; and `further`
    people who are told when those do not answer."""

    now: Places
    further: Places
    names: tuple[str, ...]


NOBODY = OnDuty({}, {}, ())
DutyOf = Callable[[str, int], OnDuty]
"""For a unit and a time (epoch milliseconds)."""


def nobody(_unit: str, _at_ms: int) -> OnDuty:
    return NOBODY


class HelpNotices:
    """`staff` are the console's words, where there is one."""

    def __init__(self, vocabulary: Vocabulary, staff: Vocabulary | None, on_duty: DutyOf) -> None:
        self._vocabulary = vocabulary
        self._staff = staff
        self._on_duty = on_duty

    def write(
        self, notice: Notice, state: State, script: Script, fixed: Places, of_unit: Places
    ) -> tuple[OutboundMessage, ...]:
        """To the places that are told of everything (`fixed`), to the unit's, and to who is on duty. What concerns
        one colleague goes to where they wrote."""
        if notice.writer:
            places: Places = {notice.writer.address: notice.writer.language}
            return tuple(self._message(to, language, notice, state, script, ()) for to, language in places.items())
        duty = self._on_duty(state.unit, notice.at_ms) if notice.kind in _ASKS else NOBODY
        places = {**_called(notice, duty, alone=not of_unit), **of_unit, **fixed}
        names = duty.names if notice.first else ()
        return tuple(self._message(to, language, notice, state, script, names) for to, language in places.items())

    def _message(
        self, to: Address, language: str, notice: Notice, state: State, script: Script, names: tuple[str, ...]
    ) -> OutboundMessage:
        language = language or state.language
        words = self._vocabulary[language]
        styled = _composed(notice, state, script, words, names)
        return OutboundMessage(
            to,
            styled.text,
            self._choices(notice, state, language),
            styled.bold,
            prompted=False,
            interview=state.interview,
            file=notice.file,
            topic=None if notice.writer else self._topic(notice, state, words, language),
        )

    def _topic(self, notice: Notice, state: State, words: Words, language: str) -> Topic:
        title = f"{_name(state, words)[:_MOST_TITLE]} · {state.interview[:6].upper()}"
        hint = self._staff[language].text("staff.topic.hint") if self._staff else ""
        return Topic(title, hint, closes=notice.kind == "support_over")

    def _choices(self, notice: Notice, state: State, language: str) -> tuple[Choice, ...]:
        if self._staff is None:
            return ()
        words = self._staff[language]
        return tuple(Choice(line, words.text(label)) for line, label in _steps(notice, state))


def _called(notice: Notice, duty: OnDuty, *, alone: bool) -> Places:
    """Who is told in private: of the first word, and of everything where no chat is told (`alone`); when nobody
    has answered, further people, too."""
    if notice.kind == "support_overdue":
        return {**duty.further, **duty.now}
    return duty.now if notice.first or alone else {}


def _composed(notice: Notice, state: State, script: Script, words: Words, names: tuple[str, ...]) -> Styled:
    lines: list[Styled | str] = [
        words.say(
            f"notice.{notice.kind}",
            name=_name(state, words),
            title=script.title.in_(words.language),
            at=min(max(state.index, 0) + 1, len(script.steps)),
            trouble=words.text(f"notice.trouble.{notice.why}") if notice.kind in _TROUBLES else "",
            ended=words.text(f"notice.ended.{notice.why}") if notice.kind == "support_over" else "",
        )
    ]
    if notice.text:
        lines.append(words.say("notice.said", text=notice.text))
    if names:
        lines.append(words.say("notice.duty", names=words.text("shift.joint").join(names)))
    if notice.kind in (*_ASKS, "support_lost"):
        lines.append(words.say("notice.reply", id=state.interview))
    return Styled.join(lines)


_TROUBLES = ("support_lost", "support_undelivered")


def _name(state: State, words: Words) -> str:
    return state.name or words.plain("notice.nameless", number=state.interview[:6].upper())


def _steps(notice: Notice, state: State) -> tuple[Step, ...]:
    if notice.kind == "support_over":
        return (card(state),)
    if notice.kind == "support_undelivered":
        return (*next_steps(state), card(state)) if notice.why == "unreachable" else (card(state),)
    return ((f"/done {state.interview}", "staff.choice.done"), card(state))
