"""What each act does to the organisation."""

from typing import TypeVar, assert_never

from msgspec.structs import replace

from handlers.organisation.events import (
    AccountPaused,
    AccountResumed,
    Acted,
    AnyOfficeEvent,
    Asked,
    BotAdded,
    BotRemoved,
    BroadcastDropped,
    BroadcastOrdered,
    BroadcastSent,
    CaughtUp,
    ChatChosen,
    ChatLeft,
    ChatTuned,
    CodeMade,
    CodeWithdrawn,
    Confirmed,
    Digested,
    DutyEnded,
    DutySet,
    Erased,
    Granted,
    Joined,
    LanguageSet,
    Revoked,
    RuleSet,
    Taken,
    UnitAdded,
    UnitRemoved,
    Withdrawn,
)
from handlers.organisation.state import (
    ALERTED_MS,
    AddedBot,
    Chat,
    Code,
    Duty,
    Grant,
    Office,
    Pause,
    Person,
    Ticket,
    account_of,
)


def evolve(office: Office, event: AnyOfficeEvent, at_ms: int) -> Office:
    """The office after one event. What is out of date goes when something new comes."""
    match event:
        case CodeMade():
            code = Code(event.role, event.unit, event.until_ms, event.by)
            valid = {name: each for name, each in office.codes.items() if each.until_ms > at_ms}
            return replace(office, codes={**valid, event.code_sha256: code})
        case CodeWithdrawn():
            return replace(office, codes=_without(office.codes, event.code_sha256))
        case Joined():
            return _joined(office, event)
        case Granted():
            return _granted(office, event.person, Grant(event.role, event.unit))
        case Revoked():
            return _revoked(office, event.person, Grant(event.role, event.unit))
        case UnitAdded():
            return replace(office, units={**office.units, event.unit: event.parent})
        case UnitRemoved():
            return replace(
                office, units=_without(office.units, event.unit), rules=_without(office.rules, event.unit)
            )
        case LanguageSet():
            person = replace(office.people[event.person], language=event.language)
            return replace(office, people={**office.people, event.person: person})
        case ChatChosen():
            return _chosen(office, event)
        case ChatLeft():
            chats = tuple(chat for chat in office.chats if chat.address != event.address)
            return replace(office, chats=chats, digests=_without(office.digests, str(event.address)))
        case ChatTuned():
            tuned = {"quiet_from": event.quiet_from, "quiet_until": event.quiet_until, "digest": event.digest}
            chats = tuple(
                replace(chat, **tuned) if chat.address == event.address else chat for chat in office.chats
            )
            return replace(office, chats=chats)
        case Digested():
            place, until_ms = str(event.address), event.until_ms
            recent = {alert: ms for alert, ms in office.alerts.items() if ms > until_ms - ALERTED_MS}
            told = {f"{place} {alert}": until_ms for alert in event.alerts}
            return replace(office, digests={**office.digests, place: until_ms}, alerts={**recent, **told})
        case DutySet():
            duty = Duty(event.person, event.unit, event.shift)
            return replace(office, duty=(*_off_duty(office, event), duty))
        case DutyEnded():
            return replace(office, duty=_off_duty(office, event))
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
            )
            valid_tickets = {name: each for name, each in office.tickets.items() if each.until_ms > at_ms}
            return replace(office, tickets={**valid_tickets, event.ticket: ticket})
        case Taken():
            return _taken(office, event)
        case Confirmed() | Withdrawn():
            return replace(office, tickets=_without(office.tickets, event.ticket))
        case BotAdded() | BotRemoved() | AccountPaused() | AccountResumed() | CaughtUp():
            return _of_bots(office, event, at_ms)
        case RuleSet():
            return _ruled(office, event)
        case BroadcastOrdered():
            return replace(office, broadcasts={**office.broadcasts, event.broadcast: event.what})
        case BroadcastDropped() | BroadcastSent():
            return replace(office, broadcasts=_without(office.broadcasts, event.broadcast))
        case Acted() | Erased():
            return office
        case _:
            assert_never(event)


def _taken(office: Office, event: Taken) -> Office:
    ticket = office.tickets.get(event.ticket)
    if ticket is None:
        return office
    return replace(office, tickets={**office.tickets, event.ticket: replace(ticket, taken=event.cause)})


def _ruled(office: Office, event: RuleSet) -> Office:
    rules = tuple(each for each in office.rules.get(event.unit, ()) if each != event.rule)
    if event.on:
        rules = (*rules, event.rule)
    others = _without(office.rules, event.unit)
    return replace(office, rules={**others, event.unit: rules} if rules else others)


def _joined(office: Office, event: Joined) -> Office:
    known = office.people.get(event.person) or Person(event.person, event.name, event.language)
    addresses = tuple(dict.fromkeys((*known.addresses, event.address)))
    people = {**office.people, event.person: replace(known, addresses=addresses)}
    joined = replace(office, people=people, codes=_without(office.codes, event.code_sha256))
    return _granted(joined, event.person, Grant(event.role, event.unit))


def _chosen(office: Office, event: ChatChosen) -> Office:
    """When it is quiet there stays as it was."""
    before = next((chat for chat in office.chats if chat.address == event.address), None)
    others = tuple(chat for chat in office.chats if chat.address != event.address)
    chat = replace(
        before or Chat(event.address, event.unit),
        unit=event.unit,
        language=event.language,
        since_ms=event.since_ms,
    )
    return replace(office, chats=(*others, chat))


def _off_duty(office: Office, event: DutySet | DutyEnded) -> tuple[Duty, ...]:
    """Without the hours of this person in this unit."""
    return tuple(each for each in office.duty if (each.person, each.unit) != (event.person, event.unit))


def _granted(office: Office, person_id: str, grant: Grant) -> Office:
    person = office.people[person_id]
    grants = tuple(dict.fromkeys((*person.grants, grant)))
    return replace(office, people={**office.people, person_id: replace(person, grants=grants)})


def _revoked(office: Office, person_id: str, grant: Grant) -> Office:
    """Who has no right left is no longer there at all."""
    person = office.people[person_id]
    grants = tuple(each for each in person.grants if each != grant)
    if not grants:
        return replace(office, people=_without(office.people, person_id))
    return replace(office, people={**office.people, person_id: replace(person, grants=grants)})


def _of_bots(
    office: Office, event: BotAdded | BotRemoved | AccountPaused | AccountResumed | CaughtUp, at_ms: int
) -> Office:
    match event:
        case BotAdded():
            bot = AddedBot(event.username, event.token_sha256, event.note)
            return replace(office, bots={**office.bots, event.bot: bot})
        case BotRemoved():
            paused = _without(office.paused, account_of("telegram", event.bot))
            return replace(office, bots=_without(office.bots, event.bot), paused=paused)
        case AccountPaused():
            return replace(office, paused={**office.paused, event.account: at_ms})
        case AccountResumed():
            pause = Pause(office.paused.get(event.account, at_ms), at_ms)
            resumed = replace(office, paused=_without(office.paused, event.account))
            return replace(resumed, resuming={**office.resuming, event.account: pause})
        case CaughtUp():
            return replace(office, resuming=_without(office.resuming, event.account))
        case _:
            assert_never(event)


_Value = TypeVar("_Value")


def _without(values: dict[str, _Value], key: str) -> dict[str, _Value]:
    return {name: value for name, value in values.items() if name != key}
