"""Who is notified of what: every kind of notice for every role. A new kind needs its line in the table."""

from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from conversation.inbound import Address, Writer
from conversation.outbound import OutboundMessage
from conversation.outcome import Notice, NoticeKind
from conversation.state import State
from conversation.state_parts import Claim
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.notices.help import OF_HELP, OnDuty
from handlers.notices.notices import Destination, Notices
from handlers.notices.readers import Reader
from handlers.organisation.rights import roles_at
from handlers.organisation.state import ROLES, Chat, Grant, Level, Organisation, Person, Role
from tests.dialogues.playing import script_named

ZONE = ZoneInfo("Asia/Shanghai")
SCRIPT = script_named("short")
SECRETS = ("网络不好", "进入复试", "on-purpose-note", "自我介绍 ●")
"""The reason for leaving, the decision, its note, and progress by stage."""
TABLE: dict[str, str] = {
    #                       owner admin recruiter support auditor analyst
    "completed":            "x     x     x         .       x       .",
    "exited":               "x     x     x         .       x       .",
    "stalled":              "x     x     x         .       x       .",
    "lapsed":               "x     x     x         .       x       .",
    "unreachable":          "x     x     x         .       x       .",
    "returned":             "x     x     x         .       x       .",
    "resumed":              "x     x     x         .       x       .",
    "proposed":             "x     x     x         .       x       .",
    "booked":               "x     x     x         .       x       .",
    "moved":                "x     x     x         .       x       .",
    "unbooked":             "x     x     x         .       x       .",
    "extended":             "x     x     x         x       x       .",
    "claim":                "x     x     x         x       .       .",
    "support":              "x     x     x         x       .       .",
    "support_overdue":      "x     x     x         x       .       .",
    "support_answered":     "x     x     x         x       .       .",
    "support_over":         "x     x     x         x       .       .",
    "support_lost":         "x     x     x         x       .       .",
    "support_undelivered":  "x     x     x         x       .       .",
    "answered":             "x     x     x         x       .       .",
    "request":              "x     x     x         .       x       .",
    "request human":        "x     x     x         x       x       .",
}  # fmt: skip
"""Whether somebody with this role gets the notice in the private chat. A group has what it was chosen for."""
KINDS = [each for each in TABLE if each != "request human"]


class Known:
    """The readers of an organisation's chats."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def reader_at(self, address: Address, unit: str) -> Reader:
        person = self._organisation.person_at(address)
        return Reader(roles_at(self._organisation, address, unit), person.id if person else "")

    def name_of(self, person: str) -> str:
        return person


def place(name: str) -> Address:
    return Address("telegram-staff", "700900", name)


def organisation(role: Role, unit: str = "East") -> Organisation:
    """Return an organisation with somebody who has the role in a unit, and chats that get the notices of East."""
    person = Person("p1", "Kim", "zh", (place("kim"),), (Grant(role, unit),))
    chats = (
        Chat(place("kim"), "East"),
        Chat(place("-100"), "East"),
        Chat(place("-200"), "East", help_only=True),
    )
    return Organisation({"East": "", "South": ""}, {"p1": person}, chats=chats)


def written(what: Notice, role: Role, unit: str = "East") -> dict[str, OutboundMessage]:
    """Return the notice's messages by the user of the chat to which they go."""
    known = organisation(role, unit)
    notices = Notices(
        vocabulary(),
        ZONE,
        [],
        lambda _: [Destination(chat.address, "zh", help_only=chat.help_only) for chat in known.chats],
        staff_vocabulary,
        readers=Known(known),
    )
    state = State(
        "0123456789abcdef", "spring", SCRIPT.version, "exited", "张三", unit="East", started_ms=1, index=1,
        reason="network", group="technical", claim=Claim(place("other"), 1, asked=True), deadline_ms=1,
    )  # fmt: skip
    return {each.to.user: each for each in notices.write(what, state, SCRIPT)}


