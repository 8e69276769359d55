"""How each event changes the organisation."""

from typing import TypeVar, assert_never

from msgspec.structs import replace

from conversation.inbound import Address
from handlers.organisation.calibration import calibrated
from handlers.organisation.calibration_events import (
    CalibrationBegun,
    CalibrationNoted,
    CalibrationOpened,
    SampleRated,
)
from handlers.organisation.events import (
    AccountPaused,
    AccountResumed,
    Acted,
    AnyOrganisationEvent,
    Asked,
    BotAdded,
    BotRemoved,
    BroadcastDropped,
    BroadcastOrdered,
    BroadcastSent,
    CaughtUp,
    ChatChosen,
    ChatLeft,
    ChatLevelSet,
    ChatMoved,
    ChatTuned,
    CodeMade,
    CodeWithdrawn,
    Confirmed,
    Digested,
    DutyEnded,
    DutySet,
    Erased,
    Granted,
    HeadsReminded,
    Joined,
    LanguageSet,
    Revoked,
    RuleSet,
    Taken,
    Ticked,
    TickListMade,
    TokenMade,
    TokenRevoked,
    Withdrawn,
)
from handlers.organisation.import_events import (
    DuplicateDecided,
    ImportBegun,
    Imported,
    ImportedErased,
    ImportUndone,
)
from handlers.organisation.imports import imported
from handlers.organisation.moves import moved
from handlers.organisation.sessions import Signed, SignedIn, SignedOut, SignInOffered
from handlers.organisation.slot_changes import erased, slotted
from handlers.organisation.slot_events import PlaceTaken, SlotsOpened, SlotWithdrawn
from handlers.organisation.state import (
    ALERTED_MS,
    AddedBot,
    Chat,
    Code,
    Duty,
    Grant,
    Organisation,
    Pause,
    Person,
    Ticket,
    TickList,
    Token,
    Webhook,
    account_of,
)
from handlers.organisation.unit_events import (
    UnitAdded,
    UnitFaqSet,
    UnitMessageSet,
    UnitMoved,
    UnitRemoved,
    UnitRenamed,
)
from handlers.organisation.unit_texts import UnitTexts, with_text
from handlers.organisation.webhook_events import WebhookEvent, WebhookMade, WebhookRemoved, WebhookRotated


