"""What staff work with in a process: the console, the tools of its actions, the report pages, and drills.

More than half of the program's code belongs to it, so `Installation` loads it when it is first needed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.channels.base import Registry
from bot.clock import now_ms
from bot.commands.script_files import find_by_name
from bot.media.archive import Archive
from bot.media.imported_files import read_import
from bot.media.named_files import named_files
from bot.media.spreadsheets import read_cells, read_roster
from bot.pane.addresses import sign_in_path
from bot.runtime import meters
from bot.runtime.drills import Drills
from bot.settings import Settings
from bot.speech.models import ModelMissing
from bot.speech.models import choose as choose_model
from bot.web.local_owner import LocalOwner
from bot.web.report.service import Reporting
from conversation.inbound import Address
from conversation.words import Vocabulary
from handlers.actions.context import Tools
from handlers.actions.system.bot_registry import Bots, Figures
from handlers.actions.system.webhook_registry import WebhookRegistry
from handlers.appointments.last_look import LastLooks
from handlers.campaigns import Campaigns
from handlers.catalogues import staff_vocabulary
from handlers.console.console import Console
from handlers.console.registry import COMMANDS, FORMS
from handlers.drill.request import DrillRequest
from handlers.figures.declared import ShownGroups
from handlers.intake.receive import Intake
from handlers.maintenance.anchors import FOLDER
from storage.redis.discard import discard
from storage.redis.store import RedisStore


class StaffSide:
    """The console of this process, and what belongs to it.

    `secret` is the same in all processes. `links`, `prepare_links` and `ready` are those of `Installation`.
    """

    def __init__(
        self,
        settings: Settings,
        store: RedisStore,
        intake: Intake,
        campaigns: Campaigns,
        channels: Registry,
        archive: Archive,
        vocabulary: Vocabulary,
        local_owner: LocalOwner,
        bots: Bots | None,
        webhooks: WebhookRegistry | None,
        *,
        secret: bytes,
        base_url: Callable[[], str],
        links: Callable[[str], dict[str, str]],
        prepare_links: Callable[[Sequence[str]], Awaitable[None]],
        ready: Callable[[], Awaitable[dict[str, str]]],
    ) -> None:
        self._settings = settings
        self._store = store
        self._channels = channels
        self.drills = Drills(store.kv, self._discard)
        self.reporting = Reporting(settings, store, archive, vocabulary, secret, local_owner, now_ms, base_url)
        self.tools = Tools(
            store=store,
            campaigns=campaigns,
            intake=intake,
            words=staff_vocabulary(),
            candidate_words=vocabulary,
            now=now_ms,
            secret=secret,
            script=lambda name: find_by_name(name, settings.scripts_dir),
            links=links,
            prepare=prepare_links,
            accounts=channels.accounts,
            health=ready,
            put_file=archive.put,
            get_file=archive.get,
            read_roster=read_roster,
            read_cells=read_cells,
            read_import=read_import,
            zone=settings.zone,
            local=settings.local,
            warnings=store.check,
            speech=self._speech,
            report_link=self.reporting.link,
            drill=self.drills.start,
            hand_over=self._hand_over,
            staff_link=self._staff_link,
            private_link=channels.staff_link,
            bots=bots,
            webhooks=webhooks,
            anchors=named_files(settings.archive_place, FOLDER),
            sign_in_link=lambda code: f"{base_url()}{sign_in_path(code)}",
            figures=self._figures,
            looks=LastLooks(store.kv, now_ms).note,
            shown_groups=ShownGroups(store.kv).shown,
        )
        self.drills.use(self.tools)
        self.console = Console(self.tools, COMMANDS, FORMS)

    async def _figures(self, accounts: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Figures]:
        channels = [each for name in accounts if (each := self._channels.get(*name))]
        return await meters.all_figures(self._store.kv, now_ms(), channels)

    def _speech(self) -> str:
        """Return the name of the speech model if this machine has it, otherwise ""."""
        try:
            return choose_model(self._settings.speech_model, self._settings.data_dir)[0]
        except ModelMissing:
            return ""

    def _staff_link(self, code: str) -> str | None:
        return next((link for each in self._channels.all() if (link := each.staff_link(code))), None)

    async def _hand_over(self, address: Address) -> bool:
        """Hand the conversation over to the platform's own desk.

        Returns False if the platform has none or did not take it. Raises SendError.
        """
        channel = self._channels.at(address)
        return channel is not None and await channel.hand_over(address.user)

    async def _discard(self, order: DrillRequest) -> None:
        addresses = (order.candidate, order.recruiters)
        await discard(self._store.client, order.interview, order.hidden, order.token, addresses)
