"""Our accounts on the platforms: how they are doing, adding and removing bots, pausing and resuming."""

from conversation.words import Styled
from handlers.actions.accounts import (
    AccountChanged,
    AccountPreview,
    AddBot,
    BotReady,
    PauseAccount,
    RemoveBot,
    ResumeAccount,
)
from handlers.actions.base import Action
from handlers.actions.bot_registry import Figures
from handlers.actions.context import Account
from handlers.console.command_line import Line
from handlers.console.context import Command, Form, Forms, Turn, Usage
from handlers.console.formatting import candidate_words, moment
from handlers.organisation.rights import LEADS
from handlers.organisation.state import account_of

PAGE = 10
_LONGEST = 200
_LONGEST_BUTTON = 40
_VERBS = {
    "add": "add", "增加": "add", "添加": "add", "加": "add",
    "pause": "pause", "暂停": "pause",
    "resume": "resume", "恢复": "resume", "继续": "resume",
    "remove": "remove", "删除": "remove", "移除": "remove",
}  # fmt: skip


async def bots(turn: Turn, line: Line) -> None:
    """`/bots`, `/bots N` for a further page: our accounts in this installation, without their secrets."""
    page = _page(line)
    accounts = sorted(turn.tools.accounts(), key=lambda each: (each.channel, each.account))
    shown = accounts[(page - 1) * PAGE : page * PAGE]
    if not shown:
        turn.say("staff.bots.none")
        return
    figures = await _figures(turn, shown)
    choices = [_button(turn, each) for each in shown] if turn.scope(LEADS).whole else []
    if page > 1:
        choices.append((f"/bots {page - 1}", "staff.choice.previous"))
    if page * PAGE < len(accounts):
        choices.append((f"/bots {page + 1}", "staff.choice.next"))
    title = turn.words.say("staff.bots.title", n=len(accounts))
    told = (_account(turn, each, figures.get((each.channel, each.account))) for each in shown)
    turn.send(Styled.join([title, *told]), [each for each in choices if each])


def _page(line: Line) -> int:
    match line.arguments:
        case ():
            return 1
        case (number,) if number.isascii() and number.isdigit() and 0 < int(number[:6]) < 1000:
            return int(number)
        case _:
            raise Usage


async def _figures(turn: Turn, shown: list[Account]) -> dict[tuple[str, str], Figures]:
    if turn.tools.bots is None:
        return {}
    return dict(await turn.tools.bots.figures([(each.channel, each.account) for each in shown]))


def _account(turn: Turn, account: Account, figures: Figures | None) -> Styled:
    whole = account_of(account.channel, account.account)
    since_ms = turn.office.paused.get(whole, 0)
    if since_ms:
        state = turn.words.say("staff.bots.paused", account=_named(turn, account), since=moment(turn, since_ms))
    elif account.problem:
        problem = account.problem[:_LONGEST]
        state = turn.words.say("staff.bots.problem", account=_named(turn, account), problem=problem)
    elif whole in turn.office.resuming:
        state = turn.words.say("staff.bots.resuming", account=_named(turn, account))
    else:
        state = turn.words.say("staff.bots.works", account=_named(turn, account))
    return Styled.join([state, *(_in_figures(turn, figures) if figures else ())])


def _named(turn: Turn, account: Account) -> str:
    channel = candidate_words(turn).channel(account.channel)
    username = f"@{account.username}" if account.username else ""
    mode = turn.words.text(f"staff.bots.mode.{account.mode}") if account.mode else ""
    can = turn.words.text(f"staff.bots.can.{account.can}") if account.can else ""
    return " · ".join(each for each in (channel, username, account.account, mode, can) if each)


def _in_figures(turn: Turn, figures: Figures) -> list[Styled | str]:
    words = turn.words
    pending = [] if figures.pending is None else [words.plain("staff.bots.pending", n=figures.pending)]
    sent = words.plain("staff.bots.sent", n=figures.sent)
    waits = words.plain("staff.bots.waits", n=round(figures.waits_ms / 1000))
    lines: list[Styled | str] = [f"　{' · '.join([*pending, sent, waits])}"]
    if figures.calls:
        used, most = figures.calls
        lines.append(words.say("staff.bots.calls", used=used, most=most))
    if figures.error_ms:
        at, why = moment(turn, figures.error_ms), figures.error[:_LONGEST]
        lines.append(words.say("staff.bots.error", at=at, why=why))
    return lines


def _button(turn: Turn, account: Account) -> tuple[str, str] | None:
    """Pause, or resume."""
    whole = account_of(account.channel, account.account)
    verb = "resume" if whole in turn.office.paused else "pause"
    command = f"/bot {verb} {whole}"
    if account.staff or len(command) > _LONGEST_BUTTON or not command.isascii():
        return None
    name = f"@{account.username}" if account.username else account.account
    return command, turn.words.plain(f"staff.bots.choice.{verb}", account=name)


# /bot


async def bot(_: Turn, line: Line) -> Action:
    """`/bot add TOKEN`, `/bot pause|resume|remove ID`."""
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


async def _pausing(turn: Turn, preview: AccountPreview) -> Styled:
    return _shown(turn, "pause", preview)


async def _removing(turn: Turn, preview: AccountPreview) -> Styled:
    return _shown(turn, "remove", preview)


def _shown(turn: Turn, verb: str, preview: AccountPreview) -> Styled:
    more = "" if preview.complete else "+"
    return turn.words.say(f"staff.bot.{verb}.preview", bot=preview.bot, number=f"{preview.number}{more}")


async def _added(turn: Turn, result: BotReady) -> None:
    key = "staff.bot.renewed" if result.renewed else "staff.bot.added"
    text = turn.words.say(key, bot=f"@{result.username}", id=result.bot)
    warning = "" if result.shared_key else turn.words.say("staff.bot.key")
    turn.send(Styled.join([text, warning]), (("/bots", "staff.bot.choice.bots"),))


async def _removed(turn: Turn, result: AccountChanged) -> None:
    turn.say("staff.bot.removed", bot=result.bot)


async def _paused(turn: Turn, result: AccountChanged) -> None:
    resume = (f"/bot resume {result.account}", "staff.bot.choice.resume")
    turn.say("staff.bot.pause.done", (resume,), bot=result.bot)


async def _resumed(turn: Turn, result: AccountChanged) -> None:
    turn.say("staff.bot.resumed", (("/bots", "staff.bot.choice.bots"),), bot=result.bot)


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