def evolve(organisation: Organisation, event: AnyOrganisationEvent, at_ms: int) -> Organisation:
    """Return the organisation after one event.

    Expired codes, tickets, lists and alerts are dropped when the next one of their kind is added.
    """
    match event:
        case CodeMade():
            code = Code(event.role, event.unit, event.until_ms, event.by)
            valid = {name: each for name, each in organisation.codes.items() if each.until_ms > at_ms}
            return replace(organisation, codes={**valid, event.code_sha256: code})
        case CodeWithdrawn():
            return replace(organisation, codes=_without(organisation.codes, event.code_sha256))
        case TokenMade():
            token = Token(event.name, event.sha256, event.role, event.unit, event.until_ms, event.by)
            return replace(organisation, tokens={**organisation.tokens, event.token: token})
        case TokenRevoked():
            revoked = replace(organisation.tokens[event.token], until_ms=0)
            return replace(organisation, tokens={**organisation.tokens, event.token: revoked})
        case WebhookMade() | WebhookRotated() | WebhookRemoved():
            return replace(organisation, webhooks=_webhooks(organisation.webhooks, event))
        case SignInOffered() | SignedIn() | SignedOut():
            return _signed(organisation, Signed(organisation.sign_ins, organisation.sessions).after(event, at_ms))
        case Joined():
            return _joined(organisation, event)
        case Granted():
            return _granted(organisation, event.person, Grant(event.role, event.unit))
        case Revoked():
            return _revoked(organisation, event.person, Grant(event.role, event.unit))
        case UnitAdded() | UnitMoved():
            return replace(organisation, units={**organisation.units, event.unit: event.parent})
        case UnitRenamed():
            others = _without(organisation.titles, event.unit)
            title = {} if event.title == event.unit else {event.unit: event.title}
            return replace(organisation, titles={**others, **title})
        case UnitRemoved():
            return replace(
                organisation,
                units=_without(organisation.units, event.unit),
                rules=_without(organisation.rules, event.unit),
                titles=_without(organisation.titles, event.unit),
                texts=_without(organisation.texts, event.unit),
            )
        case UnitMessageSet() | UnitFaqSet():
            texts = with_text(organisation.texts.get(event.unit, UnitTexts()), event)
            of_others = _without(organisation.texts, event.unit)
            return replace(organisation, texts={**of_others, event.unit: texts} if texts.characters else of_others)
        case LanguageSet():
            person = replace(organisation.people[event.person], language=event.language)
            return replace(organisation, people={**organisation.people, event.person: person})
        case ChatChosen():
            return _chosen(organisation, event)
        case ChatLeft():
            chats = tuple(chat for chat in organisation.chats if chat.address != event.address)
            return replace(organisation, chats=chats, digests=_without(organisation.digests, str(event.address)))
        case ChatTuned():
            tuned = {"quiet_from": event.quiet_from, "quiet_until": event.quiet_until, "digest": event.digest}
            return _tuned(organisation, event.address, **tuned)
        case ChatLevelSet():
            return _tuned(organisation, event.address, level=event.level)
        case ChatMoved():
            return moved(organisation, event.old, event.new)
        case Digested():
            place, until_ms = str(event.address), event.until_ms
            recent = {alert: ms for alert, ms in organisation.alerts.items() if ms > until_ms - ALERTED_MS}
            told = {f"{place} {alert}": until_ms for alert in event.alerts}
            return replace(
                organisation, digests={**organisation.digests, place: until_ms}, alerts={**recent, **told}
            )
        case HeadsReminded():
            return replace(organisation, heads_reminded_ms=event.until_ms)
        case DutySet():
            duty = Duty(event.person, event.unit, event.shift)
            return replace(organisation, duty=(*_off_duty(organisation, event), duty))
        case DutyEnded():
            return replace(organisation, duty=_off_duty(organisation, event))
        case Asked():
            ticket = Ticket(
                event.line,
                event.person,
                event.until_ms,
                event.second,
                event.unit,
                event.chat,
                event.number,
                action=event.action,
                shared=event.shared,
                told=event.told,
            )
            valid_tickets = {
                name: each for name, each in organisation.tickets.items() if each.told or each.until_ms > at_ms
            }
            return replace(organisation, tickets={**valid_tickets, event.ticket: ticket})
        case TickListMade() | Ticked():
            return _of_ticks(organisation, event, at_ms)
        case Taken():
            return _taken(organisation, event)
        case Confirmed() | Withdrawn():
            return replace(organisation, tickets=_without(organisation.tickets, event.ticket))
        case BotAdded() | BotRemoved() | AccountPaused() | AccountResumed() | CaughtUp():
            return _of_bots(organisation, event, at_ms)
        case RuleSet():
            return _ruled(organisation, event)
        case BroadcastOrdered():
            return replace(organisation, broadcasts={**organisation.broadcasts, event.broadcast: event.what})
        case BroadcastDropped() | BroadcastSent():
            return replace(organisation, broadcasts=_without(organisation.broadcasts, event.broadcast))
        case CalibrationBegun() | SampleRated() | CalibrationOpened() | CalibrationNoted():
            return calibrated(organisation, event)
        case ImportBegun() | Imported() | ImportUndone() | DuplicateDecided() | ImportedErased():
            return imported(organisation, event, at_ms)
        case SlotsOpened() | SlotWithdrawn() | PlaceTaken():
            return slotted(organisation, event, at_ms)
        case Erased():
            return erased(organisation, event.interview)
        case Acted():
            return organisation
        case _:
            assert_never(event)


def _of_ticks(organisation: Organisation, event: TickListMade | Ticked, at_ms: int) -> Organisation:
    lists = organisation.tick_lists
    match event:
        case TickListMade():
            made = TickList(event.person, event.until_ms, event.listed)
            valid = {name: each for name, each in lists.items() if each.until_ms > at_ms}
            return replace(organisation, tick_lists={**valid, event.name: made})
        case Ticked() if found := lists.get(event.name):
            others = tuple(each for each in found.ticked if each not in event.interviews)
            ticked = (*others, *event.interviews) if event.on else others
            return replace(organisation, tick_lists={**lists, event.name: replace(found, ticked=ticked)})
        case _:
            return organisation


def _taken(organisation: Organisation, event: Taken) -> Organisation:
    ticket = organisation.tickets.get(event.ticket)
    if ticket is None:
        return organisation
    return replace(
        organisation, tickets={**organisation.tickets, event.ticket: replace(ticket, taken=event.cause)}
    )


