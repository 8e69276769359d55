"""A text for each invited person with the link, ready to be pasted into a text message or an e-mail."""

from collections.abc import Sequence
from math import ceil

from conversation.outbound import OutboundMessage
from conversation.script import LANGUAGES, Script
from conversation.timing.schedule import at
from conversation.words import Words
from handlers.campaigns import Invitation
from handlers.console.context import CommandContext
from handlers.members import BATCH

_DAY_S = 24 * 3600
_ANYWHERE = "web"
"""The channel whose link works without an app, so it is preferred."""


async def texts_for(context: CommandContext, campaign: str, made: Sequence[Invitation]) -> list[str]:
    """Return the text for each invitation, in the person's language if the script has it. It is empty for those
    without a link."""
    found = await context.tools.store.directory.campaign(campaign)
    script = await context.tools.store.directory.script(found.script) if found else None
    if script is None:
        return [""] * len(made)
    deadlines = await _deadlines(context, made)
    return [_text(context, script, each, deadlines.get(each.interview, 0)) for each in made]


async def send_text(context: CommandContext, campaign: str, made: Sequence[Invitation]) -> None:
    """If there is one invitation, send its text as a message with nothing else, so that it can be copied or
    forwarded as it is."""
    if len(made) != 1:
        return
    (text,) = await texts_for(context, campaign, made)
    if text:
        context.messages.append(OutboundMessage(context.reply_to, text))


async def _deadlines(context: CommandContext, made: Sequence[Invitation]) -> dict[str, int]:
    """Return the deadlines (epoch milliseconds) of those interviews that were opened before."""
    deadlines: dict[str, int] = {}
    for start in range(0, len(made), BATCH):
        names = [each.interview for each in made[start : start + BATCH]]
        for record in await context.tools.store.interviews.load_many(names):
            if record.state.address and record.state.deadline_ms:
                deadlines[record.state.interview] = record.state.deadline_ms
    return deadlines


def _text(context: CommandContext, script: Script, invitation: Invitation, deadline_ms: int) -> str:
    links = context.tools.links(invitation.token)
    if not links:
        return ""
    language = _language(context, script)
    words = context.tools.words[language]
    hello = "staff.invite.text.hello" if invitation.name else "staff.invite.text.hello.nameless"
    by = script.recruiter.in_(language) if script.recruiter else ""
    return words.plain(
        "staff.invite.text.by" if by else "staff.invite.text",
        hello=words.plain(hello, name=invitation.name),
        by=by,
        title=script.title.in_(language),
        minutes=max(1, ceil(script.minutes_left[0])),
        until=_until(context, words, script, deadline_ms),
        link=links.get(_ANYWHERE) or next(iter(links.values())),
    )


def _language(context: CommandContext, script: Script) -> str:
    """Return the person's language, or the script's if it is written in the other one only."""
    written = {"zh": script.title.zh, "en": script.title.en}
    return context.language if written[context.language] else next(each for each in LANGUAGES if written[each])


def _until(context: CommandContext, words: Words, script: Script, deadline_ms: int) -> str:
    if deadline_ms:
        when = context.tools.candidate_words[words.language].moment(at(deadline_ms, context.tools.zone))
        return words.plain("staff.invite.text.until", deadline=when)
    days, rest = divmod(script.deadline_s, _DAY_S)
    if days and not rest:
        return words.plain("staff.invite.text.days", n=days)
    return words.plain("staff.invite.text.hours", n=max(1, round(script.deadline_s / 3600)))
