"""`/tick`: a list of candidates in which several are ticked, and what is then done for all of them at once."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from conversation.decide.staff import DECISIONS
from conversation.state import State
from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.deadlines import MOVABLE, REMINDABLE, USUAL_HOURS
from handlers.actions.many import MOST, DecideMany, ExtendMany, LeftOut, Many, ManyDone, ManyPreview, RemindMany
from handlers.console.command_line import Line
from handlers.console.commands.candidates.candidates import campaign_meant
from handlers.console.commands.candidates.decisions import tell_proposers
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.formatting import named, state_name
from handlers.console.refusals import spoken
from handlers.console.vocabulary import meant
from handlers.notices.next_steps import Step
from handlers.organisation.events import Ticked, TickListMade
from handlers.organisation.rights import HIRES
from handlers.organisation.state import ROOT, TickList
from handlers.queries.base import page_of
from handlers.queries.candidates import FILTERS, PAGE, ListCandidates

LIST_MS = 3600_000
"""How long people can be ticked in a list, in milliseconds."""
_NAMED = 10
_ACTS = ("yes", "hold", "no", "extend", "remind")


async def tick(context: CommandContext, line: Line) -> Action | None:
    """`/tick [CAMPAIGN] [STATE]` sends a list. Its buttons send `/tick =LIST` with an interview to tick (`+ID`) or
    untick (`-ID`), a page (`p2`), all of a page (`+p2`, `-p2`), or what is to be done."""
    if line.arguments[:1] and line.arguments[0].startswith("="):
        return await _pressed(context, line)
    campaign, rest = await campaign_meant(context, line.arguments)
    state = meant(context, " ".join(rest), FILTERS, "staff.filter") if rest else ""
    if state is None:
        raise Usage
    wanted = ListCandidates(campaign, state, unit=ROOT if campaign else context.unit_here)
    found = (await wanted.found(context, HIRES)).states[:MOST]
    if not found:
        raise Refusal("staff.tick.empty")
    listed = await context.lent(msgspec.json.encode([each.interview for each in found]), LIST_MS)
    name = context.nonce()[:10]
    context.record(TickListMade(name, context.person.id, context.now + LIST_MS, listed))
    await _show(context, name, 1)
    return None


async def _pressed(context: CommandContext, line: Line) -> Action | None:
    if len(line.arguments) != 2:
        raise Usage
    name, what = line.arguments[0][1:], line.arguments[1]
    made = _list_of(context, name)
    listed = await _listed(context, made)
    if what in _ACTS:
        return await _action(context, what, [each for each in listed if each in made.ticked])
    sign, where = (what[0], what[1:]) if what[0] in "+-" else ("", what)
    paged = where.startswith("p") and where[1:].isdecimal()
    if not paged and where not in listed:
        raise Usage
    page = int(where[1:6]) if paged else listed.index(where) // PAGE + 1
    if sign:
        these = page_of(listed, page, PAGE)[0] if paged else (where,)
        context.record(Ticked(name, tuple(these), on=sign == "+"))
    await _show(context, name, page)
    return None


def _list_of(context: CommandContext, name: str) -> TickList:
    """Return the list with this name, if it is the person's and still valid. Raises Refusal."""
    made = context.organisation.tick_lists.get(name)
    if made is None or made.until_ms <= context.now:
        raise Refusal("staff.tick.gone")
    if made.person != context.person.id:
        raise Refusal("staff.tick.theirs")
    return made


async def _listed(context: CommandContext, made: TickList) -> list[str]:
    return msgspec.json.decode(await context.tools.get_file(made.listed), type=list[str])


async def _states(context: CommandContext, interviews: Sequence[str]) -> list[State]:
    """Return those of these interviews that the person may decide about now."""
    covered = context.scope(HIRES).covers
    records = await context.tools.store.interviews.load_many(list(interviews))
    return [each.state for each in records if covered(each.state.unit)]


async def _show(context: CommandContext, name: str, page: int) -> None:
    """Send a page of the list, in place of the one shown before where messages can be edited."""
    made = context.organisation.tick_lists[name]
    listed = await _listed(context, made)
    shown, page, pages = page_of(listed, page, PAGE)
    ticked = [each for each in listed if each in made.ticked]
    chosen = await _states(context, ticked)
    acts = _possible(chosen)
    words = context.words
    parts: list[Styled | str] = [
        words.say("staff.tick.title", total=len(listed), ticked=len(ticked)),
        words.text("staff.tick.how") if not chosen or acts else words.text("staff.tick.nothing"),
    ]
    if pages > 1:
        parts[0] = Styled.join([parts[0], words.plain("staff.tick.page", page=page, pages=pages)], " · ")
    if chosen:
        joint = words.text("staff.list.joint").join(named(context, each) for each in chosen[:_NAMED])
        left = len(chosen) - _NAMED
        parts.append(f"☑ {joint}{words.plain('staff.digest.more_names', n=left) if left > 0 else ''}")
    line = f"/tick ={name}"
    people = [
        (
            f"{line} {'-' if each.interview in made.ticked else '+'}{each.interview}",
            f"{'☑' if each.interview in made.ticked else '☐'} {named(context, each)}"
            f" · {state_name(context, each.phase)}",
        )
        for each in await _states(context, shown)
    ]
    ways = _ways(line, page, pages, whole=set(shown) <= set(made.ticked))
    context.send(Styled.join(parts), [*people, *ways, *_steps(line, acts)])
    context.messages[-1] = replace(context.messages[-1], subject=f"tick:{name}")


