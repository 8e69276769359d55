"""Files in answers: how file events change the open answer, and what files are called in messages."""

from typing import assert_never

from msgspec.structs import replace

from conversation import events as e
from conversation.prompt import UnheardPrompt
from conversation.state import State
from conversation.state_changes.open_answer import added, asks_again, late, plain
from conversation.state_parts import AwaitedFile, Part
from conversation.words import Words

_UNNAMED = ("photo", "document")
_SHOWN = 60  # characters of a file name


def evolved(state: State, event: e.PartFile | e.PartFileKept | e.PartFileLost) -> State:
    match event:
        case e.PartFile():
            return _sent(state, event)
        case e.PartFileKept():
            return _known(state, event.number)
        case e.PartFileLost():
            return _lost(state, event.number)
        case _:
            assert_never(event)


def awaited(state: State, number: int) -> AwaitedFile | None:
    return next((each for each in state.awaited_files if each.number == number), None)


def titled(name: str, words: Words) -> str:
    """Return how a sentence refers to the file: by its name in quotes, or by its kind if it has no name."""
    return words.text(f"file.{name}") if name in _UNNAMED else words.plain("file.named", name=_shortened(name))


def listed(name: str, words: Words) -> str:
    """Return the file's line in a list of what the candidate has said: its name, or its kind if it has none."""
    return f"📎 {words.text(f'file.listed.{name}') if name in _UNNAMED else _shortened(name)}"


def _shortened(name: str) -> str:
    return name if len(name) <= _SHOWN else f"{name[: _SHOWN - 1]}…"


def _sent(state: State, event: e.PartFile) -> State:
    name = event.name or event.kind
    waiting = (*state.awaited_files, AwaitedFile(event.number, event.index, name))
    counted = replace(state, files=event.number, awaited_files=waiting)
    if event.late:
        return late(counted)
    if event.text:
        counted = added(counted, Part(event.message, "text", event.text))
    return added(counted, Part(event.message, "file", name, file=event.number))


def _lost(state: State, number: int) -> State:
    """Remove a file that could not be fetched from the answer; text sent with it stays. If the answer is already
    submitted, the candidate may be offered to add to it."""
    missing, detour = awaited(state, number), state.detour
    offered = missing is not None and asks_again(state, missing) and state.attentive and plain(state)
    after = replace(
        _known(state, number),
        parts=_without(state.parts, number),
        dropped=_without(state.dropped, number),
        detour=replace(detour, parts=_without(detour.parts, number)) if detour else None,
        lost_files=state.lost_files + 1,
    )
    return after.asked(UnheardPrompt(missing.index)) if missing and offered else after


def _known(state: State, number: int) -> State:
    """Stop waiting for this file: it is archived or lost."""
    return replace(state, awaited_files=tuple(each for each in state.awaited_files if each.number != number))


def _without(parts: tuple[Part, ...], number: int) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.file != number)
