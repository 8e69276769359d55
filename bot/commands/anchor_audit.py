"""The command `audit --anchors`, which also compares records with the anchors."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from bot.commands import anchor_stamps, record_audit
from bot.installation import Installation
from bot.media.named_files import FolderFiles, named_files
from bot.runtime.secret_key import SigningKey, signature_is_right
from conversation.record.anchors import ORIGIN, in_message
from conversation.record.signed_notes import PublicKey, public_key
from handlers.maintenance.anchor_audit import (
    Anchored,
    AnchoredHeads,
    Note,
    anchored_heads,
    compare,
    notes_in,
    proofs,
)
from handlers.maintenance.anchor_stamps import Stamps, stamps_of
from handlers.maintenance.anchors import FOLDER, Files
from handlers.maintenance.audit import all_interviews
from handlers.organisation.state import NAME


class Evidence(NamedTuple):
    """What the auditor has from elsewhere: files with notes, and public keys."""

    notes: tuple[Path, ...] = ()
    keys: tuple[str, ...] = ()


async def audit(app: Installation, out: Console, interview: str, evidence: Evidence) -> int:
    """Verify one interview's record, or all records if none is named, and compare them with all anchors, whose
    time stamps are verified, too.

    Returns 1 if something is broken or there is no anchor, otherwise 0. Raises ChainBroken if the named
    interview's record is broken, and NoteUnverified if a given key is none.
    """
    files = named_files(app.settings.archive_place, FOLDER)
    given = [public_key(each) for each in evidence.keys]
    own = [PublicKey(ORIGIN, SigningKey(secret).public) for secret in app.settings.installation_secret.known()]
    notes = [*await notes_in(files), *map(_note, evidence.notes)]
    heads = await anchored_heads(files, notes, [*given, *own], signature_is_right, interview)
    stamps = await stamps_of(files, notes, heads.anchors, anchor_stamps.stamp_reader(app.settings))
    for fault in (*heads.faults, *stamps.faults):
        out.print(fault, markup=False)

    async def check(record: str) -> None:
        await compare(app.store, record, heads.of(record))

    broken = await record_audit.audit(app, out, interview, check)
    if interview:
        await _prove(app, out, files, heads.of(interview), stamps)
    else:
        broken |= await _missing(app, out, heads)
    _summary(app, out, heads)
    for line in anchor_stamps.lines(app.settings, heads.anchors, stamps):
        out.print(line, markup=False)
    return broken | int(bool(heads.faults or stamps.faults) or not heads.anchors)


def _note(path: Path) -> Note:
    """Read a note. Raises OSError."""
    text = in_message(path.read_bytes().decode("utf-8", "replace"))
    return Note(str(path), text, FolderFiles(path.parent))


async def _missing(app: Installation, out: Console, heads: AnchoredHeads) -> int:
    """Name the records that were anchored and are in no campaign any more. Returns 1 if there are any."""
    listed = {NAME, *[interview async for interview in all_interviews(app.store)]}
    missing = [record for record in heads.records if record not in listed]
    for record in missing:
        out.print(f"interview {record} is in no campaign any more, but in {heads.of(record)[-1].by}", markup=False)
    return int(bool(missing))


async def _prove(
    app: Installation, out: Console, files: Files, anchored: Sequence[Anchored], stamps: Stamps
) -> None:
    proven = await proofs(files, anchored)
    for each, hashes in proven:
        stamp = stamps.of(each.by)
        stamped = f", stamped {anchor_stamps.when(stamp, app.settings.zone)}" if stamp else ""
        out.print(f"{each.by} includes entry {each.version} (proof of {hashes} hashes){stamped}", markup=False)
    if not proven:
        out.print("no anchor includes it yet", markup=False)


def _summary(app: Installation, out: Console, heads: AnchoredHeads) -> None:
    if not heads.anchors:
        out.print("there is no anchor yet: a running xumian makes one each day", markup=False)
        return
    last = heads.anchors[-1].anchor
    made = last.made.astimezone(app.settings.zone)
    out.print(
        f"the last anchor is number {last.number}, made {made:%Y-%m-%d %H:%M}: {last.size} records", markup=False
    )
    for key in dict.fromkeys(each.key for each in heads.anchors):
        out.print(f"signed with {key}", markup=False)
