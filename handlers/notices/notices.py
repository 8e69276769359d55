"""Notices to recruiters about an interview, one message each, in the chats where they work."""

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import NamedTuple

from msgspec.structs import replace

from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage
from conversation.outcome import Notice
from conversation.script import Script, Wording
from conversation.state import State
from conversation.timing.messaging_window import room
from conversation.timing.schedule import at
from conversation.timing.slots import said
from conversation.words import Styled, Vocabulary, Words
from handlers.coverage import StageProgress, stage_progress
from handlers.notices.help import OF_HELP, DutyOf, HelpNotices, nobody
from handlers.notices.next_steps import Step, card, claim, forget, next_steps
from handlers.notices.readers import Everybody, Reader, Readers, is_important, open_to, reads
from handlers.organisation.quiet_hours import NIGHT, Hours
from handlers.organisation.state import Level

CARD = "card"
"""The subject of messages about an interview's progress: each chat has one such card, updated over time."""
_MOST_ACCOUNT = 40
_ENDS = frozenset({"completed", "exited", "lapsed", "unreachable"})
_OF_CARD = _ENDS | {"stalled", "returned", "resumed", "extended"}


class Destination(NamedTuple):
    """A chat that receives notices. An empty `language` means the interview's.

    Notices are silent during the `quiet` hours. `digest`: whether the daily digest also goes there. `help_only`:
    only notices for support staff go there. `level`: which notices go there, as in `Chat`.
    """

    address: Address
    language: str = ""
    quiet: Hours = NIGHT
    digest: bool = False
    help_only: bool = False
    level: Level = "all"


