"""Queries about the records, limited to what the person may audit."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from conversation.errors import ChainBroken
from conversation.record.anchors import AnchorWrong
from handlers.actions.context import Context, Refused
from handlers.actions.targets import interview_of
from handlers.maintenance.anchor_audit import proof_of
from handlers.maintenance.audit import Erasures, audit
from handlers.organisation.events import Acted, OrganisationEntry
from handlers.organisation.evolve import evolve
from handlers.organisation.repository import verified_organisation
from handlers.organisation.state import Organisation, Person, Role
from handlers.organisation.tokens import known, name_of
from handlers.queries.base import Answer, Query
from handlers.queries.campaigns import visible_campaigns

AUDITS: frozenset[Role] = frozenset({"owner", "admin", "auditor"})
PAGE = 10
MOST_AUDITED = 2_000
SHORTEST_ID = 6
_MOST_BROKEN = 10


class ActionRow(msgspec.Struct, frozen=True):
    """One staff action. `by` is a person's id or `cli`; `name` is empty if unknown; `at_ms` is in epoch ms."""

    entry: int
    at_ms: int
    by: str
    name: str
    line: str
    outcome: str


class ActionPage(Answer, frozen=True):
    """A page of actions, newest first.

    - `entries`, `head`: those of the whole record, for people who may audit all of it; else 0 and empty.
    - `newer`, `older`: the value of `before` for the neighbouring page; 0 if there is none.
    - `broken`: the first broken entry; nothing else is shown then. 0 if the record is intact.
    """

    actions: tuple[ActionRow, ...]
    entries: int = 0
    head: str = ""
    newer: int = 0
    older: int = 0
    broken: int = 0


class ListActions(Query, frozen=True, omit_defaults=True, tag="list_actions"):
    """List who did what, newest first: one page of actions in entries before `before` (0: the latest).

    - `by`: only what the person with this id did, or `cli`.
    - `since_ms`, `until_ms`: only from and before these times (epoch milliseconds); 0: any time.
    - `interview`: only what was done about this interview (its whole id).
    - `exports`: only exports.
    """

    before: int = 0
    by: str = ""
    since_ms: int = 0
    until_ms: int = 0
    interview: str = ""
    exports: bool = False
    roles: ClassVar[frozenset[Role]] = AUDITS

    async def answer(self, context: Context) -> ActionPage:
        try:
            record, entries = await verified_organisation(context.tools.store)
        except ChainBroken as broken:
            return ActionPage((), broken=broken.entry)
        readable = reversed(_readable(context, entries))
        rows = [row for entry in readable for row in _rows(context, entry) if self._fits(row)]
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

    def _fits(self, row: ActionRow) -> bool:
        command, *words = row.line.split() or [""]
        return (
            self.by in ("", row.by)
            and self.since_ms <= row.at_ms
            and (not self.until_ms or row.at_ms < self.until_ms)
            and (not self.interview or self.interview in words)
            and (not self.exports or command == "/export")
        )


def _readable(context: Context, entries: Sequence[OrganisationEntry]) -> list[OrganisationEntry]:
    """Return the entries that the person may audit.

    An auditor of part of the organisation sees the entries of people whose rights all lay within that part at the
    time.
    """
    if context.scope(AUDITS).whole:
        return list(entries)
    organisation, seen = Organisation(), list[OrganisationEntry]()
    for entry in entries:
        before = organisation
        for event in entry.events:
            organisation = evolve(organisation, event, entry.at_ms)
        then = [person for each in (before, organisation) if (person := known(each, entry.by))]
        if then and all(_within(context, person) for person in then):
            seen.append(entry)
    return seen


def _within(context: Context, person: Person) -> bool:
    scope = context.scope(AUDITS)
    return person.id == context.person.id or all(scope.covers(grant.unit) for grant in person.grants)


def _rows(context: Context, entry: OrganisationEntry) -> list[ActionRow]:
    name = name_of(context.organisation, entry.by)
    return [
        ActionRow(entry.n, entry.at_ms, entry.by, name, event.line, event.outcome)
        for event in entry.events
        if isinstance(event, Acted)
    ]


class InterviewVerified(Answer, frozen=True):
    """The result of verifying an interview. `broken` is the first broken entry; 0 if all are intact."""

    interview: str
    entries: int
    head: str
    broken: int = 0


class VerifyInterview(Query, frozen=True, tag="verify_interview"):
    """Verify an interview's record. `interview` is its id, or an unambiguous prefix of at least 6 characters."""

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
        if len(wanted) < SHORTEST_ID or not set(wanted) <= set("0123456789abcdef"):
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


class InterviewProof(Answer, frozen=True):
    """That an interview's record had come this far when a day's note was signed.

    - `entries`, `head`: how many entries the record has now, and the hash of the last one.
    - `day`, `note`: the signed note, as it was published that day.
    - `anchored_entries`, `anchored_head`: as the note has the record.
    - `size`, `place`, `proof`: the number of leaves of the note's Merkle tree, the place of the leaf
      `ID ENTRIES HEAD` (from 0), and the hashes (hex) that lead from it to the root, as in RFC 9162.
    """

    interview: str
    entries: int
    head: str
    day: str
    note: str
    anchored_entries: int
    anchored_head: str
    size: int
    place: int
    proof: tuple[str, ...]


class ProveInterview(Query, frozen=True, omit_defaults=True, tag="prove_interview"):
    """Prove by a day's note (ISO date; default: the last one) that an interview's record was not rewritten since.

    For those who may audit the whole organisation, because the note says how many records there are in all.
    """

    interview: str
    day: str = ""
    roles: ClassVar[frozenset[Role]] = AUDITS

    async def answer(self, context: Context) -> InterviewProof:
        state = await interview_of(context, self.interview, self.roles, "audit.unknown")
        if not context.scope(self.roles).whole:
            raise Refused("forbidden.proof")
        anchors = context.tools.anchors
        try:
            found = await proof_of(anchors, state.interview, self.day) if anchors else None
        except AnchorWrong:
            raise Refused("proof.broken") from None
        if found is None:
            raise Refused("proof.unknown", interview=state.interview)
        (head,) = await context.tools.store.interviews.heads([state.interview])
        assert head is not None
        return InterviewProof(
            state.interview,
            head.version,
            head.hash.hex(),
            found.day,
            found.note,
            found.leaf.version,
            found.leaf.head.hex(),
            found.anchor.size,
            found.place,
            tuple(each.hex() for each in found.hashes),
        )


class BrokenRecord(msgspec.Struct, frozen=True):
    """An interview whose record is broken, and its first broken entry."""

    interview: str
    entry: int


class OrganisationVerified(msgspec.Struct, frozen=True):
    """Like `InterviewVerified`, for the organisation's own record."""

    entries: int
    head: str
    broken: int = 0


class AllVerified(Answer, frozen=True):
    """The result of verifying everything.

    `organisation` is None if the person may audit only part of it. `broken` lists the first few of
    `broken_in_all`.
    """

    organisation: OrganisationVerified | None
    interviews: int
    broken: tuple[BrokenRecord, ...]
    broken_in_all: int


class VerifyAll(Query, frozen=True, tag="verify_all"):
    """Verify all records that the person may audit. Refused if there are more than MOST_AUDITED interviews."""

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
