"""Telling the result to one candidate, or to all of a campaign."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from conversation.decide.results.telling import OUTCOMES, Moment, hindrance, told_when
from conversation.decide.results.wording import drafted, with_quotes
from conversation.inbound import Inbound, ResultGiven, Writer
from conversation.script import Wording
from conversation.state import State
from conversation.state_parts import Told
from conversation.timing.schedule import decent
from conversation.views.sentences import sentences
from handlers.actions.appointments.with_results import most_times, offer_with_result
from handlers.actions.base import Action, Preview, Reach, Result
from handlers.actions.context import Candidate, Channel, Context, Refused, Term, candidate
from handlers.actions.context import Moment as At
from handlers.actions.many import LeftOut, common_unit
from handlers.actions.results.drafts import Draft, transcript_of, unsaid_quotes, whose_words
from handlers.actions.targets import campaign_of, has_happened, interview_of
from handlers.members import batches
from handlers.organisation.rights import HIRES
from handlers.organisation.state import ROOT, Role

MOST = 1_000
"""Most candidates told by one action."""
MOST_TEXT = 1_000
"""Longest text that is added to the message, in characters."""
MOST_QUOTES = 3
"""Most sentences of the candidate's own in one message."""
BEFORE = ("told", "otherwise", "waits")
"""Hindrances that do not matter if the candidate is to be told again."""


class Recipient(msgspec.Struct, frozen=True):
    """A candidate who is told, on which channel and when."""

    candidate: Candidate
    channel: Channel
    when: Moment


class ResultPreview(Preview, frozen=True):
    """Who would be told what, to be confirmed.

    - `left_out`: those with this decision who cannot be told, and why. `before`: how many were told before.
    - `undecided`: how many completed the interview and have no decision.
    - `more`: how many have to wait for another action, because of MOST.
    - `at_ms`: when those are told who are told in the morning (epoch milliseconds).
    - `told`: what the only candidate was told before; None: nothing, or there are several.
    - `misquoted`: what the added text quotes and the only candidate has not said, word for word.
    - `times`: how many times for the next round they are offered.
    - `waits`: the only candidate is already going to be told something, which this replaces.
    - `units`: the units' messages that are shown.
    """

    outcome: str
    campaign: str
    drafts: tuple[Draft, ...]
    recipients: tuple[Recipient, ...]
    at_ms: int
    action: "TellResult"
    units: dict[str, Wording]
    left_out: tuple[LeftOut, ...] = ()
    before: int = 0
    undecided: int = 0
    more: int = 0
    told: Told | None = None
    waits: str = ""
    unit: str = ROOT
    ruled: bool = False
    misquoted: tuple[str, ...] = ()
    times: int = 0

    @property
    def confirms(self) -> "TellResult":
        """Exactly those who were shown are told."""
        interviews = tuple(each.candidate.interview for each in self.recipients)
        again = self.told is not None or bool(self.waits)
        shown = replace(self.action, units=self.units, slots=bool(self.times))
        return replace(shown, campaign="", interviews=interviews, again=again)

    @property
    def reach(self) -> Reach | None:
        return Reach(self.unit, len(self.recipients), self.ruled)


class ResultsGiven(Result, frozen=True):
    """Who was told, or will be and when, and who not. `at_ms` is as in `ResultPreview`."""

    outcome: str
    recipients: tuple[Recipient, ...]
    left_out: tuple[LeftOut, ...]
    at_ms: int


