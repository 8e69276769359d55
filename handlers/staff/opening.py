"""Opening a campaign: on a script by name or as a file, again on a newer version, or one that was closed."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from conversation.script import Script
from conversation.words import Styled, normal
from handlers.authoring import Fault, ScriptUnusable, read_script
from handlers.campaigns import CODE
from handlers.staff.campaigns import channel_title, links, offered, short_version, typed
from handlers.staff.general import unit_named, unit_title
from handlers.staff.lines import Line
from handlers.staff.office import ROOT
from handlers.staff.recording import has_acted_on
from handlers.staff.rights import HIRES
from handlers.staff.tables import MEDIA_TYPES, file_name, picture
from handlers.staff.turn import Command, Refusal, StaffFile, Turn, Usage
from storage.ports import Campaign

_VERSION = re.compile(r"[0-9a-f]{16}")
_NEW = "new"
_MOST_CHARACTERS = 2_500
_SCRIPTS = (".yaml", ".yml")


class Asked(NamedTuple):
    """The words of the command: `script` is a name or a version (empty: it came as a file), `unit` is None where
    none is named, `over` is the version that is to be replaced, as it was when that was shown."""

    script: str
    unit: str | None = None
    code: str = ""
    walk_in: bool = False
    over: str = ""
    kiosk: bool = False


class Plan(NamedTuple):
    """What is to be opened. `there` is the campaign that has the code already."""

    script: Script
    unit: str
    code: str
    walk_in: bool
    there: Campaign | None
    warnings: tuple[Fault, ...] = ()
    kiosk: bool = False

    @property
    def open_already(self) -> bool:
        """Whether the campaign that is there is just what is planned."""
        there = self.there
        if there is None or there.closed_ms or there.script != self.script.version:
            return False
        return self.walk_in == bool(there.code) and self.kiosk == there.kiosk


async def open_preview(turn: Turn, line: Line) -> Styled | None:
    asked = _asked(turn, line)
    if await _closed(turn, asked):
        return None
    plan = await _plan(turn, asked)
    await turn.tools.store.directory.put_script(plan.script)
    over = plan.there.script if plan.there else _NEW
    words = [plan.script.version, f'"unit={plan.unit or "*"}"', f"code={plan.code}", f"over={over}"]
    words += ["walk-in"] * plan.walk_in + ["kiosk"] * plan.kiosk
    turn.waiting = " ".join(["/open", *words])
    turn.recorded = f"/open {plan.script.id} {plan.script.version} {plan.code}"
    return await _shown(turn, plan)


async def open_(turn: Turn, line: Line) -> None:
    asked = _asked(turn, line)
    if not turn.confirmed and (closed := await _closed(turn, asked)):
        # Sent again after somebody closed it, it opens nothing.
        if not await has_acted_on(turn.tools.store, turn.inbound.id):
            closed = await turn.tools.campaigns.reopen(closed)
        await _say_open(turn, closed)
        return
    plan = await _plan(turn, asked)
    turn.recorded = f"/open {plan.script.id} {plan.script.version} {plan.code}"
    await _say_open(turn, await _carry_out(turn, plan, asked.over), pictures=plan.walk_in)


async def _carry_out(turn: Turn, plan: Plan, over: str) -> Campaign:
    """Done already, it is the same again."""
    campaigns, there = turn.tools.campaigns, plan.there
    if there and plan.open_already:
        return there
    if (there.script if there else _NEW) != over:
        raise Refusal("staff.open.changed", campaign=plan.code)
    if there:
        return await campaigns.renew(there, plan.script, walk_in=plan.walk_in, kiosk=plan.kiosk)
    return await campaigns.open(
        plan.script, code=plan.code, walk_in=plan.walk_in, unit=plan.unit, kiosk=plan.kiosk
    )


# what is asked for


def _asked(turn: Turn, line: Line) -> Asked:
    words = list(line.arguments)
    by_file = turn.inbound.file is not None and not turn.confirmed
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
    if turn.confirmed and word.startswith("over="):
        return asked._replace(over=word.removeprefix("over="))
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


async def _plan(turn: Turn, asked: Asked) -> Plan:
    script, warnings = await _script(turn, asked)
    code = asked.code or await turn.tools.campaigns.free_code(script.id)
    there = await turn.tools.store.directory.campaign(code)
    if there is None:
        _check_kiosk(asked.kiosk, asked.walk_in, script)
        unit = asked.unit if asked.unit is not None else _own_unit(turn)
        return Plan(script, unit, code, asked.walk_in, None, warnings, asked.kiosk)
    if not turn.scope(HIRES).covers(there.unit) or there.script_id != script.id:
        raise Refusal("staff.open.taken", campaign=code, script=script.id)
    if asked.unit not in (None, there.unit):
        raise Refusal("staff.open.unit", campaign=code, unit=unit_title(turn, there.unit))
    walk_in = asked.walk_in or bool(there.code)
    _check_kiosk(asked.kiosk, walk_in, script)
    plan = Plan(script, there.unit, code, walk_in, there, warnings, asked.kiosk or there.kiosk)
    if plan.open_already and not turn.confirmed:
        card = offered(turn, (f"/campaigns {code}", "staff.campaigns.choice.card"))
        raise Refusal("staff.open.same", card, campaign=code)
    return plan


def _check_kiosk(kiosk: bool, walk_in: bool, script: Script) -> None:
    if kiosk and not walk_in:
        raise Refusal("staff.open.kiosk_alone", script=script.id)


def _own_unit(turn: Turn) -> str:
    scope = turn.scope(HIRES)
    if scope.whole:
        return ROOT
    if len(scope.units) > 1:
        joint = turn.words.text("staff.list.joint")
        raise Refusal("staff.open.which", units=joint.join(unit_title(turn, each) for each in scope.units)[:500])
    return scope.units[0]


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


async def _shown(turn: Turn, plan: Plan) -> Styled:
    script, words = plan.script, turn.words
    parts: list[Styled | str] = [
        words.say(
            "staff.open.renew" if plan.there else "staff.open.preview",
            title=script.title.in_(turn.language),
            campaign=plan.code,
            unit=unit_title(turn, plan.unit),
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
    if plan.walk_in:
        parts.append(words.say("staff.open.walk_in"))
    if plan.kiosk:
        parts.append(words.say("staff.open.kiosk"))
    if plan.there:
        parts += await _versions(turn, plan.there)
    if plan.warnings:
        parts += [words.say("staff.open.warnings"), _listed(turn, plan.warnings)]
    return Styled.join(parts)


def _stages(script: Script, language: str) -> str:
    titles = [f"· {stage.title.in_(language)} × {len(stage.questions)}" for stage in script.stages]
    return "\n".join(titles)[:1000]


async def _versions(turn: Turn, campaign: Campaign) -> Iterable[Styled]:
    """How many were invited on which version: they keep it."""
    counts = await turn.tools.store.interviews.counts(campaign.id)
    versions = {name.partition(":")[2]: n for name, n in counts.items() if name.startswith("version:") and n > 0}
    on_each = [
        turn.words.say("staff.open.version", version=short_version(version), n=n)
        for version, n in sorted(versions.items(), key=lambda pair: -pair[1])
    ]
    keeping = turn.words.say("staff.open.keeping") if on_each else Styled("")
    return [*on_each[:10], keeping]


async def _say_open(turn: Turn, campaign: Campaign, *, pictures: bool = False) -> None:
    script = await turn.tools.store.directory.script(campaign.script)
    if turn.tools.prepare and campaign.code:
        await turn.tools.prepare([campaign.code])
    choices = offered(
        turn,
        (f"/invite {campaign.id}", "staff.campaigns.choice.invite"),
        (f"/campaigns {campaign.id}", "staff.campaigns.choice.card"),
    )
    said = turn.words.say(
        "staff.open.done",
        campaign=campaign.id,
        title=script.title.in_(turn.language) if script else campaign.script_id,
        unit=unit_title(turn, campaign.unit),
        version=short_version(campaign.script),
    )
    turn.send(Styled.join([said, *(links(turn, campaign.code) if campaign.code else ())]), choices)
    if pictures and campaign.code:
        for channel, link in turn.tools.links(campaign.code).items():
            caption = Styled(f"{campaign.id} · {channel_title(turn, channel)}")
            name = f"{campaign.id}-{file_name(channel)}.png"
            await turn.attach(caption, name, picture(link), MEDIA_TYPES["png"])


COMMANDS = (Command("open", HIRES, open_, open_preview),)
