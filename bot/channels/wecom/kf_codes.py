"""Codes that come with events of 微信客服: with one, something may be said once within 20 seconds, even to whoever
has not written yet. Kept where every process finds them: whoever sends need not be whoever received."""

from typing import Protocol


class Notes(Protocol):
    """What all processes of the installation share."""

    async def get(self, name: str) -> str | None: ...
    async def set(self, name: str, value: str, life_s: int | None = None) -> None: ...
    async def erase(self, name: str) -> None: ...


class Codes:
    """One account's codes, by user. All methods raise StoreUnavailable."""

    def __init__(self, notes: Notes, account: str) -> None:
        self._notes = notes
        self._account = account

    async def keep(self, user: str, code: str, life_s: int) -> None:
        if life_s > 0:
            await self._notes.set(self._name(user), code, life_s)

    async def of(self, user: str) -> str | None:
        return await self._notes.get(self._name(user))

    async def drop(self, user: str) -> None:
        await self._notes.erase(self._name(user))

    def _name(self, user: str) -> str:
        return f"wecom-kf:{self._account}:code:{user}"
