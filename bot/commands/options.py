"""Values of the command line's options."""

from enum import StrEnum


class ListForm(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


class Again(StrEnum):
    """What to do about people who were invited to the campaign before."""

    skip = "skip"
    new = "new"
    link = "link"


class ExportForm(StrEnum):
    csv = "csv"
    xlsx = "xlsx"
    jsonl = "jsonl"


class Role(StrEnum):
    """What a token may do."""

    owner = "owner"
    admin = "admin"
    recruiter = "recruiter"
    support = "support"
    auditor = "auditor"
    analyst = "analyst"


class ReportForm(StrEnum):
    html = "html"
    pdf = "pdf"
    docx = "docx"
    json = "json"


class ReportLanguage(StrEnum):
    zh = "zh"
    en = "en"
