"""Whether everything works: the store, our accounts, what waits to be sent and to be heard."""

import asyncio

from conversation.words import Styled
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Usage
from handlers.organisation.rights import LEADS
from storage import keys

LATE_S = 60
"""What has waited longer than that should have been sent."""
MANY_WAITING = 50
"""So many recordings without a transcript are more than a moment's."""
_MOST_PROBLEMS = 10
_LONGEST = 300


async def health(context: CommandContext, line: Line) -> None:
    if line.arguments:
        raise Usage
    problems = await context.tools.health()
    redis = "staff.health.redis.problem" if "redis" in problems else "staff.health.redis"
    accounts = {name: problem for name, problem in problems.items() if name != "redis"}
    lines: list[Styled | str] = [
        context.words.say("staff.health.title"),
        context.words.say(redis, problem=problems.get("redis", "")),
        *_problems(context, accounts),
        await _outbox(context),
        await _dead_letters(context),
        *await _voice(context),
        *await _warnings(context),
    ]
    context.send(Styled.join(lines))


def _problems(context: CommandContext, accounts: dict[str, str]) -> list[Styled | str]:
    if not accounts:
        return [context.words.say("staff.health.accounts", n=len(context.tools.accounts()))]
    shown = [
        context.words.say("staff.health.account", account=name, problem=problem[:_LONGEST])
        for name, problem in sorted(accounts.items())[:_MOST_PROBLEMS]
    ]
    more = len(accounts) - len(shown)
    return [*shown, *([context.words.say("staff.health.more_accounts", n=more)] if more else [])]


async def _outbox(context: CommandContext) -> Styled:
    """How long the oldest letter has waited."""
    found = await asyncio.gather(*(context.tools.store.outbox.oldest_ms(each) for each in range(keys.PARTITIONS)))
    waiting = [each for each in found if each]
    if not waiting:
        return context.words.say("staff.health.outbox.empty")
    age_s = max(0, context.now - min(waiting)) // 1000
    if age_s < LATE_S:
        return context.words.say("staff.health.outbox")
    return context.words.say("staff.health.outbox.late", n=age_s // 60)


async def _dead_letters(context: CommandContext) -> Styled:
    number = await context.tools.store.outbox.dead_letters()
    return context.words.say("staff.health.dead" if number else "staff.health.dead.none", n=number)


async def _voice(context: CommandContext) -> list[Styled]:
    jobs = context.tools.store.jobs
    fetch, transcribe = await asyncio.gather(jobs.length("fetch"), jobs.length("transcribe"))
    many = fetch + transcribe >= MANY_WAITING
    lines = [context.words.say(f"staff.health.voice{'.many' if many else ''}", fetch=fetch, transcribe=transcribe)]
    if context.tools.speech is not None:
        model = context.tools.speech()
        lines.append(context.words.say("staff.health.model" if model else "staff.health.model.none", model=model))
    return lines


async def _warnings(context: CommandContext) -> list[Styled]:
    """What could be lost."""
    if context.tools.warnings is None:
        return []
    found = await context.tools.warnings()
    if not found:
        return [context.words.say("staff.health.safe")]
    return [context.words.say("staff.health.warning", warning=each[:_LONGEST]) for each in found]


COMMANDS = (Command("health", LEADS, health),)
