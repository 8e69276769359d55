"""The command `report`: reports with everything that is known, as files."""

import asyncio
from pathlib import Path

from rich.console import Console

from bot.clock import now_ms
from bot.commands.options import ReportForm
from bot.commands.output import remark
from bot.commands.usage import WrongUsage
from bot.installation import Installation
from bot.web.report import rendering
from handlers.catalogues import staff_vocabulary
from handlers.organisation.repository import load
from handlers.report_files.forms import Form, file_name, written
from handlers.report_pages.model import Report
from handlers.report_pages.view import Reports
from storage.errors import ArchivedRecordLost

_FORMS: dict[ReportForm, Form] = {ReportForm.pdf: "pdf", ReportForm.docx: "docx", ReportForm.json: "json"}
_SHOWN = 60  # characters of an unknown id


async def one(
    app: Installation, out: Console, interview: str, form: ReportForm, output: Path, language: str
) -> None:
    """Write the report of one interview to a file. An empty language means the candidate's. Raises WrongUsage."""
    found = await (await _reports(app)).of(interview, None, language, now_ms())
    if found is None:
        raise WrongUsage(
            f"there is no interview {interview[:_SHOWN]!r}; its id is on its card, "
            "and xumian export lists all of a campaign"
        )
    await _write(found, form, output)
    out.print(f"the report of {interview} is in {output}", markup=False)


async def all_(
    app: Installation, out: Console, campaign: str, form: ReportForm, output: Path, language: str
) -> int:
    """Write the reports of all interviews of a campaign into a folder, which is made if it is missing.

    Returns 1 if archived records are lost, which are named and left out, otherwise 0.
    """
    known = await app.campaigns.find(campaign)
    reports, number, lost = await _reports(app), 0, list[str]()
    await asyncio.to_thread(output.mkdir, parents=True, exist_ok=True)
    async for interview in app.store.interviews.members(known.id):
        try:
            found = await reports.of(interview, None, language, now_ms())
        except ArchivedRecordLost as error:
            lost.append(error.reason)
            continue
        if found is not None:
            number += 1
            await _write(found, form, output / file_name(found, form.value))
            if number % 100 == 0:
                out.print(f"… {number} reports", style="dim")
    out.print(f"{number} reports of {known.id} in {output}", markup=False)
    for line in lost:
        remark(f"not in it: {line}")
    return int(bool(lost))


async def _reports(app: Installation) -> Reports:
    organisation = (await load(app.store)).state
    return Reports(app.store, organisation, staff_vocabulary(), app.vocabulary, app.settings.zone)


async def _write(report: Report, form: ReportForm, output: Path) -> None:
    words = staff_vocabulary()[report.language]
    if form is ReportForm.html:
        data = rendering.file(report, words)
    else:
        data = await written(report, _FORMS[form], words)
    await asyncio.to_thread(output.write_bytes, data)
