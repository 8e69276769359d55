"""Reminding the heads of units, once a working day, of candidates who wait past the promised day."""

from collections.abc import Mapping, Sequence
from datetime import time, tzinfo

from conversation.outbound import Choice, OutboundMessage
from conversation.timing.schedule import at
from conversation.words import Words
from handlers.actions.context import Context, Tools
from handlers.organisation.rights import LEADS
from handlers.organisation.state import ROOT, Grant, Organisation, Person
from handlers.queries.promises import Promise, ShowPromises

BY = "reminder"
MOST_ROWS = 10
_FROM, _UNTIL = time(9), time(18)
_SATURDAY = 5


def reminder_due(organisation: Organisation, now: int, zone: tzinfo) -> str:
    """Return the name of the reminder that is due now, or an empty string. There is at most one a working day."""
    moment = at(now, zone)
    last_ms = organisation.heads_reminded_ms
    done = bool(last_ms) and at(last_ms, zone).date() >= moment.date()
    if done or moment.weekday() >= _SATURDAY or not _FROM <= moment.time() < _UNTIL:
        return ""
    return f"overdue:{moment.date().isoformat()}"


async def reminders(tools: Tools, organisation: Organisation, cause: str) -> list[OutboundMessage]:
    """Return a private message to each head with those who wait in their units."""
    someone = next((each.addresses[0] for each in organisation.people.values() if each.addresses), None)
    if someone is None:
        return []
    reader = Person(BY, BY, grants=(Grant("auditor", ROOT),))
    found = await ShowPromises().answer(Context(tools, organisation, reader, cause, someone))
    late: dict[str, list[Promise]] = {}
    for each in found.late:
        for head in heads(organisation, each.unit):
            late.setdefault(head.id, []).append(each)
    return [_message(tools, organisation.people[person], rows) for person, rows in late.items()]


def heads(organisation: Organisation, unit: str) -> Sequence[Person]:
    """Return the owners and admins of the unit who can be written to or, if it has none, those of the nearest unit
    above."""
    while True:
        found = [
            each
            for each in organisation.people.values()
            if each.addresses and any(grant.unit == unit and grant.role in LEADS for grant in each.grants)
        ]
        if found or unit == ROOT:
            return found
        unit = organisation.units.get(unit, ROOT)


def _message(tools: Tools, person: Person, rows: Sequence[Promise]) -> OutboundMessage:
    words, theirs = tools.words[person.language], tools.candidate_words[person.language]
    listed = [_row(tools, words, theirs, each) for each in rows[:MOST_ROWS]]
    left = len(rows) - len(listed)
    more = [words.plain("staff.digest.more", n=left)] if left else []
    said = words.say("staff.overdue", n=len(rows), rows="\n".join([*listed, *more]))
    choice = Choice("/inbox", words.text("staff.many.choice.inbox"))
    return OutboundMessage(person.addresses[0], said.text, (choice,), said.bold, prompted=False)


def _row(tools: Tools, words: Words, theirs: Words, each: Promise) -> str:
    known: Mapping[str, str] = {"": "staff.overdue.undecided"}
    decided = words.text(known.get(each.decision, f"staff.decision.{each.decision}"))
    return words.plain(
        "staff.overdue.row",
        name=each.name or theirs.plain("notice.nameless", number=each.interview[:6].upper()),
        campaign=each.campaign,
        day=theirs.day(at(each.due_ms, tools.zone)),
        decision=decided,
    )
