"""Exporting a campaign's interviews to a file."""

import asyncio
import tempfile
from pathlib import Path
from typing import ClassVar

from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Context, Refused
from handlers.actions.targets import campaign_of
from handlers.maintenance.export import Format, write
from handlers.maintenance.workbook import Reader, write_workbook
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.organisation.tokens import name_of
from storage.ports import Campaign

MOST_BYTES = 20 * 1024 * 1024
"""Larger files need the command line: Telegram takes at most 50 MB from a bot, other platforms less."""
MOST_EXPORTED = 3_000


class ExportPreview(Preview, frozen=True):
    campaign: str
    number: int
    form: Format


class Exported(Result, frozen=True):
    """The exported file, archived for 30 days under its SHA-256 (hex), and how many interviews it contains."""

    campaign: str
    number: int
    form: Format
    sha256: str


class ExportCampaign(Action, frozen=True, omit_defaults=True, tag="export_campaign"):
    """Export all interviews of a campaign, in whatever phase, to a file: `xlsx` for people (see
    `handlers.maintenance.workbook`), the others for machines."""

    campaign: str
    form: Format = "csv"
    roles: ClassVar[frozenset[Role]] = READS

    @property
    def line(self) -> str:
        return f"/export {self.campaign} {self.form}"

    async def preview(self, context: Context) -> Preview | None:
        campaign, number = await self._target(context)
        return ExportPreview(campaign.id, number, self.form)

    async def execute(self, context: Context) -> Exported:
        campaign, _ = await self._target(context)
        with tempfile.TemporaryDirectory(prefix="xumian-") as folder:
            target = Path(folder) / "export"
            number = await self._write(context, campaign, target)
            if target.stat().st_size > MOST_BYTES:
                raise self._too_large(campaign)
            data = await asyncio.to_thread(target.read_bytes)
        return Exported(campaign.id, number, self.form, await context.lent(data))

    async def _write(self, context: Context, campaign: Campaign, target: Path) -> int:
        store = context.tools.store
        if self.form != "xlsx":
            return await write(store, campaign, self.form, target, context.viewer)
        language = context.language
        reader = Reader(
            context.tools.words[language],
            context.tools.candidate_words[language],
            context.tools.zone,
            lambda person: name_of(context.organisation, person) or person,
            context.viewer,
        )
        return await write_workbook(store, campaign, target, reader)

    async def _target(self, context: Context) -> tuple[Campaign, int]:
        """Return the campaign and how many interviews its file holds.

        The counters say something else: interviews whose invitation was taken back are in the file, too.

        Raises Refused if the campaign is unknown, empty or too large.
        """
        campaign = await campaign_of(context, self.campaign, self.roles)
        number = 0
        async for _ in context.tools.store.interviews.members(campaign.id):
            number += 1
            if number > MOST_EXPORTED:
                raise self._too_large(campaign)
        if not number:
            raise Refused("export.empty", campaign=campaign.id)
        return campaign, number

    def _too_large(self, campaign: Campaign) -> Refused:
        command = f"xumian export {campaign.id} --format {self.form} -o {campaign.id}.{self.form}"
        return Refused("export.too_large", command=command)
