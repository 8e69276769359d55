"""A fake registry of the candidates' bots: tokens known to the platform, tokens kept, and bots left."""

from collections.abc import Mapping, Sequence

from handlers.actions.system.bot_registry import Figures, PlatformAway, TokenUnknown

CONFIGURED = "700001"
STAFF_BOT = "700900"
TOKEN = "700002:AAG-second-0123456789-abcdefghij-klm"


class Keeper:
    def __init__(self) -> None:
        self.configured = frozenset({CONFIGURED})
        self.staff = STAFF_BOT
        self.shared_key = False
        self.known = {TOKEN: "second_bot"}
        self.away = False
        self.kept: dict[str, str] = {}
        self.channel = "telegram"
        self.left: list[str] = []
        self.asked: list[str] = []
        self.measured: dict[tuple[str, str], Figures] = {}

    async def meet(self, token: str) -> str:
        self.asked.append(token)
        if self.away:
            raise PlatformAway("away")
        if token not in self.known:
            raise TokenUnknown("unknown")
        return self.known[token]

    async def keep(self, note: str, token: str) -> None:
        self.kept[note] = token

    async def erase(self, note: str) -> None:
        self.kept.pop(note, None)

    async def leave(self, bot: str) -> None:
        self.left.append(bot)

    async def figures(self, accounts: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Figures]:
        return {each: self.measured[each] for each in accounts if each in self.measured}
