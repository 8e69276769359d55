"""Reports as files: one interview's, or those of a whole campaign in a ZIP archive."""

import asyncio
import tempfile
import zipfile
from pathlib import Path
from typing import ClassVar

from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Context, Refused
from handlers.actions.exports import MOST_BYTES
from handlers.actions.targets import campaign_of, interview_of
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.report_files.forms import Form, file_name, written
from handlers.report_pages.view import Reports
from storage.ports import Campaign

MOST_REPORTS = 500
_TOLD_EVERY = 25


class ReportExported(Result, frozen=True):
    """The file with a report, named `file`, archived for 30 days under its SHA-256 (hex)."""

    interview: str
    name: str
    form: Form
    file: str
    sha256: str


class ExportReport(Action, frozen=True, omit_defaults=True, tag="export_report"):
    """Make a file of an interview's report, with what its reader may see."""

    interview: str
    form: Form = "pdf"
    roles: ClassVar[frozenset[Role]] = READS

    @property
    def line(self) -> str:
        return f"/report {self.interview} {self.form}"

    async def execute(self, context: Context) -> ReportExported:
        await interview_of(context, self.interview, self.roles)
        made = await _reports(context).of(self.interview, context.viewer, context.language, context.now)
        if made is None:
            raise Refused("candidate.unknown", name=self.interview, interview=self.interview)
        data = await written(made, self.form, context.tools.words[context.language])
        sha256 = await context.lent(data)
        return ReportExported(made.interview, made.name, self.form, file_name(made, self.form), sha256)


class ReportsPreview(Preview, frozen=True):
    campaign: str
    number: int
    form: Form


class ReportsExported(Result, frozen=True):
    """The archive with the reports, kept for 30 days under its SHA-256 (hex), and how many there are."""

    campaign: str
    number: int
    form: Form
    sha256: str


class ExportReports(Action, frozen=True, omit_defaults=True, tag="export_reports"):
    """Make a ZIP archive of the reports of all interviews of a campaign, in whatever phase."""

    campaign: str
    form: Form = "pdf"
    roles: ClassVar[frozenset[Role]] = READS

    @property
    def line(self) -> str:
        return f"/report {self.campaign} zip {self.form}"

    async def preview(self, context: Context) -> Preview | None:
        campaign, interviews = await self._target(context)
        return ReportsPreview(campaign.id, len(interviews), self.form)

    async def execute(self, context: Context) -> ReportsExported:
        campaign, interviews = await self._target(context)
        with tempfile.TemporaryDirectory(prefix="xumian-") as folder:
            target = Path(folder) / "reports.zip"
            number = await self._write(context, campaign, interviews, target)
            data = await asyncio.to_thread(target.read_bytes)
        return ReportsExported(campaign.id, number, self.form, await context.lent(data))

    async def _write(self, context: Context, campaign: Campaign, interviews: list[str], target: Path) -> int:
        reports, words = _reports(context), context.tools.words[context.language]
        number = size = 0
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for interview in interviews:
                report = await reports.of(interview, context.viewer, context.language, context.now)
                if report is None:
                    continue
                data = await written(report, self.form, words)
                number, size = number + 1, size + len(data)
                if size > MOST_BYTES:
                    raise Refused("reports.too_large", campaign=campaign.id)
                await asyncio.to_thread(archive.writestr, f"{number:03d}-{file_name(report, self.form)}", data)
                if number % _TOLD_EVERY == 0:
                    await context.progressed(number, len(interviews))
        return number

    async def _target(self, context: Context) -> tuple[Campaign, list[str]]:
        """Return the campaign and its interviews. Raises Refused if it is unknown, empty or too large."""
        campaign = await campaign_of(context, self.campaign, self.roles)
        interviews = list[str]()
        async for each in context.tools.store.interviews.members(campaign.id):
            interviews.append(each)
            if len(interviews) > MOST_REPORTS:
                raise Refused("reports.too_large", campaign=campaign.id)
        if not interviews:
            raise Refused("export.empty", campaign=campaign.id)
        return campaign, interviews


def _reports(context: Context) -> Reports:
    tools = context.tools
    return Reports(tools.store, context.organisation, tools.words, tools.candidate_words, tools.zone)
