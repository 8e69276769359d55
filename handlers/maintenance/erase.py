"""Erasing a candidate's data, so that the record still proves that nothing else was changed.

Every step can be repeated: after a crash, another process goes through all of them again.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence

from msgspec.structs import replace

from conversation import events as e
from conversation.decide.erasure import TOLD_WITHIN_MS
from conversation.errors import BotError
from conversation.inbound import Address, Attachment, ErasureOrdered, Inbound
from conversation.outbound import OutboundMessage
from conversation.record.audit import HASH_BYTES, Erasure, erasure_of, is_erased, redact, unseal
from conversation.words import Vocabulary
from handlers.contacts import identities, national
from handlers.imports import records
from handlers.intake.receive import Intake
from handlers.organisation import events
from handlers.organisation.import_events import ImportedErased
from handlers.organisation.repository import RecordBusy, append, load
from storage.ports import ErasureOrder, Store

SETTLED_MS = TOLD_WITHIN_MS + 60_000
"""After this time the candidate has been told or cannot be, and no process still handles their data."""
REPORTED_S = 3600
"""Nobody is told of the same erasure twice within this time, in seconds."""
_SHOWN = 8
"""How many characters of the id the report shows. A message with the whole id would be swept away."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NotErased(BotError):
    """The erasure could not be done now and has to be tried again."""


class Eraser:
    """Carries out orders to erase a candidate.

    - `drop`: delete a file from the archive.
    - `words`: vocabulary of the report to whoever ordered the erasure.
    - `places`: addresses whose mailboxes hold messages about other people's interviews.
    - `now`: epoch milliseconds.
    """

    def __init__(
        self,
        store: Store,
        intake: Intake,
        drop: Callable[[str], Awaitable[None]],
        words: Vocabulary,
        places: Sequence[Address],
        now: Callable[[], int],
    ) -> None:
        self._store = store
        self._intake = intake
        self._drop = drop
        self._words = words
        self._places = tuple(places)
        self._now = now

    async def work(self, order: ErasureOrder) -> None:
        """Do what can be done now for an order. Raises NotErased, StoreUnavailable, and what `drop` raises."""
        if order.bare:
            await self._rewrite_files(order)
            return
        if order.imported:
            if not order.swept_ms:
                await self._drop_imported(order)
        elif not order.collected:
            await self._imported_too(order)
            await self._clear(order.interview)
            await self._end(order)
            order = await self._collected(order)
            await self._store.erasures.note(order)
        if not order.swept_ms and not order.imported:
            await self._redact(order)
        last = 0 < order.swept_ms <= self._now() - SETTLED_MS
        if order.swept_ms and not last:
            return
        await self._sweep(order, last=last)
        if last:
            order = ErasureOrder(order.interview, order.by, order.cause, bare=True)
            await self._store.erasures.note(order)
            await self._rewrite_files(order)
        else:
            await self._report(order)
            await self._store.erasures.note(replace(order, swept_ms=self._now()))

    async def _rewrite_files(self, order: ErasureOrder) -> None:
        """Finish an order of which only the store's own files still hold something, once they are written anew."""
        done, requested = await self._store.erasures.rewrite_files(order.rewrites)
        if done:
            await self._store.erasures.finish(order.interview)
        elif requested != order.rewrites:
            await self._store.erasures.note(replace(order, rewrites=requested))

    async def _imported_too(self, order: ErasureOrder) -> None:
        """Order the erasure of whoever was imported and decided to be the candidate, and delete what was found and
        decided about the candidate."""
        linked = await records.same_as(self._store, order.interview)
        organisation = (await load(self._store)).state
        for each in await records.people(self._store, organisation, linked):
            names = records.names_of(each)
            its = ErasureOrder(each.id, order.by, order.cause, collected=True, names=names, imported=each.source)
            await self._store.erasures.order(its)
        await records.drop(self._store, {order.interview})

    async def _drop_imported(self, order: ErasureOrder) -> None:
        await records.drop(self._store, {order.interview})
        event = ImportedErased(order.interview, order.imported)
        try:
            await append(self._store, lambda _: (event,), f"erased:{order.interview}", order.by, self._now)
        except RecordBusy as error:
            raise NotErased(str(error)) from None

    async def _clear(self, interview: str) -> None:
        """Clear the candidate's mailboxes, except those where they now have another interview.

        The farewell is sent afterwards.
        """
        record = await self._store.interviews.load(interview)
        if record is not None and record.state.phase != "erased":
            for address in _addresses_of(record.state.address, record.state.known):
                if await self._store.directory.who(address) in (
                    None,
                    interview,
                ):  # another interview may be in use there
                    await self._store.mailboxes.clear(address, whole=False)

    async def _end(self, order: ErasureOrder) -> None:
        await self._intake.apply(order.interview, Inbound(f"erase:{order.interview}", ErasureOrdered(order.by)))
        self._intake.forget(order.interview)
        record = await self._store.interviews.load(order.interview)
        if record is None or record.state.phase != "erased":
            raise NotErased(f"interview {order.interview} was not ended: it is tried again")

    async def _collected(self, order: ErasureOrder) -> ErasureOrder:
        """Return the order with what has to be deleted elsewhere, read from the record before it is redacted.

        What leads to the interview from the candidate's identity is deleted at once.
        """
        stored = await self._store.interviews.entries(order.interview)
        events = [event for each in stored if not is_erased(each) for event in unseal(each)[1].events]
        for event in events:
            if isinstance(event, e.Invited):
                who = identities(event.name, event.contact)
                await self._store.directory.drop_invited(event.campaign, who, order.interview)
        return replace(
            order,
            collected=True,
            addresses=tuple(dict.fromkeys(_addresses(events))),
            names=tuple(dict.fromkeys(_names(events))),
            codes=tuple(event.code_sha256 for event in events if isinstance(event, e.CodeIssued)),
            files=tuple(dict.fromkeys(_files(events))),
        )

    async def _redact(self, order: ErasureOrder) -> None:
        """Redact the record, after stating in the organisation's record what will be left of it."""
        await self._store.archived.bring_back(order.interview)
        stored = await self._store.interviews.entries(order.interview)
        redacted = [redact(each, number) for number, each in enumerate(stored[:-1], start=1)]
        await self._state(order, erasure_of(redacted))
        if not await self._store.erasures.redact(order.interview, len(stored), redacted):
            raise NotErased(f"the record of interview {order.interview} was changed meanwhile: it is tried again")

    async def _state(self, order: ErasureOrder, erasure: Erasure) -> None:
        cause = f"erased:{order.interview}"
        event = events.Erased(order.interview, erasure.entries, erasure.head, erasure.kept)
        try:
            await append(self._store, lambda _: (event,), cause, order.by, self._now)
        except RecordBusy as error:
            raise NotErased(str(error)) from None

    async def _report(self, order: ErasureOrder) -> None:
        """Report to the chat that ordered the erasure, after all messages that name the interview were deleted."""
        if order.chat is None:
            return
        words = self._words[order.language]
        if order.imported:
            said = words.say("staff.forget.imported.done", person=order.interview[:_SHOWN])
        else:
            stored = await self._store.interviews.entries(order.interview)
            head = stored[-1][:HASH_BYTES].hex()[:16]
            said = words.say("staff.forget.done", interview=order.interview[:_SHOWN], n=len(stored) - 1, head=head)
        message = OutboundMessage(order.chat, said.text, (), said.bold, prompted=False)
        await self._store.outbox.post(order.chat, f"erased:{order.interview}", message, REPORTED_S)

    async def _sweep(self, order: ErasureOrder, *, last: bool) -> None:
        store = self._store
        for address in order.addresses:
            await store.directory.unbind(address, order.interview)
            if last and await store.directory.who(address) is None:
                await store.mailboxes.clear(address, whole=True)
        for code in order.codes:
            await store.directory.drop_resume_code(code)
        await store.erasures.sweep(order, self._places, last=last)
        await store.archived.erase(order.interview)
        for sha256 in order.files:
            if await store.erasures.leave(sha256, order.interview):
                await self._drop(sha256)

    async def give_back(self) -> None:
        """Delete from the archive overdue files that were sent to staff and that no interview refers to."""
        for sha256 in await self._store.erasures.overdue(self._now()):
            if await self._store.erasures.give_back(sha256):
                await self._drop(sha256)


