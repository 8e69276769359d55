"""Commands about our accounts on the platforms: their state, adding and removing bots, pausing and resuming."""

from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.context import Account
from handlers.actions.system.accounts import (
    AccountChanged,
    AccountPreview,
    AddBot,
    BotReady,
    PauseAccount,
    RemoveBot,
    ResumeAccount,
)
from handlers.actions.system.bot_registry import Figures
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.formatting import candidate_words, moment
from handlers.organisation.rights import LEADS
from handlers.organisation.state import account_of
from handlers.queries.accounts import AccountRow, ListAccounts

_LONGEST = 200
_LONGEST_BUTTON = 40
_VERBS = {
    "add": "add", "增加": "add", "添加": "add", "加": "add",
    "pause": "pause", "暂停": "pause",
    "resume": "resume", "恢复": "resume", "继续": "resume",
    "remove": "remove", "删除": "remove", "移除": "remove",
}  # fmt: skip


async def bots(context: CommandContext, line: Line) -> None:
    """`/bots [PAGE]` lists our accounts in this installation, without their secrets."""
    found = await ListAccounts(_page(line)).answer(context)
    if not found.total:
        context.say("staff.bots.none")
        return
    choices = [_button(context, each) for each in found.accounts] if context.scope(LEADS).whole else []
    if found.page > 1:
        choices.append((f"/bots {found.page - 1}", "staff.choice.previous"))
    if found.page < found.pages:
        choices.append((f"/bots {found.page + 1}", "staff.choice.next"))
    title = context.words.say("staff.bots.title", n=found.total)
    told = (_account(context, each) for each in found.accounts)
    context.send(Styled.join([title, *told]), [each for each in choices if each])


def _page(line: Line) -> int:
    match line.arguments:
        case ():
            return 1
        case (number,) if number.isascii() and number.isdigit() and 0 < int(number[:6]) < 1000:
            return int(number)
        case _:
            raise Usage


def _account(context: CommandContext, row: AccountRow) -> Styled:
    state = context.words.say(
        f"staff.bots.{row.state}",
        account=_named(context, row.account),
        since=moment(context, row.since_ms) if row.since_ms else "",
        problem=(row.account.problem or "")[:_LONGEST],
    )
    warning = row.account.warning if row.state != "problem" else None
    told = [context.words.say("staff.bots.warning", problem=warning[:_LONGEST])] if warning else []
    return Styled.join([state, *told, *(_in_figures(context, row.figures) if row.figures else ())])


def _named(context: CommandContext, account: Account) -> str:
    channel = candidate_words(context).channel(account.channel)
    username = f"@{account.username}" if account.username else ""
    mode = context.words.text(f"staff.bots.mode.{account.mode}") if account.mode else ""
    can = context.words.text(f"staff.bots.can.{account.can}") if account.can else ""
    return " · ".join(each for each in (channel, username, account.account, mode, can) if each)


def _in_figures(context: CommandContext, figures: Figures) -> list[Styled | str]:
    words = context.words
    pending = [] if figures.pending is None else [words.plain("staff.bots.pending", n=figures.pending)]
    sent = words.plain("staff.bots.sent", n=figures.sent)
    waits = words.plain("staff.bots.waits", n=round(figures.waits_ms / 1000))
    lines: list[Styled | str] = [f"　{' · '.join([*pending, sent, waits])}"]
    if figures.calls:
        used, most = figures.calls
        lines.append(words.say("staff.bots.calls", used=used, most=most))
    if figures.error_ms:
        at, why = moment(context, figures.error_ms), figures.error[:_LONGEST]
        lines.append(words.say("staff.bots.error", at=at, why=why))
    return lines


def _button(context: CommandContext, row: AccountRow) -> tuple[str, str] | None:
    """Return a button to pause or resume the account, or None for staff's accounts and lines too long for one."""
    account = row.account
    verb = "resume" if row.state == "paused" else "pause"
    command = f"/bot {verb} {account_of(account.channel, account.account)}"
    if account.staff or len(command) > _LONGEST_BUTTON or not command.isascii():
        return None
    name = f"@{account.username}" if account.username else account.account
    return command, context.words.plain(f"staff.bots.choice.{verb}", account=name)


# /bot


async def bot(_: CommandContext, line: Line) -> Action:
    """`/bot add TOKEN` adds a bot. `/bot pause|resume|remove ID` pauses, resumes or removes an account."""
    verb = _VERBS.get(line.arguments[0].casefold(), "") if line.arguments else ""
    if not verb or len(line.arguments) != 2:
        raise Usage
    what = line.arguments[1]
    match verb:
        case "add":
            return AddBot(what)
        case "pause":
            return PauseAccount(what)
        case "resume":
            return ResumeAccount(what)
        case _:
            return RemoveBot(what)


async def _pausing(context: CommandContext, preview: AccountPreview) -> Styled:
    return _shown(context, "pause", preview)


async def _removing(context: CommandContext, preview: AccountPreview) -> Styled:
    return _shown(context, "remove", preview)


def _shown(context: CommandContext, verb: str, preview: AccountPreview) -> Styled:
    more = "" if preview.complete else "+"
    return context.words.say(f"staff.bot.{verb}.preview", bot=preview.bot, number=f"{preview.number}{more}")


async def _added(context: CommandContext, result: BotReady) -> None:
    key = "staff.bot.renewed" if result.renewed else "staff.bot.added"
    text = context.words.say(key, bot=f"@{result.username}", id=result.bot)
    warning = "" if result.shared_key else context.words.say("staff.bot.key")
    context.send(Styled.join([text, warning]), (("/bots", "staff.bot.choice.bots"),))


async def _removed(context: CommandContext, result: AccountChanged) -> None:
    context.say("staff.bot.removed", bot=result.bot)


async def _paused(context: CommandContext, result: AccountChanged) -> None:
    resume = (f"/bot resume {result.account}", "staff.bot.choice.resume")
    context.say("staff.bot.pause.done", (resume,), bot=result.bot)


async def _resumed(context: CommandContext, result: AccountChanged) -> None:
    context.say("staff.bot.resumed", (("/bots", "staff.bot.choice.bots"),), bot=result.bot)


COMMANDS = (
    Command("bots", LEADS, bots),
    Command("bot", LEADS, bot, secret=True),
)
FORMS: Forms = {
    AddBot: Form(_added),
    RemoveBot: Form(_removed, _removing),
    PauseAccount: Form(_paused, _pausing),
    ResumeAccount: Form(_resumed),
}
