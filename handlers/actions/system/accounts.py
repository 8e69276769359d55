"""Actions on our accounts on the platforms: adding and removing bots, pausing and resuming."""

import re
from typing import ClassVar, NamedTuple

from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Context, Refused
from handlers.actions.system.bot_registry import Bots, PlatformAway, TokenUnknown
from handlers.maintenance.account_pauses import concerned
from handlers.organisation.audit import digest
from handlers.organisation.events import AccountPaused, AccountResumed, BotAdded, BotRemoved
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Role, account_of

TOKEN = re.compile(r"([0-9]{1,20}):[A-Za-z0-9_-]{20,100}")
_TOKEN_LIKE = re.compile(r"([0-9]{4,20})[:：][A-Za-z0-9_-]{20,}")
_MOST_NAMED = 10
_LONGEST = 40
_NOTE_CHARACTERS = 32


class NamedAccount(NamedTuple):
    """An account that someone named. `name` is how it is referred to in answers."""

    channel: str
    id: str
    name: str
    staff: bool = False

    @property
    def whole(self) -> str:
        return account_of(self.channel, self.id)


def _without_token(account: str) -> str:
    """Return the account name as typed, for the record and for answers, cut to _LONGEST characters.

    If a token was typed in its place, only the token's number is kept.
    """
    return _TOKEN_LIKE.sub(r"\1", account)[:_LONGEST]


class AccountPreview(Preview, frozen=True):
    """How many interviews are open at the account. `complete` is False if counting stopped early."""

    bot: str
    number: int
    complete: bool


class AccountChanged(Result, frozen=True):
    """The result. `account` is the full name (`telegram:700001`), `bot` how it is referred to."""

    account: str
    bot: str


async def _preview(context: Context, account: NamedAccount) -> AccountPreview:
    found = await concerned(context.tools.store, account.channel, account.id)
    return AccountPreview(account.name, found.number, found.complete)


def _check_whole(context: Context) -> None:
    """Raise Refused unless the person leads the whole organisation, to which all accounts belong."""
    if not context.scope(LEADS).whole:
        raise Refused("bot.whole")


class PauseAccount(Action, frozen=True, tag="pause_account"):
    """Pause an account: it answers nobody until it is resumed, and incoming messages wait.

    `account` is resolved by `account_named`.
    """

    account: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return f"/bot pause {_without_token(self.account)}"

    async def preview(self, context: Context) -> Preview | None:
        return await _preview(context, self._target(context))

    async def execute(self, context: Context) -> AccountChanged:
        account = self._target(context)
        context.record(AccountPaused(account.whole))
        return AccountChanged(account.whole, account.name)

    def _target(self, context: Context) -> NamedAccount:
        _check_whole(context)
        account = account_named(context, self.account)
        if account.staff:
            raise Refused("bot.not_paused.staff")
        if account.whole in context.organisation.paused:
            raise Refused("bot.paused.already", bot=account.name, account=account.whole)
        if account.whole in context.organisation.resuming:
            raise Refused("bot.catching_up", bot=account.name)
        return account


class ResumeAccount(Action, frozen=True, tag="resume_account"):
    """Resume a paused account. Its candidates get the lost time back."""

    account: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return f"/bot resume {_without_token(self.account)}"

    async def execute(self, context: Context) -> AccountChanged:
        _check_whole(context)
        account = account_named(context, self.account)
        if account.whole not in context.organisation.paused:
            raise Refused("bot.not_paused", bot=account.name)
        context.record(AccountResumed(account.whole))
        return AccountChanged(account.whole, account.name)


class BotReady(Result, frozen=True):
    """The result of adding a bot.

    `renewed`: the bot was known and got a new token. `shared_key`: other machines can decrypt the token.
    """

    username: str
    bot: str
    renewed: bool
    shared_key: bool


