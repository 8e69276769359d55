"""Lines of a dialogue about candidates who ask for help (see README.md)."""

import re

from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.inbound import Inbound
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from handlers.console.commands.candidates.support import answer_line
from handlers.console.context import FileTrouble, StaffFile
from tests.handlers.console.desk import Desk

_MEDIA = {"photo": "image/jpeg", "voice": "audio/ogg", "document": "application/pdf"}
_SUFFIX = {"photo": "jpg", "voice": "ogg", "document": "pdf"}


async def act(desk: Desk, action: str) -> list[OutboundMessage] | None:
    """Carry out a line of a dialogue. Returns the messages sent to staff, or None for any other line."""
    if found := re.fullmatch(r"(\S+) shows people a (\w+)(?:: (.+))?", action):
        media = i.Media(f"file of {found[1]}", found[2])
        await desk.does(found[1], i.OtherReceived(found[2], media, "", found[3] or ""))
    elif found := re.fullmatch(r"(\S+)'s file (\d+) arrives", action):
        await _arrives(desk, found[1], int(found[2]))
    elif found := re.fullmatch(r"(\S+)'s file (\d+) is lost: (\w+)", action):
        lost = i.FileLost(int(found[2]), found[3])
        await desk.intake.apply(desk.interview_of(found[1]), Inbound(f"file:{found[2]}", lost))
    elif found := re.fullmatch(r"(\S+) writes in (\S+)'s topic: (.+)", action):
        return await says_apart(desk, found[1], found[2], found[3])
    elif found := re.fullmatch(r"(\S+) sends (\S+) in (\S+)'s topic(?:: (.+))?", action):
        return await says_apart(desk, found[1], found[3], found[4] or "", found[2])
    elif found := re.fullmatch(r"(\S+) sends a file too large for (\S+)", action):
        return await says_apart(desk, found[1], found[2], "", trouble=FileTrouble("too_large", 20))
    elif found := re.fullmatch(r"the last answer to (\S+) does not arrive: (\w+)", action):
        await desk.sent()
        message = next(each for each in reversed(desk.heard) if each.writer)
        await desk.intake.tell_writer(message, f"unwritten:{desk.now}:{found[2]}", found[2])  # type: ignore[arg-type]
    elif found := re.fullmatch(r"(\S+) opens (\S+)'s link", action):
        await desk.opens_link_of(found[1], found[2])
    elif found := re.fullmatch(r"(\S+) asks for help: (.+)", action):
        await desk.does(found[1], i.ChoicePressed("support"))
        await desk.does(found[1], i.TextReceived(found[2]))
    else:
        return None
    return await desk.sent()


async def _arrives(desk: Desk, name: str, number: int) -> None:
    """Report a file as archived, with the name, kind and text that the record has for it."""
    interview = desk.interview_of(name)
    stored = await desk.store.interviews.entries(interview)
    told = next(
        event
        for blob in stored
        for event in unseal(blob)[1].events
        if isinstance(event, e.SupportFile) and event.number == number
    )
    sha256 = await desk.tools.put_file(b"a file")
    file = i.Attachment(told.name or f"{told.kind}.{_SUFFIX[told.kind]}", sha256, _MEDIA.get(told.kind, ""))
    first = number == 1
    what = i.FileArchived(number, file, 6, told.text, first)
    await desk.intake.apply(interview, Inbound(f"file:{number}", what))


async def says_apart(
    desk: Desk, who: str, candidate: str, text: str, file: str = "", trouble: FileTrouble | None = None
) -> list[OutboundMessage]:
    """Let a colleague write in the candidate's own topic."""
    interview = desk.interview_of(candidate)
    data = StaffFile(file, b"a file", "application/pdf") if file else None
    line = answer_line(interview, text)
    desk._numbers += 1
    inbound = desk.message(who, line, f"staff:{desk._numbers}", data)
    return await desk.receive(replace(inbound, about=interview, apart=True, trouble=trouble))
