"""The page as one document: style sheets, scripts and texts are put into it when the server starts, and it is
compressed once. On a slow line, each further file would cost a round trip before the first message.

The scripts are ES modules in `page/`. In the document each is a function of its own that returns what it exports;
`import` and `export` are written there in the few forms that are replaced here. What the recruiter's pane needs
beside that is a script of its own, fetched where there is the pane.
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
    """The page's own files are not written as they are read here."""


class Asset(NamedTuple):
    """A file as it is served."""

    body: bytes
    packed: bytes
    etag: str
    media_type: str

    def response(self, request: Request) -> Response:
        """Whole, compressed, or only that it is still the same."""
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
    """The document, the script that follows where there is a recruiter's pane, and the policy under which the
    document's own scripts and styles run."""

    page: Asset
    late: Asset
    policy: str


def build(folder: Path) -> Assets:
    """From the files in `folder`. Raises AssetsWrong."""
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
    """A module after those that it imports, each once, without those that are `known`."""
    if name in known:
        return []
    known.add(name)
    source = (folder / name).read_text(encoding="utf-8")
    before = [each for found in _IMPORT.finditer(source) for each in _order(folder, found["module"], known)]
    return [*before, name]


def _bundle(folder: Path, names: list[str], beginning: str) -> str:
    return _small(beginning + "".join(_module(folder, name) for name in names))


def _module(folder: Path, name: str) -> str:
    """A module as a function that returns what it exports."""
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
    """Without lines of comment, indentation and empty lines."""
    return _INDENT.sub("", _COMMENT.sub("", source))


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _asset(text: str, media_type: str) -> Asset:
    body = text.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Asset(body, gzip.compress(body, 9, mtime=0), etag, f"{media_type}; charset=utf-8")
