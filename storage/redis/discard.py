"""Removal of an interview without a trace. Only for interviews without a candidate: those of the drill."""

from collections.abc import Sequence

from conversation.inbound import Address
from storage import keys
from storage.redis.connection import Client


async def discard(client: Client, interview: str, campaign: str, token: str, addresses: Sequence[Address]) -> None:
    """Delete the interview with its record, its campaign's counters, its invitation, and the mailboxes of these
    addresses. A second call changes nothing."""
    partition = keys.partition_of(interview)
    await client.zrem(keys.due(partition), interview)
    for name in (
        keys.state(interview),
        keys.parts(interview),
        keys.log(interview),
        keys.seen(interview),
        keys.held(interview),
        keys.members(partition, campaign),
        keys.counts(partition, campaign),
        keys.invitation(token),
        keys.contacts(campaign),
        *(key for each in addresses for key in _of_address(each)),
    ):
        await client.unlink(name)


def _of_address(address: Address) -> tuple[str, ...]:
    return keys.who(address), keys.mailbox(address), keys.mailbox_ids(address)
