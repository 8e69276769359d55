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
    lines: list[Styled] = [
        context.words.say("staff.health.title"),
        *_redis(context, found),
        *_space(context, found),
        *_accounts(context, found),
        *_outbox(context, found),
        *_dead_letters(context, found),
        *_voice(context, found),
        *_warnings(context, found),
    ]
    context.send(Styled.join(lines))


def _remedy(context: CommandContext, of: str) -> Styled:
    """Return the line that says what to do about a problem."""
    return context.words.say(f"staff.health.remedy.{of}")


def _redis(context: CommandContext, found: HealthReport) -> list[Styled]:
    if "redis" not in found.problems:
        return [context.words.say("staff.health.redis")]
    problem = context.words.say("staff.health.redis.problem", problem=found.problems["redis"][:_LONGEST])
    return [problem, _remedy(context, "redis")]


def _dead_letters(context: CommandContext, found: HealthReport) -> list[Styled]:
    if not found.dead_letters:
        return [context.words.say("staff.health.dead.none")]
    return [context.words.say("staff.health.dead", n=found.dead_letters), _remedy(context, "dead")]


def _space(context: CommandContext, found: HealthReport) -> list[Styled]:
    problem = found.problems.get("space")
    if not problem:
        return []
    return [context.words.say("staff.health.space", problem=problem[:_LONGEST]), _remedy(context, "space")]


def _accounts(context: CommandContext, found: HealthReport) -> list[Styled]:
    problems = {name: problem for name, problem in found.problems.items() if name not in ("redis", "space")}
    if not problems:
        return [context.words.say("staff.health.accounts", n=found.accounts)]
    shown = [
        context.words.say("staff.health.account", account=name, problem=problem[:_LONGEST])
        for name, problem in sorted(problems.items())[:_MOST_PROBLEMS]
    ]
    more = len(problems) - len(shown)
    others = [context.words.say("staff.health.more_accounts", n=more)] if more else []
    return [*shown, *others, _remedy(context, "account")]


def _outbox(context: CommandContext, found: HealthReport) -> list[Styled]:
    """Return how long the oldest message in the outbox has waited, if that is too long."""
    if found.waits_ms is None:
        return [context.words.say("staff.health.outbox.empty")]
    age_s = found.waits_ms // 1000
    if age_s < LATE_S:
        return [context.words.say("staff.health.outbox")]
    return [context.words.say("staff.health.outbox.late", n=age_s // 60), _remedy(context, "outbox")]


def _voice(context: CommandContext, found: HealthReport) -> list[Styled]:
    fetch, transcribe = found.to_fetch, found.to_transcribe
    many = fetch + transcribe >= MANY_WAITING
    lines = [context.words.say(f"staff.health.voice{'.many' if many else ''}", fetch=fetch, transcribe=transcribe)]
    lines += [_remedy(context, "voice")] if many else []
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
    warnings = [context.words.say("staff.health.warning", warning=each[:_LONGEST]) for each in found.warnings]
    return [*warnings, _remedy(context, "warning")]


COMMANDS = (Command("health", LEADS, health),)
