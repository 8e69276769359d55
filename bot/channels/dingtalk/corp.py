"""The organisation (corpId) whose messages are taken."""

import re

from storage.ports import Kv

_FORM = re.compile(r"[A-Za-z0-9_-]{1,128}")


class Corp:
    """The organisation that the settings name (`configured`), or else the one that an owner has confirmed.

    It is never learnt from a message alone. `apps_own`: messages come over a connection that we open with the
    app's secret. They can only be from the app's own organisation, so nothing needs to be confirmed.
    """

    def __init__(self, kv: Kv, account: str, configured: str, *, apps_own: bool) -> None:
        self._kv = kv
        self._name = f"dingtalk:{account}:corp:confirmed"
        self._known = configured
        self._apps_own = apps_own

    async def known(self) -> str:
        """Return the organisation's id, or "" if none is set or confirmed. Raises StoreUnavailable."""
        if not self._known:
            self._known = await self._kv.get(self._name) or ""
        return self._known

    async def certain(self) -> bool:
        """Return whether messages can only be from the right organisation. Raises StoreUnavailable."""
        return self._apps_own or bool(await self.known())

    async def confirm(self, corp: str) -> bool:
        """Keep the organisation's id for good. Returns False if another one is known. Raises StoreUnavailable."""
        self._known = self._known or await self._kv.get_or_set(self._name, corp)
        return self._known == corp


def named(corp: str | None) -> str:
    """Return the organisation's id that a message bears, or "" if there is none of the right form."""
    return corp if corp and _FORM.fullmatch(corp) else ""
