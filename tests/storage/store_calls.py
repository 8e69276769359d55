"""A call of every public method of the store in Redis, by its name such as `kv.get`."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from conversation.script import Script, Wording
from conversation.views.counters import Change
from storage.archive.objects import Contents
from storage.archive.records import Move, Whole
from storage.ports import Campaign, ErasureOrder, JobEntry
from storage.redis.store import RedisStore
from storage.search_lines import Progress
from tests.storage.commits import CANDIDATE, commit, members, message, names, record
from tests.storage.queued_jobs import fetch

FIRST = names(4, 1)[0]
LETTER = message("one")
_SPRING = Campaign("spring", "script-1", "analyst", 1_000, code="spring", cap=2)
_SCRIPT = Script("analyst", Wording("分析"), (), Wording(), Wording(), "1", version="v1")
_ORDER = ErasureOrder(FIRST, "me", "in:1", addresses=(CANDIDATE,))
_ENTRY = JobEntry("1-1", 4, "fetch", fetch(FIRST), b"raw")
_MOVE = Move(FIRST, "ab" * 32)
_CONTENTS = Contents(FIRST, "spring", 1, bytes(32), (b"entry",), {"in:1": 1})
_WHOLE = Whole(record(FIRST, 1), _CONTENTS, "mark")
_PARTS = (
    "interviews",
    "search_lines",
    "stubs",
    "directory",
    "outbox",
    "mailboxes",
    "imports",
    "jobs",
    "kv",
    "erasures",
    "send_rates",
)


async def _all(found: AsyncIterator[object]) -> list[object]:
    return [each async for each in found]


async def _watch(store: RedisStore) -> None:
    async with store.mailboxes.watch(CANDIDATE):
        pass


CALLS: dict[str, Callable[[RedisStore], Awaitable[Any]]] = {
    "check": lambda store: store.check(),
    "ping": lambda store: store.ping(),
    "clock_ms": lambda store: store.clock_ms(),
    "memory": lambda store: store.memory(),
    "interviews.load": lambda store: store.interviews.load(FIRST),
    "interviews.load_many": lambda store: store.interviews.load_many([FIRST, "another"]),
    "interviews.has_version": lambda store: store.interviews.has_version(FIRST, 1),
    "interviews.blob": lambda store: store.interviews.blob("organisation"),
    "interviews.heads": lambda store: store.interviews.heads([FIRST, "another"]),
    "interviews.commit": lambda store: store.interviews.commit(commit(FIRST, 1)),
    "interviews.committed": lambda store: store.interviews.committed(FIRST, "in:1"),
    "interviews.beside": lambda store: store.interviews.beside(LETTER, 1),
    "interviews.held": lambda store: store.interviews.held(FIRST),
    "interviews.hold": lambda store: store.interviews.hold(LETTER, "once"),
    "interviews.entries": lambda store: store.interviews.entries(FIRST),
    "interviews.reschedule": lambda store: store.interviews.reschedule(FIRST, 1, 1),
    "interviews.due": lambda store: store.interviews.due(4, 1, 1),
    "interviews.members_of": lambda store: store.interviews.members_of("spring", 3),
    "interviews.members": lambda store: members(store, "spring"),
    "interviews.counts": lambda store: store.interviews.counts("spring"),
    "interviews.day_counts": lambda store: store.interviews.day_counts("spring", ["2026-11-01"]),
    "interviews.adjust": lambda store: store.interviews.adjust(
        "spring", [Change("answers", 1), Change("answers", 1, "2026-11-01")]
    ),
    "search_lines.holding": lambda store: store.search_lines.holding(["spring"], ["ann"], 10),
    "search_lines.similar": lambda store: store.search_lines.similar(["spring"], ["an", "nn"], range(2, 5), 10),
    "search_lines.stored": lambda store: store.search_lines.stored("spring", 4),
    "search_lines.write": lambda store: store.search_lines.write("spring", 4, [record(FIRST, 1)]),
    "search_lines.tidy": lambda store: store.search_lines.tidy("spring", 4),
    "search_lines.progress": lambda store: store.search_lines.progress(),
    "search_lines.note": lambda store: store.search_lines.note(Progress(1)),
    "stubs.quiet": lambda store: store.stubs.quiet([FIRST, "another"]),
    "stubs.whole": lambda store: store.stubs.whole(FIRST),
    "stubs.place": lambda store: store.stubs.place(FIRST),
    "stubs.shrink": lambda store: store.stubs.shrink(_WHOLE, _MOVE.sha256),
    "stubs.restore": lambda store: store.stubs.restore(_MOVE.sha256, _CONTENTS),
    "stubs.moves": lambda store: store.stubs.moves(),
    "stubs.note": lambda store: store.stubs.note(_MOVE),
    "stubs.give_up": lambda store: store.stubs.give_up(_MOVE),
    "stubs.forget": lambda store: store.stubs.forget(_MOVE),
    "directory.who": lambda store: store.directory.who(CANDIDATE),
    "directory.formerly": lambda store: store.directory.formerly(CANDIDATE),
    "directory.bind": lambda store: store.directory.bind(CANDIDATE, FIRST),
    "directory.unbind": lambda store: store.directory.unbind(CANDIDATE, FIRST),
    "directory.invitation": lambda store: store.directory.invitation("token"),
    "directory.put_invitation": lambda store: store.directory.put_invitation("token", FIRST),
    "directory.put_invited": lambda store: store.directory.put_invited("spring", ["ab"], FIRST),
    "directory.invited": lambda store: store.directory.invited("spring", ["ab"]),
    "directory.drop_invited": lambda store: store.directory.drop_invited("spring", ["ab"], FIRST),
    "directory.connect": lambda store: store.directory.connect("telegram:700001", 1),
    "directory.connected_ms": lambda store: store.directory.connected_ms("telegram:700001"),
    "directory.resume_code": lambda store: store.directory.resume_code("ab"),
    "directory.put_resume_code": lambda store: store.directory.put_resume_code("ab", FIRST, 60),
    "directory.drop_resume_code": lambda store: store.directory.drop_resume_code("ab"),
    "directory.campaign": lambda store: store.directory.campaign("spring"),
    "directory.walk_in": lambda store: store.directory.walk_in("spring"),
    "directory.put_campaign": lambda store: store.directory.put_campaign(_SPRING),
    "directory.campaigns": lambda store: store.directory.campaigns(),
    "directory.take_place": lambda store: store.directory.take_place(_SPRING, FIRST),
    "directory.is_full": lambda store: store.directory.is_full(_SPRING),
    "directory.script": lambda store: store.directory.script("v1"),
    "directory.put_script": lambda store: store.directory.put_script(_SCRIPT),
    "outbox.post": lambda store: store.outbox.post(CANDIDATE, "topic", LETTER, 60),
    "outbox.answer": lambda store: store.outbox.answer(CANDIDATE, "in:1", LETTER, LETTER, 3, 60),
    "outbox.open": lambda store: store.outbox.open(4),
    "outbox.read": lambda store: store.outbox.read([4, 5], 1, 1),
    "outbox.pending": lambda store: store.outbox.pending(4, "0", 1),
    "outbox.unsettled": lambda store: store.outbox.unsettled(4),
    "outbox.done": lambda store: store.outbox.done(4, ["1-1"]),
    "outbox.done_all": lambda store: store.outbox.done_all({4: ["1-1"], 5: ["1-1"]}),
    "outbox.dead_letter": lambda store: store.outbox.dead_letter(4, "update", "why", b"{}"),
    "outbox.dead_letters": lambda store: store.outbox.dead_letters(),
    "outbox.oldest_ms": lambda store: store.outbox.oldest_ms(4),
    "outbox.shown": lambda store: store.outbox.shown(LETTER),
    "outbox.remember_shown": lambda store: store.outbox.remember_shown(LETTER, "1"),
    "mailboxes.append": lambda store: store.mailboxes.append(CANDIDATE, "item", b"news"),
    "mailboxes.read": lambda store: store.mailboxes.read(CANDIDATE, 0, 1),
    "mailboxes.clear": lambda store: store.mailboxes.clear(CANDIDATE, whole=False),
    "mailboxes.watch": _watch,
    "imports.put": lambda store: store.imports.put("person", {"ab": b"{}", "cd": b"{}"}),
    "imports.get": lambda store: store.imports.get("person", ["ab", "cd"]),
    "imports.drop": lambda store: store.imports.drop("person", ["ab", "cd"]),
    "imports.scan": lambda store: _all(store.imports.scan("person")),
    "jobs.open": lambda store: store.jobs.open(),
    "jobs.take": lambda store: store.jobs.take("fetch", "me"),
    "jobs.reclaim": lambda store: store.jobs.reclaim("fetch", "me", 1),
    "jobs.keep": lambda store: store.jobs.keep([_ENTRY, _ENTRY], "me"),
    "jobs.release": lambda store: store.jobs.release(_ENTRY, "me"),
    "jobs.done": lambda store: store.jobs.done(_ENTRY),
    "jobs.later": lambda store: store.jobs.later(_ENTRY, fetch(FIRST), 1),
    "jobs.wake": lambda store: store.jobs.wake(1),
    "jobs.waiting": lambda store: store.jobs.waiting("fetch", 1),
    "jobs.length": lambda store: store.jobs.length("fetch"),
    "kv.get_or_set": lambda store: store.kv.get_or_set("note", "1"),
    "kv.get": lambda store: store.kv.get("note"),
    "kv.set": lambda store: store.kv.set("note", "1", 60),
    "kv.erase": lambda store: store.kv.erase("note"),
    "kv.put": lambda store: store.kv.put("fields", "a", "1", 60),
    "kv.fields": lambda store: store.kv.fields("fields"),
    "kv.drop": lambda store: store.kv.drop("fields", ["a"]),
    "kv.take": lambda store: store.kv.take("lock", "me", 60),
    "kv.give_back": lambda store: store.kv.give_back("lock", "me"),
    "kv.count": lambda store: store.kv.count("number", 60),
    "kv.admit": lambda store: store.kv.admit("members", "me", 3, 60),
    "kv.admitted": lambda store: store.kv.admitted("members"),
    "erasures.order": lambda store: store.erasures.order(_ORDER),
    "erasures.ordered": lambda store: store.erasures.ordered(),
    "erasures.note": lambda store: store.erasures.note(_ORDER),
    "erasures.finish": lambda store: store.erasures.finish(FIRST),
    "erasures.rewrite_files": lambda store: store.erasures.rewrite_files(""),
    "erasures.redact": lambda store: store.erasures.redact(FIRST, 1, [b"entry"]),
    "erasures.sweep": lambda store: store.erasures.sweep(_ORDER, [CANDIDATE], last=True),
    "erasures.refer": lambda store: store.erasures.refer("ab" * 32, FIRST),
    "erasures.leave": lambda store: store.erasures.leave("ab" * 32, FIRST),
    "erasures.lend": lambda store: store.erasures.lend("ab" * 32, 1),
    "erasures.overdue": lambda store: store.erasures.overdue(1),
    "erasures.give_back": lambda store: store.erasures.give_back("ab" * 32),
    "send_rates.reserve": lambda store: store.send_rates.reserve("telegram:700001", 30),
    "send_rates.complain": lambda store: store.send_rates.complain("telegram:700001", 1),
    "leases.take": lambda store: store.leases("delivery", "me").take(4),
    "leases.renew": lambda store: store.leases("delivery", "me").renew(4),
    "leases.release": lambda store: store.leases("delivery", "me").release(4),
    "leases.fair_share": lambda store: store.leases("delivery", "me").fair_share(1),
    "leases.leave": lambda store: store.leases("delivery", "me").leave(),
}


def public_methods(store: RedisStore) -> set[str]:
    """Return the names of all methods that call Redis, as in CALLS."""
    parts: dict[str, object] = {f"{name}.": getattr(store, name) for name in _PARTS}
    parts |= {"": store, "leases.": store.leases("delivery", "me")}
    return {
        f"{prefix}{name}"
        for prefix, part in parts.items()
        for name, method in inspect.getmembers(part, inspect.ismethod)
        if not name.startswith("_") and name not in ("at", "close", "leases")
    }
