"""A chat gets another id: everything under the old one moves, whatever kinds of settings there are."""

import msgspec
import msgspec.inspect as inspect
import pytest

from conversation.inbound import Address
from handlers.console.digest_times import places
from handlers.notices.notices import Destination
from handlers.organisation.events import ChatChosen, ChatLeft, ChatMoved, ChatTuned
from handlers.organisation.evolve import evolve
from handlers.organisation.open_slots import OpenSlot
from handlers.organisation.state import Broadcast, Chat, Grant, Organisation, Person, Ticket

OLD, NEW = Address("telegram-staff", "700900", "-888"), Address("telegram-staff", "700900", "-1008880001")
OTHER = Address("telegram-staff", "700900", "-8881")
PERSON = Address("telegram-staff", "700900", "42")
FULL = Organisation(
    people={"p": Person("p", "Ann", "en", (PERSON,), (Grant("owner", ""),))},
    chats=(Chat(OTHER, ""), Chat(OLD, "north", "en", 60, 120, 510, 7)),
    digests={str(OLD): 5_000, str(OTHER): 6_000},
    alerts={f"{OLD} spring q1": 7_000, f"{OTHER} spring q1": 8_000},
    tickets={"t": Ticket("", "p", 9_000, second=True, chat=OLD), "own": Ticket("/help", "p", 9_000)},
    broadcasts={"b": Broadcast("spring", "all", "ab", 9_000, "p", OLD)},
    slots={"s": OpenSlot("spring", "", 1, 2, 1, "", "p", OLD, "en")},
)
"""Something of each kind that is kept for a chat, and the same of another chat."""
_OF_PEOPLE = {"people", "moved", "sign_ins", "sessions"}
"""Addresses of people, which do not move, and where those moved that did."""


def _mentions_chats(kind: inspect.Type) -> bool:
    """Return whether a type contains addresses."""
    match kind:
        case inspect.StructType(cls=cls, fields=fields):
            return cls is Address or any(_mentions_chats(field.type) for field in fields)
        case inspect.UnionType(types=types):
            return any(map(_mentions_chats, types))
        case inspect.DictType(value_type=value):
            return _mentions_chats(value)
        case inspect.VarTupleType(item_type=item):
            return _mentions_chats(item)
        case _:
            return False


def _fields() -> dict[str, bytes]:
    """Return what FULL has in each field, encoded."""
    return {name: msgspec.json.encode(getattr(FULL, name)) for name in FULL.__struct_fields__}


def test_there_is_something_in_every_field_that_holds_addresses() -> None:
    """A new kind of setting belongs into FULL, so that the tests below say whether it moves."""
    kind = inspect.type_info(Organisation)
    assert isinstance(kind, inspect.StructType)
    holding = {field.name for field in kind.fields if _mentions_chats(field.type)} - _OF_PEOPLE
    filled = {name for name, encoded in _fields().items() if OLD.user.encode() + b'"' in encoded}
    assert holding <= filled


def test_everything_moves_and_nothing_else_changes() -> None:
    after = evolve(FULL, ChatMoved(OLD, NEW), 1)
    assert after.moved == {str(OLD): NEW}
    encoded = msgspec.json.encode(msgspec.structs.replace(after, moved={})).decode()
    before = msgspec.json.encode(FULL).decode()
    for end in ('"', " "):
        before = before.replace(f"{OLD.user}{end}", f"{NEW.user}{end}")
    assert encoded == before


def test_it_moves_once_and_back() -> None:
    once = evolve(FULL, ChatMoved(OLD, NEW), 1)
    assert evolve(once, ChatMoved(OLD, NEW), 2) == once
    back = evolve(once, ChatMoved(NEW, OLD), 3)
    assert back.whereabouts(NEW) == OLD == back.whereabouts(OLD)
    assert msgspec.structs.replace(back, moved={}) == FULL


def test_a_chat_that_moves_twice_is_found_from_everywhere() -> None:
    last = Address("telegram-staff", "700900", "-5")
    twice = evolve(evolve(FULL, ChatMoved(OLD, NEW), 1), ChatMoved(NEW, last), 2)
    assert [twice.whereabouts(each) for each in (OLD, NEW, last, OTHER)] == [last, last, last, OTHER]


@pytest.mark.parametrize(
    "other", [OTHER, PERSON, Address("telegram-staff", "700901", "-888"), Address("dingtalk", "700900", "-888")]
)
def test_others_stay_where_they_are(other: Address) -> None:
    organisation = evolve(Organisation(), ChatChosen(other, "", "en"), 1)
    after = evolve(organisation, ChatMoved(OLD, NEW), 2)
    assert (after.chats, after.whereabouts(other)) == (organisation.chats, other)


def test_topics_of_the_old_chat_become_the_new_chat_once() -> None:
    topics = [Address("telegram-staff", "700900", f"-888/{number}") for number in (12, 13)]
    organisation = Organisation(
        chats=(Chat(topics[0], "north"), Chat(topics[1], "south")), digests={str(topics[0]): 5, str(topics[1]): 9}
    )
    after = evolve(organisation, ChatMoved(OLD, NEW), 1)
    assert after.chats == (Chat(NEW, "north"),)
    assert after.digests == {str(NEW): 9}
    assert after.whereabouts(topics[1]) == NEW


def test_what_was_set_up_under_the_new_id_is_kept() -> None:
    both = evolve(FULL, ChatChosen(NEW, "south", "zh"), 1)
    both = evolve(both, ChatTuned(NEW, 0, 0, -1), 2)
    after = evolve(both, ChatMoved(OLD, NEW), 3)
    assert [chat for chat in after.chats if chat.address in (OLD, NEW)] == [Chat(NEW, "south", "zh", 0, 0, -1)]
    assert evolve(after, ChatLeft(NEW), 4).chats == (Chat(OTHER, ""),)


def test_a_chat_of_the_settings_gets_one_digest() -> None:
    fixed = [Destination(OLD, "en", digest=True)]
    assert {place.address for place in places(FULL, fixed)} == {OLD, OTHER}
    after = evolve(FULL, ChatMoved(OLD, NEW), 1)
    found = places(after, fixed)
    assert sorted(str(place.address) for place in found) == sorted(map(str, (NEW, OTHER)))
    assert next(place.minute for place in found if place.address == NEW) == 510
    assert after.digests[str(NEW)] == 5_000
