"""Look-ups in memory."""

from collections import defaultdict
from collections.abc import Sequence

from conversation.inbound import Address
from conversation.script import Script
from storage import keys
from storage.ports import Campaign


class MemoryDirectory:
    def __init__(self) -> None:
        self._who: dict[Address, tuple[str, str]] = {}
        self._connected: dict[str, int] = {}
        self._invitations: dict[str, str] = {}
        self._invited: dict[tuple[str, str], str] = {}
        self._codes: dict[str, str] = {}
        self._campaigns: dict[str, Campaign] = {}
        self._walk_in: dict[str, str] = {}
        self._places: dict[str, set[str]] = defaultdict(set)
        self._scripts: dict[str, Script] = {}

    async def who(self, address: Address) -> str | None:
        return self._who[address][0] if address in self._who else None

    async def formerly(self, address: Address) -> str | None:
        return (self._who[address][1] or None) if address in self._who else None

    async def bind(self, address: Address, interview: str, former: str = "") -> None:
        self._who[address] = interview, former

    async def unbind(self, address: Address, interview: str) -> None:
        now, former = self._who.pop(address, ("", ""))
        left = [each for each in (now, former) if each not in ("", interview)]
        if left:
            self._who[address] = left[0], "".join(left[1:])

    async def connect(self, account: str, now_ms: int) -> None:
        self._connected.setdefault(account, now_ms)

    async def connected_ms(self, account: str) -> int:
        return self._connected.get(account, 0)

    async def invitation(self, token: str) -> str | None:
        return self._invitations.get(keys.digest(token))

    async def put_invitation(self, token: str, interview: str) -> None:
        self._invitations[keys.digest(token)] = interview

    async def invited(self, campaign: str, people: Sequence[str]) -> list[str]:
        return [self._invited.get((campaign, keys.digest(each)), "") for each in people]

    async def put_invited(self, campaign: str, people: Sequence[str], interview: str) -> None:
        self._invited |= {(campaign, keys.digest(each)): interview for each in people}

    async def drop_invited(self, campaign: str, people: Sequence[str], interview: str) -> None:
        for each in people:
            if self._invited.get((campaign, keys.digest(each))) == interview:
                del self._invited[campaign, keys.digest(each)]

    async def resume_code(self, code_sha256: str) -> str | None:
        return self._codes.get(code_sha256)

    async def put_resume_code(self, code_sha256: str, interview: str, life_s: int) -> None:
        self._codes[code_sha256] = interview

    async def drop_resume_code(self, code_sha256: str) -> None:
        self._codes.pop(code_sha256, None)

    async def campaign(self, campaign: str) -> Campaign | None:
        return self._campaigns.get(campaign)

    async def walk_in(self, code: str) -> Campaign | None:
        return self._campaigns.get(self._walk_in.get(code, ""))

    async def put_campaign(self, campaign: Campaign) -> bool:
        if campaign.code and self._walk_in.setdefault(campaign.code, campaign.id) != campaign.id:
            return False
        self._campaigns[campaign.id] = campaign
        return True

    async def campaigns(self) -> list[str]:
        return sorted(self._campaigns)

    async def take_place(self, campaign: Campaign, interview: str) -> bool:
        taken = self._places[campaign.id]
        if campaign.cap and interview not in taken and len(taken) >= campaign.cap:
            return False
        taken.add(interview)
        return True

    async def is_full(self, campaign: Campaign) -> bool:
        return 0 < campaign.cap <= len(self._places[campaign.id])

    async def script(self, version: str) -> Script | None:
        return self._scripts.get(version)

    async def put_script(self, script: Script) -> None:
        self._scripts.setdefault(script.version, script)
