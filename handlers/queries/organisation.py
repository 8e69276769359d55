"""Queries about colleagues, units, who is on duty, sessions, and the programs that work with us."""

from typing import ClassVar

import msgspec

from conversation.decide.results.telling import OUTCOMES
from conversation.script import LANGUAGES
from conversation.timing.schedule import at
from conversation.timing.working_hours import Shift, covers
from handlers.actions.context import Context, Refused, Right, Unit
from handlers.actions.people import check_unit
from handlers.actions.system.web_sessions import sessions_of
from handlers.organisation.duty import valid
from handlers.organisation.rights import EVERYBODY, HIRES, LEADS, MEETS
from handlers.organisation.state import ROOT, Level, Role, Rule
from handlers.organisation.tokens import actor, actor_id, name_of
from handlers.queries.base import Answer, Query, page_of

DUTY_PAGE = 10


class Colleague(msgspec.Struct, frozen=True):
    """A person and their rights in the units that the reader leads."""

    person: str
    name: str
    rights: tuple[Right, ...]


class Colleagues(Answer, frozen=True):
    colleagues: tuple[Colleague, ...]


class ListColleagues(Query, frozen=True, tag="list_colleagues"):
    """List by name everyone with a right in the units that the reader leads."""

    roles: ClassVar[frozenset[Role]] = LEADS

    async def answer(self, context: Context) -> Colleagues:
        scope, found = context.scope(self.roles), list[Colleague]()
        for person in sorted(context.organisation.people.values(), key=lambda each: each.name):
            rights = tuple(Right(each.role, each.unit) for each in person.grants if scope.covers(each.unit))
            if rights:
                found.append(Colleague(person.id, person.name, rights))
        return Colleagues(tuple(found))


class UnitRow(msgspec.Struct, frozen=True):
    """A unit. `depth` is its level in the tree (the root's is 0); `rules` are those set on the unit itself."""

    unit: str
    parent: str
    depth: int
    rules: tuple[Rule, ...]


class Units(Answer, frozen=True):
    units: tuple[UnitRow, ...]


class ListUnits(Query, frozen=True, tag="list_units"):
    """List the units that the reader leads, each before the units below it."""

    roles: ClassVar[frozenset[Role]] = LEADS

    async def answer(self, context: Context) -> Units:
        scope, found = context.scope(self.roles), list[UnitRow]()
        units, rules = context.organisation.units, context.organisation.rules

        def visit(unit: str, depth: int) -> None:
            if scope.covers(unit):
                found.append(UnitRow(unit, units.get(unit, ROOT), depth, rules.get(unit, ())))
            for below in sorted(name for name, parent in units.items() if parent == unit):
                visit(below, depth + 1)

        visit(ROOT, 0)
        return Units(tuple(found))


class UnitText(msgspec.Struct, frozen=True):
    """The message for an outcome that applies in a unit, in one language. `source` is the unit that it comes from,
    None if that is out of the reader's sight. Without `text`, it is the bot's own."""

    outcome: str
    language: str
    text: str
    source: Unit | None


class UnitQuestion(msgspec.Struct, frozen=True):
    """The answer to a question that applies in a unit. `source` is as in `UnitText`."""

    language: str
    asked: tuple[str, ...]
    answer: str
    source: Unit | None


class UnitTextsShown(Answer, frozen=True):
    unit: str
    messages: tuple[UnitText, ...]
    questions: tuple[UnitQuestion, ...]


class ShowUnitTexts(Query, frozen=True, tag="show_unit_texts"):
    """Show what a unit says to candidates in its own words: messages about results and answers to questions, with
    those that it takes over from units above."""

    unit: str = ROOT
    roles: ClassVar[frozenset[Role]] = HIRES

    async def answer(self, context: Context) -> UnitTextsShown:
        check_unit(context, self.unit)
        if not context.scope(self.roles).covers(self.unit):
            raise Refused("forbidden.unit", unit=Unit(self.unit))
        applying = context.organisation.texts_in(self.unit)

        def seen(unit: str) -> Unit | None:
            return Unit(unit) if context.scope(EVERYBODY).covers(unit) else None

        messages = [
            UnitText(outcome, language, found[0] if found else "", seen(found[1]) if found else None)
            for outcome in OUTCOMES
            for language in LANGUAGES
            for found in (applying.message_from(outcome, language),)
        ]
        questions = [
            UnitQuestion(language, ways, each.answer.in_(language), seen(applying.levels[each.level - 1][0]))
            for each in applying.faq()
            for language, ways in each.asked.items()
        ]
        return UnitTextsShown(self.unit, tuple(messages), tuple(questions))


class NoticeChat(msgspec.Struct, frozen=True):
    """A chat that gets a unit's notices. Its settings are as in `Chat`; `channel` is its platform."""

    channel: str
    unit: str
    language: str
    quiet_from: int
    quiet_until: int
    digest: int
    help_only: bool
    level: Level = "all"


