"""What recruiters are told of an interview, as one message each, where they work."""

from collections.abc import Sequence
from datetime import tzinfo

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.schedule import at
from conversation.script import Script
from conversation.state import State
from conversation.turn import Notice
from conversation.words import Styled, Vocabulary, Words


class Notices:
    """Writes notices for `destinations`, in the language of the interview."""

    def __init__(self, vocabulary: Vocabulary, zone: tzinfo, destinations: Sequence[Address]) -> None:
        self._vocabulary = vocabulary
        self._zone = zone
        self._destinations = tuple(destinations)

    def write(self, notice: Notice, state: State, script: Script) -> tuple[OutboundMessage, ...]:
        if not self._destinations:
            return ()
        styled = self._compose(notice, state, script, self._vocabulary[state.language])
        return tuple(
            OutboundMessage(to, styled.text, (), styled.bold, prompted=False, interview=state.interview)
            for to in self._destinations
        )

    def _compose(self, notice: Notice, state: State, script: Script, words: Words) -> Styled:
        done = max(state.index, 0)
        breaks = words.plain("notice.breaks", n=state.interruptions) if state.interruptions else ""
        headline = words.say(
            f"notice.{notice.kind}",
            name=state.name or words.plain("notice.nameless", number=state.interview[:6].upper()),
            title=script.title.in_(state.language),
            done=done,
            total=len(script.steps),
            minutes=max(1, round(state.active_ms / 60_000)),
            breaks=breaks,
            reason=_reason(state, script, words),
            deadline=words.moment(at(state.deadline_ms, self._zone)) if state.deadline_ms else "",
            at=min(done + 1, len(script.steps)),
            right=words.text(f"request.name.{notice.right}") if notice.right else "",
            number=f"{state.interview[:6].upper()}-{state.requests}",
        )
        lines: list[Styled | str] = [headline]
        if notice.kind in ("completed", "exited", "stalled", "lapsed"):
            lines.append(stages(state, script))
        if notice.kind in ("exited", "stalled", "lapsed", "unreachable"):
            lines += _unfinished(state, script, words)
        if notice.text:
            lines.append(words.say("notice.said", text=notice.text[:1000]))
        return Styled.join(lines)


def stages(state: State, script: Script) -> str:
    """Answered questions by stage: `自我介绍 ●○ · 专业问题 ○○`."""
    pieces: list[str] = []
    for index, stage in enumerate(script.stages):
        marks = [
            "●" if number < state.index else "○"
            for number, step in enumerate(script.steps)
            if step.stage_index == index
        ]
        pieces.append(f"{stage.title.in_(state.language)} {''.join(marks)}")
    return " · ".join(pieces)


def _unfinished(state: State, script: Script, words: Words) -> list[Styled | str]:
    first_open = script.steps[state.index].stage_index if 0 <= state.index < len(script.steps) else 0
    titles = [stage.title.in_(state.language) for stage in script.stages]
    joint = "、" if state.language == "zh" else ", "
    lines: list[Styled | str] = []
    if state.address and state.started_ms:
        channel = words.channel(state.address.channel)
        where = words.plain("notice.where", channel=channel, at=state.index + 1)
        failures = words.plain("notice.unheard", n=state.unheard) if state.unheard else ""
        lines.append(f"{where} · {failures}" if failures else where)
    lines.append(
        words.say(
            "notice.assessable",
            done=joint.join(titles[:first_open]) or words.text("notice.none"),
            open=joint.join(titles[first_open:]),
        )
    )
    return lines


def _reason(state: State, script: Script, words: Words) -> str:
    if not state.reason:
        return words.text("notice.reason.none")
    known = script.reason(state.reason)
    own = known.label.in_(state.language) if known and known.label else ""
    return words.plain("notice.reason.said", label=own or words.text(f"choice.reason.{state.reason}"))
