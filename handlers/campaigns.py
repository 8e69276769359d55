"""Opening, changing and closing campaigns, and creating invitations."""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import NamedTuple

from msgspec.structs import replace

from conversation import events as e
from conversation.contact import NO_CONTACT, Contact
from conversation.engine import invitation
from conversation.errors import BotError
from conversation.experiments import branches, place
from conversation.script import Script
from conversation.views.counters import created
from handlers.contacts import identities
from handlers.limits import MOST_NAME, PHONE_DIGITS
from handlers.notices.webhooks import WebhookMessages, no_webhooks
from handlers.script_versions import content_version
from storage.ports import Campaign, Commit, Store

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,39}")
KIOSK_ALONE = "--kiosk needs --walk-in: people come to a shared device without an invitation"


class CampaignRefused(BotError):
    """Raised when a campaign or an invitation cannot be created or changed as requested."""


class Invitation(NamedTuple):
    """A new invitation. `token` goes into the candidate's link and is stored only as a hash."""

    interview: str
    token: str
    name: str


def version_for(campaign: Campaign, interview: str) -> str:
    """Return the script version on which a new interview of the campaign starts.

    In an experiment, the interview's id decides which variant it gets.
    """
    if not campaign.variants:
        return campaign.script
    return campaign.variants[place(campaign.id, interview, len(campaign.variants))]


