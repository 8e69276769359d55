"""Files: reports and exports. They are made once, and fetched as often as needed within a month."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Call, Calling
from bot.api.campaigns import Body
from bot.api.described import a_file, examples, posts, titled
from bot.api.problems import problem
from bot.api.results import FileMade
from bot.media.archive import ArchiveDamaged, NotArchived
from handlers.actions.context import LENT_MS
from handlers.actions.exports import ExportCampaign, Exported
from handlers.actions.reports import ExportReport, ExportReports, ReportExported, ReportsExported
from handlers.actions.targets import campaign_of, interview_of
from handlers.organisation.rights import READS
from handlers.report_files.forms import MEDIA_TYPES as REPORTS
from handlers.report_files.forms import Form as ReportForm

router = APIRouter(tags=["files"])
_EXPORTS = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ZIP = "application/zip"


class ReportFile(Body):
    """The form of a report's file."""

    model_config = ConfigDict(json_schema_extra=examples("ReportFile"))
    form: ReportForm = "pdf"


class CampaignFile(Body):
    """A file about all interviews of a campaign: an export, or (`reports`) a ZIP archive of their reports."""

    model_config = ConfigDict(json_schema_extra=examples("CampaignFile"))
    what: Literal["interviews", "reports"] = "interviews"
    form: Literal["jsonl", "csv", "xlsx", "pdf", "docx", "json"] = Field(
        "jsonl", description="jsonl, csv or xlsx of interviews; pdf, docx or json of reports"
    )


class _Noted(msgspec.Struct, frozen=True):
    """A file that a token made: of which unit it is, and its media type."""

    unit: str
    media_type: str
    form: str


@router.post("/interviews/{interview}/files", **posts(FileMade, 201), summary=titled("a_report_as_a_file"))
async def report_file(call: Calling, interview: str, wanted: ReportFile) -> Response:
    async def make() -> Response:
        made = await call.perform(ExportReport(interview, wanted.form), ReportExported)
        unit = (await interview_of(call.context(), interview, READS)).unit
        return await _made(call, made.sha256, _Noted(unit, REPORTS[wanted.form], wanted.form))

    return await call.once(make)


@router.post("/campaigns/{code}/files", **posts(FileMade, 201), summary=titled("all_interviews_in_a_file"))
async def campaign_file(call: Calling, code: str, wanted: CampaignFile) -> Response:
    async def make() -> Response:
        if wanted.what == "interviews":
            if wanted.form not in ("jsonl", "csv", "xlsx"):
                raise _no_such_form()
            sha256 = (await call.perform(ExportCampaign(code, wanted.form), Exported)).sha256
            noted = _EXPORTS[wanted.form], str(wanted.form)
        else:
            if wanted.form not in ("pdf", "docx", "json"):
                raise _no_such_form()
            sha256 = (await call.perform(ExportReports(code, wanted.form), ReportsExported)).sha256
            noted = _ZIP, "zip"
        unit = (await campaign_of(call.context(), code, READS)).unit
        return await _made(call, sha256, _Noted(unit, *noted))

    return await call.once(make)


@router.get(
    "/files/{file}", **a_file((*REPORTS.values(), *_EXPORTS.values(), _ZIP)), summary=titled("fetch_a_file")
)
async def fetch_file(call: Calling, file: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
    noted = await call.api.kv.get(_name(call, file))
    found = msgspec.json.decode(noted, type=_Noted) if noted else None
    if found is None or not call.context().scope(READS).covers(found.unit):
        raise _gone()
    try:
        data = await call.api.tools.get_file(file)
    except (NotArchived, ArchiveDamaged):
        raise _gone() from None
    shown = f'attachment; filename="{file[:8]}.{found.form}"'
    return Response(
        data, headers={"content-disposition": shown, "cache-control": "no-store"}, media_type=found.media_type
    )


async def _made(call: Call, sha256: str, noted: _Noted) -> Response:
    await call.api.kv.set(_name(call, sha256), msgspec.json.encode(noted).decode(), LENT_MS // 1000)
    at = f"/files/{sha256}"
    return call.reply(FileMade(sha256, noted.media_type, f"/api/v1{at}"), 201, at=at)


def _name(call: Call, sha256: str) -> str:
    return f"api:file:{call.person.id}:{sha256}"


def _gone() -> Exception:
    return problem(
        404, "file.unknown", "Not found", "There is no such file of this token; files are kept for 30 days."
    )


def _no_such_form() -> Exception:
    wrong = [{"at": "body/form", "what": "no form of that kind of file"}]
    return problem(422, "not_valid", "The request is not valid", errors=wrong)
