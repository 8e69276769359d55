"""Opening a campaign: on a script by name or as a file, again on a newer version, or one that was closed."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from conversation.script import Script
from conversation.words import Styled, normal
from handlers.actions.campaigns import CampaignOpened, CampaignOpening, OpenCampaign, ReopenCampaign
from handlers.authoring import Fault, ScriptUnusable, read_script
from handlers.campaigns import CODE
from handlers.console.command_line import Line
from handlers.console.commands.campaigns.campaigns import channel_title, links, short_version, typed
from handlers.console.commands.system.general import offered, unit_named, unit_title
from handlers.console.context import Command, Form, Forms, Refusal, StaffFile, Turn, Usage
from handlers.console.tables import MEDIA_TYPES, file_name, picture
from handlers.organisation.rights import HIRES
from storage.ports import Campaign

_VERSION = re.compile(r"[0-9a-f]{16}")
_MOST_CHARACTERS = 2_500
_SCRIPTS = (".yaml", ".yml")


class Asked(NamedTuple):
    """The words of the command: `script` is a name or a version (empty: it came as a file), `unit` is None where
    none is named."""

    script: str
    unit: str | None = None
    code: str = ""
    walk_in: bool = False
    kiosk: bool = False


async def open_(turn: Turn, line: Line) -> OpenCampaign | ReopenCampaign:
    """`/open SCRIPT [UNIT] [CODE] [walk-in] [kiosk]`, with the script as a file too; `/open CODE`: one that was
    closed."""
    asked = _asked(turn, line)
    if closed := await _closed(turn, asked):
        return ReopenCampaign(closed.id)
    script, turn.warnings = await _script(turn, asked)
    await turn.tools.store.directory.put_script(script)
    return OpenCampaign(script.version, asked.unit, asked.code, asked.walk_in, asked.kiosk, script_id=script.id)


# what is asked for


def _asked(turn: Turn, line: Line) -> Asked:
    words = list(line.arguments)
    by_file = turn.inbound.file is not None
    if not by_file and not words:
        raise Usage
    asked = Asked("" if by_file else words.pop(0))
    for word in words:
        asked = _with(turn, asked, word)
    return asked


def _with(turn: Turn, asked: Asked, word: str) -> Asked:
    """One more word, in whatever order: the unit, the code, or who may walk in."""
    if normal(word) in typed(turn, "staff.open.words.walk_in"):
        return asked._replace(walk_in=True)
    if normal(word) in typed(turn, "staff.open.words.kiosk"):
        return asked._replace(kiosk=True)
    unit = _unit(turn, word.removeprefix("unit="))
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


def _unit(turn: Turn, word: str) -> str | None:
    """The unit of this name, where the person may open campaigns."""
    try:
        unit = unit_named(turn, word)
    except Refusal:
        return None
    return unit if turn.scope(HIRES).covers(unit) else None


async def _closed(turn: Turn, asked: Asked) -> Campaign | None:
    """The closed campaign that is meant: its code and nothing else was given."""
    if not asked.script or asked != Asked(asked.script):
        return None
    found = await turn.tools.store.directory.campaign(asked.script.lower())
    return found if found and found.closed_ms and turn.scope(HIRES).covers(found.unit) else None


async def _script(turn: Turn, asked: Asked) -> tuple[Script, tuple[Fault, ...]]:
    """The script, with what its author should know. Raises Refusal with its faults."""
    if not asked.script:
        assert turn.inbound.file is not None
        return _read(turn, turn.inbound.file)
    if _VERSION.fullmatch(asked.script):
        stored = await turn.tools.store.directory.script(asked.script)
        if stored is not None:
            return stored, ()
    try:
        return turn.tools.script(asked.script), ()
    except ScriptUnusable as error:
        raise Refusal("staff.open.script", why=str(error)[:1500]) from None


def _read(turn: Turn, file: StaffFile) -> tuple[Script, tuple[Fault, ...]]:
    name = " ".join(file.name.split())[:60] or "script.yaml"
    if not name.casefold().endswith(_SCRIPTS):
        raise Refusal("staff.open.file", name=name)
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("staff.open.encoding", name=name) from None
    script, faults = read_script(text, name)
    if script is None:
        raise Refusal("staff.open.faults", n=len(faults), name=name, faults=_listed(turn, faults))
    return script, faults


def _listed(turn: Turn, faults: Sequence[Fault]) -> str:
    """As many as a message has room for, in the words of `xumian check`."""
    lines, room = list[str](), _MOST_CHARACTERS
    for fault in faults:
        line = f"· {fault}"
        room -= len(line)
        if room < 0:
            lines.append(turn.words.plain("staff.open.more", n=len(faults) - len(lines)))
            break
        lines.append(line)
    return "\n".join(lines)


# what is said


async def _opening(turn: Turn, preview: CampaignOpening) -> Styled:
    words = turn.words
    script = await turn.tools.store.directory.script(preview.version)
    assert script is not None
    parts: list[Styled | str] = [
        words.say(
            "staff.open.renew" if preview.replaces else "staff.open.preview",
            title=script.title.in_(turn.language),
            campaign=preview.code,
            unit=unit_title(turn, preview.unit),
            version=short_version(script.version),
        ),
        words.say(
            "staff.open.size",
            stages=len(script.stages),
            questions=len(script.steps),
            minutes=f"{script.minutes_left[0]:g}",
        ),
        _stages(script, turn.language),
    ]
    if script.variants:
        names = words.text("staff.list.joint").join(each.id for each in script.variants)
        parts.append(words.say("staff.open.experiment", name=script.experiment, variants=names))
    if preview.walk_in:
        parts.append(words.say("staff.open.walk_in"))
    if preview.kiosk:
        parts.append(words.say("staff.open.kiosk"))
    if preview.replaces:
        parts += await _versions(turn, preview.code)
    if turn.warnings:
        parts += [words.say("staff.open.warnings"), _listed(turn, turn.warnings)]
    return Styled.join(parts)


def _stages(script: Script, language: str) -> str:
    titles = [f"· {stage.title.in_(language)} × {len(stage.questions)}" for stage in script.stages]
    return "\n".join(titles)[:1000]


async def _versions(turn: Turn, campaign: str) -> Iterable[Styled]:
    """How many were invited on which version: they keep it."""
    counts = await turn.tools.store.interviews.counts(campaign)
    versions = {name.partition(":")[2]: n for name, n in counts.items() if name.startswith("version:") and n > 0}
    on_each = [
        turn.words.say("staff.open.version", version=short_version(version), n=n)
        for version, n in sorted(versions.items(), key=lambda pair: -pair[1])
    ]
    keeping = turn.words.say("staff.open.keeping") if on_each else Styled("")
    return [*on_each[:10], keeping]


async def _opened(turn: Turn, result: CampaignOpened) -> None:
    script = await turn.tools.store.directory.script(result.version)
    if turn.tools.prepare and result.code:
        await turn.tools.prepare([result.code])
    choices = offered(
        turn,
        (f"/invite {result.campaign}", "staff.campaigns.choice.invite"),
        (f"/campaigns {result.campaign}", "staff.campaigns.choice.card"),
    )
    said = turn.words.say(
        "staff.open.done",
        campaign=result.campaign,
        title=script.title.in_(turn.language) if script else result.script,
        unit=unit_title(turn, result.unit),
        version=short_version(result.version),
    )
    turn.send(Styled.join([said, *(links(turn, result.code) if result.code else ())]), choices)
    if result.code and not result.reopened:
        for channel, link in turn.tools.links(result.code).items():
            caption = Styled(f"{result.campaign} · {channel_title(turn, channel)}")
            name = f"{result.campaign}-{file_name(channel)}.png"
            await turn.attach(caption, name, picture(link), MEDIA_TYPES["png"])


COMMANDS = (Command("open", HIRES, open_),)
FORMS: Forms = {OpenCampaign: Form(_opened, _opening), ReopenCampaign: Form(_opened)}
