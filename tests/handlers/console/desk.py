"""A console for tests, with a store, colleagues who use it, and candidates in any state."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.runtime.digests import Digests
from bot.runtime.organisation_cache import OrganisationCache
from conversation import inbound as i
from conversation.engine import Engine
from conversation.inbound import Address, Inbound
from conversation.outbound import OutboundMessage
from conversation.script import Script
from handlers.actions.context import Account, Tools
from handlers.appointments.last_look import LastLooks
from handlers.authoring import ScriptUnusable
from handlers.authoring.workbook import Book, read_cells
from handlers.campaigns import Campaigns, Invitation
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.console.console import Console, Result
from handlers.console.context import StaffFile, StaffInbound
from handlers.console.registry import COMMANDS, FORMS
from handlers.drill.request import DrillRequest
from handlers.figures.declared import ShownGroups
from handlers.intake.receive import Intake
from handlers.maintenance.broadcasts import Sender
from handlers.maintenance.erase import Eraser
from handlers.maintenance.retention import Retention
from handlers.notices.notices import Notices
from handlers.notices.webhooks import Webhooks
from handlers.organisation.repository import claim_code
from handlers.rosters import Roster, read
from storage import keys
from storage.ports import Campaign, Store
from tests.dialogues.playing import script_named
from tests.fakes.anchor_files import MemoryFiles
from tests.fakes.kv import MemoryKv
from tests.fakes.scene import empty_outbox
from tests.handlers.console.hooks import Hooks
from tests.handlers.console.keeper import Keeper
from tests.handlers.imports.reading import read_here

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = int(datetime(2026, 11, 23, 10, tzinfo=ZONE).timestamp() * 1000)
STAFF_BOT = "700900"
CANDIDATES_BOT = "700001"
SCRIPTS = ("expected", "named", "short", "spoken")


class Kept(NamedTuple):
    """A file that the console sent."""

    name: str
    data: bytes


class Desk:
    """A console with everything around it, in one process.

    `now` is in epoch milliseconds. It moves only when a test or a method here moves it.
    """

    def __init__(self, store: Store, language: str = "zh", now: int = MONDAY) -> None:
        self.store = store
        self.language = language
        self.assisted = False
        self.now = now
        self.script: Script = script_named("short")
        self.archive: dict[str, bytes] = {}
        self.problems: dict[str, str] = {}
        self.keeper = Keeper()
        self.drills: list[DrillRequest] = []
        self.heard: list[OutboundMessage] = []
        self.watch = OrganisationCache(store, ZONE)
        self.results: list[Result] = []
        self._numbers = 0
        self._people: dict[str, Address] = {}
        self._buttons: dict[str, list[tuple[str, str]]] = {}
        self._invitations: dict[str, Invitation] = {}
        self._candidates: dict[str, Address] = {}
        self._accounts_called: dict[Address, str] = {}
        self.hooks = Hooks()
        self.anchor_files = MemoryFiles()
        told = Webhooks(lambda: self.watch.organisation).messages
        self.campaigns = Campaigns(store, now=lambda: self.now, nonce=self._nonce, zone=ZONE, webhooks=told)
        self.intake = Intake(
            store,
            Engine(vocabulary(), ZONE, assisted=lambda: self.assisted),
            Notices(
                vocabulary(),
                ZONE,
                [],
                self.watch.destinations,
                staff_vocabulary,
                on_duty=self.watch.on_duty,
                readers=self.watch,
            ),
            now=lambda: self.now,
            nonce=self._nonce,
            staffing=self.watch.staffing,
            halted=lambda address: self.watch.organisation.is_paused(address),
            webhooks=told,
            faq=self.watch.faq,
        )
        tools = Tools(
            store=store,
            campaigns=self.campaigns,
            intake=self.intake,
            words=staff_vocabulary(),
            candidate_words=vocabulary(),
            now=lambda: self.now,
            secret=b"a secret of the tests",
            script=self._script,
            links=lambda token: {"telegram": f"https://t.me/interviews_bot?start={token}"},
            accounts=self._accounts,
            health=self._health,
            put_file=self._keep,
            get_file=self._kept,
            read_roster=self._read_roster,
            read_cells=self._read_cells,
            read_import=read_here,
            zone=ZONE,
            bots=self.keeper,
            webhooks=self.hooks,
            anchors=self.anchor_files,
            figures=self.keeper.figures,
            drill=self._drill,
            sign_in_link=lambda code: f"https://hr.example/staff/sign-in/{code}",
            looks=LastLooks(MemoryKv(), lambda: self.now).note,
            shown_groups=ShownGroups(MemoryKv()).shown,
        )
        self.tools = tools
        self.console = Console(tools, COMMANDS, FORMS)

    def _nonce(self) -> str:
        self._numbers += 1
        return f"Fresh-{self._numbers:016d}"

    async def _script(self, name: str) -> Script:
        if name not in SCRIPTS:
            raise ScriptUnusable(f"there is no script {name!r}; known: {', '.join(SCRIPTS)}")
        return script_named(name)

    async def _read_roster(self, data: bytes, name: str) -> Roster:
        return read(data, name)

    async def _read_cells(self, data: bytes) -> Book:
        return read_cells(data)

    async def _health(self) -> dict[str, str]:
        return self.problems

    def _accounts(self) -> list[Account]:
        added = [
            Account("telegram", number, None, "polling", username=bot.username)
            for number, bot in self.watch.organisation.bots.items()
        ]
        ours = Account("telegram", CANDIDATES_BOT, None, "polling", files=True, username="interviews_bot")
        return [ours, *added]

    async def _drill(self, order: DrillRequest) -> bool:
        """Start a drill, which takes a minute. Returns False while another one is running."""
        others = [each for each in self.drills if each.id != order.id]
        if others and self.now < others[-1].started_ms + 60_000:
            return False
        self.drills.append(order)
        return True

    async def _keep(self, data: bytes) -> str:
        name = f"{len(self.archive):064x}"
        self.archive[name] = data
        return name

    async def _drop(self, sha256: str) -> None:
        self.archive.pop(sha256, None)

    async def _kept(self, sha256: str) -> bytes:
        return self.archive[sha256]

    # staff

    async def claims(self, who: str = "boss") -> list[OutboundMessage]:
        """Make `who` an owner, with a fresh one-time code."""
        code = await claim_code(self.store, lambda: self.now, self._nonce)
        return await self.says(who, f"/claim {code}")

    async def joins(self, who: str, role: str, unit: str = "", by: str = "boss") -> list[OutboundMessage]:
        """Give `who` a role, with an invitation code from the colleague `by`."""
        (invited,) = await self.says(by, f'/staff invite {role} "{unit}"')
        found = re.search(r"/claim \w+", invited.text)
        assert found, invited.text
        return await self.says(who, found[0])

    async def says(self, who: str, text: str, file: StaffFile | None = None) -> list[OutboundMessage]:
        """Type a line, possibly with a file. Returns the messages sent to staff in answer."""
        self._numbers += 1
        return await self.receive(self.message(who, text, f"staff:{self._numbers}", file))

    def message(self, who: str, text: str, message_id: str, file: StaffFile | None = None) -> StaffInbound:
        sender = self._people.setdefault(who, Address("telegram-staff", STAFF_BOT, str(100 + len(self._people))))
        return StaffInbound(message_id, sender, sender, text, who, self.language, file)

    async def receive(self, inbound: StaffInbound) -> list[OutboundMessage]:
        self.results.append(await self.console.receive(inbound))
        await self.watch.look()
        return await self.sent()

    async def presses(self, who: str, label: str) -> list[OutboundMessage]:
        """Press the newest button with that label."""
        offered = self._buttons.get(str(self._people[who]), [])
        line = next((line for name, line in reversed(offered) if name == label), None)
        assert line is not None, f"[{label}] was never offered to {who}"
        return await self.says(who, line)

    async def sent(self) -> list[OutboundMessage]:
        """Empty the outbox. Returns the messages to staff; those to candidates are appended to `heard`."""
        sent = await empty_outbox(self.store)
        self.heard += [message for message in sent if message.to.channel != "telegram-staff"]
        ours = [message for message in sent if message.to.channel == "telegram-staff"]
        for message in ours:
            buttons = self._buttons.setdefault(str(message.to), [])
            buttons += [(choice.label, choice.token) for choice in message.choices]
        return ours

    # candidates

    async def campaign(self, code: str, unit: str = "", script: str = "") -> Campaign:
        """Open a campaign on the desk's script, or on another one with as many questions."""
        return await self.campaigns.open(script_named(script) if script else self.script, code=code, unit=unit)

    async def invites(self, name: str, campaign: str) -> Invitation:
        """Create a personal invitation, not opened yet."""
        invitation = await self.campaigns.invite(await self.campaigns.find(campaign), name)
        self._invitations[name] = invitation
        return invitation

    async def opens(self, name: str, campaign: str, called: str = "") -> str:
        """Invite a candidate, who opens the invitation. Returns the interview's id."""
        invitation = await self.invites(name, campaign)
        address = Address("telegram", CANDIDATES_BOT, str(41_000_000 + len(self._candidates)))
        self._candidates[name], self._accounts_called[address] = address, called
        await self.does(name, i.CommandReceived("start", invitation.token))
        return invitation.interview

    async def opens_link_of(self, account: str, name: str) -> None:
        """Open the link of candidate `name` from a web account whose display name is `account`."""
        address = Address("web", "main", f"page-{len(self._candidates)}")
        self._candidates[account] = address
        self._accounts_called[address] = account
        await self.does(account, i.CommandReceived("start", self._invitations[name].token))

    async def starts(self, name: str, campaign: str, called: str = "") -> str:
        interview = await self.opens(name, campaign, called)
        await self.does(name, i.ChoicePressed("agree"))
        return interview

    async def answers(self, name: str, campaign: str, number: int) -> str:
        """Let a new candidate answer the first `number` of the four questions of the script `short`.

        Returns the interview's id.
        """
        interview = await self.starts(name, campaign)
        said: list[i.What] = [
            i.TextReceived("我学统计,做过预测课题。"),
            i.TextReceived("Excel"),
            i.ChoicePressed("option.1"),
        ]
        for what in [*said, i.TextReceived("75")][:number]:
            await self.does(name, what)
            if what is said[0]:
                await self.does(name, i.ChoicePressed("submit"))
        return interview

    async def exits(self, name: str, campaign: str, reason: str = "network") -> str:
        interview = await self.answers(name, campaign, 2)
        await self.does(name, i.ChoicePressed("exit"))
        await self.does(name, i.ChoicePressed(f"reason.{reason}"))
        return interview

    async def does(self, name: str, what: i.What) -> None:
        self._numbers += 1
        self.now += 15_000
        sender = self._candidates[name]
        called = self._accounts_called.get(sender, "")
        inbound = Inbound(f"in:{self._numbers}", what, sender, self.now, f"m{self._numbers}", called)
        assert await self.intake.receive(inbound) == "committed"

    async def ticks(self) -> None:
        """Run all timers that are due by now, each at its due time."""
        until = self.now
        while due := await self._next_due(until):
            self.now, interview = due
            await self.intake.apply(interview, Inbound(f"tick:{interview}:{self.now}", i.Ticked()))
        self.now = until

    async def erases(self) -> None:
        """Run the erasing loop once."""

        eraser = Eraser(self.store, self.intake, self._drop, staff_vocabulary(), (), lambda: self.now)
        for order in await self.store.erasures.ordered():
            await eraser.work(order)

    async def times_out(self) -> int:
        """Look once at all interviews for those whose time is over. Returns how many are to be erased."""
        retention = Retention(
            self.store, lambda: self.watch.organisation, staff_vocabulary(), vocabulary(), lambda: self.now, ZONE
        )
        orders = await retention.turn(_always)
        return orders + await retention.turn(_always)  # after the last page, what comes is announced

    async def broadcasts(self) -> None:
        """Run the broadcast loop once."""
        sender = Sender(
            self.store,
            self.intake,
            self.tools.get_file,
            lambda address: self.watch.organisation.is_paused(address),
            staff_vocabulary(),
            lambda: self.now,
        )
        for name, what in self.watch.organisation.broadcasts.items():
            if what.at_ms <= self.now:
                await sender.send(name, what, _always)
        await self.watch.look()

    async def digests(self) -> None:
        """Run the digest loop once."""
        await Digests(self.tools).look()

    async def _next_due(self, until: int) -> tuple[int, str] | None:
        timers = [
            (due, interview)
            for partition in range(keys.PARTITIONS)
            for interview, due in await self.store.interviews.due(partition, until, 1000)
        ]
        return min(timers, default=None)

    def interview_of(self, name: str) -> str:
        return self._invitations[name].interview


async def _always() -> bool:
    return True


Seen = Callable[[Sequence[OutboundMessage]], str]


def texts(messages: Sequence[OutboundMessage]) -> list[str]:
    return [message.text for message in messages]
