"""The console's golden dialogues, with every store."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from conversation import inbound as i
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from handlers.catalogues import staff_vocabulary
from handlers.console.context import StaffFile
from handlers.console.registry import COMMANDS
from handlers.organisation.repository import audit_organisation
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.dialogues.written import indented
from tests.handlers.console import helping
from tests.handlers.console.appointments import handle_requests
from tests.handlers.console.desk import Desk

_FOLDER = Path(__file__).parent
_FILES = sorted([*_FOLDER.glob("zh/*.txt"), *_FOLDER.glob("en/*.txt")])
_INPUT = re.compile(r"([^<>!~\s]\S*)> (.*)|([!~]) (.*)")
_OUTPUT = re.compile(r"<|  |$")
_ID = re.compile(r"\b(?=[0-9a-f]*[0-9])[0-9a-f]{16}\b")
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_CODE = re.compile(r"/claim \w{32}")
_TOKEN = re.compile(r"start=[\w-]{20,}")
_MINUTES = re.compile(r"(\d+)([mhd])")
_UNIT_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
all_dialogues = pytest.mark.parametrize("path", _FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


@all_dialogues
async def test_the_console_says_what_is_written(path: Path, store: Store, request: pytest.FixtureRequest) -> None:
    text = path.read_text(encoding="utf-8")  # noqa: ASYNC240
    played = await _play(text, store)
    if request.config.getoption("--rewrite-dialogues") and isinstance(store, MemoryStore):
        path.write_text(played, encoding="utf-8")  # noqa: ASYNC240
        return
    assert played == text
    await audit_organisation(store)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_is_in_a_dialogue(language: str) -> None:
    lines = [line for path in _FOLDER.glob(f"{language}/*.txt") for line in path.read_text("utf-8").splitlines()]
    typed = {
        found[2].lstrip("/／").split(" ")[0] for line in lines if (found := _INPUT.fullmatch(line)) and found[2]
    }
    for command in COMMANDS:
        names = [staff_vocabulary()[each].text(f"staff.names.{command.name}") for each in ("zh", "en")]
        assert typed & {command.name, *"|".join(names).split("|")}, command.name


async def _play(text: str, store: Store) -> str:
    lines = text.splitlines()
    language = next(line.partition(": ")[2] for line in lines if line.startswith("language: "))
    desk = Desk(store, language)
    written: list[str] = []
    names: dict[str, str] = {}
    cards: set[tuple[Address, str]] = set()
    for line in lines:
        if found := _INPUT.fullmatch(line):
            written.append(line)
            who, said, mark, action = found.groups()
            sent = await (_say(desk, who, said) if who else _act(desk, mark, action))
            written += _shown(sent, names, cards)
        elif line.startswith(("#", "language: ")) or not line:
            written.append(line)
        else:
            assert _OUTPUT.match(line), f"not a line of a dialogue: {line!r}"
    return re.sub(r"\n{3,}", "\n\n", "\n".join(written)).rstrip("\n") + "\n"


async def _say(desk: Desk, who: str, said: str) -> list[OutboundMessage]:
    if press := re.fullmatch(r"\[(.+)\]", said):
        return await desk.presses(who, press[1])
    return await desk.says(who, said.replace("\\n", "\n").replace("INTERVIEW", _last(desk)))


def _last(desk: Desk) -> str:
    """Return the interview of the newest invitation, which replaces INTERVIEW in a line."""
    names = list(desk._invitations)
    return desk.interview_of(names[-1]) if names else "INTERVIEW"


async def _act(desk: Desk, mark: str, action: str) -> list[OutboundMessage]:
    if mark == "~":
        desk.now += sum(int(number) * _UNIT_MS[unit] for number, unit in _MINUTES.findall(action))
        return []
    if (helped := await helping.act(desk, action)) is not None:
        return helped
    if (said := await _from_outside(desk, action)) is not None:
        return said
    await _meanwhile(desk, action)
    return await desk.sent()


async def _from_outside(desk: Desk, action: str) -> list[OutboundMessage] | None:
    """Carry out an action in which one person writes to the console.

    Returns the answers, or None if it is another kind of action.
    """
    match action.split():
        case [who, "claims"]:
            return await desk.claims(who)
        case [who, "joins", "as", role, *unit]:
            return await desk.joins(who, role, "".join(unit).removeprefix("of"))
        case [who, "sends", name, *_]:
            return await desk.says(who, *_sent(name, action))
        case ["stranger>", *words]:
            assert await desk.says("stranger", " ".join(words)) == []
            assert desk.results[-1] == "stranger"
            return []
    return None


async def _meanwhile(desk: Desk, action: str) -> None:
    match action.split():
        case ["campaign", code, "of", unit, "on", script]:
            await desk.campaign(code, unit, script)
        case ["campaign", code, *unit]:
            await desk.campaign(code, "".join(unit).removeprefix("of"))
        case [who, "opens" | "starts" | "exits" as how, campaign]:
            await {"opens": desk.opens, "starts": desk.starts, "exits": desk.exits}[how](who, campaign)
        case [who, "answers", number, "of", campaign]:
            await desk.answers(who, campaign, int(number))
        case [who, "completes", campaign]:
            await desk.answers(who, campaign, 4)
        case ["timers"]:
            await desk.ticks()
        case ["digests" | "erasing" | "broadcasts" as loop]:
            await {"digests": desk.digests, "erasing": desk.erases, "broadcasts": desk.broadcasts}[loop]()
        case ["appointments"]:
            await handle_requests(desk)
        case [who, "says:", *words]:
            await desk.does(who, i.TextReceived(" ".join(words)))
        case [who, "asks", "for", "an", "adjustment:", *words]:
            await desk.does(who, i.CommandReceived("adjust", " ".join(words)))
        case [who, "presses", choice]:
            await desk.does(who, i.ChoicePressed(choice))
        case _:
            raise AssertionError(f"! {action}: not known; see README.md")


def _sent(name: str, action: str) -> tuple[str, StaffFile]:
    """Return caption (or "") and file."""
    head, _, content = action.partition(": ")
    data = content.replace("\\n", "\n").encode()
    return head.partition(" with ")[2], StaffFile(name.removesuffix(":"), data)


def _shown(
    messages: Iterable[OutboundMessage], names: dict[str, str], cards: set[tuple[Address, str]]
) -> list[str]:
    """Return messages as the lines that their reader sees, with the same ids in every run."""
    return [
        line
        for message in messages
        for line in indented(f"< {_how_shown(message, cards)}{_readable(message, names)}")
    ]


def _how_shown(message: OutboundMessage, cards: set[tuple[Address, str]]) -> str:
    """Return a prefix that says whether a message is silent or replaces an earlier one."""
    place = (message.to, f"{message.interview}|{message.subject}")
    before = bool(message.subject) and place in cards
    assert before or not message.quiet, "nothing to change"
    cards.add(place)
    if before and message.formerly:
        how = f"(anew; the former card: “{message.formerly}”) "
    else:
        how = "(instead) " if before else ""
    return f"{how}(no sound) " if message.silent else how


def _readable(message: OutboundMessage, names: dict[str, str]) -> str:
    text = message.text
    for offset, length in sorted(message.bold, reverse=True):
        text = f"{text[:offset]}**{text[offset : offset + length]}**{text[offset + length :]}"
    if message.file:
        text += f"\n📎 {message.file.name}" + "".join(f"\n   {line}" for line in message.file.alt.splitlines())
    if message.choices:
        text += "\n" + " ".join(f"[{choice.label}]" for choice in message.choices)
        for choice in message.choices:
            assert len(choice.token.encode()) <= 64, choice
    text = _HASH.sub("HASH", _CODE.sub("/claim CODE", text))
    text = _TOKEN.sub("start=TOKEN", text)
    return _ID.sub(lambda found: names.setdefault(found[0], f"ID-{len(names) + 1}"), text)