class Notices:
    """Writes notices for `destinations` and for the chats that `of_unit` returns for the interview's unit.

    - `staff`: returns the console's vocabulary; with it, notices have buttons for next steps.
    - `on_duty`: who is on duty to help.
    - `whereabouts`: where a chat is now that may have had another address before.
    - `can_be_silent`: whether the channel of an address can send silently.
    - `readers`: who reads which chat. `destinations` are for every role.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        zone: tzinfo,
        destinations: Sequence[Address | Destination],
        of_unit: Callable[[str], Sequence[Destination]] = lambda _unit: (),
        staff: Callable[[], Vocabulary] | None = None,
        on_duty: DutyOf = nobody,
        can_be_silent: Callable[[Address], bool] = lambda _address: True,
        whereabouts: Callable[[Address], Address] = lambda address: address,
        readers: Readers | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        self._zone = zone
        self._whereabouts = whereabouts
        self._fixed = tuple(Destination(each) if isinstance(each, Address) else each for each in destinations)
        self._of_unit = of_unit
        self._staff = staff
        self._readers: Readers = readers or Everybody()
        self._help = HelpNotices(vocabulary, staff, on_duty, self._reader, self._readers.name_of)
        self._can_be_silent = can_be_silent

    @property
    def _destinations(self) -> Sequence[Destination]:
        return [each._replace(address=self._whereabouts(each.address)) for each in self._fixed]

    def write(self, notice: Notice, state: State, script: Script) -> tuple[OutboundMessage, ...]:
        """Build a notice's messages. One that cannot be silent may be left to the digest (see `_waits`)."""
        if state.notices_to:
            only = Destination(state.notices_to)
            return (self._message(only, notice, state, script, Reader(), silent=False),)
        if notice.kind in OF_HELP:
            return self._of_help(notice, state, script)
        places = {to.address: to for to in self._places(notice, state)}
        written = []
        for to in places.values():
            silent = to.quiet.covers(notice.at_ms, self._zone)
            wanted = self._gets(to, notice, state) and _is_wanted(to.level, notice, state)
            if wanted and not (silent and self._waits(to, notice)):
                reader = self._reader(to.address, state.unit)
                written.append(self._message(to, notice, state, script, reader, silent=silent))
        return tuple(written)

    def _places(self, notice: Notice, state: State) -> Sequence[Destination]:
        """Return where a notice may go. One about an appointment goes to the colleague who opened the time or, if
        they may not read it any more, to the unit's chats."""
        places = (*self._destinations, *self._of_unit(state.unit))
        if notice.writer:
            to = Destination(self._whereabouts(notice.writer.address), notice.writer.language)
            reader = self._reader(to.address, state.unit)
            known = bool(reader.person) or any(each.address == to.address for each in places)
            if known and reads(reader.roles, notice):
                return (to,)
        return places

    def _of_help(self, notice: Notice, state: State, script: Script) -> tuple[OutboundMessage, ...]:
        """Write notices about help. They make a sound, except for a colleague's answer and what can wait in quiet
        hours."""
        may = [to for to in self._of_unit(state.unit) if self._gets(to, notice, state)]
        of_unit = [to for to in may if _is_wanted(to.level, notice, state)]
        left_out = {to.address for to in may} - {to.address for to in of_unit}
        quiet = {
            to.address
            for to in (*self._destinations, *may)
            if notice.kind in ("support_over", "answered") and to.quiet.covers(notice.at_ms, self._zone)
        }
        fixed = {to.address: to.language for to in self._destinations if to.address not in left_out}
        written = self._help.write(notice, state, script, fixed, {to.address: to.language for to in of_unit})
        if not written and left_out:  # a call for help reaches somebody
            written = self._help.write(notice, state, script, {}, {to.address: to.language for to in may})
        silent = notice.kind == "support_answered"
        return tuple(replace(each, silent=silent or each.to in quiet) for each in written)

    def _gets(self, to: Destination, notice: Notice, state: State) -> bool:
        reader = self._reader(to.address, state.unit)
        own = bool(notice.by) and reader.person == notice.by
        return reads(reader.roles, notice, help_only=to.help_only) and not own

    def _reader(self, address: Address, unit: str) -> Reader:
        fixed = any(each.address == address for each in self._destinations)
        return Reader() if fixed else self._readers.reader_at(address, unit)

    def _waits(self, to: Destination, notice: Notice) -> bool:
        """Return whether a notice that cannot be sent silently is left to the digest.

        Only if the chat gets a digest and the digest reports the same; otherwise it is sent with a sound.
        """
        return notice.kind in _OF_CARD and to.digest and not self._can_be_silent(to.address)

    def _message(
        self, to: Destination, notice: Notice, state: State, script: Script, reader: Reader, *, silent: bool
    ) -> OutboundMessage:
        language = to.language or state.language
        words = self._vocabulary[language]
        styled = self._compose(notice, state, script, words, reader)
        ends = notice.kind in _ENDS and not notice.again
        return OutboundMessage(
            to.address,
            styled.text,
            self._choices(notice, state, language, reader),
            styled.bold,
            prompted=False,
            interview=state.interview,
            subject=CARD if notice.kind in _OF_CARD else "",
            quiet=notice.kind == "resumed",
            formerly=words.plain("notice.formerly", name=_name(state, words)) if ends else "",
            silent=silent,
            file=notice.file,
            instants=styled.instants,
        )

    def _deadline(self, state: State, words: Words) -> Styled:
        return Styled.naming(words.moment(at(state.deadline_ms, self._zone)), state.deadline_ms)

    def _choices(self, notice: Notice, state: State, language: str, reader: Reader) -> tuple[Choice, ...]:
        if self._staff is None:
            return ()
        words = self._staff()[language]
        return tuple(
            Choice(line, words.text(label)) for line, label in open_to(reader.roles, _steps(notice, state))
        )

    def _compose(self, notice: Notice, state: State, script: Script, words: Words, reader: Reader) -> Styled:
        done = state.done
        breaks = words.plain("notice.breaks", n=state.interruptions) if state.interruptions else ""
        headline = words.say(
            f"notice.{notice.kind}",
            name=_name(state, words),
            title=script.title.in_(words.language),
            done=done,
            total=len(script.steps),
            minutes=max(1, round(state.active_ms / 60_000)),
            breaks=breaks,
            reason=reason(state, script, words),
            deadline=self._deadline(state, words) if state.deadline_ms else "",
            at=min(max(state.index, 0) + 1, len(script.steps)),
            right=words.text(f"request.name.{notice.right}") if notice.right else "",
            decision=words.text(f"notice.decision.{notice.decision}") if notice.decision else "",
            by=self._readers.name_of(notice.by) if notice.by else "",
            number=f"{state.interview[:6].upper()}-{state.requests}",
            channel=words.channel(state.claim.address.channel) if state.claim else "",
            slot=said(words, notice.slot, self._zone) if notice.slot else "",
        )
        lines: list[Styled | str] = [headline]
        if notice.kind in ("completed", "exited", "stalled", "lapsed"):
            lines.append(stages(stage_progress(state, script), words.language))
        if notice.kind in ("exited", "stalled", "lapsed", "unreachable"):
            lines += _unfinished(state, script, words)
        if notice.kind in _OF_CARD - {"completed", "unreachable"}:
            lines.append(reachable(state, notice.at_ms, self._zone, words))
        if notice.kind == "claim":
            lines += _account(notice, words)
        elif notice.text and (notice.kind != "proposed" or reader.person):  # a group is not told why
            lines.append(words.say("notice.said", text=notice.text[:1000]))
        return Styled.join(lines)


