"""Playing a dialogue: its lines become events in a world, and the messages sent become lines again."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from conversation import inbound as i
from conversation.outbound import OutboundMessage
from conversation.script import Script
from conversation.timing.schedule import to_ms
from handlers.authoring import read_script
from tests.dialogues.player_output import PLACES, PlayerOutput
from tests.dialogues.worlds import CODE, OTHER_TOKEN, TOKEN, Clock, World
from tests.dialogues.written import Dialogue, Turn

BETWEEN_MS = 15_000
"""Time between the candidate's actions."""

_HERE = Path(__file__).parent
_FOLDERS = (_HERE / "scripts", _HERE.parents[1] / "interviews")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PRESS = re.compile(r"\[(.+?)\](?: of question (\d+))?")


@cache
def script_named(name: str) -> Script:
    script, faults = read_script(script_text(name), f"{name}.yaml")
    assert script is not None, faults
    return script


def script_text(name: str) -> str:
    path = next(folder / f"{name}.yaml" for folder in _FOLDERS if (folder / f"{name}.yaml").exists())
    return path.read_text(encoding="utf-8")


async def play(dialogue: Dialogue, world: World, clock: Clock) -> tuple[list[list[str]], list[str]]:
    """Play a dialogue. Returns (lines sent in answer to each turn, lines of the final record)."""
    player = _Player(dialogue, world, clock)
    await player.open()
    answers = [await player.turn(turn) for turn in dialogue.turns]
    return answers, await player.record()


