"""When notices are silent, and what becomes of them on channels that can't be silent."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.outcome import Notice, NoticeKind
from conversation.state import State
from conversation.timing.schedule import to_ms
from handlers.catalogues import vocabulary
from handlers.notices.notices import CARD, Destination, Notices
from handlers.organisation.quiet_hours import NIGHT, Hours
from tests.dialogues.playing import script_named

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
CHAT, ROBOT = Address("telegram-staff", "700900", "-100"), Address("dingtalk", "robot", "group")
SCRIPT = script_named("short")


def ms(text: str, zone: tzinfo = SHANGHAI) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=zone))


def written(
    kind: NoticeKind, at_ms: int, places: Sequence[Destination], *, again: bool = False, zone: tzinfo = SHANGHAI
) -> tuple[OutboundMessage, ...]:
    state = State("0123456789abcdef", "spring", SCRIPT.version, "running", "张三", started_ms=1, deadline_ms=at_ms)
    notices = Notices(
        vocabulary(), zone, places, can_be_silent=lambda address: address.channel == "telegram-staff"
    )
    return notices.write(Notice(kind, at_ms=at_ms, again=again), state, SCRIPT)


@pytest.mark.parametrize(
    ("hours", "covered", "free"),
    [
        (NIGHT, ["22:00", "23:59", "00:00", "07:59"], ["08:00", "12:00", "21:59"]),
        (Hours(12 * 60, 13 * 60 + 30), ["12:00", "13:29"], ["11:59", "13:30", "00:00"]),
        (Hours(0, 0), [], ["00:00", "12:00"]),
        (Hours(0, 7 * 60), ["00:00", "06:59"], ["23:59", "07:00"]),
    ],
)
def test_quiet_hours_have_their_borders(hours: Hours, covered: list[str], free: list[str]) -> None:
    for clock in covered + free:
        assert hours.covers(ms(f"2026-11-24T{clock}"), SHANGHAI) == (clock in covered), clock


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"])
def test_they_follow_the_clock_on_the_wall_through_summer_time(day: str) -> None:
    for clock, quiet in (("07:59", True), ("08:00", False), ("21:59", False), ("22:00", True)):
        assert NIGHT.covers(ms(f"{day}T{clock}", BERLIN), BERLIN) == quiet
    (message,) = written("completed", ms(f"{day}T22:00", BERLIN), [Destination(CHAT)], zone=BERLIN)
    assert message.silent


@pytest.mark.parametrize("kind", ["completed", "exited", "stalled", "lapsed", "returned", "request"])
def test_at_night_notices_make_no_sound(kind: NoticeKind) -> None:
    night = written(kind, ms("2026-11-24T23:00"), [Destination(CHAT, digest=True)])
    day = written(kind, ms("2026-11-24T11:00"), [Destination(CHAT, digest=True)])
    assert [message.silent for message in (*night, *day)] == [True, False]


def test_a_card_marks_the_deadline_that_it_names() -> None:
    deadline = ms("2026-11-24T11:00")
    (message,) = written("stalled", deadline, [Destination(CHAT)])
    (named,) = message.instants
    words = vocabulary()["zh"].moment(datetime(2026, 11, 24, 11, tzinfo=SHANGHAI))
    assert message.text[named.offset : named.offset + named.length] == words
    assert (named.at_ms, named.alone) == (deadline, True)


@pytest.mark.parametrize("kind", ["support", "support_overdue"])
def test_calls_for_help_are_heard_at_any_time(kind: NoticeKind) -> None:
    messages = written(kind, ms("2026-11-24T03:00"), [Destination(CHAT), Destination(ROBOT, digest=True)])
    assert [(message.to, message.silent) for message in messages] == [(CHAT, False), (ROBOT, False)]


def test_what_cannot_be_silent_is_left_to_the_digest() -> None:
    night, day = ms("2026-11-24T23:00"), ms("2026-11-24T11:00")
    assert written("completed", night, [Destination(ROBOT, digest=True)]) == ()
    assert len(written("completed", day, [Destination(ROBOT, digest=True)])) == 1


def test_where_there_is_no_digest_and_of_what_is_in_none_it_is_better_heard_than_lost() -> None:
    night = ms("2026-11-24T23:00")
    assert len(written("completed", night, [Destination(ROBOT)])) == 1
    assert len(written("request", night, [Destination(ROBOT, digest=True)])) == 1
    assert len(written("completed", night, [Destination(ROBOT, quiet=Hours(0, 0), digest=True)])) == 1


@pytest.mark.parametrize("kind", ["completed", "exited", "lapsed", "unreachable"])
def test_an_end_is_a_message_of_its_own_once(kind: NoticeKind) -> None:
    noon = ms("2026-11-24T12:00")
    (first,), (again,) = (written(kind, noon, [Destination(CHAT)], again=told) for told in (False, True))
    assert first.subject == again.subject == CARD
    assert first.formerly == "⬇️ 张三：最新情况见下面"
    assert again.formerly == ""
    assert not first.quiet
    assert not again.quiet


def test_a_return_from_a_silence_only_changes_the_card_and_one_from_an_end_is_told_anyhow() -> None:
    noon = ms("2026-11-24T12:00")
    (resumed,), (returned,) = (written(kind, noon, [Destination(CHAT)]) for kind in ("resumed", "returned"))
    assert resumed.quiet
    assert not returned.quiet
    assert resumed.subject == returned.subject == CARD


@pytest.mark.parametrize("kind", ["completed", "support", "request"])
def test_a_chat_of_the_settings_that_has_moved_gets_one_of_each(kind: NoticeKind) -> None:
    new, at_ms = Address("telegram-staff", "700900", "-100888"), ms("2026-11-24T12:00")
    state = State("0123456789abcdef", "spring", SCRIPT.version, "running", "张三", started_ms=1, deadline_ms=at_ms)
    notices = Notices(
        vocabulary(),
        SHANGHAI,
        [Destination(CHAT), Destination(ROBOT)],
        lambda _unit: (Destination(new),),
        whereabouts=lambda address: new if address == CHAT else address,
    )
    told = [message.to for message in notices.write(Notice(kind, at_ms=at_ms), state, SCRIPT)]
    assert sorted(map(str, told)) == sorted(map(str, [new, ROBOT]))
