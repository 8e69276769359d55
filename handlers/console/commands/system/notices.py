"""`/notify`: where notices go, when they are silent, and when the digest comes."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from handlers.actions.notices import (
    LATEST_DIGEST,
    NoticesSet,
    NoticesStopped,
    SetNotices,
    StopNotices,
    chat_here,
)
from handlers.console.command_line import Line
from handlers.console.commands.system.general import is_root, unit_named, unit_title
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.notices.next_steps import Step
from handlers.organisation.quiet_hours import DAY, NIGHT, Hours
from handlers.organisation.rights import MEETS, READS
from handlers.organisation.state import DIGEST, Level

_NONE = -1
_OFF = frozenset({"off", "关", "关闭"})
_ON = frozenset({"on", "开", "开启"})
_QUIET = frozenset({"quiet", "免打扰", "静音"})
_DIGEST = frozenset({"digest", "早报", "日报"})
_HELP = frozenset({"help", "求助"})
_LEVELS: dict[str, Level] = {
    **dict.fromkeys(("all", "everything", "全部", "全部消息"), "all"),
    **dict.fromkeys(("important", "重要"), "important"),
    **dict.fromkeys(("digest-only", "只要日报", "仅日报", "只要早报"), "digest"),
}
_ONLY = frozenset({"only"})
_HOURS = re.compile(r"(\d{1,2})(?:[:：](\d{2}))?\s*[-–~—至到]\s*(\d{1,2})(?:[:：](\d{2}))?")
_TIME = re.compile(r"(\d{1,2})(?:[:：](\d{2}))?")


class _Wish(NamedTuple):
    """The settings to change, as in `SetNotices`. None leaves a setting unchanged."""

    quiet: Hours | None = None
    digest: int | None = None
    help_only: bool | None = None
    level: Level | None = None


async def notify(context: CommandContext, line: Line) -> SetNotices | StopNotices:
    """`/notify [UNIT] [22-8|quiet off] [digest 09:00|digest off] [help on|off] [all|important|digest only]` sends
    a unit's notices to this chat, or changes its settings. `/notify [UNIT] off` stops them."""
    words = list(line.arguments)
    if words and words[-1].casefold() in _OFF and not _of_setting(words):
        _check_here(context, " ".join(words[:-1]))
        return StopNotices()
    name, wish = _read(words)
    unit = unit_named(context, name) if name else None
    quiet = (wish.quiet.start, wish.quiet.end) if wish.quiet else None
    return SetNotices(unit, quiet, wish.digest, wish.help_only, wish.level)


def _check_here(context: CommandContext, name: str) -> None:
    """Check that the notices that come here are those of the named unit, if one is named. Raises Refusal."""
    chat = chat_here(context)
    if name and (chat is None or unit_named(context, name) != chat.unit):
        raise Refusal("staff.notify.not_here", unit=name[:60])


async def _stopped(context: CommandContext, _: NoticesStopped) -> None:
    context.say("staff.notify.off")


async def _set(context: CommandContext, result: NoticesSet) -> None:
    quiet = result.quiet_from != result.quiet_until
    sound = (
        ("/notify quiet off", "staff.choice.notify.loud")
        if quiet
        else ("/notify quiet on", "staff.choice.notify.quiet")
    )
    digest = (
        ("/notify digest off", "staff.choice.notify.no_digest")
        if result.digest >= 0
        else ("/notify digest on", "staff.choice.notify.digest")
    )
    stop = ("/notify off", "staff.choice.notify.off")
    more = (("/notify help off", "staff.choice.notify.all"),) if context.scope(READS).covers(result.unit) else ()
    level = "" if result.level == "all" else f".{result.level}"
    context.say(
        "staff.notify.on.help" if result.help_only else f"staff.notify.on{level}",
        (sound, *more, stop)
        if result.help_only
        else (sound, *_levels(result.level), *([digest] if result.level != "digest" else []), stop),
        unit=unit_title(context, result.unit),
        quiet=context.words.plain(
            "staff.notify.quiet" if quiet else "staff.notify.loud",
            start=_clock(result.quiet_from),
            end=_clock(result.quiet_until),
        ),
        digest=context.words.plain(
            "staff.notify.digest" if result.digest >= 0 else "staff.notify.no_digest", time=_clock(result.digest)
        ),
    )