def _ways(line: str, page: int, pages: int, *, whole: bool) -> list[Step]:
    ways = [
        (f"{line} -p{page}", "staff.tick.choice.none") if whole else (f"{line} +p{page}", "staff.tick.choice.all")
    ]
    if page > 1:
        ways.append((f"{line} p{page - 1}", "staff.choice.previous"))
    if page < pages:
        ways.append((f"{line} p{page + 1}", "staff.choice.next"))
    return ways


def _steps(line: str, acts: Sequence[str]) -> list[Step]:
    return [(f"{line} {act}", f"staff.choice.{'decide.' * (act in DECISIONS)}{act}") for act in acts]


def _possible(states: Sequence[State]) -> list[str]:
    """Return what can be done for all of them. Nobody can be turned down without having finished."""
    possible = {
        "yes": all(each.started_ms for each in states),
        "hold": all(each.started_ms for each in states),
        "no": all(each.phase == "completed" for each in states),
        "extend": all(each.phase in MOVABLE for each in states),
        "remind": all(each.phase in REMINDABLE for each in states),
    }
    return [act for act in _ACTS if states and possible[act]]


async def _action(context: CommandContext, what: str, interviews: Sequence[str]) -> Action:
    """Return the action for those who are ticked. Raises Refusal if it is possible for none of them."""
    action: Many
    match what:
        case "extend":
            action = ExtendMany(tuple(interviews), USUAL_HOURS)
        case "remind":
            action = RemindMany(tuple(interviews))
        case _:
            action = DecideMany(tuple(interviews), what)
    if not interviews:
        raise Refusal("staff.tick.nobody")
    preview = await action.preview(context)
    if not preview.candidates:
        raise Refusal("staff.many.nobody.because", why=_left_out(context, preview.left_out))
    return action


# in words


def _names(context: CommandContext, preview: ManyPreview | ManyDone) -> str:
    names = [str(spoken(context, each)) for each in preview.candidates[:_NAMED]]
    left = len(preview.candidates) - len(names)
    more = context.words.plain("staff.digest.more_names", n=left) if left else ""
    return context.words.text("staff.list.joint").join(names) + more


def _left_out(context: CommandContext, left_out: Sequence[LeftOut]) -> str:
    """Return the names of those left out, with the reason for each."""
    words = context.words
    said = [
        words.plain(
            "staff.many.one", name=spoken(context, each.candidate), why=words.text(f"staff.many.why.{each.why}")
        )
        for each in left_out[:_NAMED]
    ]
    left = len(left_out) - len(said)
    more = words.plain("staff.digest.more_names", n=left) if left else ""
    return words.text("staff.list.joint").join(said) + more


async def _preview(context: CommandContext, preview: ManyPreview) -> Styled:
    words, n = context.words, len(preview.candidates)
    parts: list[Styled | str] = [
        _said(context, "preview", preview.act, preview.hours, n),
        _names(context, preview),
    ]
    if preview.changed:
        parts.append(words.say("staff.many.changed", n=preview.changed))
    return Styled.join([*parts, *_others(context, preview.left_out)])


async def _done(context: CommandContext, result: ManyDone) -> None:
    proposed = sum(each.proposed for each in result.decided)
    parts: list[Styled | str] = [
        _said(context, "done", result.act, result.hours, len(result.candidates)),
        _names(context, result),
    ]
    if proposed:
        parts.append(context.words.say("staff.many.proposed", n=proposed))
    context.send(
        Styled.join([*parts, *_others(context, result.left_out)]), [("/inbox", "staff.many.choice.inbox")]
    )
    tell_proposers(context, result.decided)


def _said(context: CommandContext, what: str, act: str, hours: int, n: int) -> Styled:
    if act in DECISIONS:
        decision = context.words.text(f"staff.decision.{act}")
        return context.words.say(f"staff.many.{what}.decide", n=n, decision=decision)
    return context.words.say(f"staff.many.{what}.{act}", n=n, hours=hours)


def _others(context: CommandContext, left_out: Sequence[LeftOut]) -> list[Styled]:
    if not left_out:
        return []
    return [context.words.say("staff.many.left_out", n=len(left_out), who=_left_out(context, left_out))]


COMMANDS = (Command("tick", HIRES, tick),)
FORMS: Forms = {each: Form(_done, _preview) for each in (DecideMany, ExtendMany, RemindMany)}