def _is_wanted(level: Level, notice: Notice, state: State) -> bool:
    return level == "all" or (level == "important" and is_important(notice, state.done))


def _account(notice: Notice, words: Words) -> list[str]:
    """Return a line with the platform's name for the claiming account, if known."""
    name = " ".join(notice.text.split())[:_MOST_ACCOUNT]
    return [words.plain("notice.claim.account", account=name)] if name else []


def reachable(state: State, now: int, zone: tzinfo, words: Words) -> str:
    """Say until when the candidate can be written to. Returns an empty string if that is not limited."""
    left = room(state.window, now)
    if left is None or state.window is None:
        return ""
    return reachable_until(state.window.until_ms if left else 0, zone, words)


def reachable_until(until_ms: int, zone: tzinfo, words: Words) -> str:
    """Say until when the candidate can be written to, or that this is over if `until_ms` is 0."""
    if not until_ms:
        return words.text("notice.out_of_reach")
    return words.plain("notice.reachable", until=words.moment(at(until_ms, zone)))


def _name(state: State, words: Words) -> str:
    return state.name or words.plain("notice.nameless", number=state.interview[:6].upper())


def _steps(notice: Notice, state: State) -> tuple[Step, ...]:
    ended = notice.kind in ("completed", "exited", "stalled", "lapsed", "unreachable")
    if ended or (notice.kind == "request" and notice.right == "extension"):
        return next_steps(state)
    if notice.kind == "proposed":
        return next_steps(state)
    if notice.kind == "request" and notice.right == "delete":
        return card(state.interview), forget(state)
    if notice.kind == "claim":
        return (*claim(state), card(state.interview))
    return (card(state.interview),)


def stages(progress: Iterable[StageProgress], language: str) -> str:
    """Return the progress by stage, a filled circle for each answered question: `自我介绍 ●○ · 专业问题 ○○`."""
    return " · ".join(
        f"{stage.title.in_(language)} {''.join('●' if answered else '○' for answered in stage.answered)}"
        for stage in progress
    )


def _unfinished(state: State, script: Script, words: Words) -> list[Styled | str]:
    missing = {step.stage_index for number, step in enumerate(script.steps) if not state.answered(number)}
    titles = [stage.title.in_(words.language) for stage in script.stages]
    joint = "、" if words.language == "zh" else ", "
    lines: list[Styled | str] = []
    if state.address and state.started_ms:
        channel = words.channel(state.address.channel)
        where = words.plain("notice.where", channel=channel, at=state.index + 1)
        failures = words.plain("notice.unheard", n=state.unheard) if state.unheard else ""
        lines.append(f"{where} · {failures}" if failures else where)
    lines.append(
        words.say(
            "notice.assessable",
            done=joint.join(each for index, each in enumerate(titles) if index not in missing)
            or words.text("notice.none"),
            open=joint.join(each for index, each in enumerate(titles) if index in missing),
        )
    )
    return lines


def reason(state: State, script: Script, words: Words) -> str:
    """Return the reason that the candidate gave for leaving, or that they gave none."""
    known = script.reason(state.reason)
    return reason_said(state.reason, known.label if known else None, words)


def reason_said(name: str, label: Wording | None, words: Words) -> str:
    """Return the reason with this id in words. An empty id means that none was given."""
    if not name:
        return words.text("notice.reason.none")
    return words.plain("notice.reason.said", label=reason_label(name, label, words))


def reason_label(name: str, label: Wording | None, words: Words) -> str:
    """Return the script's own label of the reason, or the usual one."""
    return (label.in_(words.language) if label else "") or words.text(f"choice.reason.{name}")