class Campaigns:
    """Opens, changes and closes campaigns, and invites candidates to them.

    `now` returns epoch milliseconds; `nonce` returns 128 random bits, base64url-encoded. Days are counted in time
    zone `zone`. `webhooks` is as for `Runner`.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], int],
        nonce: Callable[[], str],
        zone: tzinfo,
        webhooks: WebhookMessages = no_webhooks,
    ) -> None:
        self._webhooks = webhooks
        self._store = store
        self._now = now
        self._nonce = nonce
        self._zone = zone

    async def open(
        self,
        script: Script,
        *,
        code: str = "",
        walk_in: bool = False,
        cap: int = 0,
        unit: str = "",
        kiosk: bool = False,
    ) -> Campaign:
        """Open a campaign on a script. `code` is its id; if empty, one is derived from the script's id.

        `cap` is the maximum number of walk-in candidates, 0 for no limit. Raises CampaignRefused.
        """
        if kiosk and not walk_in:
            raise CampaignRefused(KIOSK_ALONE)
        wanted = await self.new_code(code, script.id)
        if cap < 0:
            raise CampaignRefused("--cap must be 1 or more (or left out: no limit)")
        variants = await self._put(script)
        campaign = Campaign(
            id=wanted,
            script=script.version,
            script_id=script.id,
            opened_ms=self._now(),
            unit=unit,
            code=wanted if walk_in else "",
            cap=cap,
            variants=variants,
            kiosk=kiosk,
        )
        if not await self._store.directory.put_campaign(campaign):
            raise CampaignRefused(f"the code {wanted!r} belongs to another campaign: choose another --code")
        return campaign

    async def renew(
        self, campaign: Campaign, script: Script, *, walk_in: bool = False, kiosk: bool = False
    ) -> Campaign:
        """Switch a campaign to another version of its script for new candidates; reopen it if it is closed.

        `walk_in` makes the campaign's code admit anyone from now on; `kiosk` makes candidates take turns on one
        device. Neither can be switched off here. Raises CampaignRefused.
        """
        if kiosk and not (walk_in or campaign.code):
            raise CampaignRefused(KIOSK_ALONE)
        variants = await self._put(script)
        code = campaign.id if walk_in else campaign.code
        renewed = replace(campaign, script=script.version, script_id=script.id, code=code, closed_ms=0)
        renewed = replace(renewed, variants=variants, kiosk=kiosk or campaign.kiosk)
        if not await self._store.directory.put_campaign(renewed):
            raise CampaignRefused(f"the code {code!r} belongs to another campaign: open one with another code")
        return renewed

    async def close(self, campaign: Campaign) -> Campaign:
        """Stop admitting new candidates; interviews under way continue."""
        if campaign.closed_ms:
            return campaign
        closed = replace(campaign, closed_ms=self._now())
        await self._store.directory.put_campaign(closed)
        return closed

    async def reopen(self, campaign: Campaign) -> Campaign:
        """Admit new candidates to a closed campaign again."""
        opened = replace(campaign, closed_ms=0)
        await self._store.directory.put_campaign(opened)
        return opened

    async def find(self, campaign: str) -> Campaign:
        """Return the campaign with this id, in any letter case. Raises CampaignRefused if there is none."""
        found = await self._store.directory.campaign(campaign.lower())
        if found is None:
            known = ", ".join(await self._store.directory.campaigns()) or "none is open: see xumian open"
            raise CampaignRefused(f"there is no campaign {campaign!r}; known: {known}")
        return found

    async def invite(
        self,
        campaign: Campaign,
        name: str = "",
        *,
        interview: str = "",
        token: str = "",
        phone: str = "",
        contact: Contact = NO_CONTACT,
    ) -> Invitation:
        """Create a personal invitation: an interview that belongs to the first account that opens the link.

        Calling it again with the same `interview` and `token` creates nothing new. Of `phone` the last four
        digits are kept, by which the candidate can be recognised; `contact` is kept whole. Raises
        CampaignRefused if the campaign is closed.
        """
        if campaign.closed_ms:
            raise CampaignRefused(f"campaign {campaign.id!r} is closed")
        interview, token = interview or self._fresh_id(), token or self._nonce()
        version = version_for(campaign, interview)
        name, phone = name.strip()[:MOST_NAME], phone[-PHONE_DIGITS:]
        event = e.Invited(
            interview,
            campaign.id,
            version,
            name,
            campaign.unit,
            phone=phone,
            notices_to=campaign.notices_to,
            contact=contact or NO_CONTACT,
        )
        record, entry, stored = invitation(event, self._now(), f"invite:{interview}")
        counts = created(version, entry.at_ms, self._zone)
        messages = self._webhooks(record.state, entry)
        await self._store.interviews.commit(
            Commit(interview, entry.cause, 0, record, stored, messages=messages, counts=counts)
        )
        await self._store.directory.put_invitation(token, interview)
        await self._store.directory.put_invited(campaign.id, identities(name, contact), interview)
        return Invitation(interview, token, event.name)

    async def invited_before(self, campaign: Campaign, people: Sequence[tuple[str, Contact]]) -> tuple[str, ...]:
        """Return the interview to which each of these people was invited before: the latest one of the campaign,
        or an empty string if there is none that they could still open."""
        told = [identities(*each) for each in people]
        flat = [identity for each in told for identity in each]
        found = dict(zip(flat, await self._store.directory.invited(campaign.id, flat), strict=True))
        interviews = [next((found[each] for each in said if found[each]), "") for said in told]
        open_ = {
            each
            for each in dict.fromkeys(filter(None, interviews))
            if (record := await self._store.interviews.load(each))
            and not record.state.withdrawn
            and record.state.phase != "erased"
        }
        return tuple(each if each in open_ else "" for each in interviews)

    async def link_again(self, interview: str, name: str, token: str) -> Invitation:
        """Create one more link to an interview. Those that exist keep working."""
        await self._store.directory.put_invitation(token, interview)
        return Invitation(interview, token, name)

    async def _put(self, script: Script) -> tuple[str, ...]:
        """Store the script and its variants. Returns the versions of the variants."""
        await self._store.directory.put_script(script)
        variants = [replace(each, version=content_version(each)) for each in branches(script)]
        for each in variants:
            await self._store.directory.put_script(each)
        return tuple(each.version for each in variants)

    def _fresh_id(self) -> str:
        return hashlib.sha256(self._nonce().encode()).hexdigest()[:16]

    async def new_code(self, code: str, script_id: str) -> str:
        """Return the id of a new campaign: `code`, or one derived from the script's id. Raises CampaignRefused."""
        wanted = code.lower() or await self.free_code(script_id)
        if not CODE.fullmatch(wanted):
            raise CampaignRefused(
                f"{code!r} cannot be a campaign's code: use 2-40 of a-z, 0-9, - and _, for example {script_id}"
            )
        if await self._store.directory.campaign(wanted):
            raise CampaignRefused(f"a campaign {wanted!r} is open already: choose another --code")
        return wanted

    async def free_code(self, script_id: str) -> str:
        """Return a code that no campaign has: the script's id, followed by a number if necessary."""
        taken = set(await self._store.directory.campaigns())
        number = 1
        while (code := script_id if number == 1 else f"{script_id}-{number}") in taken:
            number += 1
        return code
