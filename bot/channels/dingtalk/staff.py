"""Which messages may give commands to the staff console.

DingTalk signs the time of a callback, but not its body. With captured headers anyone can, until they are too
old, post a body in anybody's name. Commands are therefore carried out only if every message is certainly
DingTalk's own: in stream mode, or if the webhook's address has a secret part that only DingTalk knows. Otherwise
the colleague in whose name the command came is told so by the server API, which reaches nobody else.
"""

from typing import Literal

from bot.channels.dingtalk.corp import Corp, named
from bot.channels.dingtalk.parse import CHANNEL, Received, to_console
from bot.channels.dingtalk.signature import Forged
from bot.channels.shared.mixed_account import Message, MixedAccount
from bot.logs import log
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from handlers.actions.context import Tools

_AGAIN_S = 3600
"""How long a colleague is not told the same again, in seconds. Each message costs a call of the server API."""
_ADDRESS_SETTING = "XUMIAN_DINGTALK_PATH_SECRET"
_CORP_SETTING = "XUMIAN_DINGTALK_CORP_ID"
_PAGE = "docs/dingtalk.md"
NOT_TAKEN = (
    "commands of staff are not taken here, because DingTalk does not sign what it posts: "
    f"set {_ADDRESS_SETTING}, or XUMIAN_DINGTALK_MODE=stream ({_PAGE})"
)
_Closed = Literal["", "nowhere", "unsigned", "unconfirmed"]


class StaffCommands:
    """Passes messages to the staff console. `authentic`: every message is certainly DingTalk's own."""

    def __init__(self, account: MixedAccount, corp: Corp, tools: Tools, *, authentic: bool) -> None:
        self._account = account
        self._corp = corp
        self._tools = tools
        self._authentic = authentic

    async def take(self, received: Received, sender: Address) -> bool:
        """Handle a message if it is for the console, and return whether it was.

        Raises Forged if it is, but does not say which organisation it is from, and StoreUnavailable.
        """
        message = Message(received.what, to_console(received, sender), received.private)
        closed = await self._closed(received)
        if not closed:
            return await self._account.to_staff(message)
        standing = await self._account.standing(message)
        if standing is None:
            return False
        corp = named(received.message.chatbot_corp_id)
        if closed == "nowhere":
            raise Forged("it does not say which organisation it is from")
        if closed == "unconfirmed" and standing.owners_code:
            if not await self._corp.confirm(corp):
                raise Forged("it is of another organisation")
            return await self._account.to_staff(message)
        log.warning("command_not_taken", channel=CHANNEL, why=closed)
        await self._tell(sender, standing.language, closed, corp)
        return True

    async def _closed(self, received: Received) -> _Closed:
        """Return why this message may give no command. Empty if it may."""
        if not named(received.message.chatbot_corp_id):
            return "nowhere"
        if not self._authentic:
            return "unsigned"
        return "" if await self._corp.certain() else "unconfirmed"

    async def _tell(self, sender: Address, language: str, closed: _Closed, corp: str) -> None:
        """Tell the person why, in private, at most once in `_AGAIN_S`."""
        setting = _CORP_SETTING if closed == "unconfirmed" else _ADDRESS_SETTING
        words = self._tools.words[language]
        said = words.say(f"staff.closed.{closed}", setting=setting, page=_PAGE, organisation=corp)
        line = OutboundMessage(sender, said.text, (), said.bold)
        await self._tools.store.outbox.post(sender, f"{CHANNEL}:{closed}", line, _AGAIN_S)
