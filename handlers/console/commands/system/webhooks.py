"""`/webhook`: where other systems are sent the events of interviews."""

from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.context import Moment
from handlers.actions.system.webhooks import (
    DEFAULT_HOURS,
    CreateWebhook,
    RemoveWebhook,
    ReplayWebhook,
    RotateWebhook,
    TryWebhook,
    WebhookGone,
    WebhookReady,
    WebhookReplayed,
    WebhookTried,
)
from handlers.console.command_line import Line
from handlers.console.commands.system.general import unit_named, unit_title
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.refusals import spoken
from handlers.organisation.rights import LEADS
from handlers.queries.organisation import ListWebhooks, WebhookRow


async def webhook(context: CommandContext, line: Line) -> Action | None:
    """`/webhook` lists the webhooks. `/webhook create NAME URL [UNIT]` makes one; `rotate`, `test`, `replay` and
    `remove` work on one. Secrets are shown in the private chat, and a URL's query is not recorded."""
    if not line.arguments:
        await _list(context)
        return None
    action = _action(context, line)
    context.found = action.line.partition(" ")[2]
    return action


def _action(context: CommandContext, line: Line) -> Action:
    match line.arguments:
        case ("create" | "新建", name, url, *units) if len(units) <= 1:
            _go_private(context)
            return CreateWebhook(name, url, unit_named(context, units[0]) if units else None)
        case ("rotate" | "换密钥", *words) if words:
            _go_private(context)
            return RotateWebhook(" ".join(words))
        case ("test" | "测试", *words) if words:
            return TryWebhook(" ".join(words))
        case ("replay" | "补发", *words) if words:
            hours = int(words.pop()) if words[1:] and words[-1].isdecimal() else DEFAULT_HOURS
            return ReplayWebhook(" ".join(words), hours)
        case ("remove" | "删除", *words) if words:
            return RemoveWebhook(" ".join(words))
        case _:
            raise Usage


def _go_private(context: CommandContext) -> None:
    if not context.private:
        context.say("staff.webhook.apart", name=context.person.name)
        context.go_private()


async def _list(context: CommandContext) -> None:
    found = await ListWebhooks().answer(context)
    if not found.webhooks:
        context.say("staff.webhook.none")
        return
    title = context.words.say("staff.webhook.title", n=len(found.webhooks))
    context.send(Styled.join([title, "\n".join(_row(context, each) for each in found.webhooks)]))


def _row(context: CommandContext, row: WebhookRow) -> str:
    words = context.words
    parts = [row.name, unit_title(context, row.unit), row.address]
    if row.both_until_ms:
        parts.append(words.plain("staff.webhook.both", until=spoken(context, Moment(row.both_until_ms))))
    if row.trouble:
        parts.append(words.plain("staff.webhook.trouble", why=row.trouble))
    return " · ".join(parts)


async def _ready(context: CommandContext, result: WebhookReady) -> None:
    if result.both_until_ms:
        until = spoken(context, Moment(result.both_until_ms))
        context.say("staff.webhook.rotated", name=result.name, secret=result.secret, until=until)
        return
    context.say(
        "staff.webhook.created",
        name=result.name,
        unit=unit_title(context, result.unit),
        address=result.address,
        secret=result.secret,
    )


async def _tried(context: CommandContext, result: WebhookTried) -> None:
    if 200 <= result.code < 300:
        context.say("staff.webhook.answered", name=result.name, status=result.code)
    elif result.code:
        context.say("staff.webhook.refuses", name=result.name, status=result.code)
    else:
        context.say("staff.webhook.silent", name=result.name, why=result.why)


async def _replayed(context: CommandContext, result: WebhookReplayed) -> None:
    context.say("staff.webhook.replayed", name=result.name, n=result.number, hours=result.hours)
    if not result.complete:
        context.say("staff.webhook.more", n=result.number)


async def _gone(context: CommandContext, result: WebhookGone) -> None:
    context.say("staff.webhook.removed", name=result.name)


COMMANDS = (Command("webhook", LEADS, webhook, personal=True),)
FORMS: Forms = {
    CreateWebhook: Form(_ready),
    RotateWebhook: Form(_ready),
    TryWebhook: Form(_tried),
    ReplayWebhook: Form(_replayed),
    RemoveWebhook: Form(_gone),
}