def notice(kind: str) -> Notice:
    known, _, right = kind.partition(" ")
    text = "" if known in ("proposed", "completed") else "on-purpose-note" if known == "exited" else "请帮帮我"
    decision = "yes" if known == "proposed" else ""
    right = right or ("correct" if known == "request" else "")
    why = "staff" if known == "support_over" else "gone"
    return Notice(known, text, right, decision=decision, why=why)  # type: ignore[arg-type]  # all are kinds


def test_every_kind_is_in_the_table() -> None:
    assert {*get_args(NoticeKind)} == {*KINDS}


@pytest.mark.parametrize("kind", TABLE)
@pytest.mark.parametrize(("at", "role"), list(enumerate(ROLES)))
def test_a_private_chat_gets_what_its_owners_role_is_for(kind: str, at: int, role: Role) -> None:
    messages = written(notice(kind), role)
    assert ("kim" in messages) == (TABLE[kind].split()[at] == "x")
    assert "-100" in messages
    assert ("-200" in messages) == (TABLE[kind].split()[ROLES.index("support")] == "x")


@pytest.mark.parametrize("kind", TABLE)
def test_support_staff_read_and_press_only_what_they_are_there_for(kind: str) -> None:
    for name, message in written(notice(kind), "support").items():
        if name in ("kim", "-200"):
            assert not [each for each in SECRETS if each in message.text], name
            assert {choice.token.split()[0] for choice in message.choices} <= {"/done"}


@pytest.mark.parametrize("kind", TABLE)
def test_auditors_are_offered_only_to_read(kind: str) -> None:
    message = written(notice(kind), "auditor").get("kim")
    offered = {choice.token.split()[0] for choice in message.choices} if message else set()
    assert offered <= {"/report", "/candidate"}


@pytest.mark.parametrize("by", ["p1", "p2"])
def test_nobody_is_notified_of_a_proposal_of_their_own_and_no_group_of_its_note(by: str) -> None:
    proposed = Notice("proposed", "on-purpose-note", decision="yes", by=by)
    messages = written(proposed, "recruiter")
    assert ("kim" in messages) == (by != "p1")
    assert by in messages["-100"].text
    assert [name for name, each in messages.items() if "on-purpose-note" in each.text] == ["kim"] * (by != "p1")


@pytest.mark.parametrize("right", ["correct", "delete", "adjust", "extension", "human"])
def test_support_staff_are_told_of_a_request_only_if_it_is_for_a_person(right: str) -> None:
    assert ("kim" in written(notice(f"request {right}"), "support")) == (right == "human")


@pytest.mark.parametrize("kind", TABLE)
@pytest.mark.parametrize("role", ROLES)
def test_a_right_elsewhere_is_none_here(kind: str, role: Role) -> None:
    assert "kim" not in written(notice(kind), role, "South")


@pytest.mark.parametrize("role", ROLES)
def test_a_colleague_whose_own_message_did_not_arrive_is_told_where_they_wrote(role: Role) -> None:
    lost = Notice("support_undelivered", "hello", why="unreachable", writer=Writer(place("kim"), "zh", "hello"))
    (message,) = written(lost, role).values()
    assert message.to == place("kim")
    offered = {choice.token.split()[0] for choice in message.choices}
    assert bool(offered) == (role not in ("support", "analyst"))


IMPORTANT: dict[str, str] = {
    #                       without answers, with answers
    "completed":            "x x",
    "exited":               ". x",
    "stalled":              ". .",
    "lapsed":               ". x",
    "unreachable":          "x x",
    "returned":             ". .",
    "resumed":              ". .",
    "proposed":             "x x",
    "booked":               "x x",
    "moved":                "x x",
    "unbooked":             "x x",
    "extended":             ". .",
    "claim":                "x x",
    "support":              "x x",
    "support_overdue":      "x x",
    "support_answered":     "x x",
    "support_over":         "x x",
    "support_lost":         "x x",
    "support_undelivered":  "x x",
    "answered":             "x x",
    "request":              "x x",
}  # fmt: skip
"""Whether a chat for what there is something to do about gets the notice."""


