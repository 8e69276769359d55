"""The drill's interview, from the invitation to the end: each method is a step, and gives what there is to say of
it. Raises Failed, Skipped, or any BotError."""

from conversation import inbound as i
from conversation.audit import unseal
from conversation.question_kinds import kind_of, takes_voice
from conversation.script import Question, Script
from conversation.state import State
from conversation.timing.schedule import next_due
from conversation.views.answers import Spoken, read
from handlers.actions.context import Tools
from handlers.drill.board import Failed, Skipped
from handlers.drill.candidate import PATIENCE_MS, PAUSE_S, Candidate, Item, Mailbox, World
from handlers.drill.order import Order
from handlers.maintenance.audit import audit
from storage import keys
from storage.ports import Campaign

VOICE_MS = 120_000
"""How long a transcript may take, including loading the model."""
_DUE_AT_ONCE = 10_000
_MOST_SHOWN = 60
_QUESTION_BEGINS = 20
"""Characters by which a question is known again."""
Said = dict[str, object]


class Play:
    """`heard`: this machine has a speech model; the recording of `size` bytes is in the archive as `sha256`."""

    def __init__(self, order: Order, script: Script, tools: Tools, world: World, size: int) -> None:
        self._order = order
        self._script = script
        self._tools = tools
        self._world = world
        self._size = size
        self._words = tools.words[order.language]
        self._candidate = Candidate(world, order, self._words.text("staff.drill.candidate"))
        self._recruiters = Mailbox(world, order.recruiters)
        self._counts = {"text": 0, "choice": 0, "number": 0, "voice": 0}
        self.sha256 = ""
        self.heard = False

    # in

    async def invitation(self) -> Said:
        order, store = self._order, self._world.store
        campaign = Campaign(
            order.hidden,
            order.version,
            order.script,
            order.started_ms,
            order.unit,
            notices_to=order.recruiters,
        )
        name = self._words.text("staff.drill.candidate")
        await self._tools.campaigns.invite(campaign, name, interview=order.interview, token=order.token)
        if await store.directory.invitation(order.token) != order.interview:
            raise Failed("invitation")
        return {}

    async def start(self) -> Said:
        await self._candidate.does(i.CommandReceived("start", self._order.token))
        await self._candidate.mailbox.hear(lambda item: item.offers("agree"))
        return {}

    async def consent(self) -> Said:
        await self._candidate.does(i.ChoicePressed("agree"))
        await self._candidate.mailbox.hear(self._is_question(0))
        await self._in("running")
        return {}

    # out and back

    async def text(self) -> Said:
        """The beginning of an answer, where one is written in several messages; otherwise a whole one."""
        question = await self._question()
        if question is None:
            raise Skipped("nothing_written")
        if not kind_of(question).at_once and question.voice != "required":
            await self._candidate.does(i.TextReceived(self._words.text("staff.drill.answer")))
            await self._candidate.mailbox.hear()
        elif len(self._script.steps) > 1:
            await self._answer(question)
        else:
            raise Skipped("nothing_written")
        return {}

    async def exit(self) -> Said:
        await self._candidate.does(i.CommandReceived("exit"))
        await self._candidate.mailbox.hear(lambda item: item.offers("exit"))
        await self._candidate.does(i.ChoicePressed("exit"))
        reason = next(each.id for each in self._script.exit_reasons if each.id != "other")
        await self._candidate.mailbox.hear(lambda item: item.offers(f"reason.{reason}"))
        await self._candidate.does(i.ChoicePressed(f"reason.{reason}"))
        await self._candidate.mailbox.hear()
        state = await self._in("exited")
        if state.reason != reason:
            raise Failed("reason")
        return {}

    async def notice(self) -> Said:
        """Recruiters hear of the exit."""
        return {"text": _first_line((await self._recruiters.hear(why="no_notice")).text)}

    async def back(self) -> Said:
        """Any message brings back the open question, and recruiters hear of that."""
        state = await self._candidate.state()
        await self._candidate.does(i.TextReceived(self._words.text("staff.drill.back")))
        await self._candidate.mailbox.hear(self._is_question(state.index))
        after = await self._in("running")
        if after.index != state.index or len(after.parts) < len(state.parts):
            raise Failed("not_kept")
        await self._recruiters.hear(why="no_notice")
        return {}

    # what works in the background

    async def timers(self) -> Said:
        """A reminder is set; and what is due now is dealt with, by whichever process does that."""
        interview, store = self._order.interview, self._world.store
        if not next_due(await self._candidate.state(), self._script, self._tools.zone):
            raise Failed("no_reminder")
        now = self._world.now()
        await store.interviews.reschedule(interview, now)
        while await self._is_due(interview, now):
            if self._world.now() >= now + PATIENCE_MS:
                raise Failed("timers", n=PATIENCE_MS // 1000)
            await self._world.pause(PAUSE_S)
        return {}

    async def _is_due(self, interview: str, now: int) -> bool:
        due = await self._world.store.interviews.due(keys.partition_of(interview), now, _DUE_AT_ONCE)
        return any(each == interview for each, _ in due)

    async def duplicate(self) -> Said:
        """What was brought last comes once more."""
        before = await self._version()
        result = await self._candidate.does_again()
        if result != "duplicate" or await self._version() != before:
            raise Failed("twice")
        return {}

    async def _version(self) -> int:
        record = await self._world.store.interviews.load(self._order.interview)
        return record.version if record else 0

    # answers

    async def voice(self) -> Said:
        """At the next question that takes a voice message; those before are answered on the way."""
        while (question := await self._question()) and not takes_voice(question):
            await self._answer(question)
        if question is None:
            raise Skipped("no_voice")
        voice = await self._speak()
        spoken = await self._transcribed(voice)
        await self._hand_in()
        if spoken.status == "pending":
            raise Skipped("kept")
        return {"text": spoken.machine[:_MOST_SHOWN]}

    async def answers(self) -> Said:
        while question := await self._question():
            await self._answer(question)
        return {**self._counts}

    async def end(self) -> Said:
        """Completed, and recruiters hear of it."""
        await self._in("completed")
        return {"text": _first_line((await self._recruiters.hear(why="no_notice")).text)}

    async def record(self) -> Said:
        """The chain holds, and leads to the state."""
        return {"n": (await audit(self._world.store, self._order.interview)).version}

    async def _question(self) -> Question | None:
        """The open one; None: there are no more."""
        state = await self._candidate.state()
        there = state.phase == "running" and state.index < len(self._script.steps)
        return self._script.steps[state.index].question if there else None

    async def _answer(self, question: Question) -> None:
        kind = kind_of(question)
        if question.voice == "required" and takes_voice(question):
            await self._speak()
            await self._hand_in()
            return
        self._counts["text" if kind.free else kind.name] += 1
        index = (await self._candidate.state()).index
        if options := kind.options(question):
            await self._candidate.does(i.ChoicePressed(options[0]))
        else:
            text = kind.sample(question) or self._words.text("staff.drill.answer")
            await self._candidate.does(i.TextReceived(text))
        if not kind.at_once:
            await self._candidate.mailbox.hear()
            await self._candidate.does(i.ChoicePressed("submit"))
        await self._went_on(index)

    async def _speak(self) -> int:
        """The voice message's number."""
        media = i.Media(self.sha256, size=self._size)
        await self._candidate.does(i.VoiceReceived(media))
        self._counts["voice"] += 1
        return (await self._candidate.state()).voices

    async def _hand_in(self) -> None:
        state = await self._candidate.state()
        if state.parts:  # some spoken answers hand themselves in
            await self._candidate.does(i.ChoicePressed("submit"))
            await self._went_on(state.index)

    async def _went_on(self, index: int) -> None:
        """The next question is there, or the end."""
        state = await self._candidate.state()
        if state.index <= index:
            raise Failed("stuck", number=index + 1)
        if state.reviewing:
            await self._candidate.mailbox.hear()
            await self._candidate.does(i.ChoicePressed("handin"))
        last = state.index >= len(self._script.steps)
        await self._candidate.mailbox.hear((lambda _: True) if last else self._is_question(state.index))

    async def _transcribed(self, voice: int) -> Spoken:
        """What became of the voice message: its transcript, or, without a model here, that its recording is kept.
        Raises Failed."""
        until = self._world.now() + (VOICE_MS if self.heard else PATIENCE_MS)
        while True:
            spoken = await self._spoken(voice)
            if spoken.status == "failed":
                raise Failed(
                    "unheard",
                    reason=self._tools.candidate_words[self._order.language].text(f"voice.why.{spoken.why}"),
                )
            if spoken.status != "pending" or (spoken.sha256 and not self.heard):
                return spoken
            if self._world.now() >= until:
                raise Failed("voice_slow" if spoken.sha256 else "voice_away", n=VOICE_MS // 1000)
            await self._world.pause(PAUSE_S)

    async def _spoken(self, voice: int) -> Spoken:
        stored = await self._world.store.interviews.entries(self._order.interview)
        transcript = read((unseal(each)[1] for each in stored), self._script)
        parts = (part for answer in transcript.answers for part in (*answer.parts, *answer.dropped))
        return next(part.spoken for part in parts if part.spoken and part.spoken.voice == voice)

    # looking

    def _is_question(self, index: int) -> "_Asks":
        ask = self._script.steps[index].question.ask.in_(self._order.language).strip()
        return _Asks(ask[:_QUESTION_BEGINS])

    async def _in(self, phase: str) -> State:
        state = await self._candidate.state()
        if state.phase != phase:
            raise Failed("phase", phase=state.phase, wanted=phase)
        return state


class _Asks:
    """Whether a message has a question in it."""

    def __init__(self, begins: str) -> None:
        self._begins = begins

    def __call__(self, item: Item) -> bool:
        return self._begins in item.text


def _first_line(text: str) -> str:
    return text.splitlines()[0][:_MOST_SHOWN] if text else ""
