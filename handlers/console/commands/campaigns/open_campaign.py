"""`/open`: opening a campaign with a named or uploaded script, moving it to a newer version, or reopening it."""

from collections.abc import Iterable
from typing import NamedTuple

from conversation.script import Script
from conversation.words import Styled, normal
from handlers.actions.campaigns import (
    CampaignOpened,
    CampaignOpening,
    OpenCampaign,
    ReopenCampaign,
    script_named,
)
from handlers.authoring import Fault
from handlers.campaigns import CODE
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.campaigns.campaigns import channel_title, links, short_version
from handlers.console.commands.campaigns.scripts import listed, read_file, script
from handlers.console.commands.system.general import offered, unit_named, unit_title
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.tables import MEDIA_TYPES, file_name
from handlers.console.vocabulary import typed
from handlers.organisation.rights import HIRES
from handlers.qr_codes import picture
from handlers.queries.campaigns import ShowCampaign, campaign_seen
from handlers.queries.scripts import ScriptOutline, ShowScript
from storage.ports import Campaign


class _Wanted(NamedTuple):
    """The parsed arguments of `/open`. `script` is a name or a version, or empty if the script came as a file;
    `unit` is None if none is named."""

    script: str
    unit: str | None = None
    code: str = ""
    walk_in: bool = False
    kiosk: bool = False


async def open_(context: CommandContext, line: Line) -> OpenCampaign | ReopenCampaign:
    """`/open SCRIPT [UNIT] [CODE] [walk-in] [kiosk]`, without SCRIPT if it comes as a file. `/open CODE` reopens a
    closed campaign."""
    asked = _asked(context, line)
    if closed := await _reopened(context, asked):
        return ReopenCampaign(closed.id)
    script, context.warnings = await _script(context, asked)
    await context.tools.store.directory.put_script(script)
    return OpenCampaign(script.version, asked.unit, asked.code, asked.walk_in, asked.kiosk, script_id=script.id)


async def script_(context: CommandContext, line: Line) -> OpenCampaign | ReopenCampaign | None:
    """`/script`: a script as a spreadsheet; with a file, checks the script in it and offers to open a campaign."""
    if context.inbound.file is not None:
        if line.arguments:
            raise Usage
        return await open_(context, line)
    await script(context, line)
    return None


# arguments


def _asked(context: CommandContext, line: Line) -> _Wanted:
    words = list(line.arguments)
    by_file = context.inbound.file is not None
    if not by_file and not words:
        raise Usage
    asked = _Wanted("" if by_file else words.pop(0))
    for word in words:
        asked = _with(context, asked, word)
    return asked


def _with(context: CommandContext, asked: _Wanted, word: str) -> _Wanted:
    """Add one argument, which may come in any order: walk-in, kiosk, the unit, or the code. Raises Usage if there
    are two units or codes, and Refusal for any other word."""
    if normal(word) in typed(context, "staff.open.words.walk_in"):
        return asked._replace(walk_in=True)
    if normal(word) in typed(context, "staff.open.words.kiosk"):
        return asked._replace(kiosk=True)
    unit = _unit(context, word.removeprefix("unit="))
    if unit is not None and not word.startswith("code="):
        if asked.unit is not None:
            raise Usage
        return asked._replace(unit=unit)
    code = word.removeprefix("code=").lower()
    if word.startswith("unit=") or not CODE.fullmatch(code):
        raise Refusal("staff.open.word", word=word[:40])
    if asked.code:
        raise Usage
    return asked._replace(code=code)


def _unit(context: CommandContext, word: str) -> str | None:
    """Return the unit of this name, or None if there is none in which the person may open campaigns."""
    try:
        unit = unit_named(context, word)
    except Refusal:
        return None
    return unit if context.scope(HIRES).covers(unit) else None


async def _reopened(context: CommandContext, asked: _Wanted) -> Campaign | None:
    """Return the closed campaign to reopen, if its code is the only argument. Raises Refusal if it is open,
    because many things may be meant then."""
    if not asked.script or asked != _Wanted(asked.script):
        return None
    found = await campaign_seen(context, asked.script, HIRES)
    if found and not found.closed_ms:
        raise await _which(context, found)
    return found


