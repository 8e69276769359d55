"""Records to be anchored and compared, and the parts that do it, with a clock of the test's own."""

from collections.abc import Sequence
from datetime import timedelta, timezone
from pathlib import Path

from bot.media.named_files import FolderFiles
from bot.runtime.secret_key import SigningKey, signature_is_right
from conversation.record.anchors import ORIGIN
from conversation.record.signed_notes import PublicKey
from handlers.campaigns import Campaigns
from handlers.maintenance.anchor_audit import AnchoredHeads, Note, anchored_heads, notes_in
from handlers.maintenance.anchors import Anchors, Kept
from handlers.maintenance.audit import audit
from storage.ports import Store
from tests.dialogues.playing import script_named

ZONE = timezone(timedelta(hours=8))
NOON_MS = 1_790_049_600_000 + 4 * 3_600_000
"""2026-09-22, 16:00 in the zone."""
DAY_MS = 24 * 3_600_000
OURS, THEIRS = SigningKey("o" * 32), SigningKey("t" * 32)


class Installation:
    """A store with a campaign, and an archive in a folder."""

    def __init__(self, store: Store, folder: Path, key: SigningKey = OURS) -> None:
        self.store = store
        self.folder = folder / "anchors"
        self.files = FolderFiles(self.folder)
        self.now_ms = NOON_MS
        self.keys: Sequence[PublicKey] = (PublicKey(ORIGIN, OURS.public),)
        self.anchors = self.process(key)
        self._ids = iter(range(10_000))
        self._campaigns = Campaigns(
            store, now=lambda: self.now_ms, nonce=lambda: f"fresh-{next(self._ids):05d}", zone=ZONE
        )

    def process(self, key: SigningKey = OURS) -> Anchors:
        return Anchors(self.store, self.files, lambda: key, lambda: self.now_ms, ZONE)

    async def invite(self, how_many: int, campaign: str = "spring") -> list[str]:
        """Begin so many interviews. Returns their ids."""
        found = await self.store.directory.campaign(campaign)
        opened = found or await self._campaigns.open(script_named("short"), code=campaign)
        return [(await self._campaigns.invite(opened)).interview for _ in range(how_many)]

    async def anchored(self, days: int = 1) -> Kept:
        """Make the anchors of this day and those after it, and return the last one. The clock ends a day later."""
        kept = None
        for _ in range(days):
            kept = await self.anchors.of_today()
            self.now_ms += DAY_MS
        assert kept
        return kept

    async def heads(self, *handed: Note, only: str = "") -> AnchoredHeads:
        notes = [*await notes_in(self.files), *handed]
        return await anchored_heads(self.files, notes, self.keys, signature_is_right, only)

    async def faults(self, *handed: Note) -> list[str]:
        return (await self.heads(*handed)).faults

    async def version(self, interview: str) -> int:
        return (await audit(self.store, interview)).version
