"""Our accounts on the platforms, and whether everything works."""

import asyncio
from typing import ClassVar, Literal

import msgspec

from handlers.actions.bot_registry import Figures
from handlers.actions.context import Account, Context
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Role, account_of
from handlers.queries.base import Answer, Query, page_of
from storage import keys

PAGE = 10


class AccountRow(msgspec.Struct, frozen=True):
    """`state`: it works, is paused (since `since_ms`, epoch milliseconds), has a problem, or was resumed and its
    candidates are being told."""

    account: Account
    state: Literal["works", "paused", "problem", "resuming"]
    since_ms: int
    figures: Figures | None


class Accounts(Answer, frozen=True):
    accounts: tuple[AccountRow, ...]
    page: int
    pages: int
    total: int


class ListAccounts(Query, frozen=True, omit_defaults=True, tag="list_accounts"):
    """The accounts of this installation, without their secrets."""

    page: int = 1
    roles: ClassVar[frozenset[Role]] = LEADS

    async def answer(self, context: Context) -> Accounts:
        accounts = sorted(context.tools.accounts(), key=lambda each: (each.channel, each.account))
        shown, page, pages = page_of(accounts, self.page, PAGE)
        figures = {}
        if context.tools.figures:
            figures = dict(await context.tools.figures([(each.channel, each.account) for each in shown]))
        rows = tuple(_row(context, each, figures.get((each.channel, each.account))) for each in shown)
        return Accounts(rows, page, pages, len(accounts))


def _row(context: Context, account: Account, figures: Figures | None) -> AccountRow:
    whole = account_of(account.channel, account.account)
    since_ms = context.organisation.paused.get(whole, 0)
    if since_ms:
        return AccountRow(account, "paused", since_ms, figures)
    if account.problem:
        return AccountRow(account, "problem", 0, figures)
    return AccountRow(account, "resuming" if whole in context.organisation.resuming else "works", 0, figures)


class HealthReport(Answer, frozen=True):
    """`problems` by what has them (`redis`, or an account's name); `waits_ms` is how long the oldest message has
    waited to be sent (None: none waits); `model` is the speech model of this machine (empty: none, None: not
    known); `warnings` say what the store could lose (None: not known)."""

    problems: dict[str, str]
    accounts: int
    waits_ms: int | None
    dead_letters: int
    to_fetch: int
    to_transcribe: int
    model: str | None
    warnings: tuple[str, ...] | None


class CheckHealth(Query, frozen=True, tag="check_health"):
    """Whether everything works: the store, our accounts, what waits to be sent and to be transcribed."""

    roles: ClassVar[frozenset[Role]] = LEADS

    async def answer(self, context: Context) -> HealthReport:
        tools, outbox, jobs = context.tools, context.tools.store.outbox, context.tools.store.jobs
        oldest = [each for each in await asyncio.gather(*map(outbox.oldest_ms, range(keys.PARTITIONS))) if each]
        fetch, transcribe = await asyncio.gather(jobs.length("fetch"), jobs.length("transcribe"))
        return HealthReport(
            await tools.health(),
            len(tools.accounts()),
            max(0, context.now - min(oldest)) if oldest else None,
            await outbox.dead_letters(),
            fetch,
            transcribe,
            tools.speech() if tools.speech else None,
            tuple(await tools.warnings()) if tools.warnings else None,
        )