class AddBot(Action, frozen=True, tag="add_bot"):
    """Add a bot for candidates, or give a known one a new token. The token is not written to any record."""

    token: str
    roles: ClassVar[frozenset[Role]] = LEADS
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        found = TOKEN.fullmatch(self.token)
        return f"/bot add {found[1]}" if found else "/bot add"

    async def execute(self, context: Context) -> BotReady:
        _check_whole(context)
        keeper = _keeper(context)
        found = TOKEN.fullmatch(self.token)
        if found is None:
            raise Refused("bot.form")
        number, note = found[1], context.nonce()[:_NOTE_CHARACTERS]
        if number in (keeper.staff, context.reply_to.account):
            raise Refused("bot.staff")
        if number in keeper.configured:
            raise Refused("bot.configured", bot=number)
        known = context.organisation.bots.get(number)
        if known and known.token_sha256 == digest(self.token):
            if known.note != note:
                await keeper.erase(note)  # left by an earlier attempt that lost to a concurrent one
            raise Refused("bot.there", bot=f"@{known.username}")
        username = await _met(keeper, self.token)
        await keeper.keep(note, self.token)
        context.record(BotAdded(number, username, digest(self.token), note))
        return BotReady(username, number, known is not None, keeper.shared_key)


async def _met(keeper: Bots, token: str) -> str:
    try:
        return await keeper.meet(token)
    except TokenUnknown:
        raise Refused("bot.refused") from None
    except PlatformAway:
        raise Refused("bot.away") from None


def _keeper(context: Context) -> Bots:
    if context.tools.bots is None:
        raise Refused("bot.nowhere")
    return context.tools.bots


class RemoveBot(Action, frozen=True, tag="remove_bot"):
    """Remove a bot that was added by chat, and erase its token. `bot` is its number or username."""

    bot: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return f"/bot remove {_without_token(self.bot)}"

    async def preview(self, context: Context) -> Preview | None:
        _check_whole(context)
        number, channel = _added(context, self.bot), _keeper(context).channel
        return await _preview(
            context, NamedAccount(channel, number, f"@{context.organisation.bots[number].username}")
        )

    async def execute(self, context: Context) -> AccountChanged:
        _check_whole(context)
        number, keeper = _added(context, self.bot), _keeper(context)
        known = context.organisation.bots[number]
        await keeper.leave(number)
        await keeper.erase(known.note)
        context.record(BotRemoved(number, keeper.channel))
        return AccountChanged(account_of(keeper.channel, number), f"@{known.username}")


def _added(context: Context, name: str) -> str:
    """Return the number of the bot that is meant, among those added by chat. Raises Refused."""
    bots = context.tools.bots
    plain = name.removeprefix(f"{bots.channel}:" if bots else "")
    for number, each in context.organisation.bots.items():
        if plain == number or plain.removeprefix("@").casefold() == each.username.casefold():
            return number
    account = account_named(context, name)
    configured = bots is not None and account.channel == bots.channel and account.id in bots.configured
    raise Refused("bot.configured" if configured else "bot.fixed", bot=account.name)


def account_named(context: Context, name: str) -> NamedAccount:
    """Find an account by its full name, id or username, or by its platform if we have only one account for
    candidates there.

    Paused accounts can be named even if no process runs them. Raises Refused.
    """
    known = {
        account_of(each.channel, each.account): NamedAccount(
            each.channel, each.account, f"@{each.username}" if each.username else each.account, each.staff
        )
        for each in context.tools.accounts()
    }
    for whole in context.organisation.paused:
        channel, _, account = whole.partition(":")
        known.setdefault(whole, NamedAccount(channel, account, account))
    wanted = name.casefold()
    for field in ("whole", "id", "name", "channel"):
        found = [each for each in known.values() if getattr(each, field).casefold() in (wanted, f"@{wanted}")]
        candidates = [each for each in found if not each.staff]
        if len(found) == 1 or len(candidates) == 1:
            return (candidates or found)[0]
        if found:
            all_ = ", ".join(each.whole for each in found[:_MOST_NAMED])
            raise Refused("bot.ambiguous", name=_without_token(name), all=all_)
    raise Refused("bot.unknown", name=_without_token(name))