def _levels(level: Level) -> tuple[Step, ...]:
    """Return the step to more notices, if not all of them come."""
    return () if level == "all" else (("/notify everything", "staff.choice.notify.everything"),)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


# parsing


def _of_setting(words: Sequence[str]) -> bool:
    """Whether the last word belongs to the quiet hours or the digest, by the word before it."""
    before = words[-2].casefold() if len(words) > 1 else ""
    return before in _QUIET | _DIGEST | _HELP or bool(_HOURS.fullmatch(before))


def _read(words: Sequence[str]) -> tuple[str, _Wish]:
    """Split the arguments into (the unit's name, settings). Raises Usage, or Refusal for an impossible time."""
    named = int(bool(words) and is_root(words[0]))  # "all" in the first place is the whole organisation
    first = next((at for at, word in enumerate(words[named:], named) if _begins(word)), len(words))
    wish, rest = _Wish(), list(words[first:])
    while rest:
        word = rest.pop(0).casefold()
        if word in _DIGEST and rest and rest[0].casefold() in _ONLY:
            rest.pop(0)
            wish = wish._replace(level="digest")
        elif word in _LEVELS:
            wish = wish._replace(level=_LEVELS[word])
        elif word in _DIGEST:
            wish = wish._replace(digest=_digest(rest.pop(0) if rest else "on"))
        elif word in _QUIET:
            wish = wish._replace(quiet=_quiet(rest.pop(0) if rest else "on"))
        elif word in _HELP:
            wish = wish._replace(help_only=_switch(rest.pop(0) if rest else "on"))
        elif _HOURS.fullmatch(word):
            off = bool(rest) and rest[0].casefold() in _OFF
            if rest and rest[0].casefold() in _ON | _OFF:
                rest.pop(0)
            wish = wish._replace(quiet=Hours(0, 0) if off else _quiet(word))
        else:
            raise Usage
    return " ".join(words[:first]), wish


def _begins(word: str) -> bool:
    return (
        word.casefold() in _LEVELS or word.casefold() in _QUIET | _DIGEST | _HELP or bool(_HOURS.fullmatch(word))
    )


def _switch(word: str) -> bool:
    if word.casefold() not in _ON | _OFF:
        raise Usage
    return word.casefold() in _ON


def _quiet(word: str) -> Hours:
    if word.casefold() in _ON | _OFF:
        return NIGHT if word.casefold() in _ON else Hours(0, 0)
    found = _HOURS.fullmatch(word)
    if found is None:
        raise Usage
    return Hours(_minute(found[1], found[2]) % DAY, _minute(found[3], found[4]) % DAY)


def _digest(word: str) -> int:
    if word.casefold() in _ON | _OFF:
        return DIGEST if word.casefold() in _ON else _NONE
    found = _TIME.fullmatch(word)
    if found is None:
        raise Usage
    minute = _minute(found[1], found[2])
    if minute > LATEST_DIGEST:
        raise Refusal("staff.notify.late", latest=_clock(LATEST_DIGEST))
    return minute


def _minute(hour: str, minute: str | None) -> int:
    """Return the minute of the day, up to 24:00. Raises Refusal if there is no such time."""
    at = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or at > DAY:
        raise Refusal("staff.notify.time", time=f"{hour}:{minute or '00'}")
    return at


COMMANDS = (Command("notify", MEETS, notify),)
FORMS: Forms = {SetNotices: Form(_set), StopNotices: Form(_stopped)}
