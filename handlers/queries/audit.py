"""The records, as far as somebody may audit them."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from conversation.errors import ChainBroken
from handlers.actions.context import Context, Refused
from handlers.maintenance.audit import Erasures, audit
from handlers.organisation.events import Acted, OrganisationEntry
from handlers.organisation.evolve import evolve
from handlers.organisation.repository import verified_organisation
from handlers.organisation.state import Organisation, Person, Role
from handlers.queries.base import Answer, Query
from handlers.queries.campaigns import visible_campaigns

AUDITS: frozenset[Role] = frozenset({"owner", "admin", "auditor"})
PAGE = 10
MOST_AUDITED = 2_000
_SHORTEST_ID = 6
_MOST_BROKEN = 10


class ActionRow(msgspec.Struct, frozen=True):
    """One action: in which entry, when (epoch milliseconds), by whom (an id, or `cli`; `name` where it is known),
    what, and with what outcome."""

    entry: int
    at_ms: int
    by: str
    name: str
    line: str
    outcome: str


class ActionPage(Answer, frozen=True):
    """`entries` and `head` are those of the whole record, for whoever audits all of it (0 and empty for others). A
    record that does not hold shows nothing but `broken`, its first broken entry. `newer` and `older` are what to
    ask `before` for the neighbouring pages (0: there is none)."""

    actions: tuple[ActionRow, ...]
    entries: int = 0
    head: str = ""
    newer: int = 0
    older: int = 0
    broken: int = 0


class ListActions(Query, frozen=True, omit_defaults=True, tag="list_actions"):
    """Who did what, newest first: a page of the actions of entries before `before` (0: the last ones)."""

    before: int = 0
    roles: ClassVar[frozenset[Role]] = AUDITS

    async def answer(self, context: Context) -> ActionPage:
        try:
            record, entries = await verified_organisation(context.tools.store)
        except ChainBroken as broken:
            return ActionPage((), broken=broken.entry)
        rows = [row for entry in reversed(_readable(context, entries)) for row in _rows(context, entry)]
        older_than = (place for place, row in enumerate(rows) if not self.before or row.entry < self.before)
        first = next(older_than, len(rows))
        page = tuple(rows[first : first + PAGE])
        whole = context.scope(self.roles).whole
        return ActionPage(
            page,
            record.version if whole else 0,
            record.head.hex() if whole else "",
            rows[max(0, first - PAGE)].entry + 1 if first else 0,
            page[-1].entry if first + PAGE < len(rows) else 0,
        )


def _readable(context: Context, entries: Sequence[OrganisationEntry]) -> list[OrganisationEntry]:
    """Whoever audits a part of the organisation sees what was done by those whose rights all lay in it then."""
    if context.scope(AUDITS).whole:
        return list(entries)
    organisation, seen = Organisation(), list[OrganisationEntry]()
    for entry in entries:
        before = organisation
        for event in entry.events:
            organisation = evolve(organisation, event, entry.at_ms)
        then = [each.people[entry.by] for each in (before, organisation) if entry.by in each.people]
        if then and all(_within(context, person) for person in then):
            seen.append(entry)
    return seen


def _within(context: Context, person: Person) -> bool:
    scope = context.scope(AUDITS)
    return person.id == context.person.id or all(scope.covers(grant.unit) for grant in person.grants)


def _rows(context: Context, entry: OrganisationEntry) -> list[ActionRow]:
    person = context.organisation.people.get(entry.by)
    return [
        ActionRow(entry.n, entry.at_ms, entry.by, person.name if person else "", event.line, event.outcome)
        for event in entry.events
        if isinstance(event, Acted)
    ]


class InterviewVerified(Answer, frozen=True):
    """`broken` is the first entry that does not hold; 0: all `entries` do, and `head` is the last one's hash."""

    interview: str
    entries: int
    head: str
    broken: int = 0


class VerifyInterview(Query, frozen=True, tag="verify_interview"):
    """Whether an interview's record holds. `interview` is its id, or how that alone begins."""

    interview: str
    roles: ClassVar[frozenset[Role]] = AUDITS

    async def answer(self, context: Context) -> InterviewVerified:
        interview = await self._found(context)
        try:
            record = await audit(context.tools.store, interview)
        except ChainBroken as broken:
            return InterviewVerified(interview, 0, "", broken.entry)
        return InterviewVerified(interview, record.version, record.head.hex())

    async def _found(self, context: Context) -> str:
        wanted = self.interview.lower()
        refused = Refused("audit.unknown", interview=wanted[:40])
        if len(wanted) < _SHORTEST_ID or not set(wanted) <= set("0123456789abcdef"):
            raise refused
        found: set[str] = set()
        for campaign in await visible_campaigns(context, self.roles):
            async for each in context.tools.store.interviews.members(campaign.id):
                if each.startswith(wanted):
                    found.add(each)
        if len(found) > 1:
            raise Refused("audit.ambiguous", interview=wanted)
        if not found:
            raise refused
        return found.pop()


class BrokenRecord(msgspec.Struct, frozen=True):
    """The first entry of an interview that does not hold."""

    interview: str
    entry: int


class OrganisationVerified(msgspec.Struct, frozen=True):
    """As `InterviewVerified`, of the organisation's own record."""

    entries: int
    head: str
    broken: int = 0


class AllVerified(Answer, frozen=True):
    """`organisation` is None for whoever audits a part of it. `broken` are the first ones of `broken_in_all`."""

    organisation: OrganisationVerified | None
    interviews: int
    broken: tuple[BrokenRecord, ...]
    broken_in_all: int


class VerifyAll(Query, frozen=True, tag="verify_all"):
    """Whether all records that the reader may audit hold. At most MOST_AUDITED interviews."""

    roles: ClassVar[frozenset[Role]] = AUDITS

    async def answer(self, context: Context) -> AllVerified:
        store = context.tools.store
        campaigns = await visible_campaigns(context, self.roles)
        counts = [await store.interviews.counts(each.id) for each in campaigns]
        if sum(each.get("interviews", 0) for each in counts) > MOST_AUDITED:
            raise Refused("audit.too_many", most=MOST_AUDITED)
        number, broken, erasures = 0, list[BrokenRecord](), Erasures(store)
        for campaign in campaigns:
            async for interview in store.interviews.members(campaign.id):
                number += 1
                try:
                    await audit(store, interview, erasures)
                except ChainBroken as error:
                    broken.append(BrokenRecord(interview, error.entry))
        whole = await _organisation(context) if context.scope(self.roles).whole else None
        return AllVerified(whole, number, tuple(broken[:_MOST_BROKEN]), len(broken))


async def _organisation(context: Context) -> OrganisationVerified:
    try:
        record, _ = await verified_organisation(context.tools.store)
    except ChainBroken as broken:
        return OrganisationVerified(0, "", broken.entry)
    return OrganisationVerified(record.version, record.head.hex())