def _addresses_of(address: Address | None, known: Iterable[Address]) -> tuple[Address, ...]:
    return tuple(dict.fromkeys([*([address] if address else []), *known]))


def _addresses(events: Iterable[e.AnyEvent]) -> Iterable[Address]:
    """Yield all addresses that the candidate used."""
    for event in events:
        for name in event.__struct_fields__:
            if isinstance(value := getattr(event, name), Address):
                yield value


def _names(events: Iterable[e.AnyEvent]) -> Iterable[str]:
    """Yield what colleagues call the candidate by, or may have looked for: names, phone numbers, addresses."""
    for event in events:
        if isinstance(event, e.Invited | e.InvitationOpened | e.NameGiven) and event.name:
            yield event.name
        if isinstance(event, e.Invited):
            yield from filter(None, (event.contact.email, event.contact.phone, national(event.contact.phone)))


def _files(events: Iterable[e.AnyEvent]) -> Iterable[str]:
    """Yield the SHA-256 (hex) of each archived file of this interview."""
    for event in events:
        if isinstance(event, e.AudioKept):
            yield event.sha256
        sent = event.reference if isinstance(event, e.VoiceReceived | e.PartFile | e.SupportFile) else ""
        if _SHA256.fullmatch(sent):  # files sent on the web page are archived at once, under this reference
            yield sent
        for name in event.__struct_fields__:
            if isinstance(value := getattr(event, name), Attachment):
                yield value.sha256
