"""What a drill is asked to do, and where its candidate and its recruiters are reached."""

import msgspec

from conversation.inbound import Address

CHANNEL, ACCOUNT = "drill", "drill"
"""A channel without a platform: what is sent there is kept for the drill to read."""


class Order(msgspec.Struct, frozen=True):
    """`id` is unguessable and the same when the command is run again. Reports go to `chat`, in `language`; the
    interview is on the script `version` and belongs to `unit`; `campaign` is the one whose script it is."""

    id: str
    token: str
    chat: Address
    language: str
    campaign: str
    script: str
    version: str
    unit: str
    started_ms: int

    @property
    def interview(self) -> str:
        return self.id[:16]

    @property
    def hidden(self) -> str:
        """The campaign of the drill's interview. It is in no directory, and so in no list, figure or export."""
        return f"drill-{self.id[:16]}"

    @property
    def candidate(self) -> Address:
        return Address(CHANNEL, ACCOUNT, self.id[:16])

    @property
    def recruiters(self) -> Address:
        """Where notices of the drill's interview go, and nowhere else: to the drill itself."""
        return Address(CHANNEL, ACCOUNT, f"notices-{self.id[:16]}")
