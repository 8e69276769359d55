"""Whatever somebody sends without end, the record stops growing, and the interview still comes to its end."""

from collections.abc import Callable

import pytest

from conversation import inbound as i
from conversation.decide.channel_switch import code_from
from conversation.limits import (
    BURST,
    MOST_CHARACTERS,
    MOST_FILES,
    MOST_KNOWN,
    MOST_MESSAGES,
    MOST_NOTICED,
    MOST_VOICES,
)
from tests.conversation.limits.visitor import HERE, Visitor, script

TIMES = 2_000
BESIDE = 350
"""How many entries may come of one kind of input, besides `BURST` and one for each minute: a whole answer, and all
recordings or files with what becomes of them."""
MOST_STATE_BYTES = 100_000
MOST_BYTES = 2_000_000
LONG = "数据" * 2_000
PICTURE = i.OtherReceived("photo", i.Media("file-id", "photo", size=4_000), "chart.png")
Attack = Callable[[Visitor, int], object]


def text(said: str) -> Attack:
    return lambda visitor, number: visitor.says(f"{said} =={number}==")


def what(*each: i.What) -> Attack:
    return lambda visitor, number: visitor.sends(each[number % len(each)])


def presses(*choices: str) -> Attack:
    return lambda visitor, number: visitor.presses(choices[number % len(choices)])


def edits(said: str, message: str = "") -> Attack:
    def edit(visitor: Visitor, number: int) -> None:
        mine = message or next((part.message for part in visitor.state.parts), "m0")
        visitor.sends(i.TextEdited(f"{said} =={number}=="), message=mine)

    return edit


def commands(name: str, argument: str = "") -> Attack:
    return what(i.CommandReceived(name, argument))


def spoken(visitor: Visitor, number: int) -> None:
    """Send a recording, and have an earlier one transcribed."""
    visitor.sends(i.VoiceReceived(i.Media("file-id", duration_ms=42_000), "and words"))
    for awaited in visitor.state.awaited:
        visitor.sends(i.TranscriptReady(awaited.voice, "I am Anna.", 0.9, "tiny", 42_000), None)
    if number % 2:
        visitor.presses(f"respeak.{visitor.state.voices}", "redo")


def reports(visitor: Visitor, number: int) -> None:
    client = i.Client("phone", "Chrome", str(number % 10_000), "4g")
    visitor.sends(i.CircumstanceNoticed("network"), client=client)


def reports_beside(visitor: Visitor, number: int) -> None:
    client = i.Client("phone", "Chrome", str(number % 10_000), "4g")
    visitor.sends(i.CircumstanceNoticed("lost" if number % 2 else "connected"), client=client)


def languages(visitor: Visitor, number: int) -> None:
    visitor.sends(i.OtherReceived("sticker"), language=f"x{number}")


def pauses_account(visitor: Visitor, number: int) -> None:
    visitor.sends(i.TextReceived(f"{LONG} =={number}=="), halted=True)


def opens_elsewhere(visitor: Visitor, number: int) -> None:
    visitor.sends(i.Opened(), i.Address("web", "local", f"o-{number}"))


def claims(visitor: Visitor, number: int) -> None:
    stranger = i.Address("web", "local", f"o-{number // 2}")
    visitor.sends(i.TextReceived("0000") if number % 2 else i.Opened(), stranger)


def enters_codes(visitor: Visitor, number: int) -> None:
    visitor.sends(i.CodeEntered("99999999"), i.Address("web", "local", f"o-{number}"))


def moves(visitor: Visitor, number: int) -> None:
    """Take the interview back and forth between two devices."""
    other = i.Address("web", "local", "o-1")
    if other not in visitor.state.known:
        visitor.presses("device")
        visitor.sends(i.CodeEntered(code_from(visitor.nonce)), other)
    visitor.sends(i.ChoicePressed("here"), other if number % 2 else HERE)


def adds(visitor: Visitor, number: int) -> None:
    """Add to an earlier answer of which a recording was not understood."""
    if not visitor.state.unheard:
        visitor.sends(i.VoiceReceived(i.Media("file-id")))
        visitor.presses("submit")
        visitor.sends(i.TranscriptFailed(1, "silence"), None)
    visitor.presses("add.0")
    kinds: tuple[i.What, ...] = (i.TextReceived(LONG), i.VoiceReceived(i.Media("file-id")), PICTURE)
    visitor.sends(kinds[number % 3])


def anew(visitor: Visitor, number: int) -> None:
    visitor.presses("redo")
    visitor.says(f"x {number}")


def changes(visitor: Visitor, number: int) -> None:
    visitor.presses("change.1")
    visitor.says(f"Leeds {number}")


