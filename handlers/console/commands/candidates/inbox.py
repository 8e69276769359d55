"""`/inbox`: what waits for a colleague, over all campaigns, each one tap away, and who comes to the next round."""

from collections.abc import Sequence

from conversation.words import Styled
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.candidates.appointments import inbox_times
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.formatting import day, moment, named
from handlers.console.vocabulary import meant
from handlers.notices.next_steps import Step
from handlers.organisation.rights import HELPS, HIRES, READS
from handlers.queries.inbox import Inbox, Task, Tasks

KINDS = ("answer", "confirm", "decide", "tell", "rate", "back")
_NAMED = 3
_LINES = {"rate": "/rate", "back": "/remind", "tell": "/tell"}
"""What is done about one of a kind with one tap. Otherwise it is the candidate's card, which has buttons."""


async def inbox(context: CommandContext, line: Line) -> None:
    """`/inbox` shows what waits for the person; `/inbox KIND` lists one kind. In a chat that gets a unit's notices
    it is about that unit."""
    kind = meant(context, line.rest, (*KINDS, inbox_times.KIND), "staff.inbox.words") if line.rest else ""
    if kind is None:
        raise Usage
    found = await (await inbox_times.looked(context)).answer(context)
    if kind == inbox_times.KIND:
        _times(context, found)
    elif kind:
        _one_kind(context, kind, _of(found, kind))
    else:
        _everything(context, found)


def _everything(context: CommandContext, found: Inbox) -> None:
    kinds = [(kind, tasks) for kind in KINDS if (tasks := _of(found, kind)).total]
    times = inbox_times.summary(context, found)
    if not (kinds or times):
        context.say("staff.inbox.empty")
        return
    total = sum(tasks.total for _, tasks in kinds)
    parts: list[Styled | str] = [context.words.say("staff.inbox.title", n=total)] if kinds else []
    steps: list[Step] = []
    for kind, tasks in kinds:
        parts.append(_summary(context, kind, tasks))
        steps += _steps(context, kind, tasks.first[:1])
        if tasks.total > 1:
            more = context.words.plain("staff.inbox.choice.all", kind=_title(context, kind), n=tasks.total)
            steps.append((f"/inbox {kind}", more))
    if times:
        steps.append((f"/inbox {inbox_times.KIND}", "staff.inbox.choice.times"))
    context.send(Styled.join([*parts, *times]), steps)


def _times(context: CommandContext, found: Inbox) -> None:
    lines, steps = inbox_times.listing(context, found)
    if lines:
        context.send(Styled.join(lines), steps)
    else:
        context.say("staff.inbox.times.none")


def _of(found: Inbox, kind: str) -> Tasks:
    tasks: Tasks = getattr(found, kind)
    return tasks


def _title(context: CommandContext, kind: str) -> str:
    return context.words.text(f"staff.inbox.kind.{kind}")


def _summary(context: CommandContext, kind: str, tasks: Tasks) -> Styled:
    say = context.words.plain
    names = [
        say("staff.candidate.choice.alike", name=named(context, each), campaign=each.campaign)
        for each in tasks.first[:_NAMED]
    ]
    left = tasks.total - len(names)
    joint = context.words.text("staff.list.joint").join(names)
    more = say("staff.digest.more_names", n=left) if left else ""
    late = f" · {say('staff.inbox.late', n=tasks.late)}" if tasks.late else ""
    return context.words.say(
        "staff.inbox.line", kind=_title(context, kind), n=tasks.total, names=joint, more=f"{more}{late}"
    )


def _one_kind(context: CommandContext, kind: str, tasks: Tasks) -> None:
    if not tasks.total:
        context.say("staff.inbox.empty")
        return
    title = context.words.say("staff.inbox.of", kind=_title(context, kind), n=tasks.total)
    rows = [_row(context, kind, number, each) for number, each in enumerate(tasks.first, start=1)]
    left = tasks.total - len(rows)
    rows += [context.words.plain("staff.inbox.more", n=left)] if left else []
    steps = _steps(context, kind, tasks.first)
    if kind == "decide" and tasks.total > 1:
        steps.append(("/tick undecided", "staff.tick.choice.open"))
    if kind == "rate" and context.scope(HIRES):
        steps += [
            (button(context, f"/blind {campaign}"), context.words.plain("staff.inbox.choice.blind", name=campaign))
            for campaign in list(dict.fromkeys(each.campaign for each in tasks.first))[:_NAMED]
        ]
    context.send(Styled.join([title, *rows]), steps)


def _row(context: CommandContext, kind: str, number: int, each: Task) -> str:
    at = moment(context, each.since_ms)
    when = context.words.plain(f"staff.inbox.{'until' if kind == 'back' else 'since'}", at=at)
    asks = f" · {context.words.text(f'staff.inbox.asks.{each.asks}')}" if each.asks and kind == "confirm" else ""
    if kind == "tell":
        asks = f" · {context.words.text(f'staff.decision.{each.asks}')}"
    if each.promised_ms:
        key = "past" if each.promised_ms < context.now else "promised"
        asks += f" · {context.words.plain(f'staff.inbox.{key}', day=day(context, each.promised_ms))}"
    reply = "" if kind != "answer" else f" · {context.words.plain('staff.inbox.reply', interview=each.interview)}"
    return f"{number}. {named(context, each)} · {each.campaign} · {when}{asks}{reply}"


def _steps(context: CommandContext, kind: str, tasks: Sequence[Task]) -> list[Step]:
    """Return a button for each. Support staff see no cards; they answer in the call's thread or by `/reply`."""
    line = _LINES.get(kind, "/candidate")
    if not context.scope(READS):
        return []
    label = f"staff.inbox.choice.{kind}"
    return [(f"{line} {each.interview}", context.words.plain(label, name=named(context, each))) for each in tasks]


COMMANDS = (Command("inbox", HELPS, inbox),)