class _Player(PlayerOutput):
    def __init__(self, dialogue: Dialogue, world: World, clock: Clock) -> None:
        super().__init__(script_named(dialogue.header.script), world, dialogue.header.zone)
        self._header = dialogue.header
        self._clock = clock
        self._sent: list[OutboundMessage] = []
        self._messages: dict[str, str] = {}
        self._archived: set[str] = set()
        self._number = 0
        self._files = 0
        self._earlier_ms = 0
        self._paused_ms = 0
        self._last: i.Inbound | None = None

    async def open(self) -> None:
        self._clock.now = to_ms(self._header.start)
        register, _, name = self._header.register.partition(" ")
        await self._world.open(self._script, name, self._header.phone, walk_in=register == "walk-in")

    async def turn(self, turn: Turn) -> list[str]:
        if turn.mark == "~":
            return await self._time_passes(turn.text)
        self._clock.now += BETWEEN_MS
        if turn.mark == "!":
            return self._lines(await self._action(turn.text))
        return self._lines(await self._said(turn.mark.removesuffix(">"), turn.text))

    # the candidate

    async def _said(self, place: str, text: str) -> list[OutboundMessage]:
        if press := _PRESS.fullmatch(text):
            return await self._does(i.ChoicePressed(self._token(place, press[1], press[2])), place)
        if text.startswith("/"):
            name, _, argument = text[1:].partition(" ")
            return await self._does(i.CommandReceived(name, argument), place)
        return await self._does(i.TextReceived(text), place)

    def _token(self, place: str, label: str, question: str | None) -> str:
        """Return the token of the place's last button with this label, or the last one of that question."""
        for message in reversed(self._sent):
            for choice in message.choices if message.to == PLACES[place] else ():
                asked = question is None or f"@{int(question) - 1}." in choice.token
                if choice.label == label and asked:
                    return choice.token
        raise AssertionError(f"[{label}] was never offered here")

    async def _does(self, what: i.What, place: str = "", message: str = "") -> list[OutboundMessage]:
        self._number += 1
        if isinstance(what, i.TextReceived):
            message = f"m{self._number}"
            self._messages[what.text] = message
        sent_ms, self._earlier_ms = self._clock.now - self._earlier_ms, 0
        language = "zh-hans" if self._header.language == "zh" else "en"
        self._last = i.Inbound(
            f"in:{self._number}", what, PLACES[place], sent_ms, message, self._header.profile, language
        )
        return await self._receive(self._last)

    async def _receive(self, inbound: i.Inbound) -> list[OutboundMessage]:
        return self._note(await self._world.receive(inbound))

    def _note(self, sent: list[OutboundMessage]) -> list[OutboundMessage]:
        for message in sent:
            _well_formed(message)
        self._sent += sent
        return sent

    # actions

    async def _action(self, text: str) -> list[OutboundMessage]:
        for pattern, act in _ACTIONS:
            if found := re.fullmatch(pattern, text, re.DOTALL):
                return await act(self, *found.groups(default=""))
        raise AssertionError(f"! {text}: not known; see README.md")

    async def opens(self, place: str) -> list[OutboundMessage]:
        payload = CODE if self._header.register == "walk-in" else TOKEN
        return await self._does(i.CommandReceived("start", payload), place)

    async def opens_another(self) -> list[OutboundMessage]:
        return await self._does(i.CommandReceived("start", OTHER_TOKEN))

    async def blocks(self) -> list[OutboundMessage]:
        return await self._does(i.ChannelClosed("blocked"))

    async def unblocks(self) -> list[OutboundMessage]:
        return await self._does(i.ChannelReopened())

    async def sends_other(self, kind: str) -> list[OutboundMessage]:
        return await self._does(i.OtherReceived(kind))

    async def pauses_account(self) -> list[OutboundMessage]:
        self._world.halted, self._paused_ms = True, self._clock.now
        return []

    async def resumes_account(self) -> list[OutboundMessage]:
        self._world.halted = False
        ours = PLACES[""]
        what = i.AccountResumed(ours.channel, ours.account, self._paused_ms, self._clock.now)
        return await self._by_itself("resumed", what)

    async def sends_file(self, kind: str, name: str, words: str, size: str) -> list[OutboundMessage]:
        self._files += 1
        media = i.Media(f"file-{self._files}", kind, size=int(size or 0) * 1024 * 1024)
        return await self._does(i.OtherReceived(kind, media, name, words))

    async def file_arrives(self, number: str, name: str) -> list[OutboundMessage]:
        media_type = "image/png" if name.endswith(".png") else "application/pdf"
        file = i.Attachment(name, f"{int(number):064x}", media_type)
        return await self._file(number, i.FileArchived(int(number), file, 4000, answer=True))

    async def file_lost(self, number: str, why: str) -> list[OutboundMessage]:
        return await self._file(number, i.FileLost(int(number), why, answer=True))

    async def _file(self, number: str, what: i.What) -> list[OutboundMessage]:
        return self._note(await self._world.apply(i.Inbound(f"file:{number}", what)))

    async def speaks(self, length: str, words: str) -> list[OutboundMessage]:
        duration_ms = _duration_ms(length) if length else 0
        media = i.Media(f"file-{self._number}", duration_ms=duration_ms)
        message = f"v{self._number}" if words else ""
        if words:
            self._messages[words] = message
        return await self._does(i.VoiceReceived(media, words), message=message)

    async def heard(self, voice: str, barely: str, text: str) -> list[OutboundMessage]:
        confidence = 0.31 if barely else 0.93
        return await self._listened(voice, i.TranscriptReady(int(voice), text, confidence, "tiny", 42_000))

    async def unheard(self, voice: str, why: str) -> list[OutboundMessage]:
        return await self._listened(voice, i.TranscriptFailed(int(voice), why, 42_000))

    async def lost(self, voice: str, why: str) -> list[OutboundMessage]:
        return await self._worker(voice, "audio", i.AudioLost(int(voice), why))

    async def delayed(self, voice: str) -> list[OutboundMessage]:
        await self._archive(voice)
        return await self._worker(voice, "delayed", i.TranscriptDelayed(int(voice)))

    async def _listened(self, voice: str, what: i.TranscriptReady | i.TranscriptFailed) -> list[OutboundMessage]:
        await self._archive(voice)
        return await self._worker(voice, "transcript", what)

    async def _archive(self, voice: str) -> None:
        if voice not in self._archived:
            self._archived.add(voice)
            kept = i.AudioArchived(int(voice), f"{int(voice):064x}", 4000, "ogg-opus")
            assert await self._worker(voice, "audio", kept) == []

    async def _worker(self, voice: str, of: str, what: i.What) -> list[OutboundMessage]:
        return self._note(await self._world.apply(i.Inbound(f"voice:{voice}:{of}", what)))

    async def sends_long(self, text: str, times: str) -> list[OutboundMessage]:
        return await self._does(i.TextReceived(text * int(times)))

    async def edits(self, old: str, new: str) -> list[OutboundMessage]:
        message = self._messages.pop(old)
        self._messages[new] = message
        return await self._does(i.TextEdited(new), message=message)

    async def twice(self, label: str) -> list[OutboundMessage]:
        token = self._token("", label, None)
        once = await self._does(i.ChoicePressed(token))
        self._clock.now += 400
        return once + await self._does(i.ChoicePressed(token))

    async def again(self) -> list[OutboundMessage]:
        assert self._last is not None
        return await self._receive(self._last)

    async def earlier(self, time: str) -> list[OutboundMessage]:
        self._earlier_ms = _duration_ms(time)
        return []

    async def outage(self, time: str) -> list[OutboundMessage]:
        lasted = _duration_ms(time)
        self._clock.now += lasted
        return await self._by_itself("outage", i.OutageEnded(lasted))

    async def extends(self, moment: str) -> list[OutboundMessage]:
        return await self._by_itself("extend", i.DeadlineMoved(to_ms(self._moment(moment))))

    async def claim_answered(self, answer: str) -> list[OutboundMessage]:
        return await self._by_itself("claim", i.ClaimAnswered(answer == "confirms", "colleague"))

    async def helped(self, text: str) -> list[OutboundMessage]:
        return await self._by_itself("answer", i.SupportAnswered(text, "colleague"))

    async def announced(self, text: str) -> list[OutboundMessage]:
        return await self._by_itself("announced", i.Announced(text, "colleague"))

    async def decided(self, decision: str) -> list[OutboundMessage]:
        return await self._by_itself("decided", i.DecisionMade(decision, "colleague"))

    async def told(self, outcome: str, text: str) -> list[OutboundMessage]:
        return await self._by_itself("told", i.ResultGiven(outcome, "colleague", text))

    async def handed_back(self) -> list[OutboundMessage]:
        return await self._by_itself("done", i.SupportFinished("colleague"))

    async def undelivered(self) -> list[OutboundMessage]:
        return await self._by_itself("undelivered", i.DeliveryFailed("blocked"))

    # time

    async def _time_passes(self, text: str) -> list[str]:
        """Play everything that falls due in that time, in order."""
        until = text.removeprefix("until ")
        goal = to_ms(self._moment(until)) if until != text else self._clock.now + _duration_ms(text)
        assert goal >= self._clock.now, f"~ {text}: time does not run backwards"
        lines: list[str] = []
        while 0 < (due := await self._world.due()) <= goal:
            self._clock.now = max(self._clock.now, due)
            sent = await self._by_itself("tick", i.Ticked())
            assert await self._world.due() != due, f"a timer stands still at {self._time(due)}"
            lines += [f"@ {self._time(self._clock.now)}", *self._lines(sent)] if sent else []
        self._clock.now = goal
        return lines

    async def _by_itself(self, why: str, what: i.What) -> list[OutboundMessage]:
        version = (await self._world.record()).version
        return self._note(await self._world.apply(i.Inbound(f"{why}:{version}", what)))

    def _moment(self, text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=self._zone)


