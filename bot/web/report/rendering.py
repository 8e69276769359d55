"""Writing a report as HTML: as the page of the web server, or as a file that needs nothing else."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from conversation.words import Words
from handlers.report_pages.model import Report
from handlers.report_pages.profiles import radar_of

STYLE = Path(str(files("bot") / "web" / "report" / "report.css"))


def page(report: Report, words: Words, token: str) -> str:
    """Return the page. Its links to recordings and files are relative to the page with this token."""
    return _written(report, words, token=token, alone=False, style="")


def file(report: Report, words: Words) -> bytes:
    """Return a file without links, UTF-8. Recordings and files are named by their hashes."""
    return _written(report, words, token="", alone=True, style=STYLE.read_text(encoding="utf-8")).encode()


def _written(report: Report, words: Words, **values: object) -> str:
    radar = radar_of(report.profile)
    return template("report.html").render(page=report, radar=radar, text=words.text, say=words.plain, **values)


@cache
def template(name: str) -> Template:
    """Return a template, compiled once per process."""
    templates = Environment(
        loader=PackageLoader("bot.web.report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template(name)
