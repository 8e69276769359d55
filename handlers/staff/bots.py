"""Our accounts on the platforms: how they are doing, adding and removing bots, pausing and resuming."""

import re
from typing import NamedTuple

from conversation.words import Styled
from handlers.pauses import Concerned, concerned
from handlers.staff.acts import AccountPaused, AccountResumed, BotAdded, BotRemoved
from handlers.staff.chain import digest
from handlers.staff.keeping import Bots, Figures, PlatformAway, TokenUnknown
from handlers.staff.lines import Line
from handlers.staff.office import account_of
from handlers.staff.rights import LEADS
from handlers.staff.telling import candidate_words, moment
from handlers.staff.turn import Account, Command, Refusal, Turn, Usage

PAGE = 10
CHANNEL = "telegram"
"""Bots can be added on this platform."""
_TOKEN = re.compile(r"([0-9]{1,20}):[A-Za-z0-9_-]{20,100}")
_LONGEST = 200
_LONGEST_BUTTON = 40
_NOTE_CHARACTERS = 32
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


async def preview(turn: Turn, line: Line) -> Styled | None:
    """What it would do to those who are in the middle of an interview."""
    verb, what = _read(turn, line)
    if verb == "pause":
        paused = _to_pause(turn, what)
        return _preview(turn, "pause", paused.name, await concerned(turn.tools.store, paused.channel, paused.id))
    if verb == "remove":
        number = _to_remove(turn, what)
        name = f"@{turn.office.bots[number].username}"
        return _preview(turn, "remove", name, await concerned(turn.tools.store, CHANNEL, number))
    return None


def _preview(turn: Turn, verb: str, name: str, found: Concerned) -> Styled:
    more = "" if found.complete else "+"
    return turn.words.say(f"staff.bot.{verb}.preview", bot=name, number=f"{found.number}{more}")


async def bot(turn: Turn, line: Line) -> None:
    """`/bot add TOKEN`, `/bot pause|resume|remove ID`."""
    verb, what = _read(turn, line)
    match verb:
        case "add":
            await _add(turn, what)
        case "pause":
            _pause(turn, what)
        case "resume":
            _resume(turn, what)
        case _:
            await _remove(turn, what)


def _read(turn: Turn, line: Line) -> tuple[str, str]:
    """(what to do, with which); the record has no token. Refusal: only the whole organisation's leads may."""
    verb = _VERBS.get(line.arguments[0].casefold(), "") if line.arguments else ""
    if not verb or len(line.arguments) != 2:
        raise Usage
    what = line.arguments[1]
    named = _TOKEN.fullmatch(what)
    said = named[1] if named else "" if verb == "add" else what[:_LONGEST_BUTTON]
    turn.recorded = f"/bot {verb} {said}".strip()
    if not turn.scope(LEADS).whole:
        raise Refusal("staff.bot.whole")
    return verb, what


async def _add(turn: Turn, token: str) -> None:
    keeper = _keeper(turn)
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise Refusal("staff.bot.form")
    number, note = found[1], turn.fresh()[:_NOTE_CHARACTERS]
    if number in (keeper.staff, turn.inbound.sender.account):
        raise Refusal("staff.bot.staff")
    if number in keeper.configured:
        raise Refusal("staff.bot.configured", bot=number)
    known = turn.office.bots.get(number)
    if known and known.token_sha256 == digest(token):
        if known.note != note:
            await keeper.erase(note)  # of an attempt before which somebody else was first
        raise Refusal("staff.bot.there", (("/bots", "staff.bot.choice.bots"),), bot=f"@{known.username}")
    username = await _met(keeper, token)
    await keeper.keep(note, token)
    turn.record(BotAdded(number, username, digest(token), note))
    text = turn.words.say(f"staff.bot.{'renewed' if known else 'added'}", bot=f"@{username}", id=number)
    warning = "" if keeper.shared_key else turn.words.say("staff.bot.key")
    turn.send(Styled.join([text, warning]), (("/bots", "staff.bot.choice.bots"),))


