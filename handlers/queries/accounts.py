"""Queries about our accounts on the platforms and the health of the installation."""

import asyncio
from typing import ClassVar, Literal

import msgspec

from handlers.actions.context import Account, Context
from handlers.actions.system.bot_registry import Figures
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Role, account_of
from handlers.queries.base import Answer, Query, page_of
from storage import keys

PAGE = 10


class AccountRow(msgspec.Struct, frozen=True):
    """One account. `since_ms` is when it was paused (epoch milliseconds), else 0.

    `state` is `resuming` while the candidates of a resumed account have not all been told.
    """

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
    """List the accounts of this installation, without their secrets."""

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
    """The health of the installation.

    - `problems`: error messages by what has them (`redis`, or an account's name).
    - `waits_ms`: how long the oldest message has been waiting to be sent; None if none waits.
    - `to_fetch`, `to_transcribe`: how many jobs wait.
    - `model`: the speech model on this machine; empty if there is none, None if unknown.
    - `warnings`: what data the store could lose; None if unknown.
    """

    problems: dict[str, str]
    accounts: int
    waits_ms: int | None
    dead_letters: int
    to_fetch: int
    to_transcribe: int
    model: str | None
    warnings: tuple[str, ...] | None


class CheckHealth(Query, frozen=True, tag="check_health"):
    """Check the store, our accounts, the outbox and the transcription jobs."""

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