AT_A_QUESTION: dict[str, Attack] = {
    "fragments": text("x"),
    "long texts": text(LONG),
    "remarks": text("你好"),
    "edits of an answer": edits("I am Anna"),
    "long edits of an answer": edits(LONG),
    "edits of other messages": edits(LONG, "m-1"),
    "recordings": spoken,
    "pictures": what(PICTURE),
    "pictures with words": lambda visitor, number: visitor.sends(
        i.OtherReceived("photo", PICTURE.media, "chart.png", f"{LONG} {number}")
    ),
    "pictures that cannot be fetched": what(i.OtherReceived("photo", text=LONG)),
    "stickers": what(i.OtherReceived("sticker", text="x")),
    "stickers in many languages": languages,
    "nothing": text(" "),
    "starting anew": presses("redo", "undo"),
    "starting anew and a word": anew,
    "buttons that mean nothing": lambda visitor, number: visitor.presses(f"nothing.{number}"),
    "buttons of other questions": presses("option.0@2", "submit@3"),
    "the exit and back": presses("leave", "continue"),
    "leaving and back": presses("exit", "continue"),
    "leaving, a reason and back": presses("exit", "reason.network", "continue", "unsolved"),
    "pauses": presses("pause", "continue"),
    "later": presses("later", "later.hour", "continue"),
    "support and back": presses("support", "back"),
    "support": lambda visitor, number: visitor.sends(
        i.TextReceived(f"{LONG} {number}") if number else i.CommandReceived("support")
    ),
    "files for support": lambda visitor, number: visitor.sends(
        PICTURE if number else i.CommandReceived("support")
    ),
    "deletion and back": presses("delete", "undelete"),
    "languages": presses("language"),
    "privacy": presses("privacy"),
    "codes": presses("device"),
    "the link again": what(i.Opened()),
    "blocking and back": what(i.ChannelClosed("blocked"), i.ChannelReopened(), i.TextReceived("hello")),
    "the page's network": reports,
    "the page's connection": reports_beside,
    "texts while the account is paused": pauses_account,
    "two devices": moves,
    "additions": adds,
    "claims": claims,
    "wrong codes": enters_codes,
    **{
        f"/{name}": commands(name)
        for name in [
            "help",
            "status",
            "language",
            "mydata",
            "export",
            "delete",
            "privacy",
            "exit",
            "start",
            "what",
        ]
    },
    **{f"/{name} and words": commands(name, LONG) for name in ("correct", "human", "adjust", "delete")},
}
"""What somebody sends again and again, by name, at an open question."""


@pytest.fixture
def visitor() -> Visitor:
    """Somebody who has said something to an open question."""
    begun = Visitor(script())
    begun.sends(i.Opened())
    begun.presses("agree")
    begun.says("I am Anna.")
    return begun


def attack(visitor: Visitor, each: Attack) -> None:
    """Send this without end, and check that it adds little to the record, and in the end next to nothing."""
    entries, size, start = len(visitor.entries), visitor.bytes, visitor.now
    for number in range(TIMES - TIMES // 4):
        each(visitor, number)
    nearly, began = len(visitor.entries), visitor.now
    for number in range(TIMES - TIMES // 4, TIMES):
        each(visitor, number)
    assert len(visitor.entries) - entries <= BURST + BESIDE + (visitor.now - start) // 60_000
    assert len(visitor.entries) - nearly <= (visitor.now - began) // 60_000 + 2
    assert visitor.bytes - size <= MOST_BYTES
    assert visitor.state_bytes <= MOST_STATE_BYTES
    visitor.look_back()


@pytest.mark.parametrize("name", AT_A_QUESTION)
def test_at_a_question(visitor: Visitor, name: str) -> None:
    attack(visitor, AT_A_QUESTION[name])
    state = visitor.state
    assert len(state.parts) <= MOST_MESSAGES + 1
    assert sum(len(part.text) for part in state.parts if part.hearing in ("", "edited")) <= MOST_CHARACTERS
    assert sum(bool(part.voice) for part in state.parts) <= MOST_VOICES
    assert sum(bool(part.file) for part in state.parts) <= MOST_FILES
    assert len(state.known) <= MOST_KNOWN
    assert state.noticed <= MOST_NOTICED + 1
    visitor.rests()
    visitor.submits()
    visitor.look_back()


@pytest.mark.parametrize("name", ["fragments", "long texts", "stickers", "/status", "recordings", "starting anew"])
def test_the_answer_can_be_submitted_at_once(visitor: Visitor, name: str) -> None:
    attack(visitor, AT_A_QUESTION[name])
    visitor.submits()


BEFORE_CONSENT: dict[str, Attack] = {
    "texts": text(LONG),
    "the link": what(i.Opened()),
    "the link elsewhere": opens_elsewhere,
    "practice": presses("practise", "agree."),
    "recordings": what(i.VoiceReceived(i.Media("file-id"))),
}


@pytest.mark.parametrize("name", BEFORE_CONSENT)
def test_before_consent(name: str) -> None:
    visitor = Visitor(script())
    visitor.sends(i.Opened())
    attack(visitor, BEFORE_CONSENT[name])
    assert len(visitor.state.known) <= MOST_KNOWN
    visitor.sends(i.ChoicePressed("agree"), visitor.state.address)
    assert visitor.state.index == 0


AFTERWARDS: dict[str, Attack] = {
    "changes in the review": presses("change.0", "asbefore"),
    "changed answers": changes,
    "texts in the review": text(LONG),
    "languages": presses("language"),
}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_in_the_final_review_and_after_the_end(visitor: Visitor, name: str) -> None:
    visitor.presses("submit")
    visitor.says("Leeds")
    visitor.presses("option.0")
    visitor.says("7")
    assert visitor.state.reviewing
    attack(visitor, AFTERWARDS[name])
    visitor.rests()
    if visitor.state.detour:
        visitor.presses("asbefore")
    visitor.presses("handin")
    assert visitor.state.phase == "completed"
    attack(visitor, text(LONG))


@pytest.mark.parametrize("said", ["x", LONG])
def test_at_a_choice(visitor: Visitor, said: str) -> None:
    visitor.presses("submit")
    visitor.says("Leeds")
    attack(visitor, text(said))
    visitor.presses("option.1")
    assert visitor.state.index == 3