async def _met(keeper: Bots, token: str) -> str:
    try:
        return await keeper.meet(token)
    except TokenUnknown:
        raise Refusal("staff.bot.refused") from None
    except PlatformAway:
        raise Refusal("staff.bot.away") from None


def _keeper(turn: Turn) -> Bots:
    if turn.tools.bots is None:
        raise Refusal("staff.bot.nowhere")
    return turn.tools.bots


async def _remove(turn: Turn, name: str) -> None:
    number, keeper = _to_remove(turn, name), _keeper(turn)
    known = turn.office.bots[number]
    turn.recorded = f"/bot remove {number}"
    await keeper.leave(number)
    await keeper.erase(known.note)
    turn.record(BotRemoved(number))
    turn.say("staff.bot.removed", bot=f"@{known.username}")


def _to_remove(turn: Turn, name: str) -> str:
    """The number of the bot that is meant. Raises Refusal."""
    plain = name.removeprefix(f"{CHANNEL}:")
    for number, each in turn.office.bots.items():
        if plain == number or plain.removeprefix("@").casefold() == each.username.casefold():
            return number
    account = _account_named(turn, name)
    configured = account.channel == CHANNEL and turn.tools.bots and account.id in turn.tools.bots.configured
    raise Refusal("staff.bot.configured" if configured else "staff.bot.fixed", bot=account.name)


# pausing


class Named(NamedTuple):
    """An account as it was meant; `name` is how it is spoken of."""

    channel: str
    id: str
    name: str
    staff: bool = False

    @property
    def whole(self) -> str:
        return account_of(self.channel, self.id)


def _account_named(turn: Turn, name: str) -> Named:
    """By its id, with or without the platform, its username, or the platform where we have one account there. What
    is paused can be named though no process has it now. Raises Refusal."""
    known = {
        account_of(each.channel, each.account): Named(
            each.channel, each.account, f"@{each.username}" if each.username else each.account, each.staff
        )
        for each in turn.tools.accounts()
    }
    for whole in turn.office.paused:
        channel, _, account = whole.partition(":")
        known.setdefault(whole, Named(channel, account, account))
    wanted = name.casefold()
    for field in ("whole", "id", "name", "channel"):
        found = [each for each in known.values() if getattr(each, field).casefold() in (wanted, f"@{wanted}")]
        if len(found) == 1:
            return found[0]
        if found:
            all_ = ", ".join(each.whole for each in found[:PAGE])
            raise Refusal("staff.bot.ambiguous", name=name[:_LONGEST_BUTTON], all=all_)
    raise Refusal("staff.bot.unknown", (("/bots", "staff.bot.choice.bots"),), name=name[:_LONGEST_BUTTON])


def _to_pause(turn: Turn, name: str) -> Named:
    account = _account_named(turn, name)
    if account.staff:
        raise Refusal("staff.bot.not_paused.staff")
    if account.whole in turn.office.paused:
        raise Refusal("staff.bot.paused.already", (_resuming(account),), bot=account.name)
    if account.whole in turn.office.resuming:
        raise Refusal("staff.bot.catching_up", bot=account.name)
    return account


def _resuming(account: Named) -> tuple[str, str]:
    return f"/bot resume {account.whole}", "staff.bot.choice.resume"


def _pause(turn: Turn, name: str) -> None:
    account = _to_pause(turn, name)
    turn.recorded = f"/bot pause {account.whole}"
    turn.record(AccountPaused(account.whole))
    turn.say("staff.bot.pause.done", (_resuming(account),), bot=account.name)


def _resume(turn: Turn, name: str) -> None:
    account = _account_named(turn, name)
    turn.recorded = f"/bot resume {account.whole}"
    if account.whole not in turn.office.paused:
        raise Refusal("staff.bot.not_paused", bot=account.name)
    turn.record(AccountResumed(account.whole))
    turn.say("staff.bot.resumed", (("/bots", "staff.bot.choice.bots"),), bot=account.name)


COMMANDS = (
    Command("bots", LEADS, bots),
    Command("bot", LEADS, bot, preview, secret=True),
)
