"""Interview scripts: `/script` gives them as spreadsheets, `/preview` shows what candidates see.

Files with scripts that are sent are read and checked here.
"""

import asyncio
from collections.abc import Iterator, Sequence

from conversation.engine import Engine
from conversation.question_kinds.base import shortened
from conversation.script import LANGUAGES, Script
from conversation.words import Styled, normal
from handlers.actions.campaigns import MOST_CHARACTERS, script_named
from handlers.authoring import Fault, Reading, ScriptUnusable, read_script, report, say
from handlers.authoring.workbook import MOST_QUESTIONS, BookUnusable, is_script, read_book, template, workbook
from handlers.automatic import expected_answer, expected_text
from handlers.console.command_line import Line
from handlers.console.commands.system.general import offered
from handlers.console.context import Command, CommandContext, Refusal, StaffFile, Usage
from handlers.console.tables import MEDIA_TYPES
from handlers.console.vocabulary import typed
from handlers.organisation.rights import HIRES
from handlers.preview import Part, Seen, Words, preview

_YAML = (".yaml", ".yml")
_XLSX = (".xlsx", ".xlsm")
_MOST_A_MESSAGE = 3_000
_MOST_MESSAGES = 8
_MOST_ASKED = 40
"""Most characters of a question beside its expected answer."""


async def script(context: CommandContext, line: Line) -> None:
    """`/script template` answers with a spreadsheet to fill in, `/script SCRIPT` with that script as one."""
    if len(line.arguments) != 1:
        raise Usage
    (name,) = line.arguments
    words = context.words
    if normal(name) in typed(context, "staff.script.words.template"):
        data = await asyncio.to_thread(template, context.language)
        said, file = words.say("staff.script.template"), words.text("staff.script.template.file")
        await context.attach(said, file, data, MEDIA_TYPES["xlsx"])
        return
    found = await script_named(context, name)
    data = await asyncio.to_thread(workbook, found, context.language)
    parts = [words.say("staff.script.done", title=found.title.in_(context.language))]
    if found.variants:
        parts.append(words.say("staff.script.experiment", name=found.experiment))
    choices = offered(context, (f"/preview {name}", "staff.script.choice.preview"))
    await context.attach(Styled.join(parts), f"{found.id}.xlsx", data, MEDIA_TYPES["xlsx"], choices)


# what candidates see


async def show(context: CommandContext, line: Line) -> None:
    """`/preview SCRIPT [zh|en]`, without SCRIPT if it comes as a file: shows what candidates see."""
    words = list(line.arguments)
    language = next((each for each in LANGUAGES if words and normal(words[-1]) in _called(context, each)), "")
    if language:
        words.pop()
    if (context.inbound.file is None) != (len(words) == 1) or len(words) > 1:
        raise Usage
    file = context.inbound.file
    found = (await read_file(context, file))[0] if file else await script_named(context, words[0])
    seen = await asyncio.to_thread(_played, context, found, language or context.language)
    messages = list(_messages(context, found, seen))
    if len(messages) <= _MOST_MESSAGES and not file_needed(messages):
        for message in messages:
            context.send(message)
        return
    text = "\n\n".join(message.text for message in messages)
    said = context.words.say("staff.preview.file", title=found.title.in_(context.language))
    await context.attach(said, f"{found.id}.txt", text.encode("utf-8-sig"), "text/plain")


def file_needed(messages: Sequence[Styled]) -> bool:
    return any(len(message.text) > _MOST_A_MESSAGE for message in messages)


def _called(context: CommandContext, language: str) -> set[str]:
    return {language} | typed(context, f"staff.preview.words.{language}")


def _played(context: CommandContext, found: Script, language: str) -> dict[Part, list[Seen]]:
    words = context.tools.words[language]
    example = Words(
        words.text("staff.preview.name"), words.text("staff.preview.answer"), words.text("staff.preview.voice")
    )
    engine = Engine(context.tools.candidate_words, context.tools.zone)
    return preview(found, engine, language, example, context.now)


