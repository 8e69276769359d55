"""Building the page as a single document: style sheets, scripts and texts are inlined when the server starts.

On a slow connection, every further file would cost a round trip before the first message. The document is
compressed once.

The scripts are ES modules in `page/`. In the document each becomes a function that returns its exports. Only the
few forms of `import` and `export` that are used there are supported. Modules needed only by the recruiter's pane
are bundled in a separate script, which is fetched only if the pane is shown.
"""

import base64
import gzip
import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

MAIN = "page.js"
LATE = "recruiter.js"
_IMPORT = re.compile(
    r'^import (?:\* as (?P<all>\w+)|\{(?P<names>[^}]*)\}) from "/page/(?P<module>[\w.]+)";\n', re.M
)
_EXPORT = re.compile(r"^export (?P<what>(?:async )?(?:const|function|class) (?P<name>\w+))", re.M)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?s:.*?)\*/[ \t]*)\n", re.M)
_INDENT = re.compile(r"^[ \t]+|[ \t]+$|\n(?=\n)", re.M)
_SHEET = re.compile(r'^ *<link rel="stylesheet" href="/page/(?P<name>\w+\.css)">\n', re.M)
_EARLY = '  <script src="/page/early.js"></script>\n'
_ENTRY = f'  <script type="module" src="/page/{MAIN}"></script>\n'
_END = "</body>"
_POLICY = (
    "default-src 'self'; connect-src 'self' ws: wss:; style-src 'self' {style}; script-src 'self' {scripts}; "
    "img-src 'self' data: blob:; media-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class AssetsWrong(Exception):
    """The page's source files use a form that is not supported here."""


class Asset(NamedTuple):
    """A file ready to be served, plain and compressed with gzip (`packed`)."""

    body: bytes
    packed: bytes
    etag: str
    media_type: str

    def response(self, request: Request) -> Response:
        """Return the response to a request: the file, compressed if accepted, or 304 if it is unchanged."""
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("GET only\n", 405)
        headers = {"etag": self.etag, "vary": "accept-encoding"}
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                self.packed, headers={**headers, "content-encoding": "gzip"}, media_type=self.media_type
            )
        return Response(self.body, headers=headers, media_type=self.media_type)


class Assets(NamedTuple):
    """The built page.

    `page`: the document.
    `late`: the script of the recruiter's pane.
    `policy`: the content security policy that allows the document's inline scripts and styles.
    """

    page: Asset
    late: Asset
    policy: str


def build(folder: Path) -> Assets:
    """Build the page from the files in `folder`. Raises AssetsWrong."""
    main = _order(folder, MAIN, set())
    late = _order(folder, LATE, set(main))
    document = (folder / "index.html").read_text(encoding="utf-8")
    style = _small("".join((folder / name).read_text(encoding="utf-8") for name in _SHEET.findall(document)))
    early = _small((folder / "early.js").read_text(encoding="utf-8"))
    script = _bundle(folder, main, "const modules = (globalThis.xumian = {});\n")
    texts = (folder / "texts.json").read_text(encoding="utf-8").replace("<", "\\u003c")
    for mark in (_EARLY, _ENTRY, _END):
        if document.count(mark) != 1:
            raise AssetsWrong(f"index.html must have {mark.strip()!r} once")
    document = document.replace(_EARLY, f"  <style>{style}</style>\n  <script>{early}</script>\n")
    document = _SHEET.sub("", document).replace(_ENTRY, "")
    data = f'<script type="application/json" id="texts">{_INDENT.sub("", texts)}</script>\n'
    document = document.replace(_END, f'{data}<script type="module">{script}</script>\n{_END}')
    policy = _POLICY.format(style=_digest(style), scripts=f"{_digest(early)} {_digest(script)}")
    return Assets(
        _asset(document, "text/html"),
        _asset(_bundle(folder, late, "const modules = globalThis.xumian;\n"), "text/javascript"),
        policy,
    )


def _order(folder: Path, name: str, known: set[str]) -> list[str]:
    """Return the modules that `name` imports and then `name` itself, each once, leaving out those in `known`.

    Adds them to `known`.
    """
    if name in known:
        return []
    known.add(name)
    source = (folder / name).read_text(encoding="utf-8")
    before = [each for found in _IMPORT.finditer(source) for each in _order(folder, found["module"], known)]
    return [*before, name]


def _bundle(folder: Path, names: list[str], beginning: str) -> str:
    return _small(beginning + "".join(_module(folder, name) for name in names))


def _module(folder: Path, name: str) -> str:
    """Return a module's source as a function that returns its exports. Raises AssetsWrong."""
    source = (folder / name).read_text(encoding="utf-8")
    exported = [found["name"] for found in _EXPORT.finditer(source)]
    body = _EXPORT.sub(lambda found: found["what"], _IMPORT.sub(_imported, source))
    if left := re.search(r"^(?:import|export)\b.*", body, re.M):
        raise AssetsWrong(f"{name}: {left[0]!r} is no form of import or export that is understood here")
    if "</script" in body:
        raise AssetsWrong(f"{name}: a script cannot contain its own end")
    return f'modules["{name}"] = (() => {{\n{body}\nreturn {{ {", ".join(exported)} }};\n}})();\n'


def _imported(found: re.Match[str]) -> str:
    names = found["all"] or "{" + found["names"].replace(" as ", ": ") + "}"
    return f'const {names} = modules["{found["module"]}"];\n'


def _small(source: str) -> str:
    """Return the source without comment lines, indentation and empty lines."""
    return _INDENT.sub("", _COMMENT.sub("", source))


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _asset(text: str, media_type: str) -> Asset:
    body = text.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Asset(body, gzip.compress(body, 9, mtime=0), etag, f"{media_type}; charset=utf-8")