def at_level(what: Notice, *levels: Level, done: int = 1) -> set[str]:
    """Return which of several groups get a notice, one for each level, named by their place."""
    notices = Notices(
        vocabulary(),
        ZONE,
        [],
        lambda _: [Destination(place(str(-at)), "zh", level=level) for at, level in enumerate(levels, 1)],
        staff_vocabulary,
    )
    state = State(
        "0123456789abcdef", "spring", SCRIPT.version, "exited", "张三", unit="East", started_ms=1, index=done,
        reached=done, claim=Claim(place("other"), 1, asked=True), deadline_ms=1,
    )  # fmt: skip
    assert state.done == done
    return {each.to.user for each in notices.write(what, state, SCRIPT)}


def test_every_kind_has_its_importance() -> None:
    assert {*IMPORTANT} == {*get_args(NoticeKind)}


@pytest.mark.parametrize("kind", IMPORTANT)
@pytest.mark.parametrize("done", [0, 1])
def test_a_chat_for_what_is_important_gets_no_more(kind: str, done: int) -> None:
    wanted = {"-1"} | ({"-2"} if IMPORTANT[kind].split()[done] == "x" else set())
    assert at_level(notice(kind), "all", "important", "digest", done=done) == wanted


@pytest.mark.parametrize("kind", IMPORTANT)
def test_a_call_for_help_reaches_a_chat_for_the_digest_if_nobody_else_gets_it(kind: str) -> None:
    assert at_level(notice(kind), "digest") == ({"-1"} if kind in OF_HELP else set())


@pytest.mark.parametrize("by", ["p1", "p2"])
@pytest.mark.parametrize("seen_at", ["-100", "-200", "-100/7", ""])
def test_an_answer_goes_silently_to_the_others_who_got_the_call(by: str, seen_at: str) -> None:
    answered = Notice("support_answered", "Turn it on", by=by, seen_at=place(seen_at) if seen_at else None)
    messages = written(answered, "recruiter")
    here = {"kim"} if by == "p1" else set()
    assert {*messages} == {"kim", "-100", "-200"} - here - {seen_at.partition("/")[0]}
    for each in messages.values():
        assert each.silent
        assert by in each.text
        assert "Turn it on" in each.text


@pytest.mark.parametrize("overdue", [False, True])
def test_an_answer_goes_to_those_on_duty_and_to_whoever_was_called_after_them(overdue: bool) -> None:
    known = organisation("support")
    notices = Notices(
        vocabulary(),
        ZONE,
        [],
        lambda _: [],
        staff_vocabulary,
        lambda _unit, _at: OnDuty({place("kim"): "zh"}, {place("lee"): "zh"}, ("Kim",), {place("boss"): "zh"}),
        readers=Known(known),
    )
    state = State("0123456789abcdef", "spring", SCRIPT.version, "running", "张三", unit="East", started_ms=1)
    answered = Notice("support_answered", "Turn it on", by="p2", again=overdue)
    to = {each.to.user for each in notices.write(answered, state, SCRIPT)}
    assert to == ({"kim", "lee"} if overdue else {"kim"})


def test_who_is_on_duty_is_offered_what_they_may_do() -> None:
    known = organisation("support")
    notices = Notices(
        vocabulary(),
        ZONE,
        [],
        lambda _: [],
        staff_vocabulary,
        lambda _unit, _at: OnDuty({place("kim"): "zh"}, {}, ("Kim",), {}),
        readers=Known(known),
    )
    state = State("0123456789abcdef", "spring", SCRIPT.version, "running", "张三", unit="East", started_ms=1)
    (message,) = notices.write(Notice("support", "help", first=True), state, SCRIPT)
    assert [choice.token.split()[0] for choice in message.choices] == ["/done"]
