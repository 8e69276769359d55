"""A desk with recruiters who rate a candidate, for the tests of ratings."""

from dataclasses import dataclass

from conversation import events as e
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from storage.ports import Store
from tests.handlers.console.commands.candidates.test_candidates import spring
from tests.handlers.console.desk import Desk, texts

_NOTE = "因为例子很具体"


@dataclass
class Told:
    """Rating events in an interview's record."""

    rated: list[e.Rated]
    seen: list[e.RatingsSeen]


async def told(desk: Desk, name: str = "张三") -> Told:
    stored = await desk.store.interviews.entries(desk.interview_of(name))
    events = [event for each in stored for event in unseal(each)[1].events]
    rated = [event for event in events if isinstance(event, e.Rated)]
    return Told(rated, [event for event in events if isinstance(event, e.RatingsSeen)])


async def scores(desk: Desk, name: str = "张三") -> list[tuple[str, int | None, str]]:
    return [(each.question, each.score, each.note) for each in (await told(desk, name)).rated]


async def two_raters(store: Store | None = None) -> Desk:
    """Return a desk with two recruiters: 小李 has rated all answers of 张三, 小王 none."""
    desk = await spring(store)
    for who in ("小李", "小王"):
        await desk.joins(who, "recruiter", "华东")
    for number, mark in enumerate("4325", start=1):
        await desk.says("小李", f"/rate 张三 {number} {mark} {_NOTE if number == 1 else ''}")
    return desk


def shows_scores(messages: list[OutboundMessage]) -> bool:
    return any(word in text for text in texts(messages) for word in ("小李 4", "评分 3", _NOTE))
