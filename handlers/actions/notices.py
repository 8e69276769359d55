"""Actions that set where notices go, when they are silent, and when the daily digest comes."""

from typing import ClassVar

from handlers.actions.base import Action, Result, command_line
from handlers.actions.context import Context, Refused, Unit
from handlers.actions.people import check_unit
from handlers.organisation.events import ChatChosen, ChatLeft, ChatLevelSet, ChatTuned
from handlers.organisation.quiet_hours import DAY
from handlers.organisation.rights import MEETS, READS, roles_at
from handlers.organisation.state import DIGEST, ROOT, Chat, Level, Role

LATEST_DIGEST = 17 * 60
"""The latest time for a digest, in minutes after midnight. A delayed one can then still go out that day."""


class NoticesSet(Result, frozen=True):
    """The notice settings of this chat, as in `Chat`. `help_only` is also set for whoever may read no more."""

    unit: str
    quiet_from: int
    quiet_until: int
    digest: int
    help_only: bool = False
    level: Level = "all"


class SetNotices(Action, frozen=True, omit_defaults=True, tag="set_notices"):
    """Send a unit's notices to the chat in which this is requested. Whatever is None stays unchanged.

    - `quiet`: start and end of the silent hours, in minutes after midnight; equal values mean none.
    - `digest`: when the digest comes, in minutes after midnight; negative means never.
    - `help_only`: whether only notices for support staff come. By default, that is so in a group if the person may
      not read the unit's interviews; in a private chat, their role decides anyhow.
    - `level`: which notices come, as in `Chat`. With `digest`, the digest is switched on.
    """

    unit: str | None = None
    quiet: tuple[int, int] | None = None
    digest: int | None = None
    help_only: bool | None = None
    level: Level | None = None
    roles: ClassVar[frozenset[Role]] = MEETS

    @property
    def line(self) -> str:
        return command_line("/notify", self.unit or "")

    async def execute(self, context: Context) -> NoticesSet:
        if self.digest is not None and self.digest > LATEST_DIGEST:
            raise Refused("notify.late", latest=f"{LATEST_DIGEST // 60}:00")
        if self.quiet and not all(0 <= each < DAY for each in self.quiet):
            raise Refused("notify.time", time="")
        chat = chat_here(context)
        unit = self.unit if self.unit is not None else (chat.unit if chat else ROOT)
        check_unit(context, unit)
        if not context.scope(self.roles).covers(unit):
            raise Refused("forbidden.unit", unit=Unit(unit))
        help_only = self._help_only(context, unit)
        if chat is None or (chat.unit, chat.language, chat.help_only) != (unit, context.language, help_only):
            since_ms = chat.since_ms if chat and chat.unit == unit else context.now
            context.record(ChatChosen(context.reply_to, unit, context.language, since_ms, help_only))
        self._set_level(context)
        self._tune(context)
        chat = chat_here(context)
        assert chat is not None
        less = _gets_less(context, chat)
        return NoticesSet(chat.unit, chat.quiet_from, chat.quiet_until, chat.digest, less, chat.level)

    def _help_only(self, context: Context, unit: str) -> bool:
        reads = context.scope(READS).covers(unit)
        if self.help_only is False and not reads:
            raise Refused("notify.help_only", unit=Unit(unit))
        chat = chat_here(context)
        if self.help_only is not None:
            return self.help_only
        return chat.help_only if chat and chat.unit == unit else not (reads or context.private)

    def _set_level(self, context: Context) -> None:
        """Set the level. A chat for support staff has none, and one that gets only the digest needs a digest."""
        chat = chat_here(context)
        assert chat is not None
        less = _gets_less(context, chat)
        if less and self.level in ("important", "digest"):
            raise Refused("notify.level_of_help")
        level: Level = "all" if less else self.level or chat.level
        if level == "digest" and self.digest is not None and self.digest < 0:
            raise Refused("notify.level_without_digest")
        if level != chat.level:
            context.record(ChatLevelSet(chat.address, level))

    def _tune(self, context: Context) -> None:
        chat = chat_here(context)
        if chat is None:
            return
        start, end = self.quiet or (chat.quiet_from, chat.quiet_until)
        digest = chat.digest if self.digest is None else self.digest
        if chat.level == "digest" and digest < 0:
            digest = DIGEST
        if (start, end, digest) != (chat.quiet_from, chat.quiet_until, chat.digest):
            context.record(ChatTuned(chat.address, start, end, digest))


def _gets_less(context: Context, chat: Chat) -> bool:
    """Return whether the chat gets only notices for support staff."""
    return chat.help_only or not READS & roles_at(context.organisation, chat.address, chat.unit)


class NoticesStopped(Result, frozen=True):
    pass


class StopNotices(Action, frozen=True, tag="stop_notices"):
    """Send no more notices to the chat in which this is requested."""

    roles: ClassVar[frozenset[Role]] = MEETS

    @property
    def line(self) -> str:
        return "/notify off"

    async def execute(self, context: Context) -> NoticesStopped:
        context.record(ChatLeft(context.reply_to))
        return NoticesStopped()


def chat_here(context: Context) -> Chat | None:
    """Return the notice settings of the chat in which the action is requested, if any."""
    return next((each for each in context.organisation.chats if each.address == context.reply_to), None)
