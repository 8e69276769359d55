"""A candidate who asked for erasure and has left data in many places, for the tests of erasing."""

from conversation import inbound as i
from conversation.inbound import Address, Inbound, Media
from handlers.catalogues import staff_vocabulary
from handlers.maintenance.erase import SETTLED_MS, Eraser
from storage.memory.store import MemoryStore
from storage.ports import Store
from storage.redis.store import RedisStore
from tests.fakes.scanning import all_bytes
from tests.fakes.waiting import until
from tests.handlers.console.desk import Desk

NAME, WORDS, TYPED = "Zhang Sanfeng", "crossbow-and-umbrella", "my-phone-is-13800001234"
PANE = Address("web", "recruiter", "pane")
RECORDING = "ab" * 32


def _update(user: str, text: str) -> bytes:
    """Return an update as Telegram sends it."""
    return f'{{"update_id":7,"message":{{"from":{{"id":{user}}},"text":"{text}"}}}}'.encode()


class Organisation:
    """A desk with a candidate who has left data in many places and asked for erasure."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.desk = Desk(store, "en")
        self.desk.archive[RECORDING] = b"speech"
        self.interview = ""
        self.dropped: list[str] = []

    @property
    def candidate(self) -> Address:
        return self.desk._candidates[NAME]

    def eraser(self, store: Store | None = None) -> Eraser:
        async def drop(sha256: str) -> None:
            self.dropped.append(sha256)
            self.desk.archive.pop(sha256, None)

        return Eraser(
            store or self.store, self.desk.intake, drop, staff_vocabulary(), (PANE,), lambda: self.desk.now
        )

    async def open(self) -> None:
        desk = self.desk
        await desk.claims()
        await desk.says("boss", "/notify")
        await desk.campaign("spring")
        self.interview = await desk.starts(NAME, "spring")
        await desk.does(NAME, i.TextReceived(WORDS))
        await desk.does(NAME, i.VoiceReceived(Media("platform-reference", "voice", 3_000)))
        await self.store.erasures.refer(RECORDING, self.interview)
        kept = i.AudioArchived(1, RECORDING, 6, "ogg-opus")
        await desk.intake.apply(self.interview, Inbound("voice:1:audio", kept))
        await desk.does(NAME, i.CommandReceived("switch"))
        await desk.does(NAME, i.CommandReceived("delete"))
        await desk.does(NAME, i.TextReceived(TYPED))
        await desk.sent()  # the notice of the request to recruiters
        desk.heard.clear()
        await self.store.mailboxes.append(PANE, "1", f"{self.interview}: {WORDS}".encode())
        await self.store.mailboxes.append(PANE, "2", b"about somebody else")
        await self.store.outbox.dead_letter(3, "update", "ValueError", _update(self.candidate.user, WORDS))

    async def order(self) -> None:
        (asked,) = await self.desk.says("boss", f"/forget {self.interview}")
        assert NAME in asked.text
        assert "1 recording" in asked.text
        (said,) = await self.desk.presses("boss", "Yes, do it")
        assert "Erasing" in said.text

    async def work(self, store: Store | None = None) -> None:
        for order in await self.store.erasures.ordered():
            await self.eraser(store).work(order)

    async def end(self) -> None:
        """Run the erasure to the end: the sweep after SETTLED_MS, and the rewriting of the store's files."""
        await self.work()
        self.desk.now += SETTLED_MS
        await self.finish()

    async def finish(self) -> None:
        async def finished() -> bool:
            await self.work()
            return not await self.store.erasures.ordered()

        await until(finished, "the store's files were not written anew")


async def everything(store: Store) -> bytes:
    if isinstance(store, RedisStore):
        return await all_bytes(store)
    assert isinstance(store, MemoryStore)
    return repr([vars(each) for each in (store.interviews, store.outbox, store.jobs, store.directory)]).encode()
