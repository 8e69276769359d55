"""`/health`: whether the store, our accounts, the outbox and speech recognition work."""

from conversation.words import Styled
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Usage
from handlers.organisation.rights import LEADS
from handlers.queries.accounts import CheckHealth, HealthReport

LATE_S = 60
"""After how many seconds a waiting message counts as late."""
MANY_WAITING = 50
"""Waiting recordings from which the backlog is reported as large."""
_MOST_PROBLEMS = 10
_LONGEST = 300


async def health(context: CommandContext, line: Line) -> None:
    """`/health` shows the state of the installation."""
    if line.arguments:
        raise Usage
    found = await CheckHealth().answer(context)
    redis = "staff.health.redis.problem" if "redis" in found.problems else "staff.health.redis"
    dead = "staff.health.dead" if found.dead_letters else "staff.health.dead.none"
    lines: list[Styled | str] = [
        context.words.say("staff.health.title"),
        context.words.say(redis, problem=found.problems.get("redis", "")),
        *_space(context, found),
        *_accounts(context, found),
        _outbox(context, found),
        context.words.say(dead, n=found.dead_letters),
        *_voice(context, found),
        *_warnings(context, found),
    ]
    context.send(Styled.join(lines))


def _space(context: CommandContext, found: HealthReport) -> list[Styled]:
    problem = found.problems.get("space")
    return [context.words.say("staff.health.space", problem=problem[:_LONGEST])] if problem else []


def _accounts(context: CommandContext, found: HealthReport) -> list[Styled | str]:
    problems = {name: problem for name, problem in found.problems.items() if name not in ("redis", "space")}
    if not problems:
        return [context.words.say("staff.health.accounts", n=found.accounts)]
    shown = [
        context.words.say("staff.health.account", account=name, problem=problem[:_LONGEST])
        for name, problem in sorted(problems.items())[:_MOST_PROBLEMS]
    ]
    more = len(problems) - len(shown)
    return [*shown, *([context.words.say("staff.health.more_accounts", n=more)] if more else [])]


def _outbox(context: CommandContext, found: HealthReport) -> Styled:
    """Return how long the oldest message in the outbox has waited, if that is too long."""
    if found.waits_ms is None:
        return context.words.say("staff.health.outbox.empty")
    age_s = found.waits_ms // 1000
    if age_s < LATE_S:
        return context.words.say("staff.health.outbox")
    return context.words.say("staff.health.outbox.late", n=age_s // 60)


def _voice(context: CommandContext, found: HealthReport) -> list[Styled]:
    fetch, transcribe = found.to_fetch, found.to_transcribe
    many = ".many" if fetch + transcribe >= MANY_WAITING else ""
    lines = [context.words.say(f"staff.health.voice{many}", fetch=fetch, transcribe=transcribe)]
    if found.model is not None:
        key = "staff.health.model" if found.model else "staff.health.model.none"
        lines.append(context.words.say(key, model=found.model))
    return lines


def _warnings(context: CommandContext, found: HealthReport) -> list[Styled]:
    """Return the warnings about data that the store could lose, or that there are none."""
    if found.warnings is None:
        return []
    if not found.warnings:
        return [context.words.say("staff.health.safe")]
    return [context.words.say("staff.health.warning", warning=each[:_LONGEST]) for each in found.warnings]


COMMANDS = (Command("health", LEADS, health),)