def _well_formed(message: OutboundMessage) -> None:
    assert message.text.strip(), "an empty message"
    for choice in message.choices:
        assert choice.token.isascii(), choice
        assert len(choice.token) <= 40, choice
        assert choice.label.strip(), choice
    for offset, length in message.bold:
        assert 0 <= offset < offset + length <= len(message.text), message


def _duration_ms(text: str) -> int:
    pieces = re.findall(r"(\d+)([smhd])", text)
    assert pieces, f"{text!r} is no time, such as 10m or 1d 2h"
    return int(timedelta(**{_UNITS[unit]: int(number) for number, unit in pieces}).total_seconds() * 1000)


_Act = Callable[..., Awaitable[list[OutboundMessage]]]
_ACTIONS: tuple[tuple[str, _Act], ...] = (
    (r"opens the link(?: at (\w+))?", _Player.opens),
    (r"opens another invitation", _Player.opens_another),
    (r"blocks the bot", _Player.blocks),
    (r"unblocks the bot", _Player.unblocks),
    (r'speaks(?: ([0-9a-z ]+?))?(?: with the words "(.+)")?', _Player.speaks),
    (r'voice (\d+) is (barely )?heard as "(.+)"', _Player.heard),
    (r"voice (\d+) is not heard: (\w+)", _Player.unheard),
    (r"voice (\d+) is lost: (\w+)", _Player.lost),
    (r"voice (\d+) waits for a model", _Player.delayed),
    (r"sends an? (\w+)", _Player.sends_other),
    (
        r'sends an? (photo|document)(?: "([^"]+)")?(?: with the words "(.+)")?(?: of (\d+) MB)?',
        _Player.sends_file,
    ),
    (r'file (\d+) arrives as "(.+)"', _Player.file_arrives),
    (r"file (\d+) is lost: (\w+)", _Player.file_lost),
    (r"our account is paused", _Player.pauses_account),
    (r"our account works again", _Player.resumes_account),
    (r'sends "(.+)" (\d+) times', _Player.sends_long),
    (r'edits "(.+)" to "(.+)"', _Player.edits),
    (r"presses \[(.+)\] twice", _Player.twice),
    (r"the platform delivers that again", _Player.again),
    (r"the next message was sent (.+) earlier", _Player.earlier),
    (r"we are out of service for (.+)", _Player.outage),
    (r"the recruiter extends to (.+)", _Player.extends),
    (r"the recruiter (confirms|refuses) the other account", _Player.claim_answered),
    (r'a colleague answers "(.+)"', _Player.helped),
    (r'a colleague announces "(.+)"', _Player.announced),
    (r"the recruiters decide (yes|hold|no)", _Player.decided),
    (r'the recruiters tell the result: (yes|hold|no)(?: "(.+)")?', _Player.told),
    (r"a colleague hands back", _Player.handed_back),
    (r"a message cannot be delivered", _Player.undelivered),
)