def _messages(context: CommandContext, found: Script, seen: dict[Part, list[Seen]]) -> Iterator[Styled]:
    """Yield a message for each part, divided where it would be too long, and one with the expected answers."""
    words = context.words
    yield words.say("staff.preview.about", title=found.title.in_(context.language), version=found.version[:8])
    for part, shown in seen.items():
        heading = words.say(f"staff.preview.part.{part}")
        blocks: list[Styled | str] = [heading]
        room = _MOST_A_MESSAGE
        for each in shown:
            block = _block(context, each)
            if len(blocks) > 1 and room < len(block):
                yield Styled.join(blocks, "\n\n")
                blocks, room = [heading], _MOST_A_MESSAGE
            blocks.append(block)
            room -= len(block) + 2
        if len(blocks) > 1:
            yield Styled.join(blocks, "\n\n")
    if expected := list(_expected(context, found)):
        yield Styled.join([words.say("staff.preview.expected"), *expected])


def _expected(context: CommandContext, found: Script) -> Iterator[str]:
    """Yield the expected answers, which candidates do not see, as their author should check them."""
    for number, step in enumerate(found.steps, start=1):
        if expect := expected_answer(step.question):
            ask = shortened(step.question.ask.in_(context.language), _MOST_ASKED)
            said = expected_text(context.words, expect)
            yield context.words.plain("staff.preview.expected.row", number=number, ask=ask, expected=said)


def _block(context: CommandContext, seen: Seen) -> str:
    if seen.does:
        return context.words.plain("staff.preview.does", text=seen.text)
    choices = " ".join(f"[{choice}]" for choice in seen.choices)
    return f"{seen.text}\n{choices}" if choices else seen.text


# files


async def read_file(context: CommandContext, file: StaffFile) -> tuple[Script, tuple[Fault, ...]]:
    """Return the script in a file, and the warnings. Raises Refusal, with its faults, if it is unusable."""
    name = " ".join(file.name.split())[:60] or "script.yaml"
    reading = await _reading(context, file, name)
    if reading.script is None:
        errors = sum(fault.level == "error" for fault in reading.faults)
        raise Refusal("staff.open.faults", n=errors, name=name, faults=listed(context, reading.faults))
    return reading.script, reading.faults


async def _reading(context: CommandContext, file: StaffFile, name: str) -> Reading:
    kind = name.casefold()
    if kind.endswith(_XLSX) and context.tools.read_cells:
        return await _of_workbook(context, file.data, name)
    if not kind.endswith(_YAML):
        raise Refusal("staff.open.file", name=name)
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("staff.open.encoding", name=name) from None
    return await asyncio.to_thread(read_script, text, name)


async def _of_workbook(context: CommandContext, data: bytes, name: str) -> Reading:
    assert context.tools.read_cells is not None
    try:
        book = await context.tools.read_cells(data)
        if not is_script(book):
            raise Refusal("staff.script.other_book", name=name)
        return await asyncio.to_thread(read_book, book, name)
    except BookUnusable as unusable:
        why = say(unusable.why, name=name, most=MOST_QUESTIONS).in_(context.language)
        raise Refusal("staff.open.script", why=why) from None
    except ScriptUnusable as error:
        raise Refusal("staff.open.script", why=error.worded(context.language)) from None


def listed(context: CommandContext, faults: Sequence[Fault]) -> str:
    """Return the faults as lines, worded as by `xumian check`, as many as fit into a message."""
    lines, room = list[str](), MOST_CHARACTERS
    found = report(faults, context.language)
    for said in found:
        line = f"· {said}"
        room -= len(line)
        if room < 0:
            lines.append(context.words.plain("staff.open.more", n=len(found) - len(lines)))
            break
        lines.append(line)
    return "\n".join(lines)


COMMANDS = (Command("preview", HIRES, show),)
