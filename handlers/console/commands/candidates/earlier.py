"""What was imported of people, for the cards of `/candidate`, and finding those who are only there."""

from collections.abc import Callable, Collection, Iterable

from conversation.state import State
from conversation.timing.schedule import at
from conversation.words import Styled
from handlers.console.commands.system.general import unit_title
from handlers.console.context import CommandContext, Refusal
from handlers.console.formatting import day, state_name
from handlers.imports.model import EarlierInterview, ImportedPerson
from handlers.organisation.rights import LEADS, READS
from handlers.organisation.state import Role
from handlers.organisation.tokens import name_of
from handlers.queries.imports.people import ShowImported, earlier, find_imported

_MOST_OFFERED = 8
_MOST_INTERVIEWS = 10
_MOST_TEXT = 300


def card_line(number: str) -> str:
    return f"/candidate {number}"


async def only_imported(
    context: CommandContext, roles: Collection[Role], name: str, again: Callable[[str], str], refusal: Refusal
) -> ImportedPerson:
    """Return the imported person of this name or id, where no candidate has it.

    Raises `refusal` if there is none, and a Refusal with a button for each if there are several.
    """
    found = await find_imported(context, roles, name) if refusal.key == "staff.candidate.unknown" else []
    if not found:
        raise refusal
    if len(found) > 1:
        raise Refusal("staff.earlier.several", offers(context, found, again), name=name[:60], n=len(found))
    context.found = found[0].id
    return found[0]


def offers(
    context: CommandContext, found: Iterable[ImportedPerson], again: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Return a button for each of the first of these people."""
    label = context.words.plain
    return [
        (again(each.id), label("staff.earlier.choice", name=each.name, what=_first(each)))
        for each in list(found)[:_MOST_OFFERED]
    ]


async def offered(context: CommandContext, name: str) -> list[tuple[str, str]]:
    """Return a button for each of the first who were imported and have this name."""
    return offers(context, await find_imported(context, READS, name), card_line) if name else []


async def of(context: CommandContext, state: State) -> list[Styled | str]:
    """Return lines on the earlier interviews of whoever was decided to be the candidate."""
    return lines(context, await earlier(context, state))


def _first(each: ImportedPerson) -> str:
    """Return what tells the person from another of the same name."""
    known = each.interviews[0] if each.interviews else EarlierInterview()
    return known.date or known.position or each.phone[-4:] or f"#{each.row}"


def lines(context: CommandContext, people: Iterable[ImportedPerson]) -> list[Styled | str]:
    """Return lines on the earlier interviews of people, marked as imported. Scores and notes are for private chats
    only."""
    interviews = [(each, one) for each in people for one in each.interviews]
    if not interviews:
        return []
    said: list[Styled | str] = [context.words.say("staff.earlier.title", n=len(interviews))]
    interviews.sort(key=lambda each: each[1].date, reverse=True)
    said += [f" · {_interview(context, person, one)}" for person, one in interviews[:_MOST_INTERVIEWS]]
    return said


def _interview(context: CommandContext, person: ImportedPerson, each: EarlierInterview) -> str:
    words = context.words
    known = [each.date, each.position, each.result]
    if each.interviewer:
        known.append(words.plain("staff.earlier.interviewer", name=each.interviewer))
    if context.private and each.score:
        known.append(words.plain("staff.earlier.score", score=each.score))
    if each.author or each.recorded:
        by = " ".join(filter(None, (each.author, each.recorded)))
        known.append(words.plain("staff.earlier.author", by=by))
    source = context.organisation.imports[person.source]
    on, by = day(context, source.at_ms), name_of(context.organisation, source.by) or source.by
    known.append(words.plain("staff.earlier.imported", day=on, by=by, row=person.row))
    line = " · ".join(filter(None, known))
    if not context.private:
        return line
    said = [each.notes, *(f"{question}: {answer}" for question, answer in each.answers)]
    return "\n   ".join([line, *(text[:_MOST_TEXT] for text in said if text)])


async def show(context: CommandContext, person: ImportedPerson) -> None:
    """Answer with an imported person's card."""
    card = await ShowImported(person.id).answer(context)
    words = context.words
    ways = " · ".join(filter(None, (person.phone, person.email, person.birth, person.school)))
    details = " · ".join(f"{heading}: {value}" for heading, value in person.details)[:1_000]
    on = at(card.at_ms, context.tools.zone).date().isoformat()
    parts: list[Styled | str] = [
        words.say("staff.earlier.card", name=person.name, unit=unit_title(context, person.unit)),
        words.plain("staff.earlier.source", day=on, row=person.row, by=card.by.name or card.by.person),
        *(each for each in (ways, details) if each),
        *lines(context, (person, *card.same)),
        *(
            words.plain("staff.earlier.now", campaign=each.campaign, state=state_name(context, each.phase))
            for each in card.now
        ),
    ]
    choices = [(f"/candidate {each.interview}", "staff.earlier.choice.now") for each in card.now[:1]]
    if context.scope(LEADS).covers(person.unit):
        choices.append((f"/forget {person.id}", "staff.earlier.choice.forget"))
    context.send(Styled.join(parts), choices)