def _ruled(organisation: Organisation, event: RuleSet) -> Organisation:
    rules = tuple(each for each in organisation.rules.get(event.unit, ()) if each != event.rule)
    if event.on:
        rules = (*rules, event.rule)
    others = _without(organisation.rules, event.unit)
    return replace(organisation, rules={**others, event.unit: rules} if rules else others)


def _joined(organisation: Organisation, event: Joined) -> Organisation:
    known = organisation.people.get(event.person) or Person(event.person, event.name, event.language)
    addresses = tuple(dict.fromkeys((*known.addresses, event.address)))
    people = {**organisation.people, event.person: replace(known, addresses=addresses)}
    joined = replace(organisation, people=people, codes=_without(organisation.codes, event.code_sha256))
    return _granted(joined, event.person, Grant(event.role, event.unit))


def _chosen(organisation: Organisation, event: ChatChosen) -> Organisation:
    """Set what the event says of the chat; keep its quiet hours and digest time."""
    before = next((chat for chat in organisation.chats if chat.address == event.address), None)
    others = tuple(chat for chat in organisation.chats if chat.address != event.address)
    chat = replace(
        before or Chat(event.address, event.unit),
        unit=event.unit,
        language=event.language,
        since_ms=event.since_ms,
        help_only=event.help_only,
    )
    return replace(organisation, chats=(*others, chat))


def _tuned(organisation: Organisation, address: Address, **changes: object) -> Organisation:
    chats = (replace(chat, **changes) if chat.address == address else chat for chat in organisation.chats)
    return replace(organisation, chats=tuple(chats))


def _off_duty(organisation: Organisation, event: DutySet | DutyEnded) -> tuple[Duty, ...]:
    """Return all duties except this person's in this unit."""
    return tuple(each for each in organisation.duty if (each.person, each.unit) != (event.person, event.unit))


def _granted(organisation: Organisation, person_id: str, grant: Grant) -> Organisation:
    person = organisation.people[person_id]
    grants = tuple(dict.fromkeys((*person.grants, grant)))
    return replace(organisation, people={**organisation.people, person_id: replace(person, grants=grants)})


def _revoked(organisation: Organisation, person_id: str, grant: Grant) -> Organisation:
    """Remove a right; remove the person along with their last right. They are signed out of all browsers."""
    person = organisation.people[person_id]
    organisation = _signed(organisation, Signed(organisation.sign_ins, organisation.sessions).without(person_id))
    grants = tuple(each for each in person.grants if each != grant)
    if not grants:
        return replace(organisation, people=_without(organisation.people, person_id))
    return replace(organisation, people={**organisation.people, person_id: replace(person, grants=grants)})


def _signed(organisation: Organisation, signed: Signed) -> Organisation:
    return replace(organisation, sign_ins=dict(signed.links), sessions=dict(signed.sessions))


def _of_bots(
    organisation: Organisation,
    event: BotAdded | BotRemoved | AccountPaused | AccountResumed | CaughtUp,
    at_ms: int,
) -> Organisation:
    match event:
        case BotAdded():
            bot = AddedBot(event.username, event.token_sha256, event.note)
            return replace(organisation, bots={**organisation.bots, event.bot: bot})
        case BotRemoved():
            paused = _without(organisation.paused, account_of(event.channel, event.bot))
            return replace(organisation, bots=_without(organisation.bots, event.bot), paused=paused)
        case AccountPaused():
            return replace(organisation, paused={**organisation.paused, event.account: at_ms})
        case AccountResumed():
            pause = Pause(organisation.paused.get(event.account, at_ms), at_ms)
            resumed = replace(organisation, paused=_without(organisation.paused, event.account))
            return replace(resumed, resuming={**organisation.resuming, event.account: pause})
        case CaughtUp():
            return replace(organisation, resuming=_without(organisation.resuming, event.account))
        case _:
            assert_never(event)


def _webhooks(known: dict[str, Webhook], event: WebhookEvent) -> dict[str, Webhook]:
    match event:
        case WebhookMade():
            made = Webhook(event.name, event.address, event.unit, event.note, event.by)
            return {**known, event.webhook: made}
        case WebhookRotated():
            rotated = replace(known[event.webhook], note=event.note, both_until_ms=event.until_ms)
            return {**known, event.webhook: rotated}
        case WebhookRemoved():
            return _without(known, event.webhook)
        case _:
            assert_never(event)


_Value = TypeVar("_Value")


def _without(values: dict[str, _Value], key: str) -> dict[str, _Value]:
    return {name: value for name, value in values.items() if name != key}