async def _which(context: CommandContext, campaign: Campaign) -> Refusal:
    """Ask what is to be done with an open campaign."""
    new = await context.tools.campaigns.free_code(campaign.script_id)
    another = f'/open {campaign.script_id} "unit={campaign.unit or "*"}" code={new}'
    choices = [
        (f"/campaigns {campaign.id}", "staff.campaigns.choice.card"),
        (f"/invite {campaign.id}", "staff.open.choice.invite"),
        (button(context, f"/open {campaign.script_id} {campaign.id}"), "staff.open.choice.newest"),
        (button(context, another), "staff.open.choice.another"),
    ]
    return Refusal("staff.open.already", choices, campaign=campaign.id)


async def _script(context: CommandContext, asked: _Wanted) -> tuple[Script, tuple[Fault, ...]]:
    """Return the script and the warnings for its author. Raises Refusal if it cannot be used, with its faults."""
    if not asked.script:
        assert context.inbound.file is not None
        script, faults = await read_file(context, context.inbound.file)
        context.beside = offered(context, (f"/preview {script.version}", "staff.script.choice.preview"))
        return script, faults
    return await script_named(context, asked.script), ()


# answers


async def _opening(context: CommandContext, preview: CampaignOpening) -> Styled:
    words = context.words
    script = await ShowScript(preview.version).answer(context)
    parts: list[Styled | str] = [
        words.say(
            "staff.open.renew" if preview.replaces else "staff.open.preview",
            title=script.title.in_(context.language),
            campaign=preview.code,
            unit=unit_title(context, preview.unit),
            version=short_version(script.version),
        ),
        words.say(
            "staff.open.size",
            stages=len(script.stages),
            questions=sum(len(each.questions) for each in script.stages),
            minutes=f"{script.minutes:g}",
        ),
        _stages(script, context.language),
    ]
    if script.variants:
        names = words.text("staff.list.joint").join(script.variants)
        parts.append(words.say("staff.open.experiment", name=script.experiment, variants=names))
    if preview.walk_in:
        parts.append(words.say("staff.open.walk_in"))
    if preview.kiosk:
        parts.append(words.say("staff.open.kiosk"))
    if preview.replaces:
        parts += await _versions(context, preview.code)
    if context.warnings:
        parts += [words.say("staff.open.warnings"), listed(context, context.warnings)]
    return Styled.join(parts)


def _stages(script: ScriptOutline, language: str) -> str:
    titles = [f"· {stage.title.in_(language)} × {len(stage.questions)}" for stage in script.stages]
    return "\n".join(titles)[:1000]


async def _versions(context: CommandContext, campaign: str) -> Iterable[Styled]:
    """Return lines that say how many candidates were invited on each version, and that they keep it."""
    versions = (await ShowCampaign(campaign).answer(context)).campaign.versions
    on_each = [
        context.words.say("staff.open.version", version=short_version(version), n=n)
        for version, n in sorted(versions.items(), key=lambda pair: -pair[1])
    ]
    keeping = context.words.say("staff.open.keeping") if on_each else Styled("")
    return [*on_each[:10], keeping]


async def _opened(context: CommandContext, result: CampaignOpened) -> None:
    script = await ShowScript(result.version).answer(context)
    if context.tools.prepare and result.code:
        await context.tools.prepare([result.code])
    choices = offered(
        context,
        (f"/invite {result.campaign}", "staff.campaigns.choice.invite"),
        (f"/campaigns {result.campaign}", "staff.campaigns.choice.card"),
    )
    said = context.words.say(
        "staff.open.done",
        campaign=result.campaign,
        title=script.title.in_(context.language),
        unit=unit_title(context, result.unit),
        version=short_version(result.version),
    )
    context.send(Styled.join([said, *(links(context, result.code) if result.code else ())]), choices)
    if result.code and not result.reopened:
        for channel, link in context.tools.links(result.code).items():
            caption = Styled(f"{result.campaign} · {channel_title(context, channel)}")
            name = f"{result.campaign}-{file_name(channel)}.png"
            await context.attach(caption, name, picture(link), MEDIA_TYPES["png"])


COMMANDS = (Command("open", HIRES, open_), Command("script", HIRES, script_))
FORMS: Forms = {OpenCampaign: Form(_opened, _opening), ReopenCampaign: Form(_opened)}
