"""The drill's interview from invitation to end. Each method of `Play` for a step returns values for its report.

Steps raise Failed, Skipped, or any BotError.
"""

from conversation import inbound as i
from conversation.question_kinds import kind_of, takes_voice
from conversation.record.audit import unseal
from conversation.script import Question, Script
from conversation.state import State
from conversation.timing.schedule import next_due
from conversation.views.answers import Spoken, read
from handlers.actions.context import Tools
from handlers.drill.board import Failed, Skipped
from handlers.drill.candidate import PATIENCE_MS, PAUSE_S, Candidate, Item, Mailbox, World
from handlers.drill.request import DrillRequest
from handlers.maintenance.audit import audit
from storage import keys
from storage.ports import Campaign

VOICE_MS = 120_000
"""How long a transcript may take, including loading the model, in milliseconds."""
_DUE_AT_ONCE = 10_000
_MOST_SHOWN = 60
_QUESTION_BEGINS = 20
"""How many of a question's first characters are used to recognise it in a message."""
Said = dict[str, object]


class Play:
    """Plays a drill's interview.

    `heard`: whether this machine has a speech model. `sha256` names the archived recording, which has `size`
    bytes.
    """

    def __init__(self, order: DrillRequest, script: Script, tools: Tools, world: World, size: int) -> None:
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

    # entering

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

    # leaving and returning

    async def text(self) -> Said:
        """Begin an answer if the question takes several messages; otherwise answer it."""
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
        """Check that recruiters are told of the exit."""
        return {"text": _first_line((await self._recruiters.hear(why="no_notice")).text)}

    async def back(self) -> Said:
        """Check that any message brings back the open question and what was said, and that recruiters know."""
        state = await self._candidate.state()
        await self._candidate.does(i.TextReceived(self._words.text("staff.drill.back")))
        await self._candidate.mailbox.hear(self._is_question(state.index))
        after = await self._in("running")
        if after.index != state.index or len(after.parts) < len(state.parts):
            raise Failed("not_kept")
        await self._recruiters.hear(why="no_notice")
        return {}

    # background work

    async def timers(self) -> Said:
        """Check that a reminder is scheduled, and that some process handles a due timer within PATIENCE_MS."""
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
        """Check that sending the last event again changes nothing."""
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
        """Answer the next question that takes a voice message, after answering those before it."""
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
        """Check that the interview is completed and recruiters are told."""
        await self._in("completed")
        return {"text": _first_line((await self._recruiters.hear(why="no_notice")).text)}

    async def record(self) -> Said:
        """Check that the record's chain is intact and leads to the state. Returns the number of entries."""
        return {"n": (await audit(self._world.store, self._order.interview)).version}

    async def _question(self) -> Question | None:
        """Return the open question, or None if there is none."""
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
        """Send a voice message. Returns its number."""
        media = i.Media(self.sha256, size=self._size)
        await self._candidate.does(i.VoiceReceived(media))
        self._counts["voice"] += 1
        return (await self._candidate.state()).voices

    async def _hand_in(self) -> None:
        state = await self._candidate.state()
        if state.parts:  # some voice answers are submitted automatically
            await self._candidate.does(i.ChoicePressed("submit"))
            await self._went_on(state.index)

    async def _went_on(self, index: int) -> None:
        """Wait for the next question or the end. Raises Failed if the interview did not advance past `index`."""
        state = await self._candidate.state()
        if state.follow_up:
            await self._candidate.mailbox.hear()
            await self._candidate.does(i.ChoicePressed("skip"))
            state = await self._candidate.state()
        if state.index <= index:
            raise Failed("stuck", number=index + 1)
        if state.reviewing:
            await self._candidate.mailbox.hear()
            await self._candidate.does(i.ChoicePressed("handin"))
        last = state.index >= len(self._script.steps)
        await self._candidate.mailbox.hear((lambda _: True) if last else self._is_question(state.index))

    async def _transcribed(self, voice: int) -> Spoken:
        """Wait until the voice message is transcribed or, without a model here, until its recording is archived.

        Raises Failed.
        """
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

    # helpers

    def _is_question(self, index: int) -> "_Asks":
        ask = self._script.steps[index].question.ask.in_(self._order.language).strip()
        return _Asks(ask[:_QUESTION_BEGINS])

    async def _in(self, phase: str) -> State:
        state = await self._candidate.state()
        if state.phase != phase:
            raise Failed("phase", phase=state.phase, wanted=phase)
        return state


class _Asks:
    """A predicate: whether a message contains a question that begins with this text."""

    def __init__(self, begins: str) -> None:
        self._begins = begins

    def __call__(self, item: Item) -> bool:
        return self._begins in item.text


def _first_line(text: str) -> str:
    return text.splitlines()[0][:_MOST_SHOWN] if text else ""
