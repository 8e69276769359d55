"""The messages as candidates would get them: whose words they have, and what they quote."""

from typing import Literal

import msgspec

from conversation.decide.results.wording import misquoted, own_message
from conversation.record.audit import unseal
from conversation.script import Script, Wording
from conversation.state import State
from conversation.views.answers import Transcript, read
from conversation.words import Styled
from handlers.actions.context import Candidate, Context, Unit
from handlers.organisation.rights import EVERYBODY

Source = Literal["script", "unit", "bot"]
Whose = tuple[Source, Unit | None]


class Draft(msgspec.Struct, frozen=True):
    """The whole message, in one candidate's name and language, for all `number` who get the same.

    `source`: whose words it has: the script's, the unit's or those of the one above it that is named by `unit`, or
    the bot's own. `unit` is None if it is out of the person's sight.
    """

    text: Styled
    name: Candidate
    language: str
    number: int
    source: Source = "bot"
    unit: Unit | None = None


def whose_words(context: Context, state: State, script: Script, outcome: str, unit: Wording | None) -> Whose:
    """Return whose words the message for an outcome has, as in `Draft`. `unit` is the unit's message, if any."""
    if script.result_messages.get(outcome):
        return "script", None
    if not own_message(script, outcome, unit, state.language):
        return "bot", None
    found = context.organisation.texts_in(state.unit).message_from(outcome, state.language)
    return "unit", Unit(found[1]) if found and context.scope(EVERYBODY).covers(found[1]) else None


async def unsaid_quotes(context: Context, state: State, text: str) -> tuple[str, ...]:
    """Return the quotes in a text that are not found in the candidate's answers, except the interview's title."""
    if not misquoted(text, ()):
        return ()
    script = await context.tools.intake.script(state.script)
    answers = (await transcript_of(context, state)).answers
    said = [part.text for answer in answers for part in answer.parts]
    return misquoted(text, (*said, script.title.zh, script.title.en))


async def transcript_of(context: Context, state: State) -> Transcript:
    script = await context.tools.intake.script(state.script)
    entries = [unseal(each)[1] for each in await context.tools.store.interviews.entries(state.interview)]
    return read(entries, script)