class NoticeChats(Answer, frozen=True):
    chats: tuple[NoticeChat, ...]


class ListNoticeChats(Query, frozen=True, tag="list_notice_chats"):
    """List the chats that get notices of the units that the reader leads."""

    roles: ClassVar[frozenset[Role]] = LEADS

    async def answer(self, context: Context) -> NoticeChats:
        scope = context.scope(self.roles)
        return NoticeChats(
            tuple(
                NoticeChat(
                    each.address.channel,
                    each.unit,
                    each.language,
                    each.quiet_from,
                    each.quiet_until,
                    each.digest,
                    each.help_only,
                    each.level,
                )
                for each in context.organisation.chats
                if scope.covers(each.unit)
            )
        )


class DutyRow(msgspec.Struct, frozen=True):
    """A person's duty hours in a unit. `now` is whether they are on duty at this moment."""

    person: str
    name: str
    unit: str
    shift: Shift
    now: bool


class Duties(Answer, frozen=True):
    duties: tuple[DutyRow, ...]
    page: int
    pages: int
    total: int


class ListDuties(Query, frozen=True, omit_defaults=True, tag="list_duties"):
    """List who answers help requests in the reader's units, people on duty now first."""

    page: int = 1
    roles: ClassVar[frozenset[Role]] = MEETS

    async def answer(self, context: Context) -> Duties:
        scope, moment = context.scope(self.roles), at(context.now, context.tools.zone)
        rows = [
            DutyRow(person.id, person.name, duty.unit, duty.shift, covers(duty.shift, moment))
            for duty, person in valid(context.organisation)
            if scope.covers(duty.unit)
        ]
        rows.sort(key=lambda row: (not row.now, row.unit, row.name))
        shown, page, pages = page_of(rows, self.page, DUTY_PAGE)
        return Duties(tuple(shown), page, pages, len(rows))


class TokenRow(msgspec.Struct, frozen=True):
    """A token of the REST API. `until_ms` is when it expires, in epoch milliseconds."""

    token: str
    name: str
    right: Right
    until_ms: int
    by: str


class Tokens(Answer, frozen=True):
    tokens: tuple[TokenRow, ...]


class ListTokens(Query, frozen=True, tag="list_tokens"):
    """List the tokens that work, in the units that the reader leads, by name."""

    roles: ClassVar[frozenset[Role]] = LEADS

    async def answer(self, context: Context) -> Tokens:
        scope, organisation = context.scope(self.roles), context.organisation
        rows = [
            TokenRow(name, each.name, Right(each.role, each.unit), each.until_ms, name_of(organisation, each.by))
            for name, each in organisation.tokens.items()
            if scope.covers(each.unit)
            and actor(organisation, actor_id(name), context.now, local=context.tools.local)
        ]
        return Tokens(tuple(sorted(rows, key=lambda row: row.name)))


class WebhookRow(msgspec.Struct, frozen=True):
    """A webhook.

    - `address`: its URL without the query.
    - `both_until_ms`: until when the former secret signs, too (epoch milliseconds); 0: it does not.
    - `trouble`: why the receiver does not accept events at present; empty if nothing is known.
    """

    webhook: str
    name: str
    address: str
    unit: str
    both_until_ms: int
    by: str
    trouble: str


class Webhooks(Answer, frozen=True):
    webhooks: tuple[WebhookRow, ...]


class ListWebhooks(Query, frozen=True, tag="list_webhooks"):
    """List the webhooks in the units that the reader leads, by name."""

    roles: ClassVar[frozenset[Role]] = LEADS

    async def answer(self, context: Context) -> Webhooks:
        scope, organisation, registry = context.scope(self.roles), context.organisation, context.tools.webhooks
        rows = [
            WebhookRow(
                name,
                each.name,
                each.address,
                each.unit,
                each.both_until_ms if each.both_until_ms > context.now else 0,
                name_of(organisation, each.by),
                registry.trouble(name) if registry else "",
            )
            for name, each in organisation.webhooks.items()
            if scope.covers(each.unit)
        ]
        return Webhooks(tuple(sorted(rows, key=lambda row: row.name)))


class SessionRow(msgspec.Struct, frozen=True):
    """A session on the staff pages. It began at `since_ms` and ends at `until_ms`, in epoch milliseconds."""

    session: str
    browser: str
    since_ms: int
    until_ms: int


class Sessions(Answer, frozen=True):
    sessions: tuple[SessionRow, ...]


class ListSessions(Query, frozen=True, tag="list_sessions"):
    """List the reader's own sessions on the staff pages, the oldest first."""

    roles: ClassVar[frozenset[Role]] = EVERYBODY

    async def answer(self, context: Context) -> Sessions:
        mine = sessions_of(context.organisation, context.person.id, context.now)
        rows = (SessionRow(name, each.browser, each.since_ms, each.until_ms) for name, each in mine.items())
        return Sessions(tuple(rows))
