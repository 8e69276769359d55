"""Writing the staff pages as HTML, and the headers that they are sent with."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from bot.pane.addresses import PREFIX
from conversation.words import Vocabulary, Words

_FOLDER = Path(str(files("bot") / "pane"))
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer, browsers would send `Origin: null` with forms
    "x-robots-tag": "noindex, nofollow, noarchive",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "microphone=(), camera=(), geolocation=()",
}
FILE_HEADERS = {**HEADERS, "content-security-policy": "default-src 'none'; sandbox"}
"""Headers of a file, which can also be opened on its own."""


def html(template: str, words: Words, status: int = 200, /, **values: object) -> Response:
    """Return a page in the language of `words`."""
    text = _template(template).render(
        language=words.language, text=words.text, say=words.plain, prefix=PREFIX, **values
    )
    return HTMLResponse(text, status, HEADERS)


def notice(vocabulary: Vocabulary, why: str, status: int, retry_s: int = 0) -> Response:
    """Return a page that only says why there is nothing, in both languages: the visitor is unknown."""
    said = [(language, vocabulary[language].text) for language in ("zh", "en")]
    text = _template("notice.html").render(why=why, languages=said, prefix=PREFIX)
    return HTMLResponse(text, status, {**HEADERS, **({"retry-after": str(retry_s)} if retry_s else {})})


def onwards(path: str) -> Response:
    """Lead the browser on to another page of ours, which it gets with GET."""
    return RedirectResponse(path, 303, HEADERS)


def asset(name: str) -> Response:
    """Return a style sheet or script."""
    return FileResponse(_FOLDER / name, headers={"cache-control": "no-cache", "x-content-type-options": "nosniff"})


@cache
def _template(name: str) -> Template:
    templates = Environment(
        loader=PackageLoader("bot.pane"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template(name)
