"""What else a mailbox can do: replace a message, and return a recording."""

from pathlib import Path

import pytest

from bot.channels.base import MediaGone, NothingToEdit, TryLater
from bot.channels.web import frames
from bot.channels.web.channel import MailboxChannel
from bot.media.archive import ArchiveUnavailable, FolderArchive
from conversation.inbound import Address, Media
from conversation.outbound import Choice, OutboundMessage
from storage.errors import StoreUnavailable
from storage.memory.mailboxes import MemoryMailboxes

NOW_MS = 1_790_000_000_000
TO = Address("web", "local", "7f3a")
RECEIPT = OutboundMessage(TO, "🎤 0:42 …", interview="i1", subject="voice:1")
HEARD = OutboundMessage(
    TO, "🎤 I am Li Lei.", (Choice("submit@0", "Submit"),), ((2, 3),), interview="i1", subject="voice:1"
)


def channel(name: str = "web", archive: FolderArchive | None = None) -> tuple[MailboxChannel, MemoryMailboxes]:
    boxes = MemoryMailboxes()
    return MailboxChannel(name, "local", boxes, lambda: NOW_MS, archive=archive), boxes


async def items(boxes: MemoryMailboxes) -> list[frames.Item]:
    return [frames.decode_item(item.payload) for item in await boxes.read(TO, 0, 100)]


async def test_an_edit_names_the_message_that_it_replaces() -> None:
    web, boxes = channel()
    shown = await web.send(RECEIPT, "3:1-0")
    assert shown
    for _ in range(2):  # repeating it changes nothing
        await web.edit(HEARD, shown, "3:2-0")
    receipt, heard = await items(boxes)
    assert (receipt.id, receipt.edits, receipt.text) == (shown, "", RECEIPT.text)
    assert (heard.id, heard.edits, heard.text) == ("", shown, HEARD.text)
    assert (heard.choices, heard.bold) == ((("submit@0", "Submit"),), ((2, 3),))


async def test_only_what_has_a_subject_can_be_replaced_and_each_has_its_own() -> None:
    web, _ = channel()
    assert await web.send(OutboundMessage(TO, "hello", interview="i1"), "3:1-0") == ""
    ids = {
        await web.send(
            OutboundMessage(TO, "hello", interview=interview, subject=subject), f"3:{interview}{subject}"
        )
        for interview in ("i1", "i2")
        for subject in ("voice:1", "voice:2")
    }
    assert len(ids) == 4


async def test_a_terminal_has_nothing_to_edit() -> None:
    terminal, boxes = channel("terminal")
    assert not terminal.capabilities.edits
    assert await terminal.send(RECEIPT, "3:1-0") == ""
    with pytest.raises(NothingToEdit):
        await terminal.edit(HEARD, "anything", "3:2-0")
    assert len(await items(boxes)) == 1


async def test_an_edit_while_the_store_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    web, boxes = channel()

    async def away(*_: object) -> int:
        raise StoreUnavailable("away")

    monkeypatch.setattr(boxes, "append", away)
    with pytest.raises(TryLater):
        await web.edit(HEARD, "bot-1", "3:2-0")


async def test_a_recording_comes_back_from_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = FolderArchive(tmp_path)
    web, _ = channel(archive=archive)
    sha256 = await archive.put(b"sound")
    assert await web.fetch(Media(sha256)) == b"sound"
    for unknown in ("0" * 64, "", "../../etc/passwd"):
        with pytest.raises(MediaGone, match="gone"):
            await web.fetch(Media(unknown))
    _spoil(tmp_path, sha256)
    with pytest.raises(MediaGone):
        await web.fetch(Media(sha256))

    async def away(_: str) -> bytes:
        raise ArchiveUnavailable("away")

    monkeypatch.setattr(archive, "get", away)
    with pytest.raises(TryLater):
        await web.fetch(Media(sha256))


def _spoil(folder: Path, sha256: str) -> None:
    next(folder.rglob(f"{sha256}*")).write_bytes(b"something else")


async def test_without_an_archive_nothing_can_be_fetched() -> None:
    with pytest.raises(MediaGone):
        await channel()[0].fetch(Media("0" * 64))
