"""Write the tables of the documentation that are made from the code. Used by `make docs`.

A page has such a table between two comments, `<!-- table: NAME LANGUAGE | HEAD | HEAD | -->` and
`<!-- end of table -->`. The heads of its columns, and what stands around it, are written by hand.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import msgspec
import typer
from prometheus_client.metrics import MetricWrapperBase

from bot import metrics
from bot.cli import app
from bot.docs_pages.chinese import in_language
from conversation import events
from conversation.script import LANGUAGES
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.console.registry import SUBJECTS
from handlers.organisation import events as office
from handlers.organisation.state import Role

Row = tuple[str, ...]
Table = tuple[str, list[Row]]
"""A title, empty for none, and the rows below the heads."""
_PLACE = re.compile(r"(<!-- table: (\S+) (\S+) (\|[^\n]*\|) -->\n)(.*?)(<!-- end of table -->)", re.S)
_ROLES: tuple[Role, ...] = ("owner", "admin", "recruiter", "support", "auditor", "analyst")
_EVERYBODY = "\\*"
_BETWEEN = {"en": ", ", "zh": "、"}
_SENTENCE = re.compile(r"(?<=[.?!])\s")


def filled(page: str) -> str:
    """Return a page with its tables made anew. Raises KeyError for a table that there is not."""
    return _PLACE.sub(_made, page)


def pages(docs: Path) -> Iterator[Path]:
    """Yield the pages that have such tables."""
    for path in sorted(docs.rglob("*.md")):
        if _PLACE.search(path.read_text(encoding="utf-8")):
            yield path


def _made(found: re.Match[str]) -> str:
    beginning, name, language, heads, _, end = found.groups()
    parts = [beginning.rstrip()]
    for title, rows in TABLES[name](language):
        parts += [f"### {title}"] if title else []
        parts.append("\n".join([heads, "| --- " * (heads.count("|") - 1) + "|", *map(_line, rows)]))
    return "\n\n".join([*parts, end])


def _line(row: Row) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def staff_commands(language: str) -> list[Table]:
    """Return all commands of the console by subject: how to write them, what they do, who may."""
    words = staff_vocabulary()[language]
    tables: list[Table] = []
    for subject, commands in SUBJECTS.items():
        rows: list[Row] = []
        for command in commands:
            usage = words.text(f"staff.usage.{command.name}").split(" · ")
            others = [f"`/{each}`" for each in words.text(f"staff.names.{command.name}").split("|")]
            roles = [words.text(f"staff.role.{role}") for role in _ROLES if role in command.roles]
            rows.append(
                (
                    "<br>".join(f"`{line}`" for line in usage),
                    words.text(f"staff.help.{command.name}"),
                    " ".join(each for each in others if each not in ("`/`", f"`/{command.name}`")),
                    _EVERYBODY if len(roles) == len(_ROLES) else _BETWEEN[language].join(roles),
                )
            )
        tables.append((words.say(f"staff.help.of.{subject}").text, rows))
    return tables


def candidate_commands() -> list[Table]:
    """Return what candidates can send at any time: the command, and words in both languages that stand for it."""
    words = vocabulary()
    rows: list[Row] = []
    for name in words.command_names:
        synonyms = [words[each].text(f"words.command.{name}").replace("|", " · ") for each in LANGUAGES]
        rows.append((f"`/{name}`", *synonyms))
    return [("", rows)]


def command_line(language: str) -> list[Table]:
    """Return all commands of the program, with the first sentence of each one's help."""
    said = [(path, in_language(_first(command.help or ""), language)) for path, command in program()]
    return [("", [(f"`xumian {path}`", text) for path, text in said])]


def program() -> Iterator[tuple[str, "typer.core.TyperCommand"]]:
    """Yield the path of each command of the program, such as `work voice`, and the command."""
    yield from _below(typer.main.get_command(app), ())


def _below(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, "typer.core.TyperCommand"]]:
    if isinstance(command, typer.core.TyperGroup):
        for name, each in command.commands.items():
            yield from _below(each, (*path, name))
    elif isinstance(command, typer.core.TyperCommand):
        yield " ".join(path), command


def own_metrics(language: str) -> list[Table]:
    """Return the metrics that are the program's own, with their labels."""
    rows: list[Row] = []
    for each in vars(metrics).values():
        if isinstance(each, metrics.EventCounter | MetricWrapperBase):
            labels = each.label_names if isinstance(each, metrics.EventCounter) else each._labelnames
            family = next(iter(each.describe()))
            name = family.name + ("_total" if family.type == "counter" else "")
            said = in_language(family.documentation, language)
            rows.append((f"`{name}`", ", ".join(f"`{label}`" for label in labels), said))
    return [("", rows)]


def interview_events(language: str) -> list[Table]:
    """Return the kinds of events of an interview's record."""
    return [("", _events(events.AnyEvent, language))]


def organisation_events(language: str) -> list[Table]:
    """Return the kinds of events of the organisation's record."""
    return [("", _events(office.AnyOrganisationEvent, language))]


def _events(union: object, language: str) -> list[Row]:
    return sorted(_event(kind, language) for kind in get_args(union))


def _event(kind: type[msgspec.Struct], language: str) -> Row:
    written = inspect.cleandoc(kind.__dict__.get("__doc__") or "")
    fields = ", ".join(f"`{field}`" for field in kind.__struct_encode_fields__)
    return f"`{kind.__struct_config__.tag}`", kind.__name__, fields, in_language(_first(written), language)


def _first(text: str) -> str:
    return _SENTENCE.split(" ".join(text.partition("\n\n")[0].split()))[0]


TABLES: dict[str, Callable[[str], list[Table]]] = {
    "staff-commands": staff_commands,
    "candidate-commands": lambda _: candidate_commands(),
    "command-line": command_line,
    "metrics": own_metrics,
    "interview-events": interview_events,
    "organisation-events": organisation_events,
}


def main() -> None:
    """Make all tables anew, in the pages."""
    for path in pages(Path(__file__).parents[2] / "docs"):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
