"""Codes in events of 微信客服, each of which allows one message within 20 seconds.

That message may go to someone who has not written yet. The codes are kept in the store, because another process
than the receiving one may send.
"""

from storage.ports import Kv


class Codes:
    """One account's codes, by user. All methods raise StoreUnavailable."""

    def __init__(self, kv: Kv, account: str) -> None:
        self._kv = kv
        self._account = account

    async def keep(self, user: str, code: str, life_s: int) -> None:
        if life_s > 0:
            await self._kv.set(self._name(user), code, life_s)

    async def of(self, user: str) -> str | None:
        return await self._kv.get(self._name(user))

    async def drop(self, user: str) -> None:
        await self._kv.erase(self._name(user))

    def _name(self, user: str) -> str:
        return f"wecom-kf:{self._account}:code:{user}"
