"""The forms of report files, and writing one."""

import asyncio
import re
from typing import Literal

import msgspec

from conversation.words import Words
from handlers.report_files.document import document_of
from handlers.report_files.pdf import as_pdf
from handlers.report_files.word import as_word
from handlers.report_pages.model import Report

Form = Literal["pdf", "docx", "json"]
MEDIA_TYPES: dict[Form, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}


_OTHER = re.compile(r"[^\w-]+")
_MOST_NAME = 60


def file_name(report: Report, form: str) -> str:
    """Return a file name that every system can store: the candidate's name, and the beginning of the id."""
    name = _OTHER.sub("-", report.name)[:_MOST_NAME].strip("-")
    return "-".join(filter(None, (name, report.interview[:8]))) + f".{form}"


async def written(report: Report, form: Form, words: Words) -> bytes:
    """Return the report as a file. `words` are the console's, in its language. Raises NoChineseFont for a PDF."""
    match form:
        case "json":
            return as_json(report)
        case "docx":
            return await asyncio.to_thread(as_word, document_of(report, words))
        case "pdf":
            return await as_pdf(document_of(report, words))


def as_json(report: Report) -> bytes:
    """Return the report as JSON in UTF-8, with line ends."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