class TellResult(Action, frozen=True, omit_defaults=True, tag="tell_result"):
    """Tell candidates the result: these `interviews`, or all of a campaign with this decision.

    `outcome` must be what was decided: yes, hold or no. `text` is added to the message, after `quotes`: sentences
    of the only candidate's answers, word for word. Whoever was told before is told once more only with `again`,
    which is for single candidates. `slots`: whoever is invited to the next round is offered the campaign's times.
    `units`: the messages of units that were shown, which are sent even if they were changed meanwhile; None: those
    of now.
    """

    outcome: str
    interviews: tuple[str, ...] = ()
    campaign: str = ""
    text: str = ""
    again: bool = False
    quotes: tuple[str, ...] = ()
    slots: bool = False
    units: dict[str, Wording] | None = None
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        one = self.interviews[0] if len(self.interviews) == 1 else str(len(self.interviews))
        return f"/tell {self.campaign or one} {self.outcome}"

    async def preview(self, context: Context) -> ResultPreview:
        self._check()
        found = await self._found(context)
        states = found.states[:MOST]
        alone = states[0] if len(self.interviews) == 1 else None
        units = {each.unit for each in states}
        return ResultPreview(
            self.outcome,
            self.campaign,
            await self._drafts(context, states),
            tuple(_recipient(context, each) for each in states),
            _morning(context),
            self,
            {each: message for each in units if (message := self._of_unit(context, each))},
            tuple(found.left_out),
            len(found.before),
            found.undecided,
            len(found.states) - len(states),
            alone.told if alone else None,
            alone.release.outcome if alone and alone.release else "",
            common_unit(context.organisation, units),
            any(context.organisation.takes_two(each, "bulk") for each in units),
            await unsaid_quotes(context, alone, self.text) if alone else (),
            most_times(context, states, self.outcome),
        )

    async def execute(self, context: Context) -> ResultsGiven:
        self._check()
        chosen = self.interviews or await self._chosen(context)
        recipients, left_out = list[Recipient](), list[LeftOut]()
        for done, interview in enumerate(dict.fromkeys(chosen), start=1):
            try:
                recipients.append(await self._tell(context, interview))
            except Refused as refused:
                if len(chosen) == 1:
                    raise
                about = refused.about
                who = candidate(about) if isinstance(about, State) else Candidate(interview, "")
                left_out.append(LeftOut(who, refused.reason.rpartition(".")[2]))
            if done % 100 == 0:
                await context.progressed(done, len(chosen))
        return ResultsGiven(self.outcome, tuple(recipients), tuple(left_out), _morning(context))

    async def _chosen(self, context: Context) -> list[str]:
        """Return whom of the campaign to tell, with those whom this very action has told already.

        Raises Refused if there is nobody.
        """
        found = await self._of_campaign(context)
        done = [
            each
            for each in found.before
            if await has_happened(context, each.interview, self._cause(context, each))
        ]
        if not found.states and not done:
            raise self._nobody(found)
        return [each.interview for each in (*done, *found.states[:MOST])]

    def _cause(self, context: Context, state: State) -> str:
        return f"{context.cause}:tell:{state.interview}"

    def _check(self) -> None:
        if self.outcome not in OUTCOMES:
            raise Refused("tell.unknown", outcome=self.outcome[:40])
        if len(self.text) > MOST_TEXT:
            raise Refused("tell.long", most=MOST_TEXT)
        if len(self.interviews) > MOST:
            raise Refused("many.most", most=MOST)
        if len(self.quotes) > MOST_QUOTES:
            raise Refused("tell.quotes.many", most=MOST_QUOTES)
        if self.quotes and len(self.interviews) != 1:
            raise Refused("tell.quotes.alone")

    def _of_unit(self, context: Context, unit: str) -> Wording | None:
        """Return the message of a unit, as it was shown or else as it is now."""
        if self.units is not None:
            return self.units.get(unit)
        return context.organisation.texts_in(unit).message(self.outcome)

    async def _added(self, context: Context, state: State) -> str:
        """Return what is added to the message. Raises Refused if a quote is no sentence of the answers."""
        if self.quotes:
            said = {each.text for each in sentences(await transcript_of(context, state))}
            if not said.issuperset(self.quotes):
                raise Refused("tell.quotes.unsaid", about=state, name=candidate(state))
        return with_quotes(context.tools.candidate_words[state.language], self.quotes, self.text.strip())

    async def _tell(self, context: Context, interview: str) -> Recipient:
        state = await interview_of(context, interview, self.roles)
        cause = self._cause(context, state)
        asker = context.asker
        by = asker.person if asker else context.person.id
        chat = (asker.chat if asker else None) or context.reply_to
        writer = Writer(chat, context.language)
        inbound = Inbound(
            cause,
            ResultGiven(
                self.outcome,
                by,
                await self._added(context, state),
                self.again,
                writer,
                self._of_unit(context, state.unit),
            ),
            halted=_is_paused(context, state),
        )
        when = _recipient(context, state)
        if self.slots:
            await offer_with_result(context, state, self.outcome, by, f"{cause}:slots")
        answer = await context.tools.intake.apply(state.interview, inbound)
        if answer not in ("committed", "duplicate") and not await has_happened(context, interview, cause):
            raise not_told(state, self.outcome, again=self.again)
        return when

    async def _found(self, context: Context) -> "_Found":
        """Find who can be told. Raises Refused if nobody can."""
        found = await (self._named(context) if self.interviews else self._of_campaign(context))
        if not found.states:
            raise self._nobody(found)
        return found

    def _nobody(self, found: "_Found") -> Refused:
        if not self.campaign:
            return Refused("many.nobody")
        decision, n = Term("decision", self.outcome), len(found.before)
        return Refused("tell.nobody.told" if n else "tell.nobody", campaign=self.campaign, decision=decision, n=n)

    async def _of_campaign(self, context: Context) -> "_Found":
        campaign = await campaign_of(context, self.campaign, self.roles)
        covered = context.scope(self.roles).covers
        found = _Found([], [], [], 0)
        async for states in batches(context.tools.store, [campaign.id]):
            for state in filter(lambda each: covered(each.unit), states):
                found.undecided += state.phase == "completed" and not state.decision
                if state.decision != self.outcome or state.phase == "erased":
                    continue
                why = hindrance(state, self.outcome, again=False)
                if why in ("told", "waits"):
                    found.before.append(state)
                elif why:
                    found.left_out.append(LeftOut(candidate(state), why))
                else:
                    found.states.append(state)
        found.states.sort(key=lambda each: (each.ended_ms, each.interview))
        return found

    async def _named(self, context: Context) -> "_Found":
        found = _Found([], [], [], 0)
        for interview in dict.fromkeys(self.interviews):
            state = await interview_of(context, interview, self.roles)
            why = hindrance(state, self.outcome, again=self.again)
            alone = len(self.interviews) == 1
            if why and not (alone and why in BEFORE):
                if alone:
                    raise not_told(state, self.outcome, again=False)
                found.left_out.append(LeftOut(candidate(state), why))
            else:
                found.states.append(state)
        return found

    async def _drafts(self, context: Context, states: Sequence[State]) -> tuple[Draft, ...]:
        """Return each different message once, in the name of the first who gets it."""
        drafts: dict[tuple[object, ...], Draft] = {}
        for state in states:
            script = await context.tools.intake.script(state.script)
            words, added = context.tools.candidate_words[state.language], await self._added(context, state)
            times = most_times(context, [state], self.outcome) > 0
            unit = self._of_unit(context, state.unit)
            whose = whose_words(context, state, script, self.outcome, unit)
            same = drafted(words, script, "", self.outcome, added, unit=unit, times=times), state.language, whose
            known = drafts.get(same)
            if known:
                drafts[same] = replace(known, number=known.number + 1)
            else:
                text = drafted(words, script, state.name, self.outcome, added, unit=unit, times=times)
                drafts[same] = Draft(text, candidate(state), state.language, 1, *whose)
        return tuple(drafts.values())


class _Found(msgspec.Struct):
    """Who can be told, and who not; see `ResultPreview`."""

    states: list[State]
    left_out: list[LeftOut]
    before: list[State]
    undecided: int


def _is_paused(context: Context, state: State) -> bool:
    return state.address is not None and context.organisation.is_paused(state.address)


def _morning(context: Context) -> int:
    return decent(context.now, context.tools.zone)


def _recipient(context: Context, state: State) -> Recipient:
    when = told_when(state, context.now, _morning(context), paused=_is_paused(context, state))
    return Recipient(candidate(state), Channel(state.address.channel if state.address else ""), when)


def not_told(state: State, outcome: str, *, again: bool) -> Refused:
    """Return the refusal that says why a candidate cannot be told this outcome."""
    why = hindrance(state, outcome, again=again) or "unknown"
    return Refused(
        f"tell.not.{why}",
        about=state,
        name=candidate(state),
        outcome=Term("decision", outcome),
        decision=Term("decision", state.decision or outcome),
        at=At(state.told.at_ms if state.told else 0),
    )
