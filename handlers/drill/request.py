"""The order to run a drill, and the addresses of its candidate and its recruiters."""

import msgspec

from conversation.inbound import Address

CHANNEL, ACCOUNT = "drill", "drill"
"""A channel without a platform: what is sent there is kept for the drill to read."""


class DrillRequest(msgspec.Struct, frozen=True):
    """An order to run a drill.

    - `id`: unguessable, and the same if the command is executed again.
    - `token`: the token of the candidate's invitation.
    - `chat`, `language`: where and in which language to report.
    - `campaign`: the campaign whose script is used.
    - `version`: the script version of the interview.
    - `unit`: the unit of the interview.
    """

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
        """The campaign of the drill's interview. It is in no directory, so in no list, figure or export."""
        return f"drill-{self.id[:16]}"

    @property
    def candidate(self) -> Address:
        return Address(CHANNEL, ACCOUNT, self.id[:16])

    @property
    def recruiters(self) -> Address:
        """The only address that gets the notices of the drill's interview."""
        return Address(CHANNEL, ACCOUNT, f"notices-{self.id[:16]}")
