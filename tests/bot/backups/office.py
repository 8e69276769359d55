"""An installation with candidates in every phase, which is backed up and goes on elsewhere."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

from bot.media.archive import FolderArchive
from bot.media.named_files import FolderFiles
from bot.runtime.secret_key import InstallationSecret, SigningKey
from conversation import inbound as i
from conversation.engine import Engine
from conversation.inbound import Address, Inbound
from conversation.state import State
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.maintenance.anchors import Anchors
from handlers.notices.notices import Notices
from handlers.organisation.repository import append, claim_code, load
from handlers.organisation.unit_events import UnitAdded
from storage import keys
from storage.redis.store import RedisStore
from tests.bot.runtime.offices import ZONE
from tests.dialogues.playing import script_named

NOW_MS = 1_790_040_000_000
HOUR_MS = 3_600_000
RECORDING = b"OggS a recording"
_CODES = itertools.count()
SAID: dict[str, tuple[i.What, ...]] = {
    "invited": (),
    "guided": (),
    "running": (i.ChoicePressed("agree@-1"), i.TextReceived("one part"), i.TextReceived("another part")),
    "paused": (i.ChoicePressed("agree@-1"), i.TextReceived("a part"), i.CommandReceived("pause")),
    "exited": (i.ChoicePressed("agree@-1"), i.CommandReceived("exit"), i.TextReceived("Leave the interview")),
    "unreachable": (i.ChoicePressed("agree@-1"), i.ChannelClosed("blocked")),
    "completed": (
        i.ChoicePressed("agree@-1"), i.TextReceived("all about me"), i.ChoicePressed("submit@0"),
        i.TextReceived("SQL"), i.TextReceived("2"), i.TextReceived("25"),
    ),
}  # fmt: skip
"""What a candidate does until the interview is in a phase."""


class Office:
    """A process of an installation, for candidates who write on Telegram."""

    def __init__(self, store: RedisStore, now_ms: int = NOW_MS) -> None:
        self.store = store
        self.now_ms = now_ms
        self.campaigns = Campaigns(store, now=self._now, nonce=_fresh, zone=ZONE)
        notices = Notices(vocabulary(), ZONE, [])
        self.intake = Intake(store, Engine(vocabulary(), ZONE), notices, now=self._now, nonce=_fresh)

    async def fill(self, data: Path) -> dict[str, str]:
        """Make interviews in all phases, two of them archived, an organisation, a file and an anchor. Returns the
        interviews."""
        campaign = await self.campaigns.open(script_named("short"), code="spring", unit="华东")
        found = {}
        for phase, steps in SAID.items():
            invitation = await self.campaigns.invite(campaign, phase.capitalize())
            found[phase] = invitation.interview
            opening = () if phase == "invited" else (i.CommandReceived("start", invitation.token),)
            for step in (*opening, *steps):
                await self.say(phase, step)
        for phase in ("exited", "completed"):
            assert await self.store.archived.move(found[phase], _fresh())
        await self.store.directory.put_resume_code("ab" * 32, found["paused"], 10 * 365 * 24 * 3600)
        await claim_code(self.store, self._now, _fresh)
        settings = (UnitAdded("华东", "*"), UnitAdded("上海", "华东"))
        await append(self.store, lambda _: settings, "settings", "cli", self._now)
        sha256 = await FolderArchive(data / "voice").put(RECORDING)
        await self.store.erasures.refer(sha256, found["running"])
        key = SigningKey(InstallationSecret((), data).current())
        await Anchors(self.store, FolderFiles(data / "voice" / "anchors"), lambda: key, self._now, ZONE).of_today()
        return found

    async def say(self, who: str, what: i.What, inbound: str = "") -> None:
        sender = Address("telegram", "700001", who)
        identity = inbound or _fresh()
        await self.intake.receive(Inbound(identity, what, sender, self.now_ms, identity, language="en"))

    async def state(self, interview: str) -> State:
        record = await self.store.interviews.load(interview)
        assert record is not None
        return record.state

    async def waiting(self) -> list[str]:
        """Return the texts of all messages that have not been delivered, after taking them."""
        found = await asyncio.gather(*map(self._waiting_in, range(keys.PARTITIONS)))
        return sorted(itertools.chain.from_iterable(found))

    async def _waiting_in(self, partition: int) -> list[str]:
        await self.store.outbox.open(partition)
        found = []
        for entry in await self.store.outbox.read([partition], 1_000, 1):
            assert entry.message is not None
            found.append(f"{entry.id} {entry.message.to} {entry.message.text}")
        return found

    async def organisation(self) -> object:
        return (await load(self.store)).state

    @property
    def _now(self) -> Callable[[], int]:
        return lambda: self.now_ms


def _fresh() -> str:
    return f"fresh-{next(_CODES):05d}"
