"""A fake registry of webhooks: hosts with private addresses, targets kept, and how receivers answer tests."""

from handlers.actions.system.webhook_registry import AddressRefused, Target, TargetGone, Tried


class Hooks:
    def __init__(self) -> None:
        self.kept_targets: dict[str, Target] = {}
        self.tests: list[tuple[str, str]] = []
        self.away: set[str] = set()

    async def check(self, url: str) -> None:
        if "intranet" in url:
            raise AddressRefused("private")
        if "nowhere" in url:
            raise AddressRefused("host")

    async def keep(self, note: str, target: Target) -> None:
        self.kept_targets[note] = target

    async def kept(self, note: str) -> Target:
        try:
            return self.kept_targets[note]
        except KeyError:
            raise TargetGone("it is not there") from None

    async def erase(self, note: str) -> None:
        self.kept_targets.pop(note, None)

    async def ping(self, target: Target, identity: str) -> Tried:
        self.tests.append((target.url, identity))
        if "broken" in target.url:
            return Tried(500)
        return Tried(0, "ConnectError") if "away" in target.url else Tried(204)

    def trouble(self, webhook: str) -> str:
        return "HTTP 503" if webhook in self.away else ""
