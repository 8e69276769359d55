"""When a platform gives a chat another id: what the organisation keeps under the old one moves along."""

from collections.abc import Callable

from msgspec.structs import replace

from conversation.inbound import Address
from handlers.organisation.state import Chat, Organisation, Ticket


def moved(organisation: Organisation, old: Address, new: Address) -> Organisation:
    """Return the organisation after a chat has moved.

    What was already set up in the chat under its new id is kept. Threads of the old chat become the new chat
    itself, because they do not exist there.
    """

    def at(address: Address) -> Address:
        return new if _is_in(address, old) else address

    def place(name: str) -> str:
        where, space, rest = name.partition(" ")
        return f"{new}{space}{rest}" if where == str(old) or where.startswith(f"{old}/") else name

    def ticket(each: Ticket) -> Ticket:
        return replace(each, chat=at(each.chat)) if each.chat else each

    elsewhere = {name: at(address) for name, address in organisation.moved.items() if name != str(new)}
    return replace(
        organisation,
        chats=_chats(organisation, old, new),
        digests=_latest(organisation.digests, place),
        alerts=_latest(organisation.alerts, place),
        tickets={name: ticket(each) for name, each in organisation.tickets.items()},
        broadcasts={name: replace(each, chat=at(each.chat)) for name, each in organisation.broadcasts.items()},
        slots={name: replace(each, chat=at(each.chat)) for name, each in organisation.slots.items()},
        moved={**elsewhere, str(old): new},
    )


def _is_in(address: Address, chat: Address) -> bool:
    """Return whether the address is the chat or a thread in it."""
    same = (address.channel, address.account) == (chat.channel, chat.account)
    return same and (address.user == chat.user or address.user.startswith(f"{chat.user}/"))


def _chats(organisation: Organisation, old: Address, new: Address) -> tuple[Chat, ...]:
    there = any(chat.address == new for chat in organisation.chats)
    chats = dict[Address, Chat]()
    for chat in organisation.chats:
        if not _is_in(chat.address, old):
            chats[chat.address] = chat
        elif not there:
            chats.setdefault(new, replace(chat, address=new))
    return tuple(chats.values())


def _latest(times: dict[str, int], place: Callable[[str], str]) -> dict[str, int]:
    found = dict[str, int]()
    for name, ms in times.items():
        found[place(name)] = max(ms, found.get(place(name), 0))
    return found
