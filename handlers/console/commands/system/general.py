"""Commands for all staff (help and language), and helpers for units and buttons."""

import re
from collections.abc import Mapping

from conversation.words import Styled
from handlers.actions.people import LanguageChanged, SetLanguage
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.organisation.rights import EVERYBODY
from handlers.organisation.state import ROOT
from handlers.queries.organisation import ListColleagues

_SEMICOLON = re.compile(r"\s*[;；]")
_LONGEST_CHOICE = 40
_ALL = ("all", "全部")
_MOST_EXPLAINED = 20
"""How many commands `/help` explains in one message that is read on a phone."""
_LANGUAGES = {"zh": "zh", "中文": "zh", "en": "en", "english": "en"}


class Help:
    """The `/help` command, which lists the commands that the person may use, by subject, and says what they do; if
    they are many, only once a subject is chosen. The registry sets `commands` and `subjects` once all commands are
    known."""

    def __init__(self) -> None:
        self.commands: tuple[Command, ...] = ()
        self.subjects: Mapping[str, tuple[Command, ...]] = {}

    async def run(self, context: CommandContext, line: Line) -> None:
        mine = [command for command in self.commands if context.scope(command.roles)]
        match [each.casefold() for each in line.arguments]:
            case []:
                self._all(context, mine, names_only=len(mine) > _MOST_EXPLAINED)
            case [word] if word in _ALL:
                self._all(context, mine)
            case [word, subject] if word in _ALL:
                self._all(context, mine, subject)
            case _:
                self._one(context, mine, line.arguments[0])

    def _all(
        self, context: CommandContext, mine: list[Command], subject: str = "", *, names_only: bool = False
    ) -> None:
        """Answer with the commands of one subject, or of all: what each does, or only their names and a button for
        each subject. Raises Usage if there is no such subject."""
        shown = {
            each: [command for command in commands if command in mine]
            for each, commands in self.subjects.items()
            if subject in ("", each) and any(command in mine for command in commands)
        }
        if not shown:
            raise Usage
        parts = [
            Styled.join(
                [
                    context.words.say(f"staff.help.of.{each}"),
                    *(_names(commands) if names_only else _explained(context, commands)),
                ]
            )
            for each, commands in shown.items()
        ]
        more = context.words.say("staff.help.more.names" if names_only else "staff.help.more")
        buttons = [
            (f"/help all {each}", context.words.say(f"staff.help.of.{each}").text) for each in shown if names_only
        ]
        context.send(Styled.join([*parts, more], "\n" if names_only else "\n\n"), buttons)

    def _one(self, context: CommandContext, mine: list[Command], name: str) -> None:
        wanted = name.lstrip("/／").casefold()
        for command in mine:
            names = [context.tools.words[each].text(f"staff.names.{command.name}") for each in ("zh", "en")]
            if wanted == command.name or wanted in "|".join(names).casefold().split("|"):
                context.say_usage(command.name)
                return
        raise Usage


def _names(commands: list[Command]) -> list[str]:
    return [" ".join(f"/{command.name}" for command in commands)]


def _explained(context: CommandContext, commands: list[Command]) -> list[str]:
    """Return a line for each command: its help text up to the first semicolon."""
    return [
        context.words.plain(
            "staff.help.line",
            name=command.name,
            help=_SEMICOLON.split(context.words.text(f"staff.help.{command.name}"))[0],
        )
        for command in commands
    ]


async def start(context: CommandContext, _: Line) -> None:
    """`/start` says who the person is here, and what most people do next."""
    rights = [
        f"{context.words.text(f'staff.role.{grant.role}')} · {unit_title(context, grant.unit)}"
        for grant in context.person.grants
    ]
    steps = offered(
        context,
        ("/inbox", "staff.start.choice.inbox"),
        ("/campaigns", "staff.start.choice.campaigns"),
        ("/help", "staff.choice.help"),
    )
    if context.private and context.tools.sign_in_link:
        steps += offered(context, ("/web", "staff.web.choice.link"))
    joint = context.words.text("staff.list.joint")
    context.say("staff.start", steps, name=context.person.name, rights=joint.join(rights))


async def language(context: CommandContext, line: Line) -> SetLanguage:
    """`/language [zh|en]` sets the person's language, or switches it."""
    return SetLanguage(_LANGUAGES.get(line.rest.casefold()) or ("en" if context.language == "zh" else "zh"))


async def _language_set(context: CommandContext, _: LanguageChanged) -> None:
    context.say("staff.language.set")


def unit_named(context: CommandContext, name: str) -> str:
    """Return the unit of this name; see `is_root` for the whole organisation. Raises Refusal if there
    is no such unit or the person has no right in it, without telling which."""
    if is_root(name):
        return ROOT
    unit = context.organisation.unit_called(name)
    if unit is None or not context.scope(EVERYBODY).covers(unit):
        raise Refusal("staff.unit.unknown", unit=name[:60])
    return unit


def is_root(name: str) -> bool:
    """Whether the text stands for the whole organisation."""
    return name.casefold() in ("", "*", "all", "全部", "root")


async def colleague_named(context: CommandContext, name: str) -> str:
    """Return the id of the colleague with this name or id. Raises Refusal if none or several of those with a right
    in the units that the person leads have it."""
    seen = (await ListColleagues().answer(context)).colleagues
    found = [each.person for each in seen if name in (each.person, each.name)]
    if len(found) != 1:
        raise Refusal("staff.people.unknown" if not found else "staff.people.ambiguous", name=name[:60])
    return found[0]


def unit_title(context: CommandContext, unit: str) -> str:
    return context.organisation.unit_title(unit) or context.words.text("staff.unit.root")


def offered(context: CommandContext, *choices: tuple[str, str]) -> list[tuple[str, str]]:
    """Return those of the (command line, label) pairs that the person may use and that fit into a button."""
    mine = {command.name for command in HELP.commands if context.scope(command.roles)}
    return [
        (line, label)
        for line, label in choices
        if line[1:].partition(" ")[0] in mine and line.isascii() and len(line) <= _LONGEST_CHOICE
    ]


HELP = Help()
COMMANDS = (
    Command("help", EVERYBODY, HELP.run),
    Command("language", EVERYBODY, language),
    Command("start", EVERYBODY, start),
)
FORMS: Forms = {SetLanguage: Form(_language_set)}
